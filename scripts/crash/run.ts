/** The awards and the kills themselves. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Published } from './messages.ts';
import type { AwardRequest, CrashPlan } from './plan.ts';
import type { CrashTarget } from './target.ts';
import { CutError, Victim } from './victim.ts';

export interface CrashRun {
  /** Key of an award → what it was answered, the first time. */
  acknowledged: ReadonlyMap<string, unknown>;
  published: readonly Published[];
  kills: number;
  killedWhileStarting: number;
  recoveriesMs: readonly number[];
  /** Calls that ended without an answer and were sent again. */
  cut: number;
  tookMs: number;
}

/** When nothing at all is acknowledged or killed for so long, something hangs. */
const stuckMs = 120_000;
const pollMs = 2;
/** Before a call is sent again. */
const againMs = 5;

class Crash {
  readonly acknowledged = new Map<string, unknown>();
  readonly victim: Victim;
  kills = 0;
  cut = 0;
  readonly #signal: AbortSignal;
  #movedAt = performance.now();

  constructor(target: CrashTarget, signal: AbortSignal) {
    this.victim = new Victim(target);
    this.#signal = signal;
  }

  /** Asks for one award after the other, each until it is acknowledged. */
  async call(awards: Iterator<AwardRequest>): Promise<void> {
    for (let next = awards.next(); !next.done; next = awards.next()) {
      this.acknowledged.set(next.value.key_hash, await this.#insist('award_points', { ...next.value }));
      this.#movedAt = performance.now();
    }
  }

  async killAll(plan: CrashPlan): Promise<void> {
    for (const { acknowledged, delayMs } of plan.kills) {
      while (this.acknowledged.size < acknowledged) await this.#pause(pollMs);
      await this.#pause(delayMs);
      await this.victim.kill();
      this.kills += 1;
      this.#movedAt = performance.now();
    }
  }

  /** Resolves when nothing waits in the outbox any more, but what is parked. */
  async drain(): Promise<void> {
    for (;;) {
      const { waiting } = (await this.#insist('outbox_state', {})) as { waiting: number };
      if (waiting === 0) return;
      await this.#pause(10 * pollMs);
    }
  }

  /** Never resolves. */
  async watch(): Promise<never> {
    while (performance.now() - this.#movedAt < stuckMs) await this.#pause(1000);
    throw new Error(`nothing has moved for ${stuckMs / 1000} s`);
  }

  async #insist(fn: string, args: Readonly<Record<string, unknown>>): Promise<unknown> {
    for (;;) {
      try {
        return await this.victim.call(fn, args);
      } catch (error) {
        if (!(error instanceof CutError)) throw error;
        this.cut += 1;
        await this.#pause(againMs);
      }
    }
  }

  #pause(ms: number): Promise<void> {
    return delay(ms, undefined, { signal: this.#signal });
  }
}

/** @throws Error when a process ends by itself, refuses an award, or hangs. */
export async function crash(target: CrashTarget, plan: CrashPlan, callers: number): Promise<CrashRun> {
  const startedAt = performance.now();
  const over = new AbortController();
  const it = new Crash(target, over.signal);
  const awards = plan.awards.values();
  const work = Promise.all([
    it.killAll(plan),
    ...Array.from({ length: callers }, () => it.call(awards)),
  ]).then(() => it.drain());
  const watch = it.watch();
  try {
    await Promise.race([work, watch, it.victim.failed]);
  } finally {
    over.abort();
    await it.victim.end();
    await Promise.allSettled([work, watch]);
  }
  const { acknowledged, kills, cut } = it;
  const { published, killedWhileStarting, recoveriesMs } = it.victim;
  const tookMs = performance.now() - startedAt;
  return { acknowledged, published, kills, killedWhileStarting, recoveriesMs, cut, tookMs };
}
