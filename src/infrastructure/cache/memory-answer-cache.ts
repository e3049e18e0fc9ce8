import NodeCache from 'node-cache';
import type { Answer } from '../../application/analytics/answer.ts';
import type { AnswerCache } from '../../application/ports/answer-cache.ts';
import type { Clock } from '../../application/ports/clock.ts';

export interface MemoryCacheLimits {
  maxEntries: number;
  maxBytes: number;
}

interface Entry {
  answer: Answer;
  bytes: number;
  tags: readonly string[];
}

/** `meta`, keys and tags beside the data; measured on a heap snapshot, rounded up. */
const overheadBytes = 2048;

/**
 * Finished answers in this process. node-cache holds them (without clones: bytes are stored once); bounds
 * and tags are kept here, because node-cache throws when it is full and knows no tags. The entry that was
 * used least recently goes first.
 */
export class MemoryAnswerCache implements AnswerCache {
  readonly #store = new NodeCache({ useClones: false, checkperiod: 0 });
  /** Insertion order is order of use: reading a key moves it to the end. */
  readonly #recency = new Map<string, Entry>();
  readonly #byTag = new Map<string, Set<string>>();
  readonly #limits: MemoryCacheLimits;
  readonly #clock: Clock;
  #bytes = 0;

  constructor(limits: MemoryCacheLimits, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
  }

  get(key: string): Answer | undefined {
    const entry = this.#store.get<Entry>(key);
    if (entry === undefined) return undefined;
    if (entry.answer.keepUntil <= this.#clock.now()) {
      this.#forget(key);
      return undefined;
    }
    this.#recency.delete(key);
    this.#recency.set(key, entry);
    return entry.answer;
  }

  set(key: string, answer: Answer, tags: readonly string[]): void {
    this.#forget(key);
    const entry: Entry = { answer, tags, bytes: answer.data.length + key.length + overheadBytes };
    if (entry.bytes > this.#limits.maxBytes) return;
    this.#store.set(key, entry);
    this.#recency.set(key, entry);
    this.#bytes += entry.bytes;
    for (const tag of tags) this.#byTag.set(tag, (this.#byTag.get(tag) ?? new Set()).add(key));
    this.#evict();
  }

  purge(tags: readonly string[]): void {
    for (const tag of tags) {
      for (const key of [...(this.#byTag.get(tag) ?? [])]) this.#forget(key);
    }
  }

  /** What is held now, for metrics. */
  size(): { entries: number; bytes: number } {
    return { entries: this.#recency.size, bytes: this.#bytes };
  }

  #evict(): void {
    for (const key of this.#recency.keys()) {
      if (this.#recency.size <= this.#limits.maxEntries && this.#bytes <= this.#limits.maxBytes) return;
      this.#forget(key);
    }
  }

  #forget(key: string): void {
    const entry = this.#recency.get(key);
    if (entry === undefined) return;
    this.#store.del(key);
    this.#recency.delete(key);
    this.#bytes -= entry.bytes;
    for (const tag of entry.tags) {
      const keys = this.#byTag.get(tag);
      keys?.delete(key);
      if (keys?.size === 0) this.#byTag.delete(tag);
    }
  }
}
