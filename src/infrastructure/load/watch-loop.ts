import { monitorEventLoopDelay, performance } from 'node:perf_hooks';

/** How often the delay is measured, ms; what is measured holds this much even when nothing is late. */
const resolutionMs = 10;
const windowMs = 100;

/** Tells ten times a second how the loop of events has done, until it is ended. */
export function watchLoop(tell: (state: { delayMs: number; utilization: number }) => void): () => void {
  const delays = monitorEventLoopDelay({ resolution: resolutionMs });
  delays.enable();
  let before = performance.eventLoopUtilization();
  const timer = setInterval(() => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, before);
    before = now;
    const delayMs = Math.max(0, delays.mean / 1e6 - resolutionMs);
    delays.reset();
    if (Number.isFinite(delayMs)) tell({ delayMs, utilization });
  }, windowMs).unref();
  return () => {
    clearInterval(timer);
    delays.disable();
  };
}
