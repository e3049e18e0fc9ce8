import { type Service, services, type UpstreamFailure } from '../../domain/provenance.ts';
import { latencyBounds, latencyBucket, latencyQuantile } from '../../domain/statistics/latency.ts';

export const timeframes = { '1h': 3_600_000, '24h': 86_400_000, '7d': 604_800_000 } as const;
export type Timeframe = keyof typeof timeframes;

/** One question to a service that has ended. */
export interface AskedNote {
  service: Service;
  outcome: 'ok' | UpstreamFailure;
  /** Epoch ms. */
  at: number;
  durationMs: number;
  attempts: number;
}

/** What a service did in a time. */
export interface ServiceFigures {
  service: Service;
  calls: number;
  failures: number;
  retries: number;
  /** 0–100; null when nobody asked. */
  failurePercent: number | null;
  /** Milliseconds, from counts per bucket; null when nobody asked. */
  p50Ms: number | null;
  p95Ms: number | null;
}

/** When a service answered last, and whether it answers now. */
export interface LastWord {
  goodAt: number | null;
  isFailing: boolean;
}

interface Slot {
  number: number;
  calls: number;
  failures: number;
  retries: number;
  buckets: number[];
}

const minuteMs = 60_000;
const hourMs = 3_600_000;

/** What is the service's fault. A 404 is an answer; a caller who leaves says nothing of the service. */
const failures: ReadonlySet<AskedNote['outcome']> = new Set([
  'unavailable',
  'timeout',
  'invalid_response',
  'rejected',
]);

const emptySlot = (number: number): Slot => ({
  number,
  calls: 0,
  failures: 0,
  retries: 0,
  buckets: new Array<number>(latencyBounds.length + 1).fill(0),
});

/** Slots of equal length, the newest of which are kept: memory is bounded however much is asked. */
class Ring {
  readonly #slots: (Slot | undefined)[];
  readonly #lengthMs: number;

  constructor(count: number, lengthMs: number) {
    this.#slots = new Array<Slot | undefined>(count).fill(undefined);
    this.#lengthMs = lengthMs;
  }

  slotAt(at: number): Slot {
    const number = Math.floor(at / this.#lengthMs);
    const index = number % this.#slots.length;
    const known = this.#slots[index];
    if (known?.number === number) return known;
    const slot = emptySlot(number);
    this.#slots[index] = slot;
    return slot;
  }

  /** The slots of the last `ms`, the current one included, the oldest first. */
  within(now: number, ms: number): Slot[] {
    const last = Math.floor(now / this.#lengthMs);
    const first = last - Math.ceil(ms / this.#lengthMs) + 1;
    return this.#slots
      .filter((slot): slot is Slot => slot !== undefined && slot.number >= first && slot.number <= last)
      .sort((a, b) => a.number - b.number);
  }
}

const sum = (slots: readonly Slot[], of: (slot: Slot) => number) =>
  slots.reduce((total, slot) => total + of(slot), 0);

/** What this process has seen of the nine services: by minute for an hour, by hour for a week. */
export class ServiceBook {
  readonly #minutes = Object.fromEntries(
    services.map((service) => [service, new Ring(60, minuteMs)]),
  ) as Record<Service, Ring>;
  readonly #hours = Object.fromEntries(services.map((service) => [service, new Ring(168, hourMs)])) as Record<
    Service,
    Ring
  >;
  readonly #last = new Map<Service, LastWord>();

  note({ service, outcome, at, durationMs, attempts }: AskedNote): void {
    if (outcome === 'cancelled' || outcome === 'not_configured') return;
    const isFailure = failures.has(outcome);
    for (const slot of [this.#minutes[service].slotAt(at), this.#hours[service].slotAt(at)]) {
      slot.calls += 1;
      slot.failures += isFailure ? 1 : 0;
      slot.retries += Math.max(0, attempts - 1);
      const bucket = latencyBucket(durationMs);
      slot.buckets[bucket] = (slot.buckets[bucket] ?? 0) + 1;
    }
    const goodAt = isFailure ? this.lastWordOf(service).goodAt : at;
    this.#last.set(service, { goodAt, isFailing: isFailure });
  }

  lastWordOf(service: Service): LastWord {
    return this.#last.get(service) ?? { goodAt: null, isFailing: false };
  }

  figures(service: Service, timeframe: Timeframe, now: number): ServiceFigures {
    const ring = timeframe === '1h' ? this.#minutes[service] : this.#hours[service];
    const slots = ring.within(now, timeframes[timeframe]);
    const calls = sum(slots, (slot) => slot.calls);
    const failed = sum(slots, (slot) => slot.failures);
    const counts = latencyBounds.map((_, at) => sum(slots, ({ buckets }) => buckets[at] ?? 0));
    counts.push(sum(slots, ({ buckets }) => buckets[latencyBounds.length] ?? 0));
    return {
      service,
      calls,
      failures: failed,
      retries: sum(slots, (slot) => slot.retries),
      failurePercent: calls === 0 ? null : (100 * failed) / calls,
      p50Ms: latencyQuantile(counts, 0.5),
      p95Ms: latencyQuantile(counts, 0.95),
    };
  }

  /** Median latency of each full minute in which a service was asked, ms, the oldest first; for comparison over time. */
  minuteMedians(service: Service, now: number): number[] {
    const current = Math.floor(now / minuteMs);
    return this.#minutes[service]
      .within(now, timeframes['1h'])
      .filter(({ number, calls }) => number < current && calls > 0)
      .map(({ buckets }) => latencyQuantile(buckets, 0.5) ?? 0);
  }
}
