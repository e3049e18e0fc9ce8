import type {
  ActivityDay,
  Award,
  Awarded,
  CommandKey,
  GamificationWrites,
  TakenKey,
} from '../../application/ports/gamification-writes.ts';
import type { KeptRow, PersonalStore } from '../../application/ports/people.ts';
import { RpcError } from '../../application/ports/rpc.ts';
import { capped, type LedgerEntry, totals } from '../../domain/gamification/points.ts';
import type { StoredAchievement } from '../../domain/gamification/stored-achievements.ts';
import { dayOf } from '../../domain/time.ts';

/** What of the ledger in memory is needed here. */
interface Entries {
  entriesOf(userId: string): Promise<readonly LedgerEntry[]>;
  record(entries: readonly LedgerEntry[], organizationId: string | null, zone: string): Promise<void>;
}

interface Person {
  achievements: Map<string, StoredAchievement>;
  freezes: Set<string>;
  /** By source and instant. */
  activities: Set<string>;
  /** By day and source. */
  days: Map<string, ActivityDay>;
}

interface Command {
  userId: string;
  requestHash: string;
  /** Undefined = held, by whoever knows `holder`. */
  answer: Awarded | undefined;
  holder: string | null;
  expiresAt: number;
}

const keptMs = 86_400_000;
const mostPerDay = 1000;
const mostKeys = 10_000;
const mostPeople = 10_000;

const byDay = (a: ActivityDay, b: ActivityDay): number =>
  a.day === b.day ? (a.source < b.source ? -1 : 1) : a.day < b.day ? -1 : 1;

/**
 * The same promises in this process, and they end with it; there are no events, because nobody could publish
 * them later. One command at a time. Bounded: the oldest keys, and the people touched longest ago, are
 * forgotten.
 */
export class MemoryGamificationWrites implements GamificationWrites, PersonalStore {
  readonly #entries: Entries;
  readonly #commands = new Map<string, Command>();
  readonly #people = new Map<string, Person>();
  #last: Promise<unknown> = Promise.resolve();
  #holders = 0;

  constructor(entries: Entries) {
    this.#entries = entries;
  }

  async takeKey(key: CommandKey, now: number, leaseSeconds: number): Promise<TakenKey> {
    const response = this.#answerOf(key, now);
    if (response !== null) return { state: 'done', response };
    this.#holders += 1;
    const holder = `holder-${this.#holders}`;
    this.#keep(key, { answer: undefined, holder, expiresAt: now + leaseSeconds * 1000 });
    return { state: 'taken', holder };
  }

  async releaseKey(keyHash: string, holder: string): Promise<void> {
    if (this.#commands.get(keyHash)?.holder === holder) this.#commands.delete(keyHash);
  }

  award(award: Award): Promise<Awarded> {
    const turn = this.#last.then(() => this.#award(award));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async unlock(
    userId: string,
    achievements: readonly StoredAchievement[],
  ): Promise<readonly StoredAchievement[]> {
    const { achievements: known } = this.#person(userId);
    const fresh = achievements.filter(({ code }) => !known.has(code));
    for (const one of fresh) known.set(one.code, { ...one });
    return fresh.toSorted((a, b) => a.earnedAt - b.earnedAt || (a.code < b.code ? -1 : 1));
  }

  async achievementsOf(userId: string): Promise<readonly StoredAchievement[]> {
    const known = [...(this.#people.get(userId)?.achievements.values() ?? [])];
    return known.sort((a, b) => a.earnedAt - b.earnedAt || (a.code < b.code ? -1 : 1));
  }

  async useFreeze(userId: string, day: string): Promise<boolean> {
    const { freezes } = this.#person(userId);
    const isNew = !freezes.has(day);
    freezes.add(day);
    return isNew;
  }

  async freezesOf(userId: string): Promise<readonly string[]> {
    return [...(this.#people.get(userId)?.freezes ?? [])].sort();
  }

  async recordActivity(
    userId: string,
    { day, source, occurredAt }: ActivityDay & { occurredAt: number },
  ): Promise<boolean> {
    const { activities, days } = this.#person(userId);
    days.set(`${day} ${source}`, { day, source });
    const key = `${source} ${occurredAt}`;
    const isNew = !activities.has(key);
    activities.add(key);
    return isNew;
  }

  async activityDaysOf(userId: string, since: string | null): Promise<readonly ActivityDay[]> {
    const days = [...(this.#people.get(userId)?.days.values() ?? [])];
    return days.filter(({ day }) => day >= (since ?? '')).sort(byDay);
  }

  exportUser(userId: string): Record<string, readonly KeptRow[]> {
    const person = this.#people.get(userId);
    const iso = (at: number) => new Date(at).toISOString();
    return {
      achievements: [...(person?.achievements.values() ?? [])].map((one) => ({
        ...one,
        earnedAt: iso(one.earnedAt),
      })),
      streakFreezes: [...(person?.freezes ?? [])].sort().map((day) => ({ day })),
      activityDays: [...(person?.days.values() ?? [])].sort(byDay).map((one) => ({ ...one })),
      idempotencyKeys: [...this.#commands.values()]
        .filter((command) => command.userId === userId)
        .map(({ expiresAt }) => ({ userId, expiresAt: iso(expiresAt) })),
    };
  }

  eraseUser(userId: string): void {
    this.#people.delete(userId);
    for (const [keyHash, command] of this.#commands)
      if (command.userId === userId) this.#commands.delete(keyHash);
  }

  /** @throws RpcError unprocessable, in_flight. */
  #answerOf({ keyHash, requestHash }: CommandKey, now: number): Awarded | null {
    const known = this.#commands.get(keyHash);
    if (known === undefined || known.expiresAt <= now) return null;
    if (known.requestHash !== requestHash)
      throw new RpcError('unprocessable', 'this key was used for another request');
    if (known.answer === undefined)
      throw new RpcError('in_flight', 'a request with this key is being worked on');
    return known.answer;
  }

  /** A lease that has ended and that nobody took over is still held. */
  #isHeld({ key, holder }: Award): boolean {
    const known = this.#commands.get(key.keyHash);
    return holder !== null && known?.holder === holder && known.requestHash === key.requestHash;
  }

  async #award(award: Award): Promise<Awarded> {
    const { key, entry, organizationId, day, zone, achievements, now } = award;
    const known = this.#isHeld(award) ? null : this.#answerOf(key, now);
    if (known !== null) return known;
    const { userId } = entry;
    const before = await this.#entries.entriesOf(userId);
    const isSame = ({ source, reference }: LedgerEntry) =>
      source === entry.source && reference === entry.reference;
    const repeated = before.find(isSame);
    const ofDay = before.filter(({ occurredAt }) => dayOf(occurredAt, zone) === day);
    const left = mostPerDay - Math.min(mostPerDay, totals(ofDay).total);
    const recorded = repeated ?? { ...entry, points: Math.min(entry.points, left) };
    await this.#entries.record([recorded], organizationId, zone);
    const answer = {
      isNew: repeated === undefined,
      entry: recorded,
      achievements: await this.unlock(userId, achievements),
      totalPoints: totals(capped(await this.#entries.entriesOf(userId), { now, zone })).total,
    };
    this.#keep(key, { answer, holder: null, expiresAt: now + keptMs });
    return answer;
  }

  #keep(
    { keyHash, requestHash, userId }: CommandKey,
    state: Pick<Command, 'answer' | 'holder' | 'expiresAt'>,
  ): void {
    this.#commands.delete(keyHash);
    this.#commands.set(keyHash, { requestHash, userId, ...state });
    for (const oldest of this.#commands.keys()) {
      if (this.#commands.size <= mostKeys) return;
      this.#commands.delete(oldest);
    }
  }

  /** A person's own, made if there is none, and now the last one to be forgotten. */
  #person(userId: string): Person {
    const person = this.#people.get(userId) ?? {
      achievements: new Map(),
      freezes: new Set(),
      activities: new Set(),
      days: new Map(),
    };
    this.#people.delete(userId);
    this.#people.set(userId, person);
    for (const oldest of this.#people.keys()) {
      if (this.#people.size <= mostPeople) break;
      this.#people.delete(oldest);
    }
    return person;
  }
}
