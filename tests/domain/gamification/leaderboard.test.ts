import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type LeaderboardPerson,
  leaderboard,
  leaderboardPrivacies,
} from '../../../src/domain/gamification/leaderboard.ts';

const person = (
  n: number,
  points: number,
  privacy: LeaderboardPerson['privacy'] = 'public',
): LeaderboardPerson => ({ userId: `u-${n}`, displayName: `Person ${n}`, points, privacy });
const all = { limit: 1000, offset: 0 };
/** Nine public people with 10, 20, … 90 points. */
const nine = Array.from({ length: 9 }, (_, index) => person(index + 1, 10 * (index + 1)));

describe('a leaderboard', () => {
  it('of the seed: ten people, one of them anonymous, an eleventh hidden', () => {
    const people = [...nine, person(10, 85, 'anonymous'), person(11, 999, 'hidden')];
    const { entries, you, participants } = leaderboard(people, 'u-8', { limit: 3, offset: 0 });
    expect(entries).toEqual([
      { rank: 1, displayName: 'Person 9', points: 90, isYou: false },
      { rank: 2, displayName: null, points: 85, isYou: false },
      { rank: 3, displayName: 'Person 8', points: 80, isYou: true },
    ]);
    // Seven of ten are below, one is equal: 100 · 7.5 / 10.
    expect(you).toEqual({ rank: 3, percentile: 75, points: 80 });
    expect(participants).toBe(10);
  });

  it('gives equal points the same rank and goes on after all of them', () => {
    const people = [person(1, 50), person(2, 70), person(3, 70), person(4, 50), person(5, 10)];
    expect(leaderboard(people, 'u-9', all).entries.map(({ rank }) => rank)).toEqual([1, 1, 3, 3, 5]);
  });

  it('shows an anonymous person’s name to that person alone', () => {
    const people = [...nine, person(10, 85, 'anonymous')];
    const named = (viewer: string) => leaderboard(people, viewer, all).entries[1]?.displayName;
    expect([named('u-10'), named('u-1')]).toEqual(['Person 10', null]);
  });

  it('gives a hidden person the own points and no place', () => {
    const board = leaderboard([...nine, person(10, 85, 'hidden')], 'u-10', all);
    expect(board.you).toEqual({ rank: null, percentile: null, points: 85 });
    expect(board.participants).toBe(9);
    expect(board.entries.some(({ isYou }) => isYou)).toBe(false);
  });

  it('has no place for a viewer who is not one of the people, nor anything of nobody', () => {
    expect(leaderboard(nine, 'u-99', all).you).toBeNull();
    expect(leaderboard([], 'u-1', all)).toEqual({ entries: [], you: null, participants: 0 });
  });

  it('tells no percentile below ten participants, or below what the organization asks for', () => {
    const ten = [...nine, person(10, 100)];
    const of = (people: LeaderboardPerson[], minimumParticipants?: number) =>
      leaderboard(people, 'u-1', all, minimumParticipants === undefined ? {} : { minimumParticipants }).you;
    expect(of(nine)).toEqual({ rank: 9, percentile: null, points: 10 });
    expect(of([...nine, person(10, 100, 'hidden')])?.percentile).toBeNull();
    expect([of(ten)?.percentile, of(ten, 11)?.percentile]).toEqual([5, null]);
  });

  it('puts people with equal points in the order of the seed, not of their ids', () => {
    const people = Array.from({ length: 200 }, (_, index) => person(index + 100, 50));
    const order = (seed?: string) =>
      leaderboard(people, 'u-1', all, seed === undefined ? {} : { seed }).entries.map(({ displayName }) =>
        Number(displayName?.slice(7)),
      );
    const numbers = order();
    // Shuffled, about two of the 200 stand beside their neighbour; ordered by a plain hash, 28 do.
    const neighbours = numbers.filter((n, index) => Math.abs(n - (numbers[index - 1] ?? 0)) === 1);
    expect(neighbours.length).toBeLessThan(10);
    expect(order('another')).not.toEqual(numbers);
    expect(order()).toEqual(numbers);
  });
});

const anyPerson: fc.Arbitrary<LeaderboardPerson> = fc.record({
  userId: fc.integer({ min: 1, max: 40 }).map((n) => `u-${n}`),
  displayName: fc.option(fc.constantFrom('Ada', 'Grace', 'Alan')),
  points: fc.nat(12).map((n) => n * 10),
  privacy: fc.constantFrom(...leaderboardPrivacies),
});
const anyPeople = fc.uniqueArray(anyPerson, { selector: ({ userId }) => userId, maxLength: 25 });
const anyPage = fc.record({ limit: fc.integer({ min: 1, max: 30 }), offset: fc.nat(10) });
const anyViewer = fc.integer({ min: 1, max: 40 }).map((n) => `u-${n}`);

describe('any leaderboard', () => {
  it('is byte for byte the same for others whether a hidden person exists or not, with any points', () => {
    fc.assert(
      fc.property(
        anyPeople,
        anyViewer,
        anyPage,
        fc.nat(1000),
        fc.nat(25),
        (people, viewer, page, points, at) => {
          const hidden: LeaderboardPerson = {
            userId: 'u-0',
            displayName: 'Nobody',
            points,
            privacy: 'hidden',
          };
          const answer = (of: LeaderboardPerson[]) => JSON.stringify(leaderboard(of, viewer, page));
          expect(answer(people.toSpliced(at, 0, hidden))).toBe(answer(people));
          const withoutHidden = people.filter((one) => one.privacy !== 'hidden' || one.userId === viewer);
          expect(answer(withoutHidden)).toBe(answer(people));
        },
      ),
    );
  });

  it('answers every other viewer the same, whatever the name of an anonymous person', () => {
    fc.assert(
      fc.property(anyPeople, anyViewer, anyPage, fc.string(), (people, viewer, page, name) => {
        const renamed = people.map((one) =>
          one.privacy === 'anonymous' && one.userId !== viewer ? { ...one, displayName: name } : one,
        );
        expect(leaderboard(renamed, viewer, page)).toEqual(leaderboard(people, viewer, page));
      }),
    );
  });

  it('ranks everybody by how many have more, and does not depend on the order of people', () => {
    fc.assert(
      fc.property(anyPeople, anyViewer, (people, viewer) => {
        const board = leaderboard(people, viewer, all);
        const shown = people.filter(({ privacy }) => privacy !== 'hidden');
        for (const { rank, points } of board.entries)
          expect(rank).toBe(1 + shown.filter((other) => other.points > points).length);
        expect(board.participants).toBe(board.entries.length);
        expect(leaderboard(people.toReversed(), viewer, all)).toEqual(board);
      }),
    );
  });

  it('is cut into pages that make up the whole, and the viewer’s place does not depend on the page', () => {
    fc.assert(
      fc.property(anyPeople, anyViewer, fc.integer({ min: 1, max: 7 }), (people, viewer, limit) => {
        const whole = leaderboard(people, viewer, all);
        const pages = Array.from({ length: 25 }, (_, index) =>
          leaderboard(people, viewer, { limit, offset: index * limit }),
        );
        expect(pages.flatMap(({ entries }) => entries)).toEqual(whole.entries);
        expect(new Set(pages.map(({ you }) => JSON.stringify(you)))).toEqual(
          new Set([JSON.stringify(whole.you)]),
        );
      }),
    );
  });
});
