-- Reports as they are made: which run is at it, whom they name, which are waiting, and those that come every week.

alter table internal.reports add column run_id text check (length(run_id) between 1 and 64);
create index reports_unfinished on internal.reports (created_at) where status in ('queued', 'running');

create table internal.report_people (
  report_id text not null references internal.reports on delete cascade,
  user_id internal.person not null,
  primary key (report_id, user_id)
);
comment on table internal.report_people is
  'Whom a report names beside the one it is about. When one of them is erased the report goes, and its file.';
create index report_people_user on internal.report_people (user_id);

create function internal.end_naming_report() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  files jsonb;
begin
  with gone as (delete from internal.reports r where r.report_id = old.report_id returning r.storage_key)
  select coalesce(jsonb_agg(g.storage_key) filter (where g.storage_key is not null), '[]') into files from gone g;
  perform internal.note_files(files, clock_timestamp());
  return null;
end $$;
comment on function internal.end_naming_report is 'A report of which a named person was taken out is no report any more.';
create trigger report_people_gone after delete on internal.report_people
  for each row execute function internal.end_naming_report();

create or replace function internal.report_json(r internal.reports) returns jsonb
language sql stable as $$
  select jsonb_build_object('reportId', r.report_id, 'type', r.type, 'subjectId', r.subject_id,
    'requestedBy', r.requested_by, 'organizationId', r.organization_id, 'format', r.format,
    'parameters', r.parameters, 'status', r.status, 'inputDigest', r.input_digest, 'asOf', internal.ms(r.as_of),
    'storageKey', r.storage_key, 'failure', r.failure, 'createdAt', internal.ms(r.created_at),
    'expiresAt', internal.ms(r.expires_at), 'runId', r.run_id)
$$;

drop function api.update_report(text, jsonb);
create function api.update_report(report_id text, changes jsonb, salt text default null) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  changed internal.reports;
  named text[] := array(select jsonb_array_elements_text(case jsonb_typeof(changes -> 'people')
    when 'array' then changes -> 'people' else '[]' end));
  lock integer;
begin
  -- As internal.admit does, which is stricter: services go on telling of people who were erased long ago.
  for lock in select distinct internal.erasure_lock(p) as lock from unnest(named) p order by lock loop
    perform pg_advisory_xact_lock_shared(6, lock);
  end loop;
  perform internal.require(jsonb_typeof(changes) = 'object'
    and changes - array['status', 'inputDigest', 'asOf', 'storageKey', 'failure', 'runId', 'people'] = '{}'
    and jsonb_typeof(coalesce(changes -> 'people', '[]')) = 'array',
    'changes holds a key that cannot be changed, or people are no list');
  update internal.reports r set
    status = coalesce(changes ->> 'status', r.status),
    input_digest = coalesce(changes ->> 'inputDigest', r.input_digest),
    as_of = coalesce(internal.instant((changes ->> 'asOf')::bigint), r.as_of),
    storage_key = coalesce(changes ->> 'storageKey', r.storage_key),
    failure = coalesce(left(changes ->> 'failure', 500), r.failure),
    run_id = coalesce(changes ->> 'runId', r.run_id)
  where r.report_id = update_report.report_id and r.status not in ('ready', 'failed')
  returning r.* into changed;
  if changed.report_id is null then
    if api.get_report(report_id) is null then perform internal.raise('not_found', 'no such report'); end if;
    perform internal.raise('conflict', 'this report is finished');
  end if;
  if exists (
    select from unnest(named) p join internal.forgotten f on f.subject_hash = internal.proof_of(p, update_report.salt)
    where f.since >= changed.created_at
  ) then
    perform internal.raise('gone', 'somebody whom the report names was erased while it was made');
  end if;
  insert into internal.report_people (report_id, user_id)
  select changed.report_id, p from unnest(named) p
  where not exists (
    select from internal.forgotten f where f.subject_hash = internal.proof_of(p, update_report.salt))
  on conflict on constraint report_people_pkey do nothing;
  return internal.report_json(changed);
exception when data_exception or check_violation then
  perform internal.raise('invalid', 'a change is not well-formed');
end $$;
comment on function api.update_report is
  'Changes status, inputDigest, asOf, storageKey, failure or runId of a report that is not finished, and notes people whom it names. PT404, PT409; with the salt PT410, and nothing is changed, when one of them was erased since it was ordered.';

create or replace function api.delete_report(report_id text) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  key text;
begin
  delete from internal.reports r where r.report_id = delete_report.report_id returning r.storage_key into key;
  if not found then return jsonb_build_object('deleted', false, 'storageKey', null); end if;
  if key is not null then perform internal.note_files(jsonb_build_array(key), clock_timestamp()); end if;
  return jsonb_build_object('deleted', true, 'storageKey', key);
end $$;
comment on function api.delete_report is 'Forgets a report; its file is noted to be deleted.';

create function api.waiting_reports("limit" integer default 100) returns jsonb
language sql stable security definer set search_path = '' as $$
  select coalesce(jsonb_agg(w.report_id order by w.created_at, w.report_id), '[]')
  from (
    select r.report_id, r.created_at from internal.reports r where r.status in ('queued', 'running')
    order by r.created_at, r.report_id limit least(greatest(waiting_reports."limit", 0), 1000)
  ) w
$$;
comment on function api.waiting_reports is 'Reports that are not finished, the oldest first.';

create function api.sweep_reports(now bigint, overdue_before bigint) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  late bigint;
  gone bigint;
  files jsonb;
begin
  perform internal.require(now is not null and overdue_before is not null, 'now or overdue_before is missing');
  update internal.reports r set status = 'failed', failure = 'overdue'
  where r.status in ('queued', 'running') and r.created_at < internal.instant(overdue_before);
  get diagnostics late = row_count;
  with old as (
    delete from internal.reports r where r.ctid = any (array(
      select o.ctid from internal.reports o where o.expires_at <= internal.instant(now)
      order by o.expires_at limit 5000 for update skip locked))
    returning r.storage_key)
  select count(*), coalesce(jsonb_agg(o.storage_key) filter (where o.storage_key is not null), '[]')
  into gone, files from old o;
  perform internal.note_files(files, internal.instant(now));
  return jsonb_build_object('failed', late, 'expired', gone);
end $$;
comment on function api.sweep_reports is
  'Ends unfinished reports that are older than overdue_before as failed, and deletes expired ones; their files are noted to be deleted: {failed, expired}.';

create table internal.report_schedules (
  user_id internal.person primary key,
  organization_id text,
  format text not null check (format in ('html', 'pdf', 'csv', 'xlsx', 'json')),
  language text not null check (language ~ '^[a-z]{2}$'),
  course_id text,
  weekday integer not null check (weekday between 1 and 7),
  hour integer not null check (hour between 0 and 23),
  zone text not null check (length(zone) between 1 and 64),
  delivery text not null check (delivery in ('none', 'email', 'webhook')),
  last_day date,
  updated_at timestamptz not null
);
comment on table internal.report_schedules is
  'The weekly report that a trainer wants: ISO weekday and hour by the clock of zone; last_day is the day of the last that was ordered.';

create function internal.report_schedule_json(s internal.report_schedules) returns jsonb
language sql immutable as $$
  select jsonb_build_object('userId', s.user_id, 'organizationId', s.organization_id, 'format', s.format,
    'language', s.language, 'courseId', s.course_id, 'weekday', s.weekday, 'hour', s.hour, 'zone', s.zone,
    'delivery', s.delivery)
$$;
comment on function internal.report_schedule_json is 'A weekly report as functions answer it.';

create function internal.save_report_schedule(
  user_id text, organization_id text, format text, language text, course_id text, weekday integer, hour integer,
  zone text, delivery text, now bigint
) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
  insert into internal.report_schedules as s
    (user_id, organization_id, format, language, course_id, weekday, hour, zone, delivery, updated_at)
  values (save_report_schedule.user_id, save_report_schedule.organization_id, save_report_schedule.format,
    save_report_schedule.language, save_report_schedule.course_id, save_report_schedule.weekday,
    save_report_schedule.hour, save_report_schedule.zone, save_report_schedule.delivery, internal.instant(now))
  on conflict on constraint report_schedules_pkey do update set organization_id = excluded.organization_id,
    format = excluded.format, language = excluded.language, course_id = excluded.course_id,
    weekday = excluded.weekday, hour = excluded.hour, zone = excluded.zone, delivery = excluded.delivery,
    updated_at = excluded.updated_at;
  return 'true';
exception when check_violation or not_null_violation then
  perform internal.raise('invalid', 'a weekly report lacks something, or is not well-formed');
end $$;
comment on function internal.save_report_schedule is 'Sets the weekly report of a person, instead of one before.';

create function api.save_report_schedule(
  user_id text, organization_id text, format text, language text, course_id text, weekday integer, hour integer,
  zone text, delivery text, now bigint, salt text default null
) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform internal.admit(array[user_id], salt);
  return internal.save_report_schedule($1, $2, $3, $4, $5, $6, $7, $8, $9, $10);
end $$;
comment on function api.save_report_schedule is
  'Sets the weekly report of a person, instead of one before. With the salt: PT410, and nothing is written, when the person was erased.';

create function api.report_schedule(user_id text) returns jsonb
language sql stable security definer set search_path = '' as $$
  select internal.report_schedule_json(row(s.*)::internal.report_schedules)
  from internal.report_schedules s where s.user_id = report_schedule.user_id
$$;
comment on function api.report_schedule is 'The weekly report of a person, or null.';

create function api.delete_report_schedule(user_id text) returns jsonb
language sql volatile security definer set search_path = '' as $$
  with gone as (delete from internal.report_schedules s where s.user_id = delete_report_schedule.user_id returning 1)
  select to_jsonb(count(*) > 0) from gone
$$;
comment on function api.delete_report_schedule is 'Ends the weekly report of a person; false when there was none.';

create function api.report_schedules("after" text, "limit" integer default 100) returns jsonb
language sql stable security definer set search_path = '' as $$
  select coalesce(jsonb_agg(internal.report_schedule_json(row(p.*)::internal.report_schedules) order by p.user_id), '[]')
  from (
    select * from internal.report_schedules s
    where report_schedules."after" is null or s.user_id > report_schedules."after"
    order by s.user_id limit least(greatest(report_schedules."limit", 0), 1000)
  ) p
$$;
comment on function api.report_schedules is 'Weekly reports in order of their people, from after one on.';

create function api.mark_report_schedule(user_id text, day date) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
  update internal.report_schedules s set last_day = mark_report_schedule.day
  where s.user_id = mark_report_schedule.user_id and (s.last_day is null or s.last_day < mark_report_schedule.day);
  return to_jsonb(found);
end $$;
comment on function api.mark_report_schedule is
  'Notes that the report of a day was ordered; false when it was noted before, or the schedule is gone.';
