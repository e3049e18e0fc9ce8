/** Runs and organizations on the database: each method is one SQL function; what comes back is checked. */
import { z } from 'zod';
import { type JobRuns, type Organizations, runStates } from '../../application/ports/jobs.ts';
import type { Rpc } from '../../application/ports/rpc.ts';

const run = z.object({
  id: z.string(),
  name: z.string(),
  slot: z.string(),
  organizationId: z.string().nullable(),
  state: z.enum(runStates),
  done: z.number(),
  total: z.number().nullable(),
  attempts: z.number(),
  startedAt: z.number().nullable(),
  finishedAt: z.number().nullable(),
  failure: z.string().nullable(),
  figures: z.record(z.string(), z.number()),
});

const begun = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('begun'), run, attempt: z.number(), cursor: z.unknown() }),
  z.object({ outcome: z.literal('done'), run }),
  z.object({ outcome: z.literal('held'), run, waitMs: z.number() }),
]);

const runs = z.array(run);
const organizations = z.array(z.object({ organizationId: z.string(), zone: z.string() }));

/** Runs of all processes, for as long as the database lasts. */
export const makeRpcJobRuns = (rpc: Rpc): JobRuns => ({
  queue: async ({ name, slot, organizationId }, now) =>
    run.parse(await rpc.call('queue_job_run', { name, slot, organization_id: organizationId, now })),
  begin: async ({ name, slot, organizationId }, now, leaseMs) => {
    const args = { name, slot, organization_id: organizationId, now, lease_ms: leaseMs };
    const answer = begun.parse(await rpc.call('begin_job_run', args));
    if (answer.outcome !== 'begun') return answer;
    const { attempt, cursor, ...rest } = answer;
    return { ...rest, claim: { id: rest.run.id, attempt }, cursor: cursor ?? null };
  },
  progress: async ({ id, attempt }, leaseMs, step) =>
    z.boolean().parse(await rpc.call('progress_job_run', { id, attempt, lease_ms: leaseMs, step })),
  finish: async ({ id, attempt }, end, now) =>
    z.boolean().parse(await rpc.call('finish_job_run', { id, attempt, now, ...end })),
  get: async (id) => run.nullable().parse(await rpc.call('get_job_run', { id })),
  ofJob: async (name, limit) => runs.parse(await rpc.call('job_runs', { name, limit }, { readOnly: true })),
  latest: async () => runs.parse(await rpc.call('latest_job_runs', {}, { readOnly: true })),
  prune: async (before) => z.number().parse(await rpc.call('prune_job_runs', { before })),
});

/** The organizations whose members were ever kept. */
export const makeRpcOrganizations = (rpc: Rpc): Organizations => ({
  page: async (after, limit) =>
    organizations.parse(await rpc.call('organizations', { after, limit }, { readOnly: true })),
});
