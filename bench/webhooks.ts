/**
 * How long a webhook takes until it is taken, its event kept and its subject forgotten: one sender after the other,
 * and eight at once. Over PostgreSQL when TEST_DATABASE_URL is set, with Redis when TEST_REDIS_URL is, else over the
 * embedded database.
 */
import { execFileSync } from 'node:child_process';
import { createHmac, randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { aFewAtOnce } from '../src/application/a-few-at-once.ts';
import { percentile, table, verdict } from './figures.ts';
import { start, stopAll } from './processes.ts';

const { values: options } = parseArgs({ options: { messages: { type: 'string', default: '1000' } } });
const messages = Number(options.messages);
const secret = 'a-secret-for-the-benchmark-only-0123456789';
const goalMs = 20;
const { TEST_DATABASE_URL: postgres, TEST_REDIS_URL: redis } = process.env;

/** @returns milliseconds of one message. */
async function send(url: string, n: number): Promise<number> {
  const text = JSON.stringify({
    id: randomUUID(),
    type: 'progress.updated',
    occurredAt: new Date().toISOString(),
    subject: { userId: `u-${String(n % 500).padStart(6, '0')}`, organizationId: 'org-1' },
  });
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = createHmac('sha256', secret).update(`${timestamp}.${text}`).digest('hex');
  const startedAt = performance.now();
  const response = await fetch(`${url}/api/v1/webhooks/courses`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-webhook-timestamp': timestamp,
      'x-webhook-signature': `v1=${signature}`,
      'x-webhook-id': randomUUID(),
    },
    body: text,
  });
  await response.arrayBuffer();
  if (response.status !== 202) throw new Error(`a webhook answered ${response.status}`);
  return performance.now() - startedAt;
}

async function measure(url: string, atOnce: number): Promise<number[]> {
  const times: number[] = [];
  const numbers = Array.from({ length: messages }, (_, n) => n);
  await aFewAtOnce(numbers, atOnce, async (n) => void times.push(await send(url, n)));
  return times;
}

try {
  if (postgres !== undefined)
    execFileSync(process.execPath, ['scripts/migrate.ts'], {
      env: { ...process.env, DATABASE_URL: postgres },
      stdio: 'ignore',
    });
  const { url } = await start<{ url: string }>('../src/main.ts', {
    env: {
      PORT: '0',
      LOG_LEVEL: 'warn',
      JOBS: 'off',
      DATA_DIR: 'memory://',
      WEBHOOK_SECRETS: `courses=${secret}`,
      RATE_WEBHOOK_PER_MINUTE: '1000000',
      ...(postgres === undefined ? {} : { DATABASE_URL: postgres }),
      ...(redis === undefined ? {} : { REDIS_URL: redis }),
    },
  });
  await measure(url, 1);
  const rows: string[][] = [['', 'p50', 'p99']];
  let isGood = true;
  for (const atOnce of [1, 8]) {
    const times = await measure(url, atOnce);
    const p99 = percentile(times, 99);
    // The goal is about one message; several at once wait for one another in the database.
    if (atOnce === 1) isGood = p99 <= goalMs;
    rows.push([`${atOnce} at once`, `${percentile(times, 50).toFixed(1)} ms`, `${p99.toFixed(1)} ms`]);
  }
  const over = `${postgres === undefined ? 'the embedded database' : 'PostgreSQL'}${redis === undefined ? '' : ' and Redis'}`;
  process.stdout.write(`webhooks over ${over} (goal ${goalMs} ms: ${verdict(isGood)})\n${table(rows)}\n`);
  process.exitCode = isGood ? 0 : 1;
} finally {
  stopAll();
}
