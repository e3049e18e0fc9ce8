import { services } from '../../domain/provenance.ts';
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
  book: Pick<ServiceBook, 'figures'>;
  /** Undefined = there is nobody to share with. */
  shared: Pick<SharedBook, 'read'> | undefined;
  /** Tells what this process has seen, so that it is among what is read. */
  tell: () => Promise<void>;
  clock: Clock;
  /** Epoch ms. */
  startedAt: number;
}

export type ReadServiceFigures = (timeframe: Timeframe) => Promise<FiguresOfServices>;

/** Whoever looks meanwhile gets the same. */
const freshMs = 1000;

/** Figures of all processes, and while these cannot be had of this one. */
export function makeServiceFigures(deps: ServiceFiguresDeps): ReadServiceFigures {
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
  return (timeframe) => {
    if (shared === undefined) return Promise.resolve(own(timeframe));
    const now = clock.now();
    const known = last.get(timeframe);
    if (known !== undefined && now - known.at < freshMs) return known.figures;
    const figures = together(timeframe);
    last.set(timeframe, { at: now, figures });
    return figures;
  };
}
