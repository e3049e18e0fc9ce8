import type { Attempt } from '../learning/attempt.ts';
import type { CourseEnrolment, CourseFeedback } from '../learning/enrolment.ts';
import { hideOne } from '../privacy/rounding.ts';
import type { Setting } from '../setting.ts';
import { changePoint } from '../statistics/change-point.ts';
import { clamp, mean, median } from '../statistics/summary.ts';
import { trendOf } from '../statistics/trend.ts';
import { addDays, dayMs, dayOf, weekStart } from '../time.ts';
import { isGoingOn } from './course-facts.ts';
import { countPeople, handInsOf, type Rating, ratingRange, ratingsOf } from './course-parts.ts';
import { lifetimesOf, staysOf, type WeekOfLeaving, weeksOfLeaving } from './course-survival.ts';

export const alertCodes = [
  // Many more withdraw in this week than in others, or from it on than before; value: its hazard, percent.
  'dropout_spike',
  // Half of those who stopped did so before this topic; value: percent of those who stopped.
  'topic_where_most_stop',
  // Fewer hand-ins per person from week to week; value: change over the last eight weeks, percent.
  'engagement_falling',
  // Ratings have become worse; value: points of 1–5 by which the mean is lower.
  'rating_drop',
] as const;

export interface CourseAlert {
  code: (typeof alertCodes)[number];
  /** Whole weeks since enrolment; only of dropout_spike. */
  week?: number;
  /** Only of topic_where_most_stop; null when it is not known which topic that is. */
  topicId?: string | null;
  value: number;
}

/** One course. Null lists are unknown: what rests on them is not told. */
export interface AlertFacts {
  /** One row per person. */
  people: readonly CourseEnrolment[];
  attempts: readonly Attempt[] | null;
  feedback: readonly CourseFeedback[] | null;
  /** Topics in the order of the course. */
  topicIds: readonly string[] | null;
  /** Whether it may be told how many withdrew; otherwise no alert says it either. */
  tellsLeaving: boolean;
}

const significance = 0.1;
const spikeFactor = 3;
const inactiveDays = 28;
const trendWeeks = 8;
const recentRatingDays = 90;
const leastRatingDrop = 0.5;

const leaversOf = (weeks: readonly WeekOfLeaving[]): number =>
  weeks.reduce((sum, { events }) => sum + events, 0);

/** Weeks that alone cost more than three times what the others usually do. */
function spikesOf(weeks: readonly WeekOfLeaving[], minimum: number): WeekOfLeaving[] {
  return weeks.filter(({ week, events, hazard }) => {
    const usual = median(weeks.filter((other) => other.week !== week).map((other) => other.hazard));
    return events >= minimum && usual !== null && hazard > spikeFactor * usual;
  });
}

/** The week from which on more leave than before. */
function riseOf(weeks: readonly WeekOfLeaving[], minimum: number): WeekOfLeaving[] {
  const change = changePoint(weeks.map(({ hazard }) => hazard));
  if (change === null || change.direction !== 'up' || change.pValue >= significance) return [];
  const from = weeks.slice(change.index);
  // A handful who leave late would be told about by the alert itself.
  return leaversOf(from) < minimum ? [] : from.slice(0, 1);
}

/**
 * Weeks in which people leave: a change point upwards in the weekly hazards (Pettitt, p < 0.1) with at least
 * `minimum` leaving from it on, or a hazard above three times the median of the other weeks with at least
 * `minimum` leaving. Value: hazard of that week, percent, rounded by `hideOne`; one rounded to 0 is not told.
 */
function dropoutSpikes({ people }: AlertFacts, { now, minimumCohort }: Setting): CourseAlert[] {
  const weeks = weeksOfLeaving(lifetimesOf(people, now), minimumCohort);
  const found = new Set([...riseOf(weeks, minimumCohort), ...spikesOf(weeks, minimumCohort)]);
  return weeks
    .filter((week) => found.has(week))
    .map(({ week, hazard, atRisk }) => ({
      code: 'dropout_spike' as const,
      week,
      value: hideOne(100 * hazard, atRisk),
    }))
    .filter(({ value }) => value > 0);
}

/** Withdrawn, or in the course and without activity for 28 days; whoever finished all topics did not stop. */
function hasStopped(row: CourseEnrolment, now: number): boolean {
  const { status, lastActivityAt, completedTopics, totalTopics } = row;
  const isThrough = completedTopics !== null && totalTopics !== null && completedTopics >= totalTopics;
  const isInactive =
    isGoingOn(row) && lastActivityAt !== null && lastActivityAt <= now - inactiveDays * dayMs;
  return !isThrough && (status === 'withdrawn' || isInactive);
}

/** The commonest value; of equally common ones the lowest. */
function modeOf(values: readonly number[]): { value: number; times: number } | null {
  const counts = [...Map.groupBy(values, (value) => value)].map(([value, { length: times }]) => ({
    value,
    times,
  }));
  return counts.sort((a, b) => b.times - a.times || a.value - b.value)[0] ?? null;
}

/**
 * The topic before which at least half of those who stopped did, and at least `minimum` people. Value:
 * percent of those who stopped, of whom it is known how far they came.
 */
function stoppingTopic(facts: AlertFacts, { now, minimumCohort }: Setting): CourseAlert[] {
  const stopped = facts.people.filter((row) => hasStopped(row, now));
  const finished = stopped.flatMap(({ completedTopics }) => completedTopics ?? []);
  const most = modeOf(finished);
  if (most === null || most.times < minimumCohort || 2 * most.times < finished.length) return [];
  return [
    {
      code: 'topic_where_most_stop',
      topicId: facts.topicIds?.[most.value] ?? null,
      value: hideOne((100 * most.times) / finished.length, finished.length),
    },
  ];
}

interface WeekOfWork {
  people: number;
  handIns: number;
}

/** The last eight whole weeks: who was in the course in each, and what these handed in. */
function weeksOfWork(
  people: readonly CourseEnrolment[],
  attempts: readonly Attempt[],
  { now, zone }: Setting,
): WeekOfWork[] {
  const stays = staysOf(people, now).map(({ userId, from, to }) => ({
    userId,
    first: dayOf(from, zone),
    last: dayOf(to, zone),
  }));
  const work = handInsOf(attempts, people, now).map(({ userId, submittedAt }) => ({
    userId,
    day: dayOf(submittedAt, zone),
  }));
  const thisWeek = weekStart(dayOf(now, zone));
  return Array.from({ length: trendWeeks }, (_, index) => {
    const monday = addDays(thisWeek, 7 * (index - trendWeeks));
    const sunday = addDays(monday, 6);
    const there = new Set(
      stays.filter(({ first, last }) => first <= sunday && last >= monday).map(({ userId }) => userId),
    );
    const done = work.filter(({ userId, day }) => day >= monday && day <= sunday && there.has(userId));
    return { people: there.size, handIns: done.length };
  });
}

/** How far a falling line goes down from its start, percent, −100 to 0; by the median intercept. */
function fallOf(rates: readonly number[], slope: number): number | null {
  const start = median(rates.map((rate, index) => rate - slope * index));
  if (start === null || start <= 0) return null;
  return clamp((100 * slope * (rates.length - 1)) / start, -100, 0);
}

/**
 * Hand-ins per person and week fall: Theil–Sen slope below 0 with Mann–Kendall p < 0.1 over the last eight
 * whole weeks, each with at least `minimum` people in the course. Value: change along the Theil–Sen line from
 * the first to the last week, percent of its start, −100 to 0; one rounded to 0 is not told.
 */
function fallingEngagement({ people, attempts }: AlertFacts, setting: Setting): CourseAlert[] {
  const weeks = weeksOfWork(people, attempts ?? [], setting);
  const fewest = Math.min(...weeks.map((week) => week.people));
  if (fewest === 0 || fewest < setting.minimumCohort) return [];
  const rates = weeks.map((week) => week.handIns / week.people);
  const { direction, slope } = trendOf(rates);
  const fall = direction === 'down' && slope !== null ? fallOf(rates, slope) : null;
  const value = fall === null ? 0 : hideOne(fall, fewest);
  return value === 0 ? [] : [{ code: 'engagement_falling', value }];
}

const meanRating = (ratings: readonly Rating[]): number | null => mean(ratings.map(({ rating }) => rating));

/**
 * The mean rating of the last 90 days is at least half a point below the mean before, each of at least
 * `minimum` people. Value: the difference in points of 1–5, rounded by `hideOne`.
 */
function ratingDrop({ people, feedback }: AlertFacts, { now, minimumCohort }: Setting): CourseAlert[] {
  const dated = ratingsOf(feedback ?? [], people, now).filter(({ at }) => at !== null);
  const isRecent = ({ at }: Rating) => at !== null && at > now - recentRatingDays * dayMs;
  const [recent, earlier] = [dated.filter(isRecent), dated.filter((one) => !isRecent(one))];
  const fewest = Math.min(countPeople(recent), countPeople(earlier));
  const [after, before] = [meanRating(recent), meanRating(earlier)];
  if (after === null || before === null || fewest < minimumCohort) return [];
  if (before - after < leastRatingDrop) return [];
  return [{ code: 'rating_drop', value: hideOne(before - after, fewest, ratingRange) }];
}

/**
 * What a trainer should look at in a course, as of now: at most one alert per code and week, in the order of
 * `alertCodes`. Every one rests on at least `minimumCohort` people; an alert that cannot be judged is none.
 *
 * Units: with each code. Source: ANALYTICS definition "Course health: alerts".
 */
export const courseAlerts = (facts: AlertFacts, setting: Setting): CourseAlert[] => [
  ...(facts.tellsLeaving ? dropoutSpikes(facts, setting) : []),
  ...stoppingTopic(facts, setting),
  ...fallingEngagement(facts, setting),
  ...ratingDrop(facts, setting),
];
