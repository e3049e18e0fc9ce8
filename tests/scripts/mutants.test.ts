import { describe, expect, it } from 'vitest';
import { areasOf } from '../../scripts/mutants/areas.ts';

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
    expect(areas).toEqual([
      { what: 'mutants of privacy that are killed', seen: '85.0 % of 100, at least 85 %', holds: true },
      { what: 'mutants of tokens that are killed', seen: '84.0 % of 100, at least 85 %', holds: false },
      { what: 'mutants of policy that are killed', seen: '100.0 % of 1000, at least 85 %', holds: true },
    ]);
  });

  it('that were not tried count for nothing, and a file of no area is one', () => {
    const files = {
      'src/domain/audit/chain.ts': file(['Ignored', 3], ['CompileError', 1]),
      'src/other.ts': file(['Ignored', 3], ['Survived', 1]),
    };
    expect(areasOf({ files })).toEqual([
      { what: 'mutants of src/other.ts that are killed', seen: '0.0 % of 1, at least 85 %', holds: false },
    ]);
  });
});
