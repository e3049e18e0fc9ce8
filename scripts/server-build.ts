/**
 * The server as a few files: a start reads twenty files instead of a thousand. They behave as `src/` does, which stays
 * where it is: models and migrations are read from there.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Plugin, rolldown } from 'rolldown';
import { startMockServices } from '../mocks/server.ts';
import { worldServices } from '../mocks/services.ts';
import { services } from '../src/domain/provenance.ts';
import { servicePrefix } from '../src/environment.ts';

export const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Packages that the first answer does without, each loaded where it is used: left as they are, for some look for files
 * beside themselves.
 */
const leftAlone = [
  '@aws-sdk/client-s3',
  '@electric-sql/pglite',
  '@google/generative-ai',
  '@openfeature/core',
  '@openfeature/server-sdk',
  '@opentelemetry/exporter-trace-otlp-http',
  '@opentelemetry/resources',
  '@opentelemetry/sdk-trace',
  '@sentry/core',
  '@supabase/supabase-js',
  '@vercel/functions',
  'bidi-js',
  'fflate',
  'fontkit',
  'nodemailer',
  'pdfmake',
  'pg',
  'pg-boss',
  'write-excel-file',
];

/** Threads are files of their own, which their starter names. */
const threads = { './pglite-worker.ts': 'pglite-worker.js' };

/**
 * Files say where others are from where they stand themselves: in the bundle they go on standing in `src/`. Only threads
 * stand in the bundle too.
 */
const standingInSource = (directory: string): Plugin => ({
  name: 'standing-in-source',
  transform: {
    filter: { id: /\/(?:src|mocks)\/.*\.[jt]s$/, code: 'import.meta.url' },
    handler: (code, id) => {
      const at = (file: string) =>
        `require('node:url').pathToFileURL(__dirname + ${JSON.stringify(`/${file}`)}).href`;
      const withThreads = Object.entries(threads).reduce(
        (text, [source, built]) =>
          text.replaceAll(`new URL('${source}', import.meta.url)`, `new URL(${at(built)})`),
        code,
      );
      const from = path.relative(directory, id).replaceAll(path.sep, '/');
      return withThreads.replaceAll('import.meta.url', at(from));
    },
  },
});

const packageFile = (file: string) => path.join(root, 'node_modules', file);
/** Of a package's file, as `packageFile` takes it. */
const nameOf = (file: string) => path.relative(packageFile('.'), file).replaceAll(path.sep, '/');

/** Of packages what is used. */
const leanSources: Record<string, string> = {
  // Not its `fetch`, with all that belongs to it.
  undici: [
    `export { default as Agent } from ${JSON.stringify(packageFile('undici/lib/dispatcher/agent.js'))};`,
    `export { setGlobalDispatcher } from ${JSON.stringify(packageFile('undici/lib/global.js'))};`,
  ].join('\n'),
  // Ours sends whatever axios sends. To get its own ready loads Node's `fetch`, which is undici once more.
  'axios/lib/adapters/http.js': 'export default null;',
  'axios/lib/adapters/fetch.js': 'export const getFetch = null;',
  'axios/lib/platform/node/classes/FormData.js': 'export default null;',
  // Nobody allows HTTP/2, which loads what Node has of it.
  'undici/lib/dispatcher/client-h2.js': 'module.exports = undefined;',
};

/** What files of packages say, and what they say in the bundle. */
const leanLines: Record<string, [line: string, instead: string]> = {
  // To ask whether there is one loads Node's `fetch` too. A form is known by its name besides.
  'axios/lib/utils.js': [
    "const FormDataCtor = typeof G.FormData !== 'undefined' ? G.FormData : undefined;",
    'const FormDataCtor = undefined;',
  ],
};

const leanPackages: Plugin = {
  name: 'lean-packages',
  resolveId: {
    filter: { id: /^undici$|(?:\/|^)(?:http|fetch|FormData|client-h2)\.js$/ },
    handler: (id, from = '') => {
      const name = nameOf(id.startsWith('.') ? path.resolve(path.dirname(from), id) : packageFile(id));
      return name in leanSources ? `\0lean/${name}` : null;
    },
  },
  transform: {
    filter: { id: /\/axios\/lib\/utils\.js$/ },
    handler: (code, id) => {
      const name = nameOf(id);
      const [line, instead] = leanLines[name] ?? [];
      if (line === undefined || instead === undefined) return null;
      if (!code.includes(line)) throw new Error(`${name} says no more: ${line}`);
      return code.replace(line, instead);
    },
  },
  load: { filter: { id: /^\0lean\// }, handler: (id) => leanSources[id.slice('\0lean/'.length)] ?? null },
};

/** The mock world is looked for where it stands in the sources, and missed only when somebody asks for it. */
const withoutMocks: Plugin = {
  name: 'without-mocks',
  resolveId: { filter: { id: /\/mocks\// }, handler: (id) => ({ id, external: true }) },
};

/**
 * Other letters are written as escapes, which they can be in strings, patterns and names: one of them doubles the room
 * that a file takes in memory.
 * @throws Error where one stands behind a backslash, which would then be the escape's.
 */
function inAscii(code: string): string {
  const [escaped] = /\\[^\0-\x7f]/.exec(code) ?? [];
  if (escaped !== undefined) throw new Error(`cannot be written in ASCII: ${escaped}`);
  const unit = (letter: string) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return code.replaceAll(/[^\0-\x7f]/g, unit);
}

/** What `built-start.cjs` calls. Put around a file only when it is read, it would take the file's room once more. */
const asFunction = (code: string): string =>
  `(function (require, module, exports, __filename, __dirname) {${code}\n})`;

/**
 * @param directory where the bundle comes to stand, anywhere from where the packages are found.
 * @param hasMocks whether the mock world is in it.
 */
export async function buildServer(directory: string, hasMocks = true): Promise<void> {
  rmSync(directory, { recursive: true, force: true });
  const bundle = await rolldown({
    cwd: root,
    input: { main: 'src/main.ts', 'pglite-worker': 'src/infrastructure/database/pglite-worker.ts' },
    platform: 'node',
    external: (id) => leftAlone.some((name) => id === name || id.startsWith(`${name}/`)),
    plugins: [standingInSource(directory), leanPackages, ...(hasMocks ? [] : [withoutMocks])],
  });
  // Names stay: errors and logs tell them. What is required makes Node get less ready than what is imported: an import
  // of node:http takes all that it has, `WebSocket` too, which is the whole of undici again.
  const { output } = await bundle.generate({
    format: 'cjs',
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
    minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
  });
  await bundle.close();
  mkdirSync(directory, { recursive: true });
  for (const part of output) {
    if (part.type !== 'chunk') continue;
    const isThread = Object.values(threads).includes(part.fileName);
    if (isThread && part.imports.some((name) => output.some(({ fileName }) => fileName === name)))
      throw new Error(`${part.fileName}: Node starts it by itself and cannot read other parts`);
    const code = inAscii(part.code);
    writeFileSync(path.join(directory, part.fileName), isThread ? code : asFunction(code));
  }
  writeFileSync(path.join(directory, 'package.json'), '{ "type": "commonjs" }\n');
  copyFileSync(path.join(root, 'scripts/built-start.cjs'), path.join(directory, 'start.js'));
}

/** Asked of what was built: what people ask first. */
const firstQuestions = [
  '/api/v1/analytics/learner/velocity/me',
  '/api/v1/dashboards/learner/me',
  '/ready',
  '/metrics',
];

async function askFirst(url: string): Promise<void> {
  const login = await fetch(`${url}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'thriving@org-1.example', password: 'demo-thriving' }),
  });
  const { data } = (await login.json()) as { data: { accessToken: string } };
  for (const question of firstQuestions) {
    const answer = await fetch(url + question, { headers: { authorization: `Bearer ${data.accessToken}` } });
    if (!answer.ok) throw new Error(`what was built answers ${question} with ${answer.status}`);
    await answer.text();
  }
}

/**
 * Starts it over the mock services and asks it, which leaves beside its files what was compiled for that: later starts
 * begin with it.
 * @throws Error when it does not start or does not answer.
 */
export async function tryOut(directory: string): Promise<void> {
  const { now } = Date;
  const mocks = await startMockServices({
    routesByService: worldServices({ seed: 1, learners: 150, now }),
    now,
  });
  const { PATH = '' } = process.env;
  const env = {
    ...Object.fromEntries(
      services.map((service) => [`${servicePrefix[service]}_URL`, mocks.services[service]?.url]),
    ),
    PATH,
    PORT: '0',
    DATABASE: 'none',
    MOCK_FALLBACK: 'never',
    JWT_SECRET: 'of a start that only its builder asks',
    LOG_LEVEL: 'warn',
  };
  const child = fork(path.join(directory, 'start.js'), ['--keep-compiled'], {
    cwd: root,
    env,
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  try {
    const [said] = await Promise.race([once(child, 'message'), once(child, 'exit')]);
    if (typeof said !== 'object') throw new Error(`what was built does not start: code ${said}`);
    await askFirst((said as { url: string }).url);
  } finally {
    child.kill('SIGTERM');
    if (child.exitCode === null) await once(child, 'exit');
    await mocks.close();
  }
}
