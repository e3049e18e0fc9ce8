import { describe, expect, it } from 'vitest';
import { interventionsFor } from '../../../src/domain/prediction/interventions.ts';
import { levelOf } from '../../../src/domain/prediction/levels.ts';
import { ruleV1 } from '../../../src/domain/prediction/rules.ts';
import { courseDay, runDayOf } from '../../../src/domain/prediction/signals.ts';
import { daysAgo, now } from './risk-seeds.ts';

describe('levelOf', () => {
  it.each([
    [0.0299, 'low'],
    [0.03, 'medium'],
    [0.0599, 'medium'],
    [0.06, 'high'],
    [0.0899, 'high'],
    [0.09, 'critical'],
  ] as const)('calls %d at a base rate of 0.03 %s', (probability, level) => {
    expect(levelOf(probability, 0.03, { medium: 1, high: 2, critical: 3 })).toBe(level);
  });
});

describe('ruleV1', () => {
  const well = { engagementScore: 50, paceTrendPercent: -20, lastActiveAt: daysAgo(7) };

  it('gives no points at the very borders', () => {
    expect(ruleV1(well, now)).toEqual({ points: 0, level: 'low', factors: [] });
  });

  it.each([
    [{ paceTrendPercent: -20.1 }, 30, 'medium'],
    [{ engagementScore: 49.9 }, 40, 'medium'],
    [{ paceTrendPercent: -21, lastActiveAt: daysAgo(7.01) }, 60, 'high'],
    [{ engagementScore: 0, lastActiveAt: daysAgo(30) }, 70, 'high'],
    [{ engagementScore: 0, paceTrendPercent: -100, lastActiveAt: daysAgo(30) }, 100, 'critical'],
  ] as const)('gives %o its points', (changes, points, level) => {
    expect(ruleV1({ ...well, ...changes }, now)).toMatchObject({ points, level });
  });

  it('has no verdict where engagement or activity is not known; a pace that is not known has not fallen', () => {
    expect(ruleV1({ ...well, engagementScore: null }, now)).toBeNull();
    expect(ruleV1({ ...well, lastActiveAt: null }, now)).toBeNull();
    expect(ruleV1({ ...well, paceTrendPercent: null }, now)?.points).toBe(0);
  });
});

describe('interventionsFor', () => {
  it('proposes up to three things, about what raises the risk most first, each once', () => {
    const factors = [
      { code: 'score', contribution: 0.4 },
      { code: 'run_attrition', contribution: 2 },
      { code: 'recency', contribution: 0.9 },
      { code: 'activity', contribution: 0.8 },
      { code: 'lateness', contribution: 0.1 },
      { code: 'progress', contribution: -1 },
      { code: 'missed_work', contribution: 0.2 },
    ];
    expect(interventionsFor('high', factors)).toEqual([
      { code: 'get_in_touch', urgency: 'soon', dueHours: 72 },
      { code: 'offer_help_with_content', urgency: 'soon', dueHours: 72 },
      { code: 'agree_on_missing_work', urgency: 'soon', dueHours: 72 },
    ]);
  });

  it('proposes nothing at a low risk', () => {
    expect(interventionsFor('low', [{ code: 'score', contribution: 1 }])).toEqual([]);
  });
});

describe('courseDay', () => {
  const run = (days: readonly number[]) => days.map((day) => ({ enrolledAt: daysAgo(day) }));

  it('counts from the latest of own enrolment, a run that is nearly full, and publication', () => {
    const full = run([...Array(99).fill(30), 2]);
    expect(courseDay({ enrolledAt: daysAgo(50) }, runDayOf(full, null, now), now)).toBe(30);
    expect(courseDay({ enrolledAt: daysAgo(4) }, runDayOf(full, null, now), now)).toBe(4);
    expect(courseDay({ enrolledAt: daysAgo(50) }, runDayOf(full, daysAgo(6), now), now)).toBe(6);
  });

  it('is not known without any date', () => {
    expect(courseDay({ enrolledAt: null }, runDayOf([{ enrolledAt: null }], null, now), now)).toBeNull();
  });
});
