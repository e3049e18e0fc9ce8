import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { metaIn } from '../../src/application/analytics/answer.ts';
import { cachePolicies } from '../../src/application/analytics/cache-policies.ts';
import { defineAnalytic } from '../../src/application/analytics/define.ts';
import { answerKey, makeRunAnalytic } from '../../src/application/analytics/run-analytic.ts';
import type { UpstreamGate } from '../../src/application/ports/reply.ts';
import { MemoryAnswerCache } from '../../src/infrastructure/cache/memory-answer-cache.ts';
import { digest } from '../../src/infrastructure/digest.ts';
import {
  callScope,
  failure,
  reply,
  silentLogger,
  stoppedClock,
  stubGate,
  stubStores,
} from '../fixtures/stubs.ts';

const zone = 'Asia/Jerusalem';
const organization = { id: 'org-1', name: null, timeZone: zone, size: null, industry: null };

/** Topics finished, and views where Content Studio can be asked. */
const sample = defineAnalytic({
  id: 'learner.sample',
  version: 1,
  path: '/sample/:userId',
  subject: 'learner',
  summary: 'sample',
  definition: { formula: 'f', unit: 'u', population: 'p', nullRule: 'n' },
  query: z.strictObject({ courseId: z.string().optional() }),
  result: z.object({
    courses: z.number(),
    views: z.number().nullable(),
    zone: z.string(),
    roll: z.number().nullable(),
  }),
  cache: 'learner',
  rate: 'standard',
  sources: ({ courses }, { subject }) => ({ progress: courses.progress(subject.id) }),
  optional: ({ content }, { subject }) => ({ views: content.views(subject.id, { from: 0, to: 1 }) }),
  dependent: {
    services: ['courses'],
    start: ({ courses }, { progress }) => ({
      rolls: (progress ?? []).map(({ courseId }) => courses.enrollments(courseId)),
    }),
  },
  affects: { progress: ['courses'], views: ['views'], rolls: ['roll'] },
  compute: ({ progress, views, rolls }, _request, calendar) => ({
    data: {
      courses: progress?.length ?? 0,
      views: views?.length ?? null,
      zone: calendar.zone,
      roll: rolls === null ? null : rolls.flatMap((roll) => roll ?? []).length,
    },
    missing: [],
  }),
});

const enrolment = {
  courseId: 'c-1',
  courseTitle: null,
  trainerId: null,
  organizationId: null,
  enrolledAt: null,
  dueAt: null,
  completedAt: null,
  status: 'enrolled',
  assignment: null,
  totalTopics: null,
  completions: [],
} as const;

const question = {
  analytic: sample,
  subject: { kind: 'learner', id: 'u-1', organizationId: 'org-1' },
  query: {},
  completeness: 'partial',
} as const;

const clock = stoppedClock();
const directory = { organization: () => reply('directory', organization, 'realtime', clock.now()) };
const healthy = () => ({
  directory,
  courses: {
    progress: () => reply('courses', [{ ...enrolment, completions: [] }], 'realtime', clock.now()),
    enrollments: () => reply('courses', [], 'realtime', clock.now()),
  },
  content: { views: () => reply('content', [], 'realtime', clock.now()) },
});

const runner = (
  gate: UpstreamGate,
  cache = new MemoryAnswerCache({ maxEntries: 10, maxBytes: 1e6 }, clock),
) =>
  makeRunAnalytic({
    gate,
    stores: { live: stubStores(), mock: stubStores() },
    cache,
    policies: cachePolicies,
    clock,
    digest,
    logger: silentLogger,
    budgetMs: 8000,
    minimumCohortOf: () => 10,
  });

const dataOf = (served: { answer: { data: Buffer } }) => JSON.parse(served.answer.data.toString()) as unknown;

describe('running an analytic', () => {
  beforeEach(() => clock.advance(10 * 86_400_000));

  it('answers live figures in the organization’s time zone, and the second caller from the cache', async () => {
    const run = runner(stubGate(healthy()));
    const first = await run(question, callScope());
    expect(dataOf(first)).toEqual({ courses: 1, views: 0, zone, roll: 0 });
    expect(metaIn(first)).toMatchObject({ dataSource: 'realtime', complete: true, missing: [] });
    clock.advance(1000);
    const second = await run(question, callScope());
    expect(second.form).toBe('cached');
    expect(metaIn(second).dataSource).toBe('cached');
    expect(metaIn(second).sources.every(({ dataSource }) => dataSource === 'cached')).toBe(true);
  });

  it('gives null and a reason when an optional service is down, and does not keep the partial answer', async () => {
    const gate = stubGate({ ...healthy(), content: { views: () => failure('content') } });
    const run = runner(gate);
    const first = await run(question, callScope());
    expect(dataOf(first)).toMatchObject({ views: null });
    expect(first.answer.meta).toMatchObject({
      complete: false,
      cacheExpiry: null,
      missing: [{ field: 'views', reason: 'unavailable', service: 'content' }],
    });
    expect((await run(question, callScope())).form).toBe('live');
  });

  it('keeps an answer whose optional service is not configured: that is a fact, not a failure', async () => {
    const run = runner(
      stubGate({ ...healthy(), content: { views: () => failure('content', 'not_configured') } }),
    );
    const first = await run(question, callScope());
    expect(first.answer.meta.missing).toEqual([
      { field: 'views', reason: 'not_configured', service: 'content' },
    ]);
    expect((await run(question, callScope())).form).toBe('cached');
  });

  it('says that a service which knows nothing of the subject is too little data', async () => {
    const run = runner(stubGate({ ...healthy(), content: { views: () => reply('content', null) } }));
    const { answer } = await run(question, callScope());
    expect(answer.meta.missing).toEqual([
      { field: 'views', reason: 'insufficient_data', service: 'content' },
    ]);
    expect(answer.meta.complete).toBe(false);
  });

  it('refuses a partial answer when a full one was asked for', async () => {
    const run = runner(stubGate({ ...healthy(), content: { views: () => failure('content') } }));
    await expect(run({ ...question, completeness: 'full' }, callScope())).rejects.toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
      details: [{ field: 'views', message: 'unavailable' }],
    });
  });

  it('serves the old answer as stale when a required service fails after its time', async () => {
    const cache = new MemoryAnswerCache({ maxEntries: 10, maxBytes: 1e6 }, clock);
    await runner(stubGate(healthy()), cache)(question, callScope());
    clock.advance(3 * 3600_000);
    const broken = stubGate({ ...healthy(), courses: { progress: () => failure('courses') } }, healthy());
    const served = await runner(broken, cache)(question, callScope());
    expect(served.form).toBe('stale');
    expect(metaIn(served).dataSource).toBe('stale');
  });

  it('answers wholly from the mock world when there is nothing older, and never keeps that', async () => {
    const mockReply = <T>(value: T) => reply('courses', value, 'mock', clock.now());
    const mock = {
      directory: { organization: () => reply('directory', organization, 'mock', clock.now()) },
      courses: { progress: () => mockReply([]), enrollments: () => mockReply([]) },
      content: { views: () => reply('content', [], 'mock', clock.now()) },
    };
    const broken = { ...healthy(), courses: { progress: () => failure('courses') } };
    const run = runner(stubGate(broken, mock));
    const served = await run(question, callScope());
    expect(served.answer.meta.sources.map(({ dataSource }) => dataSource)).toEqual(['mock', 'mock', 'mock']);
    expect(served.answer.meta).toMatchObject({ dataSource: 'mock', cacheExpiry: null });
    expect((await run(question, callScope())).form).toBe('live');
  });

  it.each([
    ['unavailable', 'UPSTREAM_UNAVAILABLE'],
    ['not_configured', 'UPSTREAM_UNAVAILABLE'],
    ['rejected', 'UPSTREAM_UNAVAILABLE'],
    ['timeout', 'DEADLINE_EXCEEDED'],
    ['invalid_response', 'UPSTREAM_INVALID'],
    ['cancelled', 'CLIENT_CLOSED_REQUEST'],
  ] as const)('without a mock world a required service that is %s ends as %s', async (kind, code) => {
    const run = runner(stubGate({ ...healthy(), courses: { progress: () => failure('courses', kind) } }));
    await expect(run(question, callScope())).rejects.toMatchObject({ code });
  });

  it('shares one computation between concurrent callers', async () => {
    let calls = 0;
    const counting = healthy();
    const { progress } = counting.courses;
    counting.courses.progress = () => {
      calls += 1;
      return progress();
    };
    const run = runner(stubGate(counting));
    await Promise.all(Array.from({ length: 50 }, () => run(question, callScope())));
    expect(calls).toBe(1);
  });

  it('serves the old answer at once after its time while a new one is made', async () => {
    const run = runner(stubGate(healthy()));
    await run(question, callScope());
    clock.advance(cachePolicies.learner.ttlSeconds * 1000 + 1);
    expect((await run(question, callScope())).form).toBe('stale');
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect((await run(question, callScope())).form).toBe('cached');
  });

  it('does not serve a result of another shape than the contract says', async () => {
    const wrong = { ...sample, compute: () => ({ data: { courses: Number.NaN }, missing: [] }) };
    const run = runner(stubGate(healthy()));
    await expect(run({ ...question, analytic: wrong }, callScope())).rejects.toThrow();
  });
});

describe('the key of an answer', () => {
  it('does not depend on the order of parameters, and does on tenant, subject, metric version and values', () => {
    const key = (overrides: object) => answerKey({ ...question, ...overrides });
    expect(key({ query: { a: 1, b: 2 } })).toBe(key({ query: { b: 2, a: 1 } }));
    const others = [
      key({ query: { a: 2 } }),
      key({ subject: { ...question.subject, organizationId: 'org-2' } }),
      key({ subject: { ...question.subject, id: 'u-2' } }),
      key({ analytic: { ...sample, version: 2 } }),
      key({}),
    ];
    expect(new Set(others).size).toBe(others.length);
  });
});
