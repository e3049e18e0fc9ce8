-- What is kept over time: a snapshot per subject, metric and day, and the log of who did what.

create table internal.snapshots (
  id bigint generated always as identity primary key,
  kind text not null check (kind in ('learner', 'trainer', 'organization', 'course', 'platform')),
  subject text not null check (length(subject) between 1 and 64),
  user_id internal.person generated always as (case when kind in ('learner', 'trainer') then subject end) stored,
  organization_id text,
  day date not null,
  metric text not null check (metric ~ '^[a-z][a-z.-]{0,63}$'),
  version integer not null check (version > 0),
  data jsonb not null,
  saved_at timestamptz not null,
  unique (kind, subject, metric, version, day)
);
comment on table internal.snapshots is
  'A finished figure of a day: history, trends, and the last known good answer after a restart.';
create index snapshots_user on internal.snapshots (user_id);
create index snapshots_day on internal.snapshots (day);

create function api.save_snapshot(
  kind text, subject text, organization_id text, day date, metric text, version integer, data jsonb, now bigint
) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform internal.require(data is not null and day is not null and now is not null, 'data, day or now is missing');
  insert into internal.snapshots as s (kind, subject, organization_id, day, metric, version, data, saved_at)
  values (save_snapshot.kind, save_snapshot.subject, save_snapshot.organization_id, save_snapshot.day,
    save_snapshot.metric, save_snapshot.version, save_snapshot.data, internal.instant(save_snapshot.now))
  on conflict on constraint snapshots_kind_subject_metric_version_day_key do update
    set data = excluded.data, organization_id = excluded.organization_id, saved_at = excluded.saved_at
    where s.saved_at <= excluded.saved_at;
  return to_jsonb(found);
exception when check_violation or not_null_violation then
  perform internal.raise('invalid', 'kind, subject, metric or version is missing or not well-formed');
end $$;
comment on function api.save_snapshot is
  'Keeps a figure of a day, instead of an earlier one of that day; false when a later one is there.';

create function internal.snapshot_json(s internal.snapshots) returns jsonb
language sql stable as $$
  select jsonb_build_object('day', s.day, 'version', s.version, 'data', s.data, 'savedAt', internal.ms(s.saved_at))
$$;
comment on function internal.snapshot_json is 'A snapshot as functions answer it.';

create function api.snapshots(
  kind text, subject text, metric text, first_day date, last_day date, version integer default null
) returns jsonb
language sql stable security definer set search_path = '' as $$
  select coalesce(jsonb_agg(internal.snapshot_json(row(s.*)::internal.snapshots) order by s.day, s.version), '[]')
  from internal.snapshots s
  where s.kind = snapshots.kind and s.subject = snapshots.subject and s.metric = snapshots.metric
    and s.day between snapshots.first_day and snapshots.last_day
    and (snapshots.version is null or s.version = snapshots.version)
$$;
comment on function api.snapshots is 'The days of a figure, both ends included, oldest first; version null = of every definition.';

create function api.latest_snapshot(kind text, subject text, metric text, version integer default null) returns jsonb
language sql stable security definer set search_path = '' as $$
  select internal.snapshot_json(row(s.*)::internal.snapshots) from internal.snapshots s
  where s.kind = latest_snapshot.kind and s.subject = latest_snapshot.subject and s.metric = latest_snapshot.metric
    and (latest_snapshot.version is null or s.version = latest_snapshot.version)
  order by s.day desc, s.version desc limit 1
$$;
comment on function api.latest_snapshot is 'The last day of a figure, or null.';

create table internal.audit_log (
  id bigint generated always as identity primary key,
  occurred_at timestamptz not null,
  actor_id internal.mention,
  action text not null check (action ~ '^[a-z][a-z_.]{0,63}$'),
  subject_kind text check (subject_kind ~ '^[a-z_]{1,32}$'),
  subject_id internal.mention,
  organization_id text,
  outcome text not null check (outcome in ('done', 'denied', 'failed')),
  request_id text,
  detail jsonb not null check (jsonb_typeof(detail) = 'object')
);
comment on table internal.audit_log is 'Append-only: who did what to whom, and how it ended. An actor of null is the system.';
create index audit_log_organization on internal.audit_log (organization_id, id);
create index audit_log_age on internal.audit_log (occurred_at);
create trigger append_only before update or delete on internal.audit_log
  for each row execute function internal.refuse_change();
create trigger no_truncate before truncate on internal.audit_log
  for each statement execute function internal.refuse_change();

create function api.audit(
  actor_id text, action text, subject_kind text, subject_id text, organization_id text, outcome text, now bigint,
  request_id text default null, detail jsonb default '{}'
) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
  insert into internal.audit_log
    (occurred_at, actor_id, action, subject_kind, subject_id, organization_id, outcome, request_id, detail)
  values (internal.instant(now), audit.actor_id, audit.action, audit.subject_kind, audit.subject_id,
    audit.organization_id, audit.outcome, audit.request_id, audit.detail);
  return 'true';
exception when check_violation or not_null_violation then
  perform internal.raise('invalid', 'an audit entry lacks something, or is not well-formed');
end $$;
comment on function api.audit is 'Adds one line to the audit log; outcome is done, denied or failed.';

create function api.audit_entries(organization_id text, before_id bigint default null, "limit" integer default 100)
returns jsonb
language sql stable security definer set search_path = '' as $$
  select coalesce(jsonb_agg(jsonb_build_object('id', a.id, 'occurredAt', internal.ms(a.occurred_at),
    'actorId', a.actor_id, 'action', a.action, 'subjectKind', a.subject_kind, 'subjectId', a.subject_id,
    'organizationId', a.organization_id, 'outcome', a.outcome, 'requestId', a.request_id, 'detail', a.detail)
    order by a.id desc), '[]')
  from (
    select * from internal.audit_log a
    where a.organization_id = audit_entries.organization_id
      and (audit_entries.before_id is null or a.id < audit_entries.before_id)
    order by a.id desc limit least(greatest(audit_entries."limit", 0), 1000)
  ) a
$$;
comment on function api.audit_entries is 'The audit log of an organization, newest first, from before an entry on.';
