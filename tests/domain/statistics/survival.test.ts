import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { round } from '../../../src/domain/statistics/summary.ts';
import {
  hazards,
  kaplanMeier,
  kaplanMeierOfCounts,
  type Lifetime,
  survivalAt,
  survivalQuantile,
} from '../../../src/domain/statistics/survival.ts';

const died = (...times: number[]): Lifetime[] => times.map((time) => ({ time, event: true }));
const censored = (...times: number[]): Lifetime[] => times.map((time) => ({ time, event: false }));

// Weeks of remission on 6-mercaptopurine: Freireich et al. 1963, Blood 21:699; worked in every textbook.
const remissions = [
  ...died(6, 6, 6, 7, 10, 13, 16, 22, 23),
  ...censored(6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35),
];

const lifetime = fc.record({ time: fc.integer({ min: 0, max: 20 }), event: fc.boolean() });
const lifetimes = fc.array(lifetime, { maxLength: 60 });
const shuffled = lifetimes.chain((items) =>
  fc.tuple(
    fc.constant(items),
    fc.shuffledSubarray(items, { minLength: items.length, maxLength: items.length }),
  ),
);

describe('the Kaplan–Meier curve', () => {
  it('is that of the 6-MP arm of Freireich et al. 1963', () => {
    const rows = kaplanMeier(remissions).map((s) => [s.time, s.atRisk, s.events, round(s.survival, 3)]);
    expect(rows).toEqual([
      [6, 21, 3, 0.857],
      [7, 17, 1, 0.807],
      [10, 15, 1, 0.753],
      [13, 12, 1, 0.69],
      [16, 11, 1, 0.627],
      [22, 7, 1, 0.538],
      [23, 6, 1, 0.448],
    ]);
  });

  it('counts those censored at a time as still at risk at it: 1 of 2, not 1 of 1', () => {
    expect(kaplanMeier([...censored(5), ...died(5)])).toEqual([
      { time: 5, atRisk: 2, events: 1, survival: 0.5 },
    ]);
  });

  it('is empty without lifetimes, and without events', () => {
    expect(kaplanMeier([])).toEqual([]);
    expect(kaplanMeier(censored(1, 2, 3))).toEqual([]);
  });

  it('falls to exactly 0 when the last one watched has the event', () => {
    expect(kaplanMeier([...censored(1, 2), ...died(3, 3, 7)]).at(-1)?.survival).toBe(0);
  });

  it('never rises, stays within 0 and 1, and has each time once, in order', () => {
    fc.assert(
      fc.property(lifetimes, (items) => {
        let before = { time: Number.NEGATIVE_INFINITY, survival: 1 };
        for (const step of kaplanMeier(items)) {
          expect(step.time).toBeGreaterThan(before.time);
          expect(step.survival).toBeLessThan(before.survival);
          expect(step.survival).toBeGreaterThanOrEqual(0);
          expect(step.events).toBeLessThanOrEqual(step.atRisk);
          before = step;
        }
      }),
    );
  });

  it('without censoring is the share that lives longer', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 60 }),
        fc.integer({ min: -1, max: 21 }),
        (times, at) => {
          const share = times.filter((time) => time > at).length / times.length;
          expect(survivalAt(kaplanMeier(died(...times)), at)).toBeCloseTo(share, 12);
        },
      ),
    );
  });

  it('does not depend on the order of input, which is left as it was', () => {
    fc.assert(
      fc.property(shuffled, ([items, other]) => {
        const copy = structuredClone(other);
        expect(kaplanMeier(other)).toEqual(kaplanMeier(items));
        expect(other).toEqual(copy);
      }),
    );
  });

  it('takes 100,000 lifetimes in its stride', () => {
    const many = Array.from({ length: 100_000 }, (_, at) => ({ time: (at * 7919) % 100_003, event: true }));
    const curve = kaplanMeier(many);
    expect(curve).toHaveLength(100_000);
    expect(curve[49_999]?.survival).toBeCloseTo(0.5, 9);
  });
});

describe('the curve from counts', () => {
  const countsOf = (items: readonly Lifetime[], event: boolean) =>
    Array.from(
      { length: 40 },
      (_, at) => items.filter((one) => one.time === at && one.event === event).length,
    );

  it('is that of the same lifetimes', () => {
    fc.assert(
      fc.property(lifetimes, (items) => {
        const counted = kaplanMeierOfCounts(countsOf(items, true), countsOf(items, false));
        const listed = kaplanMeier(items);
        expect(counted.map(({ survival, ...step }) => step)).toEqual(
          listed.map(({ survival, ...step }) => step),
        );
        counted.forEach(({ survival }, at) => {
          expect(survival).toBeCloseTo(listed[at]?.survival ?? Number.NaN, 12);
        });
        for (const share of [0.25, 0.5, 0.9, 1])
          expect(survivalQuantile(counted, share)).toBe(survivalQuantile(listed, share));
      }),
    );
  });

  it('is that of Freireich et al. 1963, from typed arrays as from lists of unequal length', () => {
    const [events, lost] = [countsOf(remissions, true), countsOf(remissions, false)];
    const curve = kaplanMeierOfCounts(events.slice(0, 24), Uint32Array.from(lost));
    expect(curve.map(({ time, survival }) => [time, round(survival, 3)]).slice(-2)).toEqual([
      [22, 0.538],
      [23, 0.448],
    ]);
    expect(kaplanMeierOfCounts([], [])).toEqual([]);
    expect(kaplanMeierOfCounts([0, 0], [3, 4])).toEqual([]);
  });
});

describe('survival at a time', () => {
  const curve = kaplanMeier(remissions);

  it('is 1 before the first step, that of the last step after it, and level past the end', () => {
    const at = (time: number) => round(survivalAt(curve, time), 3);
    expect([0, 5.9, 6, 6.9, 12, 23, 99].map(at)).toEqual([1, 1, 0.857, 0.857, 0.753, 0.448, 0.448]);
    expect(survivalAt([], 3)).toBe(1);
  });
});

describe('quantiles of survival', () => {
  it('give the median remission of Freireich et al. 1963 as 23 weeks, and no 90 % quantile', () => {
    const curve = kaplanMeier(remissions);
    expect(survivalQuantile(curve, 0.5)).toBe(23);
    expect(survivalQuantile(curve, 0.25)).toBe(13);
    expect(survivalQuantile(curve, 0.9)).toBeNull();
    expect(survivalQuantile([], 0.5)).toBeNull();
  });

  it('are the k-th of n times for the share k/n, whatever the rounding', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.nat(199), (n, offset) => {
        const k = 1 + (offset % n);
        const times = Array.from({ length: n }, (_, at) => at + 1);
        expect(survivalQuantile(kaplanMeier(died(...times)), k / n)).toBe(k);
      }),
    );
  });
});

describe('hazards', () => {
  it('are events over those at risk: 3/21, 1/17, …', () => {
    expect(hazards(kaplanMeier(remissions)).slice(0, 3)).toEqual([
      { time: 6, hazard: 3 / 21 },
      { time: 7, hazard: 1 / 17 },
      { time: 10, hazard: 1 / 15 },
    ]);
    expect(hazards([])).toEqual([]);
  });

  it('multiply up to the curve: S = Π (1 − h), each above 0 and at most 1', () => {
    fc.assert(
      fc.property(lifetimes, (items) => {
        const curve = kaplanMeier(items);
        const all = hazards(curve).map(({ hazard }) => hazard);
        expect(all.every((hazard) => hazard > 0 && hazard <= 1)).toBe(true);
        const product = all.reduce((left, hazard) => left * (1 - hazard), 1);
        expect(product).toBeCloseTo(curve.at(-1)?.survival ?? 1, 12);
      }),
    );
  });
});
