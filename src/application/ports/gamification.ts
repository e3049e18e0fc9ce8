import type { LeaderboardPrivacy } from '../../domain/gamification/leaderboard.ts';
import type { BoardPage, LeaderboardPeriod, Reading } from '../../domain/gamification/leaderboard-figures.ts';
import type { Kept, LedgerSummary } from '../../domain/gamification/learner-record.ts';
import type { LedgerEntry } from '../../domain/gamification/points.ts';
import type { DataSource } from '../../domain/provenance.ts';
import type { Calendar } from '../../domain/time.ts';
import type { CohortStatistics } from './cohorts.ts';
import type { Models } from './models.ts';
import type { Snapshots } from './snapshots.ts';

/** Sum of a person's points in a period, above 0. */
export interface Standing {
  userId: string;
  points: number;
}

/**
 * What people have earned. Append-only: there is one entry per (user, source, reference), the one that was
 * recorded first; whatever repeats it is ignored.
 */
export interface Ledger {
  /** A person's entries as they were recorded, all of them: the daily cap is not applied. */
  entriesOf(userId: string): Promise<readonly LedgerEntry[]>;
  /**
   * What `ledgerSummary` answers of a person's entries merged with `earned`, which are not recorded by it. Costs
   * what `earned` holds and a little for each day, not for each entry.
   */
  summaryWith(userId: string, earned: readonly LedgerEntry[], calendar: Calendar): Promise<LedgerSummary>;
  /** @param zone of the organization, IANA: the one whose days these people's points fall on. */
  record(entries: readonly LedgerEntry[], organizationId: string | null, zone: string): Promise<void>;
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

/** What stays of people, whatever the services say later. */
export interface KeptRecords {
  of(userId: string): Promise<Kept>;
}

/** A learner of an organization, and what the ledger held of the person when it was last brought up to date. */
export interface BoardMember {
  userId: string;
  departmentId: string | null;
  reading: Reading;
}

/** One reading of an organization. */
export interface BoardReading {
  /** Epoch ms at which it began: the weeks and months are those of then. */
  readAt: number;
  /** On what it stands. */
  asOf: number;
  dataSource: DataSource;
}

export interface BoardState {
  /** Epoch ms at which the reading began that is shown. */
  refreshedAt: number;
  /** IANA; the organization's. */
  zone: string;
  /** Of the viewer; null = none, or no learner of the organization. */
  departmentId: string | null;
}

export interface BoardPlace {
  organizationId: string;
  /** Null = the whole organization. */
  departmentId: string | null;
  period: LeaderboardPeriod;
  viewerId: string;
  limit: number;
  offset: number;
}

/**
 * Leaderboards, worked out beforehand; choices (`Preferences`) are applied when a page is read. The order of people
 * with equal points stays the same and cannot be guessed.
 */
export interface Leaderboards {
  /** Null = the organization was never shown. */
  state(organizationId: string, viewerId: string): Promise<BoardState | null>;
  /** Null = the organization was never shown. */
  page(place: BoardPlace): Promise<BoardPage | null>;
  /**
   * Some learners of an organization, met in a round of reading; whoever comes again replaces the line before.
   * Nothing is shown of it yet.
   * @param round grows from one reading to the next.
   */
  save(organizationId: string, zone: string, round: number, members: readonly BoardMember[]): Promise<void>;
  /** The round is over: whoever it did not meet has left. Works the leaderboard out anew and shows it. */
  show(organizationId: string, round: number, reading: BoardReading): Promise<void>;
}

/** What is ours to read, beside the nine services. */
export interface OwnStores {
  ledger: Ledger;
  kept: KeptRecords;
  leaderboards: Leaderboards;
  preferences: Preferences;
  snapshots: Snapshots;
  models: Models;
  /** Not given = there are none, and peers are compared by walks. */
  cohorts?: CohortStatistics;
}
