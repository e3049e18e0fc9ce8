import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { coldThroughput, interleaved, medianRate, medianRatio, throughput } from '../load.ts';
import { get, startApi, velocity, type World } from '../world.ts';
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

/** The product without traces beside the same that records one request of a hundred, and one that records all. */
export async function tracesRows(world: World, rounds: number, seconds: number): Promise<Row[]> {
  const receiver = await startReceiver();
  const traced = (share: string) => ({
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_TRACES_SAMPLER_ARG: share,
  });
  const [off, some, all] = [
    await startApi(world),
    await startApi(world, traced('0.01')),
    await startApi(world, traced('1')),
  ];
  const { headers } = world.somebody();
  for (const { url } of [off, some, all]) await get(`${url}${velocity('me')}`, headers);
  const cached = (base: string) => () => throughput({ url: `${base}${velocity('me')}`, headers }, seconds);
  const kept = await interleaved(
    { off: cached(off.url), some: cached(some.url), all: cached(all.url) },
    rounds,
  );
  const cold = (base: string) => () =>
    coldThroughput(
      base,
      () => {
        const { id, headers: own } = world.somebody();
        return { path: velocity(id), headers: own };
      },
      seconds,
    );
  const made = await interleaved({ off: cold(off.url), some: cold(some.url), all: cold(all.url) }, rounds);
  receiver.close();
  const row = (what: string, loads: typeof kept): Row => {
    const [ofSome, ofAll] = [medianRatio(loads.some, loads.off), medianRatio(loads.all, loads.off)];
    return {
      what: `${what} with 1 % of requests in traces, beside none`,
      seen: `${times(ofSome)} (${medianRate(loads.off).toFixed(0)}/s without; all in traces ${times(ofAll)})`,
      goal: `≥ ${least} ×`,
      holds: ofSome >= least,
    };
  };
  return [
    row('cached answer', kept),
    row('cold answer', made),
    {
      what: 'spans came to the receiver',
      seen: `${(receiver.bytes() / 1e6).toFixed(1)} MB`,
      goal: '> 0',
      holds: receiver.bytes() > 0,
    },
  ];
}
