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
  if (!Array.isArray(value)) {
    return Object.values(value).reduce((sum: number, part) => sum + 16 + approximateBytes(part), 32);
  }
  const sample = value.slice(0, sampled);
  const each =
    sample.reduce((sum: number, item) => sum + approximateBytes(item), 0) / Math.max(1, sample.length);
  return 32 + Math.ceil(each * value.length);
}

/** Replies by key, bounded by number and by bytes; the one used least recently goes first. */
export class ReplyStore {
  readonly #entries = new Map<string, StoredReply & { bytes: number; subject: string | undefined }>();
  readonly #bySubject = new Map<string, Set<string>>();
  readonly #maxEntries: number;
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(maxEntries: number, maxBytes: number) {
    this.#maxEntries = maxEntries;
    this.#maxBytes = maxBytes;
  }

  /** The reply, if it was given after `since` (epoch ms). */
  get(key: string, since: number): StoredReply | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    if (entry.asOf <= since) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry;
  }

  /**
   * @param subject id that the reply is about, if there is one; by it the reply can be forgotten.
   * @param valueBytes where it is known already.
   */
  set(
    key: string,
    reply: StoredReply,
    subject?: string,
    valueBytes: number = approximateBytes(reply.value),
  ): void {
    this.#forget(key);
    const bytes = valueBytes + key.length;
    if (bytes > this.#maxBytes) return;
    this.#entries.set(key, { ...reply, bytes, subject });
    this.#bytes += bytes;
    if (subject !== undefined)
      this.#bySubject.set(subject, (this.#bySubject.get(subject) ?? new Set()).add(key));
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.#maxEntries && this.#bytes <= this.#maxBytes) return;
      this.#forget(oldest);
    }
  }

  /** Forgets every reply about one subject. */
  forgetAbout(subject: string): void {
    for (const key of [...(this.#bySubject.get(subject) ?? [])]) this.#forget(key);
  }

  /** Forgets the replies whose keys fit; looks at all of them. */
  forgetWhere(fits: (key: string) => boolean): void {
    for (const key of [...this.#entries.keys()]) if (fits(key)) this.#forget(key);
  }

  #forget(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    this.#bytes -= entry.bytes;
    if (entry.subject === undefined) return;
    const keys = this.#bySubject.get(entry.subject);
    keys?.delete(key);
    if (keys?.size === 0) this.#bySubject.delete(entry.subject);
  }
}
