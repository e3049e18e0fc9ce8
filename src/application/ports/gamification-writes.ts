import type { LedgerEntry } from '../../domain/gamification/points.ts';
import type { StoredAchievement } from '../../domain/gamification/stored-achievements.ts';

/** Which request a command belongs to; its events name it. */
export interface Cause {
  correlationId: string;
}

/** The right to carry out one command once. */
export interface CommandKey {
  /** 16–128 characters, as is `requestHash`. */
  keyHash: string;
  /** Of all that the caller asked for: another one under the same key is another request. */
  requestHash: string;
  /** The person whom the command is about; the key goes when the person does. */
  userId: string;
}

/** What `takeKey` answers: the right to carry a command out, or what it was answered when it was. */
export type TakenKey =
  | { state: 'taken' /** By what this attempt is known, and no other. */; holder: string }
  | { state: 'done'; response: Awarded };

export interface Award extends Cause {
  key: CommandKey;
  /** As `takeKey` answered; null = the key is taken with the award itself. */
  holder: string | null;
  /** Who awards. */
  actorId: string;
  /** Its points without the daily cap, 0–1,000. */
  entry: LedgerEntry;
  organizationId: string | null;
  /** The calendar day of the entry, `YYYY-MM-DD` in `zone`: the one whose cap it falls under. */
  day: string;
  zone: string;
  /** All that are earned with the entry; those that are stored already are ignored. */
  achievements: readonly StoredAchievement[];
  /** Epoch ms. */
  now: number;
}

export interface Awarded {
  /** False when the same thing was awarded before: then `entry` is the one that is there. */
  isNew: boolean;
  /** With what was left of the day's 1,000 points. */
  entry: LedgerEntry;
  /** Those that were not stored yet. */
  achievements: readonly StoredAchievement[];
  /** Sum of what is recorded of the person, with the daily cap. */
  totalPoints: number;
}

/** What a person did on a day. */
export interface ActivityDay {
  /** `YYYY-MM-DD`. */
  day: string;
  /** Letters a–z and _, up to 32. */
  source: string;
}

/**
 * Everything that is written about what people earn. Each method is all or nothing and may be repeated; after
 * `unavailable` it may have happened.
 * @throws RpcError from every method.
 */
export interface GamificationWrites {
  /**
   * Begins a command: what its key was answered before, or its key is held until `award` or `releaseKey`, and
   * against others for `leaseSeconds` at most.
   * @throws RpcError unprocessable for the key of another request, in_flight while somebody holds it.
   */
  takeKey(key: CommandKey, now: number, leaseSeconds: number): Promise<TakenKey>;
  /** The command was not carried out: its key may be used at once again, unless somebody else holds it by now. */
  releaseKey(keyHash: string, holder: string): Promise<void>;
  /**
   * One entry of the ledger with its totals and achievements, and the answer under its key for a day. A key that
   * was answered meanwhile answers the same again. Who awarded it goes on record with it.
   * @throws RpcError as `takeKey`, when somebody else has used or taken the key meanwhile.
   */
  award(award: Award): Promise<Awarded>;
  /** Keeps achievements as earned; answers those that were not yet. */
  unlock(
    userId: string,
    achievements: readonly StoredAchievement[],
    cause: Cause,
  ): Promise<readonly StoredAchievement[]>;
  /** What is kept as earned, in the order in which it was earned. */
  achievementsOf(userId: string): Promise<readonly StoredAchievement[]>;
  /** A freeze saves a day, once; false when it was saved before. */
  useFreeze(userId: string, day: string, now: number, cause: Cause): Promise<boolean>;
  /** Days that a freeze has saved, oldest first. */
  freezesOf(userId: string): Promise<readonly string[]>;
  /** One activity (epoch ms) and its day; false when it was recorded before. */
  recordActivity(userId: string, activity: ActivityDay & { occurredAt: number }): Promise<boolean>;
  /** Days from `since` on (null = ever) with what the person did on them, by day and source. */
  activityDaysOf(userId: string, since: string | null): Promise<readonly ActivityDay[]>;
}
