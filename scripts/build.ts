/** `npm run build`: the server in `built/`, as images start it: `node built/start.js`. */
import path from 'node:path';
import { buildServer, root, tryOut } from './server-build.ts';

const directory = path.join(root, 'built');
await buildServer(directory);
await tryOut(directory);
process.stdout.write('The server has been built: node built/start.js\n');
