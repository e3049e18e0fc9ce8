-- Snapshots belong to a tenant: what one organization keeps of a person or a course is neither replaced nor read by
-- another, whoever taught or employed them before.

alter table internal.snapshots drop constraint snapshots_kind_subject_metric_version_day_key;
alter table internal.snapshots add constraint snapshots_of_day
  unique nulls not distinct (kind, subject, metric, version, day, organization_id);

create or replace function api.save_snapshot(
  kind text, subject text, organization_id text, day date, metric text, version integer, data jsonb, now bigint
) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform internal.require(data is not null and day is not null and now is not null, 'data, day or now is missing');
  insert into internal.snapshots as s (kind, subject, organization_id, day, metric, version, data, saved_at)
  values (save_snapshot.kind, save_snapshot.subject, save_snapshot.organization_id, save_snapshot.day,
    save_snapshot.metric, save_snapshot.version, save_snapshot.data, internal.instant(save_snapshot.now))
  on conflict on constraint snapshots_of_day do update
    set data = excluded.data, saved_at = excluded.saved_at
    where s.saved_at <= excluded.saved_at;
  return to_jsonb(found);
exception when check_violation or not_null_violation then
  perform internal.raise('invalid', 'kind, subject, metric or version is missing or not well-formed');
end $$;

create function api.save_snapshots(snapshots jsonb, now bigint) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  kept integer;
begin
  perform internal.require(jsonb_typeof(snapshots) = 'array' and now is not null, 'snapshots is not a list, or now is missing');
  insert into internal.snapshots as s (kind, subject, organization_id, day, metric, version, data, saved_at)
  -- In one order for all, so that nobody waits for a waiting one.
  select distinct on (g.kind, g.subject, g.metric, g.version, g.day, g."organizationId")
    g.kind, g.subject, g."organizationId", g.day, g.metric, g.version, g.data, internal.instant(save_snapshots.now)
  from jsonb_array_elements(save_snapshots.snapshots) with ordinality as given(one, place)
  cross join lateral jsonb_to_record(given.one) as g(
    kind text, subject text, "organizationId" text, day date, metric text, version integer, data jsonb)
  order by g.kind, g.subject, g.metric, g.version, g.day, g."organizationId", given.place desc
  on conflict on constraint snapshots_of_day do update
    set data = excluded.data, saved_at = excluded.saved_at
    where s.saved_at <= excluded.saved_at;
  get diagnostics kept = row_count;
  return to_jsonb(kept);
exception when check_violation or not_null_violation then
  perform internal.raise('invalid', 'a snapshot lacks something, or is not well-formed');
end $$;
comment on function api.save_snapshots is
  'Keeps figures of a day: [{kind, subject, organizationId, day, metric, version, data}], each instead of an earlier one; of two alike the last. Answers how many were kept: all or none are, but those of which a later one is there.';

create function api.last_snapshot(
  kind text, subject text, organization_id text, metric text, version integer
) returns jsonb
language sql stable security definer set search_path = '' as $$
  select internal.snapshot_json(row(s.*)::internal.snapshots) from internal.snapshots s
  where s.kind = last_snapshot.kind and s.subject = last_snapshot.subject and s.metric = last_snapshot.metric
    and s.version = last_snapshot.version and s.organization_id is not distinct from last_snapshot.organization_id
  order by s.day desc limit 1
$$;
comment on function api.last_snapshot is
  'The last day of a figure as one organization kept it (null = of whoever is in none), or null.';

create function api.month_snapshots(
  kind text, subject text, organization_id text, metric text, version integer, first_day date, last_day date
) returns jsonb
language sql stable security definer set search_path = '' as $$
  select coalesce(jsonb_agg(internal.snapshot_json(row(m.*)::internal.snapshots) order by m.day), '[]')
  from (
    select distinct on (to_char(s.day, 'YYYY-MM')) s.* from internal.snapshots s
    where s.kind = month_snapshots.kind and s.subject = month_snapshots.subject
      and s.metric = month_snapshots.metric and s.version = month_snapshots.version
      and s.organization_id is not distinct from month_snapshots.organization_id
      and s.day between month_snapshots.first_day and month_snapshots.last_day
    order by to_char(s.day, 'YYYY-MM'), s.day desc
  ) m
$$;
comment on function api.month_snapshots is
  'The last day of each month of a figure as one organization kept it, both ends included, oldest first.';
