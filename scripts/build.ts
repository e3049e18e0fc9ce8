/** `npm run build [-- --without-mocks]`: the server in `built/`, as images start it: `node built/start.js`. */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { buildServer, root, tryOut } from './server-build.ts';

const { values: options } = parseArgs({ options: { 'without-mocks': { type: 'boolean', default: false } } });
const directory = path.join(root, 'built');
await buildServer(directory, !options['without-mocks']);
await tryOut(directory);
process.stdout.write('The server has been built: node built/start.js\n');
