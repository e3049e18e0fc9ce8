-- Leaderboards, precomputed. Privacy is not in them: it is applied when a page is read, so that a choice counts at once.

create table internal.organizations (
  organization_id text primary key,
  zone text not null default 'UTC'
);
comment on table internal.organizations is 'The time zone in which an organization''s weeks and months begin.';

create table internal.members (
  organization_id text references internal.organizations,
  user_id internal.person,
  department_id text,
  primary key (organization_id, user_id)
);
comment on table internal.members is 'The learners of an organization as its directory last told them.';
create index members_user on internal.members (user_id);

create table internal.settings (
  only_one boolean primary key default true check (only_one),
  tie_seed bigint not null,
  leaderboards_refreshed_at timestamptz
);
comment on table internal.settings is 'One row. The seed gives people with equal points an order that nobody outside can guess.';
insert into internal.settings (tie_seed)
values (('x' || left(md5(gen_random_uuid()::text || gen_random_uuid()::text), 16))::bit(64)::bigint);

create materialized view internal.leaderboards as
with periods as (
  select d.organization_id, now.day,
    date_trunc('week', now.day)::date as week, date_trunc('month', now.day)::date as month
  from (
    select m.organization_id from internal.members m
    union select d.organization_id from internal.point_days d where d.organization_id <> ''
  ) d
  left join internal.organizations o on o.organization_id = d.organization_id
  cross join lateral (select (now() at time zone coalesce(o.zone, 'UTC'))::date as day) now
), people as (
  select m.organization_id, m.user_id, m.department_id from internal.members m
  union all
  select distinct d.organization_id, d.user_id, null from internal.point_days d
  where not exists (select from internal.members m where m.organization_id = d.organization_id)
), sums as (
  select p.organization_id, p.user_id, p.department_id,
    coalesce(sum(least(1000, coalesce(d.points, 0))) filter (where d.day >= t.week), 0) as weekly,
    coalesce(sum(least(1000, coalesce(d.points, 0))) filter (where d.day >= t.month), 0) as monthly,
    coalesce(sum(least(1000, coalesce(d.points, 0))), 0) as alltime
  from people p
  join periods t on t.organization_id = p.organization_id
  left join internal.point_days d
    on d.organization_id = p.organization_id and d.user_id = p.user_id and d.day <= t.day
  group by p.organization_id, p.user_id, p.department_id
), lines as (
  select s.organization_id, g.department_id, s.user_id, v.period, v.points
  from sums s
  cross join lateral (values ('weekly', s.weekly), ('monthly', s.monthly), ('alltime', s.alltime)) v(period, points)
  cross join lateral (select '' union all select s.department_id where s.department_id is not null) g(department_id)
)
select l.organization_id, l.department_id, l.period, l.user_id::text as user_id, l.points::integer as points,
  rank() over (board order by l.points desc)::integer as rank,
  count(*) over board::integer as people,
  hashtextextended(l.user_id, (select s.tie_seed from internal.settings s)) as tie
from lines l
window board as (partition by l.organization_id, l.department_id, l.period);
comment on materialized view internal.leaderboards is
  'Everybody per organization or department (empty = the whole organization) and period, hidden people included: never shown as it is.';
create unique index leaderboards_person on internal.leaderboards (organization_id, department_id, period, user_id);
create index leaderboards_order on internal.leaderboards (organization_id, department_id, period, points desc, tie);
create index leaderboards_user on internal.leaderboards (user_id);

create function api.save_members(organization_id text, zone text, members jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
#variable_conflict use_column
declare
  people integer;
begin
  perform internal.require(
    length(save_members.organization_id) > 0 and jsonb_typeof(members) = 'array', 'organization_id or members is missing');
  perform now() at time zone zone;
  insert into internal.organizations as o (organization_id, zone)
  values (save_members.organization_id, coalesce(save_members.zone, 'UTC'))
  on conflict on constraint organizations_pkey do update set zone = excluded.zone;
  delete from internal.members m
  where m.organization_id = save_members.organization_id
    and m.user_id not in (select g ->> 'userId' from jsonb_array_elements(members) g where g ->> 'userId' is not null);
  insert into internal.members as m (organization_id, user_id, department_id)
  select distinct on (g."userId") save_members.organization_id, g."userId", nullif(g."departmentId", '')
  from jsonb_to_recordset(members) as g("userId" text, "departmentId" text)
  on conflict on constraint members_pkey do update set department_id = excluded.department_id
    where m.department_id is distinct from excluded.department_id;
  select count(*) into people from internal.members m where m.organization_id = save_members.organization_id;
  return to_jsonb(people);
exception when data_exception or check_violation or not_null_violation then
  perform internal.raise('invalid', 'zone is not a time zone, or a member is not well-formed');
end $$;
comment on function api.save_members is
  'The learners of an organization, [{userId, departmentId?}], all of them: who is not named leaves its leaderboards at the next refresh. Answers how many there are. An organization without members has whoever earned points under it.';

create function api.refresh_leaderboards() returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
  -- One at a time: whoever comes while it runs would only do the same again.
  if not pg_try_advisory_xact_lock(3, 0) then return '{"refreshed": false}'; end if;
  refresh materialized view concurrently internal.leaderboards;
  update internal.settings set leaderboards_refreshed_at = now();
  return '{"refreshed": true}';
end $$;
comment on function api.refresh_leaderboards is
  'Computes the leaderboards anew while they go on being read; refreshed is false when that is already going on.';

create function api.leaderboard_page(
  organization_id text, department_id text, period text, viewer_id text, "limit" integer, "offset" integer default 0
) returns jsonb
language sql stable security definer set search_path = '' as $$
  with board as not materialized (
    select l.* from internal.leaderboards l
    where l.organization_id = leaderboard_page.organization_id
      and l.department_id = coalesce(leaderboard_page.department_id, '') and l.period = leaderboard_page.period
  ), hidden as materialized (
    select b.user_id, b.points from internal.preferences p join board b on b.user_id = p.user_id
    where p.leaderboard_privacy = 'hidden'
  ), page as (
    select b.user_id, b.points, b.tie, b.rank - (select count(*) from hidden h where h.points > b.points) as rank
    from board b
    where not exists (select from hidden h where h.user_id = b.user_id)
    order by b.points desc, b.tie
    limit least(greatest("limit", 0), 1000) offset greatest("offset", 0)
  ), size as (
    select coalesce((select b.people from board b limit 1), 0) - (select count(*) from hidden) as participants
  ), viewer as (
    select b.user_id, b.points, b.rank - (select count(*) from hidden h where h.points > b.points) as rank,
      exists (select from hidden h where h.user_id = b.user_id) as is_hidden,
      (select count(*) from board e where e.points = b.points)
        - (select count(*) from hidden h where h.points = b.points) as equal
    from board b where b.user_id = viewer_id
  )
  select jsonb_build_object(
    'entries', coalesce((
      select jsonb_agg(jsonb_build_object(
        'rank', p.rank, 'points', p.points, 'isYou', p.user_id = coalesce(viewer_id, ''),
        'userId', case when p.user_id = viewer_id or c.leaderboard_privacy = 'public' then p.user_id end)
        order by p.points desc, p.tie)
      from page p left join internal.preferences c on c.user_id = p.user_id), '[]'),
    'you', (
      select case when v.is_hidden
        then jsonb_build_object('rank', null, 'percentile', null, 'points', v.points)
        else jsonb_build_object('rank', v.rank, 'points', v.points,
          'percentile', 100.0 * (s.participants - (v.rank - 1) - v.equal / 2.0) / s.participants) end
      from viewer v, size s),
    'participants', (select s.participants from size s),
    'refreshedAt', (select internal.ms(t.leaderboards_refreshed_at) from internal.settings t))
$$;
comment on function api.leaderboard_page is
  'A page as one viewer may see it, with each person''s choice as it is now: nobody hidden, no id of an anonymous person but the viewer''s own. Ties share a rank. period is weekly, monthly or alltime; department_id null = the whole organization. Whether a group is too small to be told about is for the caller to decide.';
