import { AppError } from '../../domain/errors.ts';
import type { Subject } from '../../domain/identity/policy.ts';
import type { Served } from '../analytics/answer.ts';
import type { Analytic } from '../analytics/define.ts';
import { keptNightly } from '../analytics/registry.ts';
import type { RunAnalytic } from '../analytics/run-analytic.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import { type CallScope, scopeWith, type UpstreamGate } from '../ports/reply.ts';
import type { NewSnapshot, SnapshotKind } from '../ports/snapshots.ts';
import { failureOf } from '../ports/upstream-error.ts';
import { type KeptAnswer, keptAnswerOf } from './kept-answer.ts';
import { monthNotes } from './month-notes.ts';

export interface SnapshotsOfDeps {
  gate: UpstreamGate;
  run: RunAnalytic;
  clock: Clock;
  logger: Logger;
  /** The smallest group that an organization lets us tell about. */
  minimumCohortOf: (organizationId: string | null) => number;
  /** How long one answer may take, ms: a walk through the whole organization must fit in. */
  answerMs: number;
}

/** What can be kept of one subject on one day. */
interface Made {
  rows: NewSnapshot[];
  /** Answers that were made and are not good enough to be kept. */
  poor: number;
  /** Figures that could not be made. */
  failed: number;
}

/** Live, and nothing in it is null only because a service was away. */
const isGood = ({ answer, form }: Served): boolean => form !== 'stale' && answer.meta.cacheExpiry !== null;

/** Said by the figures themselves: there is nothing to keep, and nothing went wrong. */
const isNothing = (error: unknown): boolean =>
  error instanceof AppError && (error.code === 'INSUFFICIENT_DATA' || error.code === 'COHORT_TOO_SMALL');

const courseFields = 'courses[].';

/** The courses of a trainer's answer, each as figures of its own. */
function coursesIn(kept: KeptAnswer): { courseId: string; kept: KeptAnswer }[] {
  const { courses } = kept.figures as { courses?: readonly { courseId: string }[] | null };
  const missing = kept.meta.missing
    .filter(({ field }) => field.startsWith(courseFields))
    .map((row) => ({ ...row, field: row.field.slice(courseFields.length) }));
  return (courses ?? []).map((figures) => ({
    courseId: figures.courseId,
    kept: { ...kept, figures, meta: { ...kept.meta, missing } },
  }));
}

/**
 * Makes what is kept of a subject: the analytics of its dashboard and what a learner has earned, as somebody gets them
 * who asks for nothing in particular; a trainer's with each course by itself, an organization's with what later months need. Whatever cannot be
 * made is counted and left out.
 */
export function makeSnapshotsOf(deps: SnapshotsOfDeps) {
  const { gate, run, clock, logger } = deps;

  /** A whole budget for each answer; all of one subject read each thing once. */
  const inTime = (scope: CallScope): CallScope =>
    scopeWith(scope, { deadlineAt: clock.now() + deps.answerMs });

  /** Null when the answer is not good enough. */
  async function keptOf(analytic: Analytic, subject: Subject, scope: CallScope): Promise<KeptAnswer | null> {
    const query = analytic.query.parse({});
    const question = { analytic, subject, query, completeness: 'partial', isForKeeping: true } as const;
    const served = await run(question, inTime(scope));
    return isGood(served) ? keptAnswerOf(served.answer, deps.minimumCohortOf(subject.organizationId)) : null;
  }

  return async (subject: Subject, day: string, scope: CallScope): Promise<Made> => {
    const { kind, id, organizationId } = subject;
    const made: Made = { rows: [], poor: 0, failed: 0 };
    const add = (
      of: SnapshotKind,
      about: string,
      metric: string,
      version: number,
      data: NewSnapshot['data'],
    ) => made.rows.push({ kind: of, subject: about, organizationId, day, metric, version, data });

    async function attempt(work: () => Promise<void>): Promise<void> {
      try {
        await work();
      } catch (error) {
        scope.signal.throwIfAborted();
        if (isNothing(error)) return;
        made.failed += 1;
        const failure = error instanceof AppError ? error.code : failureOf(error);
        logger.debug({ kind, failure }, 'a figure cannot be made to be kept');
      }
    }

    // One after another: whoever looks at figures now comes first.
    for (const analytic of keptNightly(kind)) {
      await attempt(async () => {
        const kept = await keptOf(analytic, subject, scope);
        if (kept === null) made.poor += 1;
        else {
          add(kind, id, analytic.id, analytic.version, kept);
          const courses = kind === 'trainer' ? coursesIn(kept) : [];
          for (const one of courses) add('course', one.courseId, analytic.id, analytic.version, one.kept);
        }
      });
    }
    for (const note of kind === 'organization' ? monthNotes : []) {
      await attempt(async () => {
        const setting = { now: clock.now(), minimumCohort: deps.minimumCohortOf(organizationId) };
        const noted = await note(gate.live(inTime(scope)), id, setting);
        if (noted === null) made.poor += 1;
        else add(kind, id, noted.metric, noted.version, noted.data);
      });
    }
    return made;
  };
}
