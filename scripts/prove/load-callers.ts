/**
 * Callers in a process of their own, so that who measures is in nobody's way: started with an address, it is told of one
 * run after another and says what was seen of each. Connections are opened before; each carries one request at a time.
 */
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'undici';
import { tokenFor } from '../../bench/tokens.ts';

/** `perSecond`: asks whether it is answered or not; `callers`: each waits for an answer before the next question. */
export type Pace = { ms: number; prefetchEvery?: number } & ({ perSecond: number } | { callers: number });
export type Run = Pace & { path: string };

export interface Asked {
  status: number;
  /** From the first byte out to the last byte in. */
  ms: number;
  /** When it was sent, since the run's begin. */
  atMs: number;
  /** How much later than due it was sent: the callers' own fault, beside `ms`. */
  lateMs: number;
  hasRetryAfter: boolean;
  isPrefetch: boolean;
  /** While it was under way the callers' process was late itself: part of `ms` is theirs. */
  isBlurred: boolean;
}

export interface Ran {
  asked: Asked[];
  /** Of the callers' process: 99th percentile of the loop's delay, ms, and part of the time that it was busy. */
  loopMs: number;
  busy: number;
}

/** The callers' loop may be as late before what they saw meanwhile is not trusted, ms. */
const trustedMs = 10;
const heartbeatMs = 4;
const mostConnections = 2000;

process.once('message', async ({ url, people: first }: { url: string; people: number }) => {
  const all: Client[] = [];
  const free: Client[] = [];
  const take = (): Client | undefined => {
    const known = free.pop();
    if (known !== undefined || all.length >= mostConnections) return known;
    const client = new Client(url, { pipelining: 1, keepAliveTimeout: 60_000 });
    all.push(client);
    return client;
  };
  let people = first;
  let lateSince = 0;

  /** Everybody is somebody else, so that no answer is at hand. */
  const somebody = () => {
    people += 1;
    return `Bearer ${tokenFor(`u-${people}`, `org-${people}`, 'learner')}`;
  };

  async function ask(path: string, token: string, isPrefetch: boolean, startedAt: number, dueAt: number) {
    const client = take();
    const sentAt = performance.now();
    const seen = { atMs: sentAt - startedAt, lateMs: sentAt - dueAt, isPrefetch };
    if (client === undefined) return { ...seen, status: 0, ms: 0, hasRetryAfter: false, isBlurred: false };
    const headers = { authorization: token, ...(isPrefetch ? { 'sec-purpose': 'prefetch' } : {}) };
    const { statusCode, headers: said, body } = await client.request({ method: 'GET', path, headers });
    await body.dump();
    free.push(client);
    const hasRetryAfter = Number(said['retry-after']) > 0;
    const ms = performance.now() - sentAt;
    return { ...seen, status: statusCode, ms, hasRetryAfter, isBlurred: lateSince > sentAt };
  }

  async function asks(run: Run): Promise<Asked[]> {
    const isPrefetch = (index: number) => run.prefetchEvery !== undefined && index % run.prefetchEvery === 0;
    if ('callers' in run) {
      const asked: Asked[] = [];
      const startedAt = performance.now();
      const caller = async () => {
        while (performance.now() - startedAt < run.ms)
          asked.push(await ask(run.path, somebody(), false, startedAt, performance.now()));
      };
      await Promise.all(Array.from({ length: run.callers }, caller));
      return asked;
    }
    // To sign takes longer than to ask.
    const tokens = Array.from({ length: Math.floor((run.perSecond * run.ms) / 1000) }, somebody);
    const coming: Promise<Asked>[] = [];
    const startedAt = performance.now();
    const dueAt = (index: number) => startedAt + (1000 * index) / run.perSecond;
    for (const [index, token] of tokens.entries()) {
      while (performance.now() < dueAt(index)) await delay(1);
      coming.push(ask(run.path, token, isPrefetch(index), startedAt, dueAt(index)));
    }
    return Promise.all(coming);
  }

  // A burst of new connections would measure the system's queue of them.
  for (let batch = 1; batch <= 8; batch += 1)
    await Promise.all(Array.from({ length: 50 * batch }, () => ask('/live', '', false, 0, 0)));

  process.on('message', async (run: Run) => {
    const loop = monitorEventLoopDelay({ resolution: 1 });
    loop.enable();
    const before = performance.eventLoopUtilization();
    let beatAt = performance.now();
    const heart = setInterval(() => {
      const now = performance.now();
      if (now - beatAt > heartbeatMs + trustedMs) lateSince = beatAt;
      beatAt = now;
    }, heartbeatMs);
    const asked = await asks(run);
    clearInterval(heart);
    loop.disable();
    const busy = performance.eventLoopUtilization(before).utilization;
    process.send?.({ asked, loopMs: loop.percentile(99) / 1e6, busy } satisfies Ran);
  });
  process.send?.('ready');
});
