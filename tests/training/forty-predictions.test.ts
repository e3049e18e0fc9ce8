import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fortyRisks } from './forty-learners.ts';

const table: unknown = JSON.parse(readFileSync(new URL('forty-predictions.json', import.meta.url), 'utf8'));

describe('the committed model', () => {
  it('says of forty made-up learners what the table says: a change of the model is seen here', () => {
    const risks = fortyRisks();
    expect(risks).toHaveLength(40);
    expect(risks).toEqual(table);
  });

  it('tells them apart', () => {
    const risks = fortyRisks();
    expect(new Set(risks.map(({ riskLevel }) => riskLevel)).size).toBeGreaterThan(2);
    expect(new Set(risks.map(({ riskProbability }) => riskProbability)).size).toBeGreaterThan(35);
  });
});
