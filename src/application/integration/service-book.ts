import { type Service, services, type UpstreamFailure } from '../../domain/provenance.ts';
import { latencyBounds, latencyBucket, latencyQuantile } from '../../domain/statistics/latency.ts';
import type { Counts, Slot, SlotNews } from '../ports/shared-book.ts';

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

interface Kept extends Counts {
  number: number;
  buckets: number[];
}

const minuteMs = 60_000;
const hourMs = 3_600_000;
/** How long slots are looked at. */
export const keptMs = { minute: timeframes['1h'], hour: timeframes['7d'] } as const;
/** All slots that anybody reads; where nobody is to be told, the oldest go. */
const mostNews = 60 + 168;
export const slotMs = { minute: minuteMs, hour: hourMs } as const;

/** What is the service's fault. A 404 is an answer; a caller who leaves says nothing of the service. */
const failures: ReadonlySet<AskedNote['outcome']> = new Set([
  'unavailable',
  'timeout',
  'invalid_response',
  'rejected',
]);

const emptySlot = (number: number): Kept => ({
  number,
  calls: 0,
  failures: 0,
  retries: 0,
  buckets: new Array<number>(latencyBounds.length + 1).fill(0),
});

/** Slots of equal length, the newest of which are kept: memory is bounded however much is asked. */
class Ring {
  readonly #slots: (Kept | undefined)[];
  readonly #lengthMs: number;

  constructor(count: number, lengthMs: number) {
    this.#slots = new Array<Kept | undefined>(count).fill(undefined);
    this.#lengthMs = lengthMs;
  }

  slotAt(at: number): Kept {
    const number = Math.floor(at / this.#lengthMs);
    const index = number % this.#slots.length;
    const known = this.#slots[index];
    if (known?.number === number) return known;
    const slot = emptySlot(number);
    this.#slots[index] = slot;
    return slot;
  }

  /** The slots of the last `ms`, the current one included, the oldest first. */
  within(now: number, ms: number): Kept[] {
    const last = Math.floor(now / this.#lengthMs);
    const first = last - Math.ceil(ms / this.#lengthMs) + 1;
    return this.#slots
      .filter((slot): slot is Kept => slot !== undefined && slot.number >= first && slot.number <= last)
      .sort((a, b) => a.number - b.number);
  }
}

const sum = (all: readonly Counts[], of: (counts: Counts) => number) =>
  all.reduce((total, counts) => total + of(counts), 0);

/** The figures of a service from what was counted, in whichever pieces. */
export function figuresFrom(service: Service, all: readonly Counts[]): ServiceFigures {
  const calls = sum(all, (one) => one.calls);
  const failed = sum(all, (one) => one.failures);
  const counts = Array.from({ length: latencyBounds.length + 1 }, (_, at) =>
    sum(all, ({ buckets }) => buckets[at] ?? 0),
  );
  return {
    service,
    calls,
    failures: failed,
    retries: sum(all, (one) => one.retries),
    failurePercent: calls === 0 ? null : (100 * failed) / calls,
    p50Ms: latencyQuantile(counts, 0.5),
    p95Ms: latencyQuantile(counts, 0.95),
  };
}

function count(into: Kept, note: Pick<AskedNote, 'durationMs' | 'attempts'>, isFailure: boolean): void {
  into.calls += 1;
  into.failures += isFailure ? 1 : 0;
  into.retries += Math.max(0, note.attempts - 1);
  const bucket = latencyBucket(note.durationMs);
  into.buckets[bucket] = (into.buckets[bucket] ?? 0) + 1;
}

/** The slots of a timeframe, the current one included, the oldest first. */
export function slotsOf(timeframe: Timeframe, now: number): Slot[] {
  const size = timeframe === '1h' ? 'minute' : 'hour';
  const last = Math.floor(now / slotMs[size]);
  const length = timeframes[timeframe] / slotMs[size];
  return Array.from({ length }, (_, at) => ({ size, number: last - length + 1 + at }));
}

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
  readonly #hasReader: boolean;
  /** What nobody was told of yet, by slot. */
  #news = new Map<string, { slot: Slot; counts: Map<Service, Kept> }>();

  /** @param hasReader somebody takes the news from time to time. */
  constructor(hasReader = false) {
    this.#hasReader = hasReader;
  }

  note(asked: AskedNote): void {
    const { service, outcome, at } = asked;
    if (outcome === 'cancelled' || outcome === 'not_configured') return;
    const isFailure = failures.has(outcome);
    for (const slot of [this.#minutes[service].slotAt(at), this.#hours[service].slotAt(at)])
      count(slot, asked, isFailure);
    for (const size of this.#hasReader ? (['minute', 'hour'] as const) : [])
      count(this.#newsOf({ size, number: Math.floor(at / slotMs[size]) }, service), asked, isFailure);
    const goodAt = isFailure ? this.lastWordOf(service).goodAt : at;
    this.#last.set(service, { goodAt, isFailing: isFailure });
  }

  lastWordOf(service: Service): LastWord {
    return this.#last.get(service) ?? { goodAt: null, isFailing: false };
  }

  figures(service: Service, timeframe: Timeframe, now: number): ServiceFigures {
    const ring = timeframe === '1h' ? this.#minutes[service] : this.#hours[service];
    return figuresFrom(service, ring.within(now, timeframes[timeframe]));
  }

  /** What was noted since the last time that this was asked; what is older than anybody reads is left out. */
  takeNews(now: number): SlotNews[] {
    const news = [...this.#news.values()];
    this.#news = new Map();
    return news
      .filter(({ slot: { size, number } }) => (number + 1) * slotMs[size] > now - keptMs[size])
      .map(({ slot, counts }) => ({ ...slot, counts }));
  }

  /** Median latency of each full minute in which a service was asked, ms, the oldest first; for comparison over time. */
  minuteMedians(service: Service, now: number): number[] {
    const current = Math.floor(now / minuteMs);
    return this.#minutes[service]
      .within(now, timeframes['1h'])
      .filter(({ number, calls }) => number < current && calls > 0)
      .map(({ buckets }) => latencyQuantile(buckets, 0.5) ?? 0);
  }

  #newsOf(slot: Slot, service: Service): Kept {
    const key = `${slot.size} ${slot.number}`;
    const news = this.#news.get(key) ?? { slot, counts: new Map<Service, Kept>() };
    this.#news.set(key, news);
    const known = news.counts.get(service) ?? emptySlot(slot.number);
    news.counts.set(service, known);
    if (this.#news.size > mostNews) this.#news.delete(this.#news.keys().next().value ?? key);
    return known;
  }
}
