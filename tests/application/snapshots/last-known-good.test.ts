/** The rung between the cache of this process and the mock world: what the job kept, after a restart. */
import { describe, expect, it } from 'vitest';
import { metaIn } from '../../../src/application/analytics/answer.ts';
import { cachePolicies } from '../../../src/application/analytics/cache-policies.ts';
import type { Analytic } from '../../../src/application/analytics/define.ts';
import { achievements } from '../../../src/application/analytics/gamification/achievements.ts';
import { stats } from '../../../src/application/analytics/gamification/stats.ts';
import { streak } from '../../../src/application/analytics/gamification/streak.ts';
import { velocity } from '../../../src/application/analytics/learner/velocity.ts';
import { departmentAnalytics } from '../../../src/application/analytics/organization/department-analytics.ts';
import { learningCulture } from '../../../src/application/analytics/organization/learning-culture.ts';
import { coursePerformance } from '../../../src/application/analytics/trainer/course-performance.ts';
import type { NewSnapshot, Snapshots } from '../../../src/application/ports/snapshots.ts';
import { answerFrom, keptAnswerOf } from '../../../src/application/snapshots/kept-answer.ts';
import type { Subject } from '../../../src/domain/identity/policy.ts';
import { digest } from '../../../src/infrastructure/digest.ts';
import { MemoryLedger } from '../../../src/infrastructure/gamification/memory-ledger.ts';
import { MemorySnapshots } from '../../../src/infrastructure/snapshots/memory-snapshots.ts';
import { callScope, failure } from '../../fixtures/stubs.ts';
import { now } from '../gamification/world.ts';
import { id, servicesOf, staffed, taking } from './world.ts';

const members = staffed(30);
const healthy = servicesOf({ members });
const down = servicesOf(
  { members },
  {
    courses: { progress: () => failure('courses'), organizationEnrollments: () => failure('courses') },
    directory: { members: () => failure('directory') },
  },
);
const learner: Subject = { kind: 'learner', id: id(1), organizationId: 'org-1' };
const organization: Subject = { kind: 'organization', id: 'org-1', organizationId: 'org-1' };

/** What one night's job has kept. */
async function aNight(changes: (row: NewSnapshot) => NewSnapshot = (row) => row): Promise<MemorySnapshots> {
  const snapshots = new MemorySnapshots();
  const save = snapshots.save.bind(snapshots);
  snapshots.save = (rows, at) => save(rows.map(changes), at);
  await taking({ live: healthy, snapshots }).work();
  return snapshots;
}

interface Asking {
  snapshots: Snapshots;
  ledger?: MemoryLedger;
  analytic?: Analytic;
  subject?: Subject;
  query?: Record<string, unknown>;
  minimumCohort?: number;
  later?: number;
  mock?: Parameters<typeof servicesOf>[1];
  live?: typeof healthy;
}

/** One question to a process that has just begun. */
function ask(asking: Asking) {
  const { snapshots, analytic = velocity, subject = learner, later = 0, minimumCohort = 10 } = asking;
  const { run, clock } = taking({
    live: asking.live ?? down,
    snapshots,
    minimumCohort,
    ...(asking.ledger ? { ledger: asking.ledger } : {}),
    ...(asking.mock ? { mock: asking.mock } : {}),
  });
  clock.advance(later);
  const query = asking.query ?? analytic.query.parse({});
  return Promise.resolve(run({ analytic, subject, query, completeness: 'partial' }, callScope()));
}
const unavailable = { code: 'UPSTREAM_UNAVAILABLE' };
const dataOf = (served: { answer: { data: Buffer } }) => JSON.parse(served.answer.data.toString()) as unknown;

describe('the last known good answer after a restart', () => {
  it('is what was kept, byte for byte, stale and as old as it is, before anything made up', async () => {
    const snapshots = await aNight();
    const live = await ask({ snapshots, live: healthy });
    const served = await ask({ snapshots, later: 60_000, mock: healthy });
    expect(served.form).toBe('stale');
    expect(served.answer.expiresAt).toBeLessThanOrEqual(now + 60_000);
    expect(served.answer.meta.cacheExpiry).toBeNull();
    expect(served.answer.data.toString()).toBe(live.answer.data.toString());
    expect(metaIn(served)).toMatchObject({
      dataSource: 'stale',
      asOf: new Date(now).toISOString(),
      calculatedAt: new Date(now).toISOString(),
      complete: live.answer.meta.complete,
      missing: live.answer.meta.missing,
      metric: { id: 'learner.velocity', version: velocity.version },
    });
    expect(new Set(metaIn(served).sources.map(({ dataSource }) => dataSource))).toEqual(new Set(['stale']));
  });

  it('is there for an organization as well', async () => {
    const served = await ask({
      snapshots: await aNight(),
      analytic: departmentAnalytics,
      subject: organization,
      later: 3600_000,
    });
    expect(served.form).toBe('stale');
    expect(dataOf(served)).toMatchObject({ departments: [{ learners: 30 }] });
  });

  it('is the mock world’s where nothing was kept, as before', async () => {
    const served = await ask({ snapshots: new MemorySnapshots(), mock: healthy });
    expect(served.form).toBe('live');
  });

  it.each([stats, achievements, streak])('is there for what a learner has earned: $id', async (analytic) => {
    const snapshots = await aNight();
    const live = await ask({ snapshots, analytic, live: healthy });
    const served = await ask({ snapshots, analytic, later: 3600_000, mock: healthy });
    expect(served.form).toBe('stale');
    expect(dataOf(served)).toEqual(dataOf(live));
  });

  it.each([stats, achievements, streak])(
    'is never made up of whom the ledger knows, also where nothing was kept: $id',
    async (analytic) => {
      const ledger = new MemoryLedger();
      const entry = { source: 'course', reference: 'c-1', points: 100, occurredAt: now } as const;
      await ledger.record([{ ...entry, userId: learner.id }], null);
      const asking = { snapshots: new MemorySnapshots(), ledger, analytic, mock: healthy };
      await expect(ask(asking)).rejects.toMatchObject(unavailable);
      expect((await ask({ ...asking, subject: { ...learner, id: id(2) } })).form).toBe('live');
    },
  );

  it('is served no longer than the cache would have kept it', async () => {
    const snapshots = await aNight();
    const { ttlSeconds, lastKnownGoodSeconds } = cachePolicies.learner;
    const until = (ttlSeconds + lastKnownGoodSeconds) * 1000;
    expect((await ask({ snapshots, later: until - 1 })).form).toBe('stale');
    await expect(ask({ snapshots, later: until })).rejects.toMatchObject(unavailable);
  });

  it('is nobody else’s: not of another person, and not what another organization kept', async () => {
    const snapshots = await aNight();
    for (const other of [
      { ...learner, id: 'u-999' },
      { ...learner, organizationId: 'org-2' },
      { ...learner, organizationId: null },
      { ...learner, kind: 'trainer' as const },
    ])
      await expect(ask({ snapshots, subject: other })).rejects.toMatchObject(unavailable);
  });

  it('is of the same definition', async () => {
    const snapshots = await aNight();
    const next = { ...velocity, version: velocity.version + 1 };
    await expect(ask({ snapshots, analytic: next })).rejects.toMatchObject(unavailable);
  });

  it('is not told when groups must be larger now than they had to be then', async () => {
    const snapshots = await aNight();
    await expect(ask({ snapshots, minimumCohort: 11 })).rejects.toMatchObject(unavailable);
    expect((await ask({ snapshots, minimumCohort: 5 })).form).toBe('stale');
  });

  it('is of the question without parameters only', async () => {
    const snapshots = await aNight();
    const trainer: Subject = { kind: 'trainer', id: 't-1', organizationId: 'org-1' };
    const live = servicesOf({ members }, { courses: { trainerCourses: () => failure('courses') } });
    const usual = { snapshots, analytic: coursePerformance, subject: trainer, live };
    expect((await ask(usual)).form).toBe('stale');
    const narrowed = coursePerformance.query.parse({ courseId: 'c-1' });
    await expect(ask({ ...usual, query: narrowed })).rejects.toMatchObject(unavailable);
  });

  it('is not served when it is not of the promised shape', async () => {
    const broken = await aNight((row) => ({
      ...row,
      data: { ...row.data, figures: { currentPace: 'fast' } },
    }));
    await expect(ask({ snapshots: broken })).rejects.toMatchObject(unavailable);
    const other = await aNight((row) => ({ ...row, data: { pace: 2 } }));
    await expect(ask({ snapshots: other })).rejects.toMatchObject(unavailable);
  });

  it('is none when the database is away, and that is no error of its own', async () => {
    const snapshots = new MemorySnapshots();
    snapshots.latest = () => Promise.reject(new Error('no connection'));
    await expect(ask({ snapshots })).rejects.toMatchObject(unavailable);
    expect((await ask({ snapshots, mock: healthy })).form).toBe('live');
  });

  it('is not even looked for while the services answer, or where there are none', async () => {
    const snapshots = await aNight();
    let looks = 0;
    const latest = snapshots.latest.bind(snapshots);
    snapshots.latest = (key) => {
      looks += 1;
      return latest(key);
    };
    await ask({ snapshots, live: healthy });
    const nowhere = servicesOf(
      { members },
      { courses: { progress: () => failure('courses', 'not_configured') } },
    );
    await ask({ snapshots, live: nowhere, mock: healthy });
    expect(looks).toBe(0);
    await ask({ snapshots });
    expect(looks).toBe(1);
  });
});

describe('an answer as it is kept', () => {
  const answerOf = async (figures: unknown) => {
    const { answer } = await ask({ snapshots: new MemorySnapshots(), live: healthy });
    return { ...answer, data: Buffer.from(JSON.stringify(figures)) };
  };

  it('holds no names, and says that they are missing', async () => {
    const atRisk = [
      { userId: 'u-1', fullName: 'Somebody Real' },
      { userId: 'u-2', fullName: null },
    ];
    const kept = keptAnswerOf(await answerOf({ atRisk, courses: [{ by: { fullName: 'Another One' } }] }), 10);
    expect(JSON.stringify(kept)).not.toMatch(/Somebody|Another/);
    expect(kept.figures).toEqual({
      atRisk: [
        { userId: 'u-1', fullName: null },
        { userId: 'u-2', fullName: null },
      ],
      courses: [{ by: { fullName: null } }],
    });
    expect(kept.meta.complete).toBe(false);
    expect(kept.meta.missing).toEqual(
      expect.arrayContaining([
        { field: 'atRisk[].fullName', reason: 'unavailable' },
        { field: 'courses[].by.fullName', reason: 'unavailable' },
      ]),
    );
  });

  it('comes back as it was from what a database makes of it', async () => {
    const { answer } = await ask({ snapshots: new MemorySnapshots(), live: healthy });
    const data: unknown = JSON.parse(JSON.stringify(keptAnswerOf(answer, 10)));
    const back = answerFrom({ day: '2026-03-10', data, savedAt: now }, velocity, cachePolicies.learner, {
      minimumCohort: 10,
      digest,
      now,
    });
    // Never fresh: it stands in for what could not be made.
    expect(back).toEqual({ ...answer, expiresAt: now, meta: { ...answer.meta, cacheExpiry: null } });
  });
});

describe('trends out of what was kept', () => {
  /** Parts at the end of each month before this one, as the job kept them under a definition and for an organization. */
  async function months(changes: Partial<NewSnapshot> = {}): Promise<MemorySnapshots> {
    const snapshots = await aNight();
    const key = { kind: 'organization', subject: 'org-1', organizationId: 'org-1' } as const;
    const metric = { metric: learningCulture.id, version: learningCulture.version };
    const today = await snapshots.latest({ ...key, ...metric });
    const kept = today?.data as { figures: { parts: object } };
    for (const [index, continuity] of [10, 30, 50, 70, 90].entries()) {
      const figures = { ...kept.figures, parts: { ...kept.figures.parts, continuity } };
      const date = `${index < 3 ? 2025 : 2026}-${['10', '11', '12', '01', '02'][index]}-28`;
      await snapshots.save([{ ...key, ...metric, day: date, data: { ...kept, figures }, ...changes }], now);
    }
    return snapshots;
  }
  const continuityOf = async (snapshots: Snapshots) => {
    const served = await ask({ snapshots, analytic: learningCulture, subject: organization, live: healthy });
    const { indicators } = dataOf(served) as { indicators: { code: string; trend: string | null }[] };
    return {
      trend: indicators.find(({ code }) => code === 'continuity')?.trend,
      reason: served.answer.meta.missing.find(({ field }) => field === 'indicators[].trend')?.reason,
    };
  };

  it('are told of the organization’s own months', async () => {
    expect(await continuityOf(await months())).toEqual({ trend: 'rising', reason: 'insufficient_data' });
  });

  it('are unknown without months, with those of another organization, and of another definition', async () => {
    const unknown = { trend: null, reason: 'insufficient_data' };
    expect(await continuityOf(new MemorySnapshots())).toEqual(unknown);
    expect(await continuityOf(await months({ organizationId: 'org-2' }))).toEqual(unknown);
    expect(await continuityOf(await months({ version: learningCulture.version + 1 }))).toEqual(unknown);
  });

  it('are unavailable when the months cannot be read', async () => {
    const snapshots = await months();
    snapshots.lastOfMonths = () => Promise.reject(new Error('no connection'));
    expect(await continuityOf(snapshots)).toEqual({ trend: null, reason: 'unavailable' });
  });
});
