/**
 * The server as a few files: a start reads fifty files instead of a thousand. They behave as `src/` does, which stays
 * where it is: workers, models and migrations are read from there.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Plugin, rolldown } from 'rolldown';

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

/** Files say where others are from where they stand themselves: in the bundle they go on standing in `src/`. */
const standingInSource = (directory: string): Plugin => ({
  name: 'standing-in-source',
  transform: {
    filter: { id: /\/(?:src|mocks)\/.*\.[jt]s$/, code: 'import.meta.url' },
    handler: (code, id) => {
      const from = JSON.stringify(path.relative(directory, id).replaceAll(path.sep, '/'));
      return code.replaceAll('import.meta.url', `new URL(${from}, import.meta.url).href`);
    },
  },
});

/** Images can leave the mock world out, so that nothing of it is there to be built. */
const withoutMocks: Plugin = {
  name: 'without-mocks',
  resolveId: {
    filter: { id: /\/mocks\// },
    handler: (id) => (existsSync(path.join(root, 'mocks')) ? null : { id, external: true }),
  },
};

/** @param directory where the bundle comes to stand, anywhere from where the packages are found. */
export async function buildServer(directory: string): Promise<void> {
  rmSync(directory, { recursive: true, force: true });
  const bundle = await rolldown({
    cwd: root,
    input: 'src/start.js',
    platform: 'node',
    external: (id) => leftAlone.some((name) => id === name || id.startsWith(`${name}/`)),
    plugins: [standingInSource(directory), withoutMocks],
  });
  // Names stay: errors and logs tell them.
  await bundle.write({
    dir: directory,
    format: 'esm',
    minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
  });
  await bundle.close();
}

/**
 * Starts it once, which leaves what was compiled for later starts of the same user.
 * @param uid of that user, where root builds for somebody else.
 * @throws Error when it does not start.
 */
export async function tryOut(directory: string, uid?: number): Promise<void> {
  const other = uid === undefined || process.getuid?.() !== 0 ? {} : { uid, gid: uid };
  if (uid !== undefined && 'uid' in other) {
    const compiled = path.join(root, 'node_modules/.cache/compiled');
    mkdirSync(compiled, { recursive: true });
    chownSync(compiled, uid, uid);
  }
  const { PATH = '' } = process.env;
  const env = {
    PATH,
    PORT: '0',
    DATABASE: 'none',
    MOCK_FALLBACK: 'never',
    JWT_SECRET: 'of a start that nobody asks anything',
    LOG_LEVEL: 'warn',
  };
  const child = fork(path.join(directory, 'start.js'), {
    cwd: root,
    env,
    execArgv: [],
    ...other,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const [said] = await Promise.race([once(child, 'message'), once(child, 'exit')]);
  if (typeof said !== 'object') throw new Error(`what was built does not start: code ${said}`);
  child.kill('SIGTERM');
  await once(child, 'exit');
}
