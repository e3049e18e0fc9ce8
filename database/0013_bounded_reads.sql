-- Reads that do not grow: the ledger of a person as sums of days and of all of them, and leaderboards that say when
-- they were read and of whom.

create table internal.ledger_zones (
  user_id internal.person primary key,
  zone text not null,
  course integer not null default 0,
  skill integer not null default 0,
  assessment integer not null default 0,
  practice integer not null default 0,
  streak_day integer not null default 0,
  last_at timestamptz,
  reached jsonb not null default '[]',
  streak_days jsonb not null default '[]',
  courses jsonb not null default '[]'
);
comment on table internal.ledger_zones is
  'On the days of which time zone a person''s internal.point_sums stand, and what api.ledger_with tells of all of them: sums, when thresholds of internal.point_thresholds were reached, days kept by activity, when courses were completed, the last occurrence. Kept by a trigger of the ledger.';

create table internal.point_sums (
  user_id internal.person,
  day date,
  course integer not null,
  skill integer not null,
  assessment integer not null,
  practice integer not null,
  streak_day integer not null,
  primary key (user_id, day) include (course, skill, assessment, practice, streak_day)
);
comment on table internal.point_sums is
  'What a person earned on a day, with at most 1,000 in all, given out in the order of occurred_at, source, reference. Kept by a trigger of the ledger.';

-- Hundreds of entries are looked up at once: from the index alone.
alter table internal.points_ledger
  drop constraint points_ledger_user_id_source_reference_key,
  add constraint points_ledger_user_id_source_reference_key
    unique (user_id, source, reference) include (occurred_at, id, points);
create index points_ledger_time on internal.points_ledger (user_id, occurred_at);
create index points_ledger_courses on internal.points_ledger (user_id, occurred_at) include (id) where source = 'course';
create index points_ledger_streak_days on internal.points_ledger (user_id, reference) include (occurred_at, id)
  where source = 'streak_day';

create type internal.addition as (source text, reference text, points integer, at timestamptz);
comment on type internal.addition is 'An entry that is not in the ledger.';

-- A file that changes them sums up everybody anew.
create function internal.point_thresholds() returns integer[]
language sql immutable as $$ select array[100, 1000, 5000, 20000] $$;
comment on function internal.point_thresholds is 'Numbers of points of which it is kept when a person reached them.';

-- Three hours around a day hold every change of clocks; the date itself decides.
create function internal.counted_entries(
  person text, zone text, days date[], until timestamptz, gone bigint[], added internal.addition[]
) returns table (day date, source text, at timestamptz, worth integer, reached integer)
language sql stable as $$
  with candidates as (
    select d.day, l.source, l.reference, l.occurred_at as at, l.points
    from unnest(days) d(day)
    cross join lateral (
      select e.source, e.reference, e.occurred_at, e.points from internal.points_ledger e
      where e.user_id = person
        and e.occurred_at >= (d.day::timestamp - interval '3 hours') at time zone zone
        and e.occurred_at < (d.day::timestamp + interval '27 hours') at time zone zone
        and e.occurred_at <= until
        and (e.occurred_at at time zone zone)::date = d.day
        and e.id <> all (gone)
      offset 0
    ) l
    union all
    select (a.at at time zone zone)::date, a.source, a.reference, a.at, a.points
    from unnest(added) a
    where (a.at at time zone zone)::date = any (days)
  ), running as (
    select c.day, c.source, c.at, c.points,
      sum(c.points) over (
        partition by c.day order by c.at, c.source collate "C", c.reference collate "C"
        rows unbounded preceding) as raw
    from candidates c
  )
  select r.day, r.source, r.at, (least(1000, r.raw) - least(1000, r.raw - r.points))::integer,
    least(1000, r.raw)::integer
  from running r
$$;
comment on function internal.counted_entries is
  'The entries of some days of a person in a zone up to an instant, without those that are gone and with those that are added: what each is worth under the cap, and what its day had reached with it.';

create function internal.sum_days(people text[], days date[]) returns void
language sql volatile set search_path = '' set jit = off as $$
  insert into internal.point_sums as s (user_id, day, course, skill, assessment, practice, streak_day)
  select p.person, p.day,
    coalesce(sum(c.worth) filter (where c.source = 'course'), 0),
    coalesce(sum(c.worth) filter (where c.source = 'skill'), 0),
    coalesce(sum(c.worth) filter (where c.source = 'assessment'), 0),
    coalesce(sum(c.worth) filter (where c.source = 'practice'), 0),
    coalesce(sum(c.worth) filter (where c.source = 'streak_day'), 0)
  from unnest(people, days) p(person, day)
  join internal.ledger_zones z on z.user_id = p.person
  cross join lateral internal.counted_entries(p.person, z.zone, array[p.day], 'infinity', '{}', '{}') c
  group by p.person, p.day
  on conflict on constraint point_sums_pkey do update set
    course = excluded.course, skill = excluded.skill, assessment = excluded.assessment,
    practice = excluded.practice, streak_day = excluded.streak_day
$$;
comment on function internal.sum_days is 'Sums these days of these people anew, from the entries of those days alone.';

create function internal.sum_up(people text[]) returns void
language sql volatile set search_path = '' set jit = off as $$
  update internal.ledger_zones k set
    course = s.course, skill = s.skill, assessment = s.assessment, practice = s.practice, streak_day = s.streak_day,
    last_at = s.last_at, reached = s.reached, streak_days = s.streak_days, courses = s.courses
  from (
    select z.user_id, t.*, r.reached,
      (select l.occurred_at from internal.points_ledger l where l.user_id = z.user_id
        order by l.occurred_at desc limit 1) as last_at,
      (select coalesce(jsonb_agg(l.reference order by l.reference collate "C"), '[]') from internal.points_ledger l
        where l.user_id = z.user_id and l.source = 'streak_day') as streak_days,
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

create function internal.sum_fresh_days() returns trigger
language plpgsql set search_path = '' set jit = off as $$
declare
  people text[];
  open_days date[];
begin
  insert into internal.ledger_zones (user_id, zone)
  select distinct on (f.user_id) f.user_id, coalesce(o.zone, 'UTC')
  from fresh f left join internal.organizations o on o.organization_id = f.organization_id
  order by f.user_id, o.zone
  on conflict on constraint ledger_zones_pkey do nothing;
  -- As long as the cap is not touched an entry is worth its points, whatever else was on its day.
  with days as materialized (
    select f.user_id, f.day, f.course, f.skill, f.assessment, f.practice, f.streak_day,
      f.points + coalesce(s.course + s.skill + s.assessment + s.practice + s.streak_day, 0) >= 1000 as is_open
    from (
      select e.user_id::text as user_id, (e.occurred_at at time zone z.zone)::date as day, sum(e.points) as points,
        coalesce(sum(e.points) filter (where e.source = 'course'), 0) as course,
        coalesce(sum(e.points) filter (where e.source = 'skill'), 0) as skill,
        coalesce(sum(e.points) filter (where e.source = 'assessment'), 0) as assessment,
        coalesce(sum(e.points) filter (where e.source = 'practice'), 0) as practice,
        coalesce(sum(e.points) filter (where e.source = 'streak_day'), 0) as streak_day
      from fresh e join internal.ledger_zones z on z.user_id = e.user_id
      group by 1, 2
    ) f
    left join internal.point_sums s on s.user_id = f.user_id and s.day = f.day
  ), added as (
    insert into internal.point_sums as s (user_id, day, course, skill, assessment, practice, streak_day)
    select d.user_id, d.day, d.course, d.skill, d.assessment, d.practice, d.streak_day from days d where not d.is_open
    on conflict on constraint point_sums_pkey do update set
      course = s.course + excluded.course, skill = s.skill + excluded.skill,
      assessment = s.assessment + excluded.assessment, practice = s.practice + excluded.practice,
      streak_day = s.streak_day + excluded.streak_day
  )
  select array_agg(d.user_id), array_agg(d.day) into people, open_days from days d where d.is_open;
  perform internal.sum_days(people, open_days);
  perform internal.sum_up(array_agg(distinct f.user_id::text)) from fresh f;
  return null;
end $$;
comment on function internal.sum_fresh_days is
  'Trigger of the ledger. Whoever writes holds the lock of the person, so that no other entry of the day is on its way.';
create trigger sum_days after insert on internal.points_ledger
  referencing new table as fresh for each statement execute function internal.sum_fresh_days();

create function internal.keep_days_in(zone text, people text[]) returns void
language plpgsql volatile set search_path = '' set jit = off as $$
#variable_conflict use_column
declare
  moved text[];
begin
  with changed as (
    insert into internal.ledger_zones as z (user_id, zone)
    select distinct p.person, keep_days_in.zone from unnest(people) p(person) where internal.is_id(p.person) order by p.person
    on conflict on constraint ledger_zones_pkey do update set zone = excluded.zone where z.zone <> excluded.zone
    returning z.user_id::text as user_id
  )
  select array_agg(c.user_id) into moved from changed c;
  if moved is null then return; end if;
  delete from internal.point_sums s where s.user_id = any (moved);
  perform internal.sum_days(array_agg(t.user_id), array_agg(t.day))
  from (
    select distinct l.user_id::text as user_id, (l.occurred_at at time zone keep_days_in.zone)::date as day
    from internal.points_ledger l where l.user_id = any (moved)
  ) t;
  perform internal.sum_up(moved);
end $$;
comment on function internal.keep_days_in is
  'From now on the sums of these people stand on the days of this zone; nothing to do when they do already.';

insert into internal.ledger_zones (user_id, zone)
select distinct on (l.user_id) l.user_id, coalesce(o.zone, 'UTC')
from internal.points_ledger l left join internal.organizations o on o.organization_id = l.organization_id
order by l.user_id, o.zone;
select internal.sum_days(array_agg(t.user_id), array_agg(t.day))
from (
  select distinct l.user_id::text as user_id, (l.occurred_at at time zone z.zone)::date as day
  from internal.points_ledger l join internal.ledger_zones z on z.user_id = l.user_id
) t;
select internal.sum_up(array_agg(z.user_id::text)) from internal.ledger_zones z;

create or replace function api.record_entries(entries jsonb, organization_id text, zone text default null) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  fresh jsonb := internal.record_points(entries, organization_id, coalesce(zone, 'UTC'));
begin
  if zone is not null then
    perform internal.keep_days_in(record_entries.zone, (
      select array_agg(distinct e ->> 'userId') from jsonb_array_elements(entries) e));
  end if;
  return to_jsonb(jsonb_array_length(fresh));
exception when data_exception then
  return internal.raise('invalid', 'zone is not a time zone');
end $$;
comment on function api.record_entries is
  'Accrual: [{userId, source, reference, points, occurredAt, day?}] as earned, without the cap; what repeats an entry is ignored. Answers how many were new. A day that is not given is that of occurredAt in zone (null = UTC); from a zone that is given on, reads of these people on its days are short.';

create function api.ledger_with(
  user_id text, sources text[], refs text[], points integer[], times bigint[], zone text, now bigint,
  thresholds integer[]
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
  first_day date := '-infinity';
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

  if not is_whole then
    select coalesce(jsonb_agg(r.reference order by r.reference collate "C"), '[]') into streak_days from (
      select l.reference from internal.points_ledger l
      where l.user_id = ledger_with.user_id and l.source = 'streak_day' and l.occurred_at <= until and l.id <> all (gone)
      union all
      select a.reference from unnest(added) a where a.source = 'streak_day') r;
  elsif streak is null then
    streak_days := kept.streak_days;
  elsif coalesce(kept.streak_days ->> -1, '') collate "C" < streak[1] then
    streak_days := kept.streak_days || to_jsonb(streak);
  else
    select jsonb_agg(r.day order by r.day collate "C") into streak_days from (
      select d.day from jsonb_array_elements_text(kept.streak_days) d(day) union all select unnest(streak)) r;
  end if;

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
    where is_kept and s.user_id = ledger_with.user_id and s.day >= first_day
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
    -- What is kept, without the days from the first that changes on.
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
    select coalesce(sum(e.course + e.skill + e.assessment + e.practice + e.streak_day), 0)::integer as points from earlier e
  ), summed as (
    select d.day, d.course + d.skill + d.assessment + d.practice + d.streak_day as points,
      (select s.points from start s)
        + sum(d.course + d.skill + d.assessment + d.practice + d.streak_day) over (order by d.day) as reached
    from days d
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
  'A person''s ledger merged with entries that are not written (lists of equal length: source, reference, points, epoch ms), up to an instant, on the days of a zone: {bySource: points with the cap, reached: [{points, at}] of the thresholds, streakDays, courses: when they were completed}. Reads what is summed up when the entries are written already; else the sums of days from the first that they change, and entries of those days only that reach the cap or a threshold; of another zone than the one kept, all entries.';

create function api.kept_of(user_id text) returns jsonb
language plpgsql stable security definer set search_path = '' set jit = off set plan_cache_mode = force_generic_plan as $$
begin
  return jsonb_build_object(
    'achievements', api.achievements(kept_of.user_id),
    'activityDays', to_jsonb(array(
      select distinct a.day from internal.activity_days a
      where a.user_id = kept_of.user_id and a.source <> 'login' order by a.day)),
    'freezeDays', api.streak_freezes(kept_of.user_id));
end $$;
comment on function api.kept_of is
  'What stays of a person whatever services say later: achievements, days with an activity that counts, days saved by a freeze.';

-- Leaderboards that know when an organization was read, and of whom all is known.

alter table internal.organizations
  add column read_at timestamptz,
  add column read_as_of timestamptz,
  add column read_from text check (read_from in ('realtime', 'cached', 'stale', 'mock')),
  add column shown_at timestamptz,
  add column shown_as_of timestamptz,
  add column shown_from text check (shown_from in ('realtime', 'cached', 'stale', 'mock'));
comment on table internal.organizations is
  'The time zone in which an organization''s weeks and months begin; when its members were last read and on what that stands, and the same of what internal.leaderboards shows.';

alter table internal.members
  add column reading text not null default 'current'
    check (reading in ('current', 'outdated', 'failed', 'unknown', 'unread')),
  add column next_reading text not null default 'unread'
    check (next_reading in ('current', 'outdated', 'failed', 'unknown', 'unread')),
  add column seen_in bigint not null default 0;
comment on table internal.members is
  'The learners of an organization as its directory last told them, and what the ledger holds of each: all up to now, all up to an earlier time, nothing whole, nothing because services do not know the person, or what was recorded on other occasions. seen_in is the last round of reading that met the person, next_reading what it found.';

create table internal.organization_points (
  organization_id text,
  user_id internal.person,
  points bigint not null,
  primary key (organization_id, user_id)
);
comment on table internal.organization_points is
  'What a person earned under an organization, with at most 1,000 a day: internal.point_days summed, kept by its triggers.';

create function internal.add_days() returns trigger
language plpgsql set search_path = '' as $$
begin
  if tg_op = 'INSERT' then
    insert into internal.organization_points as p (organization_id, user_id, points)
    select f.organization_id, f.user_id, sum(least(1000, f.points)) from fresh f
    where f.organization_id <> '' group by f.organization_id, f.user_id
    on conflict on constraint organization_points_pkey do update set points = p.points + excluded.points;
  else
    update internal.organization_points p set points = p.points + c.points
    from (
      select d.organization_id, d.user_id, sum(d.points) as points from (
        select f.organization_id, f.user_id, least(1000, f.points) as points from fresh f
        union all
        select s.organization_id, s.user_id, -least(1000, s.points) from stale s
      ) d
      group by d.organization_id, d.user_id
    ) c
    where p.organization_id = c.organization_id and p.user_id = c.user_id and c.points <> 0;
  end if;
  return null;
end $$;
comment on function internal.add_days is
  'Triggers of internal.point_days, whose days only ever grow. Whoever writes holds the lock of the person.';
create trigger add_fresh after insert on internal.point_days
  referencing new table as fresh for each statement execute function internal.add_days();
create trigger add_more after update on internal.point_days
  referencing old table as stale new table as fresh for each statement execute function internal.add_days();
insert into internal.organization_points (organization_id, user_id, points)
select d.organization_id, d.user_id, sum(least(1000, d.points)) from internal.point_days d
where d.organization_id <> '' group by d.organization_id, d.user_id;

drop materialized view internal.leaderboards;
create materialized view internal.leaderboards as
with periods as (
  select d.organization_id, today.day,
    date_trunc('week', today.day)::date as week, date_trunc('month', today.day)::date as month
  from (
    select m.organization_id from internal.members m
    union select p.organization_id from internal.organization_points p
  ) d
  left join internal.organizations o on o.organization_id = d.organization_id
  cross join lateral (
    select (coalesce(o.read_at, now()) at time zone coalesce(o.zone, 'UTC'))::date as day) today
), people as (
  select m.organization_id, m.user_id, m.department_id, m.reading from internal.members m
  union all
  select d.organization_id, d.user_id, null, 'current' from internal.organization_points d
  where not exists (select from internal.members m where m.organization_id = d.organization_id)
), recent as (
  -- One organization at a time: the days of this week and month alone.
  select t.organization_id, r.user_id, r.weekly, r.monthly, r.ahead
  from periods t
  cross join lateral (
    select d.user_id,
      sum(least(1000, d.points)) filter (where d.day between t.week and t.day) as weekly,
      sum(least(1000, d.points)) filter (where d.day between t.month and t.day) as monthly,
      sum(least(1000, d.points)) filter (where d.day > t.day) as ahead
    from internal.point_days d
    where d.organization_id = t.organization_id and d.day >= least(t.week, t.month)
    group by d.user_id
  ) r
), sums as (
  select p.organization_id, p.user_id, p.department_id, p.reading, c.user_id is not null as was_hidden,
    coalesce(r.weekly, 0) as weekly, coalesce(r.monthly, 0) as monthly,
    coalesce(e.points, 0) - coalesce(r.ahead, 0) as alltime
  from people p
  left join internal.organization_points e on e.organization_id = p.organization_id and e.user_id = p.user_id
  left join recent r on r.organization_id = p.organization_id and r.user_id = p.user_id
  left join internal.preferences c on c.user_id = p.user_id and c.leaderboard_privacy = 'hidden'
), lines as materialized (
  select s.organization_id, g.department_id, s.user_id::text as user_id, s.reading, s.was_hidden, v.period,
    v.points::integer as points,
    s.reading in ('current', 'outdated') or (s.reading = 'unread' and v.points > 0) as is_shown
  from sums s
  cross join lateral (values ('weekly', s.weekly), ('monthly', s.monthly), ('alltime', s.alltime)) v(period, points)
  cross join lateral (select '' union all select s.department_id where s.department_id is not null) g(department_id)
), levels as (
  -- Ranks are those of points, of which there are fewer than people.
  select n.organization_id, n.department_id, n.period, n.is_shown, n.points, n.equals,
    1 + sum(n.equals) over (board order by n.points desc) - n.equals as rank, sum(n.equals) over board as people
  from (
    select l.organization_id, l.department_id, l.period, l.is_shown, l.points, count(*) as equals
    from lines l group by l.organization_id, l.department_id, l.period, l.is_shown, l.points
  ) n
  window board as (partition by n.organization_id, n.department_id, n.period, n.is_shown)
)
select l.organization_id, l.department_id, l.period, l.user_id, l.reading, l.is_shown, l.was_hidden, l.points,
  v.rank::integer as rank, v.people::integer as people, v.equals::integer as equals,
  hashtextextended(l.user_id, (select s.tie_seed from internal.settings s)) as tie
from lines l
join levels v on v.organization_id = l.organization_id and v.department_id = l.department_id
  and v.period = l.period and v.is_shown = l.is_shown and v.points = l.points;
comment on materialized view internal.leaderboards is
  'Everybody per organization or department (empty = the whole organization) and period, hidden people included: never shown as it is. Ranks are among those of whom something is known; the weeks and months are those in which the organization was last read; was_hidden is what had been chosen when it was computed.';
create unique index leaderboards_person on internal.leaderboards (organization_id, department_id, period, user_id);
create index leaderboards_order on internal.leaderboards (organization_id, department_id, period, points desc, tie)
  where is_shown;
create index leaderboards_doubt on internal.leaderboards (organization_id, department_id, period, reading)
  where reading in ('outdated', 'failed', 'unread');
create index leaderboards_hidden on internal.leaderboards (organization_id, department_id, period) where was_hidden;
create index preferences_hidden_since on internal.preferences (updated_at) where leaderboard_privacy = 'hidden';

create function api.save_some_members(organization_id text, zone text, round bigint, members jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
#variable_conflict use_column
declare
  saved integer;
begin
  perform internal.require(
    length(save_some_members.organization_id) > 0 and round is not null and jsonb_typeof(members) = 'array',
    'organization_id, round or members is missing');
  perform now() at time zone zone;
  insert into internal.organizations as o (organization_id, zone)
  values (save_some_members.organization_id, coalesce(save_some_members.zone, 'UTC'))
  on conflict on constraint organizations_pkey do update set zone = excluded.zone where o.zone <> excluded.zone;
  insert into internal.members as m (organization_id, user_id, department_id, reading, next_reading, seen_in)
  select distinct on (g."userId") save_some_members.organization_id, g."userId", nullif(g."departmentId", ''),
    'unread', coalesce(g.reading, 'unread'), round
  from jsonb_to_recordset(members) as g("userId" text, "departmentId" text, reading text)
  order by g."userId"
  on conflict on constraint members_pkey do update set
    department_id = excluded.department_id, next_reading = excluded.next_reading,
    seen_in = greatest(m.seen_in, excluded.seen_in);
  get diagnostics saved = row_count;
  return to_jsonb(saved);
exception when data_exception or check_violation or not_null_violation then
  return internal.raise('invalid', 'zone is not a time zone, or a member is not well-formed');
end $$;
comment on function api.save_some_members is
  'Some learners of an organization, [{userId, departmentId?, reading?}], met in a round of reading (a number that grows); nobody leaves before api.finish_members. Answers how many were saved.';

create function api.finish_members(
  organization_id text, round bigint, read_at bigint, as_of bigint, data_source text
) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
#variable_conflict use_column
begin
  perform internal.require(
    round is not null and finish_members.read_at is not null and as_of is not null, 'round, read_at or as_of is missing');
  delete from internal.members m
  where m.organization_id = finish_members.organization_id and m.seen_in < finish_members.round;
  update internal.members m set reading = m.next_reading
  where m.organization_id = finish_members.organization_id and m.reading <> m.next_reading;
  insert into internal.organizations as o (organization_id, read_at, read_as_of, read_from)
  values (finish_members.organization_id, internal.instant(finish_members.read_at), internal.instant(as_of), data_source)
  on conflict on constraint organizations_pkey do update set
    read_at = excluded.read_at, read_as_of = excluded.read_as_of, read_from = excluded.read_from
    where coalesce(o.read_at, '-infinity') <= excluded.read_at;
  return to_jsonb(found);
exception when check_violation or not_null_violation then
  return internal.raise('invalid', 'organization_id or data_source is missing or not well-formed');
end $$;
comment on function api.finish_members is
  'All members were met in this round: whoever was not has left, and what was found of the others counts from the next refresh on. False when a later reading is there.';

create function internal.refresh_leaderboards() returns void
language plpgsql volatile set search_path = '' set work_mem = '64MB' set jit = off as $$
begin
  -- First: what is read after this statement began is not in what it calls shown.
  update internal.organizations o set shown_at = o.read_at, shown_as_of = o.read_as_of, shown_from = o.read_from
  where o.read_at is distinct from o.shown_at;
  refresh materialized view concurrently internal.leaderboards;
  update internal.settings set leaderboards_refreshed_at = now();
end $$;
comment on function internal.refresh_leaderboards is 'Computes them anew; the caller holds the lock (3, 0).';

create or replace function api.refresh_leaderboards() returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
  -- One at a time: whoever comes while it runs would only do the same again.
  if not pg_try_advisory_xact_lock(3, 0) then return '{"refreshed": false}'; end if;
  perform internal.refresh_leaderboards();
  return '{"refreshed": true}';
end $$;

create function api.show_leaderboard(organization_id text) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
  -- One at a time; whoever waited may find the work done, because a refresh is of all organizations.
  perform pg_advisory_xact_lock(3, 0);
  if exists (
    select from internal.organizations o
    where o.organization_id = show_leaderboard.organization_id and o.read_at is not distinct from o.shown_at
  ) then return '{"refreshed": false}'; end if;
  perform internal.refresh_leaderboards();
  return '{"refreshed": true}';
end $$;
comment on function api.show_leaderboard is
  'The leaderboards hold at least what api.finish_members last told of this organization; refreshed is false when they did already.';

create function api.leaderboard_state(organization_id text, viewer_id text) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('refreshedAt', internal.ms(o.shown_at), 'zone', o.zone, 'departmentId', (
    select m.department_id from internal.members m
    where m.organization_id = leaderboard_state.organization_id and m.user_id = leaderboard_state.viewer_id))
  from internal.organizations o
  where o.organization_id = leaderboard_state.organization_id and o.shown_at is not null
$$;
comment on function api.leaderboard_state is
  'When the leaderboard of an organization was read, in which zone, and the viewer''s department; null when it never was.';

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
  ), hidden as materialized (
    -- Who was hidden at the last refresh, and who has chosen it since; no transaction takes an hour.
    select e.user_id, e.points, e.is_shown from everybody e
    where e.was_hidden
      and exists (select from internal.preferences p where p.user_id = e.user_id and p.leaderboard_privacy = 'hidden')
    union
    select e.user_id, e.points, e.is_shown from internal.preferences p join everybody e on e.user_id = p.user_id
    where p.leaderboard_privacy = 'hidden' and p.updated_at >= (
      select coalesce(t.leaderboards_refreshed_at, '-infinity') - interval '1 hour' from internal.settings t)
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
    from board b where b.user_id = leaderboard_page.viewer_id
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
    'reading', (select e.reading from everybody e where e.user_id = leaderboard_page.viewer_id),
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
comment on function api.leaderboard_page is
  'A page as one viewer may see it, with each person''s choice as it is now: nobody hidden, no id of an anonymous person but the viewer''s own. Ties share a rank. period is weekly, monthly or alltime; department_id null = the whole organization. reading is what the ledger holds of the viewer, doubt why it is not known how many take part. Whether a group is too small to be told about is for the caller to decide.';
