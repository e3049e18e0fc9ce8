import NodeCache from 'node-cache';
import type { Answer } from '../../application/analytics/answer.ts';
import { BoundedMap, type Bounds, type Sized } from '../../application/bounded-map.ts';
import type { AnswerCache, Making } from '../../application/ports/answer-cache.ts';
import { justLook, type Look } from '../../application/ports/cache-figures.ts';
import type { Clock } from '../../application/ports/clock.ts';

/** Of each tag of an entry in turn, the edition that it was made under; null = not known. */
export type Editions = readonly string[] | null;

interface Entry extends Sized {
  answer: Answer;
  tags: readonly string[];
  editions: Editions;
  /** From before a time in which purges may have been missed: not given to anybody until it is looked into. */
  isDoubtful: boolean;
}

/** A making in this process, which a purge spoils. */
export interface OwnMaking extends Making {
  /** @param about tags beside those that it was begun with. */
  isSpoiled(about?: readonly string[]): boolean;
  keep(answer: Answer, about?: readonly string[], editions?: Editions): void;
}

interface Begun {
  tags: readonly string[];
  /** Purged since. */
  purged: Set<string>;
  isSpoiled: boolean;
}

/** The data, and the plain and packed forms in which it is sent again. */
const forms = 3;
/** `meta`, keys and tags beside the data; measured on a heap snapshot, rounded up. */
const overheadBytes = 2048;

/**
 * Finished answers in this process. node-cache holds them (without clones: bytes are stored once); it
 * throws when it is full and knows no tags, so that both are looked after here. The entry that was used least recently
 * goes first.
 */
export class MemoryAnswerCache implements AnswerCache {
  readonly #store = new NodeCache({ useClones: false, checkperiod: 0 });
  readonly #bounded: BoundedMap<Entry>;
  readonly #byTag = new Map<string, Set<string>>();
  readonly #makings = new Set<Begun>();
  readonly #clock: Clock;
  readonly #look: Look;
  #evictions = 0;
  #era = 0;

  constructor(bounds: Bounds, clock: Clock, look: Look = justLook) {
    this.#look = look;
    this.#clock = clock;
    this.#bounded = new BoundedMap(bounds, (key, entry) => {
      this.#evictions += 1;
      this.#letGo(key, entry);
    });
  }

  peek(key: string): Answer | undefined {
    return this.get(key);
  }

  get(key: string): Answer | undefined {
    return this.#look('memory', () => this.#get(key));
  }

  #get(key: string): Answer | undefined {
    const entry = this.#store.get<Entry>(key);
    if (entry === undefined || entry.isDoubtful) return undefined;
    if (entry.answer.keepUntil <= this.#clock.now()) {
      this.#forget(key);
      return undefined;
    }
    this.#bounded.get(key);
    return entry.answer;
  }

  begin(key: string, tags: readonly string[]): OwnMaking {
    const making: Begun = { tags, purged: new Set(), isSpoiled: false };
    this.#makings.add(making);
    const isSpoiled = (about: readonly string[] = []) =>
      making.isSpoiled || about.some((tag) => making.purged.has(tag));
    return {
      isSpoiled,
      keep: (answer, about = [], editions = null) => {
        if (!isSpoiled(about)) this.set(key, answer, [...tags, ...about], editions);
      },
      end: () => {
        this.#makings.delete(making);
      },
    };
  }

  set(key: string, answer: Answer, tags: readonly string[], editions: Editions = null): void {
    this.#forget(key);
    const bytes = forms * answer.data.length + key.length + overheadBytes;
    const entry: Entry = { answer, tags, bytes, editions, isDoubtful: false };
    if (!this.#bounded.set(key, entry)) return;
    this.#store.set(key, entry);
    for (const tag of tags) this.#byTag.set(tag, (this.#byTag.get(tag) ?? new Set()).add(key));
  }

  purge(tags: readonly string[]): void {
    this.#era += 1;
    for (const making of this.#makings) {
      making.isSpoiled ||= tags.some((tag) => making.tags.includes(tag));
      for (const tag of tags) making.purged.add(tag);
    }
    for (const tag of tags) {
      for (const key of [...(this.#byTag.get(tag) ?? [])]) this.#forget(key);
    }
  }

  era(): number {
    return this.#era;
  }

  /** Purges may have been missed: nothing that is held is given to anybody, and what is being made is spoilt. */
  doubt(): void {
    this.#era += 1;
    for (const making of this.#makings) making.isSpoiled = true;
    for (const [, entry] of this.#bounded) entry.isDoubtful = true;
  }

  /** Tags of what is in doubt. */
  doubtfulTags(): string[] {
    return [...new Set([...this.#bounded].flatMap(([, { isDoubtful, tags }]) => (isDoubtful ? tags : [])))];
  }

  /** Ends the doubt: of what was in it only that stays which was made under the current editions, all of them known. */
  revalidate(current: ReadonlyMap<string, string>): void {
    for (const [key, entry] of this.#bounded) {
      if (!entry.isDoubtful) continue;
      const { tags, editions } = entry;
      entry.isDoubtful = false;
      const areKnown = editions?.length === tags.length;
      if (!areKnown || tags.some((tag, at) => current.get(tag) !== editions[at])) this.#forget(key);
    }
  }

  /** Forgets one entry unless its first tags stand at these; one that was made under unknown ones stays. */
  check(key: string, current: readonly (string | null)[]): void {
    const editions = this.#bounded.peek(key)?.editions;
    if (editions && current.some((edition, at) => edition !== editions[at])) this.#forget(key);
  }

  /** What is held now, for metrics; evictions since the start. */
  size(): { entries: number; bytes: number; evictions: number } {
    return { entries: this.#bounded.size, bytes: this.#bounded.bytes, evictions: this.#evictions };
  }

  #forget(key: string): void {
    const entry = this.#bounded.delete(key);
    if (entry !== undefined) this.#letGo(key, entry);
  }

  /** What is held no more is neither stored nor found by its tags. */
  #letGo(key: string, { tags }: Entry): void {
    this.#store.del(key);
    for (const tag of tags) {
      const keys = this.#byTag.get(tag);
      keys?.delete(key);
      if (keys?.size === 0) this.#byTag.delete(tag);
    }
  }
}
