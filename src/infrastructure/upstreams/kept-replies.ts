import { BoundedMap, type Bounds, type Sized } from '../../application/bounded-map.ts';
import { approximateBytes, type StoredReply } from './reply-store.ts';

interface Kept extends Sized {
  /** What was said last, and at which time of forgetting it was asked for. */
  latest: StoredReply;
  askedAt: number;
  /** What was said last that was not "unknown": that must not push out what was once known. */
  known: StoredReply | undefined;
}

/**
 * What services have said, by question: good enough to be shared for a while, and to stand in for a failing service much
 * longer. Bounded by number and by bytes; what was said or asked for least recently goes first.
 */
export class KeptReplies {
  readonly #entries: BoundedMap<Kept>;

  constructor(bounds: Bounds) {
    this.#entries = new BoundedMap(bounds);
  }

  /** What was said after `since` (epoch ms), in answer to a question of `askedSince` (a time of forgetting) or later. */
  latest(key: string, since: number, askedSince: number): StoredReply | undefined {
    const kept = this.#entries.peek(key);
    if (kept === undefined || kept.latest.asOf <= since || kept.askedAt < askedSince) return undefined;
    return this.#entries.get(key)?.latest;
  }

  /** What was known after `since` (epoch ms). */
  lastKnown(key: string, since: number): StoredReply | undefined {
    const known = this.#entries.peek(key)?.known;
    if (known === undefined || known.asOf <= since) return undefined;
    return this.#entries.get(key)?.known;
  }

  set(key: string, reply: StoredReply, askedAt: number): void {
    const before = this.#entries.peek(key);
    // Somebody who asked later was answered sooner.
    if (before !== undefined && before.askedAt > askedAt) return;
    const isUnknown = reply.value === null;
    const known = isUnknown ? before?.known : reply;
    const bytes =
      isUnknown && before !== undefined ? before.bytes : approximateBytes(reply.value) + key.length;
    this.#entries.set(key, { latest: reply, askedAt, known, bytes });
  }
}
