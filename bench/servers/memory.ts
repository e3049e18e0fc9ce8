/** Loaded into the measured process before its own code: tells its memory, without what nobody holds any more. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/**
 * V8 lets go of the code of functions that nobody has called in six collections: with fewer each time, the first times
 * would be of a start, and later ones would look as if memory had shrunk.
 */
const collections = 8;

process.on('message', (ask: unknown) => {
  if (ask !== 'memory') return;
  for (let each = 0; each < collections; each += 1) collect();
  const { rss, heapUsed, external } = process.memoryUsage();
  process.send?.({ nowBytes: rss, heldBytes: heapUsed + external });
});
