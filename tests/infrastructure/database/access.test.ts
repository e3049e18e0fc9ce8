import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrate } from '../../../src/infrastructure/database/migrate.ts';
import { readMigrations } from '../../../src/infrastructure/database/migration-files.ts';
import { withPostgresSession } from '../../../src/infrastructure/database/postgres.ts';
import { type OpenSession, pgliteSession, postgresSession } from './sessions.ts';
import { describeOnPostgres, makeHostedDatabase } from './test-database.ts';

const tables = `
  select c.oid::regclass::text as name from pg_class c
  where c.relnamespace in ('internal'::regnamespace, 'api'::regnamespace) and c.relkind in ('r', 'p', 'v', 'm', 'S')
  order by 1`;

const functions = `
  select p.oid::regprocedure::text as name, p.pronamespace::regnamespace::text as schema from pg_proc p
  where p.pronamespace in ('internal'::regnamespace, 'api'::regnamespace) order by 1`;

/** Functions of api that break a rule of 0001_foundation.sql. */
const unruly = `
  select p.oid::regprocedure::text as name from pg_proc p
  where p.pronamespace = 'api'::regnamespace and (
    p.prorettype <> 'jsonb'::regtype or p.proretset or p.prokind <> 'f' or not p.prosecdef
    or not coalesce('search_path=""' = any (p.proconfig), false)
    or (p.pronargs > 0 and (p.proargnames is null or '' = any (p.proargnames)))
    or exists (select from pg_proc o where o.proname = p.proname and o.pronamespace = p.pronamespace and o.oid <> p.oid))`;

/** All of database/, as it ships. */
function access(open: () => Promise<OpenSession>): void {
  let under: OpenSession;
  beforeAll(async () => {
    under = await open();
    await migrate(under.session, await readMigrations());
  });
  afterAll(() => under?.close());

  /** SQLSTATE of a statement as a role, or 'done'. */
  async function asRole(role: string, statement: string): Promise<unknown> {
    await under.session.script(`begin; set local role ${role}`);
    try {
      await under.session.query(statement);
      return 'done';
    } catch (error) {
      return (error as { code?: unknown }).code;
    } finally {
      await under.session.script('rollback');
    }
  }
  const list = (query: string) => under.session.query(query);
  const denied = '42501';

  it.each(['anon', 'authenticated'])('lets %s neither read, write nor execute anything', async (role) => {
    for (const { name } of await list(tables)) {
      expect([name, await asRole(role, `select from ${name}`)]).toEqual([name, denied]);
      expect([name, await asRole(role, `delete from ${name}`)]).toEqual([name, denied]);
    }
    const executable = await list(
      `select name from (${functions}) f where has_function_privilege('${role}', name, 'execute')`,
    );
    expect(executable).toEqual([]);
    expect(await asRole(role, 'select api.ping()')).toBe(denied);
    expect(await asRole(role, "select internal.raise('PT400', 'x')")).toBe(denied);
    expect(await asRole(role, 'create table api.mine ()')).toBe(denied);
  });

  it('lets service_role execute every function of api, and touch nothing else', async () => {
    const wrong = await list(
      `select name from (${functions}) f
       where has_function_privilege('service_role', name, 'execute') <> (schema = 'api')`,
    );
    expect(wrong).toEqual([]);
    expect(await asRole('service_role', 'select api.ping()')).toBe('done');
    for (const { name } of await list(tables)) {
      expect([name, await asRole('service_role', `select from ${name}`)]).toEqual([name, denied]);
    }
  });

  it('has row-level security on every table', async () => {
    const open = await list(
      `select oid::regclass::text as name from pg_class where not relrowsecurity and relkind in ('r', 'p')
       and relnamespace in ('internal'::regnamespace, 'api'::regnamespace)`,
    );
    expect(open).toEqual([]);
  });

  it('has only functions of api that every adapter calls in the same way', async () => {
    expect(await list(unruly)).toEqual([]);
  });
}

describe('access to PGlite', () => access(pgliteSession));
describeOnPostgres('access to PostgreSQL', () => access(postgresSession));

describeOnPostgres('a hosted PostgreSQL', () => {
  it('is migrated by an owner who is no superuser', async () => {
    const { url, drop } = await makeHostedDatabase();
    const migrations = await readMigrations();
    try {
      const done = await withPostgresSession(url, (session) => migrate(session, migrations));
      expect(done).toHaveLength(migrations.length);
    } finally {
      await drop();
    }
  });
});
