/** How long something was watched: until its event, or only until it was lost to sight (censored). */
export interface Lifetime {
  time: number;
  /** False when the time is censored: the event had not come by then. */
  event: boolean;
}

export interface SurvivalStep {
  time: number;
  /** Watched until just before this time, so with those censored at it. */
  atRisk: number;
  events: number;
  /** Share 0–1 that lives on after this time. */
  survival: number;
}

export interface Hazard {
  time: number;
  hazard: number;
}

/** Products of fractions miss 0.5 by a few ulp, and a median must not slip to the next step for that. */
const tolerance = 1e-9;

/**
 * Product-limit estimate of the survival function with right censoring (Kaplan & Meier 1958). Those censored
 * at a time are still at risk of the events at that time. Takes O(n log n); order of input does not matter.
 * @param lifetimes times in any one unit
 * @returns one step per distinct time of an event, ascending, survival 0–1 and never rising; [] for no
 * events. Never null.
 */
export function kaplanMeier(lifetimes: readonly Lifetime[]): SurvivalStep[] {
  const byTime = [...Map.groupBy(lifetimes, ({ time }) => time)].sort(([a], [b]) => a - b);
  const curve: SurvivalStep[] = [];
  let atRisk = lifetimes.length;
  let survival = 1;
  for (const [time, leaving] of byTime) {
    const events = leaving.filter(({ event }) => event).length;
    survival *= (atRisk - events) / atRisk;
    if (events > 0) curve.push({ time, atRisk, events, survival });
    atRisk -= leaving.length;
  }
  return curve;
}

/**
 * The same estimate from counts: `events[t]` ended at time t and `censored[t]` were last seen at it, t = 0, 1, 2 …
 * Those censored at a time are still at risk at it.
 */
export function kaplanMeierOfCounts(events: ArrayLike<number>, censored: ArrayLike<number>): SurvivalStep[] {
  const times = Array.from({ length: Math.max(events.length, censored.length) }, (_, time) => time);
  const endedAt = (time: number) => (events[time] ?? 0) + (censored[time] ?? 0);
  const curve: SurvivalStep[] = [];
  let atRisk = times.reduce((sum, time) => sum + endedAt(time), 0);
  let survival = 1;
  for (const time of times) {
    const ended = events[time] ?? 0;
    if (ended > 0) {
      survival *= 1 - ended / atRisk;
      curve.push({ time, atRisk, events: ended, survival });
    }
    atRisk -= endedAt(time);
  }
  return curve;
}

/**
 * Value of the survival curve at a time (Kaplan & Meier 1958): a step function, continuous from the right.
 * After the last step it stays level, which is a convention: nothing is known past the last time watched.
 * @param curve from `kaplanMeier`, ascending
 * @returns share 0–1; 1 before the first step and for an empty curve, never null.
 */
export function survivalAt(curve: readonly SurvivalStep[], time: number): number {
  return curve.findLast((step) => step.time <= time)?.survival ?? 1;
}

/**
 * Time by which a share has had its event: the smallest time of a step with survival ≤ 1 − share (Brookmeyer
 * & Crowley 1982; 0.5 is the median survival time).
 * @param curve from `kaplanMeier`, ascending
 * @param share above 0, at most 1
 * @returns in the unit of the times; null when the curve never gets so low.
 */
export function survivalQuantile(curve: readonly SurvivalStep[], share: number): number | null {
  return curve.find(({ survival }) => survival <= 1 - share + tolerance)?.time ?? null;
}

/**
 * Discrete hazard at each step, events over those at risk: the increments of the cumulative hazard of Nelson
 * (1969) and Aalen (1978).
 * @param curve from `kaplanMeier`
 * @returns above 0, at most 1, in the order of the curve; [] for an empty curve, never null.
 */
export function hazards(curve: readonly SurvivalStep[]): Hazard[] {
  return curve.map(({ time, atRisk, events }) => ({ time, hazard: events / atRisk }));
}
