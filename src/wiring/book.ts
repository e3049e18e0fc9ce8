import type { ServiceBook } from '../application/integration/service-book.ts';
import {
  makeServiceFigures,
  type ReadMinutes,
  type ReadServiceFigures,
} from '../application/integration/service-figures.ts';
import { makeTellBook } from '../application/integration/tell-book.ts';
import type { Clock } from '../application/ports/clock.ts';
import type { Ids } from '../application/ports/ids.ts';
import type { SharedBook } from '../application/ports/shared-book.ts';

/** So much of what a process has seen ends with it when it is killed. */
const tellEveryMs = 2000;

/** What is known of the nine services, put together with other processes where there is a place for that. */
export function openBook(
  book: ServiceBook,
  shared: SharedBook | undefined,
  clock: Clock,
  ids: Ids,
): { figures: ReadServiceFigures; minutes: ReadMinutes; close: () => Promise<void> } {
  const tell =
    shared === undefined ? async () => undefined : makeTellBook({ book, shared, clock, teller: ids.uuid() });
  const timer = shared && setInterval(() => void tell(), tellEveryMs).unref();
  return {
    ...makeServiceFigures({ book, shared, tell, clock, startedAt: clock.now() }),
    close: async () => {
      clearInterval(timer);
      await tell();
    },
  };
}
