import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { peopleWith } from '../../../src/domain/organization/columns.ts';
import {
  anyLists,
  columnsOf,
  peopleOf,
  practiceOf,
  questionsOf,
  result,
  resultsOf,
  shuffledLists,
  skillsOf,
  team,
} from './organization-seeds.ts';

const people = peopleOf([...team('a', 2), ...team('b', 1)]);

describe('results', () => {
  it('nobody has reported are unknown, never 0', () => {
    const { meanScore } = resultsOf(people, [result('a-0', 70), result('a-1', null)]);
    expect([...meanScore]).toEqual([70, Number.NaN, Number.NaN]);
  });

  it('of a second row replace those of the first', () => {
    const { meanScore, attempts } = resultsOf(people, [
      result('a-0', 40),
      { ...result('a-0', 60), attempts: 2 },
    ]);
    expect([meanScore[0], attempts[0]]).toEqual([60, 2]);
  });

  it('of somebody who is not a member are not counted', () => {
    const { meanScore, attempts } = resultsOf(people, [result('stranger', 90)]);
    expect([...meanScore].every(Number.isNaN)).toBe(true);
    expect([...attempts]).toEqual([0, 0, 0]);
  });
});

describe('practice and questions', () => {
  it('of those who are not on the list are none', () => {
    const practice = practiceOf(people, [
      { userId: 'a-1', sessions: 4, solved: 3, lastAt: null },
      { userId: 'stranger', sessions: 9, solved: 9, lastAt: null },
    ]);
    expect([[...practice.sessions], [...practice.solved]]).toEqual([
      [0, 4, 0],
      [0, 3, 0],
    ]);
    const questions = questionsOf(people, [
      { userId: 'b-0', questions: 5, resolved: 2 },
      { userId: 'stranger', questions: 9, resolved: 9 },
    ]);
    expect([[...questions.asked], [...questions.resolved]]).toEqual([
      [0, 0, 5],
      [0, 0, 2],
    ]);
  });
});

describe('skills', () => {
  const skills = skillsOf(people, [
    { userId: 'a-0', skillId: 's-1', level: 3 },
    { userId: 'a-1', skillId: 's-1', level: 1 },
    { userId: 'b-0', skillId: 's-1', level: 4 },
    { userId: 'b-0', skillId: 's-2', level: 0 },
    { userId: 'stranger', skillId: 's-1', level: 4 },
  ]);
  const having = (skillId: string, level: number, department?: number) =>
    peopleWith(skills, people.departments.length, skillId, level, department);

  it('are reached at a level by all who have that level or more: 3, 1 and 4 make 3, 2, 2, 1', () => {
    expect([1, 2, 3, 4].map((level) => having('s-1', level))).toEqual([3, 2, 2, 1]);
    expect([1, 2, 3, 4].map((level) => having('s-1', level, 0))).toEqual([2, 1, 1, 0]);
    expect([1, 2, 3, 4].map((level) => having('s-1', level, 1))).toEqual([1, 1, 1, 1]);
  });

  it('at level 0 are not had, and nobody has one that is on no list, nor more than expertise', () => {
    expect([having('s-2', 1), having('s-9', 1), having('s-1', 5)]).toEqual([0, 0, 0]);
  });

  it('asked for at half a level are had by those with the next one, and reached half are not reached', () => {
    expect(having('s-1', 1.5)).toBe(2);
    const half = skillsOf(people, [{ userId: 'a-0', skillId: 's-1', level: 2.9 }]);
    expect([2, 3].map((level) => peopleWith(half, 2, 's-1', level))).toEqual([1, 0]);
  });

  it('of a person count once, by the first row', () => {
    const twice = skillsOf(people, [
      { userId: 'a-0', skillId: 's-1', level: 1 },
      { userId: 'a-0', skillId: 's-1', level: 4 },
    ]);
    expect([1, 4].map((level) => peopleWith(twice, 2, 's-1', level))).toEqual([1, 0]);
  });
});

describe('the columns of any organization', () => {
  it('say the same of everybody in any order of people and rows', () => {
    fc.assert(
      fc.property(anyLists, fc.nat(), (lists, seed) => {
        const read = (from: typeof lists) => {
          const { people: own, results, skills, practice, questions } = columnsOf(from);
          return {
            persons: [...own.places]
              .map(([userId, at]) => [
                userId,
                results.meanScore[at],
                practice.sessions[at],
                questions.asked[at],
                questions.resolved[at],
              ])
              .sort(),
            skills: ['s-1', 's-2', 's-3'].map((skillId) =>
              [1, 2, 3, 4].map((level) => peopleWith(skills, own.departments.length, skillId, level)),
            ),
          };
        };
        expect(read(shuffledLists(lists, seed))).toEqual(read(lists));
      }),
    );
  });

  it('never have fewer people at a lower level than at a higher one, and departments add up', () => {
    fc.assert(
      fc.property(anyLists, (lists) => {
        const { people: own, skills } = columnsOf(lists);
        const departments = own.departments.length;
        for (const skillId of skills.skillIds) {
          const reached = [1, 2, 3, 4].map((level) => peopleWith(skills, departments, skillId, level));
          expect(reached).toEqual(reached.toSorted((a, b) => b - a));
          const summed = own.departments.reduce(
            (sum, _, department) => sum + peopleWith(skills, departments, skillId, 2, department),
            0,
          );
          expect(summed).toBe(reached[1]);
        }
      }),
    );
  });
});
