import { describe, expect, it } from 'vitest';
import { lifetimesOf, retentionOf, survivalWeeks } from '../../../src/domain/analytics/course-survival.ts';
import { ago, calendar, rollRow } from './seeds.ts';

describe('survival in a course', () => {
  const minimum = 10;

  it('censors at completion, takes the last activity for an unknown withdrawal, leaves out what has neither', () => {
    const rows = [
      rollRow({ userId: 'a', status: 'completed', enrolledAt: ago(70), completedAt: ago(49) }),
      rollRow({ userId: 'b', status: 'withdrawn', enrolledAt: ago(70), lastActivityAt: ago(35) }),
      rollRow({ userId: 'c', status: 'withdrawn', enrolledAt: ago(70) }),
      rollRow({ userId: 'd', status: 'withdrawn', enrolledAt: ago(70), withdrawnAt: ago(80) }),
      rollRow({ userId: 'e', enrolledAt: ago(13) }),
      rollRow({ userId: 'f', enrolledAt: null }),
      rollRow({ userId: 'g', enrolledAt: ago(-1) }),
    ];
    expect(lifetimesOf(rows, calendar.now)).toEqual([
      { time: 3, event: false },
      { time: 5, event: true },
      { time: 0, event: true },
      { time: 1, event: false },
    ]);
  });

  it('ends with the last week that has enough people at risk, after a year at the latest', () => {
    const lives = (count: number, time: number) =>
      Array.from({ length: count }, () => ({ time, event: false }));
    expect(survivalWeeks([...lives(9, 9), ...lives(1, 4), ...lives(5, 2)], minimum)?.at(-1)?.week).toBe(4);
    expect(survivalWeeks(lives(10, 90), minimum)?.at(-1)?.week).toBe(52);
    expect(survivalWeeks(lives(9, 9), minimum)).toBeNull();
  });

  it('is measured against what is usual where that is known', () => {
    const lives = Array.from({ length: 20 }, (_, index) => ({ time: index < 4 ? 2 : 10, event: index < 4 }));
    const usual = (survival: number) => [{ time: 3, atRisk: 100, events: 1, survival }];
    expect(retentionOf(lives, minimum, 'none')).toBeCloseTo(80);
    expect(retentionOf(lives, minimum, usual(0.9))).toBeCloseTo(88.889, 3);
    expect(retentionOf(lives, minimum, usual(0.5))).toBe(100);
    expect(retentionOf(lives, minimum, usual(0))).toBeNull();
    expect(retentionOf(lives.slice(0, 9), minimum, 'none')).toBeNull();
    expect(retentionOf(lives, minimum, null)).toBeNull();
  });
});
