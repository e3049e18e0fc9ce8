/**
 * Open streams of live events in one process: memory per stream, and how long an event takes to reach all of them.
 * 1,000 org_admins of one organization follow; its figures are refreshed again and again, and each refresh has to
 * reach everybody.
 */
import { request } from 'node:http';
import { parseArgs } from 'node:util';
import { percentile, table, verdict } from './figures.ts';
import { ask, startChild, stopAll } from './processes.ts';
import { tokenFor } from './tokens.ts';

const { values: options } = parseArgs({
  options: {
    streams: { type: 'string', default: '1000' },
    events: { type: 'string', default: '100' },
    database: { type: 'string', default: 'auto' },
  },
});
const streams = Number(options.streams);
const events = Number(options.events);
const goals = { bytesPerStream: 60 * 1024 };
const settleMs = 1000;
const organizationId = 'org-1';

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

interface Memory {
  /** Of the process. */
  nowBytes: number;
  /** Of what is still held. */
  heldBytes: number;
}

/** Opens one stream; each event that arrives is told. */
function follow(url: string, token: string, onEvent: (id: number) => void): Promise<() => void> {
  return new Promise((resolve, reject) => {
    const asked = request(
      `${url}/api/v1/events`,
      { headers: { authorization: `Bearer ${token}` }, agent: false },
      (response) => {
        if (response.statusCode !== 200) reject(new Error(`a stream answered ${response.statusCode}`));
        response.setEncoding('utf8');
        response.on('data', (text: string) => {
          for (const [, id] of text.matchAll(/id: (\d+)\nevent: analytics_refreshed/g)) onEvent(Number(id));
        });
        // Ends with the process that is measured.
        response.on('error', () => undefined);
        resolve(() => asked.destroy());
      },
    );
    asked.on('error', reject);
    asked.end();
  });
}

async function refresh(url: string, token: string): Promise<void> {
  const response = await fetch(`${url}/api/v1/analytics/refresh`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ subject: { kind: 'organization', id: organizationId } }),
  });
  if (response.status !== 202) throw new Error(`a refresh answered ${response.status}`);
  await response.body?.cancel();
}

try {
  const { child, said } = await startChild<{ url: string }>('../src/main.ts', {
    env: {
      PORT: '0',
      LOG_LEVEL: 'warn',
      DATABASE: options.database,
      DATA_DIR: 'memory://',
      JOBS: 'off',
      RATE_STANDARD_PER_MINUTE: '1000000',
      RATE_ORGANIZATION_PER_MINUTE: '1000000',
      RATE_REFRESH_PER_10_MINUTES: '1000000',
    },
    preload: './servers/memory.ts',
  });
  const { url } = said;
  const tokens = Array.from({ length: streams }, (_, n) => tokenFor(`a-${n}`, organizationId, 'org_admin'));
  const arrived = new Map<number, number[]>();
  const onEvent = (id: number) => arrived.set(id, [...(arrived.get(id) ?? []), performance.now()]);

  // What the first requests bring with them is not the streams'.
  for (const token of tokens.slice(0, 50)) (await follow(url, token, () => undefined))();
  await wait(settleMs);
  const idle = await ask<Memory>(child, 'memory');
  const leave = await Promise.all(tokens.map((token) => follow(url, token, onEvent)));
  await wait(settleMs);
  const open = await ask<Memory>(child, 'memory');

  const delays: number[] = [];
  const lasts: number[] = [];
  for (let n = 0; n < events; n += 1) {
    const before = arrived.size;
    const sentAt = performance.now();
    const token = tokens[n % streams] ?? '';
    await refresh(url, token);
    const isEverywhere = () => arrived.size > before && [...arrived.values()].at(-1)?.length === streams;
    for (const until = sentAt + 10_000; !isEverywhere() && performance.now() < until; ) await wait(1);
    const times = [...arrived.values()].at(-1) ?? [];
    if (!isEverywhere()) throw new Error(`an event reached ${times.length} of ${streams} streams`);
    delays.push(...times.map((at) => at - sentAt));
    lasts.push(Math.max(...times) - sentAt);
  }
  for (const go of leave) go();
  const perStream = (open.nowBytes - idle.nowBytes) / streams;
  const held = (open.heldBytes - idle.heldBytes) / streams;
  const kb = (bytes: number) => `${(bytes / 1024).toFixed(1)} KB`;
  const ms = (value: number) => `${value.toFixed(1)} ms`;
  const rows = [
    ['', 'p50', 'p99'],
    ['from the request to a stream', ms(percentile(delays, 50)), ms(percentile(delays, 99))],
    [`to the last of ${streams}`, ms(percentile(lasts, 50)), ms(percentile(lasts, 99))],
  ];
  process.stdout.write(
    `${streams} streams: ${kb(perStream)} each of the process, ${kb(held)} held (goal ${kb(goals.bytesPerStream)}: ${verdict(perStream <= goals.bytesPerStream)})\n${table(rows)}\n`,
  );
  process.exitCode = perStream <= goals.bytesPerStream ? 0 : 1;
} finally {
  stopAll();
}
