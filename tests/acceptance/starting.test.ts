/** What a process does whose database is not there, not migrated, or somebody else's: over real processes. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { makeCuttable } from '../infrastructure/database/cuttable.ts';
import { startPostgrest } from '../infrastructure/database/postgrest.ts';
import {
  describeOnPostgres,
  makeTestDatabase,
  type TestDatabase,
} from '../infrastructure/database/test-database.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const started: ChildProcess[] = [];

/** `npm start`, until it listens or has ended. */
async function start(env: Record<string, string>) {
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, ['src/main.ts'], {
    cwd: root,
    env: { PATH, PORT: '0', MOCK_LEARNERS: '150', JOBS: 'off', ...env },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  started.push(child);
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const listening = once(child, 'message').then(([message]) => (message as { url: string }).url);
  const exited = once(child, 'close').then(([code]) => code as number | null);
  const url = await Promise.race([listening, exited.then(() => null)]);
  return { url, code: url === null ? await exited : null, said: () => said };
}

afterEach(async () => {
  for (const child of started.splice(0)) {
    if (child.exitCode !== null) continue;
    child.kill('SIGTERM');
    await once(child, 'close');
  }
});

interface Ready {
  status: string;
  dependencies: { name: string; state: string }[];
}

async function readyOf(url: string) {
  const response = await fetch(`${url}/ready`);
  const { status, dependencies } = (await response.json()) as Ready;
  const database = dependencies.find(({ name }) => name === 'database')?.state;
  return { http: response.status, status, database };
}

describeOnPostgres('a process with PostgreSQL', () => {
  let database: TestDatabase;
  let cable: Awaited<ReturnType<typeof makeCuttable>>;
  beforeAll(async () => {
    database = await makeTestDatabase();
    cable = await makeCuttable(new URL(database.url));
  });
  afterAll(async () => {
    await cable.cut();
    await database.drop();
  });

  it('does not start on a database that is not migrated, and says in one line what to run', async () => {
    const { url, code, said } = await start({ DATABASE_URL: cable.url });
    expect([url, code]).toEqual([null, 78]);
    expect(said().trim().split('\n')).toEqual([expect.stringMatching(/^Cannot start\..*npm run migrate$/)]);
  });

  it('starts while the database is away, is not ready when it comes unmigrated, and is when it is migrated', async () => {
    await cable.cut();
    const { url, said } = await start({ DATABASE_URL: cable.url });
    expect(await readyOf(url ?? '')).toEqual({ http: 200, status: 'degraded', database: 'down' });

    await cable.mend();
    await expect
      .poll(() => readyOf(url ?? ''), { interval: 300 })
      .toEqual({ http: 503, status: 'not_ready', database: 'not_migrated' });
    await expect.poll(said).toMatch(/"level":50.*npm run migrate/);

    const env = { ...process.env, DATABASE_URL: database.url };
    execFileSync(process.execPath, ['scripts/migrate.ts'], { cwd: root, env });
    await expect
      .poll(() => readyOf(url ?? ''), { interval: 300 })
      .toEqual({ http: 200, status: 'ready', database: 'up' });
    // Once, however many calls have asked for something that was not there.
    expect(said().match(/"level":50/g)).toHaveLength(1);
  });
});

describeOnPostgres('a process with Supabase', () => {
  it('does not start on a project that is not migrated, and says in one line what to run', async () => {
    const database = await makeTestDatabase();
    const serviceRoleKey = 'key-of-the-service';
    const rest = await startPostgrest({
      databaseUrl: database.url,
      serviceRoleKey,
      statementTimeoutMs: 2000,
    });
    const { url, code, said } = await start({
      SUPABASE_URL: rest.url,
      SUPABASE_SERVICE_ROLE_KEY: serviceRoleKey,
    });
    await rest.close();
    await database.drop();
    expect([url, code]).toEqual([null, 78]);
    expect(said().trim().split('\n')).toEqual([expect.stringMatching(/^Cannot start\..*npm run migrate$/)]);
  });
});

describe('a second process on the same directory', () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'held-'));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it('ends with one line that says who has it', async () => {
    const first = await start({ DATA_DIR: directory });
    expect(first.url).not.toBeNull();
    const { url, code, said } = await start({ DATA_DIR: directory });
    expect([url, code]).toEqual([null, 78]);
    expect(said().trim().split('\n')).toEqual([expect.stringMatching(/^Cannot start\. .* is in use by/)]);
  });
});
