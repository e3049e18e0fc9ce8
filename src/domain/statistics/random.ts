/** Numbers 0 ≤ x < 1 that are the same for the same seed (mulberry32; not for secrets). */
export type Random = () => number;

/** 32-bit FNV-1a of a text, to make a seed of names and days. */
export function seedOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}

export function seededRandom(seed: number): Random {
  // Signed: what does not fit into 32 bits with a sign would be a new object for each number drawn.
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** One value drawn with replacement. */
export function draw<T>(values: readonly T[], random: Random): T | undefined {
  return values[Math.floor(random() * values.length)];
}
