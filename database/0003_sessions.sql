-- Refresh tokens, of which only hashes are kept, and what has been revoked.

create table internal.refresh_families (
  family_id text primary key check (length(family_id) between 1 and 64),
  user_id internal.mention,
  revoked_at timestamptz,
  recorded_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null
);
comment on table internal.refresh_families is
  'One log-in and all tokens that came from it, remembered until the last of them would have ended. A revoked one outlives its person: it must go on refusing.';
create index refresh_families_revoked on internal.refresh_families (recorded_at) where revoked_at is not null;
create index refresh_families_expiry on internal.refresh_families (expires_at);
create index refresh_families_user on internal.refresh_families (user_id);

create table internal.refresh_tokens (
  token_hash text primary key check (length(token_hash) between 16 and 128),
  family_id text not null references internal.refresh_families on delete cascade,
  user_id internal.person not null,
  organization_id text,
  roles text[] not null,
  expires_at timestamptz not null,
  used_at timestamptz
);
comment on table internal.refresh_tokens is 'One row per refresh token that was given out; it works once.';
create index refresh_tokens_family on internal.refresh_tokens (family_id);
create index refresh_tokens_user on internal.refresh_tokens (user_id);
create index refresh_tokens_expiry on internal.refresh_tokens (expires_at);

create table internal.revoked_tokens (
  token_id text primary key check (length(token_id) between 1 and 128),
  recorded_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null
);
comment on table internal.revoked_tokens is 'Access tokens that stopped working before their time, until it is over.';
create index revoked_tokens_recorded on internal.revoked_tokens (recorded_at);
create index revoked_tokens_expiry on internal.revoked_tokens (expires_at);

create function api.save_refresh_token(
  token_hash text, family_id text, user_id text, organization_id text, roles text[], expires_at bigint
) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform internal.require(length(token_hash) between 16 and 128, 'token_hash is not a hash');
  perform internal.require(internal.is_id(family_id) and internal.is_id(user_id), 'family_id or user_id is not an id');
  perform internal.require(roles is not null and expires_at is not null, 'roles or expires_at is missing');
  insert into internal.refresh_families as f (family_id, user_id, expires_at)
  values (save_refresh_token.family_id, save_refresh_token.user_id, internal.instant(save_refresh_token.expires_at))
  on conflict on constraint refresh_families_pkey
    do update set expires_at = greatest(f.expires_at, excluded.expires_at);
  insert into internal.refresh_tokens (token_hash, family_id, user_id, organization_id, roles, expires_at)
  values (save_refresh_token.token_hash, save_refresh_token.family_id, save_refresh_token.user_id,
    save_refresh_token.organization_id, save_refresh_token.roles, internal.instant(save_refresh_token.expires_at))
  on conflict on constraint refresh_tokens_pkey do nothing;
  if not found then perform internal.raise('conflict', 'this refresh token was already saved'); end if;
  return 'true';
end $$;
comment on function api.save_refresh_token is
  'Keeps a refresh token that was given out. One of a revoked log-in is kept too, and does not work. PT409 for a hash that is there.';

create function api.consume_refresh_token(token_hash text, now bigint) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  at timestamptz := internal.instant(now);
  family internal.refresh_families;
  token internal.refresh_tokens;
begin
  -- The log-in's row is the lock: uses of its tokens, its revocation and its erasure come one after another.
  select f.* into family from internal.refresh_families f
  where f.family_id = (
    select t.family_id from internal.refresh_tokens t where t.token_hash = consume_refresh_token.token_hash)
  for update;
  select t.* into token from internal.refresh_tokens t where t.token_hash = consume_refresh_token.token_hash;
  if token.token_hash is null or token.expires_at <= at or family.revoked_at is not null then
    return '{"outcome": "unknown"}';
  end if;
  if token.used_at is not null then
    perform api.revoke_family(family.family_id, now);
    return '{"outcome": "reused"}';
  end if;
  update internal.refresh_tokens t set used_at = at where t.token_hash = consume_refresh_token.token_hash;
  return jsonb_build_object('outcome', 'ok', 'record', jsonb_build_object(
    'hash', token.token_hash, 'familyId', token.family_id, 'userId', token.user_id,
    'organizationId', token.organization_id, 'roles', to_jsonb(token.roles),
    'expiresAt', internal.ms(token.expires_at)));
end $$;
comment on function api.consume_refresh_token is
  'Of any number of concurrent uses of one token exactly one is ok; a second use ends the log-in.';

create function api.revoke_family(family_id text, now bigint) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform internal.require(internal.is_id(family_id) and now is not null, 'family_id is not an id, or now is missing');
  insert into internal.refresh_families as f (family_id, revoked_at, expires_at)
  values (revoke_family.family_id, internal.instant(revoke_family.now), internal.instant(revoke_family.now) + interval '1 day')
  on conflict on constraint refresh_families_pkey do update
    set revoked_at = excluded.revoked_at, recorded_at = clock_timestamp()
    where f.revoked_at is null;
  return 'true';
end $$;
comment on function api.revoke_family is
  'Ends a log-in: none of its tokens works again. One that is not known is remembered for a day.';

create function api.revoke_token(token_id text, expires_at bigint) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform internal.require(
    length(token_id) between 1 and 128 and expires_at is not null, 'token_id or expires_at is missing');
  insert into internal.revoked_tokens as r (token_id, expires_at)
  values (revoke_token.token_id, internal.instant(revoke_token.expires_at))
  on conflict on constraint revoked_tokens_pkey
    do update set expires_at = greatest(r.expires_at, excluded.expires_at);
  return 'true';
end $$;
comment on function api.revoke_token is 'An access token stops working; remembered until it would have ended anyway.';

create function api.revocations(since bigint, now bigint) returns jsonb
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
    'readAt', internal.ms(clock_timestamp()))
$$;
comment on function api.revocations is
  'What was revoked since an instant of the database''s clock (null = ever) and is not over. Ask again with readAt minus some seconds: what is being written now appears later, under an earlier instant.';

create function api.purge_sessions(now bigint) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  at timestamptz := internal.instant(now);
  tokens integer;
  families integer;
  revoked integer;
begin
  perform internal.require(at is not null, 'now is missing');
  delete from internal.refresh_tokens t where t.expires_at <= at;
  get diagnostics tokens = row_count;
  delete from internal.refresh_families f where f.expires_at <= at;
  get diagnostics families = row_count;
  delete from internal.revoked_tokens r where r.expires_at <= at;
  get diagnostics revoked = row_count;
  return jsonb_build_object('tokens', tokens, 'sessions', families, 'revokedTokens', revoked);
end $$;
comment on function api.purge_sessions is 'Forgets what is over; answers how many rows went.';
