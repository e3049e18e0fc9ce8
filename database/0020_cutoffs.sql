-- Roles that change: all that was given to somebody before stops working, everywhere.

create table internal.user_cutoffs (
  user_id internal.person primary key,
  not_before timestamptz not null,
  recorded_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null
);
comment on table internal.user_cutoffs is
  'Whose roles have changed, and when: tokens that say what was known of the person before do not work.';
create index user_cutoffs_recorded on internal.user_cutoffs (recorded_at);
create index user_cutoffs_expiry on internal.user_cutoffs (expires_at);

create function api.end_user(user_id text, at bigint, expires_at bigint, now bigint) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform internal.require(
    internal.is_id(user_id) and at is not null and end_user.expires_at > now,
    'user_id is not an id, at or now is missing, or expires_at is not after now');
  -- Few people's roles change: what is over goes with the next of them.
  delete from internal.user_cutoffs c where c.expires_at <= internal.instant(now);
  insert into internal.user_cutoffs as c (user_id, not_before, expires_at)
  values (end_user.user_id, internal.instant(at), internal.instant(end_user.expires_at))
  on conflict on constraint user_cutoffs_pkey do update set
    not_before = excluded.not_before, expires_at = excluded.expires_at, recorded_at = clock_timestamp()
    where c.not_before < excluded.not_before;
  -- Whoever has logged in since the same change was told the first time stays.
  if not found then return 'false'; end if;
  update internal.refresh_families f set revoked_at = internal.instant(now), recorded_at = clock_timestamp()
  where f.user_id = end_user.user_id and f.revoked_at is null;
  return 'true';
end $$;
comment on function api.end_user is
  'Ends all log-ins of a user, and what was known of the user before an instant (epoch ms); remembered until expires_at, when all tokens of that time have ended. False, and nothing happens, when a change of that instant or a later one is known.';

create or replace function api.revocations(since bigint, now bigint) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object(
    'tokens', coalesce((
      select jsonb_agg(jsonb_build_object('tokenId', r.token_id, 'expiresAt', internal.ms(r.expires_at)))
      from internal.revoked_tokens r
      where r.expires_at > internal.instant(now)
        and r.recorded_at >= coalesce(internal.instant(since), '-infinity')), '[]'),
    'sessions', coalesce((
      select jsonb_agg(jsonb_build_object('sessionId', f.family_id, 'expiresAt', internal.ms(f.expires_at)))
      from internal.refresh_families f
      where f.revoked_at is not null and f.expires_at > internal.instant(now)
        and f.recorded_at >= coalesce(internal.instant(since), '-infinity')), '[]'),
    'users', coalesce((
      select jsonb_agg(jsonb_build_object('userId', c.user_id, 'notBefore', internal.ms(c.not_before),
        'expiresAt', internal.ms(c.expires_at)))
      from internal.user_cutoffs c
      where c.expires_at > internal.instant(now)
        and c.recorded_at >= coalesce(internal.instant(since), '-infinity')), '[]'),
    'readAt', internal.ms(clock_timestamp()))
$$;
comment on function api.revocations is
  'What was revoked since an instant of the database''s clock (null = ever) and is not over. Ask again with readAt minus some seconds: what is being written now appears later, under an earlier instant.';
