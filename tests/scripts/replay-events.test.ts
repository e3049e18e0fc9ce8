import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SqlSession } from '../../src/infrastructure/database/database.ts';
import { migrate } from '../../src/infrastructure/database/migrate.ts';
import { readMigrations } from '../../src/infrastructure/database/migration-files.ts';
import { PgliteDatabase } from '../../src/infrastructure/database/pglite.ts';
import { withPostgresSession } from '../../src/infrastructure/database/postgres.ts';
import { migratedDirectory } from '../infrastructure/database/migrated-pglite.ts';
import {
  describeOnPostgres,
  makeTestDatabase,
  type TestDatabase,
} from '../infrastructure/database/test-database.ts';
import { runScript } from './run-script.ts';

const award = `select api.award_points(
  'key of an award 0001', 'the same request', 'u-1', 'org-1', 'course', 'c-1', 100,
  1773144000000, '2026-03-10', 1773144000000)::text`;
const park = `update internal.outbox set parked_at = now(), attempts = 10`;
const tamper = 'update internal.point_totals set course = course + 1';
const usage = 'Usage: npm run events:replay';

interface Under {
  env: Record<string, string>;
  /** Statements by the owner of the tables, one after another. */
  run: (...statements: string[]) => Promise<readonly (readonly Record<string, string | null>[])[]>;
}

const inTurn = async (session: SqlSession, statements: readonly string[]) => {
  const answers = [];
  for (const statement of statements) answers.push(await session.query(statement));
  return answers;
};

/** One award is there, its event parked. */
function replaying(under: () => Under): void {
  const replay = (...args: string[]) => runScript('scripts/replay-events.ts', args, under().env);

  it('tries parked events again and says how many there were', async () => {
    await under().run(park);
    expect(await replay()).toEqual({ code: 0, output: '1 parked events are tried again.\n' });
    expect(await replay()).toEqual({ code: 0, output: '0 parked events are tried again.\n' });
    const [rows] = await under().run(
      'select attempts::text, parked_at::text, (next_attempt_at <= now())::text as due from internal.outbox',
    );
    expect(rows).toEqual([{ attempts: '0', parked_at: null, due: 'true' }]);
  });

  it('says that what is rebuilt equals what is live', async () => {
    const { code, output } = await replay('--check');
    expect(output).toContain('1 events, 1 people, 1 organizations: rebuilt projections equal the live ones.');
    expect(code).toBe(0);
  });

  it('shows what differs, and fails', async () => {
    await under().run(tamper);
    const { code, output } = await replay('--check');
    expect(output).toMatch(/person u-1\n {2}from the events {2}100 points .*\n {2}live {13}101 points /);
    expect(output).toContain('rebuilt projections differ in 1 places.');
    expect(code).toBe(1);
  });

  it('counts who has entries that no event tells of', async () => {
    await under().run(
      `select api.record_entries('[{"userId": "u-2", "source": "practice", "reference": "p-1", "points": 10,
        "occurredAt": 1773144000000}]', 'org-1')::text`,
    );
    const { code, output } = await replay('--check');
    expect(output).toContain('1 people have entries that no event tells of');
    expect(code).toBe(0);
  });
}

describe('replaying events over PGlite', () => {
  let template: string;
  let directory: string;
  const run: Under['run'] = async (...statements) => {
    const done = Promise.withResolvers<Awaited<ReturnType<Under['run']>>>();
    const prepare = async (session: SqlSession) => {
      await migrate(session, await readMigrations());
      done.resolve(await inTurn(session, statements));
    };
    const database = await PgliteDatabase.open({ directory, statementTimeoutMs: 15_000, prepare });
    await database.close();
    return done.promise;
  };
  beforeAll(async () => {
    template = await migratedDirectory('replay-template-');
    directory = template;
    await run(award);
  });
  afterAll(() => rm(template, { recursive: true }));
  beforeEach(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'replay-'));
    await cp(template, directory, { recursive: true });
    return () => rm(directory, { recursive: true });
  });
  const env = () => ({ DATABASE: 'auto', DATABASE_URL: '', SUPABASE_URL: '', DATA_DIR: directory });

  replaying(() => ({ env: env(), run }));

  it('fails and names the process that has the directory', async () => {
    const database = await PgliteDatabase.open({
      directory,
      statementTimeoutMs: 15_000,
      prepare: async () => undefined,
    });
    const { code, output } = await runScript('scripts/replay-events.ts', [], env());
    await database.close();
    expect(output).toContain(`in use by process ${process.pid}`);
    expect(code).toBe(1);
  });
});

describeOnPostgres('replaying events over PostgreSQL', () => {
  let database: TestDatabase;
  const run: Under['run'] = (...statements) =>
    withPostgresSession(database.url, (session) => inTurn(session, statements));
  beforeEach(async () => {
    database = await makeTestDatabase();
    const migrations = await readMigrations();
    await withPostgresSession(database.url, (session) => migrate(session, migrations));
    await run(award);
    return () => database.drop();
  });

  replaying(() => ({ env: { DATABASE: 'auto', DATABASE_URL: database.url }, run }));
});

describe('replaying events', () => {
  const nowhere = { DATABASE: 'auto', DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' };

  it.each([['--chek'], ['--check=yes'], ['everything']])(
    'refuses %s before it touches anything',
    async (arg) => {
      const { code, output } = await runScript('scripts/replay-events.ts', [arg], nowhere);
      expect(output).toContain(usage);
      expect(code).toBe(64);
    },
  );

  it('fails when the database is away', async () => {
    const { code, output } = await runScript('scripts/replay-events.ts', ['--check'], nowhere);
    expect(output).not.toContain(usage);
    expect(output).not.toContain('parked events');
    expect(code).toBe(1);
  });

  it('fails where there is no database, and makes none', async () => {
    const { code, output } = await runScript('scripts/replay-events.ts', [], { DATABASE: 'none' });
    expect(output).toBe('DATABASE is none: there are no events\n');
    expect(code).toBe(1);
  });
});
