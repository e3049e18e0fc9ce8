/** What the host of this name is told, and how the application starts there. */
import { execFile, execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { freePort } from '../scripts/debian-server.ts';
import { readConfig } from '../src/config.ts';
import { makeContainer } from '../src/container.ts';
import { apiHeaders, dashboardHeaders } from '../src/presentation/http/security-headers.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const told = JSON.parse(readFileSync(`${root}vercel.json`, 'utf8')) as {
  functions: Record<string, { maxDuration: number; includeFiles: string }>;
  headers: { source: string; headers: { key: string; value: string }[] }[];
  crons: { path: string; schedule: string }[];
};

function configOf(source: Record<string, string>) {
  const read = readConfig({ LOG_LEVEL: 'silent', MOCK_LEARNERS: '240', ...source });
  if (!read.ok) throw new Error(read.problems.join('\n'));
  return read.config;
}

describe('vercel.json', () => {
  it('calls every job that runs by the clock, and nothing else', async () => {
    const config = configOf({ JOBS: 'cron', DATA_DIR: 'memory://' });
    const { cronPaths, close } = await makeContainer(config);
    await close();
    expect(cronPaths.length).toBeGreaterThan(0);
    expect(told.crons).toEqual(cronPaths);
  });

  it('lets a function live longer than a cron call may work', () => {
    const [file, { maxDuration = 0 } = {}] = Object.entries(told.functions)[0] ?? [];
    expect(file).toBe('src/server.ts');
    expect(maxDuration * 1000).toBeGreaterThan(configOf({}).CRON_BUDGET_MS);
  });

  it('says of every answer what the application says, and leaves caches to it', () => {
    const pairs = (of: readonly string[]) =>
      new Map(
        of.flatMap((name, at) => (at % 2 === 0 ? [[name, of[at + 1] ?? '']] : [])) as [string, string][],
      );
    const [forAll, forPage] = [pairs(apiHeaders), pairs(dashboardHeaders)];
    const ofPage = told.headers.filter(({ source }) => source !== '/(.*)');
    // The host serves public/ itself: the page's policy has to come from here.
    expect(ofPage.flatMap(({ headers }) => headers.map(({ key }) => key))).toContain(
      'Content-Security-Policy',
    );
    for (const { source, headers } of told.headers) {
      const own = source === '/(.*)' ? forAll : forPage;
      for (const { key, value } of headers) {
        expect(key).not.toMatch(/cache|cookie|vary/i);
        expect(own.get(key), key).toBe(value);
      }
    }
  });

  it('finds the one entry: no other file is there that it would take for one', () => {
    for (const file of ['src/app.ts', 'src/index.ts', 'app.ts', 'index.ts', 'server.ts'])
      expect(existsSync(`${root}${file}`), file).toBe(false);
  });
});

/** Imports a file in a process of its own. @returns what the program says, or its error. */
function inProcess(
  program: string,
  env: Record<string, string>,
  cwd = root,
): Promise<{ code: number | null; said: string }> {
  const { PATH = '' } = process.env;
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ['--input-type=module', '-e', program],
      { cwd, env: { PATH, LOG_LEVEL: 'silent', ...env }, timeout: 110_000 },
      (_error, stdout, stderr) => resolve({ code: child.exitCode, said: stdout + stderr }),
    );
  });
}

describe('the application there', () => {
  const program = `
    const { createServer } = await import('node:net');
    const { default: app } = await import('./src/server.ts');
    const { default: request } = await import('supertest');
    const { status } = await request(app).get('/health');
    const free = await new Promise((resolve) => createServer().once('error', () => resolve(false))
      .listen(Number(process.env.PORT), '127.0.0.1', () => resolve(true)));
    process.stdout.write(JSON.stringify({ kind: typeof app, status, free }));
    process.exit(0);`;

  it('listens elsewhere', async () => {
    const { said } = await inProcess(program, { DATABASE: 'none', PORT: String(await freePort()) });
    expect(said).toBe('{"kind":"function","status":200,"free":false}');
  });

  it('does not start with the embedded database, for which there is no disk', async () => {
    const { code, said } = await inProcess(program, { VERCEL: '1' });
    expect(code).toBe(1);
    expect(said).toContain('no place for the embedded database');
  });

  it('is the default export of its entry, compiled as it is there and without sources, and does not listen', async () => {
    // `npm run build:vercel` does all of it with the host's own builder; this is its first half, in seconds.
    const folder = mkdtempSync(path.join(tmpdir(), 'compiled-'));
    try {
      const settings = mkdtempSync(path.join(folder, 'settings-'));
      const compilerOptions = {
        ...{ noEmit: false, noCheck: true, outDir: folder, rootDir: root },
        rewriteRelativeImportExtensions: true,
      };
      const files = ['src/server.ts', 'middleware.ts', 'mocks/transport.ts'].map((file) => root + file);
      const config = { extends: `${root}tsconfig.json`, compilerOptions, files, include: [], exclude: [] };
      writeFileSync(path.join(settings, 'tsconfig.json'), JSON.stringify(config));
      execFileSync(`${root}node_modules/.bin/tsc`, ['-p', settings], { encoding: 'utf8' });
      writeFileSync(path.join(folder, 'package.json'), '{"type": "module"}');
      for (const file of ['database', 'openapi.yaml', 'src/infrastructure/models/drop-off-risk.json'])
        cpSync(root + file, path.join(folder, file), { recursive: true });
      symlinkSync(`${root}node_modules`, path.join(folder, 'node_modules'));
      const compiled = program.replace('./src/server.ts', './src/server.js');
      const { code, said } = await inProcess(
        compiled,
        { VERCEL: '1', DATABASE: 'none', PORT: String(await freePort()) },
        folder,
      );
      expect([code, said]).toEqual([0, '{"kind":"function","status":200,"free":true}']);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('has a middleware in front of the contract’s routes, which lets through what it may not decide', async () => {
    const asking = `
      const { default: middleware, config } = await import('./middleware.ts');
      const answer = await middleware(new Request('https://api.example/api/v1/auth/me'));
      process.stdout.write(JSON.stringify({ config, next: answer.headers.get('x-middleware-next') }));
      process.exit(0);`;
    const { said } = await inProcess(asking, { VERCEL: '1', DATABASE: 'none' });
    expect(said).toBe('{"config":{"matcher":"/api/v1/:path*","runtime":"nodejs"},"next":"1"}');
  });
});
