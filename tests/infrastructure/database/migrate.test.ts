import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { appliedMigrations, migrate } from '../../../src/infrastructure/database/migrate.ts';
import { migrateCommand } from '../../../src/infrastructure/database/migrate-command.ts';
import { migrationsDirectory, readMigrations } from '../../../src/infrastructure/database/migration-files.ts';
import { type OpenSession, pgliteSession, postgresSession } from './sessions.ts';
import { describeOnPostgres, makeTestDatabase, type TestDatabase } from './test-database.ts';

const foundation = '0001_foundation.sql';
let directory: string;

const write = (name: string, sql: string) => writeFile(path.join(directory, name), sql);

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'migrations-'));
  await copyFile(path.join(migrationsDirectory, foundation), path.join(directory, foundation));
  await write('0002_things.sql', 'create table internal.things (id integer primary key);');
});
afterEach(() => rm(directory, { recursive: true }));

function migrating(open: () => Promise<OpenSession>): void {
  let under: OpenSession;
  beforeAll(async () => {
    under = await open();
  });
  afterAll(() => under?.close());
  afterEach(() => under.session.script('drop schema if exists api, internal cascade'));

  const run = async () => migrate(under.session, await readMigrations(directory));
  const namesApplied = async () => (await appliedMigrations(under.session)).map(({ name }) => name);
  const isThere = async (table: string) => {
    const [row] = await under.session.query('select to_regclass($1)::text as found', [table]);
    return row?.found !== null;
  };

  it('applies every file to a fresh database, in order', async () => {
    expect(await appliedMigrations(under.session)).toEqual([]);
    expect(await run()).toEqual(['0001_foundation', '0002_things']);
    const applied = await appliedMigrations(under.session);
    expect(applied.map(({ number }) => number)).toEqual([1, 2]);
    expect(applied[0]?.checksum).toMatch(/^[0-9a-f]{64}$/);
    expect(Date.now() - Date.parse(applied[0]?.appliedAt ?? '')).toBeLessThan(60_000);
  });

  it('does nothing when it runs again, and only what is new when there is something new', async () => {
    await run();
    expect(await run()).toEqual([]);
    await write('0003_more.sql', 'create table internal.more ();');
    expect(await run()).toEqual(['0003_more']);
  });

  it('refuses when an applied file has changed, and changes nothing', async () => {
    await run();
    await write('0002_things.sql', 'create table internal.things (id text);');
    await write('0003_more.sql', 'create table internal.more ();');
    await expect(run()).rejects.toThrow('0002_things: the file has changed since it was applied');
    expect(await isThere('internal.more')).toBe(false);
  });

  it('takes other line ends for no change', async () => {
    await write('0002_things.sql', 'create table internal.things ();\n-- done\n');
    await run();
    await write('0002_things.sql', 'create table internal.things ();\r\n-- done\r\n');
    expect(await run()).toEqual([]);
  });

  it('refuses when an applied file is gone or was never applied', async () => {
    await run();
    await rm(path.join(directory, '0002_things.sql'));
    await expect(run()).rejects.toThrow('0002_things: applied to the database, but there is no such file');
    await write('0002_things.sql', 'create table internal.things (id integer primary key);');
    await under.session.script('delete from internal.migrations where number = 1');
    await expect(run()).rejects.toThrow('0001_foundation: not applied, although 0002_things after it is');
  });

  it('leaves nothing half done when a file fails, keeps what came before it, and says where it failed', async () => {
    await write('0003_bad.sql', 'create table internal.half ();\nselect 1;\nselect from nowhere;\n');
    await expect(run()).rejects.toThrow('0003_bad (line 3): relation "nowhere" does not exist');
    expect(await namesApplied()).toEqual(['0001_foundation', '0002_things']);
    expect(await isThere('internal.half')).toBe(false);
    await write('0003_bad.sql', 'create table internal.half ();');
    expect(await run()).toEqual(['0003_bad']);
  });

  it('closes what a file leaves open', async () => {
    await write(
      '0003_open.sql',
      'create table internal.open (); grant all on internal.open to public, anon;',
    );
    await run();
    const [row] = await under.session.query(
      `select relrowsecurity::text as secured, has_table_privilege('anon', oid, 'select')::text as readable
       from pg_class where oid = 'internal.open'::regclass`,
    );
    expect(row).toEqual({ secured: 'true', readable: 'false' });
  });

  it('finds nothing by chance in a schema that a file does not name', async () => {
    await write('0003_lazy.sql', 'create table lazy ();');
    await expect(run()).rejects.toThrow('no schema has been selected to create in');
  });
}

describe('migrating PGlite', () => migrating(pgliteSession));
describeOnPostgres('migrating PostgreSQL', () => migrating(postgresSession));

describe('the files of migrations', () => {
  const reading = () => readMigrations(directory);

  it('have no gaps', async () => {
    await write('0004_later.sql', '');
    await expect(reading()).rejects.toThrow('0004_later: expected number 0003 here');
  });

  it('have each number once', async () => {
    await write('0002_twice.sql', '');
    await expect(reading()).rejects.toThrow('0002_twice: expected number 0003 here');
  });

  it('have a number and a name', async () => {
    await write('hotfix.sql', '');
    await expect(reading()).rejects.toThrow('hotfix.sql: migrations are called NNNN_name.sql');
  });

  it('leave transactions to the runner', async () => {
    await write('0003_own.sql', 'select 1;\ncommit;\n');
    await expect(reading()).rejects.toThrow('0003_own.sql: a migration runs in one transaction');
  });

  it('in this project are all fit to be applied', async () => {
    expect((await readMigrations())[0]?.name).toBe('0001_foundation');
  });
});

describeOnPostgres('npm run migrate', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await makeTestDatabase();
  });
  afterEach(() => database.drop());

  async function command(...args: string[]): Promise<{ code: number; lines: string[] }> {
    const lines: string[] = [];
    const target = { url: database.url, directory: '' };
    const print = (line: string) => void lines.push(line);
    return { code: await migrateCommand({ args, target, migrations: directory, print }), lines };
  }

  it('says with --status what is applied and what is not, and changes nothing', async () => {
    expect(await command('--status')).toEqual({
      code: 0,
      lines: ['0001_foundation  pending', '0002_things      pending'],
    });
    expect(await command()).toEqual({ code: 0, lines: ['applied 0001_foundation', 'applied 0002_things'] });
    await write('0003_more.sql', 'create table internal.more ();');
    const { code, lines } = await command('--status');
    expect(code).toBe(0);
    expect(lines[1]).toMatch(/^0002_things {6}applied \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(lines[2]).toBe('0003_more        pending');
    expect((await command()).lines).toEqual(['applied 0003_more']);
    expect((await command()).lines).toEqual(['Nothing to do.']);
  });

  it('fails with --status when a file has changed', async () => {
    await command();
    await write('0002_things.sql', 'select 1;');
    const { code, lines } = await command('--status');
    expect(code).toBe(1);
    expect(lines.at(-1)).toContain('Problem: 0002_things: the file has changed');
  });

  it('fails with one line for a file that fails, and explains itself to whoever asks for something else', async () => {
    await write('0003_bad.sql', 'select 1/0;');
    const failed = await command();
    expect([failed.code, failed.lines]).toEqual([1, ['0003_bad: division by zero']]);
    const confused = await command('--down');
    expect(confused.code).toBe(64);
    expect(confused.lines.join('\n')).toContain('Usage: npm run migrate');
  });

  it('of several processes at once applies each file exactly once', async () => {
    await write('0003_slow.sql', 'select pg_sleep(0.3); create table internal.slow ();');
    await write('0004_last.sql', 'insert into internal.things values (1);');
    const script = fileURLToPath(new URL('./migrate-process.ts', import.meta.url));
    const start = () => promisify(execFile)(process.execPath, [script, database.url, directory]);
    const outputs = await Promise.all([start(), start(), start()]);
    const applied = outputs
      .flatMap(({ stdout }) => stdout.split('\n'))
      .filter((line) => /^applied/.test(line));
    expect(applied.sort()).toEqual([
      'applied 0001_foundation',
      'applied 0002_things',
      'applied 0003_slow',
      'applied 0004_last',
    ]);
  });
});
