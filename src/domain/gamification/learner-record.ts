import { type ActivitySources, timeline } from '../analytics/activity.ts';
import type { LearnerSkill } from '../learning/skill.ts';
import { type Calendar, dayOf } from '../time.ts';
import { type Achievement, achievements, factsOf } from './achievement-engine.ts';
import { capped, entriesOf, type LedgerEntry, mergeLedger } from './points.ts';
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
  );
  const ledger = stored === null ? null : capped(earned, calendar);
  const facts = factsOf({ ...withoutLogins(sources), ledger, streak }, calendar);
  return { ledger, streak, achievements: achievements(facts) };
}
