/**
 * Where the time of the main thread goes for a cold answer, or a learner's dashboard, of the whole product: samples of a
 * profile, each told of the file of ours that is nearest to it, so that what a library or Node does is its caller's. What
 * a sample cannot tell: time in which the thread was ready to run and had no processor, which lies where the kernel took
 * it away, mostly in writes to sockets.
 * `node bench/layers.ts [--of dashboard] [--people 2000] [--top 40]`
 */
import type { Profiler } from 'node:inspector';
import { parseArgs } from 'node:util';
import { Pool } from 'undici';
import { table } from './figures.ts';
import { closedLoop } from './load.ts';
import { ask, stopAll } from './processes.ts';
import { performancePath } from './rows/cold.ts';
import { startApi, startWorld } from './world.ts';

const { values: options } = parseArgs({
  options: {
    of: { type: 'string', default: 'answer' },
    people: { type: 'string', default: '2000' },
    warm: { type: 'string', default: '3000' },
    top: { type: 'string', default: '40' },
  },
});
const isPage = options.of === 'dashboard';
const callers = isPage ? 1 : 16;
const path = isPage ? '/api/v1/dashboards/learner/me' : performancePath('me');

const root = new URL('../src/', import.meta.url).href;
/** What is nobody's work. */
const idle = '(idle)';
const socketWrites: ReadonlySet<string> = new Set([
  'writeLatin1String',
  'writeUtf8String',
  'writeBuffer',
  'writev',
]);

type Node = Profiler.ProfileNode & { parent?: Node };

/** Microseconds by the file of ours under which they were spent, or by what has none. */
function byLayer({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): Map<string, number> {
  const byId = new Map<number, Node>(nodes.map((node) => [node.id, node]));
  for (const parent of byId.values())
    for (const child of parent.children ?? []) {
      const node = byId.get(child);
      if (node !== undefined) node.parent = parent;
    }
  const layerOf = (node: Node): string => {
    const { functionName, url } = node.callFrame;
    if (url === '' && socketWrites.has(functionName)) return 'writing to sockets';
    for (let at: Node | undefined = node; at !== undefined; at = at.parent)
      if (at.callFrame.url.startsWith(root)) return at.callFrame.url.slice(root.length);
    const [, library] = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url) ?? [];
    return library ?? (url.startsWith('node:') ? 'node' : functionName || 'the rest');
  };
  const layers = new Map<string, number>();
  samples.forEach((id, at) => {
    const node = byId.get(id);
    if (node === undefined || node.callFrame.functionName === idle) return;
    const layer = layerOf(node);
    layers.set(layer, (layers.get(layer) ?? 0) + (timeDeltas[at] ?? 0));
  });
  return layers;
}

try {
  const world = await startWorld();
  const { child, url } = await startApi(world, {}, './servers/profiled.ts');
  const pool = new Pool(url, { connections: callers });
  const askOf = (people: number) =>
    closedLoop(people, callers, async () => {
      const headers = { ...world.somebody().headers, 'accept-encoding': 'gzip' };
      const { statusCode, body } = await pool.request({ method: 'GET', path, headers });
      await body.dump();
      if (statusCode !== 200) throw new Error(`${path}: ${statusCode}`);
    });
  const people = Number(options.people);
  await askOf(Number(options.warm));
  await ask(child, 'begin');
  await askOf(people);
  const layers = byLayer(await ask<Profiler.Profile>(child, 'end'));
  await pool.close();
  const whole = [...layers.values()].reduce((sum, micros) => sum + micros, 0);
  const rows = [...layers]
    .sort(([, a], [, b]) => b - a)
    .slice(0, Number(options.top))
    .map(([layer, micros]) => [
      layer,
      (micros / people).toFixed(0),
      `${((100 * micros) / whole).toFixed(1)} %`,
    ]);
  console.log(table([['layer', 'µs', 'share'], ['all', (whole / people).toFixed(0), ''], ...rows]));
} finally {
  stopAll();
}
