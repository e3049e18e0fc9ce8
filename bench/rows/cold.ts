import { services } from '../../src/domain/provenance.ts';
import { median, percentile } from '../figures.ts';
import { closedLoop, coldThroughput, interleaved, medianRate, medianRatio, paced } from '../load.ts';
import { start } from '../processes.ts';
import { benchSecret } from '../tokens.ts';
import { get, startApi, velocity, type World } from '../world.ts';
import { ms, type Row, times } from './row.ts';

const upstreamMs = 20;
/**
 * Answers before the first that is timed: code that has run some hundred times is not compiled yet, and waits for
 * nothing but that.
 */
const warmUp = 2500;
export const performancePath = (id: string) => `/api/v1/analytics/learner/performance/${id}`;

/** The calls of one cold answer, as templates with whole URLs. */
export async function callsOf(world: World, url: string): Promise<Record<string, string>> {
  const { id, organizationId, headers } = world.somebody();
  await world.calls();
  await get(`${url}${performancePath('me')}`, headers);
  const calls = await world.calls();
  return Object.fromEntries(
    calls.map((call, index) => {
      const [name = '', path = ''] = call.split(' ');
      const service = services.find((one) => one === name) ?? 'auth';
      return [
        `${name} ${index}`,
        world.urls[service] + path.replaceAll(id, ':id').replaceAll(organizationId, ':organization'),
      ];
    }),
  );
}

/** Answers made anew from three calls, beside two servers that make the same calls and merge what they get. */
export async function coldThroughputRows(world: World, rounds: number, seconds: number): Promise<Row[]> {
  const { url } = await startApi(world);
  const urls = await callsOf(world, url);
  const hand = await start<{ url: string }>('./servers/aggregators.ts', { first: { kind: 'hand', urls } });
  const ordinary = await start<{ url: string }>('./servers/aggregators.ts', {
    first: { kind: 'ordinary', urls },
  });
  const peer = await start<{ url: string }>('./servers/fastify.ts', { first: { urls, secret: benchSecret } });
  const next = () => {
    const { id, headers } = world.somebody();
    return { path: performancePath(id), headers };
  };
  const load = (base: string) => () => coldThroughput(base, next, seconds);
  const loads = await interleaved(
    { hand: load(hand.url), ordinary: load(ordinary.url), peer: load(peer.url), product: load(url) },
    rounds,
  );
  const [ofHand, ofOrdinary, ofPeer] = [
    medianRatio(loads.product, loads.hand),
    medianRatio(loads.product, loads.ordinary),
    medianRatio(loads.product, loads.peer),
  ];
  const calls = Object.keys(urls).length;
  return [
    {
      what: `cold answers from ${calls} calls, beside undici by hand without validation`,
      seen: `${times(ofHand)} (${medianRate(loads.product).toFixed(0)}/s)`,
      goal: '≥ 0.8 ×',
      holds: ofHand >= 0.8,
    },
    { what: 'beside Express and axios', seen: times(ofOrdinary), goal: '≥ 2 ×', holds: ofOrdinary >= 2 },
    { what: 'beside Fastify and its plugins', seen: times(ofPeer), goal: '', holds: null },
  ];
}

/** What a cold answer adds to the slowest service it waits for. */
export async function coldLatencyRows(world: World, rounds: number): Promise<Row[]> {
  const { url } = await startApi(world);
  const perRound = 300;
  const product = async () => {
    const { headers } = world.somebody();
    await (await get(`${url}${velocity('me')}`, headers)).text();
  };
  await closedLoop(warmUp, 16, product);
  world.delay(upstreamMs);
  const upstream = async () => {
    const { id, headers } = world.somebody();
    await (await get(`${world.urls.courses}/api/v1/progress/${id}`, headers)).text();
  };
  const rows: Row[] = [];
  for (const [name, mode] of [
    ['100/s', (ask: () => Promise<void>) => paced(perRound, 100, ask)],
    ['50 callers at once', (ask: () => Promise<void>) => closedLoop(perRound, 50, ask)],
  ] as const) {
    const over: number[] = [];
    for (let round = -1; round < rounds; round += 1) {
      const up = percentile(await mode(upstream), 50);
      const cold = percentile(await mode(product), 50);
      if (round >= 0) over.push(cold - up);
    }
    const seen = median(over);
    rows.push({
      what: `cold answer over a service of 20 ms, ${name}: p50`,
      seen: `+${ms(seen)}`,
      goal: '≤ +3 ms',
      holds: seen <= 3,
    });
  }
  world.delay(0);
  return rows;
}

/**
 * The learner's dashboard, made anew of nine services. The first callers come one at a time: they show what the page
 * itself waits for, and the process is warm when many come. Whom the load shedder refuses is told, and not timed.
 */
export async function dashboardRows(world: World, rounds: number): Promise<Row[]> {
  const { url } = await startApi(world);
  const perRound = 200;
  world.delay(upstreamMs);
  const rows: Row[] = [];
  let double = 0;
  for (const [name, mode] of [
    ['1 caller', (ask: () => Promise<void>) => closedLoop(perRound, 1, ask)],
    ['20/s', (ask: () => Promise<void>) => paced(perRound, 20, ask)],
    ['50 callers at once', (ask: () => Promise<void>) => closedLoop(perRound, 50, ask)],
  ] as const) {
    const [p50s, p99s]: [number[], number[]] = [[], []];
    let refused = 0;
    for (let round = -1; round < rounds; round += 1) {
      const answered: number[] = [];
      await mode(async () => {
        const { headers } = world.somebody();
        const at = performance.now();
        const answer = await fetch(`${url}/api/v1/dashboards/learner/me`, { headers });
        const text = await answer.text();
        if (answer.status === 200) answered.push(performance.now() - at);
        else if (answer.status !== 503) throw new Error(`${answer.status} ${text}`);
      });
      const calls = (await world.calls()).filter((call) => /u-\d/.test(call));
      double += calls.length - new Set(calls).size;
      if (round < 0) continue;
      refused += perRound - answered.length;
      p50s.push(percentile(answered, 50));
      p99s.push(percentile(answered, 99));
    }
    const [p50, p99] = [median(p50s), median(p99s)];
    const ofRefused = refused === 0 ? '' : `, ${refused} of ${rounds * perRound} refused`;
    rows.push({
      what: `cold learner dashboard over services of 20 ms, ${name}`,
      seen: `p50 ${ms(p50)}, p99 ${ms(p99)}${ofRefused}`,
      goal: 'p50 ≤ 26 ms, p99 ≤ 45 ms',
      holds: p50 <= 26 && p99 <= 45 && refused === 0,
    });
  }
  world.delay(0);
  return [
    ...rows,
    { what: 'calls about one learner made twice', seen: String(double), goal: '0', holds: double === 0 },
  ];
}
