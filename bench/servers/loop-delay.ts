/** Loaded into the measured process before its own code: tells its event-loop delay and memory when asked. */
import { monitorEventLoopDelay } from 'node:perf_hooks';

const delay = monitorEventLoopDelay({ resolution: 5 });
delay.enable();
let peakBytes = 0;
const sample = () => {
  peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
};
setInterval(sample, 20).unref();

process.on('message', (ask: unknown) => {
  if (ask !== 'figures') return;
  sample();
  process.send?.({ p99Ms: delay.percentile(99) / 1e6, peakBytes, nowBytes: process.memoryUsage.rss() });
  delay.reset();
  peakBytes = 0;
});
