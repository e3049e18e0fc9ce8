import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contentEffectiveness } from '../../../src/domain/analytics/content-effectiveness.ts';
import type { Attempt } from '../../../src/domain/learning/attempt.ts';
import type { ContentView } from '../../../src/domain/learning/content.ts';
import {
  ago,
  allFinite,
  anyAttempt,
  anyEnrolment,
  anyView,
  attempt,
  calendar,
  completion,
  enrolment,
  view,
} from './seeds.ts';

const enrolments = [enrolment({ completions: [completion('t-1', 0, ['s-1'])] })];
const of = (
  views: ContentView[],
  attempts: Attempt[],
  range: { first: string; last: string } | null = null,
) => contentEffectiveness('u-1', views, attempts, enrolments, range, calendar);

const scored = (score: number, days: number) =>
  attempt({
    attemptId: `at-${days}`,
    assessmentId: `as-${days}`,
    score,
    submittedAt: ago(days),
    skills: [{ skillId: 's-1', score }],
  });

/** Scores 20, 60, 70, 70, 85, 85, 85 every ten days; videos before the rises, readings before the rest. */
const attempts = [
  scored(20, 60),
  scored(60, 50),
  scored(70, 40),
  scored(70, 30),
  scored(85, 20),
  scored(85, 10),
  scored(85, 5),
];
const views = [
  view({ contentId: 'v-1', at: ago(55) }),
  view({ contentId: 'v-2', at: ago(45) }),
  view({ contentId: 'v-3', at: ago(25) }),
  view({ contentId: 'r-1', type: 'reading', at: ago(35), completed: false, secondsSpent: 300 }),
  view({ contentId: 'r-2', type: 'reading', at: ago(15), completed: false, secondsSpent: 300 }),
  view({ contentId: 'r-3', type: 'reading', at: ago(7), completed: true, secondsSpent: 300 }),
];

describe('content effectiveness', () => {
  it('of the seed: videos before the rises are worth more than readings before nothing', () => {
    const { data, missing } = of(views, attempts);
    const [video, reading] = data.byType ?? [];
    // Gains of what was left: 40/80 = 50, 10/40 = 25, 15/30 = 50 after videos; 0, 0, 0 after readings; mean of all 20.83.
    // (125 + 3·20.83) / 6 = 31.25 and (0 + 62.5) / 6 = 10.4.
    expect(video).toMatchObject({
      contentType: 'video',
      completionPercent: 100,
      items: 3,
      minutes: 30,
      gain: { value: 31.3 },
    });
    expect(reading).toMatchObject({
      contentType: 'reading',
      completionPercent: 33.3,
      items: 3,
      minutes: 15,
      gain: { value: 10.4 },
    });
    // 31.25 lies above 4 of the 6 gains (66.7), 10.4 above 3 (50): .6·66.7 + .4·100 = 80 and .6·50 + .4·33.3 = 43.3.
    expect([video?.effectivenessScore, reading?.effectivenessScore]).toEqual([80, 43.3]);
    expect(data).toMatchObject({ mostEffective: 'video', leastEffective: 'reading' });
    expect(data.recommendations).toEqual([
      { code: 'more_of_most_effective', contentType: 'video' },
      { code: 'finish_what_is_started', contentType: 'reading' },
    ]);
    expect(missing).toEqual([]);
  });

  it('gives an interval that holds the gain, and the same one every time', () => {
    const gain = () => of(views, attempts).data.byType?.[0]?.gain;
    expect(gain()).toEqual(gain());
    expect(gain()?.low).toBeLessThanOrEqual(31.3);
    expect(gain()?.high).toBeGreaterThanOrEqual(31.3);
  });

  it('knows no gain and no score from fewer than three steps, and compares nothing', () => {
    const { data, missing } = of(views.slice(0, 2), attempts);
    expect(data.byType?.[0]).toMatchObject({ gain: null, effectivenessScore: null });
    expect(data).toMatchObject({
      mostEffective: null,
      leastEffective: null,
      recommendations: [{ code: 'try_other_types', contentType: null }],
    });
    expect(missing.map(({ field }) => field)).toEqual([
      'mostEffective',
      'leastEffective',
      'byType[].gain',
      'byType[].effectivenessScore',
    ]);
  });

  it('does not take what nobody recorded for nothing', () => {
    const { data } = of([view({ secondsSpent: null, completed: null })], []);
    expect(data.byType?.[0]).toMatchObject({ minutes: null, completionPercent: null, items: 1 });
  });

  it('says nothing of kinds when it is not known what was seen', () => {
    const { data, missing } = of([view({ type: null })], []);
    expect(data).toMatchObject({ byType: null, recommendations: null });
    expect(missing).toContainEqual({ field: 'byType', reason: 'insufficient_data' });
  });

  it('looks only at views of the days it was asked about', () => {
    const { data } = of(views, attempts, { first: '2026-02-20', last: '2026-03-10' });
    expect(data.byType?.map(({ contentType, items }) => [contentType, items])).toEqual([['reading', 2]]);
  });

  it('is all unknown when views are not known', () => {
    expect(contentEffectiveness('u-1', null, attempts, enrolments, null, calendar)).toMatchObject({
      data: { byType: null },
      missing: [],
    });
  });

  it('does not depend on order or doubles, stays in its bounds, and is always finite', () => {
    fc.assert(
      fc.property(
        fc.array(anyView, { maxLength: 15 }),
        fc.uniqueArray(anyAttempt, { selector: ({ attemptId }) => attemptId, maxLength: 12 }),
        fc.array(anyEnrolment, { maxLength: 2 }),
        (seen, made, own) => {
          const unique = [...new Map(seen.map((one) => [`${one.contentId} ${one.at}`, one])).values()];
          const run = (v: ContentView[], a: Attempt[]) =>
            contentEffectiveness('u-1', v, a, own, null, calendar).data;
          const plain = run(unique, made);
          expect(run([...unique, ...unique].reverse(), [...made].reverse())).toEqual(plain);
          expect(allFinite(plain)).toBe(true);
          for (const { effectivenessScore, gain } of plain.byType ?? []) {
            expect(effectivenessScore ?? 0).toBeGreaterThanOrEqual(0);
            expect(effectivenessScore ?? 0).toBeLessThanOrEqual(100);
            expect(Math.abs(gain?.value ?? 0)).toBeLessThanOrEqual(100);
          }
        },
      ),
    );
  });
});
