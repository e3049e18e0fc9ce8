-- Other machines: keys with which they call us, messages they send us; and the models that predict.

create table internal.api_keys (
  id uuid primary key default gen_random_uuid(),
  key_hash text not null unique check (length(key_hash) between 16 and 128),
  former_hash text unique check (length(former_hash) between 16 and 128),
  former_until timestamptz,
  name internal.prose not null check (length(name) between 1 and 100),
  organization_id text,
  scopes text[] not null check (cardinality(scopes) > 0),
  quota_per_hour integer not null check (quota_per_hour > 0),
  used integer not null default 0 check (used >= 0),
  used_since timestamptz,
  created_by internal.mention,
  created_at timestamptz not null,
  rotated_at timestamptz,
  last_used_at timestamptz,
  revoked_at timestamptz,
  check ((former_hash is null) = (former_until is null))
);
comment on table internal.api_keys is
  'Keys of machines, of which only hashes are kept. After a rotation the former one works until former_until.';
create index api_keys_organization on internal.api_keys (organization_id);

create function internal.api_key_json(k internal.api_keys) returns jsonb
language sql stable as $$
  select jsonb_build_object('id', k.id, 'name', k.name, 'organizationId', k.organization_id,
    'scopes', to_jsonb(k.scopes), 'quotaPerHour', k.quota_per_hour, 'createdBy', k.created_by,
    'createdAt', internal.ms(k.created_at), 'rotatedAt', internal.ms(k.rotated_at),
    'lastUsedAt', internal.ms(k.last_used_at), 'revokedAt', internal.ms(k.revoked_at))
$$;
comment on function internal.api_key_json is 'A key as functions answer it: without its hashes.';

create function api.create_api_key(
  key_hash text, name text, organization_id text, scopes text[], quota_per_hour integer, created_by text, now bigint
) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  made internal.api_keys;
begin
  insert into internal.api_keys as k
    (key_hash, name, organization_id, scopes, quota_per_hour, created_by, created_at)
  values (create_api_key.key_hash, create_api_key.name, create_api_key.organization_id, create_api_key.scopes,
    create_api_key.quota_per_hour, create_api_key.created_by, internal.instant(now))
  returning k.* into made;
  return internal.api_key_json(made);
exception
  when unique_violation then perform internal.raise('conflict', 'this key is there');
  when check_violation or not_null_violation then
    perform internal.raise('invalid', 'a key lacks something, or is not well-formed');
end $$;
comment on function api.create_api_key is 'A new key; scopes are at least one, quota_per_hour is from 1.';

create function api.use_api_key(key_hash text, now bigint) returns jsonb
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
    'isWithinQuota', used.used <= used.quota_per_hour,
    'quotaResetsAt', internal.ms(used.used_since + interval '1 hour'));
end $$;
comment on function api.use_api_key is
  'Whose key this is, counted as one use; null for one that is unknown, rotated away or revoked.';

create function api.rotate_api_key(id uuid, key_hash text, now bigint, overlap_seconds integer default 86400) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  rotated internal.api_keys;
begin
  update internal.api_keys k set
    former_hash = k.key_hash, former_until = internal.instant(now) + make_interval(secs => overlap_seconds),
    key_hash = rotate_api_key.key_hash, rotated_at = internal.instant(now)
  where k.id = rotate_api_key.id and k.revoked_at is null
  returning k.* into rotated;
  if rotated.id is null then perform internal.raise('not_found', 'no such key'); end if;
  return internal.api_key_json(rotated);
exception
  when unique_violation then perform internal.raise('conflict', 'this key is there');
  when check_violation or not_null_violation then perform internal.raise('invalid', 'key_hash is not a hash');
end $$;
comment on function api.rotate_api_key is 'A new secret for a key; the former one works for overlap_seconds more.';

create function api.revoke_api_key(id uuid, now bigint) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
  update internal.api_keys k set revoked_at = coalesce(k.revoked_at, internal.instant(now)) where k.id = revoke_api_key.id;
  if not found then perform internal.raise('not_found', 'no such key'); end if;
  return 'true';
end $$;
comment on function api.revoke_api_key is 'A key stops working.';

create function api.api_keys(organization_id text) returns jsonb
language sql stable security definer set search_path = '' as $$
  select coalesce(jsonb_agg(internal.api_key_json(row(k.*)::internal.api_keys) order by k.created_at, k.id), '[]')
  from internal.api_keys k where k.organization_id is not distinct from api_keys.organization_id
$$;
comment on function api.api_keys is 'The keys of an organization (null = those of none), oldest first, without their hashes.';

create table internal.webhook_receipts (
  service text check (service ~ '^[a-z][a-z-]{0,31}$'),
  delivery_hash text check (length(delivery_hash) between 16 and 128),
  received_at timestamptz not null,
  primary key (service, delivery_hash)
);
comment on table internal.webhook_receipts is 'Messages of services that were taken; one that comes again is refused.';
create index webhook_receipts_age on internal.webhook_receipts (received_at);

create function api.receive_webhook(service text, delivery_hash text, event jsonb, now bigint) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
  insert into internal.webhook_receipts (service, delivery_hash, received_at)
  values (receive_webhook.service, receive_webhook.delivery_hash, internal.instant(now))
  on conflict on constraint webhook_receipts_pkey do nothing;
  if not found then return 'false'; end if;
  if event is not null then
    perform internal.append('webhook:' || service, null, jsonb_build_array(event));
  end if;
  return 'true';
exception when check_violation or not_null_violation then
  perform internal.raise('invalid', 'service, delivery_hash or now is missing or not well-formed');
end $$;
comment on function api.receive_webhook is
  'Takes a message once, with its event in the stream webhook:service (null = none); false when it came before.';

create table internal.model_registry (
  model_id text check (model_id ~ '^[a-z][a-z0-9.-]{0,63}$'),
  version text check (version ~ '^[A-Za-z0-9._-]{1,64}$'),
  is_active boolean not null default false,
  data jsonb not null check (jsonb_typeof(data) = 'object'),
  registered_at timestamptz not null,
  activated_at timestamptz,
  primary key (model_id, version)
);
comment on table internal.model_registry is 'Models with their coefficients and what they were measured at; a version never changes.';
create unique index model_registry_active on internal.model_registry (model_id) where is_active;

create function internal.model_json(m internal.model_registry) returns jsonb
language sql stable as $$
  select jsonb_build_object('modelId', m.model_id, 'version', m.version, 'isActive', m.is_active, 'data', m.data,
    'registeredAt', internal.ms(m.registered_at), 'activatedAt', internal.ms(m.activated_at))
$$;
comment on function internal.model_json is 'A model as functions answer it.';

create function api.register_model(model_id text, version text, data jsonb, now bigint) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  known jsonb;
begin
  insert into internal.model_registry (model_id, version, data, registered_at)
  values (register_model.model_id, register_model.version, register_model.data, internal.instant(now))
  on conflict on constraint model_registry_pkey do nothing;
  select m.data into known from internal.model_registry m
  where m.model_id = register_model.model_id and m.version = register_model.version;
  if known <> data then perform internal.raise('conflict', 'this version is registered with other data'); end if;
  return 'true';
exception when check_violation or not_null_violation then
  perform internal.raise('invalid', 'a model lacks something, or is not well-formed');
end $$;
comment on function api.register_model is 'A version of a model, not active yet. PT409 when it is there with other data.';

create function api.activate_model(model_id text, version text, now bigint) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform pg_advisory_xact_lock(4, hashtext(activate_model.model_id));
  perform 1 from internal.model_registry m
  where m.model_id = activate_model.model_id and m.version = activate_model.version;
  if not found then perform internal.raise('not_found', 'no such model'); end if;
  update internal.model_registry m set is_active = false
  where m.model_id = activate_model.model_id and m.is_active and m.version <> activate_model.version;
  update internal.model_registry m set is_active = true, activated_at = internal.instant(now)
  where m.model_id = activate_model.model_id and m.version = activate_model.version and not m.is_active;
  return 'true';
end $$;
comment on function api.activate_model is 'This version predicts from now on, instead of the one that did.';

create function api.models(model_id text default null, only_active boolean default false) returns jsonb
language sql stable security definer set search_path = '' as $$
  select coalesce(jsonb_agg(internal.model_json(row(m.*)::internal.model_registry) order by m.model_id, m.registered_at, m.version), '[]')
  from internal.model_registry m
  where (models.model_id is null or m.model_id = models.model_id) and (m.is_active or not only_active)
$$;
comment on function api.models is 'The versions of a model (null = of all), oldest first.';
