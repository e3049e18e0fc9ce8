-- The audit log as a chain: whoever changes, deletes, inserts or reorders a line behind the functions' back breaks it,
-- and an erasure does not. What is about people is in the chain as a commitment only: a digest with a nonce that an
-- erasure destroys.

create table internal.audit_chain (
  position bigint primary key check (position > 0),
  cause text not null check (cause in ('added', 'erased')),
  line_id bigint not null,
  occurred_at timestamptz not null,
  facts_hash text not null,
  nonce uuid,
  commitment text not null,
  previous_hash text not null,
  hash text not null unique
);
comment on table internal.audit_chain is
  'Append-only: one entry for each line of the audit log, and one more each time an erasure takes a person out of it. hash is of all other columns but the nonce, which is null once an erasure has replaced what it stood for. The oldest entry that is left is the anchor of what retention has deleted.';
create index audit_chain_line on internal.audit_chain (line_id, position);
create trigger append_only before update or delete on internal.audit_chain
  for each row execute function internal.refuse_change();
create trigger no_truncate before truncate on internal.audit_chain
  for each statement execute function internal.refuse_change();

create function internal.micros(at timestamptz) returns bigint
language sql immutable as $$ select (extract(epoch from at) * 1000000)::bigint $$;
comment on function internal.micros is 'An instant as microseconds since 1970, to the last digit that is kept of it.';

create function internal.hex_digest(content text) returns text
language sql immutable as $$ select encode(sha256(convert_to(content, 'UTF8')), 'hex') $$;
comment on function internal.hex_digest is 'SHA-256 of a text, as hex.';

create function internal.audit_facts(line internal.audit_log) returns text
language sql immutable as $$
  select jsonb_build_array(line.id, internal.micros(line.occurred_at), line.action, line.subject_kind,
    line.organization_id, line.outcome)::text
$$;
comment on function internal.audit_facts is 'What no erasure changes in a line, as the text that the chain has the digest of.';

create function internal.audit_personal(line internal.audit_log) returns text
language sql immutable as $$
  select jsonb_build_array(line.actor_id, line.subject_id, line.request_id, line.detail)::text
$$;
comment on function internal.audit_personal is
  'What an erasure may change in a line, as the text that the chain has a commitment to.';

create function internal.chain(line internal.audit_log, cause text) returns void
language plpgsql volatile set search_path = '' as $$
declare
  last record;
  entry internal.audit_chain;
begin
  -- One at a time over all processes.
  perform pg_advisory_xact_lock(26, 0);
  select c.position, c.hash into last from internal.audit_chain c order by c.position desc limit 1;
  entry.position := coalesce(last.position, 0) + 1;
  entry.cause := chain.cause;
  entry.line_id := line.id;
  entry.occurred_at := line.occurred_at;
  entry.facts_hash := internal.hex_digest(internal.audit_facts(line));
  entry.nonce := gen_random_uuid();
  entry.commitment := internal.hex_digest(entry.nonce || ' ' || internal.audit_personal(line));
  entry.previous_hash := coalesce(last.hash, repeat('0', 64));
  entry.hash := internal.hex_digest(concat_ws(' ', entry.previous_hash, entry.position, entry.cause, entry.line_id,
    internal.micros(entry.occurred_at), entry.facts_hash, entry.commitment));
  insert into internal.audit_chain select entry.*;
end $$;
comment on function internal.chain is
  'Appends an entry for a line to the chain. Holds the chain until the end of the transaction: nothing else may be waited for afterwards.';

create function internal.chain_line() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  line internal.audit_log;
  own record;
begin
  select * into line from internal.audit_log a where a.id = new.id;
  if not found then return null; end if;
  if tg_op = 'UPDATE' then
    select c.nonce, c.commitment into own from internal.audit_chain c
    where c.line_id = new.id order by c.position desc limit 1;
    -- An erasure changes a line more than once; all of it is one entry.
    if own.commitment = internal.hex_digest(own.nonce || ' ' || internal.audit_personal(line)) then return null; end if;
    perform set_config('learning_analytics.erasing', 'on', true);
    update internal.audit_chain c set nonce = null where c.line_id = new.id and c.nonce is not null;
    perform set_config('learning_analytics.erasing', 'off', true);
  end if;
  perform internal.chain(line, case tg_op when 'UPDATE' then 'erased' else 'added' end);
  return null;
end $$;
comment on function internal.chain_line is
  'Trigger that appends a line, as it stands when its transaction ends, to the chain.';

do $$
declare
  line internal.audit_log;
begin
  for line in select * from internal.audit_log a order by a.id loop
    perform internal.chain(line, 'added');
  end loop;
end $$;

-- At the end of the transaction: the chain is the last that is locked, so that nobody who holds it waits for anybody.
create constraint trigger chained after insert or update on internal.audit_log
  deferrable initially deferred for each row execute function internal.chain_line();

create table internal.audit_batches (
  batch_id uuid primary key,
  noted_at timestamptz not null default now()
);
comment on table internal.audit_batches is 'Batches of lines that are in the audit log, for a day: one that is sent again is there once.';
create index audit_batches_age on internal.audit_batches (noted_at);

create function internal.audit_batch(batch_id uuid, entries jsonb) returns jsonb
language plpgsql volatile set search_path = '' as $$
begin
  perform internal.require(
    batch_id is not null and jsonb_typeof(entries) = 'array' and jsonb_array_length(entries) <= 1000,
    'batch_id is missing, or entries is no list of at most 1,000');
  delete from internal.audit_batches b where b.noted_at < now() - interval '1 day';
  insert into internal.audit_batches (batch_id) values (audit_batch.batch_id)
  on conflict on constraint audit_batches_pkey do nothing;
  if not found then return 'false'; end if;
  insert into internal.audit_log
    (occurred_at, actor_id, action, subject_kind, subject_id, organization_id, outcome, request_id, detail)
  select internal.instant((e ->> 'occurredAt')::bigint), e ->> 'actorId', e ->> 'action', e ->> 'subjectKind',
    e ->> 'subjectId', e ->> 'organizationId', e ->> 'outcome', e ->> 'requestId', e -> 'detail'
  from jsonb_array_elements(entries) with ordinality as l(e, n) order by l.n;
  return 'true';
exception when check_violation or not_null_violation or invalid_text_representation then
  perform internal.raise('invalid', 'an audit entry lacks something, or is not well-formed');
end $$;
comment on function internal.audit_batch is 'What api.audit_batch does when nobody of whom it tells was erased.';

create function api.audit_batch(batch_id uuid, entries jsonb, salt text default null) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform internal.admit(
    internal.people_in(entries, 'lax $[*].actorId') || internal.people_in(entries, 'lax $[*].subjectId'), salt);
  return internal.audit_batch(batch_id, entries);
end $$;
comment on function api.audit_batch is
  'Adds lines to the audit log, all of them or none; false when this batch is there already. With the salt: PT410, and nothing is written, when somebody whom they are about was erased.';

create function api.audit_chain(after_position bigint default 0, "limit" integer default 1000) returns jsonb
language sql stable security definer set search_path = '' as $$
  select coalesce(jsonb_agg(jsonb_build_object(
    'position', c.position, 'cause', c.cause, 'lineId', c.line_id, 'occurredAtMicros', internal.micros(c.occurred_at),
    'factsHash', c.facts_hash, 'nonce', c.nonce, 'commitment', c.commitment, 'previousHash', c.previous_hash,
    'hash', c.hash, 'line', case when a.id is not null then jsonb_build_object(
      'facts', internal.audit_facts(row(a.*)::internal.audit_log),
      'personal', internal.audit_personal(row(a.*)::internal.audit_log)) end)
    order by c.position), '[]')
  from (
    select * from internal.audit_chain c where c.position > coalesce(audit_chain.after_position, 0)
    order by c.position limit least(greatest(audit_chain."limit", 0), 5000)
  ) c left join internal.audit_log a on a.id = c.line_id
$$;
comment on function api.audit_chain is
  'Entries of the chain after a position, each with the two texts of its line as it stands now (null = it is gone), for whoever verifies them.';

create function api.audit_unchained("limit" integer default 100) returns jsonb
language sql stable security definer set search_path = '' as $$
  select coalesce(jsonb_agg(l.id order by l.id), '[]') from (
    select a.id from internal.audit_log a
    where not exists (select from internal.audit_chain c where c.line_id = a.id and c.cause = 'added')
    order by a.id limit least(greatest(audit_unchained."limit", 0), 1000)
  ) l
$$;
comment on function api.audit_unchained is 'Lines of the audit log that are not in the chain; there should be none.';

create function api.prune_audit_chain(audit_days integer, now bigint, batch integer default 5000) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  kept_since timestamptz := internal.instant(now) - make_interval(days => audit_days);
  first_kept bigint;
  gone bigint;
begin
  perform internal.require(audit_days > 0 and now is not null and batch between 1 and 100000,
    'days are from 1, batch is 1 to 100,000, or now is missing');
  perform pg_advisory_xact_lock(26, 0);
  select c.position into first_kept from internal.audit_chain c
  where c.occurred_at > kept_since or exists (select from internal.audit_log a where a.id = c.line_id)
  order by c.position limit 1;
  first_kept := coalesce(first_kept, (select max(c.position) + 1 from internal.audit_chain c));
  perform set_config('learning_analytics.erasing', 'on', true);
  delete from internal.audit_chain c where c.position = any (array(
    -- The last that could go stays: it is what the rest hangs on.
    select o.position from internal.audit_chain o where o.position < first_kept - 1 order by o.position limit batch));
  get diagnostics gone = row_count;
  perform set_config('learning_analytics.erasing', 'off', true);
  return to_jsonb(gone);
end $$;
comment on function api.prune_audit_chain is
  'Deletes the oldest entries of the chain, up to the last whose line was deleted for its age and which stays as the anchor; at most batch, answers how many.';
