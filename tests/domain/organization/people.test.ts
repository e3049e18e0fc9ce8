import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { departmentSizes, peopleBuilder } from '../../../src/domain/organization/people.ts';
import { anyLists, member, peopleOf, shuffled, team } from './organization-seeds.ts';

const idsOf = (...members: Parameters<typeof member>[0][]) => [
  ...peopleOf(members.map((changes) => member(changes))).places.keys(),
];

describe('the people of an organization', () => {
  it('are those who are still there and learn, not those who only lead and have no role', () => {
    expect(
      idsOf(
        { userId: 'learns' },
        { userId: 'left', isActive: false },
        { userId: 'perhaps-there', isActive: null },
        { userId: 'no-role', roles: [] },
        { userId: 'teaches', roles: ['trainer'] },
        { userId: 'both', roles: ['trainer', 'learner'] },
        { userId: 'runs-it', roles: ['org_admin'] },
      ),
    ).toEqual(['learns', 'perhaps-there', 'both']);
  });

  it('who teach are listed apart, once, and not when they have left', () => {
    const people = peopleOf([
      member({ userId: 't-1', roles: ['trainer'] }),
      member({ userId: 't-1', roles: ['trainer'] }),
      member({ userId: 't-2', roles: ['trainer', 'learner'] }),
      member({ userId: 't-3', roles: ['trainer'], isActive: false }),
    ]);
    expect(people.trainerIds).toEqual(['t-1', 't-2']);
    expect([...people.places.keys()]).toEqual(['t-2']);
  });

  it('are counted once, in the department of their first row', () => {
    const people = peopleOf([
      ...team('a', 2),
      member({ userId: 'a-0', departmentId: 'b', departmentName: 'B' }),
      ...team('b', 1),
    ]);
    expect([...people.places.keys()]).toEqual(['a-0', 'a-1', 'b-0']);
    expect(departmentSizes(people)).toEqual([2, 1]);
  });

  it('are counted in the row that says they are there, when another says they left', () => {
    const rows = [member({ isActive: false }), member({ departmentId: 'd-2' })];
    expect(peopleOf(rows).departments.map(({ departmentId }) => departmentId)).toEqual(['d-2']);
    expect(peopleOf(rows.toReversed()).places.size).toBe(1);
  });

  it('without a department are unassigned, together', () => {
    const people = peopleOf([...team(null, 3), ...team('a', 1)]);
    expect(people.departments).toEqual([
      { departmentId: 'unassigned', name: null },
      { departmentId: 'a', name: 'Department a' },
    ]);
    expect(departmentSizes(people)).toEqual([3, 1]);
  });

  it('give their department its name, whichever of them knows it', () => {
    const rows = [member({ departmentName: null }), member({ userId: 'u-2' })];
    for (const order of [rows, rows.toReversed()])
      expect(peopleOf(order).departments).toEqual([{ departmentId: 'd-1', name: 'Department 1' }]);
  });

  it('of nobody are nobody', () => {
    const people = peopleOf([]);
    expect([people.places.size, people.departments, people.trainerIds]).toEqual([0, [], []]);
  });

  it('are the same in any order, on one page or on many', () => {
    fc.assert(
      fc.property(anyLists, fc.nat(), fc.integer({ min: 1, max: 7 }), ({ members }, seed, pageSize) => {
        const builder = peopleBuilder('UTC');
        const order = shuffled(members, seed);
        for (let from = 0; from < order.length; from += pageSize)
          builder.add(order.slice(from, from + pageSize));
        const [paged, whole] = [builder.done(), peopleOf(members)];
        expect([...paged.places.keys()].sort()).toEqual([...whole.places.keys()].sort());
        const bySize = (people: typeof whole) =>
          Object.fromEntries(
            people.departments.map(({ departmentId }, index) => [
              departmentId,
              departmentSizes(people)[index],
            ]),
          );
        expect(bySize(paged)).toEqual(bySize(whole));
        expect(departmentSizes(paged).reduce((sum, size) => sum + size, 0)).toBe(paged.places.size);
      }),
    );
  });
});
