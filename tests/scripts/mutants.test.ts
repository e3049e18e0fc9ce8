import { describe, expect, it } from 'vitest';
import { areasOf, isWeak, percentOf } from '../../scripts/mutants/areas.ts';

const file = (...mutants: [status: string, times: number][]) => ({
  mutants: mutants.flatMap(([status, times]) => Array.from({ length: times }, () => ({ status }))),
});

describe('the mutants of an area', () => {
  it('are counted over its files, and a strong area does not make up for a weak one', () => {
    const areas = areasOf({
      files: {
        'src/domain/privacy/totals.ts': file(['Killed', 80], ['Survived', 14]),
        'src/domain/privacy/counts.ts': file(['Killed', 4], ['Timeout', 1], ['NoCoverage', 1]),
        'src/infrastructure/auth/tokens.ts': file(['Killed', 84], ['Survived', 16]),
        'src/domain/identity/policy.ts': file(['Killed', 1000]),
      },
    });
    expect(areas.map((area) => [area.name, percentOf(area), area.tried, isWeak(area)])).toEqual([
      ['policy', 100, 1000, false],
      ['privacy', 85, 100, false],
      ['tokens', 84, 100, true],
    ]);
  });

  it('that were not tried count for nothing, and a file of no area is one', () => {
    const files = {
      'src/domain/audit/chain.ts': file(['Ignored', 3], ['CompileError', 1]),
      'src/other.ts': file(['Ignored', 3], ['Survived', 1]),
    };
    expect(areasOf({ files })).toEqual([{ name: 'src/other.ts', noticed: 0, tried: 1 }]);
  });
});
