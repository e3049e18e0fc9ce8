import type { Redis } from 'ioredis';
import { steadyMs } from '../clock.ts';
import { makeOneConnection } from './client.ts';

export interface ChannelOptions {
  /** Nodes; one is listened to at a time, as any node of a cluster tells what was said at another. */
  urls: readonly string[];
  names: readonly string[];
  onMessage: (text: string, name: string) => void;
  /** Listening has begun, at first or again: what was said before then may have been missed. */
  onListening: () => void;
  /** Done with each beat; one for which it fails does not count. */
  onBeat?: () => Promise<boolean>;
  beatEveryMs?: number;
}

const usualBeatMs = 500;
const beatWaitMs = 500;
const openWaitMs = 1000;
const againMs = 200;

/** Listens to a channel, over connection after connection. A line that is silent to a beat counts as lost. */
export class RedisChannel {
  readonly #options: ChannelOptions;
  #client: Redis | undefined;
  #next = 0;
  #isClosed = false;
  #timer: NodeJS.Timeout | undefined;
  #heardAt = Number.NEGATIVE_INFINITY;

  constructor(options: ChannelOptions) {
    this.#options = options;
  }

  /** Milliseconds since when everything that was said is known to have been heard; endless while nothing is heard. */
  get silentMs(): number {
    return this.#client === undefined ? Number.POSITIVE_INFINITY : steadyMs() - this.#heardAt;
  }

  /** Comes back when the first attempt has ended, well or not; the rest goes on by itself. */
  async open(): Promise<void> {
    const { urls, names, onMessage, onListening } = this.#options;
    const client = makeOneConnection(urls[this.#next % urls.length] ?? '');
    this.#next += 1;
    this.#client = client;
    client.on('message', (name, text) => onMessage(text, name));
    client.once('end', () => this.#lost(client));
    // Connecting may hang where the server accepts and then says nothing.
    const patience = setTimeout(() => client.disconnect(), openWaitMs).unref();
    try {
      await client.connect();
      await client.subscribe(...names);
      await this.#prove(client);
      clearTimeout(patience);
      this.#beat(client);
      onListening();
    } catch {
      clearTimeout(patience);
      client.disconnect();
      this.#lost(client);
    }
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#client?.disconnect();
  }

  #beat(client: Redis): void {
    this.#timer = setTimeout(async () => {
      const patience = setTimeout(() => client.disconnect(), beatWaitMs).unref();
      await this.#prove(client).catch(() => client.disconnect());
      clearTimeout(patience);
      if (client === this.#client && !this.#isClosed) this.#beat(client);
    }, this.#options.beatEveryMs ?? usualBeatMs).unref();
  }

  /** The reply comes on the line itself: what was said before the question has been heard when it is there. */
  async #prove(client: Redis): Promise<void> {
    const askedAt = steadyMs();
    const [isDone] = await Promise.all([this.#options.onBeat?.() ?? true, client.ping()]);
    if (isDone && client === this.#client) this.#heardAt = askedAt;
  }

  #lost(client: Redis): void {
    if (this.#isClosed || client !== this.#client) return;
    this.#client = undefined;
    this.#heardAt = Number.NEGATIVE_INFINITY;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.open(), againMs).unref();
  }
}
