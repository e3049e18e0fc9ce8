import type { People } from '../../domain/organization/people.ts';
import { aFewAtOnce } from '../a-few-at-once.ts';
import { peopleOf } from '../organization/walks.ts';
import type { CallScope, UpstreamReplies } from '../ports/reply.ts';
import { RpcError } from '../ports/rpc.ts';
import type { NewSnapshot, Snapshots } from '../ports/snapshots.ts';
import { failureOf } from '../ports/upstream-error.ts';
import { activeLearners } from './active-learners.ts';
import { cursorAfter, snapshotSubjects } from './snapshot-subjects.ts';
import { makeSnapshotsOf, type SnapshotsOfDeps } from './snapshots-of.ts';

export interface TakeSnapshotsDeps extends SnapshotsOfDeps {
  snapshots: Snapshots;
  newId: () => string;
}

export interface SnapshotOrder {
  organizationId: string;
  /** `YYYY-MM-DD` in the organization's time zone, under which the figures of now are kept. */
  day: string;
  /** As `progress` was told it last; null = from the start. */
  cursor: string | null;
  /** All up to the cursor are done, of this attempt and of earlier ones. */
  progress: (done: number, total: number, cursor: string) => void | Promise<void>;
  signal: AbortSignal;
}

/** Of this attempt. */
export interface SnapshotsTaken {
  subjects: number;
  /** Subjects of whom something could not be made or was refused. */
  failed: number;
  /** Figures that are kept. */
  saved: number;
  /** Answers that were not good enough to be kept. */
  poor: number;
}

/** Subjects that are worked on together, and between two words of progress. */
const atOnce = 4;
const perStep = 20;

/** Null for an organization that nobody knows, and where there is no service to ask. */
async function findPeople(
  upstreams: UpstreamReplies,
  organizationId: string,
  now: number,
): Promise<People | null> {
  try {
    return (await peopleOf(upstreams, organizationId, now)).value;
  } catch (error) {
    if (failureOf(error) === 'not_configured') return null;
    throw error;
  }
}

/**
 * Keeps the figures of one organization as they are now: its own, those of its trainers and their courses, and those of
 * every learner who was active lately. Whoever cannot be done is counted and left out. Doing it again changes nothing
 * but the figures of the day.
 *
 * Memory: some hundred bytes a person for the walk through the organization; figures are not held.
 * @throws UpstreamError when it cannot be known who is there; RpcError when nothing can be kept; the signal's reason. What
 * the cursor was told stands.
 */
export function makeTakeSnapshots(deps: TakeSnapshotsDeps) {
  const { gate, snapshots, clock, logger } = deps;
  const snapshotsOf = makeSnapshotsOf(deps);

  /** Nobody's request: a memo of its own, and nobody to leave but the job. */
  const scopeUnder = (signal: AbortSignal): CallScope => ({
    requestId: deps.newId(),
    traceparent: undefined,
    signal,
    startedAt: clock.now(),
    deadlineAt: clock.now() + deps.answerMs,
    memo: new Map(),
  });

  /** How many are kept, or null when they were refused. A database that is away ends the work: all would be for nothing. */
  async function save(rows: readonly NewSnapshot[]): Promise<number | null> {
    try {
      return await snapshots.save(rows, clock.now());
    } catch (error) {
      if (!(error instanceof RpcError) || error.code === 'unavailable') throw error;
      logger.warn({ code: error.code }, 'snapshots were refused');
      return null;
    }
  }

  async function subjectsOf(organizationId: string, signal: AbortSignal) {
    const now = clock.now();
    const upstreams = gate.live(scopeUnder(signal));
    const people = await findPeople(upstreams, organizationId, now);
    if (people === null) return null;
    const learnerIds = await activeLearners(upstreams, organizationId, people, now);
    return snapshotSubjects(organizationId, [...people.trainerIds].sort(), learnerIds);
  }

  return async ({
    organizationId,
    day,
    cursor,
    progress,
    signal,
  }: SnapshotOrder): Promise<SnapshotsTaken> => {
    const taken: SnapshotsTaken = { subjects: 0, failed: 0, saved: 0, poor: 0 };
    signal.throwIfAborted();
    const subjects = await subjectsOf(organizationId, signal);
    const total = subjects?.total ?? 0;
    let done = subjects?.doneAt(cursor) ?? 0;
    while (subjects !== null && done < total) {
      const step = subjects.slice(done, done + perStep);
      await aFewAtOnce(step, atOnce, async (subject) => {
        signal.throwIfAborted();
        const { rows, poor, failed } = await snapshotsOf(subject, day, scopeUnder(signal));
        const saved = await save(rows);
        taken.subjects += 1;
        taken.saved += saved ?? 0;
        taken.poor += poor;
        if (failed > 0 || saved === null) taken.failed += 1;
      });
      done += step.length;
      const last = step.at(-1);
      if (last !== undefined) await progress(done, total, cursorAfter(last));
    }
    return taken;
  };
}
