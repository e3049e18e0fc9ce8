import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Rpc } from '../../../src/application/ports/rpc.ts';
import { PostgresDatabase, withPostgresSession } from '../../../src/infrastructure/database/postgres.ts';
import { SupabaseDatabase } from '../../../src/infrastructure/database/supabase.ts';
import { timed } from '../../fixtures/lateness.ts';
import { migrated } from './adapters.ts';
import { makeCuttable } from './cuttable.ts';
import { startPostgrest } from './postgrest.ts';
import { describeOnPostgres, type TestDatabase } from './test-database.ts';

let database: TestDatabase;

describeOnPostgres('what is particular to each server', () => {
  beforeEach(async () => {
    database = await migrated();
  });
  afterEach(() => database.drop());

  const connect = (options = {}) =>
    new PostgresDatabase({
      url: database.url,
      maxConnections: 1,
      statementTimeoutMs: 1000,
      connectTimeoutMs: 1000,
      applicationName: 'particular',
      ...options,
    });

  /** How long a call may take: long beside what a busy machine needs for one that is answered. */
  const hungMs = 1000;
  /** All of them in less than one may take. */
  async function refusesAtOnce(server: Pick<Rpc, 'call'>): Promise<void> {
    const { ownMs } = await timed(async () => {
      for (let times = 0; times < 20; times += 1)
        await expect(server.call('ping', {})).rejects.toMatchObject({ code: 'unavailable' });
    });
    expect(ownMs).toBeLessThan(hungMs / 2);
  }
  async function isSoonBack(server: Pick<Rpc, 'call'>): Promise<void> {
    const { ownMs } = await timed(() =>
      expect.poll(() => server.call('ping', {}).catch(() => 'away')).not.toBe('away'),
    );
    expect(ownMs).toBeLessThan(5000);
  }

  it('PostgreSQL: reads instants in UTC and has an empty search path, whatever the database prefers', async () => {
    await withPostgresSession(database.url, async ({ query, script }) => {
      const [row] = await query('select current_database()::text as name');
      await script(`alter database ${row?.name} set timezone = 'Asia/Tokyo'`);
      await script(`alter database ${row?.name} set search_path = api`);
    });
    const postgres = connect();
    expect(await postgres.call('session_settings', {})).toEqual({ zone: 'UTC', path: '' });
    await postgres.close();
  });

  it('PostgreSQL: keeps its connection after a function has refused', async () => {
    const postgres = connect();
    const backends = async () =>
      withPostgresSession(database.url, async ({ query }) =>
        query("select pid::text from pg_stat_activity where application_name = 'particular'"),
      );
    await postgres.call('ping', {});
    const before = await backends();
    const refused = postgres.call('refuse', { code: 'PT409', message: 'no' });
    await expect(refused).rejects.toMatchObject({ code: 'conflict' });
    expect(before).toHaveLength(1);
    expect(await backends()).toEqual(before);
    await postgres.close();
  });

  it('PostgreSQL: asks the replica only what is declared to read only', async () => {
    const replica = await migrated();
    const postgres = connect({ replicaUrl: replica.url });
    await postgres.call('note', { caller: 'on the primary' });
    expect(await postgres.call('noted', {})).toEqual(['on the primary']);
    expect(await postgres.call('noted', {}, { readOnly: true })).toEqual([]);
    await postgres.close();
    await replica.drop();
  });

  it('PostgreSQL: sees a function’s new signature after it was changed under it', async () => {
    const postgres = connect();
    await postgres.call('echo', { value: 1 });
    await withPostgresSession(database.url, ({ script }) =>
      script(`drop function api.echo(jsonb);
        create function api.echo(value text) returns jsonb language sql as 'select to_jsonb(value)'`),
    );
    await expect(postgres.call('echo', { value: 1 })).rejects.toMatchObject({ code: 'unknown_function' });
    expect(await postgres.call('echo', { value: 1 })).toBe('1');
    await postgres.close();
  });

  it('PostgreSQL: does not wait for a free connection longer than it may', async () => {
    const postgres = connect({ statementTimeoutMs: 1500, connectTimeoutMs: 200 });
    const running = postgres.call('slow', {}).catch((error: unknown) => error);
    await expect(postgres.call('ping', {})).rejects.toMatchObject({ code: 'unavailable' });
    expect(await running).toMatchObject({ code: 'unavailable' });
    await postgres.close();
  });

  it('PostgreSQL: is waited for once when it hangs, and is back soon after', async () => {
    const cable = await makeCuttable(new URL(database.url));
    const states: boolean[] = [];
    const postgres = connect({
      url: cable.url,
      maxConnections: 3,
      statementTimeoutMs: hungMs,
      connectTimeoutMs: 2 * hungMs,
      onState: (isUp: boolean) => states.push(isUp),
    });
    await postgres.call('ping', {});
    cable.hang();
    await expect(postgres.call('ping', {})).rejects.toMatchObject({ code: 'unavailable' });
    await refusesAtOnce(postgres);
    cable.letGo();
    await isSoonBack(postgres);
    expect(states).toEqual([false, true]);
    await postgres.close();
    await cable.cut();
  });

  it('Supabase: is waited for once when it hangs, and is back soon after', async () => {
    const options = { databaseUrl: database.url, serviceRoleKey: 'right', statementTimeoutMs: 1000 };
    const rest = await startPostgrest(options);
    const cable = await makeCuttable(new URL(rest.url));
    const states: boolean[] = [];
    const supabase = new SupabaseDatabase({
      ...{ url: cable.url, serviceRoleKey: 'right', timeoutMs: hungMs },
      onState: (isUp) => states.push(isUp),
    });
    await supabase.call('ping', {});
    cable.hang();
    await expect(supabase.call('ping', {})).rejects.toMatchObject({ code: 'unavailable' });
    // It may have been that one call; a probe decides.
    await expect.poll(() => states).toEqual([false]);
    await refusesAtOnce(supabase);
    cable.letGo();
    await isSoonBack(supabase);
    expect(states).toEqual([false, true]);
    await supabase.close();
    await cable.cut();
    await rest.close();
  });

  it('Supabase: is unavailable with a wrong key, and does not tell it', async () => {
    const options = { databaseUrl: database.url, serviceRoleKey: 'right', statementTimeoutMs: 1000 };
    const rest = await startPostgrest(options);
    const supabase = new SupabaseDatabase({ url: rest.url, serviceRoleKey: 'wrong-key', timeoutMs: 1000 });
    const error = await supabase.call('ping', {}).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'unavailable' });
    expect(String(error)).not.toContain('wrong-key');
    await rest.close();
  });
});
