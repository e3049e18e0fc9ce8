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

// Signed: what does not fit into 32 bits with a sign would be a new object for each number drawn.
const firstState = (seed: number): number => seed | 0;
const nextState = (state: number): number => (state + 0x6d2b79f5) | 0;

function numberOf(state: number): number {
  let t = Math.imul(state ^ (state >>> 15), state | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
}

export function seededRandom(seed: number): Random {
  let state = firstState(seed);
  return () => {
    state = nextState(state);
    return numberOf(state);
  };
}

/**
 * The sums of so many samples, each of as many values drawn with replacement as there are. The same numbers as from
 * `seededRandom`, at half of its price: no call for each.
 */
export function sumsOfSamples(values: Float64Array, samples: number, seed: number): Float64Array {
  const sums = new Float64Array(samples);
  let state = firstState(seed);
  for (let sample = 0; sample < samples; sample += 1) {
    let sum = 0;
    for (let count = 0; count < values.length; count += 1) {
      state = nextState(state);
      sum += values[Math.floor(numberOf(state) * values.length)] as number;
    }
    sums[sample] = sum;
  }
  return sums;
}

/** One value drawn with replacement. */
export function draw<T>(values: readonly T[], random: Random): T | undefined {
  return values[Math.floor(random() * values.length)];
}
