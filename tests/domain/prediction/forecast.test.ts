import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../src/domain/errors.ts';
import type { Attempt } from '../../../src/domain/learning/attempt.ts';
import type { Enrolment } from '../../../src/domain/learning/enrolment.ts';
import {
  type ForecastAsked,
  type ForecastSources,
  forecast,
  weeklyAmounts,
} from '../../../src/domain/prediction/forecast.ts';
import { gradeForecast } from '../../../src/domain/prediction/grade.ts';
import { pathOf } from '../../../src/domain/prediction/pace-paths.ts';
import { seededRandom } from '../../../src/domain/statistics/random.ts';
import { dayMs } from '../../../src/domain/time.ts';

const now = Date.UTC(2026, 4, 1, 12);
const ago = (days: number) => now - days * dayMs;
const setting = { now, zone: 'UTC', minimumCohort: 10 };
const asked: ForecastAsked = { userId: 'u-1', organizationId: 'org-1', type: 'course', id: undefined };

const enrolment = (changes: Partial<Enrolment> = {}): Enrolment => ({
  courseId: 'c-1',
  courseTitle: 'Course 1',
  trainerId: 't-1',
  organizationId: 'org-1',
  enrolledAt: ago(84),
  dueAt: now + 56 * dayMs,
  completedAt: null,
  status: 'in_progress',
  assignment: null,
  totalTopics: 20,
  completions: [],
  ...changes,
});

const finished = (days: readonly number[]): Enrolment['completions'] =>
  days.map((day, index) => ({
    topicId: `t-${index}`,
    topicTitle: null,
    skillIds: [],
    completedAt: ago(day),
    durationSeconds: null,
  }));

const onlyProgress = (...progress: Enrolment[]): ForecastSources => ({
  progress,
  roll: null,
  courseAttempts: null,
  attempts: null,
  skills: null,
  learningPaths: null,
});

const weekly = finished([1, 8, 15, 22, 29, 36, 43, 50, 57, 64, 71, 78]);
const attempt = (score: number, days: number): Attempt => ({
  attemptId: `at-${days}`,
  userId: 'u-1',
  assessmentId: `as-${days}`,
  courseId: 'c-1',
  kind: 'postcourse',
  itemDifficulty: null,
  attemptNo: null,
  score,
  passMark: null,
  passed: null,
  startedAt: null,
  submittedAt: ago(days),
  dueAt: null,
  weight: null,
  skills: [],
});

describe('a path of weekly amounts', () => {
  it('without any spread in the weeks ends about where the pace leads, at the middle', () => {
    const random = seededRandom(1);
    const weeks = Array.from(
      { length: 2001 },
      () => pathOf(8, { own: [1, 1, 1, 1], cohort: null, leaving: 0 }, [], random).weeks,
    ).sort((a, b) => a - b);
    expect(weeks[1000]).toBeCloseTo(8, 0);
  });

  it('finishes nothing more after leaving, and never more than is left', () => {
    fc.assert(
      fc.property(fc.integer(), fc.double({ min: 0, max: 0.5, noNaN: true }), (seed, leaving) => {
        const paces = { own: [2, 0, 1], cohort: 1, leaving };
        const { amounts, weeks } = pathOf(10, paces, [2, 4, 30], seededRandom(seed));
        const [two = 0, four = 0, thirty = 0] = amounts;
        expect([two <= four, four <= thirty, thirty <= 10, weeks > 0]).toEqual([true, true, true, true]);
      }),
    );
  });

  it('counts whole weeks since the beginning, newest first, at most twelve', () => {
    const events = [1, 6, 8, 100].map((day) => ({ at: ago(day), amount: 1 }));
    expect(weeklyAmounts(events, 2.9, now)).toEqual([2, 1]);
    expect(weeklyAmounts(events, 99, now)).toHaveLength(12);
    expect(weeklyAmounts([{ at: now + dayMs, amount: 1 }], 3, now)).toEqual([0, 0, 0]);
  });
});

describe('a forecast', () => {
  it('of one topic a week with eight left: about eight weeks, which is when it is due', () => {
    const { data, missing, prediction } = forecast(
      asked,
      onlyProgress(enrolment({ completions: weekly })),
      setting,
    );
    expect(data).toMatchObject({
      item: { type: 'course', id: 'c-1', name: 'Course 1' },
      currentPercent: 60,
      targetDate: '2026-06-26',
    });
    const { p10, p50, p90 } = data.completion ?? {};
    expect([p10, p50, p90]).toEqual([p10, p50, p90].sort());
    expect(p50?.slice(0, 7)).toBe('2026-06');
    expect(data.onTimeProbability).toBeGreaterThan(0.35);
    expect(data.onTimeProbability).toBeLessThan(0.65);
    expect(data.outlook?.map(({ code, date }) => [code, date])).toEqual([
      ['four_weeks', '2026-05-29'],
      ['target_date', '2026-06-26'],
    ]);
    expect(data.milestones?.map(({ percent }) => percent)).toEqual([75, 100]);
    expect(missing.map(({ field }) => field)).toEqual(['grade']);
    expect(prediction?.model.id).toBe('forecast');
  });

  it('is the same on the same day, and says so much earlier for whoever is faster', () => {
    const slow = onlyProgress(enrolment({ completions: weekly }));
    const fast = onlyProgress(enrolment({ completions: weekly, enrolledAt: ago(84), totalTopics: 14 }));
    expect(forecast(asked, slow, setting)).toEqual(
      forecast(asked, slow, { ...setting, now: now + 3_600_000 }),
    );
    const dateOf = (sources: ForecastSources) => forecast(asked, sources, setting).data.completion?.p50 ?? '';
    expect(dateOf(fast) < dateOf(slow)).toBe(true);
  });

  it('has no dates where there is no pace, nothing left or an unknown number of topics, and never zero for it', () => {
    const of = (changes: Partial<Enrolment>) => forecast(asked, onlyProgress(enrolment(changes)), setting);
    for (const changes of [{}, { completions: weekly, totalTopics: null }]) {
      const { data, missing } = of(changes);
      expect(data).toMatchObject({ completion: null, onTimeProbability: null, outlook: null });
      expect(missing.map(({ field }) => field)).toContain('completion');
    }
    const done = of({ completions: weekly, totalTopics: 12 });
    expect(done.data).toMatchObject({ currentPercent: 100, completion: null });
    expect(done.missing.map(({ field }) => field)).not.toContain('completion');
  });

  it('stands on the run’s pace while the own weeks are few, and on nobody’s when the run is small', () => {
    const roll = (people: number) =>
      Array.from({ length: people }, (_, index) => ({
        userId: `u-${index}`,
        organizationId: 'org-1',
        enrolledAt: ago(28),
        dueAt: now + 56 * dayMs,
        status: 'in_progress' as const,
        completedTopics: 4,
        totalTopics: 20,
        lastActivityAt: ago(1),
        completedAt: null,
        withdrawnAt: null,
      }));
    const of = (people: number) =>
      forecast(asked, { ...onlyProgress(enrolment({ enrolledAt: ago(28) })), roll: roll(people) }, setting);
    expect(of(12).data.completion).not.toBeNull();
    expect(of(9).data.completion).toBeNull();
  });

  it('refuses what is not under way by name, and says when nothing is', () => {
    const codeOf = (run: () => unknown) => {
      try {
        run();
      } catch (error) {
        return error instanceof AppError ? error.code : 'another';
      }
      return 'none';
    };
    const ended = onlyProgress(enrolment({ status: 'completed' }));
    expect(codeOf(() => forecast(asked, ended, setting))).toBe('INSUFFICIENT_DATA');
    expect(codeOf(() => forecast({ ...asked, id: 'c-9' }, ended, setting))).toBe('NOT_FOUND');
    const skills = { ...ended, skills: [] };
    expect(codeOf(() => forecast({ ...asked, type: 'skill', id: 's-9' }, skills, setting))).toBe('NOT_FOUND');
    expect(forecast({ ...asked, type: 'learning_path' }, ended, setting).data.item).toBeNull();
  });

  it('goes by levels for a skill and by steps for a path', () => {
    const skill = {
      skillId: 's-1',
      name: 'Skill 1',
      category: null,
      level: 2,
      requiredLevel: 4,
      importance: { business: null, market: null, career: null },
      prerequisites: [],
      acquiredAt: null,
      history: [
        { at: ago(80), level: 0 },
        { at: ago(50), level: 1 },
        { at: ago(20), level: 2 },
      ],
    };
    const bySkill = forecast(
      { ...asked, type: 'skill' },
      { ...onlyProgress(), skills: [skill] },
      setting,
    ).data;
    expect(bySkill).toMatchObject({ item: { id: 's-1' }, currentPercent: 50, targetDate: null });
    expect(bySkill.completion?.p50).not.toBeNull();
    const step = { courseId: 'c-1', topicId: null, estimatedHours: null };
    const path = {
      pathId: 'p-1',
      title: 'Path',
      targetDate: null,
      steps: [
        { ...step, order: 1, status: 'completed' },
        { ...step, order: 2, courseId: 'c-2', status: 'not_started' },
      ],
    };
    const done = enrolment({ status: 'completed', completedAt: ago(30) });
    const byPath = { ...onlyProgress(done), learningPaths: [path] };
    expect(forecast({ ...asked, type: 'learning_path' }, byPath, setting).data.currentPercent).toBe(50);
  });
});

describe('a grade forecast', () => {
  it('weighs recent scores more: 60 then 80 is (60·.8 + 80)/1.8, with the run’s mean 50 (178 − 50 + 50)/2.8', () => {
    expect(gradeForecast([60, 80], null)?.value).toBeCloseTo(71.1, 1);
    expect(gradeForecast([60, 80], 50)?.value).toBeCloseTo(63.6, 1);
    expect(gradeForecast([], 50)).toBeNull();
  });

  it('stays within 0–100 and within its own interval', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 1, maxLength: 20 }), (scores) => {
        const { low = -1, value = -1, high = -1 } = gradeForecast(scores, 70) ?? {};
        expect([0 <= low, low <= value, value <= high, high <= 100]).toEqual([true, true, true, true]);
      }),
    );
  });

  it('is made of the scores in the course that is asked about', () => {
    const sources = {
      ...onlyProgress(enrolment({ completions: weekly })),
      attempts: [attempt(60, 9), attempt(80, 2), { ...attempt(0, 1), courseId: 'c-2' }],
    };
    expect(forecast(asked, sources, setting).data.grade?.value).toBeCloseTo(71.1, 1);
  });
});
