-- Many people at once: a leaderboard brings hundreds up to date.

create function api.last_accruals(user_ids text[]) returns jsonb
language sql stable security definer set search_path = '' as $$
  select coalesce(jsonb_object_agg(a.user_id, internal.ms(a.accrued_at)), '{}')
  from internal.accruals a where a.user_id = any (user_ids)
$$;
comment on function api.last_accruals is
  'Id → up to when all that the person did is in the ledger; people who were never read are left out.';

create function api.note_accruals(user_ids text[], at bigint) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform internal.require(user_ids is not null and at is not null, 'user_ids or at is missing');
  -- In one order for all, so that nobody waits for a waiting one.
  insert into internal.accruals as a (user_id, accrued_at)
  select distinct id, internal.instant(note_accruals.at) from unnest(note_accruals.user_ids) asked(id) order by id
  on conflict on constraint accruals_pkey do update set accrued_at = greatest(a.accrued_at, excluded.accrued_at);
  return 'true';
end $$;
comment on function api.note_accruals is 'All that these people did up to an instant is recorded; it never goes back.';
