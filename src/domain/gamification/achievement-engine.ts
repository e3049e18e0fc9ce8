import { type Activity, type ActivitySources, isLearning, timeline } from '../analytics/activity.ts';
import { topicsFinished } from '../analytics/topics.ts';
import { type Attempt, didPass } from '../learning/attempt.ts';
import type { LearnerSkill } from '../learning/skill.ts';
import { type Calendar, dayOf, startOfDay } from '../time.ts';
import { type AchievementDefinition, achievementCatalogue, type Counted, type Tier } from './achievements.ts';
import type { LedgerEntry } from './points.ts';
import type { Streak } from './streak.ts';

/** One event that raises a count. */
export interface CountedEvent {
  /** Epoch ms. */
  at: number;
  /** By how much, above 0. */
  amount: number;
}

/** The events behind every count, oldest first; null = not known. */
export type AchievementFacts = Record<Counted, readonly CountedEvent[] | null>;

/** All that achievements look at; null = not known. */
export interface AchievementSources extends ActivitySources {
  skills: readonly LearnerSkill[] | null;
  /** The learner's own, with the daily cap applied. */
  ledger: readonly LedgerEntry[] | null;
  streak: Pick<Streak, 'recordDays'> | null;
}

export interface Achievement {
  /** Stable: it depends on the catalogue only. */
  id: string;
  code: string;
  tier: Tier;
  /** Epoch ms of the event that reached the number; null = not earned, or not known. */
  earnedAt: number | null;
  /** 0–100, 100 only when earned; null when what it counts is not known. */
  progressPercent: number | null;
}

interface Dated {
  key: string;
  at: number | null;
}

/** Each thing once, at its first time; what has no instant or lies in the future has not happened. */
function firstTimes(things: readonly Dated[], now: number): CountedEvent[] {
  const first = new Map<string, number>();
  for (const { key, at } of things) {
    if (at !== null && at <= now) first.set(key, Math.min(at, first.get(key) ?? at));
  }
  return [...first.values()].sort((a, b) => a - b).map((at) => ({ at, amount: 1 }));
}

const handedIn = ({ assessmentId, submittedAt }: Attempt): Dated => ({ key: assessmentId, at: submittedAt });

/** Activities that are learning, by the day they fall on. */
const learningDays = (activities: readonly Activity[], zone: string): { key: string; at: number }[] =>
  activities.filter(isLearning).map(({ at }) => ({ key: dayOf(at, zone), at }));

/** A streak grows with the first activity of a day; where only the day is known, at its start. */
function streakEvents(
  recordDays: readonly string[],
  active: readonly { key: string; at: number }[],
  zone: string,
): Dated[] {
  const first = new Map<string, number>();
  for (const { key, at } of active) first.set(key, Math.min(at, first.get(key) ?? at));
  return recordDays.map((day) => ({ key: day, at: first.get(day) ?? startOfDay(day, zone) }));
}

const pointEvents = (ledger: readonly LedgerEntry[], now: number): CountedEvent[] =>
  ledger
    .filter(({ points, occurredAt }) => points > 0 && occurredAt <= now)
    .map(({ points, occurredAt }) => ({ at: occurredAt, amount: points }))
    .sort((a, b) => a.at - b.at);

const isUnknown = (sources: AchievementSources): boolean =>
  [
    sources.views,
    sources.attempts,
    sources.sessions,
    sources.questions,
    sources.logins,
    sources.enrolments,
  ].every((source) => source === null);

/**
 * What a learner did, as dated counts: courses and topics completed, skills acquired, assessments passed,
 * assessments with 100 points, practice sessions solved, questions resolved, points, days of the longest
 * streak, days with a meaningful activity, and kinds of content looked at. Each thing counts once, at its
 * first time; nothing after `calendar.now`.
 *
 * Unit: epoch ms and amounts above 0 (1, or points). Null rule: a count whose source is not known is null;
 * `active_days` only when none of the sources of activities is.
 */
export function factsOf(sources: AchievementSources, calendar: Calendar): AchievementFacts {
  const { now, zone } = calendar;
  const { enrolments, attempts, sessions, questions, views, skills, ledger, streak } = sources;
  const active = learningDays(timeline(sources, now), zone);
  const once = (things: readonly Dated[] | undefined) =>
    things === undefined ? null : firstTimes(things, now);
  return {
    courses: once(enrolments?.map(({ courseId, completedAt }) => ({ key: courseId, at: completedAt }))),
    topics: enrolments === null ? null : topicsFinished(enrolments, now).map(({ at }) => ({ at, amount: 1 })),
    skills: once(skills?.map(({ skillId, acquiredAt }) => ({ key: skillId, at: acquiredAt }))),
    assessments_passed: once(attempts?.filter((attempt) => didPass(attempt) === true).map(handedIn)),
    perfect_scores: once(attempts?.filter(({ score }) => score === 100).map(handedIn)),
    practice_solved: once(
      sessions
        ?.filter(({ status }) => status === 'solved')
        .map(({ sessionId, startedAt, endedAt }) => ({ key: sessionId, at: endedAt ?? startedAt })),
    ),
    questions_resolved: once(
      questions
        ?.filter(({ resolved }) => resolved === true)
        .map(({ at, topicId }) => ({ key: JSON.stringify([topicId, at]), at })),
    ),
    points: ledger === null ? null : pointEvents(ledger, now),
    streak: once(streak === null ? undefined : streakEvents(streak.recordDays, active, zone)),
    active_days: isUnknown(sources) ? null : firstTimes(active, now),
    content_types: once(views?.flatMap(({ type, at }) => (type === null ? [] : [{ key: type, at }]))),
  };
}

/** Instant at which the sum of amounts reached a number; null when it has not. */
function reachedAt(events: readonly CountedEvent[], atLeast: number): number | null {
  let sum = 0;
  for (const { at, amount } of events) {
    sum += amount;
    if (sum >= atLeast) return at;
  }
  return null;
}

/** Cut, not rounded, to a tenth, so that it never says 100 before the number is reached. */
const percentOf = (count: number, atLeast: number): number =>
  Math.min(100, Math.floor((1000 * count) / atLeast) / 10);

function judge(facts: AchievementFacts, { code, tier, rule }: AchievementDefinition): Achievement {
  const events = facts[rule.counts];
  const count = events?.reduce((sum, { amount }) => sum + amount, 0);
  return {
    id: `${tier}-${code}`,
    code,
    tier,
    earnedAt: events === null ? null : reachedAt(events, rule.atLeast),
    progressPercent: count === undefined ? null : percentOf(count, rule.atLeast),
  };
}

/**
 * Every achievement of the catalogue, in its order: when it was earned, and how far it is. An achievement is
 * earned at the event with which the count of its rule reached the number.
 *
 * Unit: epoch ms; percent 0–100. Null rule: what counts something that is not known has neither an instant
 * nor a progress. Source: ANALYTICS definition "Achievements", version 1.
 * @param facts of `factsOf`, oldest first.
 */
export function achievements(
  facts: AchievementFacts,
  catalogue: readonly AchievementDefinition[] = achievementCatalogue,
): Achievement[] {
  return catalogue.map((definition) => judge(facts, definition));
}
