import type { Reading } from '../../domain/gamification/leaderboard-figures.ts';
import { earnedEntries, type LearnerSources } from '../../domain/gamification/learner-record.ts';
import type { LedgerEntry } from '../../domain/gamification/points.ts';
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
/** People whose entries are written together. */
const peopleTogether = 100;

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

/** What one person's services gave; null when they could not be read. */
interface Read {
  userId: string;
  /** Null = Course Builder does not know the person. */
  entries: readonly LedgerEntry[] | null;
  isWhole: boolean;
}

async function readOne(userId: string, deps: AccrualDeps, origins: Origins): Promise<Read | null> {
  try {
    const { sources, isWhole } = await readTimeline(userId, deps, origins);
    const isKnown = sources.enrolments !== null;
    return { userId, isWhole, entries: isKnown ? earnedEntries(userId, sources, deps.calendar) : null };
  } catch {
    // One person who cannot be read must not cost the others their points.
    return null;
  }
}

type End = Exclude<Reading, 'unread'>;

/** Some people, and what their services gave: those recorded a short while ago were not read. */
interface Batch {
  userIds: readonly string[];
  /** Epoch ms of the last recording, of those who were recorded before. */
  last: ReadonlyMap<string, number>;
  reads: ReadonlyMap<string, Read | null>;
}

const isFresh = (at: number | undefined, { now }: Calendar): boolean =>
  at !== undefined && now - at <= freshMs;

async function readBatch(userIds: readonly string[], deps: AccrualDeps, origins: Origins): Promise<Batch> {
  const last = await deps.ledger.lastAccruals(userIds);
  const reads = new Map<string, Read | null>();
  await aFewAtOnce(
    userIds.filter((userId) => !isFresh(last.get(userId), deps.calendar)),
    peopleAtOnce,
    async (userId) => {
      reads.set(userId, await readOne(userId, deps, origins));
    },
  );
  return { userIds, last, reads };
}

/** Brings the ledger up to date for a batch: it is asked once for all of them. */
async function recordBatch(
  { userIds, last, reads }: Batch,
  organizationId: string | null,
  { ledger, calendar }: AccrualDeps,
): Promise<[string, End][]> {
  const known = [...reads.values()].filter((read) => read !== null && read.entries !== null);
  await ledger.record(
    known.flatMap((read) => read?.entries ?? []),
    organizationId,
    calendar.zone,
  );
  const whole = new Set(known.flatMap((read) => (read?.isWhole ? [read.userId] : [])));
  await ledger.noteAccruals([...whole], calendar.now);
  return userIds.map((userId) => {
    const read = reads.get(userId);
    if (isFresh(last.get(userId), calendar) || whole.has(userId)) return [userId, 'current'];
    if (read?.entries === null) return [userId, 'unknown'];
    return [userId, last.has(userId) ? 'outdated' : 'failed'];
  });
}

/** A ledger that cannot be asked leaves these people as they are. */
const withoutLedger = (userIds: readonly string[]): [string, End][] => userIds.map((id) => [id, 'failed']);

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
  const people = [...new Set(userIds)];
  const readings = new Map<string, End>();
  const tell = (ends: readonly [string, End][]) => {
    for (const [userId, end] of ends) readings.set(userId, end);
  };
  // A batch is recorded while the next one is read: the database and the services need not wait for each other.
  let recorded = Promise.resolve();
  for (let at = 0; at < people.length; at += peopleTogether) {
    const some = people.slice(at, at + peopleTogether);
    const batch = await readBatch(some, deps, origins).catch(() => null);
    await recorded;
    recorded =
      batch === null
        ? Promise.resolve(tell(withoutLedger(some)))
        : recordBatch(batch, organizationId, deps)
            .catch(() => withoutLedger(some))
            .then(tell);
  }
  await recorded;
  const skipped = [...readings.values()].filter((reading) => reading !== 'current').length;
  return { readings, skipped, provenance: origins.worst };
}
