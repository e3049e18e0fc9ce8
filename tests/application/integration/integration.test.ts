import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { freshnessOf } from '../../../src/application/integration/freshness.ts';
import { makeIntegration, type Standing } from '../../../src/application/integration/integration.ts';
import { type AskedNote, ServiceBook } from '../../../src/application/integration/service-book.ts';
import { makeServiceFigures } from '../../../src/application/integration/service-figures.ts';
import type { AuditEntry } from '../../../src/application/ports/audit.ts';
import type { Viewer } from '../../../src/domain/identity/viewer.ts';
import { type Service, services } from '../../../src/domain/provenance.ts';
import { viewer } from '../../fixtures/app.ts';
import { callScope, failure, reply, stoppedClock, stubUpstreams } from '../../fixtures/stubs.ts';

const admin: Viewer = { ...viewer, id: 'a-1', roles: ['admin'] };
const orgAdmin: Viewer = { ...viewer, id: 'o-1', roles: ['org_admin'] };
const trainer: Viewer = { ...viewer, id: 't-1', roles: ['trainer'] };
const standing: Standing = { configured: true, breaker: 'open', running: 0, waiting: 0 };

function integrationWith(options: { recordFails?: boolean; hasMock?: boolean } = {}) {
  const clock = stoppedClock();
  const book = new ServiceBook();
  const entries: AuditEntry[] = [];
  const reset: Service[] = [];
  let asked = 0;
  const integration = makeIntegration({
    gate: {
      live: () =>
        stubUpstreams({
          auth: {
            jwks: () => {
              asked += 1;
              return reply('auth', []);
            },
          },
          directory: { organization: () => reply('directory', null) },
          courses: { progress: () => failure('courses', 'timeout') },
          content: { contents: () => reply('content', [], 'stale') },
        }),
      mock: () =>
        options.hasMock === true
          ? stubUpstreams({ skills: { forUser: () => reply('skills', [], 'mock') } })
          : null,
      isConfigured: (service) => ['auth', 'directory', 'courses', 'content'].includes(service),
      health: () =>
        Object.fromEntries(services.map((service) => [service, standing])) as Record<Service, Standing>,
      resetBreaker: (service) => reset.push(service),
    },
    figures: makeServiceFigures({
      ...{ book, clock, shared: undefined, startedAt: clock.now() },
      tell: async () => undefined,
    }).figures,
    freshness: () => [],
    audit: {
      add: async (entry) => {
        if (options.recordFails === true) throw new Error('away');
        entries.push(entry);
      },
    },
    clock,
  });
  return { integration, clock, book, entries, reset, asked: () => asked };
}

describe('what operators see of the services', () => {
  it('is for trainers, org_admins and admins, and for no learner', async () => {
    const { integration } = integrationWith({ hasMock: true });
    const ways: ((who: Viewer) => Promise<unknown>)[] = [
      (who) => integration.health(who, callScope()),
      (who) => integration.test(who, 'auth', callScope()),
      (who) => integration.mockData(who, 'skills', callScope()),
      async (who) => integration.status(who),
      (who) => integration.metrics(who, '1h'),
    ];
    for (const way of ways) {
      for (const who of [trainer, orgAdmin, admin]) await expect(way(who)).resolves.toBeDefined();
      await expect(way(viewer)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    }
  });

  it('asks one service once a second at most, however many try it', async () => {
    const { integration, clock, asked } = integrationWith();
    const tries = () => integration.test(trainer, 'auth', callScope());
    await Promise.all([tries(), tries()]);
    clock.advance(999);
    await tries();
    expect(asked()).toBe(1);
    clock.advance(1);
    await tries();
    expect(asked()).toBe(2);
  });

  it('takes "unknown" for an answer, and what stands in for a failing service for none', async () => {
    const { integration } = integrationWith();
    const scope = callScope({ deadlineAt: stoppedClock().now() + 1000 });
    const all = Object.fromEntries(
      (await integration.health(admin, scope)).map((one) => [one.service, one.outcome]),
    );
    expect(all).toMatchObject({
      auth: 'ok',
      directory: 'ok',
      courses: 'timeout',
      content: 'unavailable',
      rag: 'not_configured',
    });
  });

  it('asks the services every five seconds at most, however many look', async () => {
    const { integration, clock, asked } = integrationWith();
    const look = () => integration.health(admin, callScope({ deadlineAt: clock.now() + 1000 }));
    await Promise.all([look(), look(), look()]);
    clock.advance(4999);
    await look();
    expect(asked()).toBe(1);
    clock.advance(1);
    await look();
    expect(asked()).toBe(2);
  });

  it('has sample data where there is a sample world, and says so', async () => {
    await expect(integrationWith().integration.mockData(admin, 'skills', callScope())).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    const { integration } = integrationWith({ hasMock: true });
    expect(await integration.mockData(admin, 'skills', callScope())).toMatchObject({
      dataSource: 'mock',
      value: [],
    });
  });
});

describe('closing a breaker', () => {
  it('is done by org_admins and admins, and put on record', async () => {
    const { integration, reset, entries } = integrationWith();
    await integration.resetBreaker(admin, 'courses', callScope());
    expect(reset).toEqual(['courses']);
    expect(entries).toMatchObject([
      {
        actorId: 'a-1',
        action: 'breaker.reset',
        subjectId: 'courses',
        outcome: 'done',
        detail: { before: 'open' },
      },
    ]);
    await integration.resetBreaker(orgAdmin, 'rag', callScope());
    expect(reset).toEqual(['courses', 'rag']);
  });

  it('is refused to others, on record', async () => {
    const { integration, reset, entries } = integrationWith();
    await expect(integration.resetBreaker(trainer, 'courses', callScope())).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    expect(reset).toEqual([]);
    expect(entries).toMatchObject([{ actorId: 't-1', outcome: 'denied' }]);
  });

  it('is not done when it cannot be put on record', async () => {
    const { integration, reset } = integrationWith({ recordFails: true });
    await expect(integration.resetBreaker(admin, 'courses', callScope())).rejects.toThrow('away');
    expect(reset).toEqual([]);
  });
});

const minute = 60_000;
const hour = 60 * minute;
const note = (changes: Partial<AskedNote>): AskedNote => ({
  service: 'courses',
  outcome: 'ok',
  at: 0,
  durationMs: 10,
  attempts: 1,
  ...changes,
});

describe('the book of the services', () => {
  const now = Date.parse('2026-03-10T12:30:00Z');

  it('counts failures and retries, and neither 404s nor callers who left as failures', () => {
    const book = new ServiceBook();
    for (const outcome of ['ok', 'not_found', 'timeout', 'cancelled'] as const)
      book.note(note({ outcome, at: now, attempts: 2 }));
    expect(book.figures('courses', '1h', now)).toMatchObject({
      calls: 3,
      failures: 1,
      retries: 3,
      failurePercent: 100 / 3,
    });
    expect(book.figures('rag', '1h', now)).toMatchObject({ calls: 0, failurePercent: null, p50Ms: null });
  });

  it('forgets what is older than the time that is asked about', () => {
    const book = new ServiceBook();
    for (const ago of [0, 61 * minute, 25 * hour, 8 * 24 * hour].reverse())
      book.note(note({ at: now - ago }));
    expect(book.figures('courses', '1h', now).calls).toBe(1);
    expect(book.figures('courses', '24h', now).calls).toBe(2);
    expect(book.figures('courses', '7d', now).calls).toBe(3);
  });

  it('counts each call of the last hour once, whenever it was', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 3 * hour })), (times) => {
        const book = new ServiceBook();
        const from = Math.floor(now / minute) * minute - 59 * minute;
        for (const ago of times.toSorted((a, b) => b - a)) book.note(note({ at: now - ago }));
        const wanted = times.filter((ago) => now - ago >= from).length;
        expect(book.figures('courses', '1h', now).calls).toBe(wanted);
      }),
    );
  });
});

describe('how old sources are against what is promised', () => {
  const of = (goodAt: number | null, isFailing: boolean, isConfigured = true) =>
    freshnessOf(
      { isConfigured: () => isConfigured, lastWordOf: () => ({ goodAt, isFailing }), promiseOf: () => 300 },
      1_000_000,
    )[0];

  it.each([
    ['kept', 1_000_000 - 300_000, true],
    ['late', 1_000_000 - 301_000, true],
    ['idle', 1_000_000 - 301_000, false],
    ['unknown', null, false],
    ['late', null, true],
  ] as const)('is %s after an answer at %s, failing: %s', (status, goodAt, isFailing) => {
    expect(of(goodAt, isFailing)).toMatchObject({ status, promiseSeconds: 300 });
  });

  it('is nothing that could be late where a service is not configured', () => {
    expect(of(null, true, false)?.status).toBe('not_configured');
  });
});
