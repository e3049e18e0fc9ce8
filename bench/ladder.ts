/**
 * Where the processor time of a cold answer goes: three calls by hand, then with one of our layers more on each rung.
 * Each rung is a process of its own, over the same services; rounds in turn, medians.
 * `node bench/ladder.ts [--rungs hand,guarded] [--rounds 5] [--people 800] [--tree <another checkout>]…`
 */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { median, table } from './figures.ts';
import { ask, type Child, startChild, stopAll } from './processes.ts';
import type { Spent } from './servers/rung.ts';
import { startWorld } from './world.ts';

const { values: options } = parseArgs({
  options: {
    rungs: {
      type: 'string',
      default: 'hand,exchange,axios,transport,validated,resilient,guarded,counted,gathered,computed',
    },
    rounds: { type: 'string', default: '5' },
    people: { type: 'string', default: '800' },
    warm: { type: 'string', default: '3000' },
    tree: { type: 'string', multiple: true, default: [] },
  },
});
const callers = 16;
const here = new URL('..', import.meta.url).href;
const trees = [here, ...options.tree.map((tree) => `${pathToFileURL(resolve(tree)).href}/`)];

try {
  const { urls } = await startWorld();
  const names = options.rungs.split(',');
  const all: { rung: string; tree: string; child: Child; spent: Spent[] }[] = [];
  for (const rung of names) {
    for (const tree of trees) {
      const { child } = await startChild(new URL('bench/servers/rung.ts', tree).href, {
        first: { urls, rung },
      });
      all.push({ rung, tree, child, spent: [] });
    }
  }
  let from = 100_000;
  for (let round = -1; round < Number(options.rounds); round += 1) {
    for (const { child, spent } of all) {
      const people = Number(round < 0 ? options.warm : options.people);
      const one = await ask<Spent>(child, { from, people, callers });
      from += people;
      if (round >= 0) spent.push(one);
    }
  }
  const rows = all.map(({ rung, tree, spent }) => {
    const of = (name: keyof Spent) => median(spent.map((one) => one[name]));
    const sorted = spent.map(({ micros }) => micros).sort((a, b) => a - b);
    return [
      tree === here ? rung : `${rung}, ${tree.replace('file://', '')}`,
      of('micros').toFixed(0),
      `${sorted[0]?.toFixed(0)}–${sorted.at(-1)?.toFixed(0)}`,
      of('mainMicros').toFixed(0),
      of('gcMicros').toFixed(0),
      of('kilobytes').toFixed(0),
    ];
  });
  console.log(table([['rung', 'µs', 'rounds', 'main thread', 'collecting', 'kB'], ...rows]));
} finally {
  stopAll();
}
