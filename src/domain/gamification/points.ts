import type { Attempt } from '../learning/attempt.ts';
import type { Enrolment } from '../learning/enrolment.ts';
import type { PracticeSession } from '../learning/practice.ts';
import type { LearnerSkill } from '../learning/skill.ts';
import { clamp } from '../statistics/summary.ts';
import { type Calendar, dayOf, startOfDay } from '../time.ts';

export const pointSources = ['course', 'skill', 'assessment', 'practice', 'streak_day'] as const;
export type PointSource = (typeof pointSources)[number];

/** One line of the ledger: there is one per (userId, source, reference), whatever is sent again. */
export interface LedgerEntry {
  userId: string;
  source: PointSource;
  /** What earned it: courseId, skillId, assessmentId, sessionId, or the day. */
  reference: string;
  points: number;
  /** Epoch ms. */
  occurredAt: number;
}

/** What the services say of one learner; null = not known. */
export interface EarningSources {
  enrolments: readonly Enrolment[] | null;
  attempts: readonly Attempt[] | null;
  sessions: readonly PracticeSession[] | null;
  skills: readonly LearnerSkill[] | null;
}

/** What one thing is worth; an assessment is worth its score. */
const worth = { course: 100, skill: 50, practice: 10, streak_day: 10 } as const;
const mostPerDay = 1000;

type Earned = Omit<LedgerEntry, 'userId'>;

const compare = <T extends string | number>(a: T, b: T) => (a < b ? -1 : a > b ? 1 : 0);

const inLedgerOrder = (a: LedgerEntry, b: LedgerEntry): number =>
  a.occurredAt - b.occurredAt ||
  compare(a.source, b.source) ||
  compare(a.reference, b.reference) ||
  compare(a.userId, b.userId);

const ofCourses = (enrolments: readonly Enrolment[]): Earned[] =>
  enrolments.flatMap(({ courseId, completedAt }) =>
    completedAt === null
      ? []
      : [{ source: 'course', reference: courseId, points: worth.course, occurredAt: completedAt }],
  );

const ofSkills = (skills: readonly LearnerSkill[]): Earned[] =>
  skills.flatMap(({ skillId, acquiredAt }) =>
    acquiredAt === null
      ? []
      : [{ source: 'skill', reference: skillId, points: worth.skill, occurredAt: acquiredAt }],
  );

/** Every scored hand-in; that only the first of an assessment counts is the ledger's own rule. */
const ofAttempts = (attempts: readonly Attempt[]): Earned[] =>
  attempts
    // Two hand-ins of the same instant must not be told apart by the order in which they were sent.
    .toSorted((a, b) => compare(a.attemptId, b.attemptId))
    .flatMap(({ assessmentId, score, submittedAt }) =>
      score === null || submittedAt === null
        ? []
        : [
            {
              source: 'assessment',
              reference: assessmentId,
              points: Math.round(clamp(score, 0, 100)),
              occurredAt: submittedAt,
            },
          ],
    );

const ofSessions = (sessions: readonly PracticeSession[]): Earned[] =>
  sessions.map(({ sessionId, startedAt }) => ({
    source: 'practice',
    reference: sessionId,
    points: worth.practice,
    occurredAt: startedAt,
  }));

const ofStreak = (days: readonly string[], zone: string): Earned[] =>
  days.map((day) => ({
    source: 'streak_day',
    reference: day,
    points: worth.streak_day,
    occurredAt: startOfDay(day, zone),
  }));

/**
 * What a learner earned: 100 for a completed course, 50 for an acquired skill, the score (0–100, rounded) of
 * the first scored hand-in of an assessment, 10 for a practice session, 10 for a day kept by activity. Each
 * thing once, at its first time, in ledger order; nothing after `calendar.now`. The daily cap is not applied
 * here (`capped`).
 *
 * Unit: points, whole, 0–100 each. Null rule: a source that is not known gives no entries; a course, skill or
 * attempt without its instant, and an attempt without a score, has earned nothing yet. Source: ANALYTICS
 * definition "Points", version 1.
 * @param streakDays days kept by activity, `YYYY-MM-DD` in `calendar.zone`.
 */
export function entriesOf(
  userId: string,
  sources: EarningSources,
  streakDays: readonly string[],
  calendar: Calendar,
): LedgerEntry[] {
  const earned = [
    ...ofCourses(sources.enrolments ?? []),
    ...ofSkills(sources.skills ?? []),
    ...ofAttempts(sources.attempts ?? []),
    ...ofSessions(sources.sessions ?? []),
    ...ofStreak(streakDays, calendar.zone),
  ];
  const past = earned.filter(({ occurredAt }) => occurredAt <= calendar.now);
  return mergeLedger(
    past.map((entry) => ({ userId, ...entry })),
    [],
  );
}

/**
 * Two ledgers as one: one entry per (userId, source, reference), of which the earlier occurrence stays, and
 * at the same instant the one of `a`, because what has been written stays as it was written. Ordered by
 * occurredAt, source, reference.
 *
 * Unit: points. Null rule: none; two empty ledgers give an empty one.
 */
export function mergeLedger(a: readonly LedgerEntry[], b: readonly LedgerEntry[]): LedgerEntry[] {
  const kept = new Map<string, LedgerEntry>();
  for (const entry of [...a, ...b]) {
    const key = JSON.stringify([entry.userId, entry.source, entry.reference]);
    const known = kept.get(key);
    if (known === undefined || entry.occurredAt < known.occurredAt) kept.set(key, entry);
  }
  return [...kept.values()].sort(inLedgerOrder);
}

/**
 * The ledger with at most 1,000 points per person and calendar day (in `calendar.zone`), given out in ledger
 * order: the entry that crosses the cap gets what is left, and entries worth nothing are dropped.
 *
 * Unit: points, 1–1,000 each. Null rule: none; an empty ledger stays empty.
 */
export function capped(entries: readonly LedgerEntry[], { zone }: Calendar): LedgerEntry[] {
  const given = new Map<string, number>();
  return entries.toSorted(inLedgerOrder).flatMap((entry) => {
    const key = JSON.stringify([entry.userId, dayOf(entry.occurredAt, zone)]);
    const before = given.get(key) ?? 0;
    const points = Math.min(entry.points, mostPerDay - before);
    if (points <= 0) return [];
    given.set(key, before + points);
    return [{ ...entry, points }];
  });
}

/**
 * Sum of points, in all and per source; the parts add up to the total.
 *
 * Unit: points ≥ 0. Null rule: none; a source without entries has 0 because nothing was earned from it.
 */
export function totals(entries: readonly LedgerEntry[]): {
  total: number;
  bySource: Record<PointSource, number>;
} {
  const bySource = { course: 0, skill: 0, assessment: 0, practice: 0, streak_day: 0 };
  for (const { source, points } of entries) bySource[source] += points;
  return { total: Object.values(bySource).reduce((sum, points) => sum + points, 0), bySource };
}

/**
 * The entries of the days from `firstDay` (in `calendar.zone`) up to now, in the order given.
 *
 * Null rule: none; a first day in the future gives no entries.
 * @param firstDay `YYYY-MM-DD`, included.
 */
export function since(
  entries: readonly LedgerEntry[],
  firstDay: string,
  { now, zone }: Calendar,
): LedgerEntry[] {
  const start = startOfDay(firstDay, zone);
  return entries.filter(({ occurredAt }) => occurredAt >= start && occurredAt <= now);
}
