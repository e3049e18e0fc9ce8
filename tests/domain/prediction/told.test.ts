import { describe, expect, it } from 'vitest';
import { writeByRules } from '../../../src/domain/narrative/write-by-rules.ts';
import { unknownForecast } from '../../../src/domain/prediction/forecast.ts';
import {
  isLeftOpen,
  toldOfForecast,
  toldOfRecommendation,
  toldOfRisk,
} from '../../../src/domain/prediction/told.ts';

const factor = (
  code: 'missed_work' | 'lateness' | 'score' | 'activity',
  contribution: number,
  value: number,
) => ({
  ...{ code, contribution, value, peerPercentile: 50 },
});
const risk = {
  model: 'drop-off-risk',
  riskLevel: 'high',
  riskProbability: 0.0712,
  horizonDays: 28,
  factors: [
    factor('score', 0.2, 41),
    factor('missed_work', 0.9, 30),
    factor('activity', -0.4, 1.2),
    factor('lateness', 0.1, -2),
  ],
  interventions: [{ code: 'get_in_touch', urgency: 'soon', dueHours: 72 }],
} as const;

const told = (changes: Partial<Parameters<typeof toldOfRisk>[0]> = {}) => toldOfRisk({ ...risk, ...changes });

describe('What is told of a risk', () => {
  it('is its level in percent, how far ahead it looks, what raises it, the strongest first, and what to do', () => {
    expect(told()).toEqual({
      kind: 'risk',
      facts: [
        { code: 'risk_level_high', value: 7.1 },
        { code: 'horizon_days', value: 28 },
        { code: 'missed_work', value: 30 },
        { code: 'score', value: 41 },
        // Earlier than the due date, and still later than the others: no number of days late.
        { code: 'lateness', value: null },
        { code: 'get_in_touch', value: null },
      ],
    });
  });

  it('calls a rule of thumb what is one, and gives it no percent', () => {
    const facts = told({ model: 'rule-v1', riskProbability: null, horizonDays: null, factors: [] })?.facts;
    expect(facts?.slice(0, 2)).toEqual([
      { code: 'risk_level_high', value: null },
      { code: 'rule_of_thumb', value: null },
    ]);
  });

  it.each([{ riskLevel: null }, { factors: null }])('is nothing where nothing is known: %j', (changes) => {
    expect(told(changes)).toBeNull();
  });

  it('is written whole by the rules in each language', () => {
    const item = told();
    if (item === null) throw new Error('nothing is told');
    for (const language of ['en', 'he', 'ar'] as const)
      expect(writeByRules(item, language).match(/\.( |$)/g)).toHaveLength(item.facts.length);
  });
});

describe('What is told of a forecast', () => {
  const spread = (p50: number) => ({ p10: 0, p50, p90: 100 });
  const forecast = {
    ...unknownForecast,
    currentPercent: 40,
    completion: { p10: '2026-03-20', p50: '2026-03-24', p90: '2026-04-07' },
    onTimeProbability: 0.8125,
    grade: { value: 71.26, low: 60, high: 80 },
    outlook: [
      { code: 'four_weeks' as const, date: '2026-04-07', percent: spread(62) },
      { code: 'target_date' as const, date: '2026-06-01', percent: spread(90) },
    ],
  };

  it('is what is done, what of it by the target date, soon, and the next score', () => {
    expect(toldOfForecast({ ...forecast, targetDate: '2026-06-01' }, '2026-03-10')?.facts).toEqual([
      { code: 'percent_done', value: 40 },
      { code: 'on_time_percent', value: 81.3 },
      { code: 'percent_by_target', value: 90 },
      { code: 'percent_in_a_month', value: 62 },
      { code: 'next_score', value: 71.3 },
    ]);
  });

  it('is how many weeks are left where there is no target date', () => {
    expect(toldOfForecast(forecast, '2026-03-10')?.facts.slice(1, 3)).toEqual([
      { code: 'weeks_to_finish', value: 2 },
      { code: 'weeks_at_worst', value: 4 },
    ]);
  });

  it('leaves out what is not known or two years away', () => {
    const far = { p10: '2026-03-20', p50: '2027-03-09', p90: null };
    const facts = toldOfForecast(
      { ...unknownForecast, currentPercent: 0, completion: far },
      '2026-03-10',
    )?.facts;
    expect(facts).toEqual([
      { code: 'percent_done', value: 0 },
      { code: 'weeks_to_finish', value: 52 },
    ]);
    const further = { p10: null, p50: '2029-01-01', p90: null };
    expect(toldOfForecast({ ...unknownForecast, completion: further }, '2026-03-10')).toBeNull();
  });

  it('is nothing where a source that failed leaves it open', () => {
    expect(isLeftOpen('narrative', [{ field: 'narrative', reason: 'unavailable', service: 'courses' }])).toBe(
      true,
    );
    expect(isLeftOpen('narrative', [{ field: 'narrative', reason: 'insufficient_data' }])).toBe(false);
  });
});

describe('What is told of a recommendation', () => {
  const one = {
    ...{ id: 'course-c-1', type: 'course', courseId: 'c-1', title: 'A title', rank: 1, score: 80 },
    reasons: [
      { code: 'closes_gap', value: 100 },
      { code: 'proposed', value: null },
    ],
    closes: [
      { skillId: 's-1', gap: 1 },
      { skillId: 's-2', gap: 2 },
    ],
    estimatedWeeks: 6,
    narrative: null,
  } satisfies Parameters<typeof toldOfRecommendation>[0];

  it('is its reasons, of gaps how many, and how long it takes; no title, no id', () => {
    expect(toldOfRecommendation(one)).toEqual({
      kind: 'recommendation',
      facts: [
        { code: 'closes_gap', value: 2 },
        { code: 'proposed', value: null },
        { code: 'estimated_weeks', value: 6 },
      ],
    });
  });

  it('is nothing without reasons', () => {
    expect(toldOfRecommendation({ ...one, reasons: [], estimatedWeeks: null })).toBeNull();
  });
});
