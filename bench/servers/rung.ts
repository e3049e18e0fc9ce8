/**
 * A process that asks three services about one person as a cold answer does, through as many of our layers as its rung
 * says, and tells what that cost. Each rung has what the one before it has, and one thing more.
 */
import { PerformanceObserver } from 'node:perf_hooks';
import { GCProfiler } from 'node:v8';
import { Axios } from 'axios';
import { Registry } from 'prom-client';
import { Agent, request } from 'undici';
import { lastDaysWindow } from '../../src/application/analytics/define.ts';
import { historyDays } from '../../src/application/analytics/fields.ts';
import { gather } from '../../src/application/analytics/gather.ts';
import { performance as analytic } from '../../src/application/analytics/learner/performance.ts';
import { ServiceBook } from '../../src/application/integration/service-book.ts';
import type { OwnStores } from '../../src/application/ports/gamification.ts';
import type { CallScope, UpstreamReplies } from '../../src/application/ports/reply.ts';
import { noTracing } from '../../src/application/ports/tracing.ts';
import type { Upstreams } from '../../src/application/ports/upstreams.ts';
import type { Service } from '../../src/domain/provenance.ts';
import { makeLook } from '../../src/infrastructure/observability/cache-figures.ts';
import { makeUpstreamFigures } from '../../src/infrastructure/observability/upstream-figures.ts';
import { clients } from '../../src/infrastructure/upstreams/clients.ts';
import { exchange } from '../../src/infrastructure/upstreams/exchange.ts';
import { type GuardHooks, makeGuardedUpstreams } from '../../src/infrastructure/upstreams/guarded.ts';
import { makeHttpTransport } from '../../src/infrastructure/upstreams/http.ts';
import { makeResilience, upstreamDefaults } from '../../src/infrastructure/upstreams/resilience.ts';
import { makeServiceTokens } from '../../src/infrastructure/upstreams/service-tokens.ts';
import { makeUndiciAdapter } from '../../src/infrastructure/upstreams/undici-adapter.ts';
import { makeWire } from '../../src/infrastructure/upstreams/wire.ts';
import { closedLoop } from '../load.ts';

interface Settings {
  urls: Record<Service, string>;
  rung: string;
}
interface Order {
  /** The first of the people to ask about: nobody is asked about twice. */
  from: number;
  people: number;
  callers: number;
}
export interface Spent {
  /** Of the whole process, microseconds for each person. */
  micros: number;
  /** Of that in the thread that runs our code. */
  mainMicros: number;
  /** Of that in pauses for the garbage collector. */
  gcMicros: number;
  /** What was allocated for each person. */
  kilobytes: number;
}

const asked = ['assessment', 'skills', 'directory'] as const;
type Asked = (typeof asked)[number];

process.once('message', ({ urls, rung }: Settings) => {
  const clock = Date;
  const now = clock.now();
  const tokens = makeServiceTokens({ secret: 'bench'.repeat(8), issuer: 'bench', clock });
  const agent = new Agent({ connections: 128 });
  const { adapter } = makeUndiciAdapter();
  const window = lastDaysWindow(now, historyDays);
  const [from, to] = [window.from, window.to].map((at) => new Date(at).toISOString());

  const pathsOf = (number: number): Record<Asked, string> => ({
    assessment: `/api/v1/users/u-${number}/attempts?from=${encodeURIComponent(from ?? '')}&to=${encodeURIComponent(to ?? '')}&limit=1000`,
    skills: `/api/v1/users/u-${number}/skills?limit=1000`,
    directory: `/api/v1/organizations/org-${number}`,
  });
  const headersOf = (service: Service) => ({
    accept: 'application/json',
    authorization: `Bearer ${tokens.tokenFor(service)}`,
  });
  const ofAll = (one: (service: Asked, path: string) => Promise<unknown>) => (number: number) => {
    const paths = pathsOf(number);
    return Promise.all(asked.map((service) => one(service, paths[service])));
  };

  const axios = Object.fromEntries(
    asked.map((service) => [
      service,
      new Axios({ baseURL: urls[service], adapter, proxy: false, maxRedirects: 0, responseType: 'text' }),
    ]),
  ) as Record<Asked, Axios>;

  const transportFor = (service: Service) =>
    makeHttpTransport({ service, baseUrl: urls[service], tokens, adapter });
  const transports = Object.fromEntries(asked.map((service) => [service, transportFor(service)])) as Record<
    Asked,
    ReturnType<typeof makeHttpTransport>
  >;
  const anonymous = () => ({
    signal: new AbortController().signal,
    requestId: 'bench',
    traceparent: undefined,
  });

  type Ports = Pick<Upstreams, Asked>;
  const questions: { [S in Asked]: (port: Ports[S], number: number) => Promise<unknown> } = {
    assessment: (port, number) => port.attempts(`u-${number}`, window),
    skills: (port, number) => port.forUser(`u-${number}`),
    directory: (port, number) => port.organization(`org-${number}`),
  };
  const question = <S extends Asked>(service: S, number: number, signal: AbortSignal) =>
    questions[service](
      clients[service](makeWire(transports[service]({ ...anonymous(), signal }))) as Ports[S],
      number,
    );

  const guards = Object.fromEntries(
    asked.map((service) => [service, makeResilience(upstreamDefaults, Math.random, () => undefined)]),
  ) as Record<Asked, ReturnType<typeof makeResilience>>;

  const gateWith = (hooks: GuardHooks, look?: ReturnType<typeof makeLook>) =>
    makeGuardedUpstreams({
      clients,
      transportFor: (service) => (asked.some((one) => one === service) ? transportFor(service) : null),
      mockTransportFor: null,
      settings: () => ({}),
      clock,
      random: Math.random,
      hooks,
      ...(look === undefined ? {} : { look }),
      replyTtlMs: 15_000,
      lastKnownGoodMs: 86_400_000,
      shared: { budgetMs: 60_000, ttlMs: 300_000, waitShare: 0.85, maxBytes: 64 * 1024 * 1024 },
    });
  const scope = (): CallScope => ({
    requestId: 'bench',
    traceparent: undefined,
    signal: new AbortController().signal,
    startedAt: clock.now(),
    deadlineAt: clock.now() + 8000,
    memo: new Map(),
  });
  const registry = new Registry();
  const book = new ServiceBook();
  const silent: GuardHooks = {
    onAsked: () => undefined,
    onCall: () => undefined,
    onBreaker: () => undefined,
  };
  const figures = (): GuardHooks => {
    const upstreams = makeUpstreamFigures(registry, {
      health: () => {
        throw new Error('nobody reads it');
      },
      freshness: () => [],
    });
    return {
      ...silent,
      onCall: upstreams.onCall,
      onAsked: (one) => {
        book.note(one);
        upstreams.onAsked(one);
      },
    };
  };
  const three = (upstreams: UpstreamReplies, number: number) =>
    Promise.all([
      upstreams.assessment.attempts(`u-${number}`, window),
      upstreams.skills.forUser(`u-${number}`),
      upstreams.directory.organization(`org-${number}`),
    ]);
  const nobodys = {} as OwnStores;
  const requestOf = (number: number) => ({
    subject: { kind: 'learner', id: `u-${number}`, organizationId: `org-${number}` } as const,
    query: {},
    now: clock.now(),
  });

  const rungs: Record<string, () => (number: number) => Promise<unknown>> = {
    hand: () =>
      ofAll(async (service, path) => {
        const { body } = await request(urls[service] + path, {
          headers: headersOf(service),
          dispatcher: agent,
        });
        return body.json();
      }),
    exchange: () =>
      ofAll(async (service, path) => {
        const call = { origin: urls[service], path, method: 'GET', headers: headersOf(service) } as const;
        const { text } = await exchange(agent, call, -1, undefined);
        return JSON.parse(text);
      }),
    axios: () =>
      ofAll(async (service, path) =>
        JSON.parse((await axios[service].request({ url: path, headers: headersOf(service) })).data),
      ),
    transport: () =>
      ofAll((service, path) => {
        const [at = '', query = ''] = path.replace('/api/v1', '').split('?');
        return transports[service](anonymous())({
          method: 'GET',
          path: at,
          query: Object.fromEntries(new URLSearchParams(query)),
        });
      }),
    validated: () => (number) =>
      Promise.all(asked.map((service) => question(service, number, new AbortController().signal))),
    resilient: () => (number) =>
      Promise.all(
        asked.map((service) =>
          guards[service].execute(
            (signal) => question(service, number, signal),
            new AbortController().signal,
            true,
          ),
        ),
      ),
    guarded: () => {
      const gate = gateWith(silent);
      return (number) => three(gate.live(scope()), number);
    },
    counted: () => {
      const gate = gateWith(figures(), makeLook(registry, noTracing));
      return (number) => three(gate.live(scope()), number);
    },
    gathered: () => {
      const gate = gateWith(figures(), makeLook(registry, noTracing));
      return (number) => gather(analytic, gate.live(scope()), requestOf(number), nobodys);
    },
    computed: () => {
      const gate = gateWith(figures(), makeLook(registry, noTracing));
      return async (number) => {
        const request = requestOf(number);
        const { values } = await gather(analytic, gate.live(scope()), request, nobodys);
        const setting = { now: request.now, zone: 'UTC', minimumCohort: 10 };
        const { data } = analytic.compute(values, request, setting);
        return JSON.stringify(analytic.result.parse(data));
      };
    },
  };

  const unit = rungs[rung]?.();
  if (unit === undefined) throw new Error(`no rung ${rung}; there are ${Object.keys(rungs).join(', ')}`);

  let gcMs = 0;
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) gcMs += duration;
  }).observe({ entryTypes: ['gc'] });

  const sum = ({ user, system }: NodeJS.CpuUsage) => user + system;
  process.on('message', async ({ from, people, callers }: Order) => {
    gcMs = 0;
    const profiler = new GCProfiler();
    profiler.start();
    const [whole, main] = [process.cpuUsage(), process.threadCpuUsage()];
    let next = from;
    await closedLoop(people, callers, async () => {
      next += 1;
      await unit(next);
    });
    const [micros, mainMicros] = [process.cpuUsage(whole), process.threadCpuUsage(main)].map(
      (used) => sum(used) / people,
    );
    const { statistics } = profiler.stop();
    const bytes = statistics.reduce((total, { beforeGC }, index) => {
      const left = statistics[index - 1]?.afterGC.heapStatistics.usedHeapSize;
      return left === undefined ? total : total + beforeGC.heapStatistics.usedHeapSize - left;
    }, 0);
    process.send?.({
      micros,
      mainMicros,
      gcMicros: (1000 * gcMs) / people,
      // The first collection only begins the count.
      kilobytes: (bytes / 1024 / people) * (statistics.length / Math.max(1, statistics.length - 1)),
    });
  });
  process.send?.('ready');
});
