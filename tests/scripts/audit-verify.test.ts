import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrate } from '../../src/infrastructure/database/migrate.ts';
import { readMigrations } from '../../src/infrastructure/database/migration-files.ts';
import { withPostgresSession } from '../../src/infrastructure/database/postgres.ts';
import {
  describeOnPostgres,
  makeTestDatabase,
  type TestDatabase,
} from '../infrastructure/database/test-database.ts';
import { runScript } from './run-script.ts';

const verify = (env: Record<string, string>, ...args: string[]) =>
  runScript('scripts/audit-verify.ts', args, env);
const write = `select api.audit('u-1', 'data.read', 'learner', 'u-2', 'org-1', 'done',
  (extract(epoch from now()) * 1000)::bigint)::text`;

describeOnPostgres('verifying the audit log over PostgreSQL', () => {
  let database: TestDatabase;
  let folder: string;
  const run = (...statements: string[]) =>
    withPostgresSession(database.url, async (session) => {
      for (const statement of statements) await session.query(statement);
    });
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'audit-'));
    database = await makeTestDatabase();
    const migrations = await readMigrations();
    await withPostgresSession(database.url, (session) => migrate(session, migrations));
    await run(write, write, write);
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
    await database.drop();
  });

  it('says that it is whole, notes where it ends, and then misses an end that was cut off', async () => {
    const file = path.join(folder, 'heads');
    const env = { DATABASE: 'auto', DATABASE_URL: database.url };
    const whole = await verify(env, '--heads', file);
    expect(whole.output).toMatch(
      /^3 entries, 0 of them erasures, 0 noted heads: the audit log is whole\.\nhead 3:[0-9a-f]{64}\n$/,
    );
    expect(whole.code).toBe(0);
    expect(await readFile(file, 'utf8')).toBe(whole.output.split('head ')[1]);
    const cut = ['audit_log', 'audit_chain'].flatMap((table) => [
      `alter table internal.${table} disable trigger user`,
      `delete from internal.${table} where ${table === 'audit_log' ? 'id' : 'position'} = 3`,
      `alter table internal.${table} enable trigger user`,
    ]);
    await run(...cut);
    const missed = await verify(env, '--heads', file);
    expect(missed.output).toContain('TAMPERED missing_head: entry 3 of the chain\n');
    expect(missed.output).toContain('2 entries, 0 of them erasures, 1 noted heads: 1 faults.');
    expect(missed.code).toBe(1);
    expect(await readFile(file, 'utf8')).toBe(whole.output.split('head ')[1]);
  });
});

describe('verifying the audit log', () => {
  it('refuses arguments that it does not know before it touches anything', async () => {
    const { code, output } = await verify({ DATABASE: 'none' }, '--head', '0:1');
    expect(output).toContain('Usage: npm run audit:verify');
    expect(code).toBe(64);
  });

  it('fails where nothing lasts', async () => {
    const output = 'DATABASE is none: there is no audit log that lasts\n';
    expect(await verify({ DATABASE: 'none' })).toEqual({ code: 1, output });
  });
});
