-- Reads of a person with a hundred thousand entries cost what those of anybody else do: days in a row are kept and told
-- as spans, sums of days are read only where they can change a figure, and no plan may fall back on all entries.

-- Whoever looks for the entries of a day finds them in the index alone; with less the planner, which does not know how
-- much one person has, may read all of theirs in the index of references instead.
create index points_ledger_moments on internal.points_ledger (user_id, occurred_at) include (source, reference, points, id);
drop index internal.points_ledger_time;

create function internal.spans_of(days text[]) returns jsonb
language sql immutable set search_path = '' as $$
  with given as (
    select g.day, case when g.day ~ '^[1-9][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$'
      then (left(g.day, 7) || '-01')::date + (right(g.day, 2)::integer - 1) end as date
    from (select distinct u.day from unnest(days) u(day)) g
  ), known as (
    select g.day, case when to_char(g.date, 'YYYY-MM-DD') = g.day then g.date end as date from given g
  )
  select coalesce(jsonb_agg(jsonb_build_array(s.first, s.last) order by s.first), '[]') from (
    select lower(r)::text as first, (upper(r) - 1)::text as last
    from unnest((select range_agg(daterange(k.date, k.date + 1)) from known k where k.date is not null)) r
    union all
    -- What is no date is in no row.
    select k.day, k.day from known k where k.date is null and k.day is not null
  ) s
$$;
comment on function internal.spans_of is 'Days (YYYY-MM-DD) as [[first, last]] of days in a row.';

create function internal.days_of(spans jsonb) returns jsonb
language sql immutable set search_path = '' as $$
  select coalesce(jsonb_agg(d.day order by d.day collate "C"), '[]')
  from jsonb_array_elements(spans) s
  cross join lateral (
    select s ->> 0 as day where s ->> 0 = s ->> 1
    union all
    select to_char(g, 'YYYY-MM-DD') from generate_series(
      case when s ->> 0 <> s ->> 1 then (s ->> 0)::timestamp end,
      case when s ->> 0 <> s ->> 1 then (s ->> 1)::timestamp end, interval '1 day') g
  ) d
$$;
comment on function internal.days_of is 'The days of internal.spans_of, first to last.';

alter table internal.ledger_zones add column streak_spans jsonb not null default '[]';
update internal.ledger_zones z set streak_spans = internal.spans_of(array(select jsonb_array_elements_text(z.streak_days)))
where z.streak_days <> '[]';
alter table internal.ledger_zones drop column streak_days;
comment on table internal.ledger_zones is
  'On the days of which time zone a person''s internal.point_sums stand, and what api.ledger_with tells of all of them: sums, when thresholds of internal.point_thresholds were reached, days kept by activity ([[first, last]] of days in a row), when courses were completed, the last occurrence. Kept by a trigger of the ledger.';

create or replace function internal.sum_up(people text[]) returns void
language sql volatile set search_path = '' set jit = off as $$
  update internal.ledger_zones k set
    course = s.course, skill = s.skill, assessment = s.assessment, practice = s.practice, streak_day = s.streak_day,
    last_at = s.last_at, reached = s.reached, streak_spans = s.streak_spans, courses = s.courses
  from (
    select z.user_id, t.*, r.reached,
      (select l.occurred_at from internal.points_ledger l where l.user_id = z.user_id
        order by l.occurred_at desc limit 1) as last_at,
      internal.spans_of(array(select l.reference from internal.points_ledger l
        where l.user_id = z.user_id and l.source = 'streak_day')) as streak_spans,
      (select coalesce(jsonb_agg(internal.ms(l.occurred_at) order by l.occurred_at), '[]') from internal.points_ledger l
        where l.user_id = z.user_id and l.source = 'course') as courses
    from internal.ledger_zones z
    cross join lateral (
      select coalesce(sum(d.course), 0) as course, coalesce(sum(d.skill), 0) as skill,
        coalesce(sum(d.assessment), 0) as assessment, coalesce(sum(d.practice), 0) as practice,
        coalesce(sum(d.streak_day), 0) as streak_day
      from internal.point_sums d where d.user_id = z.user_id
    ) t
    cross join lateral (
      with summed as (
        select d.day, d.course + d.skill + d.assessment + d.practice + d.streak_day as points,
          sum(d.course + d.skill + d.assessment + d.practice + d.streak_day) over (order by d.day) as reached
        from internal.point_sums d where d.user_id = z.user_id
      )
      select coalesce(jsonb_agg(jsonb_build_object('points', m.threshold, 'at', (
        select internal.ms(min(c.at))
        from internal.counted_entries(z.user_id, z.zone, array[m.day], 'infinity', '{}', '{}') c
        where m.before + c.reached >= m.threshold)) order by m.threshold), '[]') as reached
      from (
        select p.threshold, d.day, d.reached - d.points as before
        from unnest(internal.point_thresholds()) p(threshold)
        join summed d on d.reached >= p.threshold and d.reached - d.points < p.threshold
      ) m
    ) r
    where z.user_id = any (people)
  ) s
  where k.user_id = s.user_id
$$;
comment on function internal.sum_up is 'Sums up what internal.point_sums and the ledger hold of these people.';

drop function api.ledger_with(text, text[], text[], integer[], bigint[], text, bigint, integer[]);
create function api.ledger_with(
  user_id text, sources text[], refs text[], points integer[], times bigint[], zone text, now bigint,
  thresholds integer[], spans boolean default false
) returns jsonb
language plpgsql stable security definer set search_path = '' set jit = off set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
  until timestamptz := internal.instant(ledger_with.now);
  kept internal.ledger_zones;
  is_kept boolean;
  is_whole boolean;
  added internal.addition[];
  gone bigint[];
  lost internal.addition[];
  -- Days of which the sums are read, beside those that change.
  first_day date := '-infinity';
  last_day date := 'infinity';
  -- Every threshold was reached, and what is added can only be reached earlier.
  is_settled boolean := false;
  streak text[];
  streak_days jsonb;
  courses jsonb;
  answer jsonb;
begin
  perform internal.require(
    internal.is_id(ledger_with.user_id) and until is not null and zone is not null and thresholds is not null,
    'user_id is not an id, or zone, now or thresholds is missing');
  perform internal.require(
    cardinality(sources) = cardinality(refs) and cardinality(refs) = cardinality(ledger_with.points)
      and cardinality(refs) = cardinality(times) and array_position(times, null) is null
      and array_position(ledger_with.points, null) is null,
    'sources, refs, points and times are not lists of equal length without null');
  perform until at time zone ledger_with.zone;
  -- Of one thing the earlier occurrence counts; what is written stays as it was written at the same instant.
  select coalesce(array_agg(row(b.source, b.reference, b.points, b.at)::internal.addition), '{}'),
    coalesce(array_agg(b.id) filter (where b.id is not null), '{}'),
    coalesce(array_agg(row(b.source, b.reference, b.recorded, b.occurred_at)::internal.addition)
      filter (where b.id is not null), '{}'),
    array_agg(b.reference order by b.reference collate "C") filter (where b.source = 'streak_day' and b.id is null)
  into added, gone, lost, streak
  from (
    select distinct on (g.source, g.reference) g.source, g.reference, g.points, g.at, l.id, l.occurred_at,
      l.points as recorded
    from (
      select e.*, internal.instant(e.ms) as at
      from unnest(sources, refs, ledger_with.points, times) with ordinality e(source, reference, points, ms, n)
      where e.ms <= ledger_with.now
      offset 0
    ) g
    left join lateral (
      select e.id, e.occurred_at, e.points from internal.points_ledger e
      where e.user_id = ledger_with.user_id and e.source = g.source and e.reference = g.reference limit 1
    ) l on true
    where l.id is null or l.occurred_at > g.at
    order by g.source, g.reference, g.at, g.n
  ) b;

  select z.* into kept from internal.ledger_zones z where z.user_id = ledger_with.user_id;
  is_kept := coalesce(kept.zone = ledger_with.zone, false);
  -- What is kept holds nothing that is still to come, and answers what is asked.
  is_whole := is_kept and coalesce(kept.last_at <= until, true) and thresholds = internal.point_thresholds();

  if is_whole then
    streak_days := kept.streak_spans || internal.spans_of(streak);
  else
    select internal.spans_of(array_agg(r.reference)) into streak_days from (
      select l.reference from internal.points_ledger l
      where l.user_id = ledger_with.user_id and l.source = 'streak_day' and l.occurred_at <= until and l.id <> all (gone)
      union all
      select a.reference from unnest(added) a where a.source = 'streak_day') r;
  end if;
  if not coalesce(spans, false) then streak_days := internal.days_of(streak_days); end if;

  if is_whole and not exists (select from unnest(added) a where a.source = 'course') then
    courses := kept.courses;
  else
    select coalesce(jsonb_agg(internal.ms(r.at) order by r.at), '[]') into courses from (
      select l.occurred_at as at from internal.points_ledger l
      where l.user_id = ledger_with.user_id and l.source = 'course' and l.occurred_at <= until and l.id <> all (gone)
      union all
      select a.at from unnest(added) a where a.source = 'course') r;
  end if;

  if is_whole and cardinality(added) = 0 then
    return jsonb_build_object(
      'bySource', jsonb_build_object('course', kept.course, 'skill', kept.skill, 'assessment', kept.assessment,
        'practice', kept.practice, 'streak_day', kept.streak_day),
      'reached', kept.reached, 'streakDays', streak_days, 'courses', courses);
  end if;

  -- Days before the first that changes stand as they are kept.
  if is_whole then
    select min((a.at at time zone ledger_with.zone)::date) into first_day from unnest(added || lost) a;
    is_settled := cardinality(lost) = 0 and jsonb_array_length(kept.reached) = cardinality(thresholds);
  end if;
  if is_settled then
    last_day := (internal.instant((kept.reached -> -1 ->> 'at')::bigint) at time zone ledger_with.zone)::date;
    -- After it nothing is reached any more; up to it everything is summed from the start.
    if first_day > last_day then last_day := '-infinity'; else first_day := '-infinity'; end if;
  end if;
  with changes as materialized (
    select c.day,
      coalesce(sum(c.points) filter (where c.points > 0), 0)::integer as more,
      coalesce(sum(c.points) filter (where c.source = 'course'), 0)::integer as course,
      coalesce(sum(c.points) filter (where c.source = 'skill'), 0)::integer as skill,
      coalesce(sum(c.points) filter (where c.source = 'assessment'), 0)::integer as assessment,
      coalesce(sum(c.points) filter (where c.source = 'practice'), 0)::integer as practice,
      coalesce(sum(c.points) filter (where c.source = 'streak_day'), 0)::integer as streak_day
    from (
      select (a.at at time zone ledger_with.zone)::date as day, a.source, a.points from unnest(added) a
      union all
      select (l.at at time zone ledger_with.zone)::date, l.source, -l.points from unnest(lost) l
      union all
      -- Days whose sums are not what is asked for: in part still to come, or those of another zone.
      select (l.occurred_at at time zone ledger_with.zone)::date, null, 0 from internal.points_ledger l
      where not is_whole and l.user_id = ledger_with.user_id
        and l.occurred_at > case when is_kept then until else '-infinity' end
    ) c
    group by c.day
  ), sums as materialized (
    select s.day, s.course, s.skill, s.assessment, s.practice, s.streak_day
    from internal.point_sums s
    where is_kept and s.user_id = ledger_with.user_id and s.day >= first_day and s.day <= last_day
    union all
    select l.* from changes c
    cross join lateral (
      -- One look-up for each: a plan that goes through all days is no way out.
      select s.day, s.course, s.skill, s.assessment, s.practice, s.streak_day
      from internal.point_sums s
      where s.user_id = ledger_with.user_id and s.day = c.day
      limit 1
    ) l
    where is_settled and c.day > last_day
  ), compared as materialized (
    select coalesce(s.day, c.day) as day,
      coalesce(s.course, 0) + coalesce(c.course, 0) as course,
      coalesce(s.skill, 0) + coalesce(c.skill, 0) as skill,
      coalesce(s.assessment, 0) + coalesce(c.assessment, 0) as assessment,
      coalesce(s.practice, 0) + coalesce(c.practice, 0) as practice,
      coalesce(s.streak_day, 0) + coalesce(c.streak_day, 0) as streak_day,
      -- As long as the cap is not touched an entry is worth its points, whatever else was on its day.
      c.day is not null and (not is_whole
        or coalesce(s.course + s.skill + s.assessment + s.practice + s.streak_day, 0) + c.more >= 1000) as is_open
    from sums s full join changes c on c.day = s.day
  ), days as materialized (
    select d.day, d.course, d.skill, d.assessment, d.practice, d.streak_day from compared d where not d.is_open
    union all
    select c.day,
      coalesce(sum(c.worth) filter (where c.source = 'course'), 0)::integer,
      coalesce(sum(c.worth) filter (where c.source = 'skill'), 0)::integer,
      coalesce(sum(c.worth) filter (where c.source = 'assessment'), 0)::integer,
      coalesce(sum(c.worth) filter (where c.source = 'practice'), 0)::integer,
      coalesce(sum(c.worth) filter (where c.source = 'streak_day'), 0)::integer
    from (select array_agg(d.day) as days from compared d where d.is_open having count(*) > 0) o
    cross join lateral internal.counted_entries(
      ledger_with.user_id, ledger_with.zone, o.days, until, gone, added) c
    group by c.day
  ), earlier as materialized (
    -- What is kept, without the days that are read.
    select k.course - s.course as course, k.skill - s.skill as skill, k.assessment - s.assessment as assessment,
      k.practice - s.practice as practice, k.streak_day - s.streak_day as streak_day
    from (
      select kept.course, kept.skill, kept.assessment, kept.practice, kept.streak_day where is_whole
    ) k(course, skill, assessment, practice, streak_day)
    cross join (
      select coalesce(sum(s.course), 0) as course, coalesce(sum(s.skill), 0) as skill,
        coalesce(sum(s.assessment), 0) as assessment, coalesce(sum(s.practice), 0) as practice,
        coalesce(sum(s.streak_day), 0) as streak_day
      from sums s
    ) s
  ), start as materialized (
    -- What was reached before the days that are summed; all of it when none can reach anything.
    select case when not is_settled then coalesce(sum(e.course + e.skill + e.assessment + e.practice + e.streak_day), 0)
      when last_day = '-infinity' then 2147483647 else 0 end::integer as points
    from earlier e
  ), summed as (
    select d.day, d.course + d.skill + d.assessment + d.practice + d.streak_day as points,
      (select s.points from start s)
        + sum(d.course + d.skill + d.assessment + d.practice + d.streak_day) over (order by d.day) as reached
    from days d
    where d.day <= last_day
  ), marks as (
    select t.threshold, d.day, d.reached - d.points as before
    from unnest(thresholds) t(threshold)
    join summed d on d.reached >= t.threshold and d.reached - d.points < t.threshold
  )
  select jsonb_build_object(
    'bySource', (
      select jsonb_build_object('course', coalesce(sum(d.course), 0), 'skill', coalesce(sum(d.skill), 0),
        'assessment', coalesce(sum(d.assessment), 0), 'practice', coalesce(sum(d.practice), 0),
        'streak_day', coalesce(sum(d.streak_day), 0))
      from (
        select d.course, d.skill, d.assessment, d.practice, d.streak_day from days d
        union all
        select e.course, e.skill, e.assessment, e.practice, e.streak_day from earlier e) d),
    'reached', (
      select coalesce(jsonb_agg(r.mark order by r.threshold), '[]') from (
        select k.mark, (k.mark ->> 'points')::integer as threshold
        from jsonb_array_elements(kept.reached) k(mark)
        where is_whole and (k.mark ->> 'points')::integer <= (select s.points from start s)
        union all
        select jsonb_build_object('points', m.threshold, 'at', (
          select internal.ms(min(c.at))
          from internal.counted_entries(ledger_with.user_id, ledger_with.zone, array[m.day], until, gone, added) c
          where m.before + c.reached >= m.threshold)), m.threshold
        from marks m) r),
    'streakDays', streak_days, 'courses', courses)
  into answer;
  return answer;
exception when data_exception then
  return internal.raise('invalid', 'zone is not a time zone, or an entry is not well-formed');
end $$;
comment on function api.ledger_with is
  'A person''s ledger merged with entries that are not written (lists of equal length: source, reference, points, epoch ms), up to an instant, on the days of a zone: {bySource: points with the cap, reached: [{points, at}] of the thresholds, streakDays (with spans: [[first, last]] of days in a row, in no order), courses: when they were completed}. Reads what is summed up when the entries are written already; else the sums of days from the first that they change, and entries of those days only that reach the cap or a threshold; of another zone than the one kept, all entries.';

-- The days that count for a streak: one row per person instead of one per day.

drop trigger add_learning_days on internal.activity_days;
drop function internal.add_learning_days();

create table internal.learning_spans (
  user_id internal.person primary key,
  days datemultirange not null
);
comment on table internal.learning_spans is
  'The days of internal.activity_days with anything but a log-in. Kept by a trigger of it.';
insert into internal.learning_spans (user_id, days)
select d.user_id, range_agg(daterange(d.day, d.day + 1)) from internal.learning_days d group by d.user_id;
drop table internal.learning_days;

create function internal.add_learning_days() returns trigger
language plpgsql set search_path = '' as $$
begin
  insert into internal.learning_spans as s (user_id, days)
  -- In one order for all, so that nobody waits for a waiting one.
  select f.user_id, range_agg(daterange(f.day, f.day + 1)) from fresh f where f.source <> 'login'
  group by f.user_id order by f.user_id
  on conflict on constraint learning_spans_pkey do update set days = s.days + excluded.days
    where not s.days @> excluded.days;
  return null;
end $$;
comment on function internal.add_learning_days is
  'Trigger of internal.activity_days, of which rows only go with their person.';
create trigger add_learning_days after insert on internal.activity_days
  referencing new table as fresh for each statement execute function internal.add_learning_days();

drop function api.kept_of(text);
create function api.kept_of(user_id text, spans boolean default false) returns jsonb
language plpgsql stable security definer set search_path = '' set jit = off set plan_cache_mode = force_generic_plan as $$
declare
  days jsonb;
begin
  select coalesce(jsonb_agg(jsonb_build_array(lower(r), upper(r) - 1) order by r), '[]') into days
  from internal.learning_spans s cross join lateral unnest(s.days) r where s.user_id = kept_of.user_id;
  return jsonb_build_object(
    'achievements', api.achievements(kept_of.user_id),
    'activityDays', case when coalesce(spans, false) then days else internal.days_of(days) end,
    'freezeDays', api.streak_freezes(kept_of.user_id));
end $$;
comment on function api.kept_of is
  'What stays of a person whatever services say later: achievements, days with an activity that counts (with spans: [[first, last]] of days in a row), days saved by a freeze.';

-- Whoever is told of an erasure has the views computed anew; several may be told at once.

create or replace function api.show_without_erased() returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  views integer := 0;
begin
  if exists (select from internal.still_shown s where s.view = 'leaderboards') then
    perform pg_advisory_xact_lock(3, 0);
    -- Whoever waited may find the work done.
    if exists (select from internal.still_shown s where s.view = 'leaderboards') then
      perform internal.refresh_leaderboards();
      views := views + 1;
    end if;
  end if;
  if exists (select from internal.still_shown s where s.view = 'cohorts') then
    perform pg_advisory_xact_lock(5, 0);
    if exists (select from internal.still_shown s where s.view = 'cohorts') then
      perform internal.refresh_cohorts();
      views := views + 1;
    end if;
  end if;
  return to_jsonb(views);
end $$;

-- What could hold up an erasure, or outlive it.

alter function internal.without_person(jsonb, text, text) rename to walk_without_person;
create or replace function internal.walk_without_person(content jsonb, user_id text, alias text) returns jsonb
language sql immutable set search_path = '' as $$
  -- A part without the word is not walked through: lists of thousands of others cost a look.
  select case when strpos(content::text, user_id) = 0 then content else case jsonb_typeof(content)
    when 'array' then coalesce((
      select jsonb_agg(case when strpos(e.value::text, user_id) = 0 then e.value
        else internal.walk_without_person(e.value, user_id, alias) end order by e.n)
      from jsonb_array_elements(content) with ordinality as e(value, n)), '[]')
    when 'object' then coalesce((
      select jsonb_object_agg(e.key, case
        -- Some services send ids as numbers.
        when e.key in ('userId', 'learnerId', 'trainerId', 'actorId', 'subjectId', 'requestedBy', 'createdBy',
            'correlationId', 'causationId') and e.value #>> '{}' = user_id
          then to_jsonb(alias)
        when e.key = 'id' and internal.is_about(content, user_id) then to_jsonb(alias)
        when e.key in ('fullName', 'displayName', 'email') and internal.is_about(content, user_id) then 'null'
        when strpos(e.value::text, user_id) = 0 then e.value
        when e.key in ('userIds', 'learnerIds', 'trainerIds') and jsonb_typeof(e.value) = 'array' then (
          select coalesce(jsonb_agg(case when i.value #>> '{}' = user_id then to_jsonb(alias) else i.value end order by i.n), '[]')
          from jsonb_array_elements(e.value) with ordinality as i(value, n))
        else internal.walk_without_person(e.value, user_id, alias) end)
      from jsonb_each(content) e), '{}')
    else content end end
$$;

create function internal.without_person(content jsonb, user_id text, alias text) returns jsonb
language sql immutable set search_path = '' as $$
  select case
    -- Nested deeper than anything of ours, and than the stack allows to walk through: the id goes wherever it stands.
    when content @? 'strict $.**{64}'
      then replace(content::text, to_jsonb(user_id)::text, to_jsonb(alias)::text)::jsonb
    else internal.walk_without_person(content, user_id, alias) end
$$;
comment on function internal.without_person is
  'A document with another word in the place of an id, where ids of people stand: under the names that our payloads have for them, and nowhere else. What else tells of the person (name, e-mail) beside the id is null.';
comment on function internal.walk_without_person is 'internal.without_person, of a document that is not nested deeply.';

create or replace function api.come_back(user_id text, salt text) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  is_back boolean;
begin
  -- An erasure that goes on comes first; else it would forget somebody who has just begun anew.
  perform pg_advisory_xact_lock_shared(6, internal.erasure_lock(come_back.user_id));
  with gone as (
    delete from internal.forgotten f where f.subject_hash = internal.proof_of(come_back.user_id, salt) returning 1)
  select exists (select from gone) into is_back;
  return to_jsonb(is_back);
end $$;
