/**
 * Mean of a small group pulled towards the mean of all (empirical Bayes with a known weight: James & Stein
 * 1961 in Bühlmann's credibility form n/(n+k)). The fewer values, the stronger the pull.
 * @param strength how many values the common mean is worth
 */
export function shrunkenMean(values: readonly number[], commonMean: number, strength: number): number {
  let sum = 0;
  for (const value of values) sum += value;
  return shrunkenMeanOfSum(sum, values.length, commonMean, strength);
}

/** The same of `count` values of which only the sum is known. */
export const shrunkenMeanOfSum = (sum: number, count: number, commonMean: number, strength: number): number =>
  (sum + strength * commonMean) / (count + strength);
