/** Loaded before a process that runs with --expose-gc: says on demand what it holds once all garbage has gone. */
import { setFlagsFromString, writeHeapSnapshot } from 'node:v8';
import { runInNewContext } from 'node:vm';

export interface Held {
  /** Objects, and the bytes beside them (kept answers), MB. */
  heldMb: number;
  heapMb: number;
  /** Open connections, each of which holds some kilobytes. */
  connections: number;
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

process.on('message', (message: { collect?: true; snapshot?: string }) => {
  if (message.collect) {
    collect();
    // What the first one finalizes the second one frees; two at once would be a pause twice as long.
    setTimeout(() => {
      collect();
      const { heapUsed, external } = process.memoryUsage();
      const connections = process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap').length;
      const held = { heldMb: (heapUsed + external) / 2 ** 20, heapMb: heapUsed / 2 ** 20, connections };
      process.send?.(held satisfies Held);
    }, 500);
  }
  if (message.snapshot !== undefined) writeHeapSnapshot(message.snapshot);
});
process.channel?.unref();
