import type { Clock } from '../ports/clock.ts';
import type { JobRun, JobRuns } from '../ports/jobs.ts';
import { type Jobs, readJob } from './registry.ts';

export interface NoteRunDeps {
  jobs: Jobs;
  runs: Pick<JobRuns, 'queue'>;
  clock: Clock;
}

/**
 * The run that an order for work is about: noted before it is delivered, so that whoever ordered it can look at it.
 * @throws Error when there is no such job; ZodError when the data are not the job's; RpcError.
 */
export function noteRun({ jobs, runs, clock }: NoteRunDeps, name: string, data: unknown): Promise<JobRun> {
  const work = readJob(jobs, name, data);
  const now = clock.now();
  return runs.queue({ name, slot: work.slotOf(now), organizationId: work.organizationId }, now);
}
