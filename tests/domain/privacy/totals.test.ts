import { describe, expect, it } from 'vitest';
import { tellableCounts } from '../../../src/domain/privacy/counts.ts';
import { type Flow, leaveRoom } from '../../../src/domain/privacy/flows.ts';
import { tellableTotals } from '../../../src/domain/privacy/totals.ts';

const flow = (from: string, to: string, people: number, is: Flow['is'] = 'hidden'): Flow => ({
  from,
  to,
  people,
  least: is === 'hidden' ? 1 : 0,
  is,
});

describe('hidden counts', () => {
  const parts = (...people: number[]) => [
    flow(
      'c',
      'a',
      people.reduce((sum, count) => sum + count, 0),
      'told',
    ),
    ...people.map((count) => flow('a', 'c', count)),
  ];

  it('have room when others can make up for them, each being at least one', () => {
    expect(leaveRoom(parts(3, 7), 10)).toBe(true);
    expect(leaveRoom(parts(3, 6), 10)).toBe(false);
    // 11 less two ones are nine.
    expect(leaveRoom(parts(3, 3, 5), 10)).toBe(true);
    expect(leaveRoom(parts(3, 3, 4), 10)).toBe(false);
  });

  it('have none alone, however large they are', () => {
    expect(leaveRoom(parts(40), 10)).toBe(false);
    expect(leaveRoom([...parts(40), flow('a', 'c', 0, 'open')], 10)).toBe(true);
  });

  it('have no more room than the way that leads to it', () => {
    const through = (least: number): Flow[] => [
      flow('c', 'a', 8, 'told'),
      flow('c', 'b', 12, 'told'),
      flow('a', 'x', 3),
      flow('a', 'y', 5),
      { ...flow('b', 'x', 9), least },
      flow('b', 'y', 3),
      flow('x', 'c', 12, 'told'),
      flow('y', 'c', 8, 'told'),
    ];
    // In a the first can be seven at most: the second is one at least.
    expect(leaveRoom(through(1), 8)).toBe(true);
    expect(leaveRoom(through(1), 9)).toBe(false);
    // Six of x at least are in b: six are left for a.
    expect(leaveRoom(through(6), 7)).toBe(true);
    expect(leaveRoom(through(6), 8)).toBe(false);
  });
});

describe('totals over several groups', () => {
  const columns = ['open', 'done', 'left'] as const;
  type Column = (typeof columns)[number];
  const totals = (...groups: Record<Column, number>[]) =>
    tellableTotals(
      groups.map((counts) => ({ counts, told: tellableCounts(counts, 10) })),
      columns,
      (key) => key,
      10,
    );

  it('are told where every group tells of it', () => {
    expect(totals({ open: 20, done: 30, left: 0 }, { open: 12, done: 0, left: 0 })).toEqual({
      open: 32,
      done: 30,
      left: 0,
    });
  });

  it('are not where they less the others are one group', () => {
    expect(totals({ open: 20, done: 30, left: 12 }, { open: 20, done: 30, left: 3 })).toEqual({
      open: null,
      done: 60,
      left: null,
    });
  });

  it('are where several groups hide enough people in them', () => {
    expect(totals({ open: 20, done: 30, left: 7 }, { open: 20, done: 30, left: 5 })).toEqual({
      open: 40,
      done: 60,
      left: 12,
    });
  });

  it('are not where each of ten groups must have one of ten', () => {
    const groups = Array.from({ length: 10 }, () => ({ open: 20, done: 30, left: 1 }));
    expect(totals(...groups)).toEqual({ open: null, done: 300, left: null });
  });

  it('are of nobody for no group', () => {
    expect(totals()).toEqual({ open: 0, done: 0, left: 0 });
  });
});
