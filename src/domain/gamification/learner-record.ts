import { type ActivitySources, timeline } from '../analytics/activity.ts';
import type { LearnerSkill } from '../learning/skill.ts';
import { type Calendar, dayOf } from '../time.ts';
import { type Achievement, achievements, type CountedEvent, factsOf } from './achievement-engine.ts';
import { achievementCatalogue } from './achievements.ts';
import { capped, entriesOf, type LedgerEntry, mergeLedger, type PointSource, totals } from './points.ts';
import { type StoredAchievement, withStored } from './stored-achievements.ts';
import { streak as computeStreak, meaningfulDays, type Streak } from './streak.ts';

/** What the services say of one learner; null = not known. */
export interface LearnerSources extends Omit<ActivitySources, 'logins'> {
  skills: readonly LearnerSkill[] | null;
}

/** Everything that gamification tells of one learner. */
export interface LearnerRecord {
  /** With the daily cap; null when what is stored is not known. */
  ledger: LedgerEntry[] | null;
  streak: Streak;
  achievements: Achievement[];
}

/** True when every service that could have seen the learner active has answered. */
export const areActivitiesKnown = (sources: LearnerSources): boolean =>
  [sources.enrolments, sources.views, sources.attempts, sources.sessions, sources.questions].every(
    (source) => source !== null,
  );

const withoutLogins = (sources: LearnerSources) => ({ ...sources, logins: null });

/** The days of which the ledger says that they were kept by activity. */
const storedDays = (stored: readonly LedgerEntry[]): string[] =>
  stored.filter(({ source }) => source === 'streak_day').map(({ reference }) => reference);

/**
 * What a learner earned by what the services say, for the ledger.
 *
 * Unit: points. Null rule: a source that is not known adds nothing. Source: ANALYTICS definition "Points",
 * version 1.
 */
export function earnedEntries(userId: string, sources: LearnerSources, calendar: Calendar): LedgerEntry[] {
  const activities = timeline(withoutLogins(sources), calendar.now);
  return entriesOf(userId, sources, [...meaningfulDays(activities, calendar.zone)], calendar);
}

/**
 * Ledger, streak and achievements of a learner, from what is stored and what the services say now. What is
 * stored stays, also where a service does not answer or does not reach back as far: its days with activity and
 * its completed courses count for the streak like those of the timeline.
 *
 * Unit: points, days. Null rule: without the stored ledger there are no points; streak and achievements then
 * stand on the services alone. Source: ANALYTICS definition "Gamification", version 1.
 * @param stored the person's own entries; null = the store could not be read.
 */
export function learnerRecord(
  userId: string,
  sources: LearnerSources,
  stored: readonly LedgerEntry[] | null,
  calendar: Calendar,
): LearnerRecord {
  const { now, zone } = calendar;
  const past = stored?.filter(({ occurredAt }) => occurredAt <= now) ?? [];
  const earned = mergeLedger(past, earnedEntries(userId, sources, calendar));
  const courses = earned.filter(({ source }) => source === 'course');
  const streak = computeStreak(
    new Set(storedDays(earned)),
    courses.map(({ occurredAt }) => dayOf(occurredAt, zone)),
    dayOf(now, zone),
    new Set(),
    zone,
  );
  const ledger = stored === null ? null : capped(earned, calendar);
  const facts = factsOf({ ...withoutLogins(sources), ledger, streak }, calendar);
  return { ledger, streak, achievements: achievements(facts) };
}

/** A person's ledger as far as figures need it: it does not grow with the entries, only with days and courses. */
export interface LedgerSummary {
  /** With the daily cap. */
  bySource: Readonly<Record<PointSource, number>>;
  /** The instants (epoch ms) at which the sum reached numbers of points, fewest points first; others were not. */
  reached: readonly { points: number; at: number }[];
  /** Days kept by activity, `YYYY-MM-DD`. */
  streakDays: readonly string[];
  /** When courses were completed, epoch ms. */
  courses: readonly number[];
}

/** What stays of a person, whatever the services say later. */
export interface Kept {
  achievements: readonly StoredAchievement[];
  /** Days on which the person did something that counts. */
  activityDays: readonly string[];
  /** Days that a freeze has saved. */
  freezeDays: readonly string[];
}

/** What our own stores say of a learner; the ledger is merged with what the services say. */
export interface StoredRecord {
  ledger: LedgerSummary;
  kept: Kept;
}

/** What figures tell of a learner. */
export interface SummedRecord {
  /** Null when what is stored is not known. */
  points: { total: number; bySource: Readonly<Record<PointSource, number>> } | null;
  streak: Streak;
  achievements: Achievement[];
}

/** Numbers of points at which an achievement is earned, fewest first. */
export const pointThresholds: readonly number[] = achievementCatalogue
  .flatMap(({ rule }) => (rule.counts === 'points' ? [rule.atLeast] : []))
  .sort((a, b) => a - b);

/**
 * A ledger summed up: stored entries merged with earned ones, nothing after `calendar.now`, at most 1,000 points
 * per day of the zone. A store that can sum by itself must answer the same.
 *
 * Unit: points, epoch ms. Null rule: none; an empty ledger has zeros and empty lists.
 * @param earned of `earnedEntries`.
 * @param thresholds from 1, fewest first.
 */
export function ledgerSummary(
  stored: readonly LedgerEntry[],
  earned: readonly LedgerEntry[],
  calendar: Calendar,
  thresholds: readonly number[] = pointThresholds,
): LedgerSummary {
  const isPast = ({ occurredAt }: LedgerEntry) => occurredAt <= calendar.now;
  const merged = mergeLedger(stored.filter(isPast), earned.filter(isPast));
  const counted = capped(merged, calendar);
  const reached: { points: number; at: number }[] = [];
  let sum = 0;
  for (const { points, occurredAt } of counted) {
    sum += points;
    for (let next = thresholds[reached.length]; next !== undefined && next <= sum; ) {
      reached.push({ points: next, at: occurredAt });
      next = thresholds[reached.length];
    }
  }
  return {
    bySource: totals(counted).bySource,
    reached,
    streakDays: storedDays(merged).sort(),
    courses: merged.filter(({ source }) => source === 'course').map(({ occurredAt }) => occurredAt),
  };
}

/** As few events as have the same sum, and reach every number of points at the same instant. */
function pointEvents({ reached }: LedgerSummary, total: number): CountedEvent[] {
  const events = reached.map(({ points, at }, index) => ({
    at,
    amount: points - (reached[index - 1]?.points ?? 0),
  }));
  const last = reached.at(-1);
  const rest = total - (last?.points ?? 0);
  // When the rest was earned decides nothing: it reaches no number.
  return rest > 0 ? [...events, { at: last?.at ?? 0, amount: rest }] : events;
}

/**
 * Points, streak and achievements of a learner, as `learnerRecord` tells them, from the summed ledger; and what
 * was kept stays: achievements as they were earned, days with activity, days saved by a freeze.
 *
 * Unit: points, days. Null rule: as `learnerRecord`.
 * @param stored its ledger is merged with the earned entries of `sources`; null = the stores could not be read.
 */
export function summedRecord(
  userId: string,
  sources: LearnerSources,
  stored: StoredRecord | null,
  calendar: Calendar,
): SummedRecord {
  const summary = stored?.ledger ?? ledgerSummary([], earnedEntries(userId, sources, calendar), calendar, []);
  const kept = stored?.kept ?? { achievements: [], activityDays: [], freezeDays: [] };
  const streak = computeStreak(
    new Set([...summary.streakDays, ...kept.activityDays]),
    summary.courses.map((at) => dayOf(at, calendar.zone)),
    dayOf(calendar.now, calendar.zone),
    new Set(kept.freezeDays),
    calendar.zone,
  );
  const facts = factsOf({ ...withoutLogins(sources), ledger: null, streak }, calendar);
  if (stored === null) return { points: null, streak, achievements: achievements(facts) };
  const { bySource } = summary;
  const total = Object.values(bySource).reduce((sum, points) => sum + points, 0);
  const earned = achievements({ ...facts, points: pointEvents(summary, total) });
  return { points: { total, bySource }, streak, achievements: withStored(earned, kept.achievements) };
}
