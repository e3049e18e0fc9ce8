import type { Clock } from '../ports/clock.ts';
import type { SharedBook, Slot, SlotNews } from '../ports/shared-book.ts';
import { type ServiceBook, slotMs } from './service-book.ts';

export interface TellBookDeps {
  book: Pick<ServiceBook, 'takeNews'>;
  shared: Pick<SharedBook, 'add'>;
  clock: Clock;
  /** What this process is called; a name of its own. */
  teller: string;
}

const current = (now: number): Slot[] =>
  (['minute', 'hour'] as const).map((size) => ({ size, number: Math.floor(now / slotMs[size]) }));

/**
 * Tells what this process has seen of the services to where all processes put it together. News that were not taken are
 * told again as they were, under their number, before newer ones. That it is alive is told once per slot, so that an hour
 * in which nobody asked anything can be told from one that nobody has seen.
 */
export function makeTellBook({ book, shared, clock, teller }: TellBookDeps): () => Promise<void> {
  let number = 0;
  let pending: SlotNews[] | undefined;
  let aliveIn = '';
  let running: Promise<void> | undefined;

  function next(now: number): SlotNews[] {
    const news = book.takeNews(now);
    const slots = current(now);
    const here = slots.map(({ number: slot }) => slot).join();
    const isTold = here === aliveIn;
    aliveIn = here;
    const known = new Set(news.map(({ size, number: slot }) => `${size} ${slot}`));
    const silent = slots.filter(({ size, number: slot }) => !known.has(`${size} ${slot}`));
    return isTold ? news : [...news, ...silent.map((slot) => ({ ...slot, counts: new Map() }))];
  }

  async function tell(): Promise<void> {
    // What was left of the last time, and what has come since.
    for (let turn = 0; turn < 2; turn += 1) {
      const now = clock.now();
      if (pending === undefined) {
        pending = next(now);
        number += 1;
      }
      if (pending.length > 0 && !(await shared.add(pending, { teller, number }, now))) return;
      pending = undefined;
    }
  }

  return () => {
    running ??= tell().finally(() => {
      running = undefined;
    });
    return running;
  };
}
