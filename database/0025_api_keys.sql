-- Keys of machines as routes use them: how much of the hour is left, and one key by its id.

create or replace function api.use_api_key(key_hash text, now bigint) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  at timestamptz := internal.instant(now);
  used internal.api_keys;
begin
  update internal.api_keys k set
    used = case when k.used_since > at - interval '1 hour' then least(k.used, k.quota_per_hour) + 1 else 1 end,
    used_since = case when k.used_since > at - interval '1 hour' then k.used_since else at end,
    last_used_at = greatest(k.last_used_at, at)
  where k.revoked_at is null
    and (k.key_hash = use_api_key.key_hash or (k.former_hash = use_api_key.key_hash and k.former_until > at))
  returning k.* into used;
  if used.id is null then return null; end if;
  return internal.api_key_json(used) || jsonb_build_object(
    'used', used.used,
    'isWithinQuota', used.used <= used.quota_per_hour,
    'quotaResetsAt', internal.ms(used.used_since + interval '1 hour'));
end $$;
comment on function api.use_api_key is
  'Whose key this is, counted as one use: used is how often in the running hour, this time included, and at most one more than the quota. Null for one that is unknown, rotated away or revoked.';

create function api.api_key(id uuid) returns jsonb
language sql stable security definer set search_path = '' as $$
  select coalesce((
    select internal.api_key_json(row(k.*)::internal.api_keys) from internal.api_keys k where k.id = api_key.id), 'null')
$$;
comment on function api.api_key is 'A key by its id, without its hashes; null for none.';
