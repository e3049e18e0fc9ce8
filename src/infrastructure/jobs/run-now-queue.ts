import { noteRun } from '../../application/jobs/note-run.ts';
import type { Jobs } from '../../application/jobs/registry.ts';
import { JobFailedError, type JobOrder, type RunJob, RunLostError } from '../../application/jobs/run-job.ts';
import type { Clock } from '../../application/ports/clock.ts';
import type { JobQueue, JobRun, JobRuns } from '../../application/ports/jobs.ts';

export interface RunNowDeps {
  jobs: Jobs;
  runs: JobRuns;
  runJob: RunJob;
  clock: Clock;
  /** How much longer than its budget a run may take to end before it is left alone, milliseconds. */
  graceMs?: number;
}

/** Work that is done while one waits for it, because no process lives on to do it later. */
export interface RunNow {
  queue: JobQueue;
  /**
   * Does what a job's schedule asks for now, or goes on with it, until the signal says that time is up; then the
   * next call goes on. Twice in one slot does it once. Answers how far the run is, however it went.
   * @throws Error when there is no such job; RpcError when the database is away.
   */
  runDue(name: string, signal: AbortSignal): Promise<JobRun>;
}

const afterAbort = (signal: AbortSignal, ms: number) =>
  new Promise<void>((resolve) => {
    const wait = () => setTimeout(resolve, ms).unref();
    if (signal.aborted) wait();
    else signal.addEventListener('abort', wait, { once: true });
  });

/** Failed or taken over: the run itself says so, to whoever looks at it. */
const isSaid = (error: unknown) => error instanceof JobFailedError || error instanceof RunLostError;

export function makeRunNow({ jobs, runs, runJob, clock, graceMs = 1000 }: RunNowDeps): RunNow {
  const order = (run: JobRun, data: unknown, signal: AbortSignal): JobOrder => ({
    name: run.name,
    slot: run.slot,
    data,
    dueAt: clock.now(),
    signal,
    // Out of time is to be gone on with; what failed by itself is not tried again before the next slot.
    isLast: () => !signal.aborted,
    enqueue: (name, asked) => doNow(name, asked, signal),
  });

  /** One part that fails holds up no other; time that is up and a database that is away do. */
  async function doNow(name: string, data: unknown, signal: AbortSignal): Promise<string> {
    const run = await noteRun({ jobs, runs, clock }, name, data);
    await runJob(order(run, data, signal)).catch((error: unknown) => {
      if (signal.aborted || !isSaid(error)) throw error;
    });
    return run.id;
  }

  return {
    queue: {
      enqueue: (name, data, { startAfter } = {}) => {
        if (startAfter !== undefined && startAfter > clock.now())
          return Promise.reject(new Error('nobody is there to do it later'));
        return doNow(name, data, new AbortController().signal);
      },
      work: async () => undefined,
      schedule: async () => undefined,
      figures: async () => ({}),
      stop: async () => undefined,
    },
    runDue: async (name, signal) => {
      const run = await noteRun({ jobs, runs, clock }, name, {});
      const work = runJob(order(run, {}, signal)).catch((error: unknown) => {
        if (!isSaid(error)) throw error;
      });
      await Promise.race([work, afterAbort(signal, graceMs)]);
      return (await runs.get(run.id)) ?? run;
    },
  };
}
