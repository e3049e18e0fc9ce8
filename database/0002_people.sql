-- What people have chosen for themselves; before it, the words in which all files after this one are written.

create domain internal.person as text check (value ~ '^[A-Za-z0-9_-]{1,64}$');
comment on domain internal.person is
  'The person whom a row belongs to. The row is exported with the person, and goes when the person does.';

create domain internal.mention as text check (value ~ '^[A-Za-z0-9_-]{1,64}$');
comment on domain internal.mention is
  'A person whom a row only names. The row stays when the person goes; the id in it is replaced.';

create domain internal.prose as text;
comment on domain internal.prose is 'Text in which people may be named. Their ids in it are replaced when they go.';

create function internal.require(condition boolean, message text) returns void
language plpgsql stable set search_path = '' as $$
begin
  if condition is not true then perform internal.raise('invalid', message); end if;
end $$;
comment on function internal.require is 'Refuses what a caller sent (PT400) unless the condition is true.';

create function internal.is_id(id text) returns boolean
language sql immutable as $$ select id ~ '^[A-Za-z0-9_-]{1,64}$' $$;
comment on function internal.is_id is 'Whether a text can be the id of anything.';

create function internal.instant(ms bigint) returns timestamptz
language sql immutable as $$ select to_timestamp(ms / 1000.0) $$;
comment on function internal.instant is 'An instant from epoch milliseconds, the form in which functions take them.';

create function internal.ms(at timestamptz) returns bigint
language sql stable as $$ select (extract(epoch from at) * 1000)::bigint $$;
comment on function internal.ms is 'Epoch milliseconds of an instant, the form in which functions answer them.';

create function internal.lock_person(user_id text) returns void
language sql volatile as $$ select pg_advisory_xact_lock(1, hashtext(user_id)) $$;
comment on function internal.lock_person is
  'Whatever earns or erases takes one person at a time, until the end of the transaction.';

create table internal.preferences (
  user_id internal.person primary key,
  organization_id text,
  leaderboard_privacy text not null default 'anonymous'
    check (leaderboard_privacy in ('public', 'anonymous', 'hidden')),
  predictive_analytics boolean not null default true,
  ai_narratives boolean not null default true,
  time_zone text check (time_zone ~ '^[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*$' and length(time_zone) <= 64),
  updated_at timestamptz not null default now()
);
comment on table internal.preferences is 'One row per person who has chosen anything.';
create index preferences_hidden on internal.preferences (user_id) where leaderboard_privacy = 'hidden';

create function api.get_preferences(user_id text) returns jsonb
language sql stable security definer set search_path = '' as $$
  select coalesce(
    (select jsonb_build_object(
      'leaderboardPrivacy', p.leaderboard_privacy, 'predictiveAnalytics', p.predictive_analytics,
      'aiNarratives', p.ai_narratives, 'timeZone', p.time_zone, 'updatedAt', internal.ms(p.updated_at))
    from internal.preferences p where p.user_id = get_preferences.user_id),
    jsonb_build_object('leaderboardPrivacy', 'anonymous', 'predictiveAnalytics', true,
      'aiNarratives', true, 'timeZone', null, 'updatedAt', null))
$$;
comment on function api.get_preferences is
  'What a person has chosen, and the default for the rest; updatedAt is null for one who has chosen nothing.';

create function api.update_preferences(user_id text, organization_id text, changes jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  zone text := changes ->> 'timeZone';
begin
  perform internal.require(internal.is_id(user_id), 'user_id is not an id');
  perform internal.require(jsonb_typeof(changes) = 'object', 'changes is not an object');
  perform internal.require(
    changes - array['leaderboardPrivacy', 'predictiveAnalytics', 'aiNarratives', 'timeZone'] = '{}',
    'changes holds a key that is no preference');
  perform internal.require(
    not changes ? 'leaderboardPrivacy'
      or changes -> 'leaderboardPrivacy' in ('"public"', '"anonymous"', '"hidden"'),
    'leaderboardPrivacy is public, anonymous or hidden');
  perform internal.require(
    coalesce(jsonb_typeof(changes -> 'predictiveAnalytics') = 'boolean', true)
      and coalesce(jsonb_typeof(changes -> 'aiNarratives') = 'boolean', true),
    'predictiveAnalytics and aiNarratives are true or false');
  perform internal.require(
    coalesce(jsonb_typeof(changes -> 'timeZone') in ('string', 'null'), true)
      and coalesce(zone ~ '^[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*$' and length(zone) <= 64, true),
    'timeZone is the name of a time zone or null');

  insert into internal.preferences as p
    (user_id, organization_id, leaderboard_privacy, predictive_analytics, ai_narratives, time_zone)
  values (
    update_preferences.user_id, update_preferences.organization_id,
    coalesce(changes ->> 'leaderboardPrivacy', 'anonymous'),
    coalesce((changes ->> 'predictiveAnalytics')::boolean, true),
    coalesce((changes ->> 'aiNarratives')::boolean, true), zone)
  on conflict on constraint preferences_pkey do update set
    organization_id = coalesce(excluded.organization_id, p.organization_id),
    leaderboard_privacy = coalesce(changes ->> 'leaderboardPrivacy', p.leaderboard_privacy),
    predictive_analytics = coalesce((changes ->> 'predictiveAnalytics')::boolean, p.predictive_analytics),
    ai_narratives = coalesce((changes ->> 'aiNarratives')::boolean, p.ai_narratives),
    time_zone = case when changes ? 'timeZone' then zone else p.time_zone end,
    updated_at = now();
  return api.get_preferences(user_id);
end $$;
comment on function api.update_preferences is
  'Changes what is named in changes and leaves the rest; answers all preferences. PT400 for an unknown key or value.';

create function api.leaderboard_privacies(user_ids text[]) returns jsonb
language sql stable security definer set search_path = '' as $$
  select coalesce(jsonb_object_agg(asked.id, coalesce(p.leaderboard_privacy, 'anonymous')), '{}')
  from unnest(user_ids) asked(id)
  left join internal.preferences p on p.user_id = asked.id
  where asked.id is not null
$$;
comment on function api.leaderboard_privacies is
  'Id → what others may see of the person; every id that was asked for is in the answer.';
