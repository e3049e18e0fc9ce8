-- Points, achievements and days; every command here takes one person at a time and writes its event with it.

create table internal.points_ledger (
  id bigint generated always as identity primary key,
  user_id internal.person not null,
  organization_id text,
  source text not null check (source in ('course', 'skill', 'assessment', 'practice', 'streak_day')),
  reference text not null check (length(reference) between 1 and 200),
  points integer not null check (points between 0 and 1000),
  occurred_at timestamptz not null,
  day date not null,
  recorded_at timestamptz not null default now(),
  unique (user_id, source, reference)
);
comment on table internal.points_ledger is
  'Append-only, one entry per person, source and reference. Day is the calendar day in the organization''s zone.';
create index points_ledger_organization on internal.points_ledger (organization_id, occurred_at) include (user_id, points);
create trigger append_only before update or delete on internal.points_ledger
  for each row execute function internal.refuse_change();
create trigger no_truncate before truncate on internal.points_ledger
  for each statement execute function internal.refuse_change();

create table internal.point_days (
  user_id internal.person,
  day date,
  organization_id text,
  points integer not null check (points >= 0),
  primary key (user_id, day, organization_id)
);
comment on table internal.point_days is
  'What the ledger holds of a day, before the cap; an empty organization_id stands for none. Kept by internal.record_points.';
create index point_days_organization on internal.point_days (organization_id, day) include (user_id, points);

create table internal.point_totals (
  user_id internal.person primary key,
  course integer not null check (course >= 0),
  skill integer not null check (skill >= 0),
  assessment integer not null check (assessment >= 0),
  practice integer not null check (practice >= 0),
  streak_day integer not null check (streak_day >= 0),
  total integer not null generated always as (course + skill + assessment + practice + streak_day) stored,
  entries integer not null check (entries >= 0),
  last_earned_at timestamptz not null
);
comment on table internal.point_totals is
  'The ledger of a person summed, with at most 1,000 points a day, given out in the order of recording.';

create table internal.accruals (
  user_id internal.person primary key,
  accrued_at timestamptz not null
);
comment on table internal.accruals is 'Up to when all that a person did is in the ledger.';

create table internal.achievements (
  user_id internal.person,
  code text check (code ~ '^[a-z_]{1,64}$'),
  tier text not null check (tier in ('bronze', 'silver', 'gold', 'platinum')),
  earned_at timestamptz not null,
  recorded_at timestamptz not null default now(),
  primary key (user_id, code)
);
comment on table internal.achievements is 'What people have earned; it stays earned.';

create table internal.streak_freezes (
  user_id internal.person,
  day date,
  used_at timestamptz not null,
  primary key (user_id, day)
);
comment on table internal.streak_freezes is 'Days that a freeze has saved.';

create table internal.activity_days (
  user_id internal.person,
  day date,
  source text check (source ~ '^[a-z_]{1,32}$'),
  primary key (user_id, day, source)
);
comment on table internal.activity_days is 'On which days a person did what; kept as long as the person.';

create table internal.raw_activity (
  user_id internal.person,
  source text check (source ~ '^[a-z_]{1,32}$'),
  occurred_at timestamptz,
  data jsonb not null check (jsonb_typeof(data) = 'object'),
  primary key (user_id, source, occurred_at)
);
comment on table internal.raw_activity is 'Single activities as they came in; kept for some days.';
create index raw_activity_age on internal.raw_activity (occurred_at);

create table internal.idempotency_keys (
  key_hash text primary key check (length(key_hash) between 16 and 128),
  request_hash text not null check (length(request_hash) between 16 and 128),
  user_id internal.person,
  state text not null check (state in ('in_flight', 'done')),
  response jsonb,
  expires_at timestamptz not null,
  check ((state = 'done') = (response is not null))
);
comment on table internal.idempotency_keys is
  'Commands that were sent with a key, and what they were answered. In flight until expires_at at the latest.';
create index idempotency_keys_expiry on internal.idempotency_keys (expires_at);
create index idempotency_keys_user on internal.idempotency_keys (user_id);

create function api.take_idempotency_key(
  key_hash text, request_hash text, user_id text, now bigint, lease_seconds integer default 60
) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  known internal.idempotency_keys;
begin
  perform internal.require(
    length(key_hash) between 16 and 128 and length(request_hash) between 16 and 128,
    'key_hash or request_hash is not a hash');
  perform internal.require(
    now is not null and lease_seconds between 1 and 86400 and coalesce(internal.is_id(user_id), true),
    'now is missing, lease_seconds is not 1 to 86,400, or user_id is not an id');
  -- Waits for a transaction that is taking the same key.
  insert into internal.idempotency_keys as k (key_hash, request_hash, user_id, state, expires_at)
  values (take_idempotency_key.key_hash, take_idempotency_key.request_hash, take_idempotency_key.user_id,
    'in_flight', internal.instant(now) + make_interval(secs => lease_seconds))
  on conflict on constraint idempotency_keys_pkey do update set
    request_hash = excluded.request_hash, user_id = excluded.user_id, state = 'in_flight', response = null,
    expires_at = excluded.expires_at
    where k.expires_at <= internal.instant(take_idempotency_key.now);
  if found then return '{"state": "taken"}'; end if;
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
  'The right to carry out a command: {state: taken}, or {state: done, response} when it was carried out. PT422 for a key of another request, PT425 while it is in flight.';

create function api.finish_idempotency_key(key_hash text, response jsonb, now bigint, keep_seconds integer default 86400)
returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform internal.require(response is not null and now is not null and keep_seconds > 0, 'response or now is missing');
  update internal.idempotency_keys k set state = 'done', response = finish_idempotency_key.response,
    expires_at = internal.instant(now) + make_interval(secs => keep_seconds)
  where k.key_hash = finish_idempotency_key.key_hash and k.state = 'in_flight';
  if not found then perform internal.raise('not_found', 'no such key is in flight'); end if;
  return 'true';
end $$;
comment on function api.finish_idempotency_key is 'Keeps the answer of a command that was carried out. PT404 when its key is not in flight.';

create function api.release_idempotency_key(key_hash text) returns jsonb
language sql volatile security definer set search_path = '' as $$
  with gone as (
    delete from internal.idempotency_keys k
    where k.key_hash = release_idempotency_key.key_hash and k.state = 'in_flight' returning 1)
  select to_jsonb(count(*) > 0) from gone
$$;
comment on function api.release_idempotency_key is 'A command was not carried out: its key may be used at once again.';

create function internal.record_points(entries jsonb, organization_id text, zone text) returns jsonb
language plpgsql volatile set search_path = '' as $$
#variable_conflict use_column
declare
  person integer;
  recorded jsonb;
begin
  perform internal.require(jsonb_typeof(entries) = 'array', 'entries is not a list');
  -- In one order for all, so that nobody waits for a waiting one.
  for person in
    select distinct hashtext(e ->> 'userId') as lock from jsonb_array_elements(entries) e order by lock
  loop
    perform pg_advisory_xact_lock(1, person);
  end loop;
  with given as (
    select e.*, internal.instant(e."occurredAt") as at
    from rows from (jsonb_to_recordset(entries)
      as ("userId" text, source text, reference text, points integer, "occurredAt" bigint, day date))
      with ordinality as e("userId", source, reference, points, "occurredAt", day, n)
  ), fresh as (
    insert into internal.points_ledger as l
      (user_id, organization_id, source, reference, points, occurred_at, day)
    select g."userId", record_points.organization_id, g.source, g.reference, g.points, g.at,
      coalesce(g.day, (g.at at time zone record_points.zone)::date)
    from given g order by g.n
    on conflict on constraint points_ledger_user_id_source_reference_key do nothing
    returning l.*
  ), before as (
    select d.user_id, d.day, sum(d.points) as points from internal.point_days d
    where (d.user_id, d.day) in (select f.user_id, f.day from fresh f) group by d.user_id, d.day
  ), running as (
    select f.*, coalesce(b.points, 0) + sum(f.points) over (partition by f.user_id, f.day order by f.id) as reached
    from fresh f left join before b on b.user_id = f.user_id and b.day = f.day
  ), counted as (
    select r.*, least(1000, r.reached) - least(1000, r.reached - r.points) as worth from running r
  ), days as (
    insert into internal.point_days as d (user_id, day, organization_id, points)
    select f.user_id, f.day, coalesce(f.organization_id, ''), sum(f.points) from fresh f group by 1, 2, 3
    on conflict on constraint point_days_pkey do update set points = d.points + excluded.points
  ), totals as (
    insert into internal.point_totals as t
      (user_id, course, skill, assessment, practice, streak_day, entries, last_earned_at)
    select c.user_id,
      coalesce(sum(c.worth) filter (where c.source = 'course'), 0),
      coalesce(sum(c.worth) filter (where c.source = 'skill'), 0),
      coalesce(sum(c.worth) filter (where c.source = 'assessment'), 0),
      coalesce(sum(c.worth) filter (where c.source = 'practice'), 0),
      coalesce(sum(c.worth) filter (where c.source = 'streak_day'), 0),
      count(*), max(c.occurred_at)
    from counted c group by c.user_id
    on conflict on constraint point_totals_pkey do update set
      course = t.course + excluded.course, skill = t.skill + excluded.skill,
      assessment = t.assessment + excluded.assessment, practice = t.practice + excluded.practice,
      streak_day = t.streak_day + excluded.streak_day, entries = t.entries + excluded.entries,
      last_earned_at = greatest(t.last_earned_at, excluded.last_earned_at)
  )
  select coalesce(jsonb_agg(internal.entry_json(row(f.*)::internal.points_ledger) order by f.id), '[]')
  into recorded from fresh f;
  return recorded;
exception when data_exception or check_violation or not_null_violation then
  perform internal.raise('invalid', 'an entry is not well-formed');
end $$;
comment on function internal.record_points is
  'Adds entries to the ledger, to its days and totals, in the transaction of the caller; answers those that were new.';

create function internal.entry_json(e internal.points_ledger) returns jsonb
language sql stable as $$
  select jsonb_build_object('userId', e.user_id, 'source', e.source, 'reference', e.reference,
    'points', e.points, 'occurredAt', internal.ms(e.occurred_at))
$$;
comment on function internal.entry_json is 'An entry of the ledger as functions answer it.';

create function api.record_entries(entries jsonb, organization_id text, zone text default 'UTC') returns jsonb
language sql volatile security definer set search_path = '' as $$
  select to_jsonb(jsonb_array_length(
    internal.record_points(record_entries.entries, record_entries.organization_id, record_entries.zone)))
$$;
comment on function api.record_entries is
  'Accrual: [{userId, source, reference, points, occurredAt, day?}] as earned, without the cap; what repeats an entry is ignored. Answers how many were new. A day that is not given is that of occurredAt in zone.';

create function internal.unlock(user_id text, achievements jsonb, metadata jsonb) returns jsonb
language plpgsql volatile set search_path = '' as $$
#variable_conflict use_column
declare
  unlocked jsonb;
begin
  perform internal.require(jsonb_typeof(achievements) = 'array', 'achievements is not a list');
  perform internal.lock_person(unlock.user_id);
  with fresh as (
    insert into internal.achievements as a (user_id, code, tier, earned_at)
    select unlock.user_id, g.code, g.tier, internal.instant(g."earnedAt")
    from jsonb_to_recordset(achievements) as g(code text, tier text, "earnedAt" bigint)
    on conflict on constraint achievements_pkey do nothing
    returning a.*
  )
  select coalesce(jsonb_agg(jsonb_build_object(
    'code', f.code, 'tier', f.tier, 'earnedAt', internal.ms(f.earned_at)) order by f.earned_at, f.code), '[]')
  into unlocked from fresh f;
  if unlocked <> '[]' then
    perform internal.append('user:' || unlock.user_id, null, (
      select jsonb_agg(jsonb_build_object('type', 'achievement_unlocked',
        'data', one || jsonb_build_object('userId', unlock.user_id),
        'occurredAt', one -> 'earnedAt', 'metadata', metadata))
      from jsonb_array_elements(unlocked) one));
  end if;
  return unlocked;
exception when data_exception or check_violation or not_null_violation then
  perform internal.raise('invalid', 'an achievement is not well-formed');
end $$;
comment on function internal.unlock is 'Achievements and their events, in the transaction of the caller.';

create function internal.causes(correlation_id text, causation_id text) returns jsonb
language sql immutable as $$
  select jsonb_build_object('correlationId', correlation_id, 'causationId', causation_id)
$$;
comment on function internal.causes is 'Metadata of an event: the request it belongs to, and what led to it.';

create function api.unlock_achievements(
  user_id text, achievements jsonb, correlation_id text default null, causation_id text default null
) returns jsonb
language sql volatile security definer set search_path = '' as $$
  select internal.unlock(unlock_achievements.user_id, unlock_achievements.achievements,
    internal.causes(correlation_id, causation_id))
$$;
comment on function api.unlock_achievements is
  'Keeps [{code, tier, earnedAt}] as earned; answers those that were not yet, each with its event.';

create function api.achievements(user_id text) returns jsonb
language sql stable security definer set search_path = '' as $$
  select coalesce(jsonb_agg(jsonb_build_object(
    'code', a.code, 'tier', a.tier, 'earnedAt', internal.ms(a.earned_at)) order by a.earned_at, a.code), '[]')
  from internal.achievements a where a.user_id = achievements.user_id
$$;
comment on function api.achievements is 'What a person has earned, in that order.';

create function api.award_points(
  key_hash text, request_hash text, user_id text, organization_id text, source text, reference text,
  points integer, occurred_at bigint, day date, now bigint, achievements jsonb default '[]',
  correlation_id text default null, causation_id text default null
) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  known jsonb := api.take_idempotency_key(key_hash, request_hash, user_id, now);
  causes jsonb := internal.causes(correlation_id, causation_id);
  already bigint;
  entry jsonb;
  response jsonb;
begin
  if known ->> 'state' = 'done' then return known -> 'response'; end if;
  perform internal.require(internal.is_id(user_id), 'user_id is not an id');
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
  perform api.finish_idempotency_key(key_hash, response, now);
  return response;
end $$;
comment on function api.award_points is
  'One entry of the ledger with its totals, achievements, events and outbox rows, or the same answer again for the same key and request: {isNew, entry, achievements: new ones, totalPoints}. A day gives at most 1,000: the entry gets what is left. What repeats an entry under another key answers the entry that is there.';

create function api.ledger_entries(user_id text) returns jsonb
language sql stable security definer set search_path = '' as $$
  select coalesce(jsonb_agg(internal.entry_json(row(l.*)::internal.points_ledger) order by l.id), '[]')
  from internal.points_ledger l where l.user_id = ledger_entries.user_id
$$;
comment on function api.ledger_entries is 'A person''s entries as they were recorded, in that order.';

create function api.point_totals(user_id text) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('points', t.total, 'entries', t.entries, 'lastEarnedAt', internal.ms(t.last_earned_at),
    'bySource', jsonb_build_object('course', t.course, 'skill', t.skill, 'assessment', t.assessment,
      'practice', t.practice, 'streakDay', t.streak_day))
  from internal.point_totals t where t.user_id = point_totals.user_id
$$;
comment on function api.point_totals is 'A person''s points with the daily cap, kept and not summed; null for one without entries.';

create function api.standings(organization_id text, since bigint, zone text) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object('userId', s.user_id, 'points', s.points)), '[]')
    from (
      select d.user_id, sum(least(1000, d.points)) as points
      from (
        select l.user_id, (l.occurred_at at time zone zone)::date as day, sum(l.points) as points
        from internal.points_ledger l
        where l.organization_id = standings.organization_id
          and l.occurred_at >= coalesce(internal.instant(since), '-infinity')
        group by 1, 2
      ) d
      group by d.user_id
    ) s
    where s.points > 0);
exception when data_exception then
  perform internal.raise('invalid', 'zone is not a time zone, or since not an instant');
end $$;
comment on function api.standings is
  'Points under an organization since an instant (null = ever; else the start of a day), with the cap on the days of any zone: exact, from the ledger, without those who have none.';

create function api.last_accrual(user_id text) returns jsonb
language sql stable security definer set search_path = '' as $$
  select to_jsonb(internal.ms(a.accrued_at)) from internal.accruals a where a.user_id = last_accrual.user_id
$$;
comment on function api.last_accrual is 'Up to when all that a person did is in the ledger; null = never.';

create function api.note_accrual(user_id text, at bigint) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform internal.require(internal.is_id(user_id) and at is not null, 'user_id is not an id, or at is missing');
  insert into internal.accruals as a (user_id, accrued_at)
  values (note_accrual.user_id, internal.instant(note_accrual.at))
  on conflict on constraint accruals_pkey do update set accrued_at = greatest(a.accrued_at, excluded.accrued_at);
  return 'true';
end $$;
comment on function api.note_accrual is 'All that a person did up to an instant is recorded; it never goes back.';

create function api.use_streak_freeze(
  user_id text, day date, now bigint, correlation_id text default null, causation_id text default null
) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform internal.require(
    internal.is_id(user_id) and day is not null and now is not null, 'user_id is not an id, or day or now is missing');
  perform internal.lock_person(use_streak_freeze.user_id);
  insert into internal.streak_freezes (user_id, day, used_at)
  values (use_streak_freeze.user_id, use_streak_freeze.day, internal.instant(now))
  on conflict on constraint streak_freezes_pkey do nothing;
  if not found then return 'false'; end if;
  perform internal.append('user:' || user_id, null, jsonb_build_array(jsonb_build_object(
    'type', 'streak_freeze_used', 'data', jsonb_build_object('userId', user_id, 'day', day),
    'occurredAt', now, 'metadata', internal.causes(correlation_id, causation_id))));
  return 'true';
end $$;
comment on function api.use_streak_freeze is 'A freeze saves a day, once; false when it was saved before.';

create function api.streak_freezes(user_id text) returns jsonb
language sql stable security definer set search_path = '' as $$
  select coalesce(jsonb_agg(f.day order by f.day), '[]')
  from internal.streak_freezes f where f.user_id = streak_freezes.user_id
$$;
comment on function api.streak_freezes is 'Days that a freeze has saved, oldest first.';

create function api.record_activity(
  user_id text, day date, source text, occurred_at bigint, data jsonb default '{}'
) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform internal.require(
    internal.is_id(user_id) and day is not null and occurred_at is not null and source ~ '^[a-z_]{1,32}$'
      and jsonb_typeof(data) = 'object',
    'user_id, day, source, occurred_at or data is missing or not well-formed');
  insert into internal.activity_days (user_id, day, source)
  values (record_activity.user_id, record_activity.day, record_activity.source)
  on conflict on constraint activity_days_pkey do nothing;
  insert into internal.raw_activity (user_id, source, occurred_at, data)
  values (record_activity.user_id, record_activity.source, internal.instant(record_activity.occurred_at), record_activity.data)
  on conflict on constraint raw_activity_pkey do nothing;
  return to_jsonb(found);
end $$;
comment on function api.record_activity is 'One activity and its day; false when it was recorded before.';

create function api.activity_days(user_id text, since date) returns jsonb
language sql stable security definer set search_path = '' as $$
  select coalesce(jsonb_agg(jsonb_build_object('day', d.day, 'sources', d.sources) order by d.day), '[]')
  from (
    select a.day, jsonb_agg(a.source order by a.source) as sources from internal.activity_days a
    where a.user_id = activity_days.user_id and a.day >= coalesce(activity_days.since, '-infinity')
    group by a.day
  ) d
$$;
comment on function api.activity_days is 'Days with what a person did on them, from a day on (null = ever).';
