import { describe, expect, it } from 'vitest';
import type { Achievement } from '../../../src/domain/gamification/achievement-engine.ts';
import { withStored } from '../../../src/domain/gamification/stored-achievements.ts';

const achievement = (code: string, changes: Partial<Achievement> = {}): Achievement => ({
  id: `bronze-${code}`,
  code,
  tier: 'bronze',
  earnedAt: null,
  progressPercent: 40,
  ...changes,
});
const stored = (code: string, earnedAt: number) => ({ code, tier: 'bronze' as const, earnedAt });

describe('achievements that were kept', () => {
  it('stay earned, since when they were kept, when the services say less or nothing', () => {
    const computed = [
      achievement('first_course'),
      achievement('first_skill', { progressPercent: null }),
      achievement('first_pass', { earnedAt: 900, progressPercent: 100 }),
    ];
    const kept = [stored('first_pass', 500), stored('first_skill', 700), stored('first_course', 600)];
    expect(withStored(computed, kept)).toEqual([
      achievement('first_course', { earnedAt: 600, progressPercent: 100 }),
      achievement('first_skill', { earnedAt: 700, progressPercent: 100 }),
      achievement('first_pass', { earnedAt: 500, progressPercent: 100 }),
    ]);
  });

  it('leave the others as they were computed, and change nothing that was given', () => {
    const computed = [achievement('a'), achievement('b', { earnedAt: 5, progressPercent: 100 })];
    const before = structuredClone(computed);
    expect(withStored(computed, [])).toEqual(before);
    withStored(computed, [stored('a', 1)]);
    expect(computed).toEqual(before);
  });

  it('are told last, oldest first, when the catalogue has them no more', () => {
    const all = withStored([achievement('a')], [stored('new_gone', 9), stored('old_gone', 3)]);
    expect(all.map(({ code, earnedAt }) => [code, earnedAt])).toEqual([
      ['a', null],
      ['old_gone', 3],
      ['new_gone', 9],
    ]);
    expect(all[1]).toEqual(achievement('old_gone', { earnedAt: 3, progressPercent: 100 }));
  });
});
