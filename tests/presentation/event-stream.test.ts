import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Express } from 'express';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { makeMockTransports } from '../../mocks/transport.ts';
import { cachePolicies } from '../../src/application/analytics/cache-policies.ts';
import { sectionsOf } from '../../src/application/analytics/registry.ts';
import { makeRunAnalytic } from '../../src/application/analytics/run-analytic.ts';
import { AppError } from '../../src/domain/errors.ts';
import { MemoryAnswerCache } from '../../src/infrastructure/cache/memory-answer-cache.ts';
import { digest } from '../../src/infrastructure/digest.ts';
import { clients } from '../../src/infrastructure/upstreams/clients.ts';
import { makeGuardedUpstreams } from '../../src/infrastructure/upstreams/guarded.ts';
import type { AppDeps } from '../../src/presentation/http/app.ts';
import { dashboardRoutes } from '../../src/presentation/http/dashboard-routes.ts';
import { makeRateLimiter } from '../../src/presentation/http/rate-limits.ts';
import {
  type EventStream,
  noQuery,
  type StreamEvent,
  type SubjectCall,
  type SubjectRoute,
} from '../../src/presentation/http/route.ts';
import { appWith, plentyOfRequests, viewer } from '../fixtures/app.ts';
import { silentLogger, stoppedClock, stubStores } from '../fixtures/stubs.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function listen(app: Express): Promise<string> {
  const server = createServer(app);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1`;
}

const signedIn = { authorization: 'Bearer good', 'x-request-id': 'req-7' };
const events = { ...signedIn, accept: 'text/event-stream' };

interface Frame {
  event: string;
  data: unknown;
}
const framesOf = (text: string): Frame[] =>
  text
    .split('\n\n')
    .filter((frame) => frame !== '')
    .map((frame) => {
      const [event = '', data = '', ...rest] = frame.split('\n');
      expect([event.slice(0, 7), data.slice(0, 6), rest]).toEqual(['event: ', 'data: ', []]);
      return { event: event.slice(7), data: JSON.parse(data.slice(6)) as unknown };
    });

/** A route whose pieces a test makes; its JSON is all of them. */
function pieces(stream: (call: SubjectCall) => EventStream): SubjectRoute {
  return {
    id: 'pieces',
    method: 'get',
    path: '/pieces/:userId',
    access: 'learner',
    tag: 't',
    summary: 's',
    query: noQuery,
    data: z.unknown(),
    rate: 'standard',
    errors: [],
    handle: async (call) => {
      const data: unknown[] = [];
      for await (const event of stream(call)) data.push(event.data);
      return { data };
    },
    stream,
  };
}

async function* two(): AsyncGenerator<StreamEvent, void, undefined> {
  yield { event: 'section', data: { name: 'a', text: 'line\nline\r\n\n– “ü” ' } };
  yield { event: 'section', data: { name: 'b' } };
}

const plenty = { limiter: makeRateLimiter(plentyOfRequests, stoppedClock()) };
const urlOf = (route: SubjectRoute, overrides: Partial<AppDeps> = {}) =>
  listen(appWith([route], { ...plenty, ...overrides }));

describe('a caller who accepts events', () => {
  it('gets each section as an event, then done with the id of the request', async () => {
    const answer = await fetch(`${await urlOf(pieces(two))}/pieces/me`, { headers: events });
    expect(answer.status).toBe(200);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      'x-request-id': 'req-7',
      'x-content-type-options': 'nosniff',
    });
    const frames = framesOf(await answer.text());
    expect(frames.map(({ event }) => event)).toEqual(['section', 'section', 'done']);
    expect(frames[0]?.data).toEqual({ name: 'a', text: 'line\nline\r\n\n– “ü” ' });
    expect(frames[2]?.data).toEqual({ meta: { requestId: 'req-7' } });
  });

  it('gets what put together is the JSON', async () => {
    const url = `${await urlOf(pieces(two))}/pieces/me`;
    const frames = framesOf(await (await fetch(url, { headers: events })).text());
    const json = (await (await fetch(url, { headers: signedIn })).json()) as { data: unknown };
    expect(frames.slice(0, -1).map(({ data }) => data)).toEqual(json.data);
  });

  it('hears at once that there will be an answer, and of each section while others are worked on', async () => {
    const first = Promise.withResolvers<void>();
    const second = Promise.withResolvers<void>();
    const route = pieces(async function* () {
      await first.promise;
      yield { event: 'section', data: 1 };
      await second.promise;
      yield { event: 'section', data: 2 };
    });
    const answer = await fetch(`${await urlOf(route)}/pieces/me`, { headers: events });
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
    first.resolve();
    expect(framesOf((await reader?.read())?.value ?? '')).toEqual([{ event: 'section', data: 1 }]);
    second.resolve();
    expect((await reader?.read())?.value).toMatch(/^event: section\ndata: 2\n\n/);
    await reader?.cancel();
  });

  it('gets all of an answer that is larger than any buffer, without a warning from Node', async () => {
    const warnings: string[] = [];
    const note = ({ name }: Error) => warnings.push(name);
    process.on('warning', note);
    const data = 'x'.repeat(200_000);
    const route = pieces(async function* () {
      for (let index = 0; index < 40; index += 1) yield { event: 'section', data };
    });
    const answer = await fetch(`${await urlOf(route)}/pieces/me`, { headers: events });
    const frames = framesOf(await answer.text());
    process.off('warning', note);
    expect(frames).toHaveLength(41);
    expect(frames.slice(0, 40).every((frame) => frame.data === data)).toBe(true);
    expect(warnings).toEqual([]);
  });

  it.each([
    ['no Accept', undefined, 'application/json'],
    ['*/*', '*/*', 'application/json'],
    ['JSON', 'application/json', 'application/json'],
    ['JSON rather than events', 'text/event-stream;q=0.5, application/json', 'application/json'],
    ['no events', 'text/event-stream;q=0, */*', 'application/json'],
    ['something else', 'text/html', 'application/json'],
    ['events', 'text/event-stream', 'text/event-stream'],
    ['events rather than anything', 'text/event-stream, */*', 'text/event-stream'],
    ['events rather than JSON', 'application/json;q=0.1, text/event-stream', 'text/event-stream'],
  ])('is one who says so: with %s the answer is what was asked for', async (_name, accept, type) => {
    const url = new URL(`${await urlOf(pieces(two))}/pieces/me`);
    // By hand: fetch would send an Accept of its own.
    const { request } = await import('node:http');
    const headers = { ...signedIn, ...(accept === undefined ? {} : { accept }) };
    const got = await new Promise<string | undefined>((resolve, reject) => {
      request(url, { headers }, (answer) => {
        answer.resume();
        answer.once('end', () => resolve(answer.headers['content-type']));
      })
        .once('error', reject)
        .end();
    });
    expect(got).toBe(`${type}; charset=utf-8`);
  });

  it('gets JSON from a route that has no events', async () => {
    const { stream: _stream, ...without } = pieces(two);
    const answer = await fetch(`${await urlOf(without)}/pieces/me`, { headers: events });
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
  });

  it.each([
    ['without a token', { accept: events.accept }, 'me', 401, 'UNAUTHORIZED'],
    ['with a bad token', { ...events, authorization: 'Bearer bad' }, 'me', 401, 'UNAUTHORIZED'],
    ['about somebody else', events, 'u-2', 403, 'FORBIDDEN'],
    ['with a query that is not valid', events, 'me?no=1', 400, 'VALIDATION_ERROR'],
  ])('%s gets the usual problem, and nothing is begun', async (_name, headers, path, status, code) => {
    let begun = false;
    const route = pieces(async function* () {
      begun = true;
      yield* two();
    });
    const answer = await fetch(`${await urlOf(route)}/pieces/${path}`, { headers });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(answer.headers.get('www-authenticate')).toBe(status === 401 ? 'Bearer' : null);
    expect(await answer.json()).toMatchObject({ success: false, status, error: { code } });
    expect(begun).toBe(false);
  });

  it('over the limit gets the usual problem', async () => {
    const url = `${await urlOf(pieces(two), {
      limiter: makeRateLimiter({ ...plentyOfRequests, standard: 1 }, stoppedClock()),
    })}/pieces/me`;
    await (await fetch(url, { headers: events })).text();
    const second = await fetch(url, { headers: events });
    expect([second.status, second.headers.get('content-type')]).toEqual([
      429,
      'application/problem+json; charset=utf-8',
    ]);
  });

  it('to HEAD gets the headers, and nothing is begun', async () => {
    let begun = false;
    const route = pieces(async function* () {
      begun = true;
      yield* two();
    });
    const url = `${await urlOf(route)}/pieces/me`;
    const answer = await fetch(url, { method: 'HEAD', headers: events });
    expect([answer.status, answer.headers.get('content-type'), await answer.text()]).toEqual([
      200,
      'text/event-stream; charset=utf-8',
      '',
    ]);
    expect(begun).toBe(false);
    const json = await fetch(url, { method: 'HEAD', headers: { ...signedIn, accept: '*/*' } });
    expect([json.status, json.headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8']);
    expect(Number(json.headers.get('content-length'))).toBeGreaterThan(10);
  });
});

describe('an error in mid-stream', () => {
  const ending = (error: unknown) =>
    pieces(async function* () {
      yield { event: 'section', data: 1 };
      throw error;
    });
  const watched = () => {
    const logger = { ...silentLogger, error: vi.fn() };
    const onRequestEnd = vi.fn();
    return { logger, onRequestEnd };
  };

  it('that nobody threw on purpose is the last event, leaks nothing and is logged once as a defect', async () => {
    const log = watched();
    const url = `${await urlOf(ending(new TypeError('postgres://user:secret@db')), log)}/pieces/me`;
    const answer = await fetch(url, { headers: events });
    const text = await answer.text();
    expect(answer.status).toBe(200);
    expect(framesOf(text)).toEqual([
      { event: 'section', data: 1 },
      {
        event: 'error',
        data: {
          type: 'urn:problem:internal-error',
          title: expect.any(String),
          status: 500,
          detail: expect.any(String),
          instance: '/api/v1/pieces/me',
          success: false,
          error: { code: 'INTERNAL_ERROR', message: expect.any(String), details: [] },
          meta: { requestId: 'req-7' },
        },
      },
    ]);
    expect(text).not.toMatch(/secret|postgres|TypeError/);
    await expect.poll(() => log.onRequestEnd.mock.calls.length).toBe(1);
    expect(log.onRequestEnd.mock.calls[0]?.[0]).toMatchObject({ status: 200, code: 'INTERNAL_ERROR' });
    expect(log.logger.error.mock.calls).toEqual([
      [
        {
          requestId: 'req-7',
          route: '/api/v1/pieces/:userId',
          err: expect.objectContaining({ message: 'postgres://user:secret@db' }),
        },
        'defect',
      ],
    ]);
  });

  it('that was thrown on purpose is an event too, and no defect', async () => {
    const log = watched();
    const url = `${await urlOf(ending(new AppError('OVERLOADED', 'words')), log)}/pieces/me`;
    const frames = framesOf(await (await fetch(url, { headers: events })).text());
    expect(frames.at(-1)).toMatchObject({
      event: 'error',
      data: { status: 503, error: { code: 'OVERLOADED' } },
    });
    await expect.poll(() => log.onRequestEnd.mock.calls.length).toBe(1);
    expect(log.logger.error).not.toHaveBeenCalled();
  });

  it('before the first section is an event as well, and so is a section that JSON cannot hold', async () => {
    // biome-ignore lint/correctness/useYield: it fails before it has anything to give
    const early = pieces(async function* () {
      throw new Error('at once');
    });
    const unwritable = pieces(async function* () {
      yield { event: 'section', data: 1n };
    });
    for (const route of [early, unwritable]) {
      const answer = await fetch(`${await urlOf(route)}/pieces/me`, { headers: events });
      expect(framesOf(await answer.text())).toMatchObject([
        { event: 'error', data: { error: { code: 'INTERNAL_ERROR' } } },
      ]);
    }
  });
});

describe('a client that hangs up', () => {
  it('stops the work: its signal is aborted, and what made the events is told to end', async () => {
    const aborted = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<void>();
    const lines: object[] = [];
    const route = pieces(async function* ({ scope: { signal } }) {
      try {
        yield { event: 'section', data: 1 };
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
        aborted.resolve();
        yield { event: 'section', data: 2 };
        throw new Error('nobody is there for more');
      } finally {
        ended.resolve();
      }
    });
    const url = `${await urlOf(route, { onRequestEnd: (fields) => lines.push(fields) })}/pieces/me`;
    const client = new AbortController();
    const answer = await fetch(url, { headers: events, signal: client.signal });
    await answer.body?.getReader().read();
    client.abort();
    await aborted.promise;
    await ended.promise;
    await expect.poll(() => lines).toMatchObject([{ status: 499 }]);
  });

  it('before the first section stops the work as well, and a late error troubles nobody', async () => {
    const begun = Promise.withResolvers<void>();
    const aborted = Promise.withResolvers<void>();
    const logger = { ...silentLogger, error: vi.fn() };
    const route = pieces(async function* ({ scope: { signal } }) {
      begun.resolve();
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      aborted.resolve();
      throw new AppError('CLIENT_CLOSED_REQUEST', 'The caller left.');
    });
    const client = new AbortController();
    const call = fetch(`${await urlOf(route, { logger })}/pieces/me`, {
      headers: events,
      signal: client.signal,
    }).then((answer) => answer.text());
    await begun.promise;
    client.abort();
    await expect(call).rejects.toThrow();
    await aborted.promise;
    expect(logger.error).not.toHaveBeenCalled();
  });

  it('while it is too slow to read does not keep the work waiting for ever', async () => {
    const ended = Promise.withResolvers<number>();
    const data = 'x'.repeat(1_000_000);
    const route = pieces(async function* () {
      let given = 0;
      try {
        for (; given < 1000; given += 1) yield { event: 'section', data };
      } finally {
        ended.resolve(given);
      }
    });
    const client = new AbortController();
    const answer = await fetch(`${await urlOf(route)}/pieces/me`, { headers: events, signal: client.signal });
    await answer.body?.getReader().read();
    client.abort();
    expect(await ended.promise).toBeLessThan(999);
  });

  it('is no matter for a client that stayed: the signal is left alone when the answer is complete', async () => {
    let signal: AbortSignal | undefined;
    const lines: object[] = [];
    const route = pieces(async function* ({ scope }) {
      signal = scope.signal;
      yield { event: 'section', data: 1 };
    });
    const url = `${await urlOf(route, { onRequestEnd: (fields) => lines.push(fields) })}/pieces/me`;
    await (await fetch(url, { headers: events })).text();
    await expect.poll(() => lines).toMatchObject([{ status: 200 }]);
    expect(signal?.aborted).toBe(false);
  });
});

describe('a real dashboard', () => {
  const clock = stoppedClock();
  let url: (path: string) => Promise<string>;
  beforeAll(() => {
    const transports = makeMockTransports({ now: clock.now, learners: 120 });
    const gate = makeGuardedUpstreams({
      clients,
      transportFor: () => null,
      mockTransportFor: (service) => transports[service],
      settings: () => ({}),
      clock,
      random: () => 0.5,
      hooks: { onAsked: () => undefined, onCall: () => undefined, onBreaker: () => undefined },
      replyTtlMs: 0,
      lastKnownGoodMs: 0,
      shared: { budgetMs: 1000, ttlMs: 0, waitShare: 1, maxBytes: 1e6 },
    });
    const run = makeRunAnalytic({
      notePrediction: async () => undefined,
      gate,
      stores: { live: stubStores(), mock: stubStores() },
      cache: new MemoryAnswerCache({ maxEntries: 100, maxBytes: 1e7 }, clock),
      policies: cachePolicies,
      clock,
      digest,
      logger: silentLogger,
      budgetMs: 8000,
      minimumCohortOf: () => 10,
    });
    const app = appWith(dashboardRoutes(run), {
      ...plenty,
      clock,
      authenticator: { verifyCached: () => viewer, verify: async () => viewer },
      authorizer: {
        peek: (_viewer, ref) => ({ ...ref, organizationId: 'org-1', relation: 'self' }),
        authorize: async (_viewer, ref) => ({ ...ref, organizationId: 'org-1', relation: 'self' }),
      },
    });
    url = async (path) => `${await listen(app)}/dashboards/${path}`;
  });

  it.each([
    ['learner/u-000000', sectionsOf('learner').size],
    ['learner/u-000000?include=velocity,mastery', 2],
    ['learner/nobody', sectionsOf('learner').size],
    ['trainer/nobody', sectionsOf('trainer').size],
    ['organization/org-1', sectionsOf('organization').size],
  ])('%s sent in pieces is the dashboard sent whole', async (path, sections) => {
    const address = await url(path);
    const frames = framesOf(await (await fetch(address, { headers: events })).text());
    const whole = (await (await fetch(address, { headers: signedIn })).json()) as {
      data: { sections: Record<string, unknown> };
      meta: object;
    };
    expect(frames.at(-1)).toEqual({ event: 'done', data: { meta: whole.meta } });
    expect(whole.meta).toMatchObject({ requestId: 'req-7', missing: expect.anything() });
    const parts = frames.slice(0, -1).map(({ event, data }) => {
      expect(event).toBe('section');
      const { name, section } = data as { name: string; section: unknown };
      return [name, section] as const;
    });
    expect(parts).toHaveLength(sections);
    expect(Object.fromEntries(parts)).toEqual(whole.data.sections);
  });
});
