/**
 * Serves what `vercel build` has made (Build Output API, version 3) as the host would, as far as this product uses it:
 * headers, middleware, files, one function for the rest. `node scripts/vercel/serve.ts PROJECT_FOLDER`
 */
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

interface OutputRoute {
  src?: string;
  handle?: string;
  dest?: string;
  headers?: Record<string, string>;
  middlewarePath?: string;
}
interface FunctionConfig {
  handler: string;
  filePathMap?: Record<string, string>;
}
type Middleware = (request: Request) => Promise<Response>;

const json = async <T>(file: string): Promise<T> => JSON.parse(await readFile(file, 'utf8')) as T;

/** A function with all of its files and nothing else, as it is unpacked there. @returns its default export. */
async function unpack(project: string, name: string, into: string): Promise<unknown> {
  const from = path.join(project, '.vercel/output/functions', `${name}.func`);
  const to = path.join(into, name);
  await cp(from, to, { recursive: true, verbatimSymlinks: true });
  const { handler, filePathMap = {} } = await json<FunctionConfig>(path.join(from, '.vc-config.json'));
  for (const [target, source] of Object.entries(filePathMap)) {
    await mkdir(path.dirname(path.join(to, target)), { recursive: true });
    await cp(path.join(project, source), path.join(to, target));
  }
  const { default: entry } = (await import(pathToFileURL(path.join(to, handler)).href)) as {
    default: unknown;
  };
  return entry;
}

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

async function fileAt(folder: string, url: string): Promise<{ bytes: Buffer; type: string } | null> {
  const name = path.normalize(url === '/' ? '/index.html' : url);
  const bytes = await readFile(path.join(folder, name)).catch(() => null);
  return bytes && { bytes, type: types[path.extname(name)] ?? 'application/octet-stream' };
}

/** What a middleware says of a request: its new address and headers, or nothing. */
async function pass(middleware: Middleware, request: IncomingMessage): Promise<void> {
  const headers = new Headers(
    Object.entries(request.headersDistinct).map(([name, values = []]) => [name, values.join(', ')]),
  );
  const { method = 'GET', url = '/' } = request;
  const said = await middleware(new Request(`http://${request.headers.host}${url}`, { method, headers }));
  const rewritten = said.headers.get('x-middleware-rewrite');
  if (rewritten === null && said.headers.get('x-middleware-next') !== '1')
    throw new Error(`the middleware answered ${said.status} by itself`);
  if (rewritten !== null) {
    const { pathname, search } = new URL(rewritten);
    request.url = pathname + search;
  }
  const kept = said.headers.get('x-middleware-override-headers')?.split(',');
  if (kept !== undefined)
    for (const name of Object.keys(request.headers)) if (!kept.includes(name)) delete request.headers[name];
}

async function open(project: string): Promise<{ listener: RequestListener; close: () => Promise<void> }> {
  const output = path.join(project, '.vercel/output');
  const { routes } = await json<{ routes: OutputRoute[] }>(path.join(output, 'config.json'));
  const unpacked = await mkdtemp(path.join(tmpdir(), 'vercel-functions-'));
  const app = (await unpack(project, 'index', unpacked)) as RequestListener;
  const names = [...new Set(routes.flatMap(({ middlewarePath = [] }) => middlewarePath))];
  const middlewares = new Map<string, Middleware>();
  for (const name of names) middlewares.set(name, (await unpack(project, name, unpacked)) as Middleware);
  const firstPhase = routes.slice(
    0,
    routes.findIndex(({ handle }) => handle !== undefined),
  );

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', 'http://host');
    for (const { src = '', headers = {}, middlewarePath } of firstPhase) {
      if (!new RegExp(src).test(pathname)) continue;
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
      const middleware = middlewares.get(middlewarePath ?? '');
      if (middleware !== undefined) await pass(middleware, request);
    }
    const file = await fileAt(path.join(output, 'static'), pathname);
    if (file === null) app(request, response);
    else response.setHeader('content-type', file.type).end(file.bytes);
  }
  return {
    listener: (request, response) =>
      void serve(request, response).catch((error: unknown) => {
        console.error(error);
        response.destroy();
      }),
    close: () => rm(unpacked, { recursive: true, force: true }),
  };
}

const { listener, close } = await open(path.resolve(process.argv[2] ?? '.'));
const server = createServer(listener).listen(Number(process.env.PORT ?? 0), '127.0.0.1');
await once(server, 'listening');
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
console.log(url);
process.send?.({ url });
const stop = () => void close().then(() => process.exit(0));
for (const signal of ['SIGTERM', 'SIGINT', 'disconnect']) process.on(signal, stop);
