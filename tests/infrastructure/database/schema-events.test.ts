import { describe, expect, it } from 'vitest';
import { digest } from '../../../src/infrastructure/digest.ts';
import { makeRpcNotices } from '../../../src/infrastructure/events/rpc-notices.ts';
import { atOnce, now, onBoth, onPostgres, type SchemaWorld, someone } from './schema-world.ts';

interface Event {
  id: string;
  position: number;
  stream: string;
  version: number;
  type: string;
  attempts: number;
}

const makeEvents = ({ call, sql }: Pick<SchemaWorld, 'call' | 'sql'>) => ({
  append: (stream: string, types: string[], expected_version: number | null = null) =>
    call('append_events', { stream, expected_version, events: types.map((type) => ({ type })) }) as Promise<
      Event[]
    >,
  replay: (stream_prefix: string, from = 0, limit?: number) =>
    call('replay', { stream_prefix, from, limit }) as Promise<Event[]>,
  take: (limit = 100, worker = 'w-1') =>
    call('take_outbox', { limit, worker, lease_seconds: 60 }) as Promise<Event[]>,
  done: (events: Event[]) => call('outbox_done', { ids: events.map(({ id }) => id) }),
  fail: (event: Event | undefined) =>
    call('outbox_failed', { id: event?.id, error: 'no answer' }) as Promise<{ isParked: boolean }>,
  /** Nothing waits, as at the start. */
  empty: () => sql('delete from internal.outbox'),
  /** What was put off is due. */
  due: () => sql("update internal.outbox set next_attempt_at = now() - interval '1 second'"),
});
const typesOf = (events: Event[]) => events.map(({ type }) => type);

onBoth('events', (world) => {
  const { call, sql } = world;
  const { append, replay, take, done, fail, empty, due } = makeEvents(world);

  describe('notices', () => {
    it('are kept once for what they are about, and read back in order', async () => {
      const notices = makeRpcNotices({ call: (fn, args) => call(fn, args) }, digest);
      const stream = `activity:${someone()}`;
      const notice = (people: number) => ({ type: 'counted', data: { people }, occurredAt: now });
      expect(await notices.add(stream, '2026-03-09', [notice(7)])).toBe(true);
      expect(await notices.add(stream, '2026-03-10', [notice(8), { ...notice(8), type: 'fell' }])).toBe(true);
      expect(await notices.add(stream, '2026-03-10', [notice(9)])).toBe(false);
      expect(await notices.add(`${stream}:inside`, '2026-03-10', [notice(9)])).toBe(true);
      const known = await notices.of(stream);
      expect(known.map(({ type, data }) => [type, data.people])).toEqual([
        ['counted', 7],
        ['counted', 8],
        ['fell', 8],
      ]);
    });
  });

  describe('a stream', () => {
    it('numbers its events and keeps them as they were given', async () => {
      const stream = `user:${someone()}`;
      const written = await call('append_events', {
        stream,
        expected_version: 0,
        events: [
          {
            type: 'a',
            data: { points: 1 },
            metadata: { correlationId: 'r-1', causationId: 'c-1' },
            occurredAt: now,
          },
          { type: 'b' },
        ],
      });
      expect(written).toMatchObject([
        {
          stream,
          version: 1,
          type: 'a',
          data: { points: 1 },
          metadata: { correlationId: 'r-1', causationId: 'c-1' },
          occurredAt: now,
        },
        { version: 2, type: 'b', data: {}, metadata: { correlationId: null, causationId: null } },
      ]);
      expect(await replay(stream)).toEqual(written);
    });

    it('takes nothing at another version than expected', async () => {
      const stream = `user:${someone()}`;
      await append(stream, ['a'], 0);
      await expect(append(stream, ['b'], 0)).rejects.toMatchObject({ code: 'conflict' });
      await expect(append(stream, ['b'], 2)).rejects.toMatchObject({ code: 'conflict' });
      await append(stream, ['b'], 1);
      await append(stream, ['c']);
      expect(typesOf(await replay(stream))).toEqual(['a', 'b', 'c']);
    });

    it('takes an event with an id once', async () => {
      const events = [{ type: 'a', id: '6f1c1f5e-0000-4000-8000-000000000001' }];
      const stream = `user:${someone()}`;
      await call('append_events', { stream, expected_version: null, events });
      await expect(call('append_events', { stream, expected_version: null, events })).rejects.toMatchObject({
        code: 'conflict',
      });
    });

    it.each([
      ['no events', 'user:u', []],
      ['no list', 'user:u', {}],
      ['an event without a type', 'user:u', [{}]],
      ['a type in words', 'user:u', [{ type: 'Two words' }]],
      ['data that are no object', 'user:u', [{ type: 'a', data: [] }]],
      ['metadata that are no object', 'user:u', [{ type: 'a', metadata: 'x' }]],
      ['an id that is none', 'user:u', [{ type: 'a', id: 'x' }]],
      ['an instant that is none', 'user:u', [{ type: 'a', occurredAt: 'noon' }]],
      ['a name that is none', 'User u', [{ type: 'a' }]],
    ])('refuses %s', async (_, stream, events) => {
      await expect(call('append_events', { stream, expected_version: null, events })).rejects.toMatchObject({
        code: 'invalid',
      });
    });

    it('is replayed with those below it and never with those that begin alike', async () => {
      const id = someone();
      await append(`user:${id}`, ['own']);
      await append(`user:${id}:reports`, ['below']);
      await append(`user:${id}0`, ['another']);
      expect(typesOf(await replay(`user:${id}`))).toEqual(['own', 'below']);
      expect(typesOf(await replay(`user:${id}:`))).toEqual(['own', 'below']);
      const all = await replay('user:');
      expect(typesOf(all.slice(-3))).toEqual(['own', 'below', 'another']);
      expect(await replay('', all.at(-2)?.position)).toEqual(all.slice(-1));
      expect(await replay('user:', 0, 1)).toEqual(all.slice(0, 1));
      expect(await replay('use')).toEqual([]);
    });
  });

  describe('what has happened', () => {
    it.each([
      'update internal.domain_events set version = version',
      'delete from internal.domain_events',
      'truncate internal.domain_events cascade',
    ])('cannot be changed: %s', async (statement) => {
      await append(`user:${someone()}`, ['a']);
      await expect(sql(statement)).rejects.toThrow('append-only');
    });

    it('cannot be anything else in the table either', async () => {
      const stream = `user:${someone()}`;
      await append(stream, ['a']);
      const insert = (name: string, version: number, metadata: string) =>
        sql(
          `insert into internal.domain_events (stream, version, type, data, metadata, occurred_at)
           values ($1, $2::integer, 'a', '{}', $3::jsonb, now())`,
          [name, String(version), metadata],
        );
      const ids = '{"correlationId": null, "causationId": null}';
      await expect(insert(stream, 1, ids)).rejects.toMatchObject({ code: '23505' });
      await expect(insert(stream, 0, ids)).rejects.toMatchObject({ code: '23514' });
      await expect(insert(stream, 2, '{}')).rejects.toMatchObject({ code: '23514' });
      await expect(insert('nameless stream', 1, ids)).rejects.toMatchObject({ code: '23514' });
    });
  });

  describe('the outbox', () => {
    it('hands every event to one publisher, in order, until it is published', async () => {
      await empty();
      const [a, b] = [`user:${someone()}`, `user:${someone()}`];
      await append(a, ['a1', 'a2']);
      await append(b, ['b1']);
      await append(a, ['a3']);
      expect(await call('outbox_state', {})).toMatchObject({ waiting: 4, parked: 0 });
      const taken = await take();
      expect(typesOf(taken)).toEqual(['a1', 'a2', 'b1', 'a3']);
      expect(await take(100, 'w-2')).toEqual([]);
      expect(await done(taken.slice(0, 3))).toBe(3);
      expect(await take(100, 'w-2')).toEqual([]);
      await sql("update internal.outbox set leased_until = now() - interval '1 second'");
      const again = await take(100, 'w-2');
      expect(typesOf(again)).toEqual(['a3']);
      expect(await done(again)).toBe(1);
      expect(await done(again)).toBe(0);
    });

    it('gives a stream out from its beginning, however few are taken', async () => {
      await empty();
      const stream = `user:${someone()}`;
      await append(stream, ['a1', 'a2', 'a3']);
      expect(typesOf(await take(2))).toEqual(['a1', 'a2']);
      expect(await take(2, 'w-2')).toEqual([]);
    });

    it('lets a stream wait for an event that failed, and the others go on', async () => {
      await empty();
      const [a, b] = [`user:${someone()}`, `user:${someone()}`];
      await append(a, ['a1', 'a2']);
      await append(b, ['b1']);
      const taken = await take();
      await done(taken.filter(({ type }) => type === 'b1'));
      expect(await fail(taken[0])).toMatchObject({ attempts: 1, isParked: false });
      await append(b, ['b2']);
      expect(typesOf(await take(100, 'w-2'))).toEqual(['b2']);
      await due();
      const again = await take(100, 'w-2');
      expect(again.map(({ type, attempts }) => [type, attempts])).toEqual([
        ['a1', 1],
        ['a2', 0],
      ]);
    });

    it('parks an event after ten failures, goes on without it, and tries again when told to', async () => {
      await empty();
      const stream = `user:${someone()}`;
      await append(stream, ['bad', 'good']);
      for (let n = 1; n <= 10; n += 1) {
        await due();
        const [first] = await take();
        expect(first?.type).toBe('bad');
        expect((await fail(first)).isParked).toBe(n === 10);
      }
      await due();
      const good = await take();
      expect(typesOf(good)).toEqual(['good']);
      await done(good);
      expect(await call('outbox_state', {})).toMatchObject({ waiting: 0, parked: 1 });
      expect(await call('outbox_unpark', {})).toBe(1);
      expect(await call('outbox_unpark', {})).toBe(0);
      expect((await take()).map(({ type, attempts }) => [type, attempts])).toEqual([['bad', 0]]);
    });

    it('knows no failure of an event that does not wait', async () => {
      const [event] = await append(`user:${someone()}`, ['a']);
      await done(event ? [event] : []);
      await expect(fail(event)).rejects.toMatchObject({ code: 'not_found' });
    });

    it('refuses to lend nothing, to nobody or for ever', async () => {
      for (const wrong of [{ limit: 0 }, { worker: '' }, { lease_seconds: 0 }, { lease_seconds: 100_000 }]) {
        const args = { limit: 1, worker: 'w', lease_seconds: 1, ...wrong };
        await expect(call('take_outbox', args)).rejects.toMatchObject({ code: 'invalid' });
      }
    });
  });
});

onPostgres('fifty publishers and writers at once', (world) => {
  const { append, replay, take, done, empty } = makeEvents(world);

  it('leave every event to exactly one of them, each stream in order', async () => {
    await empty();
    const streams = Array.from({ length: 10 }, () => `user:${someone()}`);
    await atOnce(50, (n) => append(streams[n % 10] ?? '', [`e${'abcde'[Math.floor(n / 10)]}`, 'f']));
    const published: Event[] = [];
    await atOnce(50, async (n) => {
      for (let round = 0; round < 10; round += 1) {
        const taken = await take(3, `w-${n}`);
        published.push(...taken);
        await done(taken);
      }
    });
    expect(published).toHaveLength(100);
    expect(new Set(published.map(({ id }) => id)).size).toBe(100);
    for (const stream of streams) {
      const versions = published.filter((event) => event.stream === stream).map(({ version }) => version);
      expect(versions).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    }
  });

  it('let one of them write at a version', async () => {
    const stream = `user:${someone()}`;
    const outcomes = await atOnce(50, () =>
      append(stream, ['a'], 0).then(
        () => 'ok',
        (error: { code: string }) => error.code,
      ),
    );
    expect(outcomes.filter((outcome) => outcome === 'ok')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'conflict')).toHaveLength(49);
  });

  it('never make a reader who follows the positions miss an event', async () => {
    const stream = `reader:${someone()}`;
    const seen: number[] = [];
    let isWriting = true;
    const reading = (async () => {
      for (let from = 0, last = false; !last; ) {
        last = !isWriting;
        const events = await replay(stream, from);
        seen.push(...events.map(({ position }) => position));
        from = seen.at(-1) ?? from;
      }
    })();
    await atOnce(200, (n) => append(`${stream}:s${n % 7}`, ['a']));
    isWriting = false;
    await reading;
    expect(seen).toHaveLength(200);
  });
});
