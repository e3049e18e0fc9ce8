/**
 * Mid-rank percentile of a value within a group that contains it: the share below plus half of those equal,
 * 0–100. Ties share a rank; the middle of the group is 50.
 * @returns null for an empty group.
 */
export function midRankPercentile(value: number, group: readonly number[]): number | null {
  if (group.length === 0) return null;
  const below = group.filter((other) => other < value).length;
  const equal = group.filter((other) => other === value).length;
  return (100 * (below + equal / 2)) / group.length;
}
