import { minimumCohort } from '../privacy/cohort-size.ts';
import { seededRandom, seedOf } from '../statistics/random.ts';
import { midRankPercentile } from '../statistics/ranks.ts';
import { roundOrNull } from '../statistics/summary.ts';

/** What others may see of a person: name and points, points without the name, nothing at all. */
export const leaderboardPrivacies = ['public', 'anonymous', 'hidden'] as const;
export type LeaderboardPrivacy = (typeof leaderboardPrivacies)[number];

export interface LeaderboardPerson {
  userId: string;
  displayName: string | null;
  points: number;
  privacy: LeaderboardPrivacy;
}

export interface LeaderboardEntry {
  /** From 1; who has as many points shares it. */
  rank: number;
  /** Null = anonymous, or not known. */
  displayName: string | null;
  points: number;
  isYou: boolean;
}

export interface Leaderboard {
  entries: LeaderboardEntry[];
  /** Null when the viewer is not one of the people. */
  you: {
    /** Null for a hidden viewer. */
    rank: number | null;
    /** Mid-rank, 0–100; null for a hidden viewer and for a group too small to be told about. */
    percentile: number | null;
    points: number;
  } | null;
  /** People who are not hidden. */
  participants: number;
}

export interface LeaderboardSettings {
  /** People without whom there is no percentile: 10, or what the organization asks for, never below 5. */
  minimumParticipants?: number;
  /** Decides the order of people with equal points. */
  seed?: string;
}

interface Placed extends LeaderboardPerson {
  rank: number;
}

const compare = <T extends string | number>(a: T, b: T) => (a < b ? -1 : a > b ? 1 : 0);

/** A plain hash leaves runs of neighbouring ids together; a draw seeded by it does not. */
const placeAmongEquals = (userId: string, seed: string): number =>
  seededRandom(seedOf(`${seed} ${userId}`))();

function placed(people: readonly LeaderboardPerson[], seed: string): Placed[] {
  const ordered = people
    .map((person) => ({ person, place: placeAmongEquals(person.userId, seed) }))
    .sort(
      (a, b) =>
        b.person.points - a.person.points || a.place - b.place || compare(a.person.userId, b.person.userId),
    );
  let rank = 0;
  let points: number | null = null;
  return ordered.map(({ person }, index) => {
    if (person.points !== points) rank = index + 1;
    points = person.points;
    return { ...person, rank };
  });
}

function entryFor(
  viewerId: string,
  { userId, displayName, points, privacy, rank }: Placed,
): LeaderboardEntry {
  const isYou = userId === viewerId;
  return { rank, displayName: isYou || privacy === 'public' ? displayName : null, points, isYou };
}

/**
 * People by points, as one viewer may see them. Equal points share a rank (1, 1, 3); the order among them
 * comes from a seeded hash, so that anonymous people cannot be told by the order of ids. An anonymous
 * person's name is shown to nobody else. A hidden person is in nobody's entries, participants, rank or
 * percentile: what others are answered does not depend on whether that person exists; the person sees the own
 * points and no rank.
 *
 * Unit: points; ranks from 1; percentile 0–100 (mid-rank among the participants). Null rule: below
 * `minimumCohort` participants there is no percentile. Source: ANALYTICS definition "Gamification", version
 * 1.
 * @param people each once, the viewer included where the viewer takes part.
 * @param page limit ≥ 1 and offset ≥ 0; it bounds `entries` only.
 */
export function leaderboard(
  people: readonly LeaderboardPerson[],
  viewerId: string,
  page: { limit: number; offset: number },
  { minimumParticipants, seed = 'leaderboard' }: LeaderboardSettings = {},
): Leaderboard {
  const ranked = placed(
    people.filter(({ privacy }) => privacy !== 'hidden'),
    seed,
  );
  const own = people.find(({ userId }) => userId === viewerId);
  const rank = ranked.find(({ userId }) => userId === viewerId)?.rank ?? null;
  const isTold = own !== undefined && rank !== null && ranked.length >= minimumCohort(minimumParticipants);
  const percentile = isTold
    ? midRankPercentile(
        own.points,
        ranked.map(({ points }) => points),
      )
    : null;
  return {
    entries: ranked.slice(page.offset, page.offset + page.limit).map((person) => entryFor(viewerId, person)),
    you: own === undefined ? null : { rank, percentile: roundOrNull(percentile), points: own.points },
    participants: ranked.length,
  };
}
