import { RedisStore } from 'rate-limit-redis';
import type { SharedCount, SharedCounts } from '../../application/ports/shared-counts.ts';
import type { Call, RedisLink } from './link.ts';

/** The library's script, for several hits at once: both count under the same keys. */
const addScript = `local left = redis.call('PTTL', KEYS[1])
if left <= 0 then
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
  return { tonumber(ARGV[1]), tonumber(ARGV[2]) }
end
return { redis.call('INCRBY', KEYS[1], ARGV[1]), left }`;

function countIn(reply: unknown): SharedCount {
  const [hits, msLeft] = Array.isArray(reply) ? reply.map(Number) : [];
  if (!Number.isFinite(hits) || !Number.isFinite(msLeft)) throw new Error('not a count');
  return { hits: hits ?? 0, msLeft: msLeft ?? 0 };
}

/** Texts for the library, which takes a Buffer for a defect. */
const asText = (reply: unknown): string | number | (string | number)[] =>
  Array.isArray(reply)
    ? reply.map((part) => (typeof part === 'number' ? part : String(part)))
    : typeof reply === 'number'
      ? reply
      : String(reply);

/** One kind of limit, counted in Redis by rate-limit-redis. */
export class RedisCounts implements SharedCounts {
  readonly #link: RedisLink;
  readonly #prefix: string;
  readonly #windowMs: number;
  /** The library's store keeps the failure of loading its script for good: after any failure there is a new one. */
  #store: Promise<RedisStore> | undefined;

  constructor(link: RedisLink, name: string, windowMs: number) {
    this.#link = link;
    this.#prefix = `learning-analytics:limit:${name}:`;
    this.#windowMs = windowMs;
  }

  async add(key: string, hits: number): Promise<SharedCount | undefined> {
    const counted = await this.#link.ask((call) =>
      hits === 1 ? this.#addOne(key) : this.#addMany(call, key, hits),
    );
    if (counted === undefined && hits === 1) this.#store = undefined;
    return counted;
  }

  async #addOne(key: string): Promise<SharedCount> {
    this.#store ??= this.#makeStore();
    const store = await this.#store;
    // Not `increment`: it would tell the window's end by the machine's clock.
    return countIn(await store.retryableIncrement(key));
  }

  async #addMany(call: Call, key: string, hits: number): Promise<SharedCount> {
    return countIn(await call('EVAL', addScript, 1, `${this.#prefix}${key}`, hits, this.#windowMs));
  }

  async #makeStore(): Promise<RedisStore> {
    const store = new RedisStore({
      prefix: this.#prefix,
      sendCommand: async (command, ...args) => {
        const isLoading = command === 'SCRIPT';
        const send = (call: Call) => call(command, ...args);
        return asText(await (isLoading ? this.#link.toEveryNode(send) : this.#link.send(send)));
      },
    });
    await store.init({ windowMs: this.#windowMs } as Parameters<RedisStore['init']>[0]);
    return store;
  }
}
