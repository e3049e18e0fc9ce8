import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { latencyRise, suddenFall } from '../../../src/domain/statistics/anomaly.ts';
import { seededRandom } from '../../../src/domain/statistics/random.ts';
import { addDays } from '../../../src/domain/time.ts';

const day = '2026-03-10';
/** Same weekdays before it, the newest first. */
const earlier = (...people: number[]) =>
  new Map(people.map((count, week) => [addDays(day, -7 * (week + 1)), count]));
const fall = (people: number, known: Map<string, number>, least = 10) =>
  suddenFall(new Map([...known, [day, people]]), day, least);

describe('a sudden fall', () => {
  it('is one when half of the usual people are away, and more than chance would keep away', () => {
    // Median 100; absolute deviations 2, 0, 1, 4, 1, 3, 2, 0: MAD 1.5, below 0.6745 · √100 = 6.745.
    const usual = earlier(98, 100, 101, 104, 99, 97, 102, 100);
    expect(fall(50, usual)).toEqual({ value: 50, usual: 100, z: -5, isUnusual: true });
    expect(fall(51, usual)).toMatchObject({ isUnusual: false });
    expect(fall(160, usual)).toMatchObject({ z: 6, isUnusual: false });
  });

  it('is none where days differ as much by themselves', () => {
    // Median 100, MAD 65: 0.6745 · (40 − 100) / 65.
    const known = earlier(20, 180, 40, 160, 100, 100, 30, 170);
    const compared = fall(40, known);
    expect(compared?.z).toBeCloseTo(-0.6226, 4);
    expect(compared?.isUnusual).toBe(false);
  });

  it('compares with the same weekday only', () => {
    const known = earlier(100, 100, 100, 100);
    for (let ago = 1; ago < 28; ago += 1) if (ago % 7 !== 0) known.set(addDays(day, -ago), 5);
    expect(fall(20, known)).toMatchObject({ usual: 100, isUnusual: true });
  });

  it.each([
    ['fewer than four such days are known', 0, earlier(100, 100, 100), 10],
    ['too few people are usual', 0, earlier(9, 9, 9, 9, 9), 10],
  ])('is not spoken of when %s', (_when, people, known, least) => {
    expect(fall(people, known, least)).toBeNull();
  });

  it('is not spoken of for a day that is not known: that is not nobody', () => {
    expect(suddenFall(earlier(100, 100, 100, 100), day, 10)).toBeNull();
  });

  it('is seldom found where people come as always, by chance alone', () => {
    const random = seededRandom(7);
    let found = 0;
    for (let run = 0; run < 200; run += 1) {
      const draw = () => Array.from({ length: 200 }, random).filter((one) => one < 0.5).length;
      if (fall(draw(), earlier(...Array.from({ length: 8 }, draw)))?.isUnusual) found += 1;
    }
    expect(found).toBe(0);
  });

  it('stays one when even fewer come', () => {
    const counts = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 4, maxLength: 8 });
    fc.assert(
      fc.property(counts, fc.nat(1000), fc.nat(1000), (known, people, fewer) => {
        if (fall(people, earlier(...known))?.isUnusual !== true) return;
        expect(fall(Math.max(0, people - fewer), earlier(...known))?.isUnusual).toBe(true);
      }),
    );
  });
});

describe('a service that has become slow', () => {
  const steady = [20, 22, 18, 20, 21, 19, 20, 22, 18, 20];

  it('takes more than twice as long, for three minutes together', () => {
    // Median 20; MAD 1, below the 5 ms that do not matter: 0.6745 · (60 − 20) / 5.
    expect(latencyRise([...steady, 60, 55, 70])).toMatchObject({ value: 60, usual: 20, isUnusual: true });
    expect(latencyRise([...steady, 60, 55, 70])?.z).toBeCloseTo(5.396, 3);
    expect(latencyRise([...steady, 20, 900, 20])?.isUnusual).toBe(false);
  });

  it('is not one that is a little slower, or was as slow before', () => {
    expect(latencyRise([...steady, 39, 39, 39])?.isUnusual).toBe(false);
    expect(latencyRise([...steady.map((ms) => 3 * ms), 60, 60, 60])?.isUnusual).toBe(false);
  });

  it('is not spoken of after fewer than ten minutes', () => {
    expect(latencyRise([...steady.slice(1), 900, 900, 900])).toBeNull();
    expect(latencyRise([])).toBeNull();
  });
});
