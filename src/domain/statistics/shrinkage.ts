/**
 * Mean of a small group pulled towards the mean of all (empirical Bayes with a known weight: James & Stein
 * 1961 in Bühlmann's credibility form n/(n+k)). The fewer values, the stronger the pull.
 * @param strength how many values the common mean is worth
 */
export function shrunkenMean(values: readonly number[], commonMean: number, strength: number): number {
  let sum = 0;
  for (const value of values) sum += value;
  return (sum + strength * commonMean) / (values.length + strength);
}
