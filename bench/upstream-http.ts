/**
 * What one call to a service costs over axios' own HTTP adapter with kept-alive connections, and over our
 * undici adapter: the whole transport (token, headers, JSON) against a server in a process of its own.
 * Figures are medians over interleaved rounds whose order turns. Run: node bench/upstream-http.ts
 */
import { fork } from 'node:child_process';
import { Agent, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import type { AxiosAdapter } from 'axios';
import { makeHttpTransport } from '../src/infrastructure/upstreams/http.ts';
import { makeServiceTokens } from '../src/infrastructure/upstreams/service-tokens.ts';
import type { Transport } from '../src/infrastructure/upstreams/transport.ts';
import { makeUndiciAdapter, stockAdapter } from '../src/infrastructure/upstreams/undici-adapter.ts';
import { median, percentile, table } from './figures.ts';

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    seconds: { type: 'string', default: '2' },
    serve: { type: 'boolean', default: false },
  },
});

/** Calls at once: what the bulkhead lets through to one service. */
const callers = 64;
/** Connections that each adapter may open. */
const connections = 128;
/** What /users/slow waits before it answers, milliseconds. */
const slowMs = 20;

/** 10 KB of JSON, plain under /users/plain and gzipped under /users/gzip. */
async function serve(): Promise<void> {
  const row = { contentId: 'k1', type: 'video', at: '2026-01-02T10:00:00Z', secondsSpent: 300 };
  const body = Buffer.from(
    JSON.stringify({ items: Array.from({ length: 125 }, () => row), nextCursor: null }),
  );
  const packed = gzipSync(body);
  const server = createServer(async ({ url }, response) => {
    const [path] = (url ?? '').split('?');
    if (path?.endsWith('/slow')) await sleep(slowMs);
    const isPacked = path?.endsWith('/gzip') ?? false;
    response.writeHead(200, {
      'content-type': 'application/json',
      ...(isPacked ? { 'content-encoding': 'gzip' } : {}),
    });
    response.end(isPacked ? packed : body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  process.send?.((server.address() as AddressInfo).port);
}

interface Round {
  perSecond: number;
  cpuMicros: number;
  p50: number;
  p99: number;
  failures: string[];
}

/** As many calls as fit, `callers` at a time. A failed call is told in the table, not left out. */
async function saturate(transport: Transport, path: string, seconds: number): Promise<Round> {
  const latencies: number[] = [];
  const failures: string[] = [];
  const cpu = process.cpuUsage();
  const begin = performance.now();
  const end = begin + seconds * 1000;
  const caller = async () => {
    while (performance.now() < end) {
      const start = performance.now();
      try {
        await transport({ method: 'GET', path, query: { limit: '1000' } });
        latencies.push(performance.now() - start);
      } catch (error) {
        failures.push(error instanceof Error ? error.message : String(error));
      }
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  const { user, system } = process.cpuUsage(cpu);
  return {
    perSecond: (latencies.length * 1000) / (performance.now() - begin),
    cpuMicros: (user + system) / latencies.length,
    p50: percentile(latencies, 50),
    p99: percentile(latencies, 99),
    failures,
  };
}

function transportOver(adapter: AxiosAdapter, port: number): Transport {
  const tokens = makeServiceTokens({ secret: 'bench'.repeat(8), issuer: 'bench', clock: Date });
  const transport = makeHttpTransport({
    service: 'content',
    baseUrl: `http://127.0.0.1:${port}`,
    tokens,
    adapter,
  });
  // A signal per call, as the guard makes one.
  return (request) =>
    transport({ signal: new AbortController().signal, requestId: 'bench', traceparent: undefined })(request);
}

/** Stops when a scenario is not what its name says: its figures would be another's. */
async function checkScenarios(port: number): Promise<void> {
  const ask = (scenario: string) => fetch(`http://127.0.0.1:${port}/api/v1/users/${scenario}?limit=1000`);
  const isPacked = (await ask('gzip')).headers.get('content-encoding') === 'gzip';
  const isPlain = (await ask('plain')).headers.get('content-encoding') === null;
  const begin = performance.now();
  await ask('slow');
  const isSlow = performance.now() - begin >= slowMs - 1;
  if (!(isPacked && isPlain && isSlow)) throw new Error('a scenario of the server is not what it is called');
}

const medianOf = (rounds: readonly Round[], of: Exclude<keyof Round, 'failures'>) =>
  median(rounds.map((round) => round[of]));

async function compare(port: number): Promise<void> {
  const httpAgent = new Agent({ keepAlive: true, maxSockets: connections });
  const own = stockAdapter();
  const undici = makeUndiciAdapter();
  const contestants = [
    {
      name: 'axios, own adapter, keep-alive',
      adapter: (config) => own(Object.assign(config, { httpAgent })),
    },
    { name: 'axios, undici adapter', adapter: undici.adapter },
  ] satisfies { name: string; adapter: AxiosAdapter }[];
  const seconds = Number(options.seconds);
  const rows = [['scenario', 'adapter', 'calls/s', 'ratio', 'CPU µs/call', 'p50 ms', 'p99 ms', 'failed']];

  for (const scenario of ['plain', 'gzip', 'slow']) {
    const runs = contestants.map(({ name, adapter }) => ({
      name,
      transport: transportOver(adapter, port),
      rounds: [] as Round[],
    }));
    for (const { transport } of runs) await saturate(transport, `/users/${scenario}`, 0.5);
    for (let round = 0; round < Number(options.rounds); round += 1) {
      for (const run of round % 2 === 0 ? runs : runs.toReversed()) {
        run.rounds.push(await saturate(run.transport, `/users/${scenario}`, seconds));
      }
    }
    const base = medianOf(runs[0]?.rounds ?? [], 'perSecond');
    for (const { name, rounds } of runs) {
      const perSecond = medianOf(rounds, 'perSecond');
      const failures = rounds.flatMap((round) => round.failures);
      for (const message of new Set(failures)) console.log(`${scenario}, ${name}: ${message}`);
      const rest = (['cpuMicros', 'p50', 'p99'] as const).map((of) =>
        medianOf(rounds, of).toFixed(of === 'cpuMicros' ? 0 : 1),
      );
      rows.push([
        scenario,
        name,
        perSecond.toFixed(0),
        (perSecond / base).toFixed(2),
        ...rest,
        String(failures.length),
      ]);
    }
  }
  console.log(table(rows));
  httpAgent.destroy();
  await undici.close();
}

if (options.serve) {
  await serve();
} else {
  const server = fork(new URL(import.meta.url), ['--serve']);
  const port = await new Promise<number>((resolve) =>
    server.once('message', (value) => resolve(Number(value))),
  );
  try {
    await checkScenarios(port);
    await compare(port);
  } finally {
    server.kill();
  }
}
