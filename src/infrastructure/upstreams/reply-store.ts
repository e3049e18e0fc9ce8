import { BoundedMap, type Bounds, type Sized } from '../../application/bounded-map.ts';

/** What a service said, and when; more about it is kept along. */
export interface StoredReply {
  value: unknown;
  /** Epoch ms. */
  asOf: number;
}

/** How many items of a list are looked at to guess the size of all. */
const sampled = 8;

/** An entry of a map of short texts or numbers. */
const bytesPerEntry = 96;

/** Roughly the memory of a JSON-like value: enough for a bound, cheap enough for every reply. */
export function approximateBytes(value: unknown): number {
  if (typeof value === 'string') return 16 + value.length;
  if (typeof value !== 'object' || value === null) return 8;
  if (ArrayBuffer.isView(value)) return 64 + value.byteLength;
  if (value instanceof Map || value instanceof Set) return 64 + value.size * bytesPerEntry;
  let sum = 0;
  if (!Array.isArray(value)) {
    for (const part of Object.values(value)) sum += 16 + approximateBytes(part);
    return 32 + sum;
  }
  const looked = Math.min(sampled, value.length);
  for (let at = 0; at < looked; at += 1) sum += approximateBytes(value[at]);
  return 32 + Math.ceil((sum / Math.max(1, looked)) * value.length);
}

/** Replies by key, bounded by number and by bytes; the one used least recently goes first. */
export class ReplyStore {
  readonly #entries: BoundedMap<StoredReply & Sized>;

  constructor(bounds: Bounds) {
    this.#entries = new BoundedMap(bounds);
  }

  /** The reply, if it was given after `since` (epoch ms). */
  get(key: string, since: number): StoredReply | undefined {
    const reply = this.#entries.peek(key);
    return reply === undefined || reply.asOf <= since ? undefined : this.#entries.get(key);
  }

  set(key: string, reply: StoredReply): void {
    this.#entries.set(key, { ...reply, bytes: approximateBytes(reply.value) + key.length });
  }

  /** Forgets the replies whose keys fit; looks at all of them. */
  forgetWhere(fits: (key: string) => boolean): void {
    for (const [key] of this.#entries) if (fits(key)) this.#entries.delete(key);
  }
}
