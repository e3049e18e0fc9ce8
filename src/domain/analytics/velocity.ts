import { AppError } from '../errors.ts';
import type { Enrolment } from '../learning/enrolment.ts';
import type { Computed, Missing } from '../provenance.ts';
import { draw, seededRandom, seedOf } from '../statistics/random.ts';
import { quantile, round, roundOrNull } from '../statistics/summary.ts';
import { addDays, type Calendar, dayMs, dayNumber, dayOf, weekStart, weeksBetween } from '../time.ts';
import { topicsFinished } from './topics.ts';

export const velocityTrends = ['accelerating', 'steady', 'decelerating', 'stalled'] as const;
export const velocityStatuses = ['ahead', 'on_track', 'behind', 'no_target'] as const;

export interface Velocity {
  userId: string;
  /** Topics per week over the last 14 days; null when progress is not known. */
  currentPace: number | null;
  /** Topics per week that finish every active course in time; null when none has a due date. */
  targetPace: number | null;
  unit: 'topics_per_week';
  trend: (typeof velocityTrends)[number] | null;
  /** Change against the 14 days before; null when nothing was finished then. */
  trendPercent: number | null;
  status: (typeof velocityStatuses)[number] | null;
  remainingTopics: number | null;
  /** Day on which the remaining topics will be finished; null when stalled or nothing remains. */
  estimatedCompletion: string | null;
  milestones:
    | { courseId: string; name: string | null; completedAt: string; daysToComplete: number | null }[]
    | null;
  weekly: { weekStart: string; topicsCompleted: number }[] | null;
}

/** Days of one pace window; the figures are per week. */
const windowDays = 14;
const windowWeeks = windowDays / 7;
const leastHistoryDays = 7;
/** Change in percent from which a pace is called faster or slower. */
const notableChangePercent = 20;
/** A pace within a tenth of the target is on track. */
const onTrackShare = 0.1;
const paths = 1000;
const longestPathWeeks = 520;
const recentWeeks = 12;

const isActive = ({ status }: Enrolment) => status === 'enrolled' || status === 'in_progress';

/** Topics of a course that are not finished yet; null when it is not known how many there are. */
function remainingOf(enrolment: Enrolment): number | null {
  if (enrolment.totalTopics === null) return null;
  const finished = new Set(enrolment.completions.map(({ topicId }) => topicId)).size;
  return Math.max(0, enrolment.totalTopics - finished);
}

/** Topics per week that a course still asks for. What is overdue is due within a week. */
function paceAskedBy(enrolment: Enrolment, now: number): number | null {
  const remaining = remainingOf(enrolment);
  if (enrolment.dueAt === null || remaining === null) return null;
  const weeksLeft = (enrolment.dueAt - now) / (7 * dayMs);
  return weeksLeft <= 0 ? remaining : remaining / Math.max(weeksLeft, 1 / 7);
}

function sumOrNull(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
}

function trendOfPace(
  recent: number,
  earlier: number,
): { trend: Velocity['trend']; trendPercent: number | null } {
  const trendPercent = earlier === 0 ? null : round((100 * (recent - earlier)) / earlier);
  if (recent === 0) return { trend: 'stalled', trendPercent };
  // From nothing to something is faster by any measure, though by no percentage.
  const change = trendPercent ?? Number.POSITIVE_INFINITY;
  if (change > notableChangePercent) return { trend: 'accelerating', trendPercent };
  if (change < -notableChangePercent) return { trend: 'decelerating', trendPercent };
  return { trend: 'steady', trendPercent };
}

function statusOf(currentPace: number, targetPace: number | null): Velocity['status'] {
  if (targetPace === null) return 'no_target';
  if (currentPace > targetPace * (1 + onTrackShare)) return 'ahead';
  return currentPace < targetPace * (1 - onTrackShare) ? 'behind' : 'on_track';
}

/** Weeks until `remaining` topics are finished, on one path of weekly counts drawn from the past. */
function pathLength(remaining: number, counts: readonly number[], random: () => number): number {
  let left = remaining;
  for (let week = 1; week <= longestPathWeeks; week += 1) {
    const finished = draw(counts, random) ?? 0;
    if (finished >= left) return week - 1 + left / finished;
    left -= finished;
  }
  return longestPathWeeks;
}

/** Weekly counts of the last twelve weeks up to today, weeks without anything included. */
function weeklyCounts(days: readonly string[], firstDay: string, today: string): number[] {
  const weeks = Math.min(recentWeeks, Math.ceil((dayNumber(today) - dayNumber(firstDay) + 1) / 7));
  const age = (day: string) => Math.floor((dayNumber(today) - dayNumber(day)) / 7);
  const counts = Array.from({ length: Math.max(1, weeks) }, () => 0);
  for (const day of days) {
    const at = age(day);
    if (at < counts.length) counts[at] = (counts[at] ?? 0) + 1;
  }
  return counts;
}

function estimate(
  remaining: number | null,
  counts: readonly number[],
  seed: string,
  today: string,
): string | null {
  if (remaining === null || remaining === 0 || counts.every((count) => count === 0)) return null;
  const random = seededRandom(seedOf(seed));
  const weeks = quantile(
    Array.from({ length: paths }, () => pathLength(remaining, counts, random)),
    0.5,
  );
  return weeks === null || weeks >= longestPathWeeks ? null : addDays(today, Math.ceil(weeks * 7));
}

function milestonesOf(enrolments: readonly Enrolment[]): NonNullable<Velocity['milestones']> {
  return enrolments
    .flatMap(({ courseId, courseTitle, enrolledAt, completedAt }) =>
      completedAt === null ? [] : [{ courseId, name: courseTitle, enrolledAt, completedAt }],
    )
    .sort((a, b) => a.completedAt - b.completedAt || a.courseId.localeCompare(b.courseId))
    .map(({ courseId, name, enrolledAt, completedAt }) => ({
      courseId,
      name,
      completedAt: new Date(completedAt).toISOString(),
      daysToComplete:
        enrolledAt === null ? null : Math.max(0, Math.round((completedAt - enrolledAt) / dayMs)),
    }));
}

function weeklyOf(
  days: readonly string[],
  range: { first: string; last: string },
  today: string,
): NonNullable<Velocity['weekly']> {
  const inRange = days.filter((day) => day >= range.first && day <= range.last);
  const finished = Map.groupBy(inRange, weekStart);
  return weeksBetween(range.first, range.last)
    .filter((week) => week <= today)
    .map((week) => ({ weekStart: week, topicsCompleted: finished.get(week)?.length ?? 0 }));
}

function unknownVelocity(userId: string): Velocity {
  return {
    userId,
    currentPace: null,
    targetPace: null,
    unit: 'topics_per_week',
    trend: null,
    trendPercent: null,
    status: null,
    remainingTopics: null,
    estimatedCompletion: null,
    milestones: null,
    weekly: null,
  };
}

function historyOf(enrolments: readonly Enrolment[], now: number): number {
  const starts = enrolments.flatMap(({ enrolledAt, completions }) => [
    ...(enrolledAt === null ? [] : [enrolledAt]),
    ...completions.map(({ completedAt }) => completedAt),
  ]);
  return starts.length === 0 ? 0 : now - Math.min(...starts);
}

/**
 * How fast a learner finishes topics. A topic counts once, on the day of its first completion. Pace = topics
 * of the 14 calendar days ending today / 2; trend against the 14 days before. The estimate is the median of
 * 1,000 paths of weekly counts drawn from the learner's last twelve weeks, seeded by learner and day.
 *
 * Unit: topics per week. Source: ANALYTICS definition "Velocity", version 1.
 * @param enrolments null when the learner's progress is not known: every figure is then null.
 * @param range days (both included) whose weeks `weekly` shows, as far as they have begun.
 * @throws AppError INSUFFICIENT_DATA for less than seven days of history.
 */
export function velocity(
  userId: string,
  enrolments: readonly Enrolment[] | null,
  range: { first: string; last: string },
  calendar: Calendar,
): Computed<Velocity> {
  if (enrolments === null) return { data: unknownVelocity(userId), missing: [] };
  const { now, zone } = calendar;
  if (historyOf(enrolments, now) < leastHistoryDays * dayMs) {
    throw new AppError('INSUFFICIENT_DATA', 'Less than seven days of history: there is no pace yet.', {
      details: [{ field: 'currentPace', message: 'insufficient_data' }],
    });
  }
  const today = dayOf(now, zone);
  const days = topicsFinished(enrolments, now).map(({ at }) => dayOf(at, zone));
  const within = (from: number, to: number) => {
    const [after, last] = [addDays(today, -from), addDays(today, -to)];
    return days.filter((day) => day > after && day <= last).length;
  };
  const recent = within(windowDays, 0);
  const earlier = within(2 * windowDays, windowDays);
  const currentPace = recent / windowWeeks;

  const active = enrolments.filter(isActive);
  const targetPace = roundOrNull(sumOrNull(active.map((enrolment) => paceAskedBy(enrolment, now))), 2);
  const remaining = active.map(remainingOf);
  const remainingTopics = remaining.includes(null) ? null : (sumOrNull(remaining) ?? 0);
  const { trend, trendPercent } = trendOfPace(recent, earlier);
  const firstDay = days.reduce((first, day) => (day < first ? day : first), today);
  const counts = weeklyCounts(days, firstDay, today);
  const missing: Missing[] =
    remainingTopics === null ? [{ field: 'remainingTopics', reason: 'insufficient_data' }] : [];
  return {
    data: {
      userId,
      currentPace,
      targetPace,
      unit: 'topics_per_week',
      trend,
      trendPercent,
      status: statusOf(currentPace, targetPace),
      remainingTopics,
      estimatedCompletion:
        trend === 'stalled' ? null : estimate(remainingTopics, counts, `${userId} ${today}`, today),
      milestones: milestonesOf(enrolments),
      weekly: weeklyOf(days, range, today),
    },
    missing,
  };
}
