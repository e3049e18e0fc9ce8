import { type Service, services } from '../../domain/provenance.ts';
import { latencyQuantile } from '../../domain/statistics/latency.ts';
import type { Clock } from '../ports/clock.ts';
import type { SharedBook } from '../ports/shared-book.ts';
import {
  figuresFrom,
  type ServiceBook,
  type ServiceFigures,
  slotsOf,
  type Timeframe,
  timeframes,
} from './service-book.ts';

/** What the nine did in a time, and of which time and by whom that is known. */
export interface FiguresOfServices {
  /** Epoch ms from which on they are known; not before the time that was asked for begins. */
  since: number;
  /** Of all processes that share a Redis; else of this one alone. */
  isShared: boolean;
  services: ServiceFigures[];
}

export interface ServiceFiguresDeps {
  book: Pick<ServiceBook, 'figures' | 'minuteMedians'>;
  /** Undefined = there is nobody to share with. */
  shared: Pick<SharedBook, 'read'> | undefined;
  /** Tells what this process has seen, so that it is among what is read. */
  tell: () => Promise<void>;
  clock: Clock;
  /** Epoch ms. */
  startedAt: number;
}

export type ReadServiceFigures = (timeframe: Timeframe) => Promise<FiguresOfServices>;
/** Median latency of each full minute of the last hour in which a service was asked, ms, the oldest first. */
export type ReadMinutes = () => Promise<ReadonlyMap<Service, readonly number[]>>;

/** Whoever looks meanwhile gets the same. */
const freshMs = 1000;

/** Figures of all processes, and while these cannot be had of this one. */
export function makeServiceFigures(deps: ServiceFiguresDeps): {
  figures: ReadServiceFigures;
  minutes: ReadMinutes;
} {
  const { book, shared, tell, clock, startedAt } = deps;

  function own(timeframe: Timeframe): FiguresOfServices {
    const now = clock.now();
    return {
      since: Math.max(startedAt, now - timeframes[timeframe]),
      isShared: false,
      services: services.map((service) => book.figures(service, timeframe, now)),
    };
  }

  async function together(timeframe: Timeframe): Promise<FiguresOfServices> {
    await tell();
    const now = clock.now();
    const slots = await shared?.read(slotsOf(timeframe, now));
    if (slots === undefined || slots.length === 0) return own(timeframe);
    return {
      since: Math.max(Math.min(...slots.map(({ from }) => from)), now - timeframes[timeframe]),
      isShared: true,
      services: services.map((service) =>
        figuresFrom(
          service,
          slots.flatMap(({ counts }) => counts.get(service) ?? []),
        ),
      ),
    };
  }

  const last = new Map<Timeframe, { at: number; figures: Promise<FiguresOfServices> }>();
  const figures: ReadServiceFigures = (timeframe) => {
    if (shared === undefined) return Promise.resolve(own(timeframe));
    const now = clock.now();
    const known = last.get(timeframe);
    if (known !== undefined && now - known.at < freshMs) return known.figures;
    const read = together(timeframe);
    last.set(timeframe, { at: now, figures: read });
    return read;
  };

  async function minutes(): ReturnType<ReadMinutes> {
    await tell();
    const now = clock.now();
    const full = slotsOf('1h', now).slice(0, -1);
    const slots = await shared?.read(full);
    const mediansOf = (service: Service) =>
      slots === undefined || slots.length === 0
        ? book.minuteMedians(service, now)
        : slots.flatMap(({ counts }) => latencyQuantile(counts.get(service)?.buckets ?? [], 0.5) ?? []);
    return new Map(services.map((service) => [service, mediansOf(service)]));
  }

  return { figures, minutes };
}
