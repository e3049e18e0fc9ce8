import type { CourseEnrolment } from '../learning/enrolment.ts';
import type { Computed, Missing } from '../provenance.ts';
import type { Setting } from '../setting.ts';
import { shannonEvenness } from '../statistics/diversity.ts';
import { round, roundOrNull } from '../statistics/summary.ts';
import { trendOf } from '../statistics/trend.ts';
import { addDays, dayOf, lastDays, weeksBetween } from '../time.ts';
import { type Activity, type ActivitySources, isLearning, sessionsOf, timeline } from './activity.ts';
import { peerStanding, type Standing } from './cohort.ts';

export const engagementLevels = ['high', 'medium', 'low'] as const;
export const engagementTrends = ['rising', 'steady', 'falling'] as const;
/** What the parts are measured against. */
export const engagementBases = ['fixed_reference', 'peers'] as const;
export const mediaKinds = ['video', 'reading', 'practice', 'assessment', 'discussion'] as const;
type MediaKind = (typeof mediaKinds)[number];

/** Each 0–100; null = cannot be told from what the services say. */
export interface EngagementParts {
  consistency: number | null;
  time: number | null;
  quality: number | null;
  diversity: number | null;
}

export interface Engagement {
  overallScore: number | null;
  level: (typeof engagementLevels)[number] | null;
  trend: (typeof engagementTrends)[number] | null;
  /** Theil–Sen change of the weekly score over the weeks shown, percent of its middle; null without one. */
  trendPercent: number | null;
  parts: EngagementParts;
  partsBasis: (typeof engagementBases)[number];
  /** Days of the last 14 with at least one activity that is not only a log-in. */
  activeDays: number | null;
  sessionsPerWeek: number | null;
  averageSessionMinutes: number | null;
  lastActiveAt: string | null;
  /** Minutes of the last 14 days; null where no service measures them. */
  byType: Record<MediaKind, number | null>;
  weekly: { weekStart: string; score: number | null }[] | null;
  /** Mid-rank percentile by progress within the same runs. */
  peerPercentile: number | null;
}

/** What counts as full marks; listed in the metric dictionary. */
export const engagementReference = {
  activeDaysPerWeek: 5,
  minutesPerWeek: 180,
  activitiesPerWeek: 8,
} as const;

const weights: Record<keyof EngagementParts, number> = {
  consistency: 0.3,
  time: 0.25,
  quality: 0.25,
  diversity: 0.2,
};
const windowDays = 14;
const recentDays = 7;
/** The last seven days count double. */
const recentWeight = 2;
const leastParts = 2;
const highFrom = 80;
const mediumFrom = 50;
/** Views, attempts, practice, questions and topics. */
const sourcesOfLearning = 5;

const mediaOf = ({ kind, contentType }: Activity): MediaKind | null => {
  if (kind === 'attempt_submitted') return 'assessment';
  if (kind === 'practice_session') return 'practice';
  if (kind === 'question_asked') return 'discussion';
  if (contentType === null) return null;
  if (contentType === 'video' || contentType === 'audio') return 'video';
  if (contentType === 'quiz') return 'assessment';
  return contentType === 'code' ? 'practice' : 'reading';
};

/** Something was seen, and nobody says what kind of thing: it could be of any. */
const isUnclassified = ({ kind, contentType }: Activity) => kind === 'content_viewed' && contentType === null;

interface DatedActivity extends Activity {
  day: string;
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** The longest run of days in a row without activity. */
function longestGap(days: readonly string[], active: ReadonlySet<string>): number {
  let longest = 0;
  let current = 0;
  for (const day of days) {
    current = active.has(day) ? 0 : current + 1;
    longest = Math.max(longest, current);
  }
  return longest;
}

/** Active days against the reference, and half as much how evenly they lie: a week without one is no habit. */
function consistencyOf(week: readonly string[], activities: readonly DatedActivity[]): number {
  const active = new Set(activities.map(({ day }) => day));
  const share = Math.min(1, active.size / engagementReference.activeDaysPerWeek);
  const evenness = 1 - longestGap(week, active) / week.length;
  return (100 * (2 * share + evenness)) / 3;
}

function timeOf(activities: readonly DatedActivity[]): number | null {
  const measured = activities.flatMap(({ seconds }) => seconds ?? []);
  if (activities.length > 0 && measured.length === 0) return null;
  return 100 * Math.min(1, sum(measured) / 60 / engagementReference.minutesPerWeek);
}

/** How much was done that counts, and what share of it went well. */
function qualityOf(activities: readonly DatedActivity[]): number {
  const judged = activities.flatMap(({ success }) => success ?? []);
  const amount = Math.min(1, activities.length / engagementReference.activitiesPerWeek);
  const success = judged.length === 0 ? amount : judged.filter(Boolean).length / judged.length;
  return 100 * amount * (0.5 + 0.5 * success);
}

function diversityOf(activities: readonly DatedActivity[]): number | null {
  const counts = mediaKinds.map((kind) => activities.filter((activity) => mediaOf(activity) === kind).length);
  const evenness = shannonEvenness(counts, mediaKinds.length);
  if (activities.length === 0) return 0;
  return evenness === null || activities.some(isUnclassified) ? null : 100 * evenness;
}

/** What the services measure at all. */
interface Measured {
  time: boolean;
  /** Without content views it is not known which kinds of media there were. */
  kinds: boolean;
}

/** The four parts of seven days. */
function partsOf(
  week: readonly string[],
  activities: readonly DatedActivity[],
  measured: Measured,
): EngagementParts {
  const own = activities.filter(({ day }) => day >= (week[0] ?? '') && day <= (week.at(-1) ?? ''));
  return {
    consistency: consistencyOf(week, own),
    time: measured.time ? timeOf(own) : null,
    quality: qualityOf(own),
    diversity: measured.kinds ? diversityOf(own) : null,
  };
}

/** Mean of the known parts by weight; null when fewer than two are known. */
function overallOf(parts: EngagementParts): number | null {
  const known = (Object.keys(weights) as (keyof EngagementParts)[]).flatMap((name) => {
    const value = parts[name];
    return value === null ? [] : [{ value, weight: weights[name] }];
  });
  if (known.length < leastParts) return null;
  return sum(known.map(({ value, weight }) => value * weight)) / sum(known.map(({ weight }) => weight));
}

/** Two weeks as one, the later counting double. */
function blend(recent: EngagementParts, earlier: EngagementParts): EngagementParts {
  const of = (name: keyof EngagementParts) => {
    const [now, before] = [recent[name], earlier[name]];
    // What cannot be told of this week is not told by the one before.
    if (now === null || before === null) return now;
    return (recentWeight * now + before) / (recentWeight + 1);
  };
  return {
    consistency: of('consistency'),
    time: of('time'),
    quality: of('quality'),
    diversity: of('diversity'),
  };
}

const roundParts = (parts: EngagementParts): EngagementParts => ({
  consistency: roundOrNull(parts.consistency),
  time: roundOrNull(parts.time),
  quality: roundOrNull(parts.quality),
  diversity: roundOrNull(parts.diversity),
});

function levelOf(score: number | null): Engagement['level'] {
  if (score === null) return null;
  if (score >= highFrom) return 'high';
  return score >= mediumFrom ? 'medium' : 'low';
}

/** Whose minutes each kind is made of; with one of them unknown the kind is too. */
const measuredBy: Record<MediaKind, readonly (keyof ActivitySources)[]> = {
  video: ['views'],
  reading: ['views'],
  practice: ['views', 'sessions'],
  assessment: ['views', 'attempts'],
  discussion: ['questions'],
};

function minutesByType(activities: readonly DatedActivity[], sources: ActivitySources): Engagement['byType'] {
  const unclassified = activities.some(isUnclassified);
  const of = (kind: MediaKind): number | null => {
    if (measuredBy[kind].some((name) => sources[name] === null)) return null;
    const own = activities.filter((activity) => mediaOf(activity) === kind);
    const measured = own.flatMap(({ seconds }) => seconds ?? []);
    const unknown = measured.length === 0 && (own.length > 0 || unclassified);
    return unknown ? null : round(sum(measured) / 60);
  };
  return {
    video: of('video'),
    reading: of('reading'),
    practice: of('practice'),
    assessment: of('assessment'),
    discussion: of('discussion'),
  };
}

function averageSession(activities: readonly Activity[]): number | null {
  const lengths = sessionsOf(activities).map(({ startedAt, endedAt }) => (endedAt - startedAt) / 60_000);
  const measured = lengths.filter((minutes) => minutes > 0);
  return measured.length === 0 ? null : round(sum(measured) / measured.length);
}

const trendWords = { up: 'rising', flat: 'steady', down: 'falling' } as const;

function trendOfWeeks(scores: readonly number[]): {
  trend: Engagement['trend'];
  trendPercent: number | null;
} {
  if (scores.length < 3) return { trend: null, trendPercent: null };
  const { direction, slope } = trendOf(scores);
  const middle = sum(scores) / scores.length;
  const trendPercent =
    slope === null || middle === 0 ? null : round((100 * slope * (scores.length - 1)) / middle);
  return { trend: trendWords[direction], trendPercent };
}

const weekFrom = (monday: string): string[] =>
  Array.from({ length: 7 }, (_, index) => addDays(monday, index));

/** Mondays of the weeks of the range that have begun. */
const startedWeeks = (range: { first: string; last: string }, today: string): string[] =>
  weeksBetween(range.first, range.last).filter((monday) => monday <= today);

/** The score of every whole or running week of the range. */
function weeklyOf(
  range: { first: string; last: string },
  today: string,
  activities: readonly DatedActivity[],
  measured: Measured,
) {
  return startedWeeks(range, today).map((monday) => ({
    weekStart: monday,
    isWhole: addDays(monday, 6) <= today,
    score: roundOrNull(overallOf(partsOf(weekFrom(monday), activities, measured))),
  }));
}

const unknownParts: EngagementParts = { consistency: null, time: null, quality: null, diversity: null };

function unknownEngagement(): Engagement {
  return {
    overallScore: null,
    level: null,
    trend: null,
    trendPercent: null,
    parts: unknownParts,
    partsBasis: 'fixed_reference',
    activeDays: null,
    sessionsPerWeek: null,
    averageSessionMinutes: null,
    lastActiveAt: null,
    byType: { video: null, reading: null, practice: null, assessment: null, discussion: null },
    weekly: null,
    peerPercentile: null,
  };
}

/**
 * How regularly, long, well and variously a learner learns, over the 14 calendar days ending today, the last seven
 * counting double. .30 consistency (active days of five, and how even they lie), .25 time (minutes of 180 a week), .25
 * quality (activities of eight a week, and the share of them that went well), .20 diversity (Shannon evenness over
 * five kinds of media). The parts are measured against this fixed reference, as `partsBasis` says: rolls do not hold
 * the minutes or days of others. high ≥ 80, medium ≥ 50. Trend: Theil–Sen over the whole weeks shown, told only when
 * Mann–Kendall says so at 0.1. `peerPercentile` is the mid-rank percentile of topics finished within the
 * same runs, among people of the learner's organization.
 *
 * Unit: score 0–100. Null rule: a part that no service measures is null and its weight goes to the others; fewer than
 * two parts: no score. Nobody saw any activity, and not all sources are known: null, not 0. Source: ANALYTICS definition "Engagement",
 * version 1.
 * @param rolls of the learner's courses; null = not known.
 */
export function engagement(
  learner: { userId: string; organizationId: string | null },
  sources: ActivitySources,
  rolls: readonly (readonly CourseEnrolment[])[] | null,
  range: { first: string; last: string },
  setting: Setting,
): Computed<Engagement> {
  const { views, attempts, sessions, questions, enrolments } = sources;
  const known = [views, attempts, sessions, questions, enrolments].filter((source) => source !== null);
  if (known.length === 0) return { data: unknownEngagement(), missing: [] };

  const { now, zone } = setting;
  const today = dayOf(now, zone);
  const all = timeline(sources, now);
  const learning: DatedActivity[] = all
    .filter(isLearning)
    .map((activity) => ({ ...activity, day: dayOf(activity.at, zone) }));
  // Nobody saw anything, and not everybody looked.
  const standing = rolls === null ? null : peerStanding(rolls, learner, setting.minimumCohort);
  if (learning.length === 0 && known.length < sourcesOfLearning)
    return nothingSeen(sources, standing, startedWeeks(range, today));
  const days = lastDays(setting, windowDays);
  const inWindow = learning.filter(({ day }) => day >= (days[0] ?? today));
  // A window without activity has no minutes to measure; whether anyone measures shows in the rest of the history.
  const measured: Measured = {
    time: learning.length === 0 || learning.some(({ seconds }) => seconds !== null),
    kinds: views !== null,
  };

  const parts = roundParts(
    blend(
      partsOf(days.slice(-recentDays), learning, measured),
      partsOf(days.slice(0, recentDays), learning, measured),
    ),
  );
  const overallScore = roundOrNull(overallOf(parts));
  const weekly = weeklyOf(range, today, learning, measured);
  const whole = weekly.filter(({ isWhole }) => isWhole).flatMap(({ score }) => score ?? []);
  const last = learning.at(-1);
  const data: Engagement = {
    overallScore,
    level: levelOf(overallScore),
    ...trendOfWeeks(whole),
    parts,
    partsBasis: 'fixed_reference',
    activeDays: new Set(inWindow.map(({ day }) => day)).size,
    sessionsPerWeek: round(sessionsOf(inWindow).length / (windowDays / 7)),
    averageSessionMinutes: averageSession(inWindow),
    lastActiveAt: last === undefined ? null : new Date(last.at).toISOString(),
    byType: minutesByType(inWindow, sources),
    weekly: weekly.map(({ weekStart, score }) => ({ weekStart, score })),
    peerPercentile: percentileOf(standing),
  };
  return { data, missing: missingOf(data, standing) };
}

const percentileOf = (standing: Standing | null): number | null =>
  standing === null ? null : roundOrNull(standing.percentile);

/** Nothing of the learner but the place among peers: that nobody saw anything is not that nothing was done. */
function nothingSeen(
  sources: ActivitySources,
  standing: Standing | null,
  weeks: readonly string[],
): Computed<Engagement> {
  const data: Engagement = {
    ...unknownEngagement(),
    byType: minutesByType([], sources),
    weekly: weeks.map((weekStart) => ({ weekStart, score: null })),
    peerPercentile: percentileOf(standing),
  };
  const counts = (['level', 'activeDays', 'sessionsPerWeek', 'weekly[].score'] as const).map(
    (field): Missing => ({ field, reason: 'insufficient_data' }),
  );
  return { data, missing: [...missingOf(data, standing), ...counts] };
}

function missingOf(data: Engagement, standing: Standing | null): Missing[] {
  const unknown = (field: string, value: unknown): Missing[] =>
    value === null ? [{ field, reason: 'insufficient_data' }] : [];
  const parts = Object.entries(data.parts).flatMap(([name, value]) => unknown(`parts.${name}`, value));
  const byType = Object.entries(data.byType).flatMap(([name, value]) => unknown(`byType.${name}`, value));
  const peers: Missing[] =
    standing?.percentile === null ? [{ field: 'peerPercentile', reason: standing.reason }] : [];
  return [
    ...unknown('overallScore', data.overallScore),
    ...unknown('trend', data.trend),
    ...unknown('averageSessionMinutes', data.averageSessionMinutes),
    ...parts,
    ...byType,
    ...peers,
  ];
}
