import { describe, expect, it } from 'vitest';
import { onBoth } from './schema-world.ts';

const tables = `
  select c.relname::text as name, c.relrowsecurity::text as is_closed,
    (obj_description(c.oid, 'pg_class') is not null)::text as is_described,
    (select count(*) from pg_policy p where p.polrelid = c.oid)::text as policies
  from pg_class c where c.relnamespace = 'internal'::regnamespace and c.relkind in ('r', 'm')`;

const functions = `
  select p.oid::regprocedure::text as signature, p.proname::text as name, n.nspname::text as schema,
    p.prorettype::regtype::text as result, p.prosecdef::text as is_definer,
    ('search_path=""' = any (p.proconfig))::text as has_empty_path, p.provolatile::text as volatility,
    (obj_description(p.oid, 'pg_proc') is not null)::text as is_described,
    has_function_privilege('anon', p.oid, 'execute')::text as for_anon,
    has_function_privilege('authenticated', p.oid, 'execute')::text as for_authenticated,
    has_function_privilege('service_role', p.oid, 'execute')::text as for_service,
    (select coalesce(json_agg(t::regtype::text), '[]') from unnest(p.proargtypes) t)::text as types
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname in ('api', 'internal')`;

/** What migration 0001 and the runner made; their own tests look at them. */
const foundation = ['migrations', 'raise', 'lock_down', 'ping'];

const roles = ['anon', 'authenticated', 'service_role'];

onBoth('the schema', ({ sql, call }) => {
  const refusalOf = async (role: string, statement: string) => {
    await sql('begin');
    try {
      await sql(`set local role ${role}`);
      await sql(statement);
      return 'none';
    } catch (error) {
      return (error as { code: string }).code;
    } finally {
      await sql('rollback');
    }
  };

  describe('what lies in it', () => {
    it('says what every table and function is for', async () => {
      const things = [...(await sql(tables)), ...(await sql(functions))];
      const silent = things.filter(({ is_described }) => is_described === 'false').map(({ name }) => name);
      expect(silent.filter((name) => !foundation.includes(name ?? ''))).toEqual([]);
    });

    it('has functions for the service only, each with the rights of the owner and an empty search path', async () => {
      const ours = (await sql(functions)).filter(({ schema }) => schema === 'api');
      expect(ours.length).toBeGreaterThan(50);
      for (const one of ours) {
        expect(one).toMatchObject({
          result: 'jsonb',
          is_definer: 'true',
          has_empty_path: 'true',
          for_anon: 'false',
          for_authenticated: 'false',
          for_service: 'true',
        });
      }
    });

    it('keeps what is internal from everybody', async () => {
      const inner = (await sql(functions)).filter(({ schema }) => schema === 'internal');
      for (const one of inner) {
        expect(one).toMatchObject({ for_anon: 'false', for_authenticated: 'false', for_service: 'false' });
      }
    });

    it('calls a function stable when it only reads', async () => {
      const all = (await sql(functions)).filter(({ schema }) => schema === 'api');
      const stable = all.filter(({ volatility }) => volatility === 's');
      for (const { signature, types, name } of stable) {
        const args = (JSON.parse(types ?? '[]') as string[]).map((type) => `null::${type}`).join(', ');
        await sql('begin transaction read only');
        const code = await sql(`select api.${name}(${args})::text`).then(
          () => 'none',
          (error: { code: string }) => error.code,
        );
        await sql('rollback');
        expect(['none', 'PT400'], signature ?? '').toContain(code);
      }
      expect(all.filter(({ volatility }) => volatility === 'i')).toEqual([]);
      const writers = all.filter(({ volatility }) => volatility === 'v').map(({ name }) => name);
      expect(
        writers.filter((name) => /^(get_|last_|latest_|was_|export_|.*(state|page)$)/.test(name ?? '')),
      ).toEqual([]);
    });
  });

  describe('who may look', () => {
    it('has row-level security and no policy on every table', async () => {
      const open = (await sql(`${tables} and c.relkind = 'r'`)).filter(
        ({ is_closed, policies }) => is_closed !== 'true' || policies !== '0',
      );
      expect(open).toEqual([]);
    });

    it('lets no role read or write a table', async () => {
      const names = (await sql(tables)).map(({ name }) => name);
      for (const role of roles) {
        for (const name of names) {
          expect(await refusalOf(role, `select 1 from internal.${name}`), `${role} ${name}`).toBe('42501');
        }
        expect(await refusalOf(role, "insert into internal.preferences (user_id) values ('x')")).toBe(
          '42501',
        );
      }
    });

    it('shows no row to anon and authenticated, even when somebody grants them the table', async () => {
      await call('update_preferences', { user_id: 'u-seen', organization_id: null, changes: {} });
      for (const role of ['anon', 'authenticated']) {
        await sql('begin');
        await sql(`grant usage on schema internal to ${role}`);
        await sql(`grant all on internal.preferences to ${role}`);
        await sql(`set local role ${role}`);
        const [row] = await sql('select count(*)::text as rows from internal.preferences');
        await expect(sql("insert into internal.preferences (user_id) values ('x')")).rejects.toThrow(
          'row-level',
        );
        await sql('rollback');
        expect(row).toEqual({ rows: '0' });
      }
    });

    it('lets the service call a function, and nobody else', async () => {
      const question = "select api.get_preferences('u-1')::text";
      expect(await refusalOf('anon', question)).toBe('42501');
      expect(await refusalOf('authenticated', question)).toBe('42501');
      expect(await refusalOf('service_role', question)).toBe('none');
    });
  });
});
