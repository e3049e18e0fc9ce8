import type { Delivery, JobQueue } from '../ports/jobs.ts';
import type { RunJob } from './run-job.ts';

/** Resolves after a while. @throws the signal's reason when it is aborted first. */
function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const leave = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', leave);
      resolve();
    }, ms);
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
  });
}

/**
 * Does what a queue delivers. While somebody else has the run it waits: either they end it, or they are dead and
 * it goes on from where they left it. To give the delivery back would use up its retries.
 */
export const makeHandleDelivery =
  (runJob: RunJob, enqueue: JobQueue['enqueue']) =>
  async (delivery: Delivery): Promise<void> => {
    for (;;) {
      const ended = await runJob({ ...delivery, enqueue });
      if (ended.outcome === 'done') return;
      await wait(ended.waitMs, delivery.signal);
    }
  };
