/** Where weekly paces lead: a bootstrap of one's own weeks, and of the cohort's while one has few. */
import { draw, type Random } from '../statistics/random.ts';

/** A learner's weekly amounts (topics, levels, steps), newest first, and the mean week of the cohort (null = not known). */
export interface Paces {
  own: readonly number[];
  cohort: number | null;
  /** Share of the cohort that leaves in a week. */
  leaving: number;
}

/** What was set by looking at data; the card says at which. */
export interface PaceSettings {
  /** Weeks that are drawn together: who works in bursts does so in paths too (moving blocks: Künsch 1989). */
  blockWeeks: number;
  /** Own weeks at which the cohort's pace counts half. */
  cohortWorth: number;
  /** How far a coming pace may differ from the past one: standard deviation of its logarithm. */
  paceSpread: number;
}

export const paceSettings: PaceSettings = { blockWeeks: 4, cohortWorth: 3, paceSpread: 0.5 };

/** A path goes no further: what takes ten years is not foreseen. */
export const longestWeeks = 520;

const normal = (random: Random): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** Whether there is anything that a path could be made of. */
export const hasPace = ({ own, cohort }: Paces): boolean =>
  own.some((amount) => amount > 0) || (cohort !== null && cohort > 0);

/** One path: amounts of the coming weeks, without end. */
function* comingWeeks(
  { own, cohort }: Paces,
  random: Random,
  { blockWeeks, cohortWorth, paceSpread }: PaceSettings,
): Generator<number, never> {
  const ownShare = cohort === null ? 1 : own.length / (own.length + cohortWorth);
  // Ever faster or ever slower than so far, as far as one week does not tell: the same for the whole path.
  const speed = Math.exp(paceSpread * normal(random));
  const places = own.map((_, place) => place);
  for (;;) {
    const start = random() < ownShare ? draw(places, random) : undefined;
    for (let week = 0; week < blockWeeks; week += 1) {
      const amount = start === undefined ? (cohort ?? 0) : (own[(start + week) % own.length] ?? 0);
      yield amount * speed;
    }
  }
}

/** One path: what it leads to. */
export interface PacePath {
  /** Weeks until all is done by somebody who goes on; `longestWeeks` when that takes longer. */
  weeks: number;
  /** Weeks after which somebody on this path leaves; infinite = never. */
  leavesAfter: number;
  /** What is done at each of the points by somebody who may leave. */
  amounts: number[];
}

/**
 * @param left what is to be done, above 0
 * @param points weeks from now
 */
export function pathOf(
  left: number,
  paces: Paces,
  points: readonly number[],
  random: Random,
  settings: PaceSettings = paceSettings,
): PacePath {
  const leavesAfter =
    paces.leaving <= 0 ? Number.POSITIVE_INFINITY : Math.log(1 - random()) / Math.log(1 - paces.leaving);
  const amounts = points.map(() => 0);
  let [done, week] = [0, 0];
  for (const amount of comingWeeks(paces, random, settings)) {
    for (const [index, point] of points.entries()) {
      const share = Math.min(1, Math.min(point, leavesAfter) - week);
      if (share > 0) amounts[index] = Math.min(left, done + share * amount);
    }
    if (done + amount >= left) {
      week += (left - done) / amount;
      break;
    }
    done += amount;
    week += 1;
    if (week >= longestWeeks) break;
  }
  return { weeks: Math.min(longestWeeks, week), leavesAfter, amounts };
}
