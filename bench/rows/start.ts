/**
 * `npm run bench:start [-- --rounds 5]`: how long a process without a database takes to its first answer, and what it
 * holds then, when nothing is asked of it. Medians over processes that are started one after the other.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { median, table, verdict } from '../figures.ts';
import { ask, startChild, stopAll } from '../processes.ts';

const { values: options } = parseArgs({ options: { rounds: { type: 'string', default: '5' } } });
const goals = { startMs: 600, idleMb: 120 };
/** So long that what only the start needed is gone. */
const idleMs = 1000;

const starts: number[] = [];
const idles: number[] = [];
try {
  for (let round = 0; round < Number(options.rounds); round += 1) {
    const startedAt = performance.now();
    const { child, said } = await startChild<{ url: string }>('../src/main.ts', {
      env: { PORT: '0', DATABASE: 'none', JOBS: 'off', LOG_LEVEL: 'warn', MOCK_FALLBACK: 'never' },
      preload: './servers/memory.ts',
    });
    await (await fetch(`${said.url}/health`)).arrayBuffer();
    starts.push(performance.now() - startedAt);
    await delay(idleMs);
    const { nowBytes } = await ask<{ nowBytes: number }>(child, 'memory');
    idles.push(nowBytes / 1024 / 1024);
    child.kill('SIGTERM');
  }
  const [startMs, idleMb] = [median(starts), median(idles)];
  const rows = [
    ['', 'median', 'goal', ''],
    [
      'start to first answer',
      `${startMs.toFixed(0)} ms`,
      `≤ ${goals.startMs} ms`,
      verdict(startMs <= goals.startMs),
    ],
    ['memory when idle', `${idleMb.toFixed(0)} MB`, `≤ ${goals.idleMb} MB`, verdict(idleMb <= goals.idleMb)],
  ];
  process.stdout.write(`a process without a database\n${table(rows)}\n`);
} finally {
  stopAll();
}
