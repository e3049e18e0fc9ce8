import { z } from 'zod';
import type { Clock } from '../../application/ports/clock.ts';
import type { Rpc } from '../../application/ports/rpc.ts';
import type { WebhookReceipts } from '../../application/ports/webhooks.ts';
import type { Service } from '../../domain/provenance.ts';

/** Streams are named in small letters. */
const streamName = (service: Service): string =>
  service.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

export const makeRpcWebhookReceipts = (rpc: Rpc): WebhookReceipts => ({
  take: async ({ service, names, event, now }) =>
    z.boolean().parse(
      await rpc.call('receive_delivery', {
        service: streamName(service),
        delivery_hashes: names,
        event,
        now,
      }),
    ),
});

/** Longer than a message is good for, however its sender's clock goes; then it cannot come again. */
const keptMs = 15 * 60_000;

/** Receipts of this process, without events: there is nobody who could read them later. */
export class MemoryWebhookReceipts implements WebhookReceipts {
  /** Name → when it may be forgotten, the oldest first. */
  readonly #taken = new Map<string, number>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async take({ names, now }: Parameters<WebhookReceipts['take']>[0]): Promise<boolean> {
    for (const [name, until] of this.#taken) {
      if (until > this.#clock.now()) break;
      this.#taken.delete(name);
    }
    if (names.some((name) => this.#taken.has(name))) return false;
    for (const name of names) this.#taken.set(name, now + keptMs);
    return true;
  }
}
