import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ActivitySources, sessionsOf, timeline } from '../../../src/domain/analytics/activity.ts';
import { cohortOf, peerStanding } from '../../../src/domain/analytics/cohort.ts';
import { engagement } from '../../../src/domain/analytics/engagement.ts';
import {
  ago,
  allFinite,
  anyAttempt,
  anyEnrolment,
  anyView,
  attempt,
  calendar,
  completion,
  enrolment,
  now,
  rollRow,
  view,
} from './seeds.ts';

const range = { first: '2026-02-09', last: '2026-03-10' };
const nothing: ActivitySources = {
  views: [],
  attempts: [],
  sessions: [],
  questions: [],
  logins: [],
  enrolments: [],
};
const learner = { userId: 'u-1', organizationId: 'org-1' };
const of = (sources: Partial<ActivitySources>, rolls: Parameters<typeof engagement>[2] = []) =>
  engagement(learner, { ...nothing, ...sources }, rolls, range, calendar);

/** A run of `size` people of whom the learner has done `own` topics and the others 0, 1, 2 … */
const roll = (size: number, own: number) => [
  rollRow({ userId: 'u-1', completedTopics: own }),
  ...Array.from({ length: size - 1 }, (_, index) =>
    rollRow({ userId: `o-${index}`, completedTopics: index % 10 }),
  ),
];

describe('engagement', () => {
  it('of the seed: 30 minutes of video on each of the last five days, finished, and nothing before', () => {
    const views = [0, 1, 2, 3, 4].map((days) =>
      view({ contentId: `k-${days}`, at: ago(days), secondsSpent: 1800 }),
    );
    const { data } = of({ views });
    // Days 0–6: five active of five, longest pause 2 of 7: (2·1 + 5/7)/3 = 90.5. Days 7–13: 0. (2·90.5 + 0)/3 = 60.3.
    // Time 150 of 180 = 83.3 → 55.6. Quality 5 of 8, all finished: 62.5 → 41.7. Diversity: one kind only, 0.
    expect(data.parts).toEqual({ consistency: 60.3, time: 55.6, quality: 41.7, diversity: 0 });
    // .30·60.3 + .25·55.6 + .25·41.7 + .20·0 = 42.4
    expect(data).toMatchObject({
      overallScore: 42.4,
      level: 'low',
      activeDays: 5,
      sessionsPerWeek: 2.5,
      averageSessionMinutes: 30,
      lastActiveAt: '2026-03-10T12:00:00.000Z',
      partsBasis: 'fixed_reference',
    });
    expect(data.byType).toEqual({ video: 150, reading: 0, practice: 0, assessment: 0, discussion: 0 });
  });

  it('of someone who did nothing is a real zero, because every service says so', () => {
    const { data } = of({});
    expect(data).toMatchObject({ overallScore: 0, level: 'low', activeDays: 0, lastActiveAt: null });
  });

  it('of someone of whom nobody knows anything is unknown, not zero', () => {
    const { data, missing } = engagement(
      learner,
      { views: null, attempts: null, sessions: null, questions: null, logins: [], enrolments: null },
      null,
      range,
      calendar,
    );
    expect(data).toMatchObject({ overallScore: null, activeDays: null, weekly: null, peerPercentile: null });
    expect(missing).toEqual([]);
  });

  it('leaves out time that nobody measures, and gives its weight to the others', () => {
    const { data, missing } = of({
      views: [view({ secondsSpent: null })],
      attempts: [attempt({ attemptId: 'a', submittedAt: ago(2) })],
    });
    const { consistency, time, quality, diversity } = data.parts;
    expect(time).toBeNull();
    expect(missing).toContainEqual({ field: 'parts.time', reason: 'insufficient_data' });
    expect(data.overallScore).toBeCloseTo(
      (0.3 * (consistency ?? 0) + 0.25 * (quality ?? 0) + 0.2 * (diversity ?? 0)) / 0.75,
      0,
    );
  });

  it('does not call a kind of content unused when it is not known what was seen', () => {
    const { data } = of({ views: [view({ type: null, secondsSpent: null })] });
    expect(data.parts.diversity).toBeNull();
    expect(data.byType.video).toBeNull();
  });

  it('takes the latest activity after all are known: long ago and yesterday is yesterday', () => {
    const { data } = of({
      views: [view({ at: ago(1) })],
      enrolments: [enrolment({ completions: [completion('t', 50)] })],
    });
    expect(data.lastActiveAt).toBe(new Date(ago(1)).toISOString());
  });

  it('does not take a log-in for activity', () => {
    const { data } = of({ logins: [{ at: ago(1), durationSeconds: 600 }] });
    expect(data).toMatchObject({ activeDays: 0, lastActiveAt: null });
  });

  it('rises or falls only when four whole weeks say so clearly', () => {
    // On one day of the first whole week, on two of the second, three of the third, four of the fourth.
    const views = [29, 22, 21, 15, 14, 13, 8, 7, 6, 5].map((day) =>
      view({ contentId: `k-${day}`, at: ago(day) }),
    );
    expect(of({ views }).data.trend).toBe('rising');
    expect(of({ views: [view()] }).data.trend).toBe('steady');
  });

  it('compares only with cohorts of at least ten, and says when it must not', () => {
    // Nine others have done 0 … 8: eight below the learner's 8 and one equal, (8 + 2/2) / 10.
    expect(of({}, [roll(10, 8)]).data.peerPercentile).toBe(90);
    const small = of({}, [roll(9, 8)]);
    expect(small.data.peerPercentile).toBeNull();
    expect(small.missing).toContainEqual({ field: 'peerPercentile', reason: 'suppressed' });
  });

  it('does not depend on order or doubles, stays in its bounds, and is always finite', () => {
    const sources = fc.record({
      views: fc.array(anyView, { maxLength: 15 }),
      attempts: fc.uniqueArray(anyAttempt, { selector: ({ attemptId }) => attemptId, maxLength: 8 }),
      enrolments: fc.uniqueArray(anyEnrolment, { selector: ({ courseId }) => courseId, maxLength: 2 }),
    });
    fc.assert(
      fc.property(sources, ({ views, attempts, enrolments }) => {
        const unique = [...new Map(views.map((one) => [`${one.contentId} ${one.at}`, one])).values()];
        const plain = of({ views: unique, attempts, enrolments }).data;
        const shuffled = of({
          views: [...unique, ...unique].reverse(),
          attempts: [...attempts].reverse(),
          enrolments: [...enrolments].reverse(),
        }).data;
        expect(shuffled).toEqual(plain);
        expect(allFinite(plain)).toBe(true);
        for (const value of [plain.overallScore, ...Object.values(plain.parts)]) {
          expect(value ?? 0).toBeGreaterThanOrEqual(0);
          expect(value ?? 0).toBeLessThanOrEqual(100);
        }
      }),
    );
  });
});

describe('sessions', () => {
  it('are runs of activity with gaps under 30 minutes', () => {
    const minute = 60_000;
    const at = [0, 10, 39, 69, 200].map((minutes) => now - 600 * minute + minutes * minute);
    const views = at.map((instant, index) =>
      view({ contentId: `k-${index}`, at: instant, secondsSpent: null }),
    );
    const sessions = sessionsOf(timeline({ ...nothing, views }, now));
    expect(sessions.map(({ startedAt, endedAt }) => (endedAt - startedAt) / minute)).toEqual([39, 0, 0]);
  });
});

describe('a cohort', () => {
  it('is the same run of a course, without those who left, each person once', () => {
    const own = rollRow({ dueAt: 5 });
    const others = [
      rollRow({ userId: 'a', dueAt: 5 }),
      rollRow({ userId: 'a', dueAt: 5 }),
      rollRow({ userId: 'b', dueAt: 6 }),
      rollRow({ userId: 'c', dueAt: 5, status: 'withdrawn' }),
    ];
    expect(cohortOf([own, ...others], own, 'org-1').map(({ userId }) => userId)).toEqual(['a', 'u-1']);
  });

  it('is of the learner’s organization: others on the roll neither make it large enough nor move the learner', () => {
    const strangers = Array.from({ length: 10 }, (_, index) =>
      rollRow({ userId: `x-${index}`, organizationId: 'org-9', completedTopics: 10 }),
    );
    const standing = (...rows: ReturnType<typeof rollRow>[]) => peerStanding([rows], learner, 10);
    expect(standing(...roll(10, 8), ...strangers)).toEqual(standing(...roll(10, 8)));
    expect(standing(...roll(9, 8), ...strangers)).toEqual({ percentile: null, reason: 'suppressed' });
    const elsewhere = roll(12, 8).map((row) => ({ ...row, organizationId: 'org-9' }));
    expect(standing(...elsewhere)).toEqual({ percentile: null, reason: 'insufficient_data' });
  });

  it('tells a place in steps that hide one of its people', () => {
    // Five of the twelve others are below and one as far, itself counted: (5 + 2/2) / 13 = 46.2.
    expect(peerStanding([roll(13, 3)], learner, 10)).toEqual({ percentile: 50 });
    // (8 + 2/2) / 11 = 81.8
    expect(peerStanding([roll(11, 8)], learner, 10)).toEqual({ percentile: 80 });
  });

  it('places nobody who is not in it, and takes the mean over several', () => {
    expect(peerStanding([roll(12, 5)], { ...learner, userId: 'nobody' }, 10)).toEqual({
      percentile: null,
      reason: 'insufficient_data',
    });
    // (8 + 1) / 10 and, with 0 of the nine others above nobody, (0 + 1) / 10.
    expect(peerStanding([roll(10, 8), roll(10, 0)], learner, 10)).toEqual({ percentile: 50 });
  });
});
