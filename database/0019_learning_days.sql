-- The days of a person that count for a streak, one row each: whoever does ten kinds of things a day has ten times as
-- many rows in internal.activity_days, and every read of a streak counted them.

create table internal.learning_days (
  user_id internal.person,
  day date,
  primary key (user_id, day)
);
comment on table internal.learning_days is
  'The days of internal.activity_days with anything but a log-in. Kept by a trigger of it.';
insert into internal.learning_days (user_id, day)
select distinct a.user_id, a.day from internal.activity_days a where a.source <> 'login';

create function internal.add_learning_days() returns trigger
language plpgsql set search_path = '' as $$
begin
  insert into internal.learning_days (user_id, day)
  -- In one order for all, so that nobody waits for a waiting one.
  select distinct f.user_id, f.day from fresh f where f.source <> 'login' order by f.user_id, f.day
  on conflict on constraint learning_days_pkey do nothing;
  return null;
end $$;
comment on function internal.add_learning_days is
  'Trigger of internal.activity_days, of which rows only go with their person.';
create trigger add_learning_days after insert on internal.activity_days
  referencing new table as fresh for each statement execute function internal.add_learning_days();

create or replace function api.kept_of(user_id text) returns jsonb
language plpgsql stable security definer set search_path = '' set jit = off set plan_cache_mode = force_generic_plan as $$
begin
  return jsonb_build_object(
    'achievements', api.achievements(kept_of.user_id),
    'activityDays', to_jsonb(array(
      select d.day from internal.learning_days d where d.user_id = kept_of.user_id order by d.day)),
    'freezeDays', api.streak_freezes(kept_of.user_id));
end $$;
