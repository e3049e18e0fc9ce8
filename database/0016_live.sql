-- What live streams read, and messages that are known by more than one name.

create function api.events_since("from" bigint, types text[], "limit" integer default 500) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  most integer := least(greatest("limit", 1), 5000);
  last bigint;
begin
  perform internal.require(types is not null, 'types is missing');
  if "from" is null then
    return jsonb_build_object('events', '[]'::jsonb, 'isAll', true,
      'position', (select coalesce(max(e.position), 0) from internal.domain_events e));
  end if;
  -- What is looked at is bounded, not what is found: events of other types cost too.
  select max(p.position) into last
  from (select e.position from internal.domain_events e where e.position > "from" order by e.position limit most) p;
  return jsonb_build_object(
    'position', coalesce(last, "from"),
    'isAll', not exists (select from internal.domain_events e where e.position > last),
    'events', coalesce((
      select jsonb_agg(internal.event_json(row(e.*)::internal.domain_events) order by e.position)
      from internal.domain_events e
      where e.position > "from" and e.position <= last and e.type = any (events_since.types)), '[]'));
end $$;
comment on function api.events_since is
  'Events of some types after a position (null = none, only where the end is): {events, position: up to where that is, isAll: whether nothing follows}. Nothing appears behind a position that was answered.';

create function api.events_of(streams text[], types text[], "from" bigint, up_to bigint, "limit" integer default 100)
returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  perform internal.require(streams is not null and types is not null and "from" is not null and up_to is not null,
    'streams, types, from or up_to is missing');
  return (
    select coalesce(jsonb_agg(internal.event_json(row(e.*)::internal.domain_events) order by e.position), '[]')
    from (
      select * from internal.domain_events e
      where e.stream = any (events_of.streams) and e.type = any (events_of.types)
        and e.position > "from" and e.position <= up_to
      order by e.position limit least(greatest(events_of."limit", 1), 1000)
    ) e);
end $$;
comment on function api.events_of is
  'Events of exactly these streams and types after a position and up to another, oldest first.';
create index domain_events_stream_position on internal.domain_events (stream, position);

create function api.receive_delivery(service text, delivery_hashes text[], event jsonb, now bigint) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform internal.require(cardinality(delivery_hashes) between 1 and 4, 'delivery_hashes are 1 to 4');
  begin
    -- In one order for all, so that nobody waits for a waiting one.
    insert into internal.webhook_receipts (service, delivery_hash, received_at)
    select receive_delivery.service, h.hash, internal.instant(now)
    from (select distinct unnest(delivery_hashes) as hash) h order by h.hash;
  exception when unique_violation then return 'false';
  end;
  if event is not null then
    perform internal.append('webhook:' || service, null, jsonb_build_array(event));
  end if;
  return 'true';
exception when check_violation or not_null_violation then
  perform internal.raise('invalid', 'service, a delivery_hash or now is missing or not well-formed');
end $$;
comment on function api.receive_delivery is
  'Takes a message once, with its event in the stream webhook:service (null = none); false, and nothing is noted, when it came before under any of its names.';
