-- A run that is done has nobody to go on with: its cursor, which may name a person, ends with it.

create or replace function api.finish_job_run(
  id uuid, attempt integer, state text, now bigint, failure text default null, figures jsonb default '{}'
) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform internal.require(state in ('done', 'failed', 'queued'), 'state is done, failed or queued');
  perform internal.require((state = 'done') = (failure is null), 'only what is not done has a failure');
  update internal.job_runs r set state = finish_job_run.state, lease_until = null, heartbeat_at = clock_timestamp(),
    finished_at = case when finish_job_run.state <> 'queued' then internal.instant(now) end,
    cursor = case when finish_job_run.state <> 'done' then r.cursor end,
    failure = left(finish_job_run.failure, 500), figures = finish_job_run.figures, touched_at = internal.instant(now)
  where r.id = finish_job_run.id and r.attempts = attempt and r.state = 'running';
  return to_jsonb(found);
exception when check_violation or not_null_violation then
  perform internal.raise('invalid', 'failure or figures are not well-formed');
end $$;
comment on function api.finish_job_run is
  'Ends an attempt: done (its cursor goes), failed, or queued = to be tried again from its cursor; false when another attempt has the run.';

update internal.job_runs r set cursor = null where r.state = 'done' and r.cursor is not null;
