-- Functions that the contract of the three adapters is tested with. Applied after the foundation.
create table internal.contract_calls (id integer generated always as identity primary key, caller text not null);

create function api.echo(value jsonb) returns jsonb
language sql immutable security definer set search_path = '' as $$ select value $$;

create function api.typed(
  number integer default null, big bigint default null, at timestamptz default null, list text[] default null,
  flag boolean default null, words text default 'none given'
) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('number', number, 'big', big, 'bigText', big::text, 'at', at, 'list', list,
    'flag', flag, 'words', words)
$$;

create function api.shapes() returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object(
    'integer', 42, 'negative', -7, 'decimal', 0.1, 'small', 1e-7, 'exact', 9007199254740991::bigint,
    'beyond', 9007199254740993::bigint, 'beyondText', 9007199254740993::text, 'numeric', 12.50::numeric,
    'double', 0.1::float8 + 0.2::float8, 'instant', timestamptz '2026-03-01 12:30:00.123456+02',
    'day', date '2026-03-01', 'nothing', null, 'yes', true, 'text', E'Zoë\n"quoted" \\ \U0001F600',
    'nested', jsonb_build_object('list', jsonb_build_array(1, jsonb_build_object('deep', jsonb_build_array()))),
    'emptyList', '[]'::jsonb, 'emptyObject', '{}'::jsonb, 'array', array[1, null, 3])
$$;

create function api.nothing() returns jsonb
language sql immutable security definer set search_path = '' as $$ select null::jsonb $$;

create function api.refuse(code text, message text) returns jsonb
language sql volatile security definer set search_path = '' as $$ select internal.raise(code, message) $$;

create function api.break_a_rule(divisor integer) returns jsonb
language sql volatile security definer set search_path = '' as $$ select to_jsonb(1 / divisor) $$;

-- Busy and never done, unlike pg_sleep also in PGlite.
create function api.slow() returns jsonb
language sql volatile security definer set search_path = '' as $$
  select to_jsonb(count(*)) from generate_series(1, 1000000000000) as s(n) where n % 7 = 3
$$;

-- Busy for so long.
create function api.busy(milliseconds integer) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  until timestamptz := clock_timestamp() + make_interval(secs => milliseconds / 1000.0);
begin
  while clock_timestamp() < until loop end loop;
  return to_jsonb(milliseconds);
end
$$;

-- Writes, and then fails when asked to: a call is one transaction.
create function api.note(caller text, fails boolean default false) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
  insert into internal.contract_calls (caller) values (note.caller);
  if fails then perform internal.raise('unprocessable', 'as you asked'); end if;
  return jsonb_build_object('caller', note.caller);
end
$$;

create function api.noted() returns jsonb
language sql stable security definer set search_path = '' as $$
  select coalesce(jsonb_agg(c.caller order by c.caller), '[]') from internal.contract_calls c
$$;

create function api.session_settings() returns jsonb
language sql stable security definer as $$
  select jsonb_build_object(
    'zone', pg_catalog.current_setting('TimeZone'), 'path', pg_catalog.current_setting('search_path'))
$$;
