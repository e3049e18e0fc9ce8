-- The ground on which all data stand. Rules that every later file may rely on and must keep:
--
--   * Tables live in schema internal. Nobody but their owner reads or writes them.
--   * Everything that the application may do is a function in schema api: named arguments, not overloaded,
--     returns one jsonb, `security definer set search_path = ''`. It runs with the rights of the owner of the
--     tables; that is the only way to them.
--   * Only service_role may execute functions of api. anon and authenticated exist because Supabase has them,
--     and may do nothing.
--   * A function that refuses says so with internal.raise.
--   * A file names everything with its schema (search_path is empty while it runs), and neither begins nor
--     ends a transaction: the runner does, and calls internal.lock_down() at the end of each file, so that a
--     file that forgets to close a door does not leave it open.

create schema if not exists internal;
create schema if not exists api;

do $$
declare
  wanted text;
begin
  foreach wanted in array array['anon', 'authenticated', 'service_role'] loop
    begin
      if not exists (select from pg_catalog.pg_roles where rolname = wanted) then
        execute pg_catalog.format('create role %I nologin', wanted);
      end if;
    exception
      -- Roles belong to the server, not to one database: another database's migration may have been quicker.
      when duplicate_object or unique_violation then null;
    end;
  end loop;
end
$$;

revoke all on schema internal, api from public, anon, authenticated, service_role;
grant usage on schema api to service_role;

-- Ends the calling function with an error of ours. The code is one of the words of the port (src/application/
-- ports/rpc.ts) or its SQLSTATE; PostgREST answers PTxyz with the HTTP status xyz. Declared as jsonb so that
-- it can stand as a branch of an expression.
create function internal.raise(code text, message text) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  state text := case code
    when 'invalid' then 'PT400'
    when 'not_found' then 'PT404'
    when 'conflict' then 'PT409'
    when 'unprocessable' then 'PT422'
    when 'in_flight' then 'PT425'
    else code
  end;
begin
  if state !~ '^PT4[0-9][0-9]$' then
    raise exception 'internal.raise: % is no code of ours', code;
  end if;
  raise exception using errcode = state, message = message;
end
$$;

-- Row-level security without a single policy: whoever is not the owner sees no row, even with a grant given
-- by mistake. Revoking execute matters most: PostgreSQL gives it to everybody when a function is made.
create function internal.lock_down() returns void
language plpgsql
set search_path = ''
as $$
declare
  unprotected text;
begin
  for unprotected in
    select c.oid::regclass::text
    from pg_catalog.pg_class c
    where c.relnamespace in ('internal'::regnamespace, 'api'::regnamespace)
      and c.relkind in ('r', 'p')
      and not c.relrowsecurity
  loop
    execute 'alter table ' || unprotected || ' enable row level security';
  end loop;
  revoke all on all tables in schema internal, api from public, anon, authenticated, service_role;
  revoke all on all sequences in schema internal, api from public, anon, authenticated, service_role;
  revoke all on all routines in schema internal, api from public, anon, authenticated, service_role;
  grant execute on all functions in schema api to service_role;
end
$$;

-- For health checks: that the database answers, and how far it has been migrated.
create function api.ping() returns jsonb
language sql stable security definer
set search_path = ''
as $$
  select jsonb_build_object('ok', true, 'migration', (select max(m.number) from internal.migrations m))
$$;
