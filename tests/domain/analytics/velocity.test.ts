import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { velocity } from '../../../src/domain/analytics/velocity.ts';
import { AppError } from '../../../src/domain/errors.ts';
import type { Enrolment } from '../../../src/domain/learning/enrolment.ts';
import { ago, allFinite, anyEnrolment, calendar, completion, dayMs, enrolment, now } from './seeds.ts';

const range = { first: '2026-02-09', last: '2026-03-10' };
const of = (...enrolments: Enrolment[]) => velocity('u-1', enrolments, range, calendar).data;

describe('velocity', () => {
  it('of the seed: 4 topics in the last 14 days, 2 in the 14 before, 4 of 10 left, due in 4 weeks', () => {
    const { data, missing } = velocity(
      'u-1',
      [
        enrolment({
          dueAt: now + 28 * dayMs,
          completions: [
            completion('t-1', 25),
            completion('t-2', 16),
            completion('t-3', 13),
            completion('t-4', 8),
            completion('t-5', 2),
            completion('t-6', 0),
          ],
        }),
      ],
      range,
      calendar,
    );
    expect(missing).toEqual([]);
    // 4 / 2 = 2 a week against 2 / 2 = 1; 4 topics in 4 weeks ask for 1 a week.
    expect(data).toMatchObject({
      userId: 'u-1',
      currentPace: 2,
      targetPace: 1,
      unit: 'topics_per_week',
      trend: 'accelerating',
      trendPercent: 100,
      status: 'ahead',
      remainingTopics: 4,
      milestones: [],
    });
    // Counted back from today in weeks of seven days: 2, 2, 1, 1. So 4 topics take about 2.7 weeks.
    expect(data.estimatedCompletion).toMatch(/^2026-03-(2[5-9]|3[01])$/);
    expect(data.weekly).toEqual([
      { weekStart: '2026-02-09', topicsCompleted: 1 },
      { weekStart: '2026-02-16', topicsCompleted: 1 },
      { weekStart: '2026-02-23', topicsCompleted: 1 },
      { weekStart: '2026-03-02', topicsCompleted: 2 },
      { weekStart: '2026-03-09', topicsCompleted: 1 },
    ]);
  });

  it('counts a topic once, at its first completion, and nothing that has not happened yet', () => {
    const twice = [completion('t-1', 40), completion('t-1', 1), completion('t-2', 1), completion('t-3', -1)];
    expect(of(enrolment({ completions: twice })).currentPace).toBe(0.5);
  });

  it('takes the day from the organization’s time zone: today and 13 days before', () => {
    // 14 days ago at 23:30 UTC is already the next day in Jerusalem.
    const late = { ...completion('t-1', 0), completedAt: Date.parse('2026-02-24T23:30:00Z') };
    const pace = (zone: string) =>
      velocity('u-1', [enrolment({ completions: [late] })], range, { now, zone }).data.currentPace;
    expect([pace('UTC'), pace('Asia/Jerusalem')]).toEqual([0, 0.5]);
  });

  it.each([
    [6, 5, 'steady'],
    [5, 4, 'accelerating'],
    [3, 4, 'decelerating'],
    [4, 5, 'steady'],
    [0, 4, 'stalled'],
    [1, 0, 'accelerating'],
  ])('with %i topics after %i is %s', (recent, earlier, trend) => {
    const completions = [
      ...Array.from({ length: recent }, (_, index) => completion(`r-${index}`, 2)),
      ...Array.from({ length: earlier }, (_, index) => completion(`e-${index}`, 20)),
    ];
    expect(of(enrolment({ completions })).trend).toBe(trend);
  });

  it('has no target without a due date, and is behind when what is overdue would have to be done within a week', () => {
    expect(of(enrolment())).toMatchObject({ targetPace: null, status: 'no_target' });
    expect(of(enrolment({ dueAt: ago(3), totalTopics: 4 }))).toMatchObject({
      targetPace: 4,
      status: 'behind',
    });
  });

  it('does not say when a stalled course will end, nor how much is left when nobody knows how much there is', () => {
    expect(of(enrolment()).estimatedCompletion).toBeNull();
    const unknown = velocity('u-1', [enrolment({ totalTopics: null })], range, calendar);
    expect(unknown.data.remainingTopics).toBeNull();
    expect(unknown.missing).toEqual([{ field: 'remainingTopics', reason: 'insufficient_data' }]);
  });

  it('lists completed courses with the days they took', () => {
    const done = enrolment({
      courseId: 'c-9',
      status: 'completed',
      enrolledAt: ago(50),
      completedAt: ago(20),
    });
    expect(of(done).milestones).toEqual([
      { courseId: 'c-9', name: 'Course 1', completedAt: '2026-02-18T12:00:00.000Z', daysToComplete: 30 },
    ]);
  });

  it('needs seven days of history', () => {
    expect(() => of(enrolment({ enrolledAt: ago(6) }))).toThrow(AppError);
    expect(() => of()).toThrow(AppError);
    expect(of(enrolment({ enrolledAt: ago(7) })).currentPace).toBe(0);
  });

  it('is all unknown, with no reason of its own, when progress is not known', () => {
    const { data, missing } = velocity('u-1', null, range, calendar);
    expect(missing).toEqual([]);
    expect(data).toMatchObject({ currentPace: null, weekly: null, milestones: null, remainingTopics: null });
  });

  it('does not depend on order or on rows that come twice, and is always finite', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(anyEnrolment, { selector: ({ courseId }) => courseId, maxLength: 3 }),
        (enrolments) => {
          const all = [enrolment({ courseId: 'c-0' }), ...enrolments];
          const shuffled = all
            .map((one) => ({ ...one, completions: [...one.completions, ...one.completions].reverse() }))
            .reverse();
          const plain = of(...all);
          expect(of(...shuffled)).toEqual(plain);
          expect(allFinite(plain)).toBe(true);
          expect(plain.currentPace).toBeGreaterThanOrEqual(0);
        },
      ),
    );
  });
});
