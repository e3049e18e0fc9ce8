-- Runs of jobs: what was done once per slot, how far it is and who is at it. The queue that delivers them lives in
-- its own schema and may be any; what is promised about a run is promised here.

-- The queue's own schema. It makes its tables itself; nobody else may look in, whatever a host grants by default.
create schema if not exists pgboss;
revoke all on schema pgboss from public, anon, authenticated, service_role;

create table internal.job_runs (
  id uuid primary key default gen_random_uuid(),
  name text not null check (name ~ '^[a-z][a-z-]{0,63}$'),
  slot text not null check (length(slot) between 1 and 200),
  organization_id text check (length(organization_id) between 1 and 64),
  state text not null check (state in ('queued', 'running', 'done', 'failed')),
  cursor jsonb,
  done integer not null default 0 check (done >= 0),
  total integer check (total >= 0),
  attempts integer not null default 0 check (attempts >= 0),
  queued_at timestamptz not null,
  started_at timestamptz,
  heartbeat_at timestamptz,
  lease_until timestamptz,
  finished_at timestamptz,
  failure internal.prose check (length(failure) between 1 and 500),
  figures jsonb not null default '{}' check (jsonb_typeof(figures) = 'object'),
  touched_at timestamptz not null,
  unique (name, slot),
  check ((state in ('done', 'failed')) = (finished_at is not null))
);
comment on table internal.job_runs is
  'One run per job and slot. Leases are by the clock of the database, so that clocks of processes need not agree; attempts is the fence that keeps an overtaken process from changing anything.';
create index job_runs_name on internal.job_runs (name, queued_at desc);
create index job_runs_age on internal.job_runs (touched_at);

create function internal.job_run_json(r internal.job_runs) returns jsonb
language sql stable as $$
  select jsonb_build_object('id', r.id, 'name', r.name, 'slot', r.slot, 'organizationId', r.organization_id,
    'state', r.state, 'done', r.done, 'total', r.total, 'attempts', r.attempts,
    'startedAt', internal.ms(r.started_at), 'finishedAt', internal.ms(r.finished_at),
    'failure', r.failure, 'figures', r.figures)
$$;
comment on function internal.job_run_json is 'A run as functions answer it.';

create function internal.job_run(name text, slot text, organization_id text, now bigint) returns internal.job_runs
language plpgsql volatile set search_path = '' as $$
declare
  run internal.job_runs;
begin
  insert into internal.job_runs as r (name, slot, organization_id, state, queued_at, touched_at)
  values (job_run.name, job_run.slot, job_run.organization_id, 'queued', internal.instant(now), internal.instant(now))
  on conflict on constraint job_runs_name_slot_key do nothing;
  select r.* into run from internal.job_runs r where r.name = job_run.name and r.slot = job_run.slot for update;
  if run.organization_id is distinct from job_run.organization_id then
    perform internal.raise('conflict', 'this slot is another organization''s');
  end if;
  return run;
exception when check_violation or not_null_violation then
  perform internal.raise('invalid', 'name, slot, organization_id or now is missing or not well-formed');
end $$;
comment on function internal.job_run is 'The run of a slot, made when it is not there, locked until the end of the transaction.';

create function api.queue_job_run(name text, slot text, organization_id text, now bigint) returns jsonb
language sql volatile security definer set search_path = '' as $$
  select internal.job_run_json(internal.job_run(name, slot, organization_id, now))
$$;
comment on function api.queue_job_run is 'Notes that a run is waited for; one that is there stays as it is.';

create function api.begin_job_run(name text, slot text, organization_id text, now bigint, lease_ms integer) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  at timestamptz := clock_timestamp();
  run internal.job_runs;
begin
  perform internal.require(lease_ms > 0, 'lease_ms is above 0');
  run := internal.job_run(name, slot, organization_id, now);
  -- The lock may have been waited for.
  at := clock_timestamp();
  if run.state = 'done' then
    return jsonb_build_object('outcome', 'done', 'run', internal.job_run_json(run));
  end if;
  if run.state = 'running' and run.lease_until > at then
    return jsonb_build_object('outcome', 'held', 'run', internal.job_run_json(run),
      'waitMs', ceil(extract(epoch from run.lease_until - at) * 1000));
  end if;
  update internal.job_runs r set state = 'running', attempts = r.attempts + 1, finished_at = null,
    started_at = coalesce(r.started_at, internal.instant(now)), heartbeat_at = at, touched_at = internal.instant(now),
    lease_until = at + make_interval(secs => lease_ms / 1000.0)
  where r.id = run.id returning r.* into run;
  return jsonb_build_object('outcome', 'begun', 'run', internal.job_run_json(run), 'attempt', run.attempts,
    'cursor', run.cursor);
end $$;
comment on function api.begin_job_run is
  'Takes a run: outcome begun (with the cursor of whoever left it), done (nothing to do) or held (somebody alive is at it for waitMs more). A failed run is begun again.';

create function api.progress_job_run(
  id uuid, attempt integer, lease_ms integer, step jsonb default null
) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  at timestamptz := clock_timestamp();
begin
  perform internal.require(lease_ms > 0, 'lease_ms is above 0');
  perform internal.require(coalesce(jsonb_typeof(step) in ('object', 'null'), true), 'step is not an object');
  -- Also after the lease has ended: as long as nobody has taken over, whoever is late may go on.
  update internal.job_runs r set heartbeat_at = at, lease_until = at + make_interval(secs => lease_ms / 1000.0),
    done = coalesce((step ->> 'done')::integer, r.done),
    total = case when step ? 'total' then (step ->> 'total')::integer else r.total end,
    cursor = case when step ? 'cursor' then nullif(step -> 'cursor', 'null') else r.cursor end
  where r.id = progress_job_run.id and r.attempts = attempt and r.state = 'running';
  return to_jsonb(found);
exception when check_violation or data_exception then
  perform internal.raise('invalid', 'step holds no counts');
end $$;
comment on function api.progress_job_run is
  'Renews the lease and keeps what step names of done, total and cursor; false when another attempt has the run.';

create function api.finish_job_run(
  id uuid, attempt integer, state text, now bigint, failure text default null, figures jsonb default '{}'
) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform internal.require(state in ('done', 'failed', 'queued'), 'state is done, failed or queued');
  perform internal.require((state = 'done') = (failure is null), 'only what is not done has a failure');
  update internal.job_runs r set state = finish_job_run.state, lease_until = null, heartbeat_at = clock_timestamp(),
    finished_at = case when finish_job_run.state <> 'queued' then internal.instant(now) end,
    failure = left(finish_job_run.failure, 500), figures = finish_job_run.figures, touched_at = internal.instant(now)
  where r.id = finish_job_run.id and r.attempts = attempt and r.state = 'running';
  return to_jsonb(found);
exception when check_violation or not_null_violation then
  perform internal.raise('invalid', 'failure or figures are not well-formed');
end $$;
comment on function api.finish_job_run is
  'Ends an attempt: done, failed, or queued = to be tried again from its cursor; false when another attempt has the run.';

create function api.get_job_run(id uuid) returns jsonb
language sql stable security definer set search_path = '' as $$
  select internal.job_run_json(row(r.*)::internal.job_runs) from internal.job_runs r where r.id = get_job_run.id
$$;
comment on function api.get_job_run is 'A run, or null.';

create function api.job_runs(name text, "limit" integer default 100) returns jsonb
language sql stable security definer set search_path = '' as $$
  select coalesce(jsonb_agg(internal.job_run_json(row(r.*)::internal.job_runs) order by r.queued_at desc, r.slot desc), '[]')
  from (
    select * from internal.job_runs r where r.name = job_runs.name
    order by r.queued_at desc, r.slot desc limit least(greatest("limit", 0), 1000)
  ) r
$$;
comment on function api.job_runs is 'The runs of a job, newest first.';

create function api.latest_job_runs() returns jsonb
language sql stable security definer set search_path = '' as $$
  select coalesce(jsonb_agg(internal.job_run_json(row(r.*)::internal.job_runs) order by r.name), '[]')
  from (
    select distinct on (r.name) * from internal.job_runs r order by r.name, r.queued_at desc, r.slot desc
  ) r
$$;
comment on function api.latest_job_runs is 'The newest run of every job, by name.';

create function api.prune_job_runs(before bigint) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  pruned integer;
begin
  perform internal.require(before is not null, 'before is missing');
  delete from internal.job_runs r where r.touched_at < internal.instant(before)
    and (r.state <> 'running' or r.lease_until < clock_timestamp());
  get diagnostics pruned = row_count;
  return to_jsonb(pruned);
end $$;
comment on function api.prune_job_runs is 'Forgets runs that nobody has begun or ended since; never one that goes on. Answers how many.';

create function api.organizations(after text default null, "limit" integer default 1000) returns jsonb
language sql stable security definer set search_path = '' as $$
  select coalesce(jsonb_agg(jsonb_build_object('organizationId', o.organization_id, 'zone', o.zone)
    order by o.organization_id collate "C"), '[]')
  from (
    select * from internal.organizations o
    where after is null or o.organization_id collate "C" > after
    order by o.organization_id collate "C" limit least(greatest("limit", 0), 1000)
  ) o
$$;
comment on function api.organizations is 'The organizations that are known, in order of their ids, from after one on.';

create function api.note_organization(organization_id text) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform internal.require(length(note_organization.organization_id) between 1 and 64, 'organization_id is not an id');
  insert into internal.organizations as o (organization_id) values (note_organization.organization_id)
  on conflict on constraint organizations_pkey do nothing;
  return to_jsonb(found);
end $$;
comment on function api.note_organization is
  'There is such an organization; its zone is UTC until its members are saved. False when it was known.';
