import { createHash, timingSafeEqual } from 'node:crypto';
import express, { type RequestHandler, type Router } from 'express';
import { z } from 'zod';
import type { Jobs } from '../../application/jobs/registry.ts';
import { type JobRun, type JobRuns, runStates } from '../../application/ports/jobs.ts';
import { AppError } from '../../domain/errors.ts';
import type { Viewer } from '../../domain/identity/viewer.ts';
import { plainEnvelope } from './envelope.ts';
import type { RateLimiter } from './rate-limits.ts';
import type { RequestScope } from './request-scope.ts';
import { apiPrefix, noQuery, type Route } from './route.ts';
import { send } from './send.ts';

const instant = (description: string) => z.iso.datetime().nullable().meta({ description });

const jobRun = z.object({
  id: z.string(),
  name: z.string(),
  state: z
    .enum(runStates)
    .meta({ description: 'queued also after a failure that is followed by another try' }),
  done: z.number().int().meta({ description: 'how much is done; what is counted depends on the job' }),
  total: z.number().int().nullable().meta({ description: 'null = not known' }),
  startedAt: instant('null = not yet'),
  finishedAt: instant('null = not yet'),
  attempts: z.number().int(),
  failure: z.string().nullable().meta({ description: 'what kind of thing went wrong last' }),
});

const isoOf = (at: number | null) => (at === null ? null : new Date(at).toISOString());

function shown({ id, name, state, done, total, attempts, failure, ...run }: JobRun): z.output<typeof jobRun> {
  const instants = { startedAt: isoOf(run.startedAt), finishedAt: isoOf(run.finishedAt) };
  return { id, name, state, done, total, ...instants, attempts, failure };
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const isAdmin = (viewer: Viewer) => viewer.roles.includes('admin');

/** A run of one's own organization, for whoever answers for it; all of them for those who run the platform. */
const maySee = (viewer: Viewer, run: JobRun) =>
  isAdmin(viewer) ||
  (viewer.roles.includes('org_admin') &&
    run.organizationId !== null &&
    run.organizationId === viewer.organizationId);

const example: z.output<typeof jobRun> = {
  id: '0d9c3f1e-6a57-4c5e-9a0b-3a1b8f0f6f11',
  name: 'snapshots',
  state: 'running',
  done: 240,
  total: 615,
  startedAt: '2026-03-10T01:00:04.000Z',
  finishedAt: null,
  attempts: 1,
  failure: null,
};

export const jobRoutes = (runs: Pick<JobRuns, 'get' | 'latest'>): Route[] => [
  {
    id: 'jobs.latest',
    method: 'get',
    path: '/jobs',
    tag: 'operations',
    summary: 'The latest run of every job',
    description: 'For admins.',
    access: 'signed_in',
    query: noQuery,
    data: z.object({ jobs: z.array(jobRun) }),
    example: { jobs: [example] },
    rate: 'standard',
    errors: ['FORBIDDEN', 'UPSTREAM_UNAVAILABLE'],
    handle: async ({ viewer }) => {
      if (!isAdmin(viewer)) throw new AppError('FORBIDDEN', 'Only admins may see this.');
      return { data: { jobs: (await runs.latest()).map(shown) } };
    },
  },
  {
    id: 'jobs.run',
    method: 'get',
    path: '/jobs/:id',
    tag: 'operations',
    summary: 'How far a job is',
    description: 'For admins, and for an org_admin where the run is the own organization’s.',
    access: 'signed_in',
    query: noQuery,
    data: jobRun,
    example,
    rate: 'standard',
    errors: ['NOT_FOUND', 'UPSTREAM_UNAVAILABLE'],
    handle: async ({ viewer, params: { id = '' } }) => {
      const run = uuid.test(id) ? await runs.get(id) : null;
      // One who may not see it learns no more than one who guesses.
      if (run === null || !maySee(viewer, run)) throw new AppError('NOT_FOUND', 'There is no such job.');
      return { data: shown(run) };
    },
  },
];

export interface CronDeps {
  /** What the caller must show; undefined = nobody calls by cron, and the addresses do not exist. */
  secret: () => string | undefined;
  /** Told of whoever shows a wrong one. */
  limiter: Pick<RateLimiter, 'countStranger'>;
  jobs: Jobs;
  /** Does what is due and answers how far it is, soon after the signal at the latest. */
  runDue: (name: string, signal: AbortSignal) => Promise<JobRun>;
  /** How long one call may work; a run that takes longer goes on with the next call. */
  budgetMs: number;
}

const digestOf = (text: string) => createHash('sha256').update(text).digest();

/** Takes as long whatever is wrong: digests have one length, and all of it is compared. */
const isSame = (given: string, expected: string) => timingSafeEqual(digestOf(given), digestOf(expected));

/**
 * `GET /api/v1/cron/:job`, for hosts where no process lives on between requests. Not a route of the contract:
 * its caller is a machine with a secret of its own, not a person with a token.
 */
export function makeCronRouter({ secret, limiter, jobs, runDue, budgetMs }: CronDeps): Router {
  const router = express.Router({ caseSensitive: true, strict: true });
  const handle: RequestHandler = async (request, response) => {
    const expected = secret();
    if (expected === undefined) throw new AppError('NOT_FOUND', 'There is nothing at this address.');
    if (!isSame(request.headers.authorization ?? '', `Bearer ${expected}`)) {
      await limiter.countStranger(request, response);
      throw new AppError('UNAUTHORIZED', 'The cron secret is needed.');
    }
    const name = String(request.params.job);
    const job = jobs.get(name);
    if (job === undefined || job.schedule === null)
      throw new AppError('NOT_FOUND', 'There is no job of this name that runs by the clock.');
    response.locals.route = `${apiPrefix}/cron/:job`;
    const run = await runDue(name, AbortSignal.timeout(budgetMs));
    const { requestId } = response.locals.scope as RequestScope;
    send(request, response, 200, plainEnvelope(shown(run), requestId), { cacheControl: 'no-store' });
  };
  router.get(`${apiPrefix}/cron/:job`, handle);
  return router;
}
