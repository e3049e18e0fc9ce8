import { describe, expect, it } from 'vitest';
import type { StoredEvent } from '../../../src/application/events/stored-event.ts';
import { makeRpcEventLog } from '../../../src/infrastructure/live/event-log.ts';
import { makeRpcWebhookReceipts } from '../../../src/infrastructure/webhooks/receipts.ts';
import { atOnce, now, onBoth, onPostgres, someHash, someone } from './schema-world.ts';

const types = ['points_awarded', 'analytics_refreshed'];

onBoth('live streams', ({ call }) => {
  const log = makeRpcEventLog({ call });
  const append = (stream: string, ...kinds: string[]) =>
    call('append_events', { stream, expected_version: null, events: kinds.map((type) => ({ type })) });
  const streamsOf = (events: readonly StoredEvent[]) => events.map(({ stream }) => stream);

  it('know where the log ends, and read on from there in its order', async () => {
    const [one, other] = [`user:${someone()}`, `user:${someone()}`];
    await append(one, 'points_awarded');
    const end = await log.end();
    expect(await log.since(end)).toEqual({ events: [], position: end, isAll: true });
    await append(one, 'points_awarded');
    await append(other, 'analytics_refreshed', 'streak_freeze_used');
    await append(one, 'points_awarded');
    const page = await log.since(end);
    expect(streamsOf(page.events)).toEqual([one, other, one]);
    expect([page.position, page.isAll]).toEqual([await log.end(), true]);
  });

  it('get beyond events of other types, page by page', async () => {
    const stream = `user:${someone()}`;
    const from = await log.end();
    await append(stream, 'other', 'other', 'other', 'points_awarded');
    const read = (at: number) => call('events_since', { from: at, types, limit: 2 });
    const first = (await read(from)) as { events: unknown[]; position: number; isAll: boolean };
    expect([first.events, first.isAll]).toEqual([[], false]);
    const second = (await read(first.position)) as typeof first;
    expect([second.events.length, second.isAll]).toEqual([1, true]);
  });

  it('read what was missed of exactly their streams, between two places', async () => {
    const id = someone();
    const from = await log.end();
    await append(`user:${id}`, 'points_awarded', 'points_awarded', 'streak_freeze_used');
    await append(`user:${id}:below`, 'points_awarded');
    await append(`organization:${id}`, 'analytics_refreshed');
    const upTo = await log.end();
    await append(`user:${id}`, 'points_awarded');
    const streams = [`user:${id}`, `organization:${id}`];
    const missed = await log.of(streams, from, upTo, 100);
    expect(streamsOf(missed)).toEqual([`user:${id}`, `user:${id}`, `organization:${id}`]);
    const some = await log.of(streams, from, upTo, 2);
    expect(some).toEqual(missed.slice(0, 2));
    expect(await log.of(streams, some.at(-1)?.position ?? 0, upTo, 2)).toEqual(missed.slice(2));
  });

  it('find what was appended through the log as it was given', async () => {
    const stream = `user:${someone()}`;
    const from = await log.end();
    const data = { subject: { kind: 'learner', id: 'u-1' } };
    await log.append({ stream, type: 'analytics_refreshed', data, correlationId: 'r-1', occurredAt: now });
    expect((await log.since(from)).events).toMatchObject([
      { stream, data, occurredAt: now, metadata: { correlationId: 'r-1', causationId: null } },
    ]);
  });
});

onBoth('messages with more than one name', ({ call, sql }) => {
  const { take } = makeRpcWebhookReceipts({ call });
  const delivery = (names: string[], userId = someone()) => ({
    service: 'learnerAi' as const,
    names,
    event: {
      id: crypto.randomUUID(),
      type: 'webhook_received',
      data: { subject: { userId } },
      metadata: { correlationId: 'r-1' },
      occurredAt: now,
    },
    now,
  });
  const receipts = async (hash: string) =>
    (await sql('select 1::text as one from internal.webhook_receipts where delivery_hash = $1', [hash]))
      .length;

  it('are taken once, with their event, and a second one under any name leaves nothing', async () => {
    const [one, two, three] = [someHash(), someHash(), someHash()];
    const first = delivery([one, two]);
    expect(await take(first)).toBe(true);
    expect(await take(delivery([three, two]))).toBe(false);
    expect(await receipts(three)).toBe(0);
    expect(await take(delivery([three]))).toBe(true);
    const events = (await call('replay', { stream_prefix: 'webhook:learner-ai', from: 0 })) as {
      id: string;
    }[];
    expect(events.filter(({ id }) => id === first.event.id)).toHaveLength(1);
  });

  it('are not taken when their event is not well-formed', async () => {
    const name = someHash();
    const wrong = delivery([name]);
    await expect(take({ ...wrong, event: { ...wrong.event, type: 'No Type' } })).rejects.toMatchObject({
      code: 'invalid',
    });
    expect(await receipts(name)).toBe(0);
    await expect(take(delivery([]))).rejects.toMatchObject({ code: 'invalid' });
  });

  it('are exported as mentions, and name nobody after an erasure', async () => {
    const person = someone();
    await take(delivery([someHash()], person));
    const kept = (await call('export_user', { user_id: person })) as { mentions: unknown[] };
    expect(kept.mentions).toMatchObject([{ type: 'webhook_received' }]);
    const erasure = { salt: 'a-salt-of-16-characters', requested_by: null, reason: 'asked', now };
    await call('erase_user', { user_id: person, ...erasure });
    const left = await sql('select data::text as data from internal.domain_events where data::text like $1', [
      `%${person}%`,
    ]);
    expect(left).toEqual([]);
  });
});

onPostgres('one message at once', ({ call }) => {
  describe('from many', () => {
    it('is taken once, whichever of its names comes first', async () => {
      const names = [someHash(), someHash(), someHash()];
      const { take } = makeRpcWebhookReceipts({ call });
      const taken = await atOnce(50, (n) =>
        take({
          service: 'courses',
          names: n % 2 ? names : names.toReversed(),
          event: {
            id: crypto.randomUUID(),
            type: 'webhook_received',
            data: {},
            metadata: { correlationId: 'r' },
            occurredAt: now,
          },
          now,
        }),
      );
      expect(taken.filter(Boolean)).toHaveLength(1);
    });
  });
});
