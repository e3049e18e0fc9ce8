import type { Reading } from '../../domain/gamification/leaderboard-figures.ts';
import { earnedEntries, type LearnerSources } from '../../domain/gamification/learner-record.ts';
import type { Calendar } from '../../domain/time.ts';
import { aFewAtOnce } from '../a-few-at-once.ts';
import { Origins, type Provenance } from '../origins.ts';
import type { Ledger } from '../ports/gamification.ts';
import type { Reply, UpstreamReplies } from '../ports/reply.ts';
import { failureOf } from '../ports/upstream-error.ts';
import { learnerSources } from './learner-sources.ts';

/** What was recorded less than this ago is not read again. */
const freshMs = 10 * 60_000;
const peopleAtOnce = 8;

export interface AccrualDeps {
  upstreams: UpstreamReplies;
  ledger: Ledger;
  calendar: Calendar;
}

/** How it ended for everyone, and on what it stands. */
export interface Accrual {
  readings: ReadonlyMap<string, Exclude<Reading, 'unread'>>;
  /** People whose entries could not be brought up to date. */
  skipped: number;
  provenance: Provenance;
}

interface Timeline {
  sources: LearnerSources;
  /** False when a service that should know could not be asked. */
  isWhole: boolean;
}

type Ends<T> = { [K in keyof T]: PromiseSettledResult<T[K] extends Promise<infer V> ? V : never> };

async function settleEach<T extends Record<string, Promise<unknown>>>(asked: T): Promise<Ends<T>> {
  const names = Object.keys(asked);
  const ends = await Promise.allSettled(Object.values(asked));
  return Object.fromEntries(names.map((name, index) => [name, ends[index]])) as Ends<T>;
}

/** All that the services say of one learner. @throws UpstreamError when the courses cannot be asked. */
async function readTimeline(
  userId: string,
  { upstreams, calendar }: AccrualDeps,
  origins: Origins,
): Promise<Timeline> {
  const others = settleEach(learnerSources(upstreams, userId, calendar.now));
  const progress = origins.note(await upstreams.courses.progress(userId));
  const ends = await others;
  const taken = <T>(end: PromiseSettledResult<Reply<T>>): T | null =>
    end.status === 'fulfilled' ? origins.note(end.value).value : null;
  // A service that is not configured is not asked by anyone: there is nothing to wait for.
  const isLost = (end: PromiseSettledResult<unknown>) =>
    end.status === 'rejected' && failureOf(end.reason) !== 'not_configured';
  return {
    sources: {
      enrolments: progress.value,
      attempts: taken(ends.attempts),
      sessions: taken(ends.sessions),
      skills: taken(ends.skills),
      views: taken(ends.views),
      questions: taken(ends.questions),
    },
    isWhole: !Object.values(ends).some(isLost),
  };
}

async function accrueOne(
  userId: string,
  organizationId: string | null,
  deps: AccrualDeps,
  origins: Origins,
): Promise<Exclude<Reading, 'unread'>> {
  const { ledger, calendar } = deps;
  let last: number | null = null;
  try {
    last = await ledger.lastAccrual(userId);
    if (last !== null && calendar.now - last <= freshMs) return 'current';
    const { sources, isWhole } = await readTimeline(userId, deps, origins);
    if (sources.enrolments === null) return 'unknown';
    await ledger.record(earnedEntries(userId, sources, calendar), organizationId);
    if (isWhole) {
      await ledger.noteAccrual(userId, calendar.now);
      return 'current';
    }
  } catch {
    // One person who cannot be read must not cost the others their points.
  }
  return last === null ? 'failed' : 'outdated';
}

/**
 * Brings the ledger up to date for those whose last accrual is older than ten minutes, a few people at a time.
 * Doing it again changes nothing. Whoever is unknown to Course Builder or cannot be read is skipped; what
 * could be read of them is recorded, because it is true, and they are read again next time.
 */
export async function accrue(
  userIds: readonly string[],
  organizationId: string | null,
  deps: AccrualDeps,
): Promise<Accrual> {
  const origins = new Origins(deps.calendar.now);
  const readings = new Map<string, Exclude<Reading, 'unread'>>();
  await aFewAtOnce(new Set(userIds), peopleAtOnce, async (userId) => {
    readings.set(userId, await accrueOne(userId, organizationId, deps, origins));
  });
  const skipped = [...readings.values()].filter((reading) => reading !== 'current').length;
  return { readings, skipped, provenance: origins.worst };
}
