import { setTimeout as delay } from 'node:timers/promises';
import { noteRun } from '../../application/jobs/note-run.ts';
import type { Jobs } from '../../application/jobs/registry.ts';
import type { RunJob } from '../../application/jobs/run-job.ts';
import type { Clock } from '../../application/ports/clock.ts';
import type { JobQueue, JobRuns, QueueFigures } from '../../application/ports/jobs.ts';

export interface InProcessQueueDeps {
  jobs: Jobs;
  runs: JobRuns;
  runJob: RunJob;
  clock: Clock;
}

/** Does work soon, in this process and as long as it lives: where there is no database to keep what waits. */
export class InProcessQueue implements Pick<JobQueue, 'enqueue' | 'figures' | 'stop'> {
  readonly #deps: InProcessQueueDeps;
  readonly #stopping = new AbortController();
  readonly #busy = new Map<string, Promise<void>>();

  constructor(deps: InProcessQueueDeps) {
    this.#deps = deps;
  }

  async enqueue(name: string, data: unknown): Promise<string> {
    const { jobs, runs, clock } = this.#deps;
    const run = await noteRun({ jobs, runs, clock }, name, data);
    const isOver = run.state === 'done' || run.state === 'failed';
    if (isOver || this.#busy.has(run.id) || this.#stopping.signal.aborted) return run.id;
    const work = this.#work(name, data, run.slot).finally(() => this.#busy.delete(run.id));
    this.#busy.set(run.id, work);
    return run.id;
  }

  async figures(): Promise<Readonly<Record<string, QueueFigures>>> {
    return {};
  }

  async stop(boundMs: number): Promise<void> {
    await Promise.race([Promise.all(this.#busy.values()), delay(boundMs, undefined, { ref: false })]);
    this.#stopping.abort(new Error('the process stops'));
    await Promise.all(this.#busy.values());
  }

  /** Ends with the work, however it went: the run says so. */
  async #work(name: string, data: unknown, slot: string): Promise<void> {
    const { jobs, runJob, clock } = this.#deps;
    const { retryLimit = 0, retryDelaySeconds = 1, timeoutSeconds = 60 } = jobs.get(name) ?? {};
    for (let attempt = 0; attempt <= retryLimit && !this.#stopping.signal.aborted; attempt += 1) {
      const signal = AbortSignal.any([this.#stopping.signal, AbortSignal.timeout(timeoutSeconds * 1000)]);
      const order = {
        ...{ name, slot, data, signal, dueAt: clock.now() },
        isLast: () => attempt === retryLimit,
        enqueue: (next: string, nextData: unknown) => this.enqueue(next, nextData),
      };
      const isDone = await runJob(order).then(
        ({ outcome }) => outcome === 'done',
        () => false,
      );
      if (isDone) return;
      const wait = retryDelaySeconds * 1000 * 2 ** attempt;
      await delay(wait, undefined, { ref: false, signal: this.#stopping.signal }).catch(() => undefined);
    }
  }
}
