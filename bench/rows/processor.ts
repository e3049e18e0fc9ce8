import { readFileSync } from 'node:fs';
import { Pool } from 'undici';
import { median } from '../figures.ts';
import { closedLoop } from '../load.ts';
import { startChild } from '../processes.ts';
import { get, startApi, velocity, type World } from '../world.ts';
import { callsOf, performancePath } from './cold.ts';
import { type Row, times } from './row.ts';

/** Of Linux, wherever Node runs: a hundredth of a second. */
const tickMicros = 10_000;

/** User and system time of a process until now, microseconds. */
export function spentMicros(pid: number | undefined): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // After the name, which may hold anything: state first, utime and stime as the 12th and 13th.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * tickMicros;
}

/** Enough to keep a server busy, few enough that nothing waits too long on a machine with other work. */
const callers = 16;

interface Contender {
  pid: number | undefined;
  url: string;
  /** What is asked next. */
  next: () => { path: string; headers: Record<string, string> };
}

/** Processor time per request in turn, microseconds; the first round warms up and is not counted. */
export async function interleavedMicros<K extends string>(
  contenders: Record<K, Contender>,
  count: number,
  rounds: number,
): Promise<Record<K, number[]>> {
  const names = Object.keys(contenders) as K[];
  const spent = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<K, number[]>;
  for (let round = -1; round < rounds; round += 1) {
    for (const name of names) {
      const { pid, url, next } = contenders[name];
      const pool = new Pool(url, { connections: callers });
      const before = spentMicros(pid);
      await closedLoop(count, callers, async () => {
        const { statusCode, body } = await pool.request({ method: 'GET', ...next() });
        const text = await body.text();
        if (statusCode !== 200 && statusCode !== 304) throw new Error(`${url}: ${statusCode} ${text}`);
      });
      if (round >= 0) spent[name].push((spentMicros(pid) - before) / count);
      await pool.close();
    }
  }
  return spent;
}

export const ratio = (of: readonly number[], beside: readonly number[]): number =>
  median(of.map((micros, round) => micros / (beside[round] ?? Number.NaN)));
export const micros = (values: readonly number[]): string => `${median(values).toFixed(0)} µs`;

/**
 * What an answer costs in processor time. For a machine that has much else to do: a server that is busy gives as many
 * answers as its processor allows, so that the ratios are those of the rates.
 */
export async function processorRows(world: World, rounds: number): Promise<Row[]> {
  const { child, url } = await startApi(world);
  const urls = await callsOf(world, url);
  const aggregator = (kind: string) =>
    startChild<{ url: string }>('./servers/aggregators.ts', { first: { kind, urls } });
  const [hand, ordinary] = [await aggregator('hand'), await aggregator('ordinary')];
  const cold = () => {
    const { id, headers } = world.somebody();
    return { path: performancePath(id), headers };
  };
  const coldCost = await interleavedMicros(
    {
      hand: { pid: hand.child.pid, url: hand.said.url, next: cold },
      ordinary: { pid: ordinary.child.pid, url: ordinary.said.url, next: cold },
      product: { pid: child.pid, url, next: cold },
    },
    600,
    rounds,
  );
  const { headers } = world.somebody();
  const path = velocity('me');
  const etag = (await get(`${url}${path}`, headers)).headers.get('etag') ?? '';
  const cached = await interleavedMicros(
    {
      whole: { pid: child.pid, url, next: () => ({ path, headers }) },
      unchanged: {
        pid: child.pid,
        url,
        next: () => ({ path, headers: { ...headers, 'if-none-match': etag } }),
      },
    },
    5000,
    rounds,
  );
  const [ofHand, ofOrdinary, of200] = [
    ratio(coldCost.hand, coldCost.product),
    ratio(coldCost.ordinary, coldCost.product),
    ratio(cached.whole, cached.unchanged),
  ];
  return [
    {
      what: `cold answer, processor time of undici by hand (${micros(coldCost.hand)}) over ours`,
      seen: `${times(ofHand)} (${micros(coldCost.product)})`,
      goal: '≥ 0.8 ×',
      holds: ofHand >= 0.8,
    },
    {
      what: `the same of Express and axios (${micros(coldCost.ordinary)})`,
      seen: times(ofOrdinary),
      goal: '≥ 2 ×',
      holds: ofOrdinary >= 2,
    },
    {
      what: `processor time of a 200 (${micros(cached.whole)}) over a 304`,
      seen: `${times(of200)} (${micros(cached.unchanged)})`,
      goal: '≥ 1.2 ×',
      holds: of200 >= 1.2,
    },
  ];
}
