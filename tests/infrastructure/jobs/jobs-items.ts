import { z } from 'zod';
import { testJob } from '../../application/jobs/jobs-fixture.ts';

export const itemCount = 20;

/** A job that goes through items one by one and keeps each one's number as its cursor. */
export const itemsJob = (visit: (item: number) => Promise<void>) =>
  testJob({
    name: 'items',
    run: async ({ run, signal }) => {
      const from = z.number().catch(0).parse(run.cursor);
      for (let item = from; item < itemCount; item += 1) {
        signal.throwIfAborted();
        await visit(item);
        await run.progress(item + 1, itemCount, item + 1);
      }
      return { items: itemCount - from };
    },
  });
