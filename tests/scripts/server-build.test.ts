import { type ChildProcess, execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildServer, root } from '../../scripts/server-build.ts';

/** Elsewhere than the real one: a test changes nothing that somebody starts. */
const directory = path.join(root, 'node_modules/.cache/built-for-a-test');

describe('the start of what was built', () => {
  const elsewhere = path.join(root, 'node_modules/.cache/started-for-a-test');
  afterAll(() => rmSync(elsewhere, { recursive: true, force: true }));

  // The server comes to its only import() with a database, whose start takes seconds.
  it('logs nothing of Node’s own at the first import(), and other warnings all the same', async () => {
    mkdirSync(elsewhere, { recursive: true });
    const file = (name: string) => path.join(elsewhere, name);
    copyFileSync(path.join(root, 'scripts/built-start.cjs'), file('start.cjs'));
    writeFileSync(
      file('main.js'),
      `(function (require, module, exports, __filename, __dirname) {
        exports.serving = import('node:fs')
          .then(() => { process.emitWarning('of ours'); process.stdout.write('imported'); });
      })`,
    );
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [file('start.cjs')], { env: {} });
    expect(stdout).toBe('imported');
    const warnings = stderr.split('\n').filter((line) => line.includes('Warning: '));
    expect(warnings).toEqual([expect.stringMatching(/ Warning: of ours$/)]);
  });
});

describe('the built server', () => {
  let url = '';
  let child: ChildProcess | undefined;
  let logged = '';
  const stop = async () => {
    if (child === undefined || child.exitCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  };

  beforeAll(async () => {
    await buildServer(directory);
    const { PATH = '' } = process.env;
    const env = { PATH, PORT: '0', DATABASE: 'none', MOCK_LEARNERS: '150', LOG_LEVEL: 'error' };
    child = fork(path.join(directory, 'start.js'), ['--keep-compiled'], {
      cwd: root,
      env,
      execArgv: [],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    child.stderr?.on('data', (text: Buffer) => {
      logged += text.toString();
    });
    const [said] = await Promise.race([once(child, 'message'), once(child, 'exit')]);
    url = (said as { url?: string }).url ?? '';
  });

  afterAll(async () => {
    await stop();
    rmSync(directory, { recursive: true, force: true });
  });

  it('finds its contract, the packages that are left out, and the model that is in no bundle', async () => {
    expect(await (await fetch(`${url}/openapi.yaml`)).text()).toContain('openapi: 3.1');
    expect((await fetch(`${url}/docs/assets/swagger-ui.css`)).status).toBe(200);
    expect(
      (await (await fetch(`${url}/api/v1/metrics/definitions`)).json()).data.metrics.length,
    ).toBeGreaterThan(20);
  });

  it('is all in letters that V8 keeps in one byte each', () => {
    for (const name of readdirSync(directory))
      expect(readFileSync(path.join(directory, name), 'latin1'), name).toMatch(/^[\0-\x7f]*$/);
  });

  it('answers from the mock world as the sources do, and refuses as they do', async () => {
    const login = await fetch(`${url}/api/v1/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'thriving@org-1.example', password: 'demo-thriving' }),
    });
    const { accessToken } = (await login.json()).data;
    const headers = { authorization: `Bearer ${accessToken}` };
    const answer = await (await fetch(`${url}/api/v1/analytics/learner/velocity/me`, { headers })).json();
    expect(answer.meta.dataSource).toBe('mock');
    expect((await fetch(`${url}/api/v1/analytics/learner/velocity/me`)).status).toBe(401);
  });

  it('leaves what was compiled, which a later start begins with unless it is spoilt', async () => {
    await stop();
    // Nor did Node say anything that is no line of a log.
    expect(logged).toBe('');
    const files = readdirSync(directory);
    for (const name of ['main.js', files.find((one) => one.startsWith('serve-') && one.endsWith('.js'))])
      expect(existsSync(path.join(directory, `${name}.compiled`)), name).toBe(true);
    for (const name of files.filter((one) => one.endsWith('.compiled'))) {
      const file = path.join(directory, name);
      expect(statSync(file).size, name).toBeGreaterThan(0);
      writeFileSync(file, 'spoilt');
    }
    const again = fork(path.join(directory, 'start.js'), [], {
      cwd: root,
      env: {
        PATH: process.env.PATH,
        PORT: '0',
        DATABASE: 'none',
        MOCK_FALLBACK: 'never',
        LOG_LEVEL: 'error',
      },
      execArgv: [],
    });
    child = again;
    const [said] = await Promise.race([once(again, 'message'), once(again, 'exit')]);
    expect((await fetch(`${(said as { url: string }).url}/live`)).status).toBe(200);
  });
});
