import { describe, expect, it } from 'vitest';
import { type ApiError, type LiveEvent, liveEventTypes } from '../../client/src/index.ts';
import { liveTypes } from '../../src/domain/live.ts';
import { clientOf, granted, json, never, refusal, streamOf } from './api.ts';

const points = (id: number, n: number) =>
  `id: ${id}\nevent: points_awarded\ndata: {"source":"course","reference":"c-1","points":${n},"occurredAt":"2026-03-10T09:00:00.000Z"}\n\n`;

/** The first `count` events. */
async function take(events: AsyncIterable<LiveEvent>, count: number): Promise<LiveEvent[]> {
  const taken: LiveEvent[] = [];
  for await (const event of events) {
    taken.push(event);
    if (taken.length === count) break;
  }
  return taken;
}

const endsIn = async (stream: AsyncIterable<unknown>) => {
  try {
    for await (const _ of stream);
  } catch (error) {
    return (error as ApiError).problem.code;
  }
  return 'no error';
};

describe('Live events', () => {
  it('are those that the API tells of', () => {
    expect(liveEventTypes).toEqual(liveTypes);
  });

  it('go on after the last one when a connection ends', async () => {
    const streams = [
      () => streamOf([`retry: 1\nid: 40\n\n${points(41, 10)}`]),
      () => streamOf(['retry: 1\n\n', points(42, 20), points(43, 30)], false),
    ];
    const { client, asked, login } = clientOf(() => streams.shift()?.() ?? refusal(500, 'INTERNAL_ERROR'));
    await login();
    const events = await take(client.events(), 3);
    expect(events.map(({ id, data }) => [id, 'points' in data && data.points])).toEqual([
      ['41', 10],
      ['42', 20],
      ['43', 30],
    ]);
    expect(asked.slice(1).map(({ headers }) => headers.get('last-event-id'))).toEqual([null, '41']);
    expect(asked.at(-1)?.token).toBe('access-1');
    expect(asked.at(-1)?.signal.aborted, 'the connection is closed when its reader leaves').toBe(true);
  });

  it('go on from where a connection began that told of nothing', async () => {
    const streams = [() => streamOf(['retry: 1\nid: 40\n\n']), () => streamOf([points(41, 1)], false)];
    const { client, asked } = clientOf(() => streams.shift()?.() ?? refusal(500, 'INTERNAL_ERROR'));
    await take(client.events(), 1);
    expect(asked.at(-1)?.headers.get('last-event-id')).toBe('40');
  });

  it('come over a new session when the token has expired', async () => {
    const { client, login } = clientOf(({ path, token }) => {
      if (path.endsWith('/auth/refresh')) return json(granted(2));
      return token === 'access-2' ? streamOf([points(1, 5)], false) : refusal(401, 'UNAUTHORIZED');
    });
    await login();
    expect(await take(client.events(), 1)).toHaveLength(1);
  });

  it('wait when the API is away, and say so', async () => {
    const answers = [() => refusal(503, 'OVERLOADED'), () => streamOf([points(1, 5)], false)];
    const states: string[] = [];
    const { client } = clientOf(() => answers.shift()?.() ?? refusal(500, 'INTERNAL_ERROR'));
    const waits: number[] = [];
    const onState = (state: string, ms?: number) => {
      states.push(state);
      if (ms !== undefined) waits.push(ms);
    };
    await take(client.events({ onState }), 1);
    expect(states).toEqual(['waiting', 'open']);
    expect(waits[0]).toBeGreaterThanOrEqual(500);
    expect(waits[0]).toBeLessThanOrEqual(1000);
  });

  it('end with an error when coming back is of no use', async () => {
    const { client } = clientOf(() => refusal(401, 'UNAUTHORIZED'));
    expect(await endsIn(client.events())).toBe('UNAUTHORIZED');
  });

  it('end quietly when their reader leaves, also while nothing is answered', async () => {
    const { client } = clientOf(never);
    expect(await endsIn(client.events({ signal: AbortSignal.timeout(20) }))).toBe('no error');
  });

  it('are read from pieces cut anywhere', async () => {
    const text = `:\r\n\r\n${points(7, 70).replaceAll('\n', '\r\n')}: hm\n\n${points(8, 80)}`;
    for (let cut = 1; cut < text.length; cut += 1) {
      const { client } = clientOf(() => streamOf([text.slice(0, cut), text.slice(cut)], false));
      const events = await take(client.events(), 2);
      expect(
        events.map(({ id }) => id),
        `cut at ${cut}`,
      ).toEqual(['7', '8']);
    }
  });
});

describe('A dashboard', () => {
  const section = (name: string) =>
    `event: section\ndata: {"name":"${name}","section":{"status":"ok","data":{},"meta":null}}\n\n`;
  const done = 'event: done\ndata: {"meta":{"requestId":"r-1","complete":true}}\n\n';

  it('gives its sections as they come, then what is said of the whole', async () => {
    const { client, asked } = clientOf(() => streamOf([section('velocity'), section('mastery'), done]));
    const parts: string[] = [];
    for await (const part of client.dashboard('learner', 'me', { include: ['velocity', 'mastery'] }))
      parts.push(part.type === 'section' ? part.name : `complete: ${part.meta.complete}`);
    expect(parts).toEqual(['velocity', 'mastery', 'complete: true']);
    expect(asked[0]?.path).toBe('/api/v1/dashboards/learner/me?include=velocity,mastery');
    expect(asked[0]?.headers.get('accept')).toBe('text/event-stream');
  });

  it.each([
    ['is refused', () => refusal(403, 'FORBIDDEN'), 'FORBIDDEN'],
    ['breaks off', () => streamOf([section('velocity')]), 'NETWORK'],
    [
      'ends in an error',
      () =>
        streamOf([
          'event: error\ndata: {"success":false,"error":{"code":"INTERNAL_ERROR","message":"","details":[]},"meta":{}}\n\n',
        ]),
      'INTERNAL_ERROR',
    ],
  ])('that %s throws', async (_name, answer, code) => {
    const { client } = clientOf(answer);
    expect(await endsIn(client.dashboard('learner', 'me'))).toBe(code);
  });

  it('that falls silent throws', async () => {
    const { client } = clientOf(never, { timeoutMs: 20 });
    expect(await endsIn(client.dashboard('learner', 'me'))).toBe('TIMEOUT');
  });
});
