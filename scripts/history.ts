/**
 * What a history of reads and purges must not show. Each fact about a person has a version; a purge is acknowledged
 * with the version that stood when it was asked for. All times are epoch ms of one clock.
 */

/** A read, as seen by who asked. */
export interface Read {
  /** Whose figures were asked for. */
  person: string;
  /** Of which process. */
  server: number;
  startedAt: number;
  endedAt: number;
  /** Whose figures came, of which version, and what was said of them. */
  found: { person: string; version: number; asOf: number; isStale: boolean };
}

export interface HistoryRules {
  servers: number;
  /** From the acknowledgement of a purge on, until all processes have heard of it. */
  reachMs: number;
  /** Figures count as fresh this long, and stand in as stale so much longer. */
  freshMs: number;
  staleMs: number;
  /** Between what a service knows and when its reply counts as given: the call itself. */
  callMs: number;
}

export const violationKinds = ['purged', 'too old', 'wrong age', 'of another person'] as const;
export type Violation = (typeof violationKinds)[number];

interface Acknowledged {
  at: number;
  version: number;
  server: number;
  /** How long after it somebody still read what it has purged; 0 = nobody did. */
  lateMs: number;
}

interface Person {
  /** When each version came to be, by version. */
  since: number[];
  purges: Acknowledged[];
  /** The newest version that was purged for, by the process that took the purge. */
  byServer: number[];
}

/** Of one person only so many purges are looked back at; older ones are covered by their versions. */
const lookedBackAt = 50;

export class History {
  readonly #rules: HistoryRules;
  readonly #people = new Map<string, Person>();
  readonly violations: { kind: Violation; read: Read }[] = [];
  /** The oldest that anything was when it was read: since when there was something newer. */
  mostStaleMs = 0;

  constructor(rules: HistoryRules) {
    this.#rules = rules;
  }

  #personOf(id: string): Person {
    const known = this.#people.get(id);
    if (known !== undefined) return known;
    const { servers } = this.#rules;
    const person: Person = { since: [0], purges: [], byServer: Array<number>(servers).fill(0) };
    this.#people.set(id, person);
    return person;
  }

  versionOf(id: string): number {
    return this.#personOf(id).since.length - 1;
  }

  /** Something has changed; @returns its version. */
  change(id: string, at: number): number {
    return this.#personOf(id).since.push(at) - 1;
  }

  /** @param version the newest when the purge was asked for. */
  acknowledge(id: string, version: number, server: number, at: number): void {
    const person = this.#personOf(id);
    person.purges.push({ at, version, server, lateMs: 0 });
    person.byServer[server] = Math.max(person.byServer[server] ?? 0, version);
  }

  /** The versions below which a read that begins now must not fall. To be asked when it begins. */
  required(id: string, server: number, now: number): number {
    const person = this.#personOf(id);
    const everywhere = person.purges
      .slice(-lookedBackAt)
      .filter(({ at }) => at <= now - this.#rules.reachMs)
      .map(({ version }) => version);
    return Math.max(person.byServer[server] ?? 0, ...everywhere);
  }

  /** @param required as it was when the read began. */
  judge(read: Read, required: number): void {
    const { freshMs, staleMs, callMs } = this.#rules;
    const { person: id, startedAt, found } = read;
    const note = (kind: Violation) => this.violations.push({ kind, read });
    if (found.person !== id) {
      note('of another person');
      return;
    }
    const person = this.#personOf(id);
    if (found.version < required) note('purged');
    for (const purge of person.purges.slice(-lookedBackAt)) {
      const isLate = purge.version > found.version && purge.at <= startedAt;
      if (isLate) purge.lateMs = Math.max(purge.lateMs, startedAt - purge.at);
    }
    // What was fresh when the read began may be said when it ends.
    if (startedAt - found.asOf > freshMs + (found.isStale ? staleMs : 0)) note('too old');
    const newerSince = person.since[found.version + 1];
    if (newerSince === undefined) return;
    this.mostStaleMs = Math.max(this.mostStaleMs, startedAt - newerSince);
    if (found.asOf - newerSince > callMs) note('wrong age');
  }

  /** Of each purge how long after its acknowledgement its old figures were still read somewhere; unordered. */
  reaches(): number[] {
    return [...this.#people.values()].flatMap(({ purges }) => purges.map(({ lateMs }) => lateMs));
  }
}
