-- Who holds a key, who awards points, and on which day an entry counts.

alter table internal.idempotency_keys add column holder uuid;
comment on column internal.idempotency_keys.holder is
  'By what the attempt is known that may carry out the command or give the key back; null when it was carried out.';

create or replace function internal.take_idempotency_key(
  key_hash text, request_hash text, user_id text, now bigint, lease_seconds integer default 60
) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  attempt uuid := gen_random_uuid();
  known internal.idempotency_keys;
begin
  perform internal.require(
    length(key_hash) between 16 and 128 and length(request_hash) between 16 and 128,
    'key_hash or request_hash is not a hash');
  perform internal.require(
    now is not null and lease_seconds between 1 and 86400 and coalesce(internal.is_id(user_id), true),
    'now is missing, lease_seconds is not 1 to 86,400, or user_id is not an id');
  -- Waits for a transaction that is taking the same key.
  insert into internal.idempotency_keys as k (key_hash, request_hash, user_id, state, holder, expires_at)
  values (take_idempotency_key.key_hash, take_idempotency_key.request_hash, take_idempotency_key.user_id,
    'in_flight', attempt, internal.instant(now) + make_interval(secs => lease_seconds))
  on conflict on constraint idempotency_keys_pkey do update set
    request_hash = excluded.request_hash, user_id = excluded.user_id, state = 'in_flight', response = null,
    holder = excluded.holder, expires_at = excluded.expires_at
    where k.expires_at <= internal.instant(take_idempotency_key.now);
  if found then return jsonb_build_object('state', 'taken', 'holder', attempt); end if;
  select k.* into known from internal.idempotency_keys k where k.key_hash = take_idempotency_key.key_hash;
  if known.request_hash <> take_idempotency_key.request_hash then
    perform internal.raise('unprocessable', 'this key was used for another request');
  end if;
  if known.state is distinct from 'done' then
    perform internal.raise('in_flight', 'a request with this key is being worked on');
  end if;
  return jsonb_build_object('state', 'done', 'response', known.response);
end $$;
comment on function api.take_idempotency_key is
  'The right to carry out a command: {state: taken, holder}, or {state: done, response} when it was carried out. PT422 for a key of another request, PT425 while it is in flight. With the salt: PT410, and nothing is written, when somebody whom it is about was erased.';

create function internal.hold_idempotency_key(
  key_hash text, request_hash text, user_id text, now bigint, holder uuid
) returns jsonb
language plpgsql volatile set search_path = '' as $$
declare
  held uuid;
begin
  select k.holder into held from internal.idempotency_keys k
  where k.key_hash = hold_idempotency_key.key_hash and k.request_hash = hold_idempotency_key.request_hash
    and k.state = 'in_flight'
  for update;
  -- A lease that has ended and that nobody took over is still held.
  if held = hold_idempotency_key.holder then return jsonb_build_object('state', 'taken', 'holder', held); end if;
  return internal.take_idempotency_key(key_hash, request_hash, user_id, now);
end $$;
comment on function internal.hold_idempotency_key is
  'As internal.take_idempotency_key for an attempt that may hold the key already; it then keeps it, and its row is locked until the end of the transaction.';

drop function api.finish_idempotency_key(text, jsonb, bigint, integer);
create function api.finish_idempotency_key(
  key_hash text, holder uuid, response jsonb, now bigint, keep_seconds integer default 86400
) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform internal.require(response is not null and now is not null and keep_seconds > 0, 'response or now is missing');
  update internal.idempotency_keys k set state = 'done', response = finish_idempotency_key.response, holder = null,
    expires_at = internal.instant(now) + make_interval(secs => keep_seconds)
  where k.key_hash = finish_idempotency_key.key_hash and k.state = 'in_flight'
    and k.holder = finish_idempotency_key.holder;
  if not found then perform internal.raise('not_found', 'no such key is in flight for this holder'); end if;
  return 'true';
end $$;
comment on function api.finish_idempotency_key is
  'Keeps the answer of a command that was carried out. PT404 when its key is not in flight, or somebody else holds it.';

drop function api.release_idempotency_key(text);
create function api.release_idempotency_key(key_hash text, holder uuid) returns jsonb
language sql volatile security definer set search_path = '' as $$
  with gone as (
    delete from internal.idempotency_keys k
    where k.key_hash = release_idempotency_key.key_hash and k.state = 'in_flight'
      and k.holder = release_idempotency_key.holder
    returning 1)
  select to_jsonb(count(*) > 0) from gone
$$;
comment on function api.release_idempotency_key is
  'A command was not carried out: its key may be used at once again. False, and nothing happens, when somebody else holds it.';

drop function api.award_points(
  text, text, text, text, text, text, integer, bigint, date, bigint, jsonb, text, text, text);
drop function internal.award_points(
  text, text, text, text, text, text, integer, bigint, date, bigint, jsonb, text, text);
create function internal.award_points(
  key_hash text, request_hash text, user_id text, organization_id text, source text, reference text,
  points integer, occurred_at bigint, day date, now bigint, achievements jsonb, correlation_id text,
  causation_id text, holder uuid, actor_id text
) returns jsonb
language plpgsql volatile set search_path = '' as $$
declare
  hold jsonb := internal.hold_idempotency_key(key_hash, request_hash, user_id, now, holder);
  causes jsonb := internal.causes(correlation_id, causation_id)
    || case when actor_id is null then '{}' else jsonb_build_object('actorId', actor_id) end;
  already bigint;
  entry jsonb;
  response jsonb;
begin
  if hold ->> 'state' = 'done' then return hold -> 'response'; end if;
  perform internal.require(
    internal.is_id(user_id) and coalesce(internal.is_id(actor_id), true), 'user_id or actor_id is not an id');
  perform internal.require(points between 0 and 1000, 'points are 0 to 1,000');
  perform internal.require(occurred_at is not null and day is not null, 'occurred_at or day is missing');

  perform internal.lock_person(award_points.user_id);
  select coalesce(sum(d.points), 0) into already from internal.point_days d
  where d.user_id = award_points.user_id and d.day = award_points.day;
  entry := internal.record_points(jsonb_build_array(jsonb_build_object(
    'userId', user_id, 'source', source, 'reference', reference, 'occurredAt', occurred_at, 'day', day,
    'points', least(points, 1000 - least(1000, already)))), organization_id, 'UTC') -> 0;
  if entry is not null then
    perform internal.append('user:' || user_id, null, jsonb_build_array(jsonb_build_object(
      'type', 'points_awarded', 'data', entry || jsonb_build_object('organizationId', organization_id, 'day', day),
      'occurredAt', occurred_at, 'metadata', causes)));
  end if;
  select jsonb_build_object('isNew', entry is not null, 'entry', internal.entry_json(l),
    'achievements', internal.unlock(award_points.user_id, award_points.achievements, causes),
    'totalPoints', (select t.total from internal.point_totals t where t.user_id = award_points.user_id))
  into response from internal.points_ledger l
  where l.user_id = award_points.user_id and l.source = award_points.source and l.reference = award_points.reference;
  if actor_id is not null then
    perform internal.audit(actor_id, 'points.award', 'person', user_id, organization_id, 'done', now, correlation_id,
      jsonb_build_object('source', source, 'reference', reference, 'isNew', response -> 'isNew',
        'points', response -> 'entry' -> 'points'));
  end if;
  perform api.finish_idempotency_key(key_hash, (hold ->> 'holder')::uuid, response, now);
  return response;
end $$;
comment on function internal.award_points is 'What api.award_points does when nobody of whom it tells was erased.';

create function api.award_points(
  key_hash text, request_hash text, user_id text, organization_id text, source text, reference text,
  points integer, occurred_at bigint, day date, now bigint, achievements jsonb default '[]',
  correlation_id text default null, causation_id text default null, holder uuid default null,
  actor_id text default null, salt text default null
) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform internal.admit(array[user_id, actor_id], salt);
  return internal.award_points($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15);
end $$;
comment on function api.award_points is
  'One entry of the ledger with its totals, achievements, events and outbox rows, or the same answer again for the same key and request: {isNew, entry, achievements: new ones, totalPoints}. holder is what api.take_idempotency_key answered; without it, and where the key is no longer held, the key is taken here. PT422 for a key of another request, PT425 while another attempt holds it. actor_id is who awards: the events name it, and so does a line of the audit log. A day gives at most 1,000: the entry gets what is left. What repeats an entry under another key answers the entry that is there. With the salt: PT410, and nothing is written, when somebody whom it is about was erased.';

create or replace function api.ledger_entries(user_id text) returns jsonb
language sql stable security definer set search_path = '' as $$
  select coalesce(jsonb_agg(
    internal.entry_json(row(l.*)::internal.points_ledger) || jsonb_build_object('day', l.day) order by l.id), '[]')
  from internal.points_ledger l where l.user_id = ledger_entries.user_id
$$;
comment on function api.ledger_entries is
  'A person''s entries as they were recorded, in that order, each with the day under whose cap it falls.';
