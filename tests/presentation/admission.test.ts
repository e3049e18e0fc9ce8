import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { percentile } from '../../bench/figures.ts';
import {
  Admission,
  type AdmissionBounds,
  type LoopState,
  type Priority,
  usualBounds,
} from '../../src/presentation/http/admission.ts';
import { capacityOf, type Machine, type Outcome, simulate } from './loop-model.ts';

const bounds: AdmissionBounds = { ...usualBounds, mostInFlight: 100, patienceMs: 100, warmUpMs: 0 };
/** Whoever is inside has work to do all the time. */
const untiring = { ...bounds, lingeringMs: Number.POSITIVE_INFINITY };
const rested: LoopState = { elapsedMs: 10, utilization: 0.5 };
const restless: LoopState = { elapsedMs: 10, utilization: 1 };

/** How those inside leave, in the order in which they came. */
const exits = new WeakMap<Admission, (() => void)[]>();
const exitsOf = (admission: Admission) => {
  const known = exits.get(admission) ?? [];
  exits.set(admission, known);
  return known;
};
const leave = (admission: Admission) => exitsOf(admission).shift()?.();
const enter = (admission: Admission) => (exit: () => void) => {
  exitsOf(admission).push(exit);
};

/** Somebody who writes down what has become of him. */
function applicants(admission: Admission) {
  const told: string[] = [];
  const apply = (name: string, priority: Priority = 'interactive') =>
    admission.apply({
      priority,
      letIn: (exit) => {
        enter(admission)(exit);
        told.push(`${name} in`);
      },
      refuse: () => told.push(`${name} refused`),
    });
  return { told, apply };
}
const observeFor = (admission: Admission, ms: number, state: LoopState) => {
  for (let passed = 0; passed < ms; passed += state.elapsedMs) admission.observe(state);
};
const fill = (admission: Admission, priority: Priority) => {
  const before = admission.inFlight;
  let isOut = false;
  const someone = {
    priority,
    letIn: enter(admission),
    refuse: () => {
      isOut = true;
    },
  };
  while (!isOut && admission.apply(someone) === undefined);
  return admission.inFlight - before;
};

describe('who is let in', () => {
  it('is everybody up to the most while the loop has rests, prefetches first to stay outside, then exports', () => {
    const admission = new Admission(bounds);
    expect(fill(admission, 'prefetch')).toBe(50);
    expect(fill(admission, 'export')).toBe(25);
    expect(fill(admission, 'interactive')).toBe(25);
    leave(admission);
    expect([fill(admission, 'export'), fill(admission, 'interactive')]).toEqual([0, 1]);
  });

  it('is as many as the bound when the loop has none; who comes next waits and takes the place of who leaves', () => {
    const admission = new Admission(bounds);
    const { told, apply } = applicants(admission);
    admission.observe(restless);
    for (let name = 0; name < 18; name += 1) apply(String(name));
    expect([admission.limit, admission.inFlight, admission.waiting]).toEqual([16, 16, 2]);
    leave(admission);
    expect([told.at(-1), admission.waiting]).toEqual(['16 in', 1]);
  });

  it('is everybody who waits, once the loop has long had rests', () => {
    const admission = new Admission(bounds);
    const { told, apply } = applicants(admission);
    admission.observe(restless);
    for (let name = 0; name < 60; name += 1) apply(String(name));
    observeFor(admission, 100, rested);
    expect([admission.waiting, admission.inFlight]).toEqual([0, 60]);
    expect(told.filter((text) => text.endsWith('refused'))).toEqual([]);
  });

  it('is who waits behind those who have been inside for so long that they only wait for services', () => {
    const admission = new Admission({ ...bounds, patienceMs: 1000 });
    const { told, apply } = applicants(admission);
    admission.observe(restless);
    for (let name = 0; name < 20; name += 1) apply(String(name));
    observeFor(admission, 260, restless);
    // As long as the loop has no rest they may as well wait for it.
    expect([admission.inFlight, admission.waiting]).toEqual([16, 4]);
    admission.observe(rested);
    expect([admission.inFlight, admission.waiting, told.length]).toEqual([20, 0, 20]);
    for (let leaving = 0; leaving < 20; leaving += 1) leave(admission);
    expect(admission.inFlight).toBe(0);
  });

  it('is nobody beyond the most, however many of them only wait for services', () => {
    const admission = new Admission({ ...bounds, mostInFlight: 20, patienceMs: 1000 });
    const { told, apply } = applicants(admission);
    admission.observe(restless);
    for (let name = 0; name < 20; name += 1) apply(String(name));
    observeFor(admission, 250, restless);
    admission.observe(rested);
    apply('beyond');
    expect([admission.inFlight, told.at(-1)]).toEqual([20, 'beyond refused']);
  });

  it('is first who waits for it himself, whenever he came', () => {
    const admission = new Admission(bounds);
    const { told, apply } = applicants(admission);
    admission.observe(restless);
    for (let name = 0; name < 16; name += 1) apply(String(name));
    apply('guess', 'prefetch');
    apply('file', 'export');
    apply('person');
    for (let leaving = 0; leaving < 16; leaving += 1) leave(admission);
    expect(told.slice(16)).toEqual(['person in', 'file in', 'guess in']);
  });

  it('is nobody who has left while he waited', () => {
    const admission = new Admission(bounds);
    const { told, apply } = applicants(admission);
    admission.observe(restless);
    for (let name = 0; name < 16; name += 1) apply(String(name));
    const withdraw = apply('gone');
    apply('next');
    withdraw?.();
    withdraw?.();
    leave(admission);
    observeFor(admission, 2000, restless);
    expect([told.at(-1), told.filter((text) => text.startsWith('gone')), admission.waiting]).toEqual([
      'next in',
      [],
      0,
    ]);
  });
});

describe('how long somebody waits', () => {
  const full = (own: Partial<AdmissionBounds> = {}) => {
    const admission = new Admission({ ...untiring, ...own });
    admission.observe(restless);
    fill16(admission);
    return { admission, ...applicants(admission) };
  };
  const fill16 = (admission: Admission) => {
    for (let count = 0; count < 16; count += 1)
      admission.apply({ priority: 'interactive', letIn: enter(admission), refuse: () => undefined });
  };

  it('is as long as was said, and short while others are refused', () => {
    const { admission, told, apply } = full({ shortPatienceMs: 20 });
    observeFor(admission, 200, restless);
    apply('a');
    observeFor(admission, 90, restless);
    expect(told).toEqual([]);
    admission.observe(restless);
    expect(told).toEqual(['a refused']);
    apply('b');
    observeFor(admission, 20, restless);
    expect(told.at(-1)).toBe('b refused');
    observeFor(admission, 150, restless);
    apply('c');
    observeFor(admission, 90, restless);
    expect(told.at(-1)).toBe('b refused');
  });

  it('leaves no time for work that nobody waits for until a second after the last refusal, or until there is a rest', () => {
    const { admission, told, apply } = full();
    observeFor(admission, 200, restless);
    apply('a');
    observeFor(admission, 100, restless);
    expect([told, admission.mostUnasked]).toEqual([['a refused'], 0]);
    observeFor(admission, 990, restless);
    expect(admission.mostUnasked).toBe(0);
    admission.observe(restless);
    expect(admission.mostUnasked).toBe(2);
    observeFor(admission, 200, rested);
    expect(admission.mostUnasked).toBe(Number.POSITIVE_INFINITY);
  });

  it('ends first for who came first in a flood, when more than twice as many come as leave, but in order where a queue only stands', () => {
    const waits = (comeForEachWhoLeaves: number) => {
      const { admission, told, apply } = full({ patienceMs: 100 });
      let waited = 0;
      for (; !told.some((text) => text.endsWith('refused')); waited += 10) {
        for (let came = 0; came < 5 * comeForEachWhoLeaves; came += 1) apply('somebody');
        for (let left = 0; left < 5; left += 1) leave(admission);
        admission.observe(restless);
      }
      return waited;
    };
    expect(waits(3)).toBeLessThan(120);
    expect(waits(1.8)).toBeGreaterThan(140);
  });

  it('is least for who came last, in a flood and for a moment after it', () => {
    const { admission, told, apply } = full({ patienceMs: 1000 });
    const next = () => {
      for (const before = told.length; told.length === before; ) leave(admission);
      return told.at(-1);
    };
    for (let name = 0; name < 20; name += 1) apply(String(name));
    admission.observe(restless);
    expect(next()).toBe('19 in');
    for (let left = 0; left < 12; left += 1) leave(admission);
    observeFor(admission, 200, restless);
    expect(next()).toBe('6 in');
    observeFor(admission, 60, restless);
    expect(next()).toBe('0 in');
  });

  it('is as long as ever, though others were refused, once the flood is over', () => {
    const refusedOf40 = (leavesInTenMs: number) => {
      const { admission, told, apply } = full({ patienceMs: 250, shortPatienceMs: 200 });
      apply('first');
      observeFor(admission, 60, restless);
      for (let name = 0; name < 40; name += 1) apply(String(name));
      observeFor(admission, 190, restless);
      expect(told).toEqual(['first refused']);
      for (let passed = 0; passed < 100; passed += 10) {
        apply('another');
        for (let left = 0; left < leavesInTenMs; left += 1) leave(admission);
        admission.observe(restless);
      }
      return told.filter((text) => text.endsWith('refused')).length - 1;
    };
    expect(refusedOf40(0)).toBe(40);
    expect(refusedOf40(10)).toBe(0);
  });

  it('is long in a process that has just started, whoever was refused before', () => {
    const { admission, told, apply } = full({ warmUpMs: 10_000 });
    apply('a');
    observeFor(admission, 100, restless);
    expect(told).toEqual(['a refused']);
    apply('b');
    observeFor(admission, 90, restless);
    expect(told).toEqual(['a refused']);
  });

  it('is least for who came last, while others are refused', () => {
    const { admission, told, apply } = full();
    apply('a');
    observeFor(admission, 100, restless);
    apply('b');
    apply('c');
    while (told.length === 1) leave(admission);
    expect(told).toEqual(['a refused', 'c in']);
    observeFor(admission, 50, restless);
    expect(told.at(-1)).toBe('b refused');
  });

  it('does not count what the process stood still for, and forgives it for a while to who came meanwhile', () => {
    const { admission, told, apply } = full();
    apply('a');
    admission.observe({ elapsedMs: 800, utilization: 1 });
    observeFor(admission, 100, restless);
    expect(told).toEqual([]);
    observeFor(admission, 900, restless);
    expect(told).toEqual(['a refused']);
    observeFor(admission, 3000, restless);
    apply('b');
    observeFor(admission, 100, restless);
    expect(told.at(-1)).toBe('b refused');
  });
});

describe('the bound', () => {
  it('grows while the loop rests though somebody waits, and shrinks to the least while it never does', () => {
    const admission = new Admission(bounds);
    admission.observe(restless);
    for (let name = 0; name < 30; name += 1)
      admission.apply({ priority: 'interactive', letIn: enter(admission), refuse: () => undefined });
    admission.observe(rested);
    expect([admission.limit, admission.inFlight]).toEqual([18, 18]);
    observeFor(admission, 100, restless);
    expect(admission.limit).toBe(16);
    observeFor(admission, 5000, restless);
    expect(admission.limit).toBe(8);
  });

  it('is not moved by a loop that a busy machine makes late', () => {
    const admission = new Admission(bounds);
    observeFor(admission, 5000, { elapsedMs: 500, utilization: 0.3 });
    expect(fill(admission, 'interactive')).toBe(100);
  });

  it('lies between the least and the most and comes back, and everybody is let in or refused once', () => {
    const step = fc.oneof(
      fc.record({ priority: fc.constantFrom<Priority>('interactive', 'export', 'prefetch') }),
      fc.constantFrom('leave' as const, 'withdraw' as const),
      fc.record({
        elapsedMs: fc.integer({ min: 1, max: 1000 }),
        utilization: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
    );
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 300 }),
        fc.integer({ min: 1, max: 40 }),
        (steps, mostInFlight) => {
          const admission = new Admission({ ...bounds, mostInFlight });
          const ends: number[] = [];
          const withdrawals: (() => void)[] = [];
          let inside = 0;
          for (const one of steps) {
            if (one === 'leave') {
              if (inside > 0) {
                inside -= 1;
                leave(admission);
              }
            } else if (one === 'withdraw') withdrawals.pop()?.();
            else if ('priority' in one) {
              const index = ends.push(0) - 1;
              const end = () => {
                ends[index] = (ends[index] ?? 0) + 1;
              };
              const withdraw = admission.apply({
                priority: one.priority,
                letIn: (exit) => {
                  enter(admission)(exit);
                  end();
                  inside += 1;
                },
                refuse: end,
              });
              if (withdraw !== undefined) withdrawals.push(withdraw);
            } else admission.observe(one);
            expect(admission.inFlight).toBe(inside);
            expect(admission.inFlight + admission.waiting).toBeLessThanOrEqual(mostInFlight);
            expect(admission.limit).toBeGreaterThanOrEqual(Math.min(bounds.leastInFlight, mostInFlight));
            expect(admission.limit).toBeLessThanOrEqual(mostInFlight);
          }
          for (let leaving = inside; leaving > 0; leaving -= 1) leave(admission);
          observeFor(admission, 2000, rested);
          expect(Math.max(0, ...ends)).toBeLessThanOrEqual(1);
          expect([admission.waiting, admission.limit]).toEqual([0, mostInFlight]);
        },
      ),
    );
  });
});

describe('a process, as a model of it says', () => {
  const usual: Machine = { stagesMs: [0.6, 0.9, 1.9], callMs: 20, refusalMs: 0.15 };
  const run = (machine: Machine, shares: readonly number[], own: Partial<AdmissionBounds> = {}, seed = 1) => {
    const admission = new Admission({ ...bounds, mostInFlight: 1000, patienceMs: 1000, ...own });
    const capacity = capacityOf(machine);
    const loads = shares.map((share) => ({ perSecond: share * capacity, forMs: 4000, prefetches: 0.1 }));
    return simulate(admission, machine, loads, seed).map((outcomes) => {
      const served = outcomes.filter(({ isServed }) => isServed);
      return {
        refused: outcomes.filter(({ isServed, priority }) => !isServed && priority === 'interactive').length,
        lastRefusedMs: Math.max(...outcomes.filter(({ isServed }) => !isServed).map(({ atMs }) => atMs)),
        p99: percentile(
          served.map(({ ms }) => ms),
          99,
        ),
        goodput: served.length / 4 / capacity,
        shareOf: (priority: Outcome['priority']) => {
          const all = outcomes.filter((one) => one.priority === priority);
          return all.filter(({ isServed }) => isServed).length / all.length;
        },
      };
    });
  };

  it.each([
    ['of ordinary requests', usual],
    ['of heavy requests', { ...usual, stagesMs: [2, 5, 5] }],
    ['whose services are slow', { ...usual, callMs: 300 }],
  ])('%s serves nearly as much at three times its capacity as at most, and not much later', (_, machine) => {
    for (const seed of [1, 2, 3]) {
      const [calm, storm, after] = run(machine, [0.7, 3, 0.5], {}, seed);
      expect(calm?.refused).toBe(0);
      expect(storm?.goodput).toBeGreaterThan(0.85);
      expect(storm?.p99).toBeLessThan(3.5 * (calm?.p99 ?? 0));
      expect(storm?.shareOf('prefetch')).toBeLessThan(0.5 * (storm?.shareOf('interactive') ?? 0));
      // It began after eight seconds; what is left of the storm takes a moment.
      expect(after?.lastRefusedMs).toBeLessThan(9500);
    }
  });

  it('refuses no person at 70 % of its capacity, whatever the moments at which they come, nor for pauses', () => {
    const pauses = Array.from({ length: 8 }, (_, index) => ({ atMs: 1000 * index + 500, forMs: 90 }));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), fc.constantFrom(0.1, 0.4, 0.7), (seed, share) => {
        const all = run({ ...usual, pauses }, [share], {}, seed);
        expect(all.map(({ refused }) => refused)).toEqual([0]);
      }),
      { numRuns: 20 },
    );
  });

  it('refuses no person though it is half as fast for a second, as beside one that starts', () => {
    const slowness = (atMs: number) => (atMs > 1500 && atMs < 2500 ? 1.8 : 1);
    for (const seed of [1, 2, 3, 4, 5])
      expect(run({ ...usual, slowness }, [0.7], {}, seed)[0]?.refused).toBe(0);
  });

  it('refuses no person while its code is not yet compiled', () => {
    const slowness = (atMs: number) => 1 + 12 * Math.exp(-atMs / 500);
    const [cold] = run({ ...usual, slowness }, [0.5], { warmUpMs: 10_000 });
    expect(cold?.refused).toBe(0);
    expect(run({ ...usual, slowness }, [0.5])[0]?.refused).toBeGreaterThan(0);
  });

  it('refuses nobody when all come at once but not again', () => {
    const admission = new Admission({ ...bounds, mostInFlight: 1000 });
    const [, burst] = simulate(admission, usual, [
      { perSecond: 10, forMs: 2000 },
      { perSecond: 4000, forMs: 8 },
      { perSecond: 10, forMs: 3000 },
    ]);
    expect(burst?.length).toBeGreaterThan(20);
    expect(burst?.every(({ isServed }) => isServed)).toBe(true);
  });
});
