/**
 * The process that is killed: `fork('worker.ts', [engine, where])`. Calls functions over the same adapters
 * as the product, with the relay beside it, whose one consumer tells the parent. Serves until it is killed.
 */
import { OutboxRelay } from '../../src/application/events/relay.ts';
import { RpcError } from '../../src/application/ports/rpc.ts';
import { makeClock } from '../../src/infrastructure/clock.ts';
import { MemoryEventBus } from '../../src/infrastructure/events/memory-bus.ts';
import type { Ask, Told } from './messages.ts';
import { type Engine, leaseSeconds, openTarget } from './target.ts';

/** Resolves when the message is out of this process: it then arrives, whatever happens to us. */
const tell = (message: Told): Promise<void> =>
  new Promise((resolve, reject) => {
    process.send?.(message, undefined, undefined, (error) => (error ? reject(error) : resolve()));
  });

const [engine = 'pglite', where = ''] = process.argv.slice(2);
const database = await openTarget({ engine: engine as Engine, where });

const bus = new MemoryEventBus();
bus.subscribe(['points_awarded', 'achievement_unlocked'], 'parent', ({ id, stream, version }) =>
  tell({ kind: 'published', event: { id, stream, version } }),
);
const say = (fields: object, message: string) =>
  process.stderr.write(`${message} ${JSON.stringify(fields)}\n`);
const quiet = () => undefined;
const relay = new OutboxRelay({
  rpc: database,
  bus,
  clock: makeClock(),
  logger: { error: say, warn: say, info: quiet, debug: quiet },
  worker: `crash-test ${process.pid}`,
  leaseSeconds,
});

process.on('message', ({ id, fn, args }: Ask) => {
  void database
    .call(fn, args)
    .then(
      (answer): Told => ({ kind: 'answered', id, answer }),
      (error: unknown): Told => {
        const code = error instanceof RpcError ? error.code : 'broken';
        return { kind: 'refused', id, code, message: (error as Error).message };
      },
    )
    .then(tell);
});
// The parent is gone.
process.on('disconnect', () => process.exit(1));
relay.start(20);
await tell({ kind: 'ready' });
