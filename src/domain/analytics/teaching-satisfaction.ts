/** What people say of a trainer's courses, and where that goes. */
import type { Setting } from '../setting.ts';
import { mean } from '../statistics/summary.ts';
import { trendOf } from '../statistics/trend.ts';
import { dayOf } from '../time.ts';
import { countPeople, hideOneRating, type Rating, satisfactionOf, type Told, tell } from './course-parts.ts';

export const satisfactionTrends = ['improving', 'stable', 'declining'] as const;
type SatisfactionTrend = (typeof satisfactionTrends)[number];

export interface Satisfaction {
  /** Mean rating, 1–5. */
  average: number | null;
  /** Of the monthly means. */
  trend: SatisfactionTrend | null;
  /** Ratings; 0 when there really are none. */
  responses: number | null;
}

const leastMonths = 3;
const trendWord = { up: 'improving', flat: 'stable', down: 'declining' } as const;

/** Direction of the monthly means of at least three ratings; null for fewer than three such months. */
function satisfactionTrendOf(ratings: readonly Rating[], zone: string): SatisfactionTrend | null {
  const dated = ratings.flatMap(({ rating, at }) =>
    at === null ? [] : [{ rating, month: dayOf(at, zone).slice(0, 7) }],
  );
  const months = [...Map.groupBy(dated, ({ month }) => month)].sort(([a], [b]) => a.localeCompare(b));
  const means = months.flatMap(([, own]) => mean(own.map(({ rating }) => rating)) ?? []);
  return means.length < leastMonths ? null : trendWord[trendOf(means).direction];
}

/**
 * The part of satisfaction, and its figures: they are told when the part is.
 * @param isKnown false when ratings could not be had: none is then unknown, not 0
 */
export function satisfactionFigures(
  ratings: readonly Rating[],
  isKnown: boolean,
  { zone, minimumCohort }: Setting,
): { part: Told; satisfaction: Satisfaction } {
  const people = countPeople(ratings);
  const part = tell(satisfactionOf(ratings), people, minimumCohort);
  const average = mean(ratings.map(({ rating }) => rating));
  if (part.value === null || average === null) {
    const none = isKnown && people === 0 ? 0 : null;
    return { part, satisfaction: { average: null, trend: null, responses: none } };
  }
  const trend = satisfactionTrendOf(ratings, zone);
  const responses = ratings.length;
  return { part, satisfaction: { average: hideOneRating(average, people), trend, responses } };
}
