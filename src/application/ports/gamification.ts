import type { LeaderboardPrivacy } from '../../domain/gamification/leaderboard.ts';
import type { LedgerEntry } from '../../domain/gamification/points.ts';

/** Sum of a person's points in a period, above 0. */
export interface Standing {
  userId: string;
  points: number;
}

/**
 * What people have earned. Append-only: there is one entry per (user, source, reference), the one that was
 * recorded first; whatever repeats it is ignored. In memory for now; a database adapter has the same promises.
 */
export interface Ledger {
  /** A person's entries as they were recorded: the daily cap is not applied. */
  entriesOf(userId: string): Promise<readonly LedgerEntry[]>;
  record(entries: readonly LedgerEntry[], organizationId: string | null): Promise<void>;
  /**
   * Points that people earned under an organization, with the daily cap of the days of `zone`; in no
   * particular order.
   * @param period.since epoch ms, the start of a day in `zone`; null = always.
   */
  standings(
    organizationId: string,
    period: { since: number | null; zone: string },
  ): Promise<readonly Standing[]>;
  /** Id → epoch ms at which all that the person did was last recorded; left out = never. */
  lastAccruals(userIds: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** Notes that all that these people did up to an instant is recorded, even when that is nothing. */
  noteAccruals(userIds: readonly string[], at: number): Promise<void>;
}

/** What one person has chosen. */
export interface ChosenPreferences {
  leaderboardPrivacy: LeaderboardPrivacy;
  predictiveAnalytics: boolean;
  aiNarratives: boolean;
  /** IANA name; null = the organization's. */
  timeZone: string | null;
}

/** What somebody gets who has chosen nothing: the most careful of each. */
export const usualPreferences: ChosenPreferences = {
  leaderboardPrivacy: 'anonymous',
  predictiveAnalytics: true,
  aiNarratives: true,
  timeZone: null,
};

/** What people have chosen for themselves. */
export interface Preferences {
  of(userId: string): Promise<ChosenPreferences>;
  /** Changes what is named and leaves the rest. */
  update(
    userId: string,
    organizationId: string | null,
    changes: Partial<ChosenPreferences>,
  ): Promise<ChosenPreferences>;
  /** Someone who has chosen nothing is anonymous; every id that was asked for is in the answer. */
  leaderboardPrivacy(userIds: readonly string[]): Promise<ReadonlyMap<string, LeaderboardPrivacy>>;
}

/** What is ours to read, beside the nine services. */
export interface OwnStores {
  ledger: Ledger;
  preferences: Preferences;
  /** Nobody outside can guess it, nor therefore the order of people with equal points. */
  tieSecret: string;
}
