import { beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { metaIn } from '../../src/application/analytics/answer.ts';
import { cachePolicies } from '../../src/application/analytics/cache-policies.ts';
import { defineAnalytic } from '../../src/application/analytics/define.ts';
import { answerKey } from '../../src/application/analytics/question.ts';
import { makeRunAnalytic, type RunAnalyticDeps } from '../../src/application/analytics/run-analytic.ts';
import type { UpstreamGate } from '../../src/application/ports/reply.ts';
import { UpstreamError } from '../../src/application/ports/upstream-error.ts';
import { MemoryAnswerCache } from '../../src/infrastructure/cache/memory-answer-cache.ts';
import { digest } from '../../src/infrastructure/digest.ts';
import { statusOf } from '../../src/presentation/http/problem.ts';
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
  cache: RunAnalyticDeps['cache'] = new MemoryAnswerCache({ maxEntries: 10, maxBytes: 1e6 }, clock),
  mayRefresh: (underWay: number) => boolean = () => true,
  waits: Pick<RunAnalyticDeps, 'standInMs' | 'patienceMs'> = {},
) =>
  makeRunAnalytic({
    ...waits,
    mayRefresh,
    notePrediction: async () => undefined,
    gate,
    stores: { live: stubStores(), mock: stubStores() },
    cache,
    policies: cachePolicies,
    clock,
    digest,
    logger: silentLogger,
    budgetMs: 8000,
    minimumCohortOf: (organizationId) => (organizationId === 'org-1' ? 25 : 10),
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

  it('keeps the old answer while there is no time for what nobody waits for', async () => {
    let hasTime = false;
    const run = runner(stubGate(healthy()), undefined, () => hasTime);
    await run(question, callScope());
    clock.advance(cachePolicies.learner.ttlSeconds * 1000 + 1);
    const askAgain = async () => {
      const { form } = await run(question, callScope());
      await new Promise((resolve) => setTimeout(resolve, 5));
      return form;
    };
    expect([await askAgain(), await askAgain()]).toEqual(['stale', 'stale']);
    hasTime = true;
    expect([await askAgain(), await askAgain()]).toEqual(['stale', 'cached']);
  });

  it('makes no more new ones at once than there is time for', async () => {
    const told: number[] = [];
    const run = runner(stubGate(healthy()), undefined, (underWay) => {
      told.push(underWay);
      return underWay < 2;
    });
    const courses = ['a', 'b', 'c', 'd'].map((courseId) => ({ ...question, query: { courseId } }));
    for (const one of courses) await run(one, callScope());
    clock.advance(cachePolicies.learner.ttlSeconds * 1000 + 1);
    const forms = async () => {
      const served = await Promise.all(courses.map((one) => run(one, callScope())));
      await new Promise((resolve) => setTimeout(resolve, 5));
      return served.map(({ form }) => form);
    };
    expect(await forms()).toEqual(['stale', 'stale', 'stale', 'stale']);
    expect(told).toEqual([0, 1, 2, 2]);
    expect(await forms()).toEqual(['cached', 'cached', 'stale', 'stale']);
    expect(await forms()).toEqual(['cached', 'cached', 'cached', 'cached']);
  });

  it('keeps bytes that hold no others', async () => {
    const { answer } = await runner(stubGate(healthy()))(question, callScope());
    expect(answer.data.buffer.byteLength).toBe(answer.data.length);
  });

  it('does not serve a result of another shape than the contract says', async () => {
    const wrong = { ...sample, compute: () => ({ data: { courses: Number.NaN }, missing: [] }) };
    const run = runner(stubGate(healthy()));
    await expect(run({ ...question, analytic: wrong }, callScope())).rejects.toThrow();
  });
});

describe('what stands in while a service is ill', () => {
  beforeEach(() => clock.advance(10 * 86_400_000));

  const memory = () => new MemoryAnswerCache({ maxEntries: 10, maxBytes: 1e6 }, clock);
  /** As it is shared with other processes, and how often it was looked into. */
  const counting = (cache: MemoryAnswerCache) => {
    let looks = 0;
    const shared = {
      peek: (key: string) => cache.peek(key),
      begin: (key: string, tags: readonly string[]) => cache.begin(key, tags),
      purge: () => undefined,
      era: () => cache.era(),
      get: async (key: string) => {
        looks += 1;
        return cache.get(key);
      },
    };
    return { shared, looks: () => looks };
  };
  const standInMs = 1000;
  /** A world whose courses or views can be made to fail, and how often it was asked for courses. */
  const ailing = () => {
    const state = { courses: 'well', views: 'well', asked: 0, world: healthy() };
    const gate = () => ({
      ...state.world,
      courses: {
        ...state.world.courses,
        progress: () => {
          state.asked += 1;
          return state.courses === 'well' ? state.world.courses.progress() : failure('courses');
        },
      },
      content: {
        views: () => (state.views === 'well' ? state.world.content.views() : failure('content')),
      },
    });
    return { state, gate: gate() };
  };
  const settled = () => new Promise((resolve) => setTimeout(resolve, 5));

  it('is given again for a moment when it is partial, as kept and never as good', async () => {
    const { state, gate } = ailing();
    state.views = 'ill';
    const cache = memory();
    const run = runner(stubGate(gate), cache, undefined, { standInMs });
    const first = await run(question, callScope());
    clock.advance(999);
    const second = await run(question, callScope());
    expect(state.asked).toBe(1);
    expect([first.form, second.form]).toEqual(['live', 'cached']);
    expect(metaIn(second)).toMatchObject({ dataSource: 'cached', complete: false, cacheExpiry: null });
    expect(second.answer.expiresAt - clock.now()).toBe(1);
    expect(cache.peek(answerKey(question))).toBeUndefined();
  });

  it('is given without a look at what other processes have', async () => {
    const { state, gate } = ailing();
    state.views = 'ill';
    const { shared, looks } = counting(memory());
    const run = runner(stubGate(gate), shared, undefined, { standInMs });
    await run(question, callScope());
    for (let times = 0; times < 3; times += 1)
      expect(run(question, callScope())).toMatchObject({ form: 'cached' });
    expect(looks()).toBe(1);
    clock.advance(standInMs);
    await run(question, callScope());
    expect(looks()).toBe(2);
  });

  it('is given once more while another try is made', async () => {
    const { state, gate } = ailing();
    state.views = 'ill';
    const run = runner(stubGate(gate), memory(), undefined, { standInMs });
    await run(question, callScope());
    state.views = 'well';
    clock.advance(standInMs);
    expect((await run(question, callScope())).answer.meta.complete).toBe(false);
    await settled();
    expect((await run(question, callScope())).answer.meta.complete).toBe(true);
    expect(state.asked).toBe(2);
  });

  it('is given no more once four times its time is over', async () => {
    const { state, gate } = ailing();
    state.views = 'ill';
    const run = runner(stubGate(gate), memory(), undefined, { standInMs });
    await run(question, callScope());
    state.views = 'well';
    clock.advance(4 * standInMs);
    expect(metaIn(await run(question, callScope()))).toMatchObject({
      dataSource: 'realtime',
      complete: true,
    });
  });

  it('is given again while there is no time for another try', async () => {
    const { state, gate } = ailing();
    state.views = 'ill';
    const run = runner(stubGate(gate), memory(), () => false, { standInMs });
    await run(question, callScope());
    clock.advance(4 * standInMs - 1);
    expect((await run(question, callScope())).form).toBe('cached');
    await settled();
    expect(state.asked).toBe(1);
  });

  it('is the old answer while a new one is made, without a look at what other processes have', async () => {
    const { gate } = ailing();
    const { shared, looks } = counting(memory());
    let isWell = true;
    const answers: (() => void)[] = [];
    const hanging = {
      ...gate,
      courses: {
        ...gate.courses,
        progress: async () => {
          if (!isWell) await new Promise<void>((resolve) => answers.push(resolve));
          return gate.courses.progress();
        },
      },
    };
    const run = runner(stubGate(hanging), shared, undefined, { standInMs });
    const { answer } = await run(question, callScope());
    isWell = false;
    clock.advance(answer.expiresAt - clock.now());
    const before = looks();
    for (let times = 0; times < 3; times += 1)
      expect(await run(question, callScope())).toEqual({ answer, form: 'stale' });
    await settled();
    expect([looks() - before, answers.length]).toEqual([1, 1]);
    for (const end of answers) end();
    await settled();
    const next = await run(question, callScope());
    expect([next.form, next.answer === answer]).toEqual(['cached', false]);
  });

  it('is refused again where a full answer is asked for', async () => {
    const { state, gate } = ailing();
    state.views = 'ill';
    const run = runner(stubGate(gate), memory(), undefined, { standInMs });
    await run(question, callScope());
    await expect(run({ ...question, completeness: 'full' }, callScope())).rejects.toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
    });
    expect(state.asked).toBe(1);
  });

  it('is the old answer, and the service is asked again once in a moment', async () => {
    const { state, gate } = ailing();
    const run = runner(stubGate(gate), memory(), undefined, { standInMs });
    await run(question, callScope());
    state.courses = 'ill';
    clock.advance(3 * 3600_000);
    const asked = async () => {
      const { form } = await run(question, callScope());
      await settled();
      return `${form} ${state.asked}`;
    };
    expect([await asked(), await asked(), await asked()]).toEqual(['stale 2', 'stale 2', 'stale 2']);
    clock.advance(standInMs);
    expect(await asked()).toBe('stale 3');
    state.courses = 'well';
    clock.advance(standInMs);
    expect([await asked(), await asked()]).toEqual(['stale 4', 'cached 4']);
  });

  it('is not made anew for each who gets the old answer in the meantime', async () => {
    const { state, gate } = ailing();
    const run = runner(stubGate(gate), memory(), undefined, { standInMs });
    await run(question, callScope());
    state.courses = 'ill';
    clock.advance(cachePolicies.learner.ttlSeconds * 1000 + 1);
    for (let times = 0; times < 5; times += 1) {
      expect((await run(question, callScope())).form).toBe('stale');
      await settled();
    }
    expect(state.asked).toBe(2);
  });

  it('is not sample data, which may be switched off at any time', async () => {
    const { state, gate } = ailing();
    state.courses = 'ill';
    const mock = {
      directory: { organization: () => reply('directory', organization, 'mock', clock.now()) },
      courses: {
        progress: () => reply('courses', [], 'mock', clock.now()),
        enrollments: () => reply('courses', [], 'mock', clock.now()),
      },
      content: { views: () => reply('content', [], 'mock', clock.now()) },
    };
    const run = runner(stubGate(gate, mock), memory(), undefined, { standInMs });
    for (const times of [1, 2]) {
      expect(metaIn(await run(question, callScope()))).toMatchObject({
        dataSource: 'mock',
        cacheExpiry: null,
      });
      expect(state.asked).toBe(times);
    }
  });

  it('is the refusal, told for a moment without asking again', async () => {
    const { state, gate } = ailing();
    state.courses = 'ill';
    const run = runner(stubGate(gate), memory(), undefined, { standInMs });
    for (let times = 0; times < 3; times += 1)
      await expect(run(question, callScope())).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    expect(state.asked).toBe(1);
    state.courses = 'well';
    clock.advance(standInMs);
    await expect(run(question, callScope())).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    await settled();
    expect((await run(question, callScope())).form).toBe('cached');
  });

  it('is not the refusal of somebody who left', async () => {
    const { state, gate } = ailing();
    const hanging = {
      ...gate,
      courses: {
        ...gate.courses,
        progress: () =>
          state.courses === 'hangs' ? new Promise<never>(() => undefined) : gate.courses.progress(),
      },
    };
    const run = runner(stubGate(hanging), memory(), undefined, { standInMs });
    state.courses = 'hangs';
    const leaving = new AbortController();
    const left = run(question, { ...callScope(), signal: leaving.signal });
    await settled();
    leaving.abort();
    await expect(left).rejects.toMatchObject({ code: 'CLIENT_CLOSED_REQUEST' });
    state.courses = 'well';
    expect((await run(question, callScope())).form).toBe('live');
  });

  it('is no answer for whoever asks anew, or after a purge', async () => {
    const { state, gate } = ailing();
    state.views = 'ill';
    const cache = memory();
    const run = runner(stubGate(gate), cache, undefined, { standInMs });
    await run(question, callScope());
    await run({ ...question, isAnew: true }, callScope());
    expect(state.asked).toBe(2);
    cache.purge(['learner:u-1']);
    await run(question, callScope());
    expect(state.asked).toBe(3);
  });

  it('comes instead of new figures that take too long, which are there for whoever asks next', async () => {
    const { state, gate } = ailing();
    const cache = memory();
    let slow: (() => void) | undefined;
    const late = {
      ...gate,
      courses: {
        ...gate.courses,
        progress: async () => {
          if (state.courses === 'slow')
            await new Promise<void>((resolve) => {
              slow = resolve;
            });
          return gate.courses.progress();
        },
      },
    };
    state.courses = 'well';
    const run = runner(stubGate(late), cache, undefined, { standInMs, patienceMs: 20 });
    await run(question, callScope());
    clock.advance(3 * 3600_000);
    state.courses = 'slow';
    // Whoever comes meanwhile need not find out anew that it takes long.
    expect((await run(question, callScope())).form).toBe('stale');
    expect((await run(question, callScope())).form).toBe('stale');
    state.courses = 'well';
    slow?.();
    await settled();
    expect((await run(question, callScope())).form).toBe('cached');
    expect(state.asked).toBe(2);
  });

  it('is waited for where nothing old is at hand', async () => {
    const { gate } = ailing();
    const late = {
      ...gate,
      courses: {
        ...gate.courses,
        progress: () => new Promise((resolve) => setTimeout(resolve, 60)).then(gate.courses.progress),
      },
    };
    const run = runner(stubGate(late), memory(), undefined, { standInMs, patienceMs: 5 });
    expect((await run(question, callScope())).form).toBe('live');
  });
});

describe('work that goes on when the caller’s time is up', () => {
  const goesOn = () =>
    Promise.reject(
      new UpstreamError('timeout', 'goes on', { service: 'courses', goesOn: true, retryAfterMs: 2001 }),
    );
  /** The real service is still being read; the mock world would have an answer. */
  const gateThatGoesOn = () => {
    const gate = stubGate({ ...healthy(), courses: { ...healthy().courses, progress: goesOn } }, healthy());
    return { ...gate, mock: vi.fn(gate.mock) };
  };
  beforeEach(() => clock.advance(10 * 86_400_000));

  it('is 503 with the time to come back, and never sample data', async () => {
    const gate = gateThatGoesOn();
    const error = await Promise.resolve(runner(gate)(question, callScope())).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
      retryAfterSeconds: 3,
      details: [{ field: 'courses', message: 'in_progress' }],
    });
    expect(statusOf.UPSTREAM_UNAVAILABLE).toBe(503);
    expect(gate.mock).not.toHaveBeenCalled();
  });

  it('is a null figure where the source is optional, and the answer is not kept', async () => {
    const run = runner(stubGate({ ...healthy(), content: { views: goesOn } }));
    const { answer } = await run(question, callScope());
    expect(answer.meta).toMatchObject({ complete: false, cacheExpiry: null, dataSource: 'realtime' });
    expect(dataOf({ answer })).toMatchObject({ views: null });
    expect((await run(question, callScope())).form).toBe('live');
  });

  it('is stood in for by the old answer, marked stale', async () => {
    const cache = new MemoryAnswerCache({ maxEntries: 10, maxBytes: 1e6 }, clock);
    const old = await runner(stubGate(healthy()), cache)(question, callScope());
    clock.advance(3 * 3600_000);
    const gate = gateThatGoesOn();
    const served = await runner(gate, cache)(question, callScope());
    expect(served).toEqual({ answer: old.answer, form: 'stale' });
    expect(metaIn(served).dataSource).toBe('stale');
    expect(gate.mock).not.toHaveBeenCalled();
  });
});

describe('the smallest group that may be told about', () => {
  it.each([
    ['org-1', 25],
    ['org-2', 10],
    [null, 10],
  ])('is the one of the organization: %s has %i', async (organizationId, expected) => {
    let told: number | undefined;
    const curious: typeof sample = {
      ...sample,
      compute: (inputs, request, setting) => {
        told = setting.minimumCohort;
        return sample.compute(inputs, request, setting);
      },
    };
    const subject = { ...question.subject, organizationId };
    await runner(stubGate(healthy()))({ ...question, analytic: curious, subject }, callScope());
    expect(told).toBe(expected);
  });
});

describe('a source that depends on what others found', () => {
  /** The roll is needed; what learners thought of the course is not. */
  const needy = defineAnalytic({
    id: 'learner.needy',
    version: 1,
    path: '/needy/:userId',
    subject: 'learner',
    summary: 'needy',
    definition: { formula: 'f', unit: 'u', population: 'p', nullRule: 'n' },
    query: z.strictObject({}),
    result: z.object({ roll: z.number(), ratings: z.number().nullable() }),
    cache: 'learner',
    rate: 'standard',
    sources: ({ courses }, { subject }) => ({ progress: courses.progress(subject.id) }),
    dependent: {
      services: ['courses'],
      required: ['rolls'],
      start: ({ courses }, { progress }) => ({
        rolls: (progress ?? []).map(({ courseId }) => courses.enrollments(courseId)),
        ratings: (progress ?? []).map(({ courseId }) => courses.feedback(courseId)),
      }),
    },
    affects: { progress: ['roll'], rolls: ['roll'], ratings: ['ratings'] },
    compute: ({ rolls, ratings }) => ({
      data: { roll: rolls?.length ?? 0, ratings: ratings?.length ?? null },
      missing: [],
    }),
  });
  const asking = { ...question, analytic: needy };
  const world = (courses: object = {}) => ({
    ...healthy(),
    courses: {
      ...healthy().courses,
      feedback: () => reply('courses', [], 'realtime', clock.now()),
      ...courses,
    },
  });
  beforeEach(() => clock.advance(10 * 86_400_000));

  it('and is not required gives null and a reason when it fails', async () => {
    const run = runner(stubGate(world({ feedback: () => failure('courses') }), world()));
    const { answer } = await run(asking, callScope());
    expect(dataOf({ answer })).toEqual({ roll: 1, ratings: null });
    expect(answer.meta).toMatchObject({
      dataSource: 'realtime',
      missing: [{ field: 'ratings', reason: 'unavailable', service: 'courses' }],
    });
  });

  it.each([
    ['unavailable', 'UPSTREAM_UNAVAILABLE'],
    ['timeout', 'DEADLINE_EXCEEDED'],
    ['invalid_response', 'UPSTREAM_INVALID'],
  ] as const)(
    'and is required fails the answer when it is %s and there is nothing else',
    async (kind, code) => {
      const run = runner(stubGate(world({ enrollments: () => failure('courses', kind) })));
      await expect(run(asking, callScope())).rejects.toMatchObject({ code });
    },
  );

  it('and is required goes down the ladder: the old answer, else the mock world whole', async () => {
    const cache = new MemoryAnswerCache({ maxEntries: 10, maxBytes: 1e6 }, clock);
    await runner(stubGate(world()), cache)(asking, callScope());
    clock.advance(3 * 3600_000);
    const mocked = world({ progress: () => reply('courses', [enrolment, enrolment], 'mock', clock.now()) });
    const broken = stubGate(world({ enrollments: () => failure('courses') }), mocked);
    expect((await runner(broken, cache)(asking, callScope())).form).toBe('stale');
    const served = await runner(broken)(asking, callScope());
    expect(dataOf(served)).toMatchObject({ roll: 2 });
    expect(served.answer.meta).toMatchObject({ dataSource: 'mock', cacheExpiry: null });
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

describe('what an answer is about', () => {
  it('is also the courses that its sources name, so that a change of one of them forgets it', async () => {
    const cache = new MemoryAnswerCache({ maxEntries: 10, maxBytes: 1e6 }, clock);
    const run = runner(stubGate(healthy()), cache);
    await run(question, callScope());
    cache.purge(['course:c-2']);
    expect(cache.peek(answerKey(question))).toBeDefined();
    cache.purge(['course:c-1']);
    expect(cache.peek(answerKey(question))).toBeUndefined();
  });
});

describe('whoever asks after a purge', () => {
  it('is not given what began to be made before it', async () => {
    const cache = new MemoryAnswerCache({ maxEntries: 10, maxBytes: 1e6 }, clock);
    const replies: ((courses: number) => void)[] = [];
    const progress = () =>
      new Promise<Awaited<ReturnType<ReturnType<typeof healthy>['courses']['progress']>>>((resolve) => {
        replies.push((courses) =>
          resolve(
            reply('courses', Array(courses).fill({ ...enrolment, completions: [] }), 'realtime', clock.now()),
          ),
        );
      });
    const run = runner(stubGate({ ...healthy(), courses: { ...healthy().courses, progress } }), cache);
    const before = run(question, callScope());
    await expect.poll(() => replies.length, { interval: 5 }).toBe(1);
    cache.purge(['learner:u-1']);
    const after = run(question, callScope());
    await expect.poll(() => replies.length, { interval: 5 }).toBe(2);
    replies[0]?.(1);
    replies[1]?.(2);
    expect([dataOf(await before), dataOf(await after)]).toMatchObject([{ courses: 1 }, { courses: 2 }]);
  });
});

describe('figures for operators', () => {
  it('tell of each answer where it came from, and who waited with others', async () => {
    const served: string[] = [];
    let coalesced = 0;
    const figures = {
      served: (layer: string) => void served.push(layer),
      coalesced: () => {
        coalesced += 1;
      },
      purged: () => undefined,
    };
    const run = makeRunAnalytic({
      gate: stubGate(healthy()),
      figures,
      stores: { live: stubStores(), mock: stubStores() },
      cache: new MemoryAnswerCache({ maxEntries: 10, maxBytes: 1e6 }, clock),
      policies: cachePolicies,
      clock,
      digest,
      logger: silentLogger,
      budgetMs: 8000,
      minimumCohortOf: () => 10,
      notePrediction: async () => undefined,
    });
    await Promise.all([run(question, callScope()), run(question, callScope())]);
    await run(question, callScope());
    expect(served).toEqual(['origin', 'origin', 'l1']);
    expect(coalesced).toBe(1);
  });
});
