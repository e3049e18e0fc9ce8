-- Peers, worked out beforehand: the figures of an organization's learners as its lists last told them, and of each
-- cohort (a level, or everybody) what a comparison needs. Nothing here may be told as it is: how few people may be told
-- of and how figures are rounded is decided where they are read.

create table internal.peer_rounds (
  organization_id text primary key,
  round bigint not null,
  as_of timestamptz not null,
  sources jsonb not null
);
comment on table internal.peer_rounds is
  'Which reading of an organization''s peers counts, how old the oldest of what it stands on is, and what each service said.';

create table internal.peer_figures (
  organization_id text not null,
  round bigint not null,
  user_id internal.person not null,
  level text not null check (level in ('beginner', 'intermediate', 'advanced', 'expert')),
  completed_courses integer not null check (completed_courses >= 0),
  average_score double precision,
  topics_per_week double precision,
  completion_percent double precision,
  practice_sessions double precision,
  questions_asked double precision,
  primary key (organization_id, round, user_id)
);
comment on table internal.peer_figures is
  'What peers are compared by, one row per learner and reading (null = not known). A reading counts when it is in internal.peer_rounds; others are under way or were given up.';
create index peer_figures_user on internal.peer_figures (user_id);

create function internal.peer_metrics(f internal.peer_figures)
returns table (metric text, value double precision, most double precision)
language sql immutable as $$
  values ('average_score', f.average_score, 100), ('topics_per_week', f.topics_per_week, 10),
    ('completion_percent', f.completion_percent, 100), ('practice_sessions', f.practice_sessions, 200),
    ('questions_asked', f.questions_asked, 200)
$$;
comment on function internal.peer_metrics is
  'The metrics of a person, with the greatest value that counts in a mean (as in the definition of the comparison).';

create materialized view internal.cohort_values as
with counted as (
  select f.organization_id, f.round, l.level, m.metric, m.value, count(*)::integer as people
  from internal.peer_figures f
  join internal.peer_rounds r on r.organization_id = f.organization_id and r.round = f.round
  cross join lateral (values (f.level), ('any')) l(level)
  cross join lateral internal.peer_metrics(f) m
  where m.value is not null
  group by f.organization_id, f.round, l.level, m.metric, m.value
), ordered as (
  select c.*, (row_number() over cohort - 1) / 128 as block, (sum(c.people) over cohort)::integer as up_to
  from counted c
  window cohort as (partition by c.organization_id, c.level, c.metric order by c.value)
)
select o.organization_id, o.level, o.metric, o.block, o.round, min(o.value) as least,
  array_agg(o.value order by o.value) as "values", array_agg(o.up_to order by o.value) as up_to
from ordered o
group by o.organization_id, o.level, o.metric, o.block, o.round;
comment on materialized view internal.cohort_values is
  'The values there are in a cohort, in order and in blocks, each with how many people have it or less: never shown as it is.';
create unique index cohort_values_block on internal.cohort_values (organization_id, level, metric, block);
create index cohort_values_least on internal.cohort_values (organization_id, level, metric, least);

create materialized view internal.cohort_statistics as
with cohorts as (
  select f.organization_id, f.round, l.level, count(*)::integer as size
  from internal.peer_figures f
  join internal.peer_rounds r on r.organization_id = f.organization_id and r.round = f.round
  cross join lateral (values (f.level), ('any')) l(level)
  group by f.organization_id, f.round, l.level
), counted as (
  select v.organization_id, v.level, v.metric, u.value, u.up_to,
    u.up_to - lag(u.up_to, 1, 0) over cohort as people,
    max(u.up_to) over (partition by v.organization_id, v.level, v.metric) as known
  from internal.cohort_values v
  cross join lateral unnest(v."values", v.up_to) u(value, up_to)
  window cohort as (partition by v.organization_id, v.level, v.metric order by u.value)
), figures as (
  select c.organization_id, c.level, c.metric, max(c.known) as known,
    sum(c.people * least(c.value, m.most)) as total,
    -- One before the middle, the middle, one after it: the median, whoever of them is left out.
    array[
      min(c.value) filter (where c.up_to > c.known / 2 - 1),
      min(c.value) filter (where c.up_to > c.known / 2),
      coalesce(min(c.value) filter (where c.up_to > c.known / 2 + 1), max(c.value))
    ] as middle
  from counted c
  join internal.peer_metrics(null) m on m.metric = c.metric
  group by c.organization_id, c.level, c.metric
)
select s.organization_id, s.level, m.metric, s.round, s.size, coalesce(f.known, 0) as known,
  coalesce(f.total, 0) as total, f.middle
from cohorts s
cross join internal.peer_metrics(null) m
left join figures f on f.organization_id = s.organization_id and f.level = s.level and f.metric = m.metric;
comment on materialized view internal.cohort_statistics is
  'Of each cohort (organization and level, or any level) how many people it has, and of each metric how many are known, their sum (each at most the greatest that counts) and the values around the middle: never shown as it is.';
create unique index cohort_statistics_metric on internal.cohort_statistics (organization_id, level, metric);

create function api.save_peer_figures(organization_id text, round bigint, people jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  saved integer;
begin
  perform internal.require(
    length(save_peer_figures.organization_id) > 0 and save_peer_figures.round is not null
      and jsonb_typeof(people) = 'array',
    'organization_id, round or people is missing');
  insert into internal.peer_figures
  -- In one order for all, so that nobody waits for a waiting one.
  select distinct on (g."userId") save_peer_figures.organization_id, save_peer_figures.round, g."userId", g.level,
    g."completedCourses", g.average_score, g.topics_per_week, g.completion_percent, g.practice_sessions,
    g.questions_asked
  from jsonb_to_recordset(people) as g(
    "userId" text, level text, "completedCourses" integer, average_score double precision,
    topics_per_week double precision, completion_percent double precision, practice_sessions double precision,
    questions_asked double precision)
  order by g."userId"
  on conflict on constraint peer_figures_pkey do nothing;
  get diagnostics saved = row_count;
  return to_jsonb(saved);
exception when data_exception or check_violation or not_null_violation then
  return internal.raise('invalid', 'a person is not well-formed');
end $$;
comment on function api.save_peer_figures is
  'Some learners of an organization, [{userId, level, completedCourses, <metric>?}], read in a round (a number that grows); nothing counts before api.finish_peer_figures. Answers how many were new in it.';

create function api.finish_peer_figures(organization_id text, round bigint, as_of bigint, sources jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' set work_mem = '64MB' set jit = off as $$
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
  refresh materialized view concurrently internal.cohort_values;
  refresh materialized view concurrently internal.cohort_statistics;
  return 'true';
end $$;
comment on function api.finish_peer_figures is
  'All learners were read in this round: it counts from now on, and earlier ones are gone. False, and nothing changes, when it counted already or a later one does.';

create function api.peer_standing(organization_id text, user_id text, level text, since bigint) returns jsonb
language plpgsql stable security definer set search_path = '' set jit = off
set plan_cache_mode = force_generic_plan as $$
declare
  reading internal.peer_rounds;
  own internal.peer_figures;
  cohort text;
  is_in boolean;
  metrics jsonb;
begin
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
  is_in := cohort in ('any', own.level);
  select coalesce(jsonb_object_agg(m.metric, jsonb_build_object(
    'value', m.value,
    'known', n.known,
    'total', s.total - case when o.is_out then least(m.value, m.most) else 0 end,
    'median', case when n.known > 0 then (
      -- Places from 0 among those who are left; from the place of the one left out, what stands there is one further on.
      select avg(s.middle[1 + k + (case when o.is_out and k >= w.below then 1 else 0 end) - (s.known / 2 - 1)])
      from (values ((n.known - 1) / 2), (n.known / 2)) places(k)) end,
    'below', w.below,
    'equal', w.up_to - w.below - case when o.is_out then 1 else 0 end)), '{}')
  into metrics
  from internal.peer_metrics(own) m
  join internal.cohort_statistics s
    on s.organization_id = peer_standing.organization_id and s.level = cohort and s.metric = m.metric
  cross join lateral (select is_in and m.value is not null as is_out) o
  cross join lateral (select s.known - case when o.is_out then 1 else 0 end as known) n
  cross join lateral (
    -- How many have less than the value, and how many have at most that; both are in one block and the one before.
    select
      coalesce(max(u.up_to) filter (where u.value < m.value), 0) as below,
      coalesce(max(u.up_to) filter (where u.value <= m.value), 0) as up_to
    from (
      select v."values", v.up_to from internal.cohort_values v
      where v.organization_id = peer_standing.organization_id and v.level = cohort and v.metric = m.metric
        and v.least <= m.value
      order by v.least desc limit 2
    ) b
    cross join lateral unnest(b."values", b.up_to) u(value, up_to)
  ) w;
  return jsonb_build_object(
    'sources', reading.sources,
    'level', nullif(cohort, 'any'),
    'inside', coalesce((
      select s.size from internal.cohort_statistics s
      where s.organization_id = peer_standing.organization_id and s.level = cohort limit 1), 0)
      - case when is_in then 1 else 0 end,
    'others', (
      select s.size from internal.cohort_statistics s
      where s.organization_id = peer_standing.organization_id and s.level = 'any' limit 1) - 1,
    'own', (select jsonb_object_agg(m.metric, m.value) from internal.peer_metrics(own) m),
    'metrics', metrics);
end $$;
comment on function api.peer_standing is
  'A learner and the others of a cohort (of the own level, of any, of a named one), the learner left out: {sources, level, inside, others, own, metrics: {metric: {value, known, total, median, below, equal}}}, exact and not to be told as it is. Null when no reading is as young as since (epoch ms), or it did not meet the learner. A cohort with nobody in it has no metrics.';
