/**
 * The audit log as a hash chain. Each line is one entry (`added`), and one more each time an erasure takes a person out
 * of it (`erased`). hash = H(previous hash, position, cause, line, instant, H(facts), commitment); the commitment is
 * H(nonce, personal part), and an erasure destroys the nonce: the entry stays, what it stood for cannot be guessed.
 */

/** The two texts of a line as it stands now. */
export interface LineTexts {
  /** What no erasure changes. */
  facts: string;
  /** JSON of actor, subject, request id and detail. */
  personal: string;
}

/** An entry as it is kept. */
export interface ChainEntry {
  /** 1, 2, 3 …; the first that is left may be higher. */
  position: number;
  cause: 'added' | 'erased';
  lineId: number;
  /** Of the line, microseconds since 1970. */
  occurredAtMicros: number;
  factsHash: string;
  /** Null = an erasure has replaced what the entry stood for. */
  nonce: string | null;
  commitment: string;
  previousHash: string;
  hash: string;
  /** Null = the line is gone. */
  line: LineTexts | null;
}

/** What somebody has noted of the end of the chain, elsewhere. */
export interface ChainHead {
  position: number;
  hash: string;
}

/** SHA-256 of a text in UTF-8, as hex. */
export type HexDigest = (text: string) => string;

export const chainFaults = [
  /** An entry is not the next after the one before it: entries were deleted, inserted or reordered. */
  'broken_link',
  /** An entry is not what its own hash says. */
  'changed_entry',
  /** A line is not what its entry says. */
  'changed_line',
  /** A line is gone before its time. */
  'deleted_line',
  /** A line has more than one beginning, or is in no entry. */
  'inserted_line',
  /** A line was changed as erasures do, and nobody was taken out of it. */
  'not_an_erasure',
  /** A head that was noted is not in the chain. */
  'missing_head',
] as const;
export type ChainFault = (typeof chainFaults)[number];

export interface ChainFinding {
  fault: ChainFault;
  /** Of the entry; null = of none. */
  position: number | null;
  /** Null = of no single line. */
  lineId: number | null;
}

export interface ChainVerdict {
  findings: readonly ChainFinding[];
  entries: number;
  /** Lines out of which an erasure took somebody. */
  erased: number;
  /** Null = the chain is empty. */
  head: ChainHead | null;
}

/** What an empty chain hangs on. */
export const genesis = '0'.repeat(64);

export const commitmentOf = (nonce: string, personal: string, digest: HexDigest): string =>
  digest(`${nonce} ${personal}`);

export const entryHashOf = (
  entry: Omit<ChainEntry, 'hash' | 'nonce' | 'line'>,
  digest: HexDigest,
): string => {
  const { previousHash, position, cause, lineId, occurredAtMicros, factsHash, commitment } = entry;
  return digest([previousHash, position, cause, lineId, occurredAtMicros, factsHash, commitment].join(' '));
};

const alias = /"erased-[0-9a-f]{32}"/;

/** Whether a line looks as an erasure leaves it: another word in the place of an id, or no request id any more. */
function looksErased(personal: string): boolean {
  const [, , requestId] = JSON.parse(personal) as unknown[];
  return requestId === null || alias.test(personal);
}

export interface VerifyOptions {
  digest: HexDigest;
  /** Lines that are older may be gone, microseconds since 1970. */
  keptSinceMicros: number;
  /** Noted elsewhere; each must be in the chain, unless it is before what retention has left of it. */
  heads: readonly ChainHead[];
}

/**
 * Verifies a chain piece by piece, in the order of positions. Tells of all tampering but one: lines that are cut off the
 * end together with their entries are missed only by a head that was noted elsewhere.
 */
export class ChainVerifier {
  readonly #options: VerifyOptions;
  readonly #findings: ChainFinding[] = [];
  /** Lines whose entry can no longer be opened → its position: a later entry has to stand for the line. */
  readonly #open = new Map<number, number>();
  readonly #known = new Set<number>();
  readonly #missing: Map<number, string>;
  #last: ChainHead | null = null;
  #entries = 0;
  #erased = 0;

  constructor(options: VerifyOptions) {
    this.#options = options;
    this.#missing = new Map(options.heads.map(({ position, hash }) => [position, hash]));
  }

  #find(fault: ChainFault, { position, lineId }: ChainEntry): void {
    this.#findings.push({ fault, position, lineId });
  }

  #checkLink(entry: ChainEntry): void {
    const last = this.#last;
    const isNext =
      last === null
        ? entry.position > 1 || entry.previousHash === genesis
        : entry.position === last.position + 1 && entry.previousHash === last.hash;
    if (!isNext) this.#find('broken_link', entry);
    // What comes before the anchor may have been deleted for its age only.
    if (last === null && entry.position > 1 && this.#isTooYoungToBeGone(entry))
      this.#find('deleted_line', entry);
    if (entry.hash !== entryHashOf(entry, this.#options.digest)) this.#find('changed_entry', entry);
  }

  #isTooYoungToBeGone({ occurredAtMicros }: ChainEntry): boolean {
    return occurredAtMicros > this.#options.keptSinceMicros;
  }

  #checkLine(entry: ChainEntry): void {
    const { digest } = this.#options;
    const { lineId, line, nonce, cause, position } = entry;
    if (cause === 'added' && this.#known.has(lineId)) this.#find('inserted_line', entry);
    if (cause === 'added') this.#known.add(lineId);
    this.#open.delete(lineId);
    if (line === null) {
      if (this.#isTooYoungToBeGone(entry)) this.#find('deleted_line', entry);
      return;
    }
    if (cause === 'erased' && !looksErased(line.personal)) this.#find('not_an_erasure', entry);
    const isAsItWas =
      digest(line.facts) === entry.factsHash &&
      (nonce === null || commitmentOf(nonce, line.personal, digest) === entry.commitment);
    if (!isAsItWas) this.#find('changed_line', entry);
    else if (nonce === null) this.#open.set(lineId, position);
  }

  #checkHead({ position, hash }: ChainEntry): void {
    // One that is before the anchor went with what retention deleted.
    if (this.#last === null)
      for (const head of this.#missing.keys()) if (head < position) this.#missing.delete(head);
    if (this.#missing.get(position) === hash) this.#missing.delete(position);
  }

  /** The entries that come next. */
  add(entries: readonly ChainEntry[]): void {
    for (const entry of entries) {
      this.#checkLink(entry);
      this.#checkLine(entry);
      this.#checkHead(entry);
      this.#last = { position: entry.position, hash: entry.hash };
      this.#entries += 1;
      if (entry.cause === 'erased') this.#erased += 1;
    }
  }

  /** @param unchained lines that are in no entry. */
  end(unchained: readonly number[]): ChainVerdict {
    const findings = [
      ...this.#findings,
      ...[...this.#open].map(([lineId, position]) => ({ fault: 'changed_line', position, lineId }) as const),
      ...unchained.map((lineId) => ({ fault: 'inserted_line', position: null, lineId }) as const),
      ...[...this.#missing.keys()].map(
        (position) => ({ fault: 'missing_head', position, lineId: null }) as const,
      ),
    ];
    return { findings, entries: this.#entries, erased: this.#erased, head: this.#last };
  }
}
