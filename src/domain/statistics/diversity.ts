/**
 * Shannon evenness (Pielou 1966): entropy of the shares over the entropy of equal shares among `kinds`
 * possible kinds. 0 = all of one kind, 1 = spread evenly over all.
 * @returns null when there is nothing to share, or fewer than two kinds are possible.
 */
export function shannonEvenness(amounts: readonly number[], kinds: number): number | null {
  const total = amounts.reduce((sum, amount) => sum + amount, 0);
  if (total <= 0 || kinds < 2) return null;
  const entropy = amounts
    .filter((amount) => amount > 0)
    .map((amount) => amount / total)
    .reduce((sum, share) => sum - share * Math.log(share), 0);
  return Math.min(1, Math.max(0, entropy / Math.log(kinds)));
}
