/** Loaded into the measured process before its own code: tells its memory, without what nobody holds any more. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

process.on('message', (ask: unknown) => {
  if (ask !== 'memory') return;
  // Once more for what only the first has let go.
  collect();
  collect();
  const { rss, heapUsed, external } = process.memoryUsage();
  process.send?.({ nowBytes: rss, heldBytes: heapUsed + external });
});
