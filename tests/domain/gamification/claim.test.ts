import { describe, expect, it } from 'vitest';
import { claimedEntry, isOnItsDay } from '../../../src/domain/gamification/claim.ts';
import type { PointSource } from '../../../src/domain/gamification/points.ts';
import type { Attempt } from '../../../src/domain/learning/attempt.ts';

const now = Date.parse('2026-03-10T12:00:00Z');
const calendar = { now, zone: 'UTC' };
const claim = (source: PointSource, reference = 'x-1') => ({
  userId: 'u-1',
  source,
  reference,
  occurredAt: now - 1000,
});
const attempt = (score: number | null, changes: Partial<Attempt> = {}): Attempt => ({
  attemptId: 't-1',
  userId: null,
  assessmentId: 'x-1',
  courseId: null,
  kind: 'postcourse',
  itemDifficulty: null,
  attemptNo: null,
  score,
  passMark: null,
  passed: null,
  startedAt: null,
  submittedAt: now - 5000,
  dueAt: null,
  weight: null,
  skills: [],
  ...changes,
});

describe('a claim', () => {
  it.each([
    ['course', 'c-1', 100],
    ['skill', 'k-1', 50],
    ['practice', 's-1', 10],
    ['streak_day', '2026-03-10', 10],
  ] as const)('of a %s is worth what it earns by itself', (source, reference, points) => {
    expect(claimedEntry(claim(source, reference), [], calendar)).toEqual({
      ...claim(source, reference),
      points,
    });
  });

  it('of an assessment is worth the score of the first scored hand-in of just that assessment', () => {
    const attempts = [
      attempt(90, { attemptId: 'later', submittedAt: now - 3000 }),
      attempt(null, { attemptId: 'unmarked', submittedAt: now - 9000 }),
      attempt(71.6, { attemptId: 'first' }),
      attempt(99, { attemptId: 'other', assessmentId: 'x-2', submittedAt: now - 8000 }),
    ];
    expect(claimedEntry(claim('assessment'), attempts, calendar)).toEqual({
      ...claim('assessment'),
      points: 72,
    });
  });

  it('of an assessment without a score, or not handed in, has no points at all', () => {
    expect(claimedEntry(claim('assessment'), [], calendar)).toBeNull();
    const unscored = [attempt(null), attempt(80, { submittedAt: null }), attempt(80, { assessmentId: 'y' })];
    expect(claimedEntry(claim('assessment'), unscored, calendar)).toBeNull();
  });

  it.each([
    ['UTC', '2026-03-10T23:30:00Z', '2026-03-10', true],
    ['Asia/Tokyo', '2026-03-10T23:30:00Z', '2026-03-10', false],
    ['Asia/Tokyo', '2026-03-10T23:30:00Z', '2026-03-11', true],
    ['America/New_York', '2026-03-08T04:30:00Z', '2026-03-07', true],
    ['America/New_York', '2026-03-09T03:30:00Z', '2026-03-08', true],
    ['Europe/Berlin', '2028-02-28T23:30:00Z', '2028-02-29', true],
  ])('of a day of a streak has to be on that day in %s: %s, %s', (zone, instant, day, isOn) => {
    const claimed = { ...claim('streak_day', day), occurredAt: Date.parse(instant) };
    expect(isOnItsDay(claimed, zone)).toBe(isOn);
    expect(isOnItsDay({ ...claimed, source: 'course' }, zone)).toBe(true);
  });
});
