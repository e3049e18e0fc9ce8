import autocannon from 'autocannon';
import { Pool } from 'undici';
import { median, percentile } from './figures.ts';

export const connections = 64;
/** That make the load of `throughput`. */
export const loadThreads = 2;

export interface Load {
  /** Answers per second. */
  rate: number;
  /** Milliseconds. */
  p99: number;
}

export interface Target {
  url: string;
  headers?: Record<string, string>;
  /** Requests per second; as many as it can without. */
  overallRate?: number;
}

/** Answers per second over kept-alive connections. @throws Error at any error or refusal */
export async function throughput(target: Target, seconds: number): Promise<Load> {
  const result = await autocannon({ connections, duration: seconds, workers: loadThreads, ...target });
  const refused = result.non2xx - (result.statusCodeStats?.['304']?.count ?? 0);
  if (refused > 0 || result.errors > 0)
    throw new Error(`${target.url}: ${refused} refusals, ${result.errors} errors`);
  return { rate: result.requests.average, p99: result.latency.p99 };
}

/** Several targets under load in turn, `rounds` times; the first time through warms up and is not counted. */
export async function interleaved<K extends string, L extends Load>(
  targets: Record<K, () => Promise<L>>,
  rounds: number,
): Promise<Record<K, L[]>> {
  const names = Object.keys(targets) as K[];
  const loads = Object.fromEntries(names.map((name) => [name, [] as L[]])) as Record<K, L[]>;
  for (let round = -1; round < rounds; round += 1) {
    for (const name of names) {
      const load = await targets[name]();
      if (round >= 0) loads[name].push(load);
    }
  }
  return loads;
}

export const medianRate = (loads: readonly Load[]): number => median(loads.map(({ rate }) => rate));
export const medianP99 = (loads: readonly Load[]): number => median(loads.map(({ p99 }) => p99));

/** How many times as fast, round by round: what slows the machine slows both. */
export const medianRatio = (loads: readonly Load[], others: readonly Load[]): number =>
  median(loads.map(({ rate }, round) => rate / (others[round]?.rate ?? Number.NaN)));

/** Answers per second when every request is about somebody else; from this process, over kept-alive connections. */
export async function coldThroughput(
  url: string,
  next: () => { path: string; headers: Record<string, string> },
  seconds: number,
): Promise<Load> {
  const pool = new Pool(url, { connections });
  const until = performance.now() + 1000 * seconds;
  const each: number[] = [];
  const caller = async () => {
    while (performance.now() < until) {
      const at = performance.now();
      const { statusCode, body } = await pool.request({ method: 'GET', ...next() });
      await body.dump();
      if (statusCode !== 200) throw new Error(`${url}: ${statusCode}`);
      each.push(performance.now() - at);
    }
  };
  await Promise.all(Array.from({ length: connections }, caller));
  await pool.close();
  return { rate: each.length / seconds, p99: percentile(each, 99) };
}

/** Calls in an open loop at a given rate; milliseconds of each. */
export async function paced(
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

/** So many callers who each wait for their answer before they ask again; milliseconds of each. */
export async function closedLoop(
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
