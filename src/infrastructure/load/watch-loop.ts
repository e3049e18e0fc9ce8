import { performance } from 'node:perf_hooks';

/** How often the loop is looked at, ms: what is let in between two looks cannot be taken back. */
const intervalMs = 10;

/** Tells a hundred times a second, or as often as the loop comes to it, how it has done since, until it is ended. */
export function watchLoop(tell: (state: { elapsedMs: number; utilization: number }) => void): () => void {
  let before = performance.eventLoopUtilization();
  let seenAt = performance.now();
  const timer = setInterval(() => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, before);
    const at = performance.now();
    const elapsedMs = at - seenAt;
    before = now;
    seenAt = at;
    tell({ elapsedMs, utilization });
  }, intervalMs).unref();
  return () => clearInterval(timer);
}
