/** `npm run build [-- --for <uid>]`: the server in `built/`, as images start it: `node built/start.js`. */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { buildServer, root, tryOut } from './server-build.ts';

const { values: options } = parseArgs({ options: { for: { type: 'string' } } });
const directory = path.join(root, 'built');
await buildServer(directory);
await tryOut(directory, options.for === undefined ? undefined : Number(options.for));
process.stdout.write('The server has been built: node built/start.js\n');
