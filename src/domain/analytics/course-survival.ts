/** How long people stay in a course, in whole weeks since they enrolled. */
import type { CourseEnrolment } from '../learning/enrolment.ts';
import { hideOne } from '../privacy/rounding.ts';
import { kaplanMeier, type Lifetime, type SurvivalStep, survivalAt } from '../statistics/survival.ts';
import { dayMs } from '../time.ts';

export interface SurvivalWeek {
  /** Whole weeks since enrolment, 0–52. */
  week: number;
  /** Share that had not withdrawn by the end of the week, 0–100. */
  remainingPercent: number;
}

/** What one week of a course cost: of so many still there, so many withdrew. */
export interface WeekOfLeaving {
  week: number;
  /** In the course until the week or longer, at least the minimum. */
  atRisk: number;
  events: number;
  /** Events over those at risk, 0–1. */
  hazard: number;
}

/** From when to when somebody was in a course; epoch ms, `from` ≤ `to`. */
interface Stay {
  userId: string;
  from: number;
  to: number;
  /** False when it has not ended by leaving: completed, or still there. */
  withdrew: boolean;
}

/** What staying is held against. */
export type Baseline = readonly SurvivalStep[] | 'none' | null;

const weekMs = 7 * dayMs;
/** A curve is not shown further than a year. */
const longestWeeks = 52;

function endOf({ status, withdrawnAt, completedAt, lastActivityAt }: CourseEnrolment, now: number) {
  if (status === 'withdrawn') return withdrawnAt ?? lastActivityAt;
  return status === 'completed' ? (completedAt ?? lastActivityAt) : now;
}

/**
 * When somebody was in a course. It ends with the withdrawal or the completion, where these have no date
 * with the last activity, otherwise now; an end in the future has not happened.
 * @returns null when the beginning or the end is unknown, or the beginning lies in the future.
 */
function stayOf(row: CourseEnrolment, now: number): Stay | null {
  const { userId, enrolledAt: from, status } = row;
  const end = endOf(row, now);
  if (from === null || from > now || end === null) return null;
  // Some withdraw before the course begins: they have been in it for no time, not for less than none.
  const to = Math.max(from, Math.min(end, now));
  return { userId, from, to, withdrew: status === 'withdrawn' && end <= now };
}

/** `stayOf` for all of whom it is known. */
export const staysOf = (people: readonly CourseEnrolment[], now: number): Stay[] =>
  people.flatMap((row) => stayOf(row, now) ?? []);

/**
 * Whole weeks in the course; the event is the withdrawal, whoever completed it or is still there is censored.
 * @param people one row per person
 */
export const lifetimesOf = (people: readonly CourseEnrolment[], now: number): Lifetime[] =>
  staysOf(people, now).map(({ from, to, withdrew }) => ({
    time: Math.floor((to - from) / weekMs),
    event: withdrew,
  }));

/** The last week with at least `minimum` people at risk, at most 52; null when not even the first has. */
function lastWeekOf(lifetimes: readonly Lifetime[], minimum: number): number | null {
  const longest = lifetimes.map(({ time }) => time).sort((a, b) => b - a);
  const last = longest[minimum - 1];
  return last === undefined ? null : Math.min(last, longestWeeks);
}

const weeksUpTo = (last: number | null): number[] =>
  last === null ? [] : Array.from({ length: last + 1 }, (_, week) => week);

/**
 * The survival curve (Kaplan–Meier) week by week, as far as at least `minimum` people are at risk.
 *
 * Unit: percent of those who began, rounded by `hideOne` with the number at risk in the week; never rises. Null rule: fewer
 * than `minimum` people with a known stay.
 */
export function survivalWeeks(lifetimes: readonly Lifetime[], minimum: number): SurvivalWeek[] | null {
  const last = lastWeekOf(lifetimes, minimum);
  const curve = kaplanMeier(lifetimes);
  if (last === null) return null;
  let lowest = 100;
  return weeksUpTo(last).map((week) => {
    const atRisk = lifetimes.filter(({ time }) => time >= week).length;
    // Coarser steps must not make the curve rise.
    lowest = Math.min(lowest, hideOne(100 * survivalAt(curve, week), atRisk));
    return { week, remainingPercent: lowest };
  });
}

/** Those at risk and those who withdrew, for every week with at least `minimum` at risk; [] for none. */
export function weeksOfLeaving(lifetimes: readonly Lifetime[], minimum: number): WeekOfLeaving[] {
  return weeksUpTo(lastWeekOf(lifetimes, minimum)).map((week) => {
    const atRisk = lifetimes.filter(({ time }) => time >= week).length;
    const events = lifetimes.filter(({ time, event }) => event && time === week).length;
    return { week, atRisk, events, hazard: events / atRisk };
  });
}

/**
 * How many stay, against what is usual: 100 × S at the last week with at least `minimum` people at risk, over
 * the baseline's S at that week, at most 100.
 *
 * Unit: percent 0–100. Null rule: fewer than `minimum` people with a known stay; a baseline of which nobody
 * is left at that week.
 * @param baseline curve of the organization's courses; `none` = there is no organization: 100 × S itself; null = it is
 * not known, and so retention is not either
 */
export function retentionOf(
  lifetimes: readonly Lifetime[],
  minimum: number,
  baseline: Baseline,
): number | null {
  const last = lastWeekOf(lifetimes, minimum);
  if (last === null || baseline === null) return null;
  const usual = baseline === 'none' ? 1 : survivalAt(baseline, last);
  if (usual === 0) return null;
  return Math.min(100, (100 * survivalAt(kaplanMeier(lifetimes), last)) / usual);
}
