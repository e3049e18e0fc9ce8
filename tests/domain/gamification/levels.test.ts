import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { levelOf } from '../../../src/domain/gamification/levels.ts';

describe('levels', () => {
  it.each([
    [-5, 1, 'beginner', 0, 100],
    [0, 1, 'beginner', 0, 100],
    [99, 1, 'beginner', 99, 100],
    [100, 2, 'learner', 0, 300],
    [150, 2, 'learner', 25, 300],
    [300, 3, 'contributor', 0, 600],
    [600, 4, 'expert', 0, 1000],
    // 399 of 400 points is 99.75 %.
    [999, 4, 'expert', 99.7, 1000],
    [1000, 5, 'master', 0, 1500],
    [1499, 5, 'master', 99.8, 1500],
    [1500, 6, 'numbered', 0, 2000],
    [1999, 6, 'numbered', 99.8, 2000],
    [2000, 7, 'numbered', 0, 2500],
    [10_250, 23, 'numbered', 50, 10_500],
  ])('%i points are level %i, %s, %d % of the way to %i', (points, level, levelName, percent, next) => {
    expect(levelOf(points)).toEqual({
      level,
      levelName,
      levelProgressPercent: percent,
      nextLevelPoints: next,
    });
  });

  it('never fall with more points, and the next one begins exactly where it is said to', () => {
    fc.assert(
      fc.property(fc.nat(100_000), fc.nat(5000), (points, more) => {
        const { level, levelProgressPercent, nextLevelPoints } = levelOf(points);
        expect(levelOf(points + more).level).toBeGreaterThanOrEqual(level);
        expect(levelOf(nextLevelPoints - 1).level).toBe(level);
        expect(levelOf(nextLevelPoints)).toMatchObject({ level: level + 1, levelProgressPercent: 0 });
        expect(levelProgressPercent).toBeGreaterThanOrEqual(0);
        expect(levelProgressPercent).toBeLessThan(100);
      }),
    );
  });
});
