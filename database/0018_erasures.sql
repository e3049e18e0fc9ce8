-- Erasures that hold: nothing is written of somebody who was erased, whatever was on its way; nobody else's data are
-- touched but where they name the person; and nobody waits for what an erasure leaves to be worked out anew.

create or replace function internal.raise(code text, message text) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  state text := case code
    when 'invalid' then 'PT400'
    when 'not_found' then 'PT404'
    when 'conflict' then 'PT409'
    when 'gone' then 'PT410'
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

-- Writes and erasures.

create function internal.erasure_lock(user_id text) returns integer
language sql immutable as $$ select hashtext(user_id) & 63 $$;
comment on function internal.erasure_lock is
  'Which of 64 locks keeps writes about a person and the erasure apart. Few, so that thousands of people fit in one write.';

create function internal.admit(people text[], salt text) returns void
language plpgsql volatile set search_path = '' as $$
declare
  lock integer;
begin
  -- A caller without the salt cannot be told; api.forgotten_here finds what it writes.
  if salt is null then return; end if;
  -- In one order for all, so that nobody waits for a waiting one.
  for lock in select distinct internal.erasure_lock(p) as lock from unnest(people) p where p is not null order by lock loop
    perform pg_advisory_xact_lock_shared(6, lock);
  end loop;
  if exists (
    select from unnest(people) p join internal.forgotten f on f.subject_hash = internal.proof_of(p, admit.salt)
  ) then
    perform internal.raise('gone', 'somebody whom this is about was erased');
  end if;
end $$;
comment on function internal.admit is
  'Refuses a write about people of whom one was erased and has not come back (PT410), and keeps erasures of all of them waiting until the end of the transaction. To be called before any other lock is taken.';

create function internal.lock_erasure(user_id text) returns void
language plpgsql volatile set search_path = '' as $$
begin
  -- One erasure at a time: two might rewrite the same rows in another order.
  perform pg_advisory_xact_lock(7, 0);
  perform pg_advisory_xact_lock(6, internal.erasure_lock(user_id));
  perform internal.lock_person(user_id);
end $$;
comment on function internal.lock_erasure is 'Waits for writes about a person that go on; later ones wait for the erasure.';

create function internal.people_in(content jsonb, path jsonpath default 'lax $.**.userId') returns text[]
language sql immutable set search_path = '' as $$
  select coalesce(array_agg(distinct p #>> '{}'), '{}')
  from jsonb_path_query(content, path) p where jsonb_typeof(p) in ('string', 'number')
$$;
comment on function internal.people_in is 'Whom a document names: the ids under userId at any depth, or those at a path.';

-- Every function that writes about people takes the salt and asks internal.admit first; what it did before is done by
-- the function of the same name in internal.
do $$
declare
  part record;
begin
  for part in
    select w.name, w.people, p.oid, pg_get_function_identity_arguments(p.oid) as identity,
      pg_get_function_arguments(p.oid) as arguments, p.pronargs as count, obj_description(p.oid, 'pg_proc') as told
    from (values
      ('update_preferences', 'array[user_id]'),
      ('take_idempotency_key', 'array[user_id]'),
      ('award_points', 'array[user_id]'),
      ('unlock_achievements', 'array[user_id]'),
      ('use_streak_freeze', 'array[user_id]'),
      ('record_activity', 'array[user_id]'),
      ('record_entries', 'internal.people_in(entries, ''lax $[*].userId'')'),
      ('note_accrual', 'array[user_id]'),
      ('note_accruals', 'user_ids'),
      ('append_events', 'array_append(internal.people_in(events), internal.person_of(stream))'),
      ('receive_webhook', 'internal.people_in(event)'),
      ('receive_delivery', 'internal.people_in(event)'),
      ('save_snapshot', 'array_append(internal.people_in(data), case when kind in (''learner'', ''trainer'') then subject end)'),
      ('save_snapshots', 'internal.people_in(snapshots)'
        || ' || internal.people_in(snapshots, ''lax $[*] ? (@.kind == "learner" || @.kind == "trainer").subject'')'),
      ('audit', 'array[actor_id, subject_id]'),
      ('save_members', 'internal.people_in(members, ''lax $[*].userId'')'),
      ('save_some_members', 'internal.people_in(members, ''lax $[*].userId'')'),
      ('save_peer_figures', 'internal.people_in(people, ''lax $[*].userId'')'),
      ('create_report', 'array[requested_by, case when type <> ''organization'' then subject_id end]'),
      ('create_api_key', 'array[created_by]'),
      ('note_progress', 'internal.people_in(data)')
    ) w(name, people)
    left join pg_proc p on p.proname = w.name and p.pronamespace = 'api'::regnamespace
  loop
    execute format('alter function api.%I(%s) set schema internal', part.name, part.identity);
    execute format(
      'create function api.%1$I(%2$s, salt text default null) returns jsonb
       language plpgsql volatile security definer set search_path = '''' as $body$
       begin
         perform internal.admit(%3$s, salt);
         return internal.%1$I(%4$s);
       end $body$',
      part.name, part.arguments, part.people,
      (select string_agg('$' || n, ', ' order by n) from generate_series(1, part.count) n));
    execute format('comment on function api.%I is %L', part.name,
      part.told || ' With the salt: PT410, and nothing is written, when somebody whom it is about was erased.');
  end loop;
end $$;

create function internal.person_of(stream text) returns text
language sql immutable as $$ select case when split_part(stream, ':', 1) = 'user' then split_part(stream, ':', 2) end $$;
comment on function internal.person_of is 'Whose stream this is: user:u-1 and user:u-1:reports are those of u-1. Null for any other.';
create index domain_events_person on internal.domain_events (internal.person_of(stream))
  where internal.person_of(stream) is not null;

-- Where documents name people.

create function internal.is_about(content jsonb, user_id text) returns boolean
language sql immutable as $$
  select content ->> 'userId' = user_id
    or (content ->> 'id' = user_id and content ->> 'kind' in ('learner', 'trainer', 'person', 'user'))
$$;
comment on function internal.is_about is 'Whether an object says by its own id that it is about a person.';

create function internal.without_person(content jsonb, user_id text, alias text) returns jsonb
language sql immutable set search_path = '' as $$
  select case jsonb_typeof(content)
    when 'array' then coalesce((
      select jsonb_agg(internal.without_person(e.value, user_id, alias) order by e.n)
      from jsonb_array_elements(content) with ordinality as e(value, n)), '[]')
    when 'object' then coalesce((
      select jsonb_object_agg(e.key, case
        -- Some services send ids as numbers.
        when e.key in ('userId', 'learnerId', 'trainerId', 'actorId', 'subjectId', 'requestedBy', 'createdBy',
            'correlationId', 'causationId') and e.value #>> '{}' = user_id
          then to_jsonb(alias)
        when e.key = 'id' and internal.is_about(content, user_id) then to_jsonb(alias)
        when e.key in ('fullName', 'displayName', 'email') and internal.is_about(content, user_id) then 'null'
        when e.key in ('userIds', 'learnerIds', 'trainerIds') and jsonb_typeof(e.value) = 'array' then (
          select coalesce(jsonb_agg(case when i.value #>> '{}' = user_id then to_jsonb(alias) else i.value end order by i.n), '[]')
          from jsonb_array_elements(e.value) with ordinality as i(value, n))
        else internal.without_person(e.value, user_id, alias) end)
      from jsonb_each(content) e), '{}')
    else content end
$$;
comment on function internal.without_person is
  'A document with another word in the place of an id, where ids of people stand: under the names that our payloads have for them, and nowhere else. What else tells of the person (name, e-mail) beside the id is null.';

create function internal.names_person(content jsonb, user_id text) returns boolean
language sql immutable set search_path = '' as $$
  select strpos(content::text, user_id) > 0 and internal.without_person(content, user_id, '') <> content
$$;
comment on function internal.names_person is 'Whether a document names a person where ids of people stand.';

create or replace function api.export_user(user_id text) returns jsonb
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
      from internal.domain_events e where internal.person_of(e.stream) = export_user.user_id), '[]'),
    'mentions', coalesce((
      select jsonb_agg(jsonb_build_object('type', e.type, 'occurredAt', internal.ms(e.occurred_at)) order by e.position)
      from internal.domain_events e
      where internal.person_of(e.stream) is distinct from export_user.user_id
        and (internal.names_person(e.data, export_user.user_id) or internal.names_person(e.metadata, export_user.user_id))),
      '[]'));
end $$;

create function api.keeps_person(user_id text, salt text) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  part record;
  is_kept boolean;
begin
  perform internal.require(internal.is_id(user_id), 'user_id is not an id');
  if exists (select from internal.erasures e where e.subject_hash = internal.proof_of(keeps_person.user_id, salt))
    or exists (select from internal.domain_events e where internal.person_of(e.stream) = keeps_person.user_id)
  then return 'true'; end if;
  for part in select t.name, c as col from internal.columns_of(array['internal.person']) t, unnest(t.columns) c loop
    execute format('select exists (select from internal.%I r where r.%I = $1)', part.name, part.col)
    into is_kept using user_id;
    if is_kept then return 'true'; end if;
  end loop;
  return 'false';
end $$;
comment on function api.keeps_person is
  'Whether anything of a person is kept under an id, or was erased: not whether somebody names it.';

-- What is worked out beforehand still holds somebody who was erased.

create table internal.still_shown (
  id bigint generated always as identity primary key,
  view text not null check (view in ('leaderboards', 'cohorts')),
  name text not null
);
comment on table internal.still_shown is
  'Who was erased and still stands in internal.leaderboards (their id), and whose cohorts still count somebody who was (the organization): reads leave them out. The next refresh of the view ends the line.';
create index still_shown_name on internal.still_shown (view, name);

create function internal.shown_in(view text) returns bigint[]
language sql volatile set search_path = '' as $$
  select array_agg(s.id) from internal.still_shown s where s.view = shown_in.view
$$;
comment on function internal.shown_in is 'The lines that a refresh which begins now will end.';

create or replace function internal.refresh_leaderboards() returns void
language plpgsql volatile set search_path = '' set work_mem = '64MB' set jit = off as $$
declare
  -- First: what is erased or read after this is not in what it calls shown.
  over bigint[] := internal.shown_in('leaderboards');
begin
  update internal.organizations o set shown_at = o.read_at, shown_as_of = o.read_as_of, shown_from = o.read_from
  where o.read_at is distinct from o.shown_at;
  refresh materialized view concurrently internal.leaderboards;
  update internal.settings set leaderboards_refreshed_at = now();
  delete from internal.still_shown s where s.id = any (over);
end $$;

create function internal.refresh_cohorts() returns void
language plpgsql volatile set search_path = '' set work_mem = '64MB' set jit = off as $$
declare
  over bigint[] := internal.shown_in('cohorts');
begin
  refresh materialized view concurrently internal.cohort_values;
  refresh materialized view concurrently internal.cohort_statistics;
  delete from internal.still_shown s where s.id = any (over);
end $$;
comment on function internal.refresh_cohorts is 'Computes them anew; the caller holds the lock (5, 0).';

create or replace function api.finish_peer_figures(organization_id text, round bigint, as_of bigint, sources jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform internal.require(
    length(finish_peer_figures.organization_id) > 0 and finish_peer_figures.round is not null
      and finish_peer_figures.as_of is not null and jsonb_typeof(finish_peer_figures.sources) = 'object',
    'organization_id, round, as_of or sources is missing');
  -- One at a time: whoever refreshed from an older state would take back what another has shown.
  perform pg_advisory_xact_lock(5, 0);
  insert into internal.peer_rounds as r (organization_id, round, as_of, sources)
  values (finish_peer_figures.organization_id, finish_peer_figures.round, internal.instant(finish_peer_figures.as_of),
    finish_peer_figures.sources)
  on conflict on constraint peer_rounds_pkey do update
    set round = excluded.round, as_of = excluded.as_of, sources = excluded.sources
    where r.round < excluded.round;
  if not found then return 'false'; end if;
  delete from internal.peer_figures f
  where f.organization_id = finish_peer_figures.organization_id and f.round < finish_peer_figures.round;
  perform internal.refresh_cohorts();
  return 'true';
end $$;

create function api.show_without_erased() returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  views integer := 0;
begin
  if exists (select from internal.still_shown s where s.view = 'leaderboards') then
    perform pg_advisory_xact_lock(3, 0);
    perform internal.refresh_leaderboards();
    views := views + 1;
  end if;
  if exists (select from internal.still_shown s where s.view = 'cohorts') then
    perform pg_advisory_xact_lock(5, 0);
    perform internal.refresh_cohorts();
    views := views + 1;
  end if;
  return to_jsonb(views);
end $$;
comment on function api.show_without_erased is
  'Computes anew what still holds somebody who was erased; answers of how many kinds that was.';

create or replace function api.leaderboard_page(
  organization_id text, department_id text, period text, viewer_id text, "limit" integer, "offset" integer default 0
) returns jsonb
language plpgsql stable security definer set search_path = '' set jit = off set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
begin
  return (
  with everybody as not materialized (
    select l.* from internal.leaderboards l
    where l.organization_id = leaderboard_page.organization_id
      and l.department_id = coalesce(leaderboard_page.department_id, '') and l.period = leaderboard_page.period
  ), board as not materialized (
    select e.* from everybody e where e.is_shown
  ), erased as materialized (
    select s.name as user_id from internal.still_shown s where s.view = 'leaderboards'
  ), hidden as materialized (
    -- Who was hidden at the last refresh, and who has chosen it since; no transaction takes an hour.
    select e.user_id, e.points, e.is_shown from everybody e
    where e.was_hidden
      and exists (select from internal.preferences p where p.user_id = e.user_id and p.leaderboard_privacy = 'hidden')
    union
    select e.user_id, e.points, e.is_shown from internal.preferences p join everybody e on e.user_id = p.user_id
    where p.leaderboard_privacy = 'hidden' and p.updated_at >= (
      select coalesce(t.leaderboards_refreshed_at, '-infinity') - interval '1 hour' from internal.settings t)
    union
    select e.user_id, e.points, e.is_shown from erased g join everybody e on e.user_id = g.user_id
  ), cut as materialized (
    select b.user_id, b.points, b.tie, b.rank from board b
    where b.user_id not in (select h.user_id from hidden h)
    order by b.points desc, b.tie
    limit least(greatest(leaderboard_page."limit", 0), 1000) offset greatest(leaderboard_page."offset", 0)
  ), page as (
    select c.user_id, c.points, c.tie,
      c.rank - (select count(*) from hidden h where h.is_shown and h.points > c.points) as rank
    from cut c
  ), size as (
    select coalesce((select b.people from board b limit 1), 0)
      - (select count(*) from hidden h where h.is_shown) as participants
  ), viewer as (
    select b.user_id, b.points, b.rank - (select count(*) from hidden h where h.is_shown and h.points > b.points) as rank,
      exists (select from hidden h where h.user_id = b.user_id) as is_hidden,
      b.equals - (select count(*) from hidden h where h.is_shown and h.points = b.points) as equal
    from board b
    where b.user_id = leaderboard_page.viewer_id and b.user_id not in (select g.user_id from erased g)
  ), doubts as (
    select e.reading from everybody e
    where e.reading in ('outdated', 'failed', 'unread')
      and not exists (select from hidden h where h.user_id = e.user_id)
  )
  select jsonb_build_object(
    'entries', coalesce((
      select jsonb_agg(jsonb_build_object(
        'rank', p.rank, 'points', p.points, 'isYou', p.user_id = coalesce(leaderboard_page.viewer_id, ''),
        'userId', case when p.user_id = leaderboard_page.viewer_id or c.leaderboard_privacy = 'public' then p.user_id end)
        order by p.points desc, p.tie)
      from page p left join internal.preferences c on c.user_id = p.user_id), '[]'),
    'you', (
      select case when v.is_hidden
        then jsonb_build_object('rank', null, 'percentile', null, 'points', v.points)
        else jsonb_build_object('rank', v.rank, 'points', v.points,
          'percentile', 100.0 * (s.participants - (v.rank - 1) - v.equal / 2.0) / s.participants) end
      from viewer v, size s),
    'reading', (
      select e.reading from everybody e
      where e.user_id = leaderboard_page.viewer_id and e.user_id not in (select g.user_id from erased g)),
    'participants', (select s.participants from size s),
    'doubt', case
      when exists (select from doubts d where d.reading in ('outdated', 'failed')) then 'unavailable'
      when exists (select from doubts d where d.reading = 'unread') then 'insufficient_data' end)
  || coalesce(
    (select jsonb_build_object('refreshedAt', internal.ms(o.shown_at), 'asOf', internal.ms(o.shown_as_of),
      'dataSource', o.shown_from)
    from internal.organizations o
    where o.organization_id = leaderboard_page.organization_id and o.shown_at is not null),
    (select jsonb_build_object('refreshedAt', internal.ms(t.leaderboards_refreshed_at), 'asOf', null, 'dataSource', null)
    from internal.settings t)));
end $$;

create function internal.peers_of(own internal.peer_figures, cohort text) returns jsonb
language sql stable set search_path = '' set jit = off as $$
  with others as (
    select f.* from internal.peer_figures f
    where f.organization_id = own.organization_id and f.round = own.round and f.user_id <> own.user_id
  ), known as (
    select m.metric, m.value, m.most from others o cross join lateral internal.peer_metrics(row(o.*)::internal.peer_figures) m
    where peers_of.cohort in ('any', o.level) and m.value is not null
  ), figures as (
    select m.metric, m.value, count(k.value) as known, coalesce(sum(least(k.value, k.most)), 0) as total,
      percentile_cont(0.5) within group (order by k.value) as median,
      count(*) filter (where k.value < m.value) as below, count(*) filter (where k.value = m.value) as equal
    from internal.peer_metrics(own) m left join known k on k.metric = m.metric
    group by m.metric, m.value
  )
  select jsonb_build_object(
    'inside', (select count(*) from others o where peers_of.cohort in ('any', o.level)),
    'others', (select count(*) from others),
    'own', (select jsonb_object_agg(f.metric, f.value) from figures f),
    'metrics', (
      select jsonb_object_agg(f.metric, jsonb_build_object('value', f.value, 'known', f.known, 'total', f.total,
        'median', f.median, 'below', f.below, 'equal', f.equal))
      from figures f))
$$;
comment on function internal.peers_of is
  'What api.peer_standing tells, worked out from every figure of the reading: slower, and right at once after an erasure.';

-- The one that reads what was worked out beforehand stays as it is.
alter function api.peer_standing(text, text, text, bigint) set schema internal;
create function api.peer_standing(organization_id text, user_id text, level text, since bigint) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  reading internal.peer_rounds;
  own internal.peer_figures;
  cohort text;
begin
  if not exists (
    select from internal.still_shown s where s.view = 'cohorts' and s.name = peer_standing.organization_id
  ) then return internal.peer_standing($1, $2, $3, $4); end if;
  perform internal.require(
    peer_standing.level in ('own', 'any', 'beginner', 'intermediate', 'advanced', 'expert')
      and peer_standing.since is not null,
    'level is own, any or one of the levels, or since is missing');
  select * into reading from internal.peer_rounds r
  where r.organization_id = peer_standing.organization_id and r.as_of >= internal.instant(peer_standing.since);
  if not found then return null; end if;
  select * into own from internal.peer_figures f
  where f.organization_id = peer_standing.organization_id and f.round = reading.round
    and f.user_id = peer_standing.user_id;
  if not found then return null; end if;
  cohort := case peer_standing.level when 'own' then own.level else peer_standing.level end;
  return jsonb_build_object('sources', reading.sources, 'level', nullif(cohort, 'any')) || internal.peers_of(own, cohort);
end $$;
comment on function api.peer_standing is
  'A learner and the others of a cohort (of the own level, of any, of a named one), the learner left out: {sources, level, inside, others, own, metrics: {metric: {value, known, total, median, below, equal}}}, exact and not to be told as it is; nobody who was erased is in it. Null when no reading is as young as since (epoch ms), or it did not meet the learner. A cohort with nobody in it may have no metrics.';

-- The erasure itself.

alter table internal.outbox add column aside jsonb;
comment on column internal.outbox.aside is
  'What consumers are told beside the event''s own data, and what must not stay in it. It goes with the line.';

create or replace function api.take_outbox("limit" integer, worker text, lease_seconds integer) returns jsonb
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
    returning o.event_id, o.attempts, o.aside
  )
  select coalesce(jsonb_agg(
    internal.event_json(row(e.*)::internal.domain_events)
      || jsonb_build_object('attempts', l.attempts, 'data', e.data || coalesce(l.aside, '{}'))
    order by e.position), '[]') into taken
  from leased l join internal.domain_events e on e.id = l.event_id;
  return taken;
end $$;

create index audit_log_actor on internal.audit_log (actor_id) where actor_id is not null;
create index audit_log_subject on internal.audit_log (subject_id) where subject_id is not null;

create or replace function api.erase_user(user_id text, salt text, requested_by text, reason text, now bigint) returns jsonb
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
  perform internal.lock_erasure(erase_user.user_id);
  -- A setting of the function would need a superuser; this one ends with the transaction, which is this call alone.
  perform set_config('learning_analytics.erasing', 'on', true);

  update internal.refresh_families f set revoked_at = internal.instant(now), recorded_at = clock_timestamp()
  where f.user_id = erase_user.user_id and f.revoked_at is null;
  select coalesce(jsonb_agg(r.storage_key), '[]') into files from internal.reports r
  where erase_user.user_id in (r.user_id, r.requested_by) and r.storage_key is not null;

  insert into internal.still_shown (view, name)
  select 'leaderboards', erase_user.user_id
  where exists (select from internal.leaderboards l where l.user_id = erase_user.user_id)
  union all
  select distinct 'cohorts', f.organization_id from internal.peer_figures f where f.user_id = erase_user.user_id;

  -- The person's own events keep their place, emptied: request ids are the callers' words, and may name anybody.
  delete from internal.outbox o where internal.person_of(o.stream) = erase_user.user_id;
  update internal.domain_events e set
    stream = 'user:' || alias || substr(e.stream, length('user:' || erase_user.user_id) + 1),
    data = '{}', metadata = '{"correlationId": null, "causationId": null}'
  where internal.person_of(e.stream) = erase_user.user_id;
  update internal.outbox o set last_error = 'not told: the event names somebody who was erased'
  where strpos(o.last_error, erase_user.user_id) > 0 and exists (
    select from internal.domain_events e where e.id = o.event_id and internal.names_person(e.data, erase_user.user_id));

  for part in select t.name, c as col from internal.columns_of(array['internal.person']) t, unnest(t.columns) c loop
    execute format('delete from internal.%I r where r.%I = $1', part.name, part.col) using user_id;
    get diagnostics affected = row_count;
    if affected > 0 then
      counts := counts || jsonb_build_object(part.name, affected + coalesce((counts ->> part.name)::bigint, 0));
    end if;
  end loop;

  -- In rows that name the person, words of people may too; anywhere else the same letters are another word.
  for part in
    select m.name, p.col, (select string_agg(format('r.%I = $1', c), ' or ') from unnest(m.columns) c) as names
    from internal.columns_of(array['internal.mention']) m
    join (select t.name, c as col from internal.columns_of(array['internal.prose']) t, unnest(t.columns) c) p on p.name = m.name
  loop
    execute format(
      'update internal.%1$I r set %2$I = internal.renamed(r.%2$I, $1, $2) where (%3$s) and internal.names(r.%2$I, $1)',
      part.name, part.col, part.names) using user_id, alias;
  end loop;
  update internal.audit_log a set request_id = null
  where a.request_id is not null
    and (erase_user.user_id in (a.actor_id, a.subject_id) or a.request_id = erase_user.user_id);
  for part in select t.name, c as col from internal.columns_of(array['internal.mention']) t, unnest(t.columns) c loop
    execute format('update internal.%1$I r set %2$I = $2 where r.%2$I = $1', part.name, part.col) using user_id, alias;
  end loop;
  for part in select t.name, c as col from internal.columns_of(array['jsonb']) t, unnest(t.columns) c loop
    execute format(
      'update internal.%1$I r set %2$I = internal.without_person(r.%2$I, $1, $2) where internal.names_person(r.%2$I, $1)',
      part.name, part.col) using user_id, alias;
  end loop;
  -- Work that stood at the person goes on from the first of their kind: what is done twice is done once.
  update internal.job_runs r set cursor = to_jsonb(split_part(r.cursor #>> '{}', ':', 1) || ':')
  where r.cursor in (to_jsonb('learner:' || erase_user.user_id), to_jsonb('trainer:' || erase_user.user_id));

  perform set_config('learning_analytics.erasing', 'off', true);
  insert into internal.erasures (subject_hash, requested_by, reason, erased_at, counts)
  values (internal.proof_of(user_id, salt), nullif(requested_by, user_id),
    internal.renamed(erase_user.reason, user_id, alias), internal.instant(now), counts)
  returning id into proof;
  return jsonb_build_object('proofId', proof, 'counts', counts, 'storageKeys', files);
end $$;
comment on function api.erase_user is
  'Ends a person''s sessions, deletes the rows that are theirs and replaces their id where others'' rows name them; events keep their place, emptied. Answers the id of the proof, how many rows went per table, and the files that the caller has to delete. Doing it again is another proof and finds nothing. What is worked out beforehand leaves the person out at once (internal.still_shown) and is computed anew by jobs.';

drop function internal.renamed(jsonb, text, text);

drop function api.erase_person(text, text, text, text, text, bigint, text);
create function api.erase_person(
  user_id text, salt text, requested_by text, organization_id text, reason text, now bigint,
  request_id text default null, tags text[] default null
) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  at timestamptz := internal.instant(now);
  before jsonb;
  erased jsonb;
  answer jsonb;
  published jsonb;
begin
  perform internal.require(
    internal.is_id(user_id) and length(salt) >= 16 and at is not null,
    'user_id is not an id, salt is shorter than 16 characters, or now is missing');
  -- Of two at once the second finds what the first has left, and its proof.
  perform internal.lock_erasure(erase_person.user_id);
  before := api.was_erased(user_id, salt);
  erased := api.erase_user(user_id, salt, requested_by, reason, now);
  perform internal.note_files(erased -> 'storageKeys', at);
  insert into internal.forgotten (subject_hash, since) values (internal.proof_of(user_id, salt), at)
  on conflict on constraint forgotten_pkey do nothing;
  answer := jsonb_build_object('proofId', erased -> 'proofId', 'erasedAt', now);
  if jsonb_typeof(before) = 'object' and erased -> 'counts' = '{}' then
    -- Nothing was there: the proof of the first time stands.
    delete from internal.erasures e where e.id = (erased ->> 'proofId')::uuid;
    answer := jsonb_build_object('proofId', before -> 'proofId', 'erasedAt', before -> 'erasedAt');
  end if;
  -- Callers choose request ids: one may be the id of the person.
  perform api.audit(
    actor_id => nullif(erase_person.requested_by, erase_person.user_id), action => 'person.erase',
    subject_kind => 'person', subject_id => null, organization_id => erase_person.organization_id,
    outcome => 'done', now => erase_person.now, request_id => null,
    detail => jsonb_build_object('proofId', answer -> 'proofId', 'byThemselves', coalesce(erase_person.requested_by = erase_person.user_id, false)));
  -- Last, because all who append wait from here on. A process that dies now has told the relay what to forget.
  if tags is not null then
    published := internal.append('erasure:' || (answer ->> 'proofId'), null,
      jsonb_build_array(jsonb_build_object('type', 'person_erased', 'data', '{}'::jsonb, 'occurredAt', now)));
    update internal.outbox o set aside = jsonb_build_object('tags', to_jsonb(erase_person.tags))
    where o.event_id = (published -> 0 ->> 'id')::uuid;
  end if;
  return answer;
end $$;
comment on function api.erase_person is
  'Erases a person (api.erase_user), remembers by the salted hash that nothing is to be recorded of them again, notes files that are to be deleted, queues an event person_erased whose consumers are told the tags of answers to forget (null = none), and says so in the audit log without the person and without request_id: {proofId, erasedAt}. Doing it again erases what has come since, and answers the first proof when that is nothing.';

drop function api.forget_again(text, bigint);
create function api.forgotten_here(salt text) returns jsonb
language plpgsql stable security definer set search_path = '' set work_mem = '64MB' as $$
declare
  found_here jsonb;
begin
  perform internal.require(length(salt) >= 16, 'salt is shorter than 16 characters');
  if not exists (select from internal.forgotten) then return '[]'; end if;
  execute (
    select format('select coalesce(jsonb_agg(i.id order by i.id), ''[]'') from (%s) i
      join internal.forgotten f on f.subject_hash = internal.proof_of(i.id, $1)',
      string_agg(format('select distinct r.%I::text as id from internal.%I r where r.%1$I is not null', c, t.name), ' union '))
    from internal.columns_of(array['internal.person', 'internal.mention']) t, unnest(t.columns) c)
  into found_here using salt;
  return found_here;
end $$;
comment on function api.forgotten_here is
  'Who was erased and stands in a table nevertheless, written by a caller without the salt. For api.forget_again.';

create function api.forget_again(user_id text, salt text, now bigint) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform internal.require(
    internal.is_id(user_id) and length(salt) >= 16 and now is not null,
    'user_id is not an id, salt is shorter than 16 characters, or now is missing');
  perform internal.lock_erasure(forget_again.user_id);
  -- Whoever has come back meanwhile stays.
  if not exists (
    select from internal.forgotten f where f.subject_hash = internal.proof_of(forget_again.user_id, salt)
  ) then return 'false'; end if;
  perform internal.note_files(
    api.erase_user(user_id, salt, null, 'recorded again after an erasure', now) -> 'storageKeys', internal.instant(now));
  return 'true';
end $$;
comment on function api.forget_again is
  'Erases again somebody who was erased and was written about nevertheless; false for anybody else.';
