import { expect, it } from 'vitest';
import type { Narrate, ToNarrate } from '../../../src/application/narratives/narrate.ts';
import type { SummaryFacts } from '../../../src/application/ports/reports.ts';
import { makeSummarize } from '../../../src/application/reports/summarize.ts';
import { isOnlyCodesAndNumbers } from '../../../src/domain/narrative/narrative.ts';

const facts: SummaryFacts = {
  ...{ language: 'en', type: 'trainer', dataSource: 'realtime', attention: [], missing: 2 },
  highlights: [
    { section: 'trainer.course-performance', label: 'totalLearners', cell: { kind: 'count', value: 40 } },
    { section: 'trainer.teaching-effectiveness', label: 'trend', cell: { kind: 'code', value: 'falling' } },
  ],
};
const about = { userId: 't-1', organizationId: 'org-1' };
const asked: { items: readonly ToNarrate[]; options: object }[] = [];
const narrating =
  (text: string | null): Narrate =>
  async (items, options) => {
    asked.push({ items, options });
    const narrative = text === null ? null : ({ text, source: 'model', model: 'a-model' } as const);
    return { narratives: [narrative], meta: { source: 'rules', model: null } };
  };
const rules =
  'Course performance: Learners 40.\nTeaching effectiveness: Trend falling.\n2 figures are not known; the reasons are listed below.';

it('tells a model codes and numbers, whose choice counts, and the words it falls back on', async () => {
  expect(await makeSummarize(narrating('Forty learners.'))(facts, about)).toMatchObject({
    ...{ text: 'Forty learners.', source: 'model', model: 'a-model' },
  });
  const [{ items, options } = { items: [], options: {} }] = asked;
  expect(items).toEqual([
    { kind: 'summary', facts: [{ code: 'trainer.course_performance.totalLearners', value: 40 }], rules },
  ]);
  expect(items.every(isOnlyCodesAndNumbers)).toBe(true);
  expect(options).toMatchObject({ about, language: 'en' });
});

it('is said by rules when nobody else says it', async () => {
  expect(await makeSummarize(narrating(null))(facts, about)).toEqual({
    text: rules,
    source: 'rules',
    model: null,
  });
});
