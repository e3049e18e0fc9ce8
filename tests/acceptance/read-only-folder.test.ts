/** The program in a folder that it may not write to, as nobody in particular: what image, compose file and chart make of it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** As in the Dockerfile; root may write everywhere, whatever a folder says. */
const nobody = process.getuid?.() === 0 ? { uid: 1000, gid: 1000 } : {};
let app: string;
let child: ChildProcess | undefined;

const folders = (at: string): string[] => [
  at,
  ...readdirSync(at, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => folders(path.join(at, name))),
];
const allow = (mode: number) => {
  for (const folder of folders(app)) chmodSync(folder, mode);
};

beforeAll(() => {
  app = mkdtempSync(path.join(tmpdir(), 'read-only-'));
  for (const name of ['src', 'mocks', 'database', 'package.json', 'openapi.yaml'])
    cpSync(path.join(root, name), path.join(app, name), { recursive: true });
  // Packages as they are, in a folder of its own: what is kept in the real one must not help.
  mkdirSync(path.join(app, 'node_modules'));
  for (const name of readdirSync(path.join(root, 'node_modules')).filter((one) => !one.startsWith('.')))
    symlinkSync(path.join(root, 'node_modules', name), path.join(app, 'node_modules', name));
  allow(0o555);
});
afterAll(async () => {
  if (child !== undefined && child.exitCode === null) {
    child.kill('SIGKILL');
    await once(child, 'close');
  }
  allow(0o755);
  rmSync(app, { recursive: true, force: true });
});

it('the program starts, answers and ends where it may write nothing', async () => {
  const { PATH = '' } = process.env;
  const inFolder = (...args: string[]) =>
    spawn(process.execPath, args, {
      cwd: app,
      env: { PATH, PORT: '0', DATABASE: 'none', JOBS: 'off', LOG_LEVEL: 'warn', MOCK_LEARNERS: '60' },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      ...nobody,
    });
  const tries = inFolder('-e', `require('fs').writeFileSync('written', '')`);
  const [code] = await once(tries, 'close');
  expect(code, 'this folder can be written to').not.toBe(0);

  child = inFolder('src/start.js');
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const listening = once(child, 'message').then(([message]) => (message as { url: string }).url);
  const url = await Promise.race([listening, once(child, 'close').then(() => null)]);
  expect(url, said).not.toBeNull();
  const asked = async (at: string, init?: RequestInit) => (await fetch(`${url}${at}`, init)).json();
  const { data } = await asked('/api/v1/auth/login', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'thriving@org-1.example', password: 'demo-thriving' }),
  });
  const answer = await asked('/api/v1/analytics/learner/velocity/me', {
    headers: { authorization: `Bearer ${data.accessToken}` },
  });
  expect(answer.data).toHaveProperty('currentPace');
  child.kill('SIGTERM');
  const [ended] = await once(child, 'close');
  expect([ended, said]).toEqual([0, '']);
  // Nothing that was compiled is kept, and nobody misses it.
  expect(existsSync(path.join(app, 'node_modules', '.cache'))).toBe(false);
});
