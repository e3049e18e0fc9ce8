-- What people may demand: all that is kept of them, and that it is gone. What is a person's is told by the
-- types of the columns (0002), so that a table that is added later is exported and erased with the others.

create table internal.erasures (
  id uuid primary key default gen_random_uuid(),
  subject_hash text not null,
  requested_by internal.mention,
  reason internal.prose not null check (length(reason) between 1 and 200),
  erased_at timestamptz not null,
  counts jsonb not null
);
comment on table internal.erasures is
  'Proof that a person was erased: a salted hash of the id. The salt is not in the database.';
create index erasures_subject on internal.erasures (subject_hash);

create function internal.proof_of(user_id text, salt text) returns text
language sql immutable as $$ select encode(sha256(convert_to(salt || ':' || user_id, 'UTF8')), 'hex') $$;
comment on function internal.proof_of is 'The salted hash of an id.';

create function internal.names(content text, user_id text) returns boolean
language sql immutable as $$
  select strpos(content, user_id) > 0 and content ~ ('(?<![A-Za-z0-9_-])' || user_id || '(?![A-Za-z0-9_-])')
$$;
comment on function internal.names is 'Whether an id stands in a text as a word of its own: u-1 is not in u-10.';

create function internal.renamed(content text, user_id text, alias text) returns text
language sql immutable as $$
  select regexp_replace(content, '(?<![A-Za-z0-9_-])' || user_id || '(?![A-Za-z0-9_-])', alias, 'g')
$$;
comment on function internal.renamed is 'A text with another word in the place of an id.';

create function internal.renamed(content jsonb, user_id text, alias text) returns jsonb
language sql immutable set search_path = '' as $$
  select case jsonb_typeof(content)
    when 'string' then to_jsonb(internal.renamed(content #>> '{}', user_id, alias))
    when 'array' then coalesce((
      select jsonb_agg(internal.renamed(e.value, user_id, alias) order by e.n)
      from jsonb_array_elements(content) with ordinality as e(value, n)), '[]')
    when 'object' then coalesce((
      select jsonb_object_agg(internal.renamed(e.key, user_id, alias),
        -- Some services send ids as numbers; other numbers are no ids.
        case when jsonb_typeof(e.value) = 'number' and e.key ~* 'id$' and e.value::text = user_id
          then to_jsonb(alias) else internal.renamed(e.value, user_id, alias) end)
      from jsonb_each(content) e), '{}')
    else content end
$$;
comment on function internal.renamed(jsonb, text, text) is
  'A document with another word in the place of an id: in texts, in keys, and as a number under a key that ends in id.';

create function internal.columns_of(types text[]) returns table (name text, columns text[])
language sql stable set search_path = '' as $$
  select c.relname::text, array_agg(a.attname::text order by a.attnum)
  from pg_catalog.pg_class c
  join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  where c.relnamespace = 'internal'::regnamespace and c.relkind in ('r', 'p')
    and a.atttypid = any (types::regtype[])
  group by c.relname order by c.relname
$$;
comment on function internal.columns_of is 'Tables with their columns of some types.';

create function api.export_user(user_id text) returns jsonb
language plpgsql stable security definer set search_path = '' set timezone = 'UTC' as $$
declare
  part record;
  kept jsonb;
  tables jsonb := '{}';
begin
  perform internal.require(internal.is_id(user_id), 'user_id is not an id');
  for part in select * from internal.columns_of(array['internal.person', 'internal.mention']) loop
    execute format(
      'select jsonb_agg((select jsonb_object_agg(f.key, f.value) from jsonb_each(to_jsonb(r)) f where f.key !~ ''hash$'')) from internal.%I r where %s',
      part.name,
      (select string_agg(format('r.%I = $1', c), ' or ') from unnest(part.columns) c))
    into kept using user_id;
    if kept is not null then tables := tables || jsonb_build_object(part.name, kept); end if;
  end loop;
  return jsonb_build_object(
    'userId', user_id,
    'tables', tables,
    'events', coalesce((
      select jsonb_agg(internal.event_json(row(e.*)::internal.domain_events) order by e.position)
      from internal.domain_events e where internal.names(e.stream, export_user.user_id)), '[]'),
    'mentions', coalesce((
      select jsonb_agg(jsonb_build_object('type', e.type, 'occurredAt', internal.ms(e.occurred_at)) order by e.position)
      from internal.domain_events e
      where not internal.names(e.stream, export_user.user_id)
        and (internal.names(e.data::text, export_user.user_id) or internal.names(e.metadata::text, export_user.user_id))),
      '[]'));
end $$;
comment on function api.export_user is
  'Everything that is kept of a person: the rows of all tables without hashes, the person''s own events, and that others'' events name the person, without what they say of others.';

create function api.erase_user(user_id text, salt text, requested_by text, reason text, now bigint) returns jsonb
language plpgsql volatile security definer
set search_path = '' as $$
declare
  alias text := 'erased-' || replace(gen_random_uuid()::text, '-', '');
  part record;
  affected bigint;
  files jsonb;
  counts jsonb := '{}';
  proof uuid;
begin
  perform internal.require(internal.is_id(user_id), 'user_id is not an id');
  perform internal.require(length(salt) >= 16, 'salt is shorter than 16 characters');
  perform internal.require(
    coalesce(internal.is_id(requested_by), true) and length(reason) between 1 and 200 and now is not null,
    'requested_by, reason or now is missing or not well-formed');
  -- A setting of the function would need a superuser; this one ends with the transaction, which is this call alone.
  perform set_config('learning_analytics.erasing', 'on', true);
  -- The same order as in commands: the person first, then the events.
  perform internal.lock_person(erase_user.user_id);
  perform pg_advisory_xact_lock(2, 0);

  update internal.refresh_families f set revoked_at = internal.instant(now), recorded_at = clock_timestamp()
  where f.user_id = erase_user.user_id and f.revoked_at is null;
  select coalesce(jsonb_agg(r.storage_key), '[]') into files from internal.reports r
  where erase_user.user_id in (r.user_id, r.requested_by) and r.storage_key is not null;
  delete from internal.outbox o where internal.names(o.stream, erase_user.user_id);
  update internal.domain_events e set data = '{}' where internal.names(e.stream, erase_user.user_id);

  for part in select t.name, c as col from internal.columns_of(array['internal.person']) t, unnest(t.columns) c loop
    execute format('delete from internal.%I r where r.%I = $1', part.name, part.col) using user_id;
    get diagnostics affected = row_count;
    if affected > 0 then
      counts := counts || jsonb_build_object(part.name, affected + coalesce((counts ->> part.name)::bigint, 0));
    end if;
  end loop;
  for part in select t.name, c as col from internal.columns_of(array['internal.mention']) t, unnest(t.columns) c loop
    execute format('update internal.%1$I r set %2$I = $2 where r.%2$I = $1', part.name, part.col) using user_id, alias;
  end loop;
  for part in
    select t.name, c as col from internal.columns_of(array['internal.prose', 'jsonb']) t, unnest(t.columns) c
  loop
    execute format(
      'update internal.%1$I r set %2$I = internal.renamed(r.%2$I, $1, $2) where internal.names(r.%2$I::text, $1)',
      part.name, part.col) using user_id, alias;
  end loop;

  perform set_config('learning_analytics.erasing', 'off', true);
  refresh materialized view concurrently internal.leaderboards;
  insert into internal.erasures (subject_hash, requested_by, reason, erased_at, counts)
  values (internal.proof_of(user_id, salt), nullif(requested_by, user_id),
    internal.renamed(erase_user.reason, user_id, alias), internal.instant(now), counts)
  returning id into proof;
  return jsonb_build_object('proofId', proof, 'counts', counts, 'storageKeys', files);
end $$;
comment on function api.erase_user is
  'Ends a person''s sessions, deletes the rows that are theirs and replaces their id in all others; events keep their place, emptied. Answers the id of the proof, how many rows went per table, and the files that the caller has to delete. Doing it again is another proof and finds nothing.';

create function api.was_erased(user_id text, salt text) returns jsonb
language sql stable security definer set search_path = '' as $$
  select coalesce(
    (select jsonb_build_object('proofId', e.id, 'erasedAt', internal.ms(e.erased_at), 'reason', e.reason, 'counts', e.counts)
    from internal.erasures e where e.subject_hash = internal.proof_of(was_erased.user_id, salt)
    order by e.erased_at desc limit 1), 'null')
$$;
comment on function api.was_erased is 'The last proof for whoever knows the id and the salt, or null.';

create function api.apply_retention(
  raw_activity_days integer, snapshot_days integer, audit_days integer, now bigint
) returns jsonb
language plpgsql volatile security definer
set search_path = '' as $$
declare
  at timestamptz := internal.instant(now);
  activity integer;
  snapshots integer;
  audit integer;
  receipts integer;
  keys integer;
  progress integer;
  files jsonb;
begin
  perform internal.require(
    raw_activity_days > 0 and snapshot_days > 0 and audit_days > 0 and at is not null, 'days are from 1');
  perform set_config('learning_analytics.erasing', 'on', true);
  delete from internal.raw_activity r where r.occurred_at < at - make_interval(days => raw_activity_days);
  get diagnostics activity = row_count;
  delete from internal.snapshots s where s.day < (at at time zone 'UTC')::date - snapshot_days;
  get diagnostics snapshots = row_count;
  delete from internal.audit_log a where a.occurred_at < at - make_interval(days => audit_days);
  get diagnostics audit = row_count;
  delete from internal.webhook_receipts w where w.received_at < at - interval '1 day';
  get diagnostics receipts = row_count;
  delete from internal.idempotency_keys k where k.expires_at <= at;
  get diagnostics keys = row_count;
  delete from internal.jobs_progress j where j.updated_at < at - interval '30 days';
  get diagnostics progress = row_count;
  with gone as (delete from internal.reports r where r.expires_at <= at returning r.storage_key)
  select coalesce(jsonb_agg(g.storage_key) filter (where g.storage_key is not null), '[]') into files from gone g;
  perform set_config('learning_analytics.erasing', 'off', true);
  return jsonb_build_object('rawActivity', activity, 'snapshots', snapshots, 'audit', audit,
    'webhookReceipts', receipts, 'idempotencyKeys', keys, 'jobsProgress', progress, 'storageKeys', files,
    'sessions', api.purge_sessions(now));
end $$;
comment on function api.apply_retention is
  'Deletes what is older than it is kept, and all that has expired; answers how much, and the files that the caller has to delete.';
