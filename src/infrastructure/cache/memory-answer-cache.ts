import NodeCache from 'node-cache';
import type { Answer } from '../../application/analytics/answer.ts';
import type { AnswerCache, Making } from '../../application/ports/answer-cache.ts';
import type { Clock } from '../../application/ports/clock.ts';

export interface MemoryCacheLimits {
  maxEntries: number;
  maxBytes: number;
}

/** Of each tag of an entry in turn, the edition that it was made under; null = not known. */
export type Editions = readonly string[] | null;

interface Entry {
  answer: Answer;
  bytes: number;
  tags: readonly string[];
  editions: Editions;
}

/** A making in this process, which a purge spoils. */
export interface OwnMaking extends Making {
  isSpoiled(): boolean;
  keep(answer: Answer, editions?: Editions): void;
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
  readonly #makings = new Set<{ tags: readonly string[]; isSpoiled: boolean }>();
  readonly #limits: MemoryCacheLimits;
  readonly #clock: Clock;
  #bytes = 0;

  constructor(limits: MemoryCacheLimits, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
  }

  peek(key: string): Answer | undefined {
    return this.get(key);
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

  begin(key: string, tags: readonly string[]): OwnMaking {
    const making = { tags, isSpoiled: false };
    this.#makings.add(making);
    return {
      isSpoiled: () => making.isSpoiled,
      keep: (answer, editions = null) => {
        if (!making.isSpoiled) this.set(key, answer, tags, editions);
      },
      end: () => {
        this.#makings.delete(making);
      },
    };
  }

  set(key: string, answer: Answer, tags: readonly string[], editions: Editions = null): void {
    this.#forget(key);
    const bytes = answer.data.length + key.length + overheadBytes;
    if (bytes > this.#limits.maxBytes) return;
    const entry: Entry = { answer, tags, bytes, editions };
    this.#store.set(key, entry);
    this.#recency.set(key, entry);
    this.#bytes += entry.bytes;
    for (const tag of tags) this.#byTag.set(tag, (this.#byTag.get(tag) ?? new Set()).add(key));
    this.#evict();
  }

  purge(tags: readonly string[]): void {
    for (const making of this.#makings) making.isSpoiled ||= tags.some((tag) => making.tags.includes(tag));
    for (const tag of tags) {
      for (const key of [...(this.#byTag.get(tag) ?? [])]) this.#forget(key);
    }
  }

  /** Tags of what is held or being made. */
  tags(): string[] {
    const making = [...this.#makings].flatMap(({ tags }) => tags);
    return [...new Set([...this.#byTag.keys(), ...making])];
  }

  /**
   * Forgets what may have been purged without our hearing of it: every entry that was not made under the current
   * editions, or under unknown ones. All that is being made is spoilt. Null = no edition is known.
   */
  revalidate(current: ReadonlyMap<string, string>): void {
    for (const making of this.#makings) making.isSpoiled = true;
    for (const [key, { tags, editions }] of [...this.#recency]) {
      const stands = editions !== null && tags.every((tag, at) => current.get(tag) === editions[at]);
      if (!stands) this.#forget(key);
    }
  }

  /** Forgets one entry unless it was made under these editions; one that was made under unknown ones stays. */
  check(key: string, current: readonly (string | null)[]): void {
    const editions = this.#recency.get(key)?.editions;
    if (editions?.some((edition, at) => edition !== current[at])) this.#forget(key);
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
