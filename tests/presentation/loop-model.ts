/** A model of one process under load: one thread that does one thing after another, and services that it waits for. */

import { seededRandom } from '../../src/domain/statistics/random.ts';
import type { Admission, Priority } from '../../src/presentation/http/admission.ts';

export interface Load {
  /** Requests a second, at random moments. */
  perSecond: number;
  forMs: number;
  /** Of all requests, 0–1. */
  prefetches?: number;
}

export interface Machine {
  /** Work of a request before, between and after its calls, ms. */
  stagesMs: readonly number[];
  /** How long each call takes, ms; a fifth more or less. */
  callMs: number;
  /** What it costs to refuse, ms. */
  refusalMs: number;
  /** How many times longer the work takes at a moment, for a process that has just started; default 1. */
  slowness?: (atMs: number) => number;
  /** Stands still for so long at these moments. */
  pauses?: readonly { atMs: number; forMs: number }[];
}

export interface Outcome {
  atMs: number;
  /** From its coming to its answer. */
  ms: number;
  isServed: boolean;
  priority: Priority;
}

/** How many a second can be served at most. */
export const capacityOf = ({ stagesMs }: Machine): number => 1000 / stagesMs.reduce((sum, ms) => sum + ms, 0);

const tickMs = 10;

/** Runs loads one after another, and says how each request ended, in the order of their ends. */
export function simulate(
  admission: Admission,
  machine: Machine,
  loads: readonly Load[],
  seed = 1,
): Outcome[][] {
  const random = seededRandom(seed);
  const { stagesMs, callMs, refusalMs, slowness = () => 1, pauses = [] } = machine;
  const outcomes = loads.map((): Outcome[] => []);
  const arrivals: { atMs: number; load: number; priority: Priority }[] = [];
  let begin = 0;
  for (const [load, { perSecond, forMs, prefetches = 0 }] of loads.entries()) {
    for (let at = begin; ; ) {
      at += (-1000 * Math.log(1 - random())) / perSecond;
      if (at >= begin + forMs) break;
      arrivals.push({ atMs: at, load, priority: random() < prefetches ? 'prefetch' : 'interactive' });
    }
    begin += forMs;
  }
  let now = 0;
  /** What services will have answered, by when. */
  let coming: { atMs: number; run: () => void }[] = [];
  let next = 0;
  let seenAt = 0;
  let busyMs = 0;
  const pending = [...pauses];
  const work = (ms: number) => {
    const took = ms * slowness(now);
    now += took;
    busyMs += took;
  };

  function arrive({ atMs, load, priority }: (typeof arrivals)[number]): void {
    const end = (isServed: boolean) => outcomes[load]?.push({ atMs, ms: now - atMs, isServed, priority });
    let leave = () => {};
    const stage = (index: number) => {
      work(stagesMs[index] ?? 0);
      if (index < stagesMs.length - 1)
        coming.push({ atMs: now + callMs * (0.8 + 0.4 * random()), run: () => stage(index + 1) });
      else {
        end(true);
        leave();
      }
    };
    admission.apply({
      priority,
      letIn: (whenOver) => {
        leave = whenOver;
        stage(0);
      },
      refuse: () => {
        work(refusalMs);
        end(false);
      },
    });
  }

  const limitMs = begin + 60_000;
  while (now < limitMs && (now < begin || admission.inFlight + admission.waiting > 0)) {
    if (now >= seenAt + tickMs) {
      const state = { elapsedMs: now - seenAt, utilization: busyMs / (now - seenAt) };
      busyMs = 0;
      seenAt = now;
      admission.observe(state);
    }
    const pause = pending[0];
    if (pause !== undefined && now >= pause.atMs) {
      pending.shift();
      work(pause.forMs);
    }
    const ready = coming.filter(({ atMs }) => atMs <= now);
    coming = coming.filter(({ atMs }) => atMs > now);
    const first = next;
    while ((arrivals[next]?.atMs ?? Number.POSITIVE_INFINITY) <= now) next += 1;
    const startedAt = now;
    for (const { run } of ready) run();
    for (const arrival of arrivals.slice(first, next)) arrive(arrival);
    if (now > startedAt) continue;
    const events = [
      seenAt + tickMs,
      arrivals[next]?.atMs,
      ...coming.map(({ atMs }) => atMs),
      pending[0]?.atMs,
    ];
    now = Math.max(now, Math.min(...events.filter((at) => at !== undefined)));
  }
  return outcomes;
}
