import type { Attempt } from '../learning/attempt.ts';
import type { ContentType, ContentView } from '../learning/content.ts';
import type { Enrolment } from '../learning/enrolment.ts';
import type { Login, PracticeSession, Question } from '../learning/practice.ts';
import { topicsFinished } from './topics.ts';

export const activityKinds = [
  'login',
  'topic_completed',
  'content_viewed',
  'attempt_submitted',
  'practice_session',
  'question_asked',
] as const;

/** One dated event of a learner, from any service. */
export interface Activity {
  kind: (typeof activityKinds)[number];
  /** The same event has the same id, however often a service sends it. */
  id: string;
  /** Epoch ms. */
  at: number;
  /** Null = not measured. */
  seconds: number | null;
  /** Of a content view. */
  contentType: ContentType | null;
  /** How it went where that can be said: finished, passed, solved, resolved. */
  success: boolean | null;
}

/** What the services say of one learner; null = not known. */
export interface ActivitySources {
  views: readonly ContentView[] | null;
  attempts: readonly Attempt[] | null;
  sessions: readonly PracticeSession[] | null;
  questions: readonly Question[] | null;
  logins: readonly Login[] | null;
  enrolments: readonly Enrolment[] | null;
}

const plain = { seconds: null, contentType: null, success: null };

const secondsBetween = (start: number | null, end: number | null) =>
  start === null || end === null || end < start ? null : (end - start) / 1000;

const ofViews = (views: readonly ContentView[]): Activity[] =>
  views.map(({ contentId, at, secondsSpent, type, completed }) => ({
    kind: 'content_viewed',
    id: `view ${contentId} ${at}`,
    at,
    seconds: secondsSpent,
    contentType: type,
    success: completed,
  }));

const ofAttempts = (attempts: readonly Attempt[]): Activity[] =>
  attempts.flatMap(({ attemptId, startedAt, submittedAt, passed }) =>
    submittedAt === null
      ? []
      : [
          {
            ...plain,
            kind: 'attempt_submitted',
            id: `attempt ${attemptId}`,
            at: submittedAt,
            seconds: secondsBetween(startedAt, submittedAt),
            success: passed,
          },
        ],
  );

const ofSessions = (sessions: readonly PracticeSession[]): Activity[] =>
  sessions.map(({ sessionId, startedAt, endedAt, status }) => ({
    ...plain,
    kind: 'practice_session',
    id: `practice ${sessionId}`,
    at: startedAt,
    seconds: secondsBetween(startedAt, endedAt),
    success: status === null ? null : status === 'solved',
  }));

const ofQuestions = (questions: readonly Question[]): Activity[] =>
  questions.map(({ at, topicId, resolved }) => ({
    ...plain,
    kind: 'question_asked',
    id: `question ${topicId} ${at}`,
    at,
    success: resolved,
  }));

const ofLogins = (logins: readonly Login[]): Activity[] =>
  logins.map(({ at, durationSeconds }) => ({
    ...plain,
    kind: 'login',
    id: `login ${at}`,
    at,
    seconds: durationSeconds,
  }));

const ofTopics = (enrolments: readonly Enrolment[], now: number): Activity[] =>
  topicsFinished(enrolments, now).map(({ courseId, topicId, at }) => ({
    ...plain,
    kind: 'topic_completed',
    id: `topic ${courseId} ${topicId}`,
    at,
    success: true,
  }));

/** All a learner did, each event once, oldest first; nothing after `now`. */
export function timeline(sources: ActivitySources, now: number): Activity[] {
  const all = [
    ...ofViews(sources.views ?? []),
    ...ofAttempts(sources.attempts ?? []),
    ...ofSessions(sources.sessions ?? []),
    ...ofQuestions(sources.questions ?? []),
    ...ofLogins(sources.logins ?? []),
    ...ofTopics(sources.enrolments ?? [], now),
  ];
  const unique = new Map(all.map((activity) => [activity.id, activity]));
  return [...unique.values()]
    .filter(({ at }) => at <= now)
    .sort((a, b) => a.at - b.at || a.id.localeCompare(b.id));
}

/** A log-in alone is no learning. */
export const isLearning = ({ kind }: Activity): boolean => kind !== 'login';

const longestGapMs = 30 * 60_000;

export interface Session {
  startedAt: number;
  /** End of the last activity, as far as its length is known. */
  endedAt: number;
}

/** Runs of activities with gaps under 30 minutes. */
export function sessionsOf(activities: readonly Activity[]): Session[] {
  const sessions: Session[] = [];
  for (const { at, seconds } of activities) {
    const endedAt = at + (seconds ?? 0) * 1000;
    const last = sessions.at(-1);
    if (last !== undefined && at - last.endedAt < longestGapMs)
      last.endedAt = Math.max(last.endedAt, endedAt);
    else sessions.push({ startedAt: at, endedAt });
  }
  return sessions;
}
