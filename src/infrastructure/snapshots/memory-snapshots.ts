import type { KeptRow, PersonalStore } from '../../application/ports/people.ts';
import { RpcError } from '../../application/ports/rpc.ts';
import type { NewSnapshot, Snapshot, SnapshotKey, Snapshots } from '../../application/ports/snapshots.ts';

/** About 200 MB of ordinary answers. */
const usualBound = 50_000;

const nameOf = ({ kind, subject, organizationId, metric, version }: SnapshotKey): string =>
  JSON.stringify([kind, subject, organizationId, metric, version]);

/** Whether a figure is a person's own. */
function isAbout(name: string, userId: string): boolean {
  const [kind, subject] = JSON.parse(name) as unknown[];
  return (kind === 'learner' || kind === 'trainer') && subject === userId;
}

const isWellFormed = ({ subject, metric, version, data }: NewSnapshot): boolean =>
  subject.length >= 1 &&
  subject.length <= 64 &&
  /^[a-z][a-z.-]{0,63}$/.test(metric) &&
  Number.isInteger(version) &&
  version > 0 &&
  data !== null;

/** What is kept, in this process; it ends with it. Bounded: when it is full, what was saved longest ago goes. */
export class MemorySnapshots implements Snapshots, PersonalStore {
  /** By figure, then by day. */
  readonly #figures = new Map<string, Map<string, Snapshot>>();
  /** Figure and day, in the order of saving. */
  readonly #order = new Map<string, { name: string; day: string }>();
  readonly #most: number;

  constructor(most: number = usualBound) {
    this.#most = most;
  }

  async save(snapshots: readonly NewSnapshot[], now: number): Promise<number> {
    if (!snapshots.every(isWellFormed))
      throw new RpcError('invalid', 'a snapshot lacks something, or is not well-formed');
    // Of two alike the last, which counts as one.
    const wanted = new Map(snapshots.map((one) => [`${nameOf(one)} ${one.day}`, one]));
    let kept = 0;
    for (const [key, one] of wanted) if (this.#put(key, one, now)) kept += 1;
    this.#shrink();
    return kept;
  }

  async latest(key: SnapshotKey): Promise<Snapshot | null> {
    return this.#daysOf(key).at(-1) ?? null;
  }

  async lastOfMonths(key: SnapshotKey, days: { first: string; last: string }): Promise<readonly Snapshot[]> {
    const within = this.#daysOf(key).filter(({ day }) => day >= days.first && day <= days.last);
    return [...new Map(within.map((one) => [one.day.slice(0, 7), one])).values()];
  }

  exportUser(userId: string): Record<string, readonly KeptRow[]> {
    const own = [...this.#figures].filter(([name]) => isAbout(name, userId));
    const snapshots = own.flatMap(([name, days]) => {
      const [kind, , organizationId, metric, version] = JSON.parse(name) as unknown[];
      return [...days.values()].map(({ savedAt, ...one }) => ({
        ...{ kind, organizationId, metric, version, ...one },
        savedAt: new Date(savedAt).toISOString(),
      }));
    });
    return { snapshots };
  }

  eraseUser(userId: string): void {
    for (const [key, { name }] of this.#order) if (isAbout(name, userId)) this.#order.delete(key);
    for (const name of this.#figures.keys()) if (isAbout(name, userId)) this.#figures.delete(name);
    // Lists of people in the figures of others: a person who is named goes out of the memory with the figure.
    for (const [key, { name, day }] of this.#order) {
      const days = this.#figures.get(name);
      if (!JSON.stringify(days?.get(day)?.data ?? null).includes(JSON.stringify(userId))) continue;
      this.#order.delete(key);
      days?.delete(day);
    }
  }

  #daysOf(key: SnapshotKey): Snapshot[] {
    const days = this.#figures.get(nameOf(key))?.values() ?? [];
    return [...days].sort((a, b) => (a.day < b.day ? -1 : 1));
  }

  #put(key: string, one: NewSnapshot, now: number): boolean {
    const name = nameOf(one);
    const days = this.#figures.get(name) ?? new Map<string, Snapshot>();
    if ((days.get(one.day)?.savedAt ?? now) > now) return false;
    // A copy, and only what JSON can say, as a database would give it back.
    const data: unknown = JSON.parse(JSON.stringify(one.data));
    this.#figures.set(name, days.set(one.day, { day: one.day, data, savedAt: now }));
    this.#order.delete(key);
    this.#order.set(key, { name, day: one.day });
    return true;
  }

  #shrink(): void {
    for (const [key, { name, day }] of this.#order) {
      if (this.#order.size <= this.#most) return;
      this.#order.delete(key);
      const days = this.#figures.get(name);
      days?.delete(day);
      if (days?.size === 0) this.#figures.delete(name);
    }
  }
}
