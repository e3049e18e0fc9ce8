/** Numbers 0 ≤ x < 1 that are the same for the same seed. */
export type Random = () => number;

/** Mixes whole numbers to 32 bits: the same parts, the same hash, in any process. */
export function hash(...parts: readonly number[]): number {
  let mixed = 0x9e3779b9;
  for (const part of parts) {
    mixed = Math.imul(mixed ^ part, 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    mixed ^= mixed >>> 16;
  }
  return mixed >>> 0;
}

/** A hash as a share, 0 ≤ x < 1. */
export const share = (...parts: readonly number[]): number => hash(...parts) / 4_294_967_296;

/** mulberry32. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A whole number, both ends included. */
export const between = (random: Random, least: number, most: number): number =>
  least + Math.floor(random() * (most - least + 1));

/** One of a list that is not empty. */
export function pick<T>(random: Random, list: readonly [T, ...T[]]): T {
  return list[Math.floor(random() * list.length)] ?? list[0];
}

/** One value by its weight; the last one when rounding leaves none. */
export function pickWeighted<T>(random: Random, weighted: readonly [[T, number], ...[T, number][]]): T {
  let left = random() * weighted.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [value, weight] of weighted) {
    left -= weight;
    if (left < 0) return value;
  }
  return weighted[0][0];
}

/** What is drawn for one purpose does not move what is drawn for another. */
export const stream = {
  person: 1,
  course: 2,
  class: 3,
  joining: 4,
  guest: 5,
  enrolment: 6,
  study: 7,
  extras: 8,
  logins: 9,
  skill: 10,
  goal: 11,
  content: 12,
  retake: 13,
  feedback: 14,
} as const;
