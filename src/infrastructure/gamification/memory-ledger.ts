import type { Ledger, Standing } from '../../application/ports/gamification.ts';
import type { KeptRow, PersonalStore } from '../../application/ports/people.ts';
import { type LedgerSummary, ledgerSummary } from '../../domain/gamification/learner-record.ts';
import { capped, type LedgerEntry } from '../../domain/gamification/points.ts';
import type { Calendar } from '../../domain/time.ts';

interface Line {
  entry: LedgerEntry;
  organizationId: string | null;
}

interface Account {
  /** By source and reference. */
  lines: Map<string, Line>;
  accruedAt: number | null;
  /** Entries under an organization with the cap of a zone's days, until something is recorded. */
  capped: Map<string, LedgerEntry[]>;
}

/** About 150 MB. */
const usualBound = 500_000;

/**
 * The ledger of this process; it ends with it. Bounded: when it is full, the people recorded longest ago are
 * forgotten, with their last accrual, so that they are read again.
 */
export class MemoryLedger implements Ledger, PersonalStore {
  /** In the order of the last recording. */
  readonly #accounts = new Map<string, Account>();
  readonly #members = new Map<string, Set<string>>();
  readonly #mostEntries: number;
  /** Entries, and one for every person. */
  #size = 0;

  constructor(mostEntries: number = usualBound) {
    this.#mostEntries = mostEntries;
  }

  async entriesOf(userId: string): Promise<readonly LedgerEntry[]> {
    return [...(this.#accounts.get(userId)?.lines.values() ?? [])].map(({ entry }) => entry);
  }

  async summaryWith(
    userId: string,
    earned: readonly LedgerEntry[],
    calendar: Calendar,
  ): Promise<LedgerSummary> {
    return ledgerSummary(await this.entriesOf(userId), earned, calendar);
  }

  async record(entries: readonly LedgerEntry[], organizationId: string | null): Promise<void> {
    for (const entry of entries) {
      const { lines, capped } = this.#touch(entry.userId);
      const key = `${entry.source} ${entry.reference}`;
      if (lines.has(key)) continue;
      lines.set(key, { entry: { ...entry }, organizationId });
      capped.clear();
      this.#size += 1;
      if (organizationId !== null) this.#membersOf(organizationId).add(entry.userId);
    }
    this.#shrink();
  }

  async standings(
    organizationId: string,
    { since, zone }: { since: number | null; zone: string },
  ): Promise<readonly Standing[]> {
    const from = since ?? Number.NEGATIVE_INFINITY;
    return [...(this.#members.get(organizationId) ?? [])].flatMap((userId) => {
      const entries = this.#cappedOf(userId, organizationId, zone);
      const points = entries.reduce((sum, entry) => (entry.occurredAt >= from ? sum + entry.points : sum), 0);
      return points > 0 ? [{ userId, points }] : [];
    });
  }

  async lastAccruals(userIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const known = userIds.map((userId) => [userId, this.#accounts.get(userId)?.accruedAt ?? null] as const);
    return new Map(known.filter((one): one is readonly [string, number] => one[1] !== null));
  }

  async noteAccruals(userIds: readonly string[], at: number): Promise<void> {
    for (const userId of userIds) {
      const account = this.#touch(userId);
      account.accruedAt = Math.max(at, account.accruedAt ?? at);
    }
    this.#shrink();
  }

  exportUser(userId: string): Record<string, readonly KeptRow[]> {
    const account = this.#accounts.get(userId);
    const iso = (at: number) => new Date(at).toISOString();
    const entries = [...(account?.lines.values() ?? [])].map(({ entry, organizationId }) => ({
      ...entry,
      occurredAt: iso(entry.occurredAt),
      organizationId,
    }));
    const accruedAt = account?.accruedAt ?? null;
    return {
      pointsLedger: entries,
      accruals: accruedAt === null ? [] : [{ userId, accruedAt: iso(accruedAt) }],
    };
  }

  eraseUser(userId: string): void {
    const account = this.#accounts.get(userId);
    if (account !== undefined) this.#drop(userId, account);
  }

  #membersOf(organizationId: string): Set<string> {
    const members = this.#members.get(organizationId) ?? new Set();
    this.#members.set(organizationId, members);
    return members;
  }

  #cappedOf(userId: string, organizationId: string, zone: string): LedgerEntry[] {
    const account = this.#accounts.get(userId);
    if (account === undefined) return [];
    const key = `${organizationId} ${zone}`;
    const known = account.capped.get(key);
    if (known !== undefined) return known;
    const own = [...account.lines.values()].filter((line) => line.organizationId === organizationId);
    const entries = capped(
      own.map(({ entry }) => entry),
      { now: 0, zone },
    );
    account.capped.set(key, entries);
    return entries;
  }

  /** A person's account, made if there is none, and now the last one to be forgotten. */
  #touch(userId: string): Account {
    const known = this.#accounts.get(userId);
    const account = known ?? { lines: new Map(), accruedAt: null, capped: new Map() };
    if (known === undefined) this.#size += 1;
    this.#accounts.delete(userId);
    this.#accounts.set(userId, account);
    return account;
  }

  #shrink(): void {
    for (const [userId, account] of this.#accounts) {
      if (this.#size <= this.#mostEntries) return;
      this.#drop(userId, account);
    }
  }

  #drop(userId: string, { lines }: Account): void {
    this.#accounts.delete(userId);
    this.#size -= lines.size + 1;
    for (const { organizationId } of lines.values()) {
      if (organizationId !== null) this.#members.get(organizationId)?.delete(userId);
    }
  }
}
