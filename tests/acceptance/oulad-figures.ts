/** The trainer's figures by their definitions, from the places in the courses; nothing here knows the product. */
import {
  fewest,
  inSteps,
  likeliestChange,
  meanOf,
  quantileOf,
  type Stay,
  survivalOf,
  toldCounts,
  trendOf,
} from './oulad-arithmetic.ts';
import { elapsedOf, gradeOf, isBehind, type Place, stayOf, today } from './oulad-course.ts';

export const isGoingOn = ({ left }: Place): boolean => left === null;

/** A click at noon lies in the last n days before six in the evening when it is n − 1 days old or less. */
export const isActiveIn = (days: number) => (place: Pick<Place, 'lastClick'>) =>
  place.lastClick !== null && place.lastClick > today - days;

export const sumOf = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** BBB 2013B: 1767 = 1127 active + 284 others going on + 356 who left. Without any click nobody knows who is active. */
export function statesOf(places: readonly Place[]) {
  const going = places.filter(isGoingOn);
  const isKnown = places.some(({ lastClick }) => lastClick !== null);
  const active = going.filter(isActiveIn(14)).length;
  const split = isKnown ? { active, others: going.length - active } : { others: going.length };
  const told = toldCounts<string>({ ...split, completions: 0, withdrawals: places.length - going.length });
  return {
    enrollments: places.length,
    active: told.active ?? null,
    completions: told.completions,
    withdrawals: told.withdrawals,
  };
}

/** Registrations in each of the twelve whole weeks before the one of day 90, a Thursday: days 3 to 86. */
export const weeklyRegistrations = (places: readonly Place[]): number[] =>
  Array.from({ length: 12 }, (_, week) => 3 + 7 * week).map(
    (monday) =>
      places.filter(
        ({ registered }) => registered !== null && registered >= monday && registered < monday + 7,
      ).length,
  );

/** Work handed in, and the work that the elapsed share of the time asks for, of those going on. */
export function planOf(places: readonly Place[]) {
  const going = places.filter((place) => isGoingOn(place) && place.registered !== null);
  const done = sumOf(going.map(({ handIns, course }) => Math.min(handIns.length, course.topics)));
  const asked = sumOf(going.map((place) => elapsedOf(place) * place.course.topics));
  return { people: going.length, done, asked };
}

/** Those going on of whom it is known whether they are active: a hand-in without a click says they have begun. */
export function engagedOf(places: readonly Place[]) {
  const known = places.filter(
    (place) => isGoingOn(place) && (place.lastClick !== null || place.handIns.length === 0),
  );
  return { people: known.length, active: known.filter(isActiveIn(14)).length };
}

export const curveOf = (places: readonly Place[]) => survivalOf(places.flatMap(stayOf));

/** The curve as it may be told: in steps for those at risk, and never rising for the coarser ones. */
export function toldCurveOf(places: readonly Place[]) {
  let lowest = 100;
  return curveOf(places).map(({ week, survival, atRisk }) => {
    lowest = Math.min(lowest, inSteps(100 * survival, atRisk));
    return { week, remainingPercent: lowest };
  });
}

/** Percent still there in the last week of the curve, and of all courses of the university in that week. */
export function stayingOf(places: readonly Place[], stays: readonly Stay[]) {
  const { week, survival } = curveOf(places).at(-1) ?? { week: -1, survival: Number.NaN };
  const usual = survivalOf(stays, 1)[week]?.survival ?? Number.NaN;
  const told = inSteps(Math.min(100, (100 * survival) / usual), places.flatMap(stayOf).length);
  return { own: 100 * survival, usual: 100 * usual, told };
}

/** Weeks with ten and more leaving that cost more than three times the median of the others. */
export function spikesOf(places: readonly Place[]): number[] {
  const weeks = curveOf(places);
  return weeks.flatMap(({ week, leaving, atRisk }) => {
    const others = weeks.filter((other) => other.week !== week).map((other) => other.leaving / other.atRisk);
    return leaving >= fewest && leaving / atRisk > 3 * quantileOf(others, 0.5) ? [week] : [];
  });
}

/** Whether the weekly hazards rise at some week (Pettitt, p < 0.1) with ten and more leaving from it on. */
export function hazardRises(places: readonly Place[]): boolean {
  const weeks = curveOf(places);
  const { index, isUp, p } = likeliestChange(weeks.map(({ leaving, atRisk }) => leaving / atRisk));
  return isUp && p < 0.1 && sumOf(weeks.slice(index).map(({ leaving }) => leaving)) >= fewest;
}

/** Hand-ins per person who is there, in each of the eight whole weeks before the one of day 90: days 31 to 86. */
const workOf = (places: readonly Place[]): number[] =>
  Array.from({ length: 8 }, (_, week) => 31 + 7 * week).map((monday) => {
    const there = places.filter(
      ({ registered, left }) =>
        registered !== null && registered < monday + 7 && Math.max(registered, left ?? today) >= monday,
    );
    const days = there.flatMap(({ handIns }) => handIns.map(({ day }) => day));
    return days.filter((day) => day >= monday && day < monday + 7).length / there.length;
  });

export const workTrendOf = (places: readonly Place[]) => trendOf(workOf(places));

/** Who left, or goes on and has not clicked for 28 days, and the commonest number of hand-ins among them. */
export function stoppedOf(places: readonly Place[]) {
  const stopped = places.filter(
    (place) =>
      place.handIns.length < place.course.topics &&
      (!isGoingOn(place) || (place.lastClick !== null && place.lastClick <= today - 28)),
  );
  const byCount = Map.groupBy(stopped, ({ handIns }) => handIns.length);
  const [[finished, most] = [0, []]] = [...byCount].sort(([, a], [, b]) => b.length - a.length);
  return { stopped: stopped.length, finished, most: most.length };
}

export interface Learner {
  student: string;
  places: Place[];
  /** Mean over the courses with a mark. */
  grade: number | undefined;
  lastClick: number | null;
}

export const learnersOf = (places: readonly Place[]): Learner[] =>
  [...Map.groupBy(places, ({ student }) => student)].map(([student, own]) => {
    const grades = own.flatMap((place) => gradeOf(place) ?? []);
    const clicks = own.flatMap(({ lastClick }) => lastClick ?? []);
    return {
      student,
      places: own,
      grade: grades.length === 0 ? undefined : meanOf(grades),
      lastClick: clicks.length === 0 ? null : Math.max(...clicks),
    };
  });

export const gradesOf = (learners: readonly Learner[]): number[] =>
  learners.flatMap(({ grade }) => grade ?? []);

export function progressOf(places: readonly Place[]) {
  const going = places.filter(isGoingOn);
  const idle = going.filter(({ handIns, lastClick }) => handIns.length === 0 && lastClick === null).length;
  return {
    notStarted: idle,
    inProgress: going.length - idle,
    completed: 0,
    withdrawn: places.length - going.length,
  };
}

/** Not seen for seven days; of whom nothing is known is not called inactive. */
const isAway = (learner: Learner) => learner.lastClick !== null && !isActiveIn(7)(learner);

export function performanceOf(learners: readonly Learner[]) {
  const counts = { struggling: 0, onTrack: 0, excelling: 0, noGradeYet: 0 };
  for (const learner of learners) {
    const { grade, places } = learner;
    if (grade === undefined) counts.noGradeYet += 1;
    else if (grade < 60 || (places.some(isBehind) && isAway(learner))) counts.struggling += 1;
    else if (grade >= 85) counts.excelling += 1;
    else counts.onTrack += 1;
  }
  return counts;
}

/** Grades by their tens, 100 in the last; a hair under a border is a binary error and lies on it. */
export function tensOf(grades: readonly number[]): Record<string, number> {
  const counts = Object.fromEntries(Array.from({ length: 10 }, (_, ten) => [`${ten}`, 0]));
  for (const grade of grades) {
    const ten = `${Math.min(9, Math.floor((grade + 1e-9) / 10))}`;
    counts[ten] = (counts[ten] ?? 0) + 1;
  }
  return counts;
}

export const quartilesOf = (grades: readonly number[]) => {
  const told = (share: number) => inSteps(quantileOf(grades, share), grades.length);
  return { p25: told(0.25), p50: told(0.5), p75: told(0.75), p90: told(0.9) };
};

/** Those going on somewhere with two reasons or more: most reasons first, then longest away, then by id. */
export function atRiskOf(learners: readonly Learner[]) {
  const going = learners.map((one) => ({ ...one, going: one.places.filter(isGoingOn) }));
  const judged = going.flatMap((learner) => {
    if (learner.going.length === 0) return [];
    const reasons = [
      isAway(learner) && 'inactive_7_days',
      learner.going.some(isBehind) && 'behind_plan',
      learner.grade !== undefined && learner.grade < 60 && 'low_scores',
      sumOf(learner.going.map(({ missed }) => missed)) >= 2 && 'missing_work',
    ].filter((reason) => reason !== false);
    return [{ userId: learner.student, reasons, seen: learner.lastClick ?? today }];
  });
  return judged
    .filter(({ reasons }) => reasons.length >= 2)
    .sort((a, b) => b.reasons.length - a.reasons.length || a.seen - b.seen || (a.userId < b.userId ? -1 : 1))
    .map(({ userId, reasons }) => ({ userId, reasons, fullName: null, riskProbability: null }));
}
