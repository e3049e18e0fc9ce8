-- Reports that people ordered, and how far long work has come. The files themselves lie in the storage.

create table internal.reports (
  report_id text primary key check (internal.is_id(report_id)),
  type text not null check (type in ('learner', 'trainer', 'organization')),
  subject_id text not null check (internal.is_id(subject_id)),
  user_id internal.person generated always as (case when type <> 'organization' then subject_id end) stored,
  requested_by internal.person not null,
  organization_id text,
  format text not null check (format in ('html', 'pdf', 'csv', 'xlsx', 'json')),
  parameters jsonb not null check (jsonb_typeof(parameters) = 'object'),
  status text not null default 'queued' check (status in ('queued', 'running', 'ready', 'failed')),
  input_digest text,
  as_of timestamptz,
  storage_key text,
  failure internal.prose check (length(failure) <= 500),
  download_hash text unique check (length(download_hash) between 16 and 128),
  download_until timestamptz,
  created_at timestamptz not null,
  expires_at timestamptz not null check (expires_at > created_at),
  check (status <> 'ready' or storage_key is not null),
  check ((download_hash is null) = (download_until is null))
);
comment on table internal.reports is
  'One row per report, until it expires. It goes with the person it is about and with the one who ordered it.';
create index reports_user on internal.reports (user_id);
create index reports_requested_by on internal.reports (requested_by);
create index reports_expiry on internal.reports (expires_at);

create function internal.report_json(r internal.reports) returns jsonb
language sql stable as $$
  select jsonb_build_object('reportId', r.report_id, 'type', r.type, 'subjectId', r.subject_id,
    'requestedBy', r.requested_by, 'organizationId', r.organization_id, 'format', r.format,
    'parameters', r.parameters, 'status', r.status, 'inputDigest', r.input_digest, 'asOf', internal.ms(r.as_of),
    'storageKey', r.storage_key, 'failure', r.failure, 'createdAt', internal.ms(r.created_at),
    'expiresAt', internal.ms(r.expires_at))
$$;
comment on function internal.report_json is 'A report as functions answer it.';

create function api.create_report(
  report_id text, type text, subject_id text, organization_id text, requested_by text, format text,
  parameters jsonb, now bigint, expires_at bigint
) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  made internal.reports;
begin
  insert into internal.reports as r (report_id, type, subject_id, organization_id, requested_by, format, parameters,
    created_at, expires_at)
  values (create_report.report_id, create_report.type, create_report.subject_id, create_report.organization_id,
    create_report.requested_by, create_report.format, create_report.parameters, internal.instant(now),
    internal.instant(create_report.expires_at))
  returning r.* into made;
  return internal.report_json(made);
exception
  when unique_violation then perform internal.raise('conflict', 'a report with this id is there');
  when check_violation or not_null_violation then
    perform internal.raise('invalid', 'a report lacks something, or is not well-formed');
end $$;
comment on function api.create_report is 'A report that was ordered, queued.';

create function api.get_report(report_id text) returns jsonb
language sql stable security definer set search_path = '' as $$
  select internal.report_json(row(r.*)::internal.reports) from internal.reports r where r.report_id = get_report.report_id
$$;
comment on function api.get_report is 'A report, or null.';

create function api.update_report(report_id text, changes jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  changed internal.reports;
begin
  perform internal.require(jsonb_typeof(changes) = 'object'
    and changes - array['status', 'inputDigest', 'asOf', 'storageKey', 'failure'] = '{}',
    'changes holds a key that cannot be changed');
  update internal.reports r set
    status = coalesce(changes ->> 'status', r.status),
    input_digest = coalesce(changes ->> 'inputDigest', r.input_digest),
    as_of = coalesce(internal.instant((changes ->> 'asOf')::bigint), r.as_of),
    storage_key = coalesce(changes ->> 'storageKey', r.storage_key),
    failure = coalesce(left(changes ->> 'failure', 500), r.failure)
  where r.report_id = update_report.report_id and r.status not in ('ready', 'failed')
  returning r.* into changed;
  if changed.report_id is null then
    if api.get_report(report_id) is null then perform internal.raise('not_found', 'no such report'); end if;
    perform internal.raise('conflict', 'this report is finished');
  end if;
  return internal.report_json(changed);
exception when data_exception or check_violation then
  perform internal.raise('invalid', 'a change is not well-formed');
end $$;
comment on function api.update_report is
  'Changes status, inputDigest, asOf, storageKey or failure of a report that is not finished. PT404, PT409.';

create function api.delete_report(report_id text) returns jsonb
language sql volatile security definer set search_path = '' as $$
  with gone as (delete from internal.reports r where r.report_id = delete_report.report_id returning r.storage_key)
  select jsonb_build_object('deleted', count(*) > 0, 'storageKey', min(storage_key)) from gone
$$;
comment on function api.delete_report is 'Forgets a report; the file under storageKey is for the caller to delete.';

create function api.grant_download(report_id text, token_hash text, expires_at bigint) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform internal.require(
    length(token_hash) between 16 and 128 and expires_at is not null, 'token_hash is not a hash, or expires_at is missing');
  update internal.reports r
  set download_hash = token_hash, download_until = internal.instant(grant_download.expires_at)
  where r.report_id = grant_download.report_id and r.status = 'ready';
  if not found then perform internal.raise('not_found', 'no such report is ready'); end if;
  return 'true';
end $$;
comment on function api.grant_download is 'One download of a report that is ready, instead of a grant before. PT404.';

create function api.redeem_download(report_id text, token_hash text, now bigint) returns jsonb
language sql volatile security definer set search_path = '' as $$
  -- Of concurrent uses one finds the hash; the others find it gone.
  with used as (
    update internal.reports r set download_hash = null, download_until = null
    where r.report_id = redeem_download.report_id and r.download_hash = redeem_download.token_hash
      and r.download_until > internal.instant(now) and r.expires_at > internal.instant(now)
    returning r.*)
  select internal.report_json(row(u.*)::internal.reports) from used u
$$;
comment on function api.redeem_download is 'The report, once per grant; null for a token that is unknown, used or late.';

create table internal.jobs_progress (
  job_id text primary key check (length(job_id) between 1 and 100),
  kind text not null check (kind ~ '^[a-z][a-z_.-]{0,63}$'),
  state text not null check (state in ('queued', 'running', 'done', 'failed', 'cancelled')),
  done integer not null check (done >= 0),
  total integer check (total >= 0),
  data jsonb not null check (jsonb_typeof(data) = 'object'),
  updated_at timestamptz not null,
  check (done <= total)
);
comment on table internal.jobs_progress is 'How far long work has come; a total of null is not known.';
create index jobs_progress_age on internal.jobs_progress (updated_at);

create function api.note_progress(
  job_id text, kind text, state text, done integer, total integer, now bigint, data jsonb default '{}'
) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
  insert into internal.jobs_progress as j (job_id, kind, state, done, total, data, updated_at)
  values (note_progress.job_id, note_progress.kind, note_progress.state, note_progress.done, note_progress.total,
    note_progress.data, internal.instant(now))
  on conflict on constraint jobs_progress_pkey do update set state = excluded.state, done = excluded.done,
    total = excluded.total, data = excluded.data, updated_at = excluded.updated_at
    where j.updated_at <= excluded.updated_at;
  return to_jsonb(found);
exception when check_violation or not_null_violation then
  perform internal.raise('invalid', 'a progress lacks something, or is not well-formed');
end $$;
comment on function api.note_progress is 'How far a job is; false when something later is known.';

create function api.job_progress(job_id text) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('jobId', j.job_id, 'kind', j.kind, 'state', j.state, 'done', j.done, 'total', j.total,
    'data', j.data, 'updatedAt', internal.ms(j.updated_at))
  from internal.jobs_progress j where j.job_id = job_progress.job_id
$$;
comment on function api.job_progress is 'How far a job is, or null.';
