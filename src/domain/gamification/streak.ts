import { type Activity, isLearning } from '../analytics/activity.ts';
import { addDays, dayNumber, dayOf, isDayIn } from '../time.ts';

export const streakStatuses = ['active', 'at_risk', 'broken', 'none'] as const;
export const streakMilestones = [7, 30, 90, 365] as const;

/** What kept a streak on a day; null = nothing did. */
export type KeptBy = 'activity' | 'freeze' | null;

export interface Streak {
  /** Days with activity in the running streak; frozen days are not counted. */
  currentStreak: number;
  longestStreak: number;
  /** Freezes held today, 0–3. */
  freezes: number;
  /** `at_risk`: it lives, but today has no activity yet. `none`: there never was one. */
  status: (typeof streakStatuses)[number];
  /** The last 30 days, oldest first, without one that the zone skipped. */
  history: { date: string; maintained: boolean; source: KeptBy; frozen: boolean }[];
  /** Every day kept by activity, oldest first. */
  streakDays: string[];
  /** The first time each length was reached, shortest first. */
  milestones: { days: (typeof streakMilestones)[number]; reachedOn: string }[];
  /** Days on which the longest streak grew by one: the n-th is the first day of a streak of n. */
  recordDays: string[];
}

const coursesPerFreeze = 10;
const mostFreezes = 3;
const historyDays = 30;

interface State {
  count: number;
  freezes: number;
  keptBy: KeptBy;
}

/** One day of the machine. */
interface Day {
  isActive: boolean;
  isToday: boolean;
  /** It is on record that a freeze saved it. */
  isSaved: boolean;
  /** Freezes that become usable on this day. */
  earned: number;
}

/**
 * The state at the end of a day. A freeze is spent only on a streak that lives: there is nothing else to
 * save.
 */
function after(state: State, day: Day): State {
  const freezes = Math.min(mostFreezes, state.freezes + day.earned);
  if (day.isActive) return { count: state.count + 1, freezes, keptBy: 'activity' };
  // Also when the courses that earned the freeze are no longer known.
  if (day.isSaved) return { count: state.count, freezes: Math.max(0, freezes - 1), keptBy: 'freeze' };
  if (day.isToday) return { count: state.count, freezes, keptBy: null };
  if (state.count > 0 && freezes > 0) return { count: state.count, freezes: freezes - 1, keptBy: 'freeze' };
  return { count: 0, freezes, keptBy: null };
}

/** The day after every tenth completed course, oldest first. */
const freezeDays = (completedCourseDays: readonly string[]): string[] =>
  completedCourseDays
    .toSorted()
    .filter((_, index) => (index + 1) % coursesPerFreeze === 0)
    .map((day) => addDays(day, 1));

const daysBetween = (first: string, last: string): string[] =>
  Array.from({ length: dayNumber(last) - dayNumber(first) + 1 }, (_, index) => addDays(first, index));

interface DayState extends State {
  date: string;
}

/** The state at the end of every day from `firstDay` up to today. */
function run(
  {
    activeDays,
    savedDays,
    zone,
  }: { activeDays: ReadonlySet<string>; savedDays: ReadonlySet<string>; zone: string },
  earnedOn: readonly string[],
  range: { firstDay: string; today: string },
): DayState[] {
  let state: State = { count: 0, freezes: 0, keptBy: null };
  let credited = 0;
  return daysBetween(range.firstDay, range.today).map((date) => {
    const earned = earnedOn.filter((day) => day <= date).length;
    const isToday = date === range.today;
    const [isActive, isSaved] = [activeDays.has(date), savedDays.has(date)];
    // A day that the zone skipped cannot be missed; asked of days only on which something is at stake.
    if (!isActive && !isSaved && state.count > 0 && !isDayIn(date, zone))
      return { date, ...state, keptBy: null };
    state = after(state, { isActive, isToday, isSaved, earned: earned - credited });
    credited = earned;
    return { date, ...state };
  });
}

function recordsOf(days: readonly DayState[]): string[] {
  const records: string[] = [];
  for (const { date, count } of days) if (count > records.length) records.push(date);
  return records;
}

function statusOf(last: State | undefined, longestStreak: number): Streak['status'] {
  if (last?.keptBy === 'activity') return 'active';
  if ((last?.count ?? 0) > 0) return 'at_risk';
  return longestStreak > 0 ? 'broken' : 'none';
}

function historyOf(days: readonly DayState[], today: string, zone: string): Streak['history'] {
  const keptBy = new Map(days.slice(-historyDays).map((day) => [day.date, day.keptBy]));
  return daysBetween(addDays(today, 1 - historyDays), today).flatMap((date) => {
    const source = keptBy.get(date) ?? null;
    if (source === null && !isDayIn(date, zone)) return [];
    return [{ date, maintained: source !== null, source, frozen: source === 'freeze' }];
  });
}

/**
 * The streak of a learner: consecutive days with a meaningful activity. One freeze is earned by every tenth
 * completed course, usable from the next day on; at most three are held, and what is earned beyond is lost. A
 * missed day spends a freeze by itself: the streak then lives but does not grow. A day that is not over
 * breaks nothing, and neither does one that the zone skipped.
 *
 * Unit: days ≥ 0; freezes 0–3. Null rule: none; without a single active day both streaks are 0, the status
 * is `none`. Source: ANALYTICS definition "Streak", version 1.
 * @param activeDays days `YYYY-MM-DD` in the learner's zone; those after today have not happened.
 * @param completedCourseDays the day of every completed course, in any order, a day as often as courses were
 *   completed on it.
 * @param savedDays days of which it is on record that a freeze saved them: they stay saved.
 * @param zone IANA time zone of the days.
 */
export function streak(
  activeDays: ReadonlySet<string>,
  completedCourseDays: readonly string[],
  today: string,
  savedDays: ReadonlySet<string> = new Set(),
  zone = 'UTC',
): Streak {
  const streakDays = [...activeDays].filter((day) => day <= today).sort();
  const range = { firstDay: streakDays[0] ?? today, today };
  const days = run({ activeDays, savedDays, zone }, freezeDays(completedCourseDays), range);
  const last = days.at(-1);
  const recordDays = recordsOf(days);
  return {
    currentStreak: last?.count ?? 0,
    longestStreak: recordDays.length,
    freezes: last?.freezes ?? 0,
    status: statusOf(last, recordDays.length),
    history: historyOf(days, today, zone),
    streakDays,
    milestones: streakMilestones.flatMap((length) => {
      const reachedOn = recordDays[length - 1];
      return reachedOn === undefined ? [] : [{ days: length, reachedOn }];
    }),
    recordDays,
  };
}

/**
 * The days on which a learner did something that counts: anything but a log-in.
 *
 * Unit: days `YYYY-MM-DD` in `zone`. Null rule: none; no activities, no days.
 */
export function meaningfulDays(activities: readonly Activity[], zone: string): Set<string> {
  return new Set(activities.filter(isLearning).map(({ at }) => dayOf(at, zone)));
}
