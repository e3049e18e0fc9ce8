-- What has happened: an append-only store of events, and the outbox from which they are published.

create function internal.refuse_change() returns trigger
language plpgsql set search_path = '' as $$
begin
  -- Only functions that erase and tidy set this, for as long as they run.
  if current_setting('learning_analytics.erasing', true) is distinct from 'on' then
    raise exception '%.% is append-only', tg_table_schema, tg_table_name using errcode = 'restrict_violation';
  end if;
  if tg_op = 'UPDATE' then return new; end if;
  return old;
end $$;
comment on function internal.refuse_change is 'Trigger of append-only tables.';

create table internal.domain_events (
  position bigint generated always as identity primary key,
  id uuid not null default gen_random_uuid() unique,
  stream internal.prose collate "C" not null check (stream ~ '^[a-z_]{1,32}(:[A-Za-z0-9_-]{1,64}){0,4}$'),
  version integer not null check (version > 0),
  type text not null check (type ~ '^[a-z][a-z0-9_.]{0,63}$'),
  data jsonb not null check (jsonb_typeof(data) = 'object'),
  metadata jsonb not null
    check (jsonb_typeof(metadata) = 'object' and metadata ?& array['correlationId', 'causationId']),
  occurred_at timestamptz not null,
  recorded_at timestamptz not null default now(),
  unique (stream, version)
);
comment on table internal.domain_events is
  'Append-only. A stream is named kind:id, as in user:u-1; positions are in the order in which they became visible.';
create trigger append_only before update or delete on internal.domain_events
  for each row execute function internal.refuse_change();
create trigger no_truncate before truncate on internal.domain_events
  for each statement execute function internal.refuse_change();

create table internal.outbox (
  event_id uuid primary key references internal.domain_events (id),
  position bigint not null unique,
  stream internal.prose collate "C" not null,
  next_attempt_at timestamptz not null default now(),
  attempts integer not null default 0 check (attempts between 0 and 10),
  leased_by text,
  leased_until timestamptz,
  parked_at timestamptz,
  last_error internal.prose check (length(last_error) <= 500),
  check ((leased_by is null) = (leased_until is null))
);
comment on table internal.outbox is 'Events that are not published yet. A parked one waits for a human and holds nobody up.';
create index outbox_order on internal.outbox (stream, position) where parked_at is null;
create index outbox_parked on internal.outbox (parked_at) where parked_at is not null;

create function internal.event_json(e internal.domain_events) returns jsonb
language sql stable as $$
  select jsonb_build_object('id', e.id, 'position', e.position, 'stream', e.stream, 'version', e.version,
    'type', e.type, 'data', e.data, 'metadata', e.metadata,
    'occurredAt', internal.ms(e.occurred_at), 'recordedAt', internal.ms(e.recorded_at))
$$;
comment on function internal.event_json is 'An event as functions answer it.';

create function internal.append(stream text, expected_version integer, events jsonb) returns jsonb
language plpgsql volatile set search_path = '' as $$
#variable_conflict use_column
declare
  last integer;
  written jsonb;
begin
  perform internal.require(
    append.stream ~ '^[a-z_]{1,32}(:[A-Za-z0-9_-]{1,64}){0,4}$', 'a stream is named kind:id');
  perform internal.require(
    jsonb_typeof(events) = 'array' and jsonb_array_length(events) between 1 and 1000, 'events are 1 to 1,000');
  -- One appending transaction at a time, so that nothing appears behind a position that was already read.
  perform pg_advisory_xact_lock(2, 0);
  select coalesce(max(e.version), 0) into last from internal.domain_events e where e.stream = append.stream;
  if expected_version <> last then
    perform internal.raise('conflict', format('the stream is at version %s, not %s', last, expected_version));
  end if;
  with added as (
    insert into internal.domain_events (id, stream, version, type, data, metadata, occurred_at)
    select coalesce((one.event ->> 'id')::uuid, gen_random_uuid()), append.stream, last + one.n, one.event ->> 'type',
      coalesce(one.event -> 'data', '{}'),
      '{"correlationId": null, "causationId": null}' || coalesce(one.event -> 'metadata', '{}'),
      coalesce(internal.instant((one.event ->> 'occurredAt')::bigint), now())
    from jsonb_array_elements(events) with ordinality as one(event, n)
    order by one.n
    returning *
  ), queued as (
    insert into internal.outbox (event_id, position, stream) select a.id, a.position, a.stream from added a
  )
  select jsonb_agg(internal.event_json(row(a.*)::internal.domain_events) order by a.version) into written from added a;
  return written;
exception
  when unique_violation then perform internal.raise('conflict', 'an event with this id or version is there');
  when data_exception or check_violation or not_null_violation then
    perform internal.raise('invalid', 'an event lacks its type, or is not well-formed');
end $$;
comment on function internal.append is 'Events, with their rows of the outbox, in the transaction of the caller.';

create function api.append_events(stream text, expected_version integer, events jsonb) returns jsonb
language sql volatile security definer set search_path = '' as $$
  select internal.append(append_events.stream, append_events.expected_version, append_events.events)
$$;
comment on function api.append_events is
  'Appends [{type, data?, metadata?, occurredAt?, id?}] to a stream that has expected_version events (null = any number) and answers them as written. PT409 at another version, or for an id that is there.';

create function api.replay(stream_prefix text, "from" bigint, "limit" integer default 1000) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  root text := rtrim(stream_prefix, ':');
  most integer := least(greatest("limit", 0), 10000);
begin
  perform internal.require(stream_prefix is not null and "from" is not null, 'stream_prefix or from is missing');
  if root = '' then
    return (
      select coalesce(jsonb_agg(internal.event_json(row(e.*)::internal.domain_events) order by e.position), '[]')
      from (select * from internal.domain_events e where e.position > "from" order by e.position limit most) e);
  end if;
  return (
    select coalesce(jsonb_agg(internal.event_json(row(e.*)::internal.domain_events) order by e.position), '[]')
    from (
      select * from internal.domain_events e
      -- In the order of bytes ; follows : and so ends what lies below the root.
      where e.position > "from" and (e.stream = root or (e.stream > root || ':' and e.stream < root || ';'))
      order by e.position limit most
    ) e);
end $$;
comment on function api.replay is
  'Events after a position, oldest first: of one stream and those below it (user:u-1 is not above user:u-10), of a kind (user:), or of all (an empty text).';

create function api.take_outbox("limit" integer, worker text, lease_seconds integer) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  at timestamptz := clock_timestamp();
  taken jsonb;
begin
  perform internal.require("limit" between 1 and 1000 and lease_seconds between 1 and 3600 and length(worker) > 0,
    'limit is 1 to 1,000, lease_seconds 1 to 3,600, worker a name');
  -- A stream is taken by its first event; whoever holds that one has the stream to itself.
  with heads as (
    select o.stream from internal.outbox o
    where o.parked_at is null and o.next_attempt_at <= at and coalesce(o.leased_until <= at, true)
      and not exists (
        select from internal.outbox before
        where before.stream = o.stream and before.position < o.position and before.parked_at is null)
    order by o.position
    limit take_outbox."limit"
    for update of o skip locked
  ), line as (
    select o.event_id, o.position,
      bool_and(o.next_attempt_at <= at and coalesce(o.leased_until <= at, true))
        over (partition by o.stream order by o.position) as is_free
    from internal.outbox o join heads h on h.stream = o.stream
    where o.parked_at is null
  ), leased as (
    update internal.outbox o set leased_by = worker, leased_until = at + make_interval(secs => lease_seconds)
    where o.event_id in (select l.event_id from line l where l.is_free order by l.position limit take_outbox."limit")
    returning o.event_id, o.attempts
  )
  select coalesce(jsonb_agg(
    internal.event_json(row(e.*)::internal.domain_events) || jsonb_build_object('attempts', l.attempts)
    order by e.position), '[]') into taken
  from leased l join internal.domain_events e on e.id = l.event_id;
  return taken;
end $$;
comment on function api.take_outbox is
  'Leases events to a publisher, in order per stream: publish them in this order, and after a failure no more of that stream.';

create function api.outbox_done(ids uuid[]) returns jsonb
language sql volatile security definer set search_path = '' as $$
  with gone as (delete from internal.outbox o where o.event_id = any (ids) returning 1)
  select to_jsonb(count(*)) from gone
$$;
comment on function api.outbox_done is 'These events are published; answers how many of them were still waiting.';

create function api.outbox_failed(id uuid, error text) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  failed internal.outbox;
begin
  update internal.outbox o set
    attempts = o.attempts + 1,
    next_attempt_at = clock_timestamp() + least(interval '1 hour', interval '1 second' * 2 ^ o.attempts),
    parked_at = case when o.attempts + 1 >= 10 then clock_timestamp() end,
    leased_by = null, leased_until = null, last_error = left(outbox_failed.error, 500)
  where o.event_id = outbox_failed.id and o.parked_at is null
  returning o.* into failed;
  if failed.event_id is null then perform internal.raise('not_found', 'no such event is waiting'); end if;
  -- Those behind it in its stream wait for it, not for the end of their lease.
  update internal.outbox o set leased_by = null, leased_until = null
  where o.stream = failed.stream and o.position > failed.position and o.parked_at is null;
  return jsonb_build_object('attempts', failed.attempts, 'isParked', failed.parked_at is not null,
    'nextAttemptAt', internal.ms(failed.next_attempt_at));
end $$;
comment on function api.outbox_failed is
  'An event could not be published: tried again after 1, 2, 4 … seconds, parked after the tenth failure; its stream waits meanwhile, and goes on without a parked one. PT404 when it is not waiting.';

create function api.outbox_unpark() returns jsonb
language sql volatile security definer set search_path = '' as $$
  with back as (
    update internal.outbox o set parked_at = null, attempts = 0, next_attempt_at = clock_timestamp()
    where o.parked_at is not null
    returning 1)
  select to_jsonb(count(*)) from back
$$;
comment on function api.outbox_unpark is 'Parked events are tried again; answers how many there were.';

create function api.outbox_state() returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object(
    'waiting', count(*) filter (where o.parked_at is null), 'parked', count(*) filter (where o.parked_at is not null),
    'oldestAt', internal.ms(min(e.recorded_at) filter (where o.parked_at is null)))
  from internal.outbox o join internal.domain_events e on e.id = o.event_id
$$;
comment on function api.outbox_state is 'How many events wait or are parked, and since when the oldest waits.';
