/**
 * What a cached answer, a cold answer and a stampede cost, side by side in one run on this machine.
 * Throughputs are medians over interleaved rounds, told as ratios: the machine's own speed drops out.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import autocannon from 'autocannon';
import { services } from '../src/domain/provenance.ts';
import { servicePrefix } from '../src/environment.ts';
import { median, percentile, table, verdict } from './figures.ts';
import { start, stopAll } from './processes.ts';
import { benchSecret, tokenFor } from './tokens.ts';

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    seconds: { type: 'string', default: '2' },
    only: { type: 'string', default: 'cached,cold,stampede' },
  },
});
const rounds = Math.max(5, Number(options.rounds));
const seconds = Number(options.seconds);
const wanted = new Set(options.only.split(','));
const connections = 64;
const upstreamMs = 20;
const perRound = 600;
const modesOfLoad = 2;
/** So many that every cold answer is about somebody nobody has asked about before. */
const peopleAsked = (rounds + 1) * modesOfLoad * perRound;
const worldLearners = peopleAsked + 1200;
const velocity = (id: string) => `/api/v1/analytics/learner/velocity/${id}`;
const learnerId = (index: number) => `u-${String(index).padStart(6, '0')}`;

interface Address {
  url: string;
  control: string;
}

async function startProduct() {
  const addresses = Object.fromEntries(
    await Promise.all(
      services.map(
        async (service) =>
          [
            service,
            await start<Address>('../mocks/serve.ts', {
              args: ['--service', service],
              env: { MOCK_LEARNERS: String(worldLearners) },
            }),
          ] as const,
      ),
    ),
  ) as Record<(typeof services)[number], Address>;
  const urls = Object.fromEntries(
    services.map((service) => [`${servicePrefix[service]}_URL`, addresses[service].url]),
  );
  const env = {
    ...urls,
    PORT: '0',
    DATABASE: 'none',
    LOG_LEVEL: 'info',
    RATE_STANDARD_PER_MINUTE: '10000000',
    RATE_ORGANIZATION_PER_MINUTE: '10000000',
    MOCK_FALLBACK: 'never',
  };
  // Everything is on, the request log too; only nobody reads it here.
  const { url } = await start<{ url: string }>('../src/main.ts', { env, quiet: true });
  return { url, addresses };
}

async function fault(addresses: Record<string, Address>, body: object | null): Promise<void> {
  const init =
    body === null
      ? { method: 'DELETE' }
      : { method: 'PUT', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
  await Promise.all(Object.values(addresses).map(({ control }) => fetch(`${control}/faults`, init)));
}

async function throughput(
  url: string,
  headers: Record<string, string>,
): Promise<{ rate: number; p99: number }> {
  const result = await autocannon({ url, connections, duration: seconds, headers, workers: 2 });
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${url}: ${result.non2xx} refusals, ${result.errors} errors`);
  return { rate: result.requests.average, p99: result.latency.p99 };
}

interface OrganizationOf {
  id: string;
  organizationId: string;
}

/** Learners of the sample world and their organizations. */
async function learners(addresses: Record<string, Address>, count: number): Promise<OrganizationOf[]> {
  const found: OrganizationOf[] = [];
  await closedLoop(count, 50, async (index) => {
    const answer = await fetch(`${addresses.directory?.url}/api/v1/users/${learnerId(index)}`, {
      headers: { authorization: 'Bearer bench' },
    });
    const { userId, organizationId } = (await answer.json()) as { userId: string; organizationId: string };
    found.push({ id: userId, organizationId });
  });
  return found;
}

async function cachedAnswers(url: string, one: OrganizationOf): Promise<void> {
  const authorization = `Bearer ${tokenFor(one.id, one.organizationId, 'learner')}`;
  const ask = () => fetch(`${url}${velocity('me')}`, { headers: { authorization } });
  await ask();
  const sample = await ask();
  const body = await sample.text();
  const headers = Object.fromEntries(
    ['content-type', 'cache-control', 'etag'].map((name) => [name, sample.headers.get(name) ?? '']),
  );
  const bare = await start<{ url: string }>('./servers/bare.ts', { first: { body, headers } });
  const ordinary = await start<{ url: string }>('./servers/ordinary.ts', {
    first: { body, secret: benchSecret },
  });
  const contenders = { bare: bare.url, ordinary: ordinary.url, product: url };
  const rates: Record<string, number[]> = { bare: [], ordinary: [], product: [] };
  const p99s: Record<string, number[]> = { bare: [], ordinary: [], product: [] };
  for (let round = -1; round < rounds; round += 1) {
    for (const [name, at] of Object.entries(contenders)) {
      const { rate, p99 } = await throughput(`${at}${velocity('me')}`, { authorization });
      // The first round warms up.
      if (round >= 0) {
        rates[name]?.push(rate);
        p99s[name]?.push(p99);
      }
    }
  }
  const ratios = (of: string) =>
    median((rates.product ?? []).map((rate, round) => rate / (rates[of]?.[round] ?? Number.NaN)));
  const row = (name: string, label: string) => [
    label,
    median(rates[name] ?? []).toFixed(0),
    `${median(p99s[name] ?? [])} ms`,
    name === 'product' ? '' : ratios(name).toFixed(2),
  ];
  console.log(
    `\nCached answer of ${body.length} bytes, ${connections} connections, median of ${rounds} interleaved rounds`,
  );
  console.log(
    table([
      ['server', 'requests/s', 'p99', 'product is × this'],
      row('bare', 'bare node:http, the same bytes'),
      row('ordinary', 'ordinary Express stack'),
      row('product', 'this product, everything on'),
    ]),
  );
  console.log(
    `goal ≥ 0.45 × bare: ${verdict(ratios('bare') >= 0.45)}; goal ≥ 4 × ordinary: ${verdict(ratios('ordinary') >= 4)}`,
  );
}

/** Calls in an open loop at a given rate, over at most 50 connections; milliseconds of each. */
async function paced(
  count: number,
  perSecond: number,
  ask: (index: number) => Promise<void>,
): Promise<number[]> {
  const times: number[] = [];
  const startedAt = performance.now();
  await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const due = startedAt + (index * 1000) / perSecond;
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
      const at = performance.now();
      await ask(index);
      times.push(performance.now() - at);
    }),
  );
  return times;
}

/** 50 callers who each wait for their answer before they ask again. */
async function closedLoop(
  count: number,
  callers: number,
  ask: (index: number) => Promise<void>,
): Promise<number[]> {
  const times: number[] = [];
  let next = 0;
  await Promise.all(
    Array.from({ length: callers }, async () => {
      for (let index = next++; index < count; index = next++) {
        const at = performance.now();
        await ask(index);
        times.push(performance.now() - at);
      }
    }),
  );
  return times;
}

async function coldAnswers(
  url: string,
  addresses: Record<string, Address>,
  people: readonly OrganizationOf[],
): Promise<void> {
  await fault(addresses, { latencyMs: upstreamMs });
  let asked = 0;
  const product = async () => {
    const { id, organizationId } = people[asked++] ?? { id: '', organizationId: '' };
    const answer = await fetch(`${url}${velocity('me')}`, {
      headers: { authorization: `Bearer ${tokenFor(id, organizationId, 'learner')}` },
    });
    const body = await answer.text();
    // Somebody who has only just begun has no pace yet.
    if (answer.status !== 200 && answer.status !== 422) throw new Error(`${answer.status} ${body}`);
  };
  const upstream = async (index: number) => {
    const { id } = people[index % people.length] ?? { id: '' };
    await (
      await fetch(`${addresses.courses?.url}/api/v1/progress/${id}?limit=1000`, {
        headers: { authorization: 'Bearer bench' },
      })
    ).text();
  };
  const modes = {
    'paced, 300/s': (ask: (index: number) => Promise<void>) => paced(perRound, 300, ask),
    '50 connections, closed loop': (ask: (index: number) => Promise<void>) => closedLoop(perRound, 50, ask),
  };
  const rows: string[][] = [['load', 'upstream p50', 'answer p50', 'over it', 'answer p99']];
  const verdicts: string[] = [];
  for (const [name, mode] of Object.entries(modes)) {
    const figures: Record<'up' | 'p50' | 'p99', number[]> = { up: [], p50: [], p99: [] };
    for (let round = -1; round < rounds; round += 1) {
      const up = await mode(upstream);
      const cold = await mode(product);
      if (round < 0) continue;
      figures.up.push(percentile(up, 50));
      figures.p50.push(percentile(cold, 50));
      figures.p99.push(percentile(cold, 99));
    }
    const over = median(figures.p50.map((p50, round) => p50 - (figures.up[round] ?? Number.NaN)));
    rows.push([
      name,
      ...[median(figures.up), median(figures.p50), over, median(figures.p99)].map(
        (ms) => `${ms.toFixed(1)} ms`,
      ),
    ]);
    verdicts.push(`${name}: ${verdict(over <= 3)}`);
  }
  await fault(addresses, null);
  console.log(
    `\nCold answer over upstreams of ${upstreamMs} ms, median of ${rounds} interleaved rounds of ${perRound}`,
  );
  console.log(table(rows));
  console.log(`goal p50 ≤ slowest upstream + 3 ms: ${verdicts.join('; ')}`);
}

async function stampede(url: string, addresses: Record<string, Address>, one: OrganizationOf): Promise<void> {
  await fault(addresses, { latencyMs: upstreamMs });
  await Promise.all(
    Object.values(addresses).map(({ control }) => fetch(`${control}/requests`, { method: 'DELETE' })),
  );
  const authorization = `Bearer ${tokenFor(one.id, one.organizationId, 'learner')}`;
  const startedAt = performance.now();
  const answers = await Promise.all(
    Array.from({ length: 500 }, () =>
      fetch(`${url}${velocity('me')}?endDate=2025-01-01`, { headers: { authorization } }),
    ),
  );
  const ms = performance.now() - startedAt;
  const logs = await Promise.all(
    Object.values(addresses).map(async ({ control }) => {
      const body = (await (await fetch(`${control}/requests`)).json()) as
        | { path: string }[]
        | { requests: { path: string }[] };
      return Array.isArray(body) ? body : body.requests;
    }),
  );
  const calls = logs.flat().map(({ path }) => path);
  await fault(addresses, null);
  console.log('\n500 simultaneous requests for one cold key');
  console.log(
    table([
      ['answered 200', 'upstream calls', 'distinct', 'all done after'],
      [
        String(answers.filter(({ status }) => status === 200).length),
        String(calls.length),
        String(new Set(calls).size),
        `${ms.toFixed(0)} ms`,
      ],
    ]),
  );
  console.log(`goal each upstream call once: ${verdict(calls.length === new Set(calls).size)}`);
}

try {
  const { url, addresses } = await startProduct();
  const people = await learners(addresses, peopleAsked);
  console.log(`Node ${process.versions.node}, ${availableParallelism()} processors`);
  const [one] = people;
  if (one === undefined) throw new Error('the sample world has no learners');
  if (wanted.has('cached')) await cachedAnswers(url, one);
  if (wanted.has('cold')) await coldAnswers(url, addresses, people);
  if (wanted.has('stampede')) await stampede(url, addresses, one);
} finally {
  stopAll();
}
