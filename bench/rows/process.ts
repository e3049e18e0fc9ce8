import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildServer, root, tryOut } from '../../scripts/server-build.ts';
import { median } from '../figures.ts';
import { throughput } from '../load.ts';
import { ask } from '../processes.ts';
import { get, startApi, velocity, type World } from '../world.ts';
import { ms, type Row } from './row.ts';

const mebibyte = 2 ** 20;

/** As images start it, and as `npm start` does. */
const built = '../built/start.js';
const sources = '../src/start.js';

async function build(): Promise<void> {
  const directory = path.join(root, 'built');
  await buildServer(directory);
  await tryOut(directory);
}

/** From the start of the process to its first answer, milliseconds. */
async function startTo(world: World, env: Record<string, string>, file: string): Promise<number> {
  const { headers } = world.somebody();
  const at = performance.now();
  const { child, url } = await startApi(world, env, undefined, file);
  await get(`${url}${velocity('me')}`, headers);
  const took = performance.now() - at;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.removeAllListeners('exit');
  child.once('exit', () => undefined);
  child.kill('SIGTERM');
  await Promise.race([gone, sleep(3000)]);
  return took;
}

/** How long a process takes to answer for the first time. */
export async function startRows(world: World, rounds: number): Promise<Row[]> {
  const directory = mkdtempSync(path.join(tmpdir(), 'bench-start-'));
  await build();
  const embedded = { DATABASE: 'auto', DATA_DIR: path.join(directory, 'data'), JOBS: 'off' };
  try {
    // The first start makes the database and fills the compile cache.
    const fresh = await startTo(world, embedded, built);
    for (const file of [built, sources]) await startTo(world, {}, file);
    const [without, withIt, unbuilt]: [number[], number[], number[]] = [[], [], []];
    for (let round = 0; round < rounds; round += 1) {
      without.push(await startTo(world, {}, built));
      withIt.push(await startTo(world, embedded, built));
      unbuilt.push(await startTo(world, {}, sources));
    }
    return [
      {
        what: 'start of the built server to its first answer',
        seen: ms(median(without)),
        goal: '≤ 600 ms',
        holds: median(without) <= 600,
      },
      { what: 'the same from sources', seen: ms(median(unbuilt)), goal: '', holds: null },
      {
        what: `with the embedded database (${ms(fresh)} when it has to be made)`,
        seen: ms(median(withIt)),
        goal: '≤ 1000 ms',
        holds: median(withIt) <= 1000,
      },
    ];
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

interface Memory {
  heldBytes: number;
}

/** Resident memory of a process, of Linux: asked from outside, as what is loaded into it to ask would count too. */
function residentBytes(pid: number | undefined): number {
  const [, kibibytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kibibytes) * 1024;
}

/** What an idle process holds, and what it holds after a million answers. */
export async function memoryRows(world: World, requests: number): Promise<Row[]> {
  await build();
  const { headers } = world.somebody();
  const plain = await startApi(world, {}, undefined, built);
  await get(`${plain.url}${velocity('me')}`, headers);
  await sleep(1000);
  const idle = residentBytes(plain.child.pid);
  const { child, url } = await startApi(world, {}, './servers/memory.ts', built);
  const target = { url: `${url}${velocity('me')}`, headers };
  await get(target.url, headers);
  const load = async (least: number): Promise<number> => {
    let answered = 0;
    while (answered < least) {
      const { rate } = await throughput(target, 10);
      answered += rate * 10;
    }
    return answered;
  };
  // What is bounded fills at first: only what comes after that is growth.
  const held: number[] = [];
  let answered = 0;
  for (const part of [0.1, 0.3, 0.3, 0.4]) {
    answered += await load(part * requests);
    held.push((await ask<Memory>(child, 'memory')).heldBytes);
  }
  const [, before = Number.NaN] = held;
  const grown = (100 * ((held.at(-1) ?? Number.NaN) - before)) / before;
  const size = (bytes: number) => `${(bytes / mebibyte).toFixed(0)} MB`;
  return [
    {
      what: 'resident memory of a process a second after its first answer',
      seen: size(idle),
      goal: '≤ 120 MB',
      holds: idle <= 120 * mebibyte,
    },
    {
      what: `memory held after ${Math.round(answered / 1000)} thousand answers, beside that after four tenths of them (${held.map(size).join(', ')})`,
      seen: `${grown < 0 ? '' : '+'}${grown.toFixed(1)} %`,
      goal: 'within 5 %',
      holds: Math.abs(grown) <= 5,
    },
  ];
}
