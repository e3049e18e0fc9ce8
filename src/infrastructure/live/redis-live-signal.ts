import { RedisChannel } from '../redis/channel.ts';
import type { RedisLink } from '../redis/link.ts';

const channelName = 'learning-analytics:live';

export interface LiveSignalOptions {
  link: RedisLink;
  /** Something may have happened, here or elsewhere. */
  onSignal: () => void;
}

/**
 * Tells every process that something has happened, and not what: nothing about anyone goes through Redis, and a
 * message that is lost only costs the time until the log is looked at anyway.
 */
export class RedisLiveSignal {
  readonly #link: RedisLink;
  readonly #channel: RedisChannel;

  constructor({ link, onSignal }: LiveSignalOptions) {
    this.#link = link;
    this.#channel = new RedisChannel({
      urls: link.urls,
      names: [channelName],
      onMessage: onSignal,
      onListening: onSignal,
    });
  }

  open(): Promise<void> {
    return this.#channel.open();
  }

  /** Comes back when Redis has it, or is away. */
  async tell(): Promise<void> {
    await this.#link.tell((call) => call('PUBLISH', channelName, ''));
  }

  close(): void {
    this.#channel.close();
  }
}
