-- People who are erased stay so, what they leave elsewhere is deleted to the end, and old data go in batches.

create table internal.forgotten (
  subject_hash text primary key check (length(subject_hash) = 64),
  since timestamptz not null
);
comment on table internal.forgotten is
  'Who was erased and has not come back, as a salted hash of the id: nothing is recorded of them by itself, though services still tell of them. The salt is not in the database.';

create table internal.files_to_delete (
  storage_key text primary key,
  noted_at timestamptz not null
);
comment on table internal.files_to_delete is
  'Files in the storage whose rows are gone. A line stays until the file is gone too, so that none is left by a process that died.';

create function internal.note_files(storage_keys jsonb, at timestamptz) returns void
language sql volatile set search_path = '' as $$
  insert into internal.files_to_delete (storage_key, noted_at)
  select distinct k, note_files.at from jsonb_array_elements_text(storage_keys) k
  on conflict on constraint files_to_delete_pkey do nothing
$$;
comment on function internal.note_files is 'Files to delete, in the transaction of the caller.';

create function api.files_to_delete("limit" integer default 100) returns jsonb
language sql stable security definer set search_path = '' as $$
  select coalesce(jsonb_agg(f.storage_key order by f.noted_at, f.storage_key), '[]')
  from (
    select * from internal.files_to_delete f order by f.noted_at, f.storage_key
    limit least(greatest(files_to_delete."limit", 0), 1000)
  ) f
$$;
comment on function api.files_to_delete is 'Files that are to be deleted, those that wait longest first.';

create function api.files_deleted(storage_keys text[]) returns jsonb
language sql volatile security definer set search_path = '' as $$
  with gone as (delete from internal.files_to_delete f where f.storage_key = any (storage_keys) returning 1)
  select to_jsonb(count(*)) from gone
$$;
comment on function api.files_deleted is 'These files are gone; answers how many of them were waiting.';

create function api.forgotten_among(user_ids text[], salt text) returns jsonb
language sql stable security definer set search_path = '' as $$
  select coalesce(jsonb_agg(distinct asked.id), '[]')
  from unnest(user_ids) asked(id)
  join internal.forgotten f on f.subject_hash = internal.proof_of(asked.id, salt)
$$;
comment on function api.forgotten_among is 'Which of these people were erased and have not come back.';

create function api.come_back(user_id text, salt text) returns jsonb
language sql volatile security definer set search_path = '' as $$
  with back as (
    delete from internal.forgotten f where f.subject_hash = internal.proof_of(come_back.user_id, salt) returning 1)
  select to_jsonb(count(*) > 0) from back
$$;
comment on function api.come_back is 'A person begins anew; false when there was nothing to forget.';

create function api.erase_person(
  user_id text, salt text, requested_by text, organization_id text, reason text, now bigint,
  request_id text default null
) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  at timestamptz := internal.instant(now);
  before jsonb;
  erased jsonb;
  answer jsonb;
begin
  perform internal.require(
    internal.is_id(user_id) and length(salt) >= 16 and at is not null,
    'user_id is not an id, salt is shorter than 16 characters, or now is missing');
  -- Of two at once the second finds what the first has left, and its proof.
  perform internal.lock_person(erase_person.user_id);
  before := api.was_erased(user_id, salt);
  erased := api.erase_user(user_id, salt, requested_by, reason, now);
  perform internal.note_files(erased -> 'storageKeys', at);
  insert into internal.forgotten (subject_hash, since) values (internal.proof_of(user_id, salt), at)
  on conflict on constraint forgotten_pkey do nothing;
  answer := jsonb_build_object('proofId', erased -> 'proofId', 'erasedAt', now);
  if jsonb_typeof(before) = 'object' and erased -> 'counts' = '{}' then
    -- Nothing was there: the proof of the first time stands.
    delete from internal.erasures e where e.id = (erased ->> 'proofId')::uuid;
    answer := jsonb_build_object('proofId', before -> 'proofId', 'erasedAt', before -> 'erasedAt');
  end if;
  perform api.audit(
    actor_id => nullif(erase_person.requested_by, erase_person.user_id), action => 'person.erase',
    subject_kind => 'person', subject_id => null, organization_id => erase_person.organization_id,
    outcome => 'done', now => erase_person.now, request_id => erase_person.request_id,
    detail => jsonb_build_object('proofId', answer -> 'proofId', 'byThemselves', coalesce(erase_person.requested_by = erase_person.user_id, false)));
  return answer;
end $$;
comment on function api.erase_person is
  'Erases a person (api.erase_user), remembers by the salted hash that nothing is to be recorded of them again, notes files that are to be deleted, and says so in the audit log without the person: {proofId, erasedAt}. Doing it again erases what has come since, and answers the first proof when that is nothing.';

create function api.forget_again(salt text, now bigint) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  part record;
  found_here text[];
  back text[] := '{}';
  person text;
begin
  perform internal.require(length(salt) >= 16 and now is not null, 'salt is shorter than 16 characters, or now is missing');
  if not exists (select from internal.forgotten) then return '0'; end if;
  for part in
    select t.name, c as col from internal.columns_of(array['internal.person', 'internal.mention']) t, unnest(t.columns) c
  loop
    execute format(
      'select array_agg(i.id) from (select distinct r.%1$I::text as id from internal.%2$I r) i
       join internal.forgotten f on f.subject_hash = internal.proof_of(i.id, $1)', part.col, part.name)
    into found_here using salt;
    back := back || coalesce(found_here, '{}');
  end loop;
  for person in select distinct p from unnest(back) p order by p loop
    perform internal.note_files(
      api.erase_user(person, salt, null, 'recorded again after an erasure', now) -> 'storageKeys', internal.instant(now));
  end loop;
  return to_jsonb(cardinality(array(select distinct p from unnest(back) p)));
end $$;
comment on function api.forget_again is
  'Erases again whoever was erased and stands in a table nevertheless, as what was on its way meanwhile; answers how many people that were.';

create or replace function api.save_refresh_token(
  token_hash text, family_id text, user_id text, organization_id text, roles text[], expires_at bigint
) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  is_over boolean;
begin
  perform internal.require(length(token_hash) between 16 and 128, 'token_hash is not a hash');
  perform internal.require(internal.is_id(family_id) and internal.is_id(user_id), 'family_id or user_id is not an id');
  perform internal.require(roles is not null and expires_at is not null, 'roles or expires_at is missing');
  insert into internal.refresh_families as f (family_id, user_id, expires_at)
  values (save_refresh_token.family_id, save_refresh_token.user_id, internal.instant(save_refresh_token.expires_at))
  on conflict on constraint refresh_families_pkey
    do update set expires_at = greatest(f.expires_at, excluded.expires_at)
  returning f.revoked_at is not null into is_over;
  -- It would not work, and would name somebody who may have been erased meanwhile.
  if is_over then return 'true'; end if;
  insert into internal.refresh_tokens (token_hash, family_id, user_id, organization_id, roles, expires_at)
  values (save_refresh_token.token_hash, save_refresh_token.family_id, save_refresh_token.user_id,
    save_refresh_token.organization_id, save_refresh_token.roles, internal.instant(save_refresh_token.expires_at))
  on conflict on constraint refresh_tokens_pkey do nothing;
  if not found then perform internal.raise('conflict', 'this refresh token was already saved'); end if;
  return 'true';
end $$;
comment on function api.save_refresh_token is
  'Keeps a refresh token that was given out; one of a revoked log-in is not kept, and does not work. PT409 for a hash that is there.';

create function api.apply_retention_step(
  raw_activity_days integer, snapshot_days integer, audit_days integer, now bigint, batch integer default 5000
) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  at timestamptz := internal.instant(now);
  part record;
  gone bigint;
  counts jsonb := '{}';
  is_done boolean := true;
  files jsonb;
begin
  perform internal.require(
    raw_activity_days > 0 and snapshot_days > 0 and audit_days > 0 and at is not null and batch between 1 and 100000,
    'days are from 1, batch is 1 to 100,000, or now is missing');
  perform set_config('learning_analytics.erasing', 'on', true);
  for part in
    select * from (values
      ('rawActivity', 'raw_activity', 'occurred_at', at - make_interval(days => raw_activity_days)),
      ('audit', 'audit_log', 'occurred_at', at - make_interval(days => audit_days)),
      ('webhookReceipts', 'webhook_receipts', 'received_at', at - interval '1 day'),
      ('idempotencyKeys', 'idempotency_keys', 'expires_at', at),
      ('jobsProgress', 'jobs_progress', 'updated_at', at - interval '30 days'),
      ('refreshTokens', 'refresh_tokens', 'expires_at', at),
      ('logIns', 'refresh_families', 'expires_at', at),
      ('revokedTokens', 'revoked_tokens', 'expires_at', at)
    ) as v(figure, name, col, before)
  loop
    -- One that somebody holds is taken the next time: nobody waits for this, and this for nobody.
    execute format(
      'delete from internal.%1$I t where t.ctid = any (array(
         select o.ctid from internal.%1$I o where o.%2$I <= $1 order by o.%2$I limit $2 for update skip locked))',
      part.name, part.col) using part.before, batch;
    get diagnostics gone = row_count;
    counts := counts || jsonb_build_object(part.figure, gone);
    is_done := is_done and gone < batch;
  end loop;
  delete from internal.snapshots s where s.ctid = any (array(
    select o.ctid from internal.snapshots o
    where o.day < (at at time zone 'UTC')::date - snapshot_days order by o.day limit batch for update skip locked));
  get diagnostics gone = row_count;
  counts := counts || jsonb_build_object('snapshots', gone);
  is_done := is_done and gone < batch;
  with old as (
    delete from internal.reports r where r.ctid = any (array(
      select o.ctid from internal.reports o where o.expires_at <= at order by o.expires_at limit batch for update skip locked))
    returning r.storage_key)
  select count(*), coalesce(jsonb_agg(o.storage_key) filter (where o.storage_key is not null), '[]')
  into gone, files from old o;
  counts := counts || jsonb_build_object('reports', gone);
  perform internal.note_files(files, at);
  perform set_config('learning_analytics.erasing', 'off', true);
  return jsonb_build_object('counts', counts, 'isDone', is_done and gone < batch);
end $$;
comment on function api.apply_retention_step is
  'Deletes what is older than it is kept and what has expired, at most batch rows of each table: {counts: {figure: rows}, isDone}. Files of reports that go are noted to be deleted. To be called until isDone.';
