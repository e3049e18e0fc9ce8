/** Steps in percent of the range; those above 10 are for groups of fewer than 10 people only. */
const steps = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100];

/** Two numbers nearer than this are the same one, written with another binary error. */
const dust = 1e-9;

/**
 * The step to which the mean of a group is rounded: the smallest of 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50 and
 * 100 % of the range for which people × step ≥ range. The sum known from such a mean is uncertain by at least
 * the whole range of one person, so one who comes, goes or is filtered out hides in the rounding.
 * @param range greatest less least value one person can have
 */
export function hidingStep(people: number, range = 100): number {
  const percent = steps.find((step) => people * step >= 100) ?? 100;
  return (percent * range) / 100;
}

/** To the nearest whole number, of two equally near the even one: so that differences are not biased. */
function roundHalfToEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  if (Math.abs(rest - 0.5) > dust) return rest < 0.5 ? below : below + 1;
  return below % 2 === 0 ? below : below + 1;
}

/** The mean of so many people, rounded so that no single one of them can be had from it; see `hidingStep`. */
export function hideOne(value: number, people: number, range = 100): number {
  const step = hidingStep(people, range);
  return Number((roundHalfToEven(value / step) * step).toPrecision(12));
}

/** `hideOne`, with null for null. */
export const hideOneOrNull = (value: number | null, people: number, range = 100): number | null =>
  value === null ? null : hideOne(value, people, range);
