/** A trainer's pass rate beside those of comparable courses. */
import { hideOne } from '../privacy/rounding.ts';
import type { MissingReason } from '../provenance.ts';
import { percentileOfZ, zScore } from '../statistics/normal.ts';
import { mean, round } from '../statistics/summary.ts';

/** A comparable course of somebody else. */
export interface Peer {
  /** Percent 0–100. */
  passRate: number;
  people: number;
}

export interface VersusPeers {
  /** Own pass rate less the mean of the peers', points. */
  delta: number;
  /** 100 Φ(z) of the own pass rate among the peers', 0–100; null when these do not differ. */
  percentile: number | null;
}

/** What can be said beside the peers, or why nothing can; `n` is the number of peer courses. */
export type PeerComparison =
  | { versus: VersusPeers; n: number; reason: null }
  | { versus: null; n: number | null; reason: MissingReason };

/** How much larger or smaller a course may be to be compared, as a share of its own size. */
const sizeTolerance = 0.5;

/** Any course of the organization, as a candidate to be compared with. */
export interface PeerCourse extends Peer {
  courseId: string;
  trainerId: string;
  level: string | null;
}

/** The courses of others that are comparable with any of the trainer's own, each once. */
export function peersOf(
  own: readonly { courseId: string; level: string | null; people: number }[],
  trainerId: string,
  candidates: readonly PeerCourse[],
): PeerCourse[] {
  const others = candidates.filter((candidate) => candidate.trainerId !== trainerId);
  const found = own.flatMap((course) => comparable(course, course.people, others));
  return [...new Map(found.map((one) => [one.courseId, one])).values()];
}

/**
 * Which courses one may be compared with: others of the same level with at least half and at most one and a
 * half times its people. A course of unknown level is comparable with none.
 */
export function comparable<C extends { courseId: string; level: string | null; people: number }>(
  course: { courseId: string; level: string | null },
  people: number,
  candidates: readonly C[],
): C[] {
  const [smallest, largest] = [(1 - sizeTolerance) * people, (1 + sizeTolerance) * people];
  return candidates.filter(
    (other) =>
      other.courseId !== course.courseId &&
      course.level !== null &&
      other.level === course.level &&
      other.people >= smallest &&
      other.people <= largest,
  );
}

/**
 * Pass rate against peers: difference to their mean, and the percentile of its z-score among them.
 *
 * Units: points; percentile 0–100, told in steps as `hideOne` has them for so many courses. Null rule: no own
 * pass rate or no known peers: insufficient_data; fewer peers than `minimum`: suppressed.
 * @param passRate own, percent as it is told
 * @param peers null = not known
 */
export function againstPeers(
  passRate: number | null,
  peers: readonly Peer[] | null,
  minimum: number,
): PeerComparison {
  if (peers === null) return { versus: null, n: null, reason: 'insufficient_data' };
  if (peers.length < minimum) return { versus: null, n: null, reason: 'suppressed' };
  const rates = peers.map((peer) => peer.passRate);
  const usual = mean(rates);
  if (passRate === null || usual === null)
    return { versus: null, n: peers.length, reason: 'insufficient_data' };
  const z = zScore(passRate, rates);
  const people = peers.reduce((sum, peer) => sum + peer.people, 0);
  return {
    versus: {
      delta: round(passRate - hideOne(usual, people)),
      // Courses are to the percentile what people are to a mean: one more or less must not show.
      percentile: z === null ? null : hideOne(percentileOfZ(z), peers.length),
    },
    n: peers.length,
    reason: null,
  };
}
