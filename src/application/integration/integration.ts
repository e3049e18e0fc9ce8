import { AppError } from '../../domain/errors.ts';
import type { Role } from '../../domain/identity/roles.ts';
import type { Viewer } from '../../domain/identity/viewer.ts';
import { type Service, services, type UpstreamFailure } from '../../domain/provenance.ts';
import type { Audit } from '../ports/audit.ts';
import type { Clock } from '../ports/clock.ts';
import type { CallScope, Reply, UpstreamGate, UpstreamReplies } from '../ports/reply.ts';
import { scopeWith } from '../ports/reply.ts';
import { failureOf } from '../ports/upstream-error.ts';
import type { Freshness } from './freshness.ts';
import type { Timeframe } from './service-book.ts';
import type { FiguresOfServices, ReadServiceFigures } from './service-figures.ts';

/** A guarded service as it stands. */
export interface Standing {
  configured: boolean;
  breaker: 'closed' | 'open' | 'half_open';
  running: number;
  waiting: number;
}

export interface IntegrationDeps {
  gate: UpstreamGate & {
    health(): Record<Service, Standing>;
    resetBreaker(service: Service): void;
  };
  figures: ReadServiceFigures;
  freshness: (now: number) => readonly Freshness[];
  audit: Pick<Audit, 'add'>;
  clock: Clock;
}

export interface Tested {
  service: Service;
  outcome: 'ok' | UpstreamFailure;
  /** Null when the service was not asked. */
  ms: number | null;
}

/** An id that nobody has: an answer of "unknown" shows as well as any that a service works. */
const nobody = 'integration-probe';
const hourMs = 3_600_000;

/** One read of each service that changes nothing and is about nobody. No address comes from a caller. */
const probes: Record<Service, (upstreams: UpstreamReplies, now: number) => Promise<Reply<unknown>>> = {
  auth: ({ auth }) => auth.jwks(),
  directory: ({ directory }) => directory.organization(nobody),
  courses: ({ courses }) => courses.progress(nobody),
  content: ({ content }) => content.contents(nobody),
  assessment: ({ assessment }) => assessment.courseAttempts(nobody),
  skills: ({ skills }) => skills.forUser(nobody),
  learnerAi: ({ learnerAi }) => learnerAi.recommendations(nobody),
  devlab: ({ devlab }, now) => devlab.sessions(nobody, { from: now - hourMs, to: now }),
  rag: ({ rag }, now) => rag.questions(nobody, { from: now - hourMs, to: now }),
};

/** People and things of the sample world that a view shows. */
const sample = { userId: 'u-000000', organizationId: 'org-1' };
const monthMs = 30 * 24 * hourMs;

/** What the sample world says of one learner, per service. */
const views: Record<Service, (upstreams: UpstreamReplies, now: number) => Promise<Reply<unknown>>> = {
  auth: ({ auth }) => auth.jwks(),
  directory: ({ directory }) => directory.goals(sample.organizationId),
  courses: ({ courses }) => courses.progress(sample.userId),
  content: ({ content }, now) => content.views(sample.userId, { from: now - monthMs, to: now }),
  assessment: ({ assessment }, now) => assessment.attempts(sample.userId, { from: now - monthMs, to: now }),
  skills: ({ skills }) => skills.forUser(sample.userId),
  learnerAi: ({ learnerAi }) => learnerAi.learningPaths(sample.userId),
  devlab: ({ devlab }, now) => devlab.sessions(sample.userId, { from: now - monthMs, to: now }),
  rag: ({ rag }, now) => rag.questions(sample.userId, { from: now - monthMs, to: now }),
};

/** All nine are asked at most this often, however many look. */
const healthMs = 5000;
/** And one of them. */
const testMs = 1000;

const longestMs = 60_000;

/** What is asked for several: it does not end with the first who leaves. */
const ofNobody = (scope: CallScope, now: number): CallScope =>
  scopeWith(scope, {
    signal: AbortSignal.timeout(Math.min(longestMs, Math.max(1, scope.deadlineAt - now))),
  });

/** Who answers for the figures of others may see how the services behind them are: it is about nobody. */
const readers: readonly Role[] = ['trainer', 'org_admin', 'admin'];
const resetters: readonly Role[] = ['org_admin', 'admin'];

/** What trainers and those above them see of the nine services, and what is done about them. */
export function makeIntegration({ gate, figures, freshness, audit, clock }: IntegrationDeps) {
  let last: { at: number; tested: Promise<Tested[]> } | undefined;
  const lastOf = new Map<Service, { at: number; tested: Promise<Tested> }>();

  const isAmong = (allowed: readonly Role[], { roles }: Viewer) =>
    roles.some((role) => allowed.includes(role));

  function check(viewer: Viewer, allowed: readonly Role[] = readers): void {
    if (!isAmong(allowed, viewer)) throw new AppError('FORBIDDEN', `Only for: ${allowed.join(', ')}.`);
  }

  async function test(service: Service, scope: CallScope): Promise<Tested> {
    if (!gate.isConfigured(service)) return { service, outcome: 'not_configured', ms: null };
    const now = clock.now();
    const anew = scopeWith(scope, { asksAnew: true, memo: new Map(), startedAt: now });
    try {
      const { dataSource } = await probes[service](gate.live(anew), now);
      // What stands in for a failing service is no sign of life.
      return { service, outcome: dataSource === 'stale' ? 'unavailable' : 'ok', ms: clock.now() - now };
    } catch (error) {
      return { service, outcome: failureOf(error), ms: clock.now() - now };
    }
  }

  /** The same for whoever asks meanwhile: a service is not to be worn out by those who look after it. */
  function testOnce(service: Service, scope: CallScope): Promise<Tested> {
    const now = clock.now();
    const known = lastOf.get(service);
    if (known !== undefined && now - known.at < testMs) return known.tested;
    const tested = test(service, ofNobody(scope, now));
    lastOf.set(service, { at: now, tested });
    return tested;
  }

  /** Asked for whoever looks next, too, so it does not end with the first who leaves. */
  function testAll(scope: CallScope): Promise<Tested[]> {
    const now = clock.now();
    if (last === undefined || now - last.at >= healthMs) {
      const shared = ofNobody(scope, now);
      last = { at: now, tested: Promise.all(services.map((service) => test(service, shared))) };
    }
    return last.tested;
  }

  const status = () => {
    const standing = gate.health();
    return freshness(clock.now()).map((one) => ({ ...one, ...standing[one.service] }));
  };

  return {
    health: async (viewer: Viewer, scope: CallScope): Promise<Tested[]> => {
      check(viewer);
      return testAll(scope);
    },
    status: (viewer: Viewer) => {
      check(viewer);
      return status();
    },
    metrics: async (viewer: Viewer, timeframe: Timeframe): Promise<FiguresOfServices> => {
      check(viewer);
      return figures(timeframe);
    },
    test: async (viewer: Viewer, service: Service, scope: CallScope): Promise<Tested> => {
      check(viewer);
      return testOnce(service, scope);
    },
    /** @throws AppError NOT_FOUND where there is no sample data. */
    mockData: async (viewer: Viewer, service: Service, scope: CallScope) => {
      check(viewer);
      const world = gate.mock(scope);
      if (world === null) throw new AppError('NOT_FOUND', 'There is no sample data here.');
      const { value, asOf } = await views[service](world, clock.now());
      return { service, dataSource: 'mock' as const, asOf, value };
    },
    /** Refusals are put on record too. @throws RpcError when nothing can be recorded; then nothing is done. */
    resetBreaker: async (viewer: Viewer, service: Service, { requestId }: CallScope) => {
      const isAllowed = isAmong(resetters, viewer);
      const before = gate.health()[service].breaker;
      await audit.add(
        {
          actorId: viewer.id,
          action: 'breaker.reset',
          subjectKind: 'service',
          subjectId: service,
          organizationId: viewer.organizationId,
          outcome: isAllowed ? 'done' : 'denied',
          requestId,
          detail: { before },
        },
        clock.now(),
      );
      check(viewer, resetters);
      gate.resetBreaker(service);
      return { service, before, breaker: gate.health()[service].breaker };
    },
  };
}

export type Integration = ReturnType<typeof makeIntegration>;
