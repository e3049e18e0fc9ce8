import { AppError } from '../../domain/errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Delivery, JobQueue, JobRun, JobRuns, RunClaim, RunEnd } from '../ports/jobs.ts';
import type { Logger } from '../ports/logger.ts';
import { RpcError } from '../ports/rpc.ts';
import { UpstreamError } from '../ports/upstream-error.ts';
import type { RunHandle } from './define-job.ts';
import { type Jobs, readJob } from './registry.ts';

/** Another process has taken the run over; whatever this one still did would be done twice. */
export class RunLostError extends Error {
  override name = 'RunLostError';
}

/** A job did not end well; the message says what kind of thing went wrong and nothing about anyone. */
export class JobFailedError extends Error {
  override name = 'JobFailedError';
}

/** A delivery, and what gets further work done. */
export interface JobOrder extends Delivery {
  enqueue: JobQueue['enqueue'];
}

export type Ended =
  /** By this call, or done before it. */
  | { outcome: 'done'; run: JobRun }
  /** Somebody else is at it. */
  | { outcome: 'held'; run: JobRun; waitMs: number };

export type RunJob = (order: JobOrder) => Promise<Ended>;

export interface RunJobDeps {
  jobs: Jobs;
  runs: JobRuns;
  clock: Clock;
  logger: Logger;
  /** For how long nobody takes over from a process that says nothing any more. */
  leaseMs: number;
  /** Told of each attempt's end, for operators. */
  onEnd?: OnJobEnd;
}

/** `given_up`: no attempt follows; `lost`: another process went on with it. */
export const jobOutcomes = ['done', 'tried_again', 'given_up', 'lost'] as const;
export type JobOutcome = (typeof jobOutcomes)[number];
export type OnJobEnd = (job: string, outcome: JobOutcome, ms: number) => void;

/** At most this often a run says in the log how far it is. */
const logEveryMs = 10_000;
/** A lease is renewed several times, so that one call that is lost costs nothing. */
const renewalsPerLease = 3;

/** What kind of thing went wrong. Never a message: a person's id or words may stand in it. */
export function failureKind(error: unknown): string {
  if (error instanceof UpstreamError) return `${error.service ?? 'service'}: ${error.failure}`;
  if (error instanceof RpcError) return `database: ${error.code}`;
  if (error instanceof AppError) return error.code;
  return error instanceof Error && /^[A-Za-z]{1,64}$/.test(error.name) ? error.name : 'Error';
}

/** Renews the lease while the work goes on; `lost` is aborted when that has failed for a whole lease, or is refused. */
function keepAlive({ runs, clock, leaseMs, logger }: RunJobDeps, claim: RunClaim, until: AbortSignal) {
  const lost = new AbortController();
  let heardAt = clock.now();
  const lose = () => lost.abort(new RunLostError('another process has taken the run over'));
  const renew = async () => {
    try {
      if (await runs.progress(claim, leaseMs)) heardAt = clock.now();
      else lose();
    } catch (error) {
      logger.warn({ run: claim.id, failure: failureKind(error) }, 'a run could not say that it is alive');
      if (clock.now() - heardAt >= leaseMs) lose();
    }
  };
  const timer = setInterval(() => void renew(), leaseMs / renewalsPerLease);
  const stop = () => clearInterval(timer);
  // Whoever does not end when told to must not keep the run from others for ever.
  until.addEventListener('abort', stop, { once: true });
  return { signal: lost.signal, lose, stop };
}

/**
 * Does a slot's work once, whoever delivers it and how often: takes the run, goes on from its cursor, keeps it
 * alive, and says how it ended.
 * @throws JobFailedError when the job failed; RunLostError when another process has the run; RpcError when the
 * database is away; what `readJob` throws.
 */
export const makeRunJob =
  (deps: RunJobDeps): RunJob =>
  async (order) => {
    const { jobs, runs, clock, logger, leaseMs, onEnd = () => undefined } = deps;
    const work = readJob(jobs, order.name, order.data);
    const key = {
      name: order.name,
      slot: order.slot ?? work.slotOf(order.dueAt),
      organizationId: work.organizationId,
    };
    const begun = await runs.begin(key, clock.now(), leaseMs);
    if (begun.outcome !== 'begun') return begun;
    const { claim, run } = begun;
    const about = { job: run.name, run: run.id, slot: run.slot, attempt: claim.attempt };
    const alive = keepAlive(deps, claim, order.signal);
    const signal = AbortSignal.any([order.signal, alive.signal]);
    let loggedAt = clock.now();
    const handle: RunHandle = {
      id: run.id,
      cursor: begun.cursor,
      progress: async (done, total, cursor) => {
        const step = { done, total, ...(cursor === undefined ? {} : { cursor }) };
        if (!(await runs.progress(claim, leaseMs, step))) alive.lose();
        alive.signal.throwIfAborted();
        if (clock.now() - loggedAt < logEveryMs) return;
        loggedAt = clock.now();
        logger.info({ ...about, done, total }, 'a job goes on');
      },
    };

    const startedAt = clock.now();
    const told = (outcome: JobOutcome) => onEnd(run.name, outcome, clock.now() - startedAt);

    async function end(how: RunEnd): Promise<JobRun> {
      if (!(await runs.finish(claim, how, clock.now()))) throw new RunLostError('the run was taken over');
      return (await runs.get(run.id)) ?? run;
    }

    async function fail(error: unknown): Promise<never> {
      if (alive.signal.aborted) {
        told('lost');
        throw alive.signal.reason;
      }
      const failure = failureKind(order.signal.aborted ? order.signal.reason : error);
      const isOver = order.isLast();
      told(isOver ? 'given_up' : 'tried_again');
      const fields = { ...about, failure, err: error };
      if (isOver) logger.error(fields, 'a job failed and is not tried again');
      else logger.warn(fields, 'a job did not end');
      // When the database is away the lease ends by itself.
      await end({ state: isOver ? 'failed' : 'queued', failure }).catch(() => undefined);
      throw new JobFailedError(failure);
    }

    const { slot } = key;
    const { enqueue } = order;
    const context = { slot, run: handle, signal, now: startedAt, isLast: () => order.isLast(), enqueue };
    const attempt = async () => {
      signal.throwIfAborted();
      return work.run(context);
    };

    logger.info(about, 'a job begins');
    try {
      const figures = await attempt().catch(fail);
      const ended = await end({ state: 'done', figures });
      told('done');
      logger.info({ ...about, ms: clock.now() - startedAt, figures }, 'a job is done');
      return { outcome: 'done', run: ended };
    } finally {
      alive.stop();
    }
  };
