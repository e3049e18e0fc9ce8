import { request } from 'undici';
import { interleaved, medianP99, medianRate, medianRatio, type Target, throughput } from '../load.ts';
import { start } from '../processes.ts';
import { benchSecret } from '../tokens.ts';
import { get, startApi, velocity, type World } from '../world.ts';
import { ms, type Row, times } from './row.ts';

/** What Node adds to every answer, and what follows from its body. */
const added: ReadonlySet<string> = new Set(['date', 'connection', 'keep-alive', 'content-length']);

/** An answer as it goes over the wire, for a server that sends the same bytes. */
async function sentBy(url: string, headers: Record<string, string>) {
  const { headers: told, body } = await request(url, { headers });
  const pairs = Object.entries(told).filter(([name]) => !added.has(name));
  return { body: await body.text(), headers: pairs.flatMap(([name, value]) => [name, String(value)]) };
}

/** A cached answer with everything on, beside a server that only sends its bytes and beside the usual stack; and a 304. */
export async function cachedRows(world: World, rounds: number, seconds: number): Promise<Row[]> {
  const { url } = await startApi(world);
  const { headers } = world.somebody();
  const own = `${url}${velocity('me')}`;
  await get(own, headers);
  const sent = await sentBy(own, headers);
  const { body } = sent;
  const etag = sent.headers[sent.headers.indexOf('etag') + 1] ?? '';
  const bare = await start<{ url: string }>('./servers/bare.ts', { first: sent });
  const ordinary = await start<{ url: string }>('./servers/ordinary.ts', {
    first: { body, secret: benchSecret },
  });
  const peer = await start<{ url: string }>('./servers/fastify.ts', { first: { body, secret: benchSecret } });
  const at = (base: string) => ({ url: `${base}${velocity('me')}`, headers });
  const unchanged = { ...at(url), headers: { ...headers, 'if-none-match': etag } };
  // Who holds an answer is a browser, and browsers ask for it packed.
  const asBrowser = (target: Target) => ({
    ...target,
    headers: { ...target.headers, 'accept-encoding': 'gzip' },
  });
  const loads = await interleaved(
    {
      bare: () => throughput(at(bare.url), seconds),
      ordinary: () => throughput(at(ordinary.url), seconds),
      peer: () => throughput(at(peer.url), seconds),
      product: () => throughput(at(url), seconds),
      unchanged: () => throughput(unchanged, seconds),
      packed: () => throughput(asBrowser(at(url)), seconds),
      browsers: () => throughput(asBrowser(unchanged), seconds),
    },
    rounds,
  );
  const half = medianRate(loads.product) / 2;
  const halves = await interleaved(
    {
      bare: () => throughput({ ...at(bare.url), overallRate: half }, seconds),
      product: () => throughput({ ...at(url), overallRate: half }, seconds),
    },
    rounds,
  );
  const [ofBare, ofOrdinary, ofPeer, of200, ofPacked] = [
    medianRatio(loads.product, loads.bare),
    medianRatio(loads.product, loads.ordinary),
    medianRatio(loads.product, loads.peer),
    medianRatio(loads.unchanged, loads.product),
    medianRatio(loads.browsers, loads.packed),
  ];
  const [p99, bareP99] = [medianP99(halves.product), medianP99(halves.bare)];
  const rates = `${medianRate(loads.product).toFixed(0)}/s`;
  return [
    {
      what: `cached answer of ${body.length} bytes, beside bare node:http`,
      seen: `${times(ofBare)} (${rates})`,
      goal: '≥ 0.6 ×',
      holds: ofBare >= 0.6,
    },
    {
      what: 'beside the ordinary Express stack',
      seen: times(ofOrdinary),
      goal: '≥ 6 ×',
      holds: ofOrdinary >= 6,
    },
    { what: 'beside Fastify and its plugins', seen: times(ofPeer), goal: '', holds: null },
    {
      what: 'p99 of it at half of that load',
      seen: `${ms(p99)}, bare ${ms(bareP99)}`,
      goal: '≤ 3 × bare',
      holds: p99 <= 3 * Math.max(1, bareP99),
    },
    { what: '304 beside 200', seen: times(of200), goal: '≥ 1.2 ×', holds: of200 >= 1.2 },
    { what: 'the same for a browser, whose 200 is packed', seen: times(ofPacked), goal: '', holds: null },
  ];
}
