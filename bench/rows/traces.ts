import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { closedLoop, interleaved, loadThreads, medianRate, medianRatio, throughput } from '../load.ts';
import { get, startApi, velocity, type World } from '../world.ts';
import { interleavedMicros, micros, ratio } from './processor.ts';
import { type Row, times } from './row.ts';

const least = 0.95;

/** Takes spans and says thank you, so that handing them over costs the product what it costs. */
async function startReceiver(): Promise<{ url: string; bytes: () => number; close: () => void }> {
  let bytes = 0;
  const server = createServer((request, response) => {
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
    });
    request.on('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, bytes: () => bytes, close: () => server.close() };
}

const [cachedCount, coldCount] = [8000, 500];

/** Traces that a process has recorded which has given 300,000 answers: what is done rarely is compiled late. */
const recordedBefore = 3000;

/**
 * The product without traces beside the same that records one request of a hundred, and one that records all: by rate,
 * and by processor time for a machine that has much else to do.
 */
export async function tracesRows(world: World, rounds: number, seconds: number): Promise<Row[]> {
  const receiver = await startReceiver();
  const traced = (share: string) => ({
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_TRACES_SAMPLER_ARG: share,
  });
  const apis = {
    off: await startApi(world),
    some: await startApi(world, traced('0.01')),
    all: await startApi(world, traced('1')),
  };
  const { headers } = world.somebody();
  const path = velocity('me');
  for (const { url } of Object.values(apis)) {
    await closedLoop(recordedBefore, loadThreads, async (index) => {
      // A caller who records is joined, whatever the share.
      const id = (index + 1).toString(16);
      const traceparent = `00-${id.padStart(32, '0')}-${id.padStart(16, '0')}-01`;
      await (await get(`${url}${path}`, { ...headers, traceparent })).arrayBuffer();
    });
  }
  const load = ({ url }: { url: string }) => throughput({ url: `${url}${path}`, headers }, seconds);
  const rates = await interleaved(
    { off: () => load(apis.off), some: () => load(apis.some), all: () => load(apis.all) },
    rounds,
  );
  const cold = () => {
    const { id, headers: own } = world.somebody();
    return { path: velocity(id), headers: own };
  };
  const costOf = (next: () => { path: string; headers: Record<string, string> }, count: number) => {
    const contender = ({ child, url }: (typeof apis)['off']) => ({ pid: child.pid, url, next });
    return interleavedMicros(
      { off: contender(apis.off), some: contender(apis.some), all: contender(apis.all) },
      count,
      rounds,
    );
  };
  const cachedCost = await costOf(() => ({ path, headers }), cachedCount);
  const coldCost = await costOf(cold, coldCount);
  receiver.close();
  const ofRate = medianRatio(rates.some, rates.off);
  const inTime = (what: string, cost: typeof cachedCost): Row => {
    const share = ratio(cost.off, cost.some);
    return {
      what: `${what}, processor time without traces (${micros(cost.off)}) over that with 1 %`,
      seen: `${times(share)} (${micros(cost.some)}; all recorded ${micros(cost.all)})`,
      goal: `≥ ${least} ×`,
      holds: share >= least,
    };
  };
  return [
    {
      what: 'cached answer with 1 % of requests in traces, beside none',
      seen: `${times(ofRate)} (${medianRate(rates.some).toFixed(0)}/s, all recorded ${times(medianRatio(rates.all, rates.off))})`,
      goal: `≥ ${least} ×`,
      holds: ofRate >= least,
    },
    inTime('cached answer', cachedCost),
    inTime('cold answer', coldCost),
    {
      what: 'what the receiver got meanwhile',
      seen: `${(receiver.bytes() / 1e6).toFixed(1)} MB`,
      goal: '> 0',
      holds: receiver.bytes() > 0,
    },
  ];
}
