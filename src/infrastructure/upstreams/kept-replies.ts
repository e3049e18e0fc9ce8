import { approximateBytes, type StoredReply } from './reply-store.ts';

interface Kept {
  /** What was said last, and at which time of forgetting it was asked for. */
  latest: StoredReply;
  askedAt: number;
  /** What was said last that was not "unknown": that must not push out what was once known. */
  known: StoredReply | undefined;
  bytes: number;
}

/**
 * What services have said, by question: good enough to be shared for a while, and to stand in for a failing service much
 * longer. Bounded by number and by bytes; what was said or asked for least recently goes first.
 */
export class KeptReplies {
  readonly #entries = new Map<string, Kept>();
  readonly #maxEntries: number;
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(maxEntries: number, maxBytes: number) {
    this.#maxEntries = maxEntries;
    this.#maxBytes = maxBytes;
  }

  /** What was said after `since` (epoch ms), in answer to a question of `askedSince` (a time of forgetting) or later. */
  latest(key: string, since: number, askedSince: number): StoredReply | undefined {
    const kept = this.#entries.get(key);
    if (kept === undefined || kept.latest.asOf <= since || kept.askedAt < askedSince) return undefined;
    this.#use(key, kept);
    return kept.latest;
  }

  /** What was known after `since` (epoch ms). */
  lastKnown(key: string, since: number): StoredReply | undefined {
    const kept = this.#entries.get(key);
    if (kept?.known === undefined || kept.known.asOf <= since) return undefined;
    this.#use(key, kept);
    return kept.known;
  }

  set(key: string, reply: StoredReply, askedAt: number): void {
    const before = this.#entries.get(key);
    // Somebody who asked later was answered sooner.
    if (before !== undefined && before.askedAt > askedAt) return;
    const isUnknown = reply.value === null;
    const known = isUnknown ? before?.known : reply;
    const bytes =
      isUnknown && before !== undefined ? before.bytes : approximateBytes(reply.value) + key.length;
    this.#forget(key);
    if (bytes > this.#maxBytes) return;
    this.#entries.set(key, { latest: reply, askedAt, known, bytes });
    this.#bytes += bytes;
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.#maxEntries && this.#bytes <= this.#maxBytes) return;
      this.#forget(oldest);
    }
  }

  #use(key: string, kept: Kept): void {
    this.#entries.delete(key);
    this.#entries.set(key, kept);
  }

  #forget(key: string): void {
    this.#bytes -= this.#entries.get(key)?.bytes ?? 0;
    this.#entries.delete(key);
  }
}
