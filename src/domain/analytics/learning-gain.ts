/** How much people learn in a course: what they score after it against what they scored before. */
import type { Attempt } from '../learning/attempt.ts';
import type { CourseEnrolment } from '../learning/enrolment.ts';
import { hideOne } from '../privacy/rounding.ts';
import { cohensD } from '../statistics/effect-size.ts';
import { percentileOfZ } from '../statistics/normal.ts';
import { countPeople, handInsOf, type Told, tell } from './course-parts.ts';

/** Somebody's scores in one course: before it and after it. */
export interface ScorePair {
  userId: string;
  before: number;
  after: number;
}

export interface LearningGain {
  /** Mean difference in pooled standard deviations, with the ends of its 95 % interval. */
  cohensD: number;
  low: number;
  high: number;
  /** Pairs of scores. */
  n: number;
}

/** Cohen's d of courses lies between −2 and 2: what one person can move is measured against that. */
const effectRange = 4;
/** First baseline score and last post-course score of everybody who has both in one course. */
export function scorePairs(
  attempts: readonly Attempt[],
  people: readonly Pick<CourseEnrolment, 'userId'>[],
  now: number,
): ScorePair[] {
  const byPerson = Map.groupBy(handInsOf(attempts, people, now), ({ userId }) => userId);
  return [...byPerson].flatMap(([userId, own]) => {
    const before = own.find(({ kind, score }) => kind === 'baseline' && score !== null)?.score ?? null;
    const after = own.findLast(({ kind, score }) => kind === 'postcourse' && score !== null)?.score ?? null;
    return before === null || after === null ? [] : [{ userId, before, after }];
  });
}

/**
 * Learning gain over the pairs: Cohen's d of the scores after against those before. As a part it is Cohen's
 * U3, 100 Φ(d): the share of those before the course whom the average person after it surpasses (50 when
 * nothing was gained).
 *
 * Units: pooled standard deviations, rounded by `hideOne` on a range of 4; percent 0–100. Null rule: fewer
 * than three pairs, or no variation on either side; fewer people than `minimum`: suppressed.
 */
export function learningGainOf(
  pairs: readonly ScorePair[],
  minimum: number,
): { part: Told; gain: LearningGain | null } {
  const people = countPeople(pairs);
  const effect = cohensD(
    pairs.map(({ before }) => before),
    pairs.map(({ after }) => after),
  );
  const part = tell(effect && percentileOfZ(effect.value), people, minimum);
  if (effect === null || part.value === null) return { part, gain: null };
  const hide = (value: number) => hideOne(value, people, effectRange);
  const { value, low, high, n } = effect;
  return { part, gain: { cohensD: hide(value), low: hide(low), high: hide(high), n } };
}
