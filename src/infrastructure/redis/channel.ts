import type { Redis } from 'ioredis';
import { makeOneConnection } from './client.ts';

export interface ChannelOptions {
  /** Nodes; one is listened to at a time, as any node of a cluster tells what was said at another. */
  urls: readonly string[];
  name: string;
  onMessage: (text: string) => void;
  /** Listening has begun, at first or again: what was said before then may have been missed. */
  onListening: () => void;
  /** The line is lost: from now on nothing is heard. */
  onLost?: () => void;
}

const beatEveryMs = 500;
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

  constructor(options: ChannelOptions) {
    this.#options = options;
  }

  /** Comes back when the first attempt has ended, well or not; the rest goes on by itself. */
  async open(): Promise<void> {
    const { urls, name, onMessage, onListening } = this.#options;
    const client = makeOneConnection(urls[this.#next % urls.length] ?? '');
    this.#next += 1;
    this.#client = client;
    client.on('message', (_channel, text) => onMessage(text));
    client.once('end', () => this.#lost(client));
    // Connecting may hang where the server accepts and then says nothing.
    const patience = setTimeout(() => client.disconnect(), openWaitMs).unref();
    try {
      await client.connect();
      await client.subscribe(name);
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
      await client.ping().catch(() => client.disconnect());
      clearTimeout(patience);
      if (client === this.#client && !this.#isClosed) this.#beat(client);
    }, beatEveryMs).unref();
  }

  #lost(client: Redis): void {
    if (this.#isClosed || client !== this.#client) return;
    this.#client = undefined;
    clearTimeout(this.#timer);
    this.#options.onLost?.();
    this.#timer = setTimeout(() => void this.open(), againMs).unref();
  }
}
