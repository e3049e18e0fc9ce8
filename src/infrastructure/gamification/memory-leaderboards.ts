import type {
  BoardMember,
  BoardPlace,
  BoardReading,
  BoardState,
  Leaderboards,
  Ledger,
  Preferences,
} from '../../application/ports/gamification.ts';
import type { KeptRow, PersonalStore } from '../../application/ports/people.ts';
import { leaderboard } from '../../domain/gamification/leaderboard.ts';
import {
  type BoardPage,
  type LeaderboardPeriod,
  leaderboardPeriods,
  periodStart,
} from '../../domain/gamification/leaderboard-figures.ts';
import { smallestMinimum } from '../../domain/privacy/cohort-size.ts';

interface Shown {
  members: Map<string, BoardMember>;
  /** Id → points above 0. */
  points: Record<LeaderboardPeriod, Map<string, number>>;
  reading: BoardReading;
  zone: string;
}

interface Organization {
  zone: string;
  met: Map<string, BoardMember & { round: number }>;
  shown: Shown | null;
}

export interface MemoryLeaderboardsDeps {
  ledger: Pick<Ledger, 'standings'>;
  preferences: Pick<Preferences, 'leaderboardPrivacy'>;
  /** Nobody outside can guess it, nor therefore the order of people with equal points. */
  tieSecret: string;
}

/** About 100 MB. */
const usualBound = 500_000;

/**
 * Leaderboards of this process; they end with it. Bounded: with too many people, the organizations saved longest
 * ago are forgotten, so that they are read again.
 */
export class MemoryLeaderboards implements Leaderboards, PersonalStore {
  readonly #deps: MemoryLeaderboardsDeps;
  readonly #mostPeople: number;
  /** In the order of the last saving. */
  readonly #organizations = new Map<string, Organization>();

  constructor(deps: MemoryLeaderboardsDeps, mostPeople: number = usualBound) {
    this.#deps = deps;
    this.#mostPeople = mostPeople;
  }

  async state(organizationId: string, viewerId: string): Promise<BoardState | null> {
    const shown = this.#organizations.get(organizationId)?.shown;
    if (!shown) return null;
    const departmentId = shown.members.get(viewerId)?.departmentId ?? null;
    return { refreshedAt: shown.reading.readAt, zone: shown.zone, departmentId };
  }

  async save(
    organizationId: string,
    zone: string,
    round: number,
    members: readonly BoardMember[],
  ): Promise<void> {
    const known = this.#organizations.get(organizationId) ?? { zone, met: new Map(), shown: null };
    known.zone = zone;
    for (const member of members) {
      const last = known.met.get(member.userId)?.round ?? round;
      known.met.set(member.userId, { ...member, round: Math.max(round, last) });
    }
    this.#organizations.delete(organizationId);
    this.#organizations.set(organizationId, known);
    this.#shrink(organizationId);
  }

  async show(organizationId: string, round: number, reading: BoardReading): Promise<void> {
    const organization = this.#organizations.get(organizationId) ?? {
      zone: 'UTC',
      met: new Map(),
      shown: null,
    };
    const { met, zone } = organization;
    const pointsIn = async (period: LeaderboardPeriod) => {
      const since = periodStart(period, { now: reading.readAt, zone });
      const standings = await this.#deps.ledger.standings(organizationId, { since, zone });
      return new Map(standings.map(({ userId, points }) => [userId, points]));
    };
    const all = await Promise.all(leaderboardPeriods.map(async (name) => [name, await pointsIn(name)]));
    for (const [userId, member] of met) if (member.round < round) met.delete(userId);
    if ((organization.shown?.reading.readAt ?? reading.readAt) > reading.readAt) return;
    organization.shown = { members: new Map(met), points: Object.fromEntries(all), reading, zone };
    this.#organizations.set(organizationId, organization);
  }

  async page({
    organizationId,
    departmentId,
    period,
    viewerId,
    limit,
    offset,
  }: BoardPlace): Promise<BoardPage | null> {
    const shown = this.#organizations.get(organizationId)?.shown;
    if (!shown) return null;
    const members = [...shown.members.values()].filter(
      (member) => departmentId === null || member.departmentId === departmentId,
    );
    const privacy = await this.#deps.preferences.leaderboardPrivacy(members.map(({ userId }) => userId));
    const points = shown.points[period];
    const privacyOf = ({ userId }: BoardMember) => privacy.get(userId) ?? 'hidden';
    const isShown = ({ userId, reading }: BoardMember) =>
      reading === 'current' || reading === 'outdated' || (reading === 'unread' && points.has(userId));
    const ranking = leaderboard(
      members.filter(isShown).map((member) => ({
        userId: member.userId,
        // The name is shown where the viewer may know who it is.
        displayName: member.userId,
        points: points.get(member.userId) ?? 0,
        privacy: privacyOf(member),
      })),
      viewerId,
      { limit, offset },
      { minimumParticipants: smallestMinimum, seed: `${this.#deps.tieSecret} ${organizationId}` },
    );
    const readings = new Set(
      members.filter((member) => privacyOf(member) !== 'hidden').map(({ reading }) => reading),
    );
    const isBehind = readings.has('failed') || readings.has('outdated');
    const { readAt, asOf, dataSource } = shown.reading;
    return {
      entries: ranking.entries.map(({ displayName, ...entry }) => ({ ...entry, userId: displayName })),
      you: ranking.you,
      reading: members.find(({ userId }) => userId === viewerId)?.reading ?? null,
      participants: ranking.participants,
      doubt: isBehind ? 'unavailable' : readings.has('unread') ? 'insufficient_data' : null,
      refreshedAt: readAt,
      asOf,
      dataSource,
    };
  }

  exportUser(userId: string): Record<string, readonly KeptRow[]> {
    const members = [...this.#organizations].flatMap(([organizationId, { met }]) => {
      const member = met.get(userId);
      return member === undefined ? [] : [{ organizationId, ...member }];
    });
    return { members };
  }

  eraseUser(userId: string): void {
    for (const { met, shown } of this.#organizations.values()) {
      met.delete(userId);
      shown?.members.delete(userId);
      for (const period of leaderboardPeriods) shown?.points[period].delete(userId);
    }
  }

  #shrink(latest: string): void {
    let people = 0;
    for (const { met } of this.#organizations.values()) people += met.size;
    for (const [organizationId, { met }] of this.#organizations) {
      if (people <= this.#mostPeople || organizationId === latest) return;
      this.#organizations.delete(organizationId);
      people -= met.size;
    }
  }
}
