/** Pieces that figures about courses are made of: results, ratings, and what may be told of them. */
import { type Attempt, didPass } from '../learning/attempt.ts';
import type { CourseEnrolment, CourseFeedback } from '../learning/enrolment.ts';
import { hideOne } from '../privacy/rounding.ts';
import type { MissingReason } from '../provenance.ts';
import { bayesianAverage } from '../statistics/bayesian.ts';
import { round } from '../statistics/summary.ts';
import { attemptsByPerson } from './course-facts.ts';

/** What may be told of a figure, or why nothing may. */
export type Told = { value: number; reason: null } | { value: null; reason: MissingReason };

type People = readonly Pick<CourseEnrolment, 'userId'>[];

export interface HandIn extends Attempt {
  userId: string;
  submittedAt: number;
}

/** Whether somebody passed an assessment. */
export interface Result {
  userId: string;
  passed: boolean;
}

export interface Rating {
  userId: string;
  /** 1–5. */
  rating: number;
  /** Epoch ms; null = unknown. */
  at: number | null;
}

/** A course is thought to be a little better than the middle until a few ratings say otherwise. */
export const ratingPrior = { mean: 3.5, weight: 5 };
const lowestRating = 1;
/** Greatest less least rating. */
export const ratingRange = 4;

/** How many different people these things are about. */
export const countPeople = (items: readonly { userId: string }[]): number =>
  new Set(items.map(({ userId }) => userId)).size;

/**
 * The figure, rounded by `hideOne`, when at least `minimum` people stand behind it; none of nobody is
 * `insufficient_data`, one of too few is `suppressed`.
 * @param range greatest less least value one person can have
 */
export function tell(value: number | null, people: number, minimum: number, range = 100): Told {
  if (people > 0 && people < minimum) return { value: null, reason: 'suppressed' };
  if (people === 0 || value === null) return { value: null, reason: 'insufficient_data' };
  return { value: hideOne(value, people, range), reason: null };
}

/** `hideOne` on the scale 1–5, measured from 1: rounded ratings stay on it. */
export const hideOneRating = (value: number, people: number): number =>
  round(lowestRating + hideOne(value - lowestRating, people, ratingRange), 3);

/** 100 × share of those for which it holds; null for none. */
export const percentOf = <T>(items: readonly T[], holds: (item: T) => boolean): number | null =>
  items.length === 0 ? null : (100 * items.filter(holds).length) / items.length;

const inOrder = (a: HandIn, b: HandIn): number =>
  a.submittedAt - b.submittedAt ||
  (a.attemptNo ?? 0) - (b.attemptNo ?? 0) ||
  a.attemptId.localeCompare(b.attemptId);

/** What these people have handed in by now, each once, oldest first. */
export function handInsOf(attempts: readonly Attempt[], people: People, now: number): HandIn[] {
  const own = [...attemptsByPerson(attempts, people).values()].flat();
  const unique = [...new Map(own.map((attempt) => [attempt.attemptId, attempt])).values()];
  const isHandedIn = (attempt: Attempt): attempt is HandIn =>
    attempt.userId !== null && attempt.submittedAt !== null && attempt.submittedAt <= now;
  return unique.filter(isHandedIn).sort(inOrder);
}

const resultsOf = (handIns: Iterable<HandIn>): Result[] =>
  [...handIns].flatMap((handIn) => {
    const passed = didPass(handIn);
    return passed === null ? [] : [{ userId: handIn.userId, passed }];
  });

/** Somebody's work on one assessment of a course. */
const workOf = ({ userId, assessmentId }: HandIn): string => JSON.stringify([userId, assessmentId]);

/** A baseline is taken before the course: to fail it is nothing that came of the course. */
const isOfTheCourse = ({ kind }: Attempt): boolean => kind !== 'baseline';

/**
 * Per person and assessment whether the latest scored hand-in passed; baselines and those of which it cannot
 * be said are not among them.
 */
export function latestResults(attempts: readonly Attempt[], people: People, now: number): Result[] {
  const scored = handInsOf(attempts, people, now).filter((one) => isOfTheCourse(one) && one.score !== null);
  return resultsOf(new Map(scored.map((handIn) => [workOf(handIn), handIn])).values());
}

/**
 * Per person and assessment whether the first hand-in passed; baselines and those of which it cannot be said
 * are not among them.
 */
export function firstResults(attempts: readonly Attempt[], people: People, now: number): Result[] {
  const own = handInsOf(attempts, people, now).filter(isOfTheCourse);
  return resultsOf(new Map(own.reverse().map((handIn) => [workOf(handIn), handIn])).values());
}

/** The ratings that these people gave by now, one of each: the last, of equally late ones the higher. */
export function ratingsOf(feedback: readonly CourseFeedback[], people: People, now: number): Rating[] {
  const known = new Set(people.map(({ userId }) => userId));
  const given = feedback.flatMap(({ userId, rating, submittedAt: at }) =>
    rating !== null && known.has(userId) && (at === null || at <= now) ? [{ userId, rating, at }] : [],
  );
  const oldestFirst = given.sort((a, b) => (a.at ?? 0) - (b.at ?? 0) || a.rating - b.rating);
  const last = new Map(oldestFirst.map((one) => [one.userId, one]));
  return [...last.values()].sort((a, b) => a.userId.localeCompare(b.userId));
}

/**
 * How content people are: Bayesian average of their ratings (prior mean 3.5, worth five ratings), 1–5 mapped
 * to 0–100.
 *
 * Unit: percent 0–100. Null rule: no ratings.
 */
export function satisfactionOf(ratings: readonly Rating[]): number | null {
  const values = ratings.map(({ rating }) => rating);
  const average = values.length === 0 ? null : bayesianAverage(values, ratingPrior);
  return average === null ? null : (100 * (average - lowestRating)) / ratingRange;
}
