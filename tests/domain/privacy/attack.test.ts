/*
 * What everyone may read is attacked with two linear programs per secret (attacker.ts). What holds:
 *
 * - Values lie in 20–80. A mean of 0 or 100 says what everyone's value is, by the bounds alone, however many
 *   they are; that is no difference of two answers, and no rule about group sizes helps.
 * - Secrets are the departments below the minimum, and all of these together when they are below it. A large
 *   department that is suppressed for a small one is none: of 40 people with 3 others the mean is known to
 *   within a few points, and may be.
 * - One day, total and departments: exact. 20 points, up to a minimum of 11. Of 20 people whose mean may be
 *   told, 19 are known to within 100/19 points by that alone; with the rounding it is 200/(minimum − 1).
 * - One day with safe filters: exact is only 100/(minimum − 1), for a filter may tell about the same people
 *   as a difference does, and two roundings of one sum can meet: once in 100,000 departments.
 * - Two days, one person more: exact only for a single group that is told on both days. Rounding cannot do
 *   more: when an answer goes up a step with one who comes, that value is above the mean (as it must be), and
 *   with a second group, of higher mean, whose answer goes down, between the two. That takes two answers
 *   at once (once in 10,000 people), or a department that is told on one of the days, with one more (once in
 *   1,000 small departments). So here it is counted, over the same organizations in every run.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { filtersAreSafe } from '../../../src/domain/privacy/filters.ts';
import { hideOne, hidingStep } from '../../../src/domain/privacy/rounding.ts';
import { suppressedCells } from '../../../src/domain/privacy/suppression.ts';
import { seededRandom } from '../../../src/domain/statistics/random.ts';
import { type Bounds, bounds, type Fact, isSolved, width } from './attacker.ts';

interface Person {
  id: string;
  department: number;
  senior: boolean;
  value: number;
}
type People = readonly Person[];

/** What an organization does for privacy; the tests turn off one at a time. */
interface Protections {
  minimum: number;
  complementary: boolean;
  rounding: boolean;
  filter: 'none' | 'safe' | 'any';
}
const all: Protections = { minimum: 10, complementary: true, rounding: true, filter: 'safe' };

const idsOf = (people: People): string[] => people.map(({ id }) => id);
const meanOf = (people: People): number => people.reduce((sum, { value }) => sum + value, 0) / people.length;
const inDepartment =
  (department: number) =>
  (person: Person): boolean =>
    person.department === department;
const isSenior = ({ senior }: Person): boolean => senior;

function factOf(people: People, rounding: boolean): Fact {
  const [mean, step] = [meanOf(people), hidingStep(people.length)];
  return rounding
    ? { people: idsOf(people), mean: hideOne(mean, people.length), halfStep: step / 2 }
    : { people: idsOf(people), mean, halfStep: 0 };
}

const departmentsOf = (people: People): number[] => [...new Set(people.map(({ department }) => department))];

function visibleDepartments(people: People, { minimum, complementary }: Protections): number[] {
  const cells = departmentsOf(people)
    .sort((a, b) => a - b)
    .map((key) => ({ key: String(key), people: people.filter(inDepartment(key)).length }));
  const suppressed = suppressedCells(cells, minimum);
  return cells
    .filter((cell) => (complementary ? !suppressed.has(cell.key) : cell.people >= minimum))
    .map(({ key }) => Number(key));
}

/** The seniors of the organization, when that may be told beside the visible departments. */
function filteredFacts(people: People, visible: readonly number[], protections: Protections): Fact[] {
  const seniors = people.filter(isSenior);
  const { filter, minimum, rounding } = protections;
  if (filter === 'none' || seniors.length < minimum) return [];
  const isSafe = filtersAreSafe(people, [isSenior, ...visible.map(inDepartment)], minimum);
  return filter === 'any' || isSafe ? [factOf(seniors, rounding)] : [];
}

/**
 * All that is told on one day: the total, each visible department, and the seniors. That the total would not
 * be told beside a wrong suppression (`totalIsTellable`) is left out: the suppression itself is on trial.
 */
function published(people: People, protections: Protections): Fact[] {
  if (people.length < protections.minimum) return [];
  const visible = visibleDepartments(people, protections);
  return [
    factOf(people, protections.rounding),
    ...visible.map((key) => factOf(people.filter(inDepartment(key)), protections.rounding)),
    ...filteredFacts(people, visible, protections),
  ];
}

/** Whose mean must not be known: each department below the minimum, and all these together if they are. */
function secretGroups(people: People, minimum: number): People[] {
  const small = departmentsOf(people)
    .map((key) => people.filter(inDepartment(key)))
    .filter((group) => group.length < minimum);
  const together = small.flat();
  return small.length > 1 && together.length < minimum ? [...small, together] : small;
}

/** Two days of an organization; on one of them one person is not there, or in another department. */
interface Organization {
  before: Person[];
  after: Person[];
  moved: string;
}

interface Plan {
  departments: { size: number; seniors: 'all' | 'none' | 'half'; spread: number }[];
  move: 'came' | 'left' | 'changed';
  seed: number;
}

function peopleOf({ departments, seed }: Plan): Person[] {
  const random = seededRandom(seed);
  return departments.flatMap(({ size, seniors, spread }, department) => {
    const centre = 20 + 60 * random();
    return Array.from({ length: size }, (_, index) => ({
      id: `${department}-${index}`,
      department,
      senior: seniors === 'all' || (seniors === 'half' && index % 2 === 0),
      value: Math.min(80, Math.max(20, centre + spread * (random() - 0.5))),
    }));
  });
}

function organizationOf(plan: Plan): Organization {
  const people = peopleOf(plan);
  const random = seededRandom(plan.seed + 1);
  const at = Math.floor(random() * people.length);
  const whole = people.map((person, index) =>
    index === at ? { ...person, value: 20 + 60 * random() } : person,
  );
  const without = whole.filter((_, index) => index !== at);
  const moved = whole[at]?.id ?? '';
  const next = (department: number): number => (department + 1) % plan.departments.length;
  if (plan.move === 'came') return { before: without, after: whole, moved };
  if (plan.move === 'left') return { before: whole, after: without, moved };
  const changed = whole.map((person, index) =>
    index === at ? { ...person, department: next(person.department) } : person,
  );
  return { before: whole, after: changed, moved };
}

const anyOrganization: fc.Arbitrary<Organization> = fc
  .record<Plan>({
    departments: fc.array(
      fc.record({
        size: fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 60 })),
        seniors: fc.constantFrom('all', 'none', 'half'),
        spread: fc.integer({ min: 0, max: 60 }),
      }),
      { minLength: 2, maxLength: 8 },
    ),
    move: fc.constantFrom('came', 'left', 'changed'),
    seed: fc.nat(),
  })
  .map(organizationOf);
const anyMinimum = fc.integer({ min: 5, max: 25 });

/** The same organizations in every run, for what can only be counted. */
const sample = (): Organization[] => fc.sample(anyOrganization, { numRuns: 1500, seed: 20260101 });

const bothDays = ({ before, after }: Organization, protections: Protections): Fact[] => [
  ...published(before, protections),
  ...published(after, protections),
];

const knownOf = (facts: readonly Fact[], people: People): Bounds => bounds(facts, idsOf(people));

describe('on one day', () => {
  it('no small department is known to within 20 points from the total and the departments', () => {
    fc.assert(
      fc.property(anyOrganization, anyMinimum, ({ before }, minimum) => {
        const facts = published(before, { ...all, minimum, filter: 'none' });
        for (const group of secretGroups(before, minimum)) {
          expect(isSolved(knownOf(facts, group), Math.min(20, 200 / (minimum - 1)))).toBe(false);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('nor with a safe filter better than the last ones of a group that is told about exactly', () => {
    fc.assert(
      fc.property(anyOrganization, anyMinimum, fc.boolean(), ({ before }, minimum, rounding) => {
        const facts = published(before, { ...all, minimum, rounding });
        for (const group of secretGroups(before, minimum)) {
          expect(isSolved(knownOf(facts, group), 100 / (minimum - 1))).toBe(false);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('on two days with one person more, less or elsewhere', () => {
  it('nobody who moved is known to within 20 points from one group that is told on both', () => {
    fc.assert(
      fc.property(anyOrganization, anyMinimum, ({ before, after, moved }, minimum) => {
        const groups: ((person: Person) => boolean)[] = [() => true, isSenior];
        for (const isIn of [...groups, ...departmentsOf(before).map(inDepartment)]) {
          const days = [before.filter(isIn), after.filter(isIn)].filter((day) => day.length >= minimum);
          const facts = days.map((day) => factOf(day, true));
          expect(isSolved(bounds(facts, [moved]))).toBe(false);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('hardly anybody is by all groups together: fewer than one in 500', () => {
    const organizations = sample();
    const solved = organizations.filter((organization) =>
      isSolved(bounds(bothDays(organization, all), [organization.moved])),
    );
    expect(solved.length / organizations.length).toBeLessThan(1 / 500);
  });

  it('hardly any small department is: fewer than one in 200, and those not to within 10 points', () => {
    const known = sample().flatMap((organization) => {
      const facts = bothDays(organization, all);
      const groups = [organization.before, organization.after].flatMap((day) => secretGroups(day, 10));
      return groups.map((group) => knownOf(facts, group));
    });
    expect(known.length).toBeGreaterThan(3000);
    expect(known.filter((one) => isSolved(one)).length / known.length).toBeLessThan(1 / 200);
    expect(known.filter((one) => isSolved(one, 10))).toEqual([]);
  });
});

/** Departments of these sizes, with values between 30 and 70; all but the very first person are seniors. */
const organizationWith = (...sizes: number[]): Person[] =>
  sizes.flatMap((size, department) =>
    Array.from({ length: size }, (_, index) => ({
      id: `${department}-${index}`,
      department,
      senior: !(department === 0 && index === 0),
      value: 30 + ((17 * index + 11 * department) % 41),
    })),
  );

describe('the attacker', () => {
  const ab: Fact = { people: ['a', 'b'], mean: 50, halfStep: 0 };
  const abc: Fact = { people: ['a', 'b', 'c'], mean: 60, halfStep: 0 };

  it('solves a value that is the difference of two sums: 3 · 60 − 2 · 50 = 80', () => {
    const { low, high } = bounds([ab, abc], ['c']);
    expect([low, high]).toEqual([expect.closeTo(80, 5), expect.closeTo(80, 5)]);
  });

  it('knows it up to the rounding: 3 · (60 ± 2) − 2 · (50 ± 1) is 72 to 88', () => {
    const { low, high } = bounds(
      [
        { ...ab, halfStep: 1 },
        { ...abc, halfStep: 2 },
      ],
      ['c'],
    );
    expect([low, high]).toEqual([expect.closeTo(72, 5), expect.closeTo(88, 5)]);
  });

  it('uses that values are from 0 to 100: of two with the mean 90 none is below 80', () => {
    const { low, high } = bounds([{ ...ab, mean: 90 }], ['a']);
    expect([low, high]).toEqual([expect.closeTo(80, 5), expect.closeTo(100, 5)]);
  });

  it('knows nothing of whom nothing is told, and finds contradictions', () => {
    expect(bounds([], ['a'])).toEqual({ low: 0, high: 100 });
    expect(() => bounds([ab, { ...ab, mean: 70 }], ['a'])).toThrow('infeasible');
  });

  it('always finds what holds the truth', () => {
    fc.assert(
      fc.property(anyOrganization, fc.boolean(), (organization, rounding) => {
        const facts = bothDays(organization, { ...all, rounding });
        for (const group of secretGroups(organization.before, 10)) {
          const { low, high } = knownOf(facts, group);
          expect(low).toBeLessThanOrEqual(meanOf(group) + 1e-3);
          expect(high).toBeGreaterThanOrEqual(meanOf(group) - 1e-3);
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe('without a protection the attacker wins, with it not:', () => {
  const attack = (people: People, target: People, protections: Protections): number =>
    width(knownOf(published(people, protections), target));

  it('complementary suppression, for a small department is the total less the others', () => {
    const people = organizationWith(4, 20, 30);
    const target = people.filter(inDepartment(0));
    const exact = { ...all, rounding: false };
    expect(attack(people, target, { ...exact, complementary: false })).toBeLessThan(0.01);
    expect(attack(people, target, exact)).toBe(100);
  });

  it('rounding, for nine people are nearly the ten that are suppressed together', () => {
    const people = organizationWith(9, 1, 30);
    const target = people.filter(inDepartment(0));
    expect(attack(people, target, { ...all, rounding: false })).toBeCloseTo(100 / 9, 3);
    expect(attack(people, target, all)).toBeGreaterThan(20);
  });

  it('safe filters, for one person may be all less those who are senior', () => {
    const people = organizationWith(12, 20, 30);
    const target = people.slice(0, 1);
    const exact = { ...all, rounding: false };
    expect(attack(people, target, { ...exact, filter: 'any' })).toBeLessThan(0.01);
    expect(attack(people, target, exact)).toBe(100);
  });

  it('rounding, for one who leaves is the difference of two days', () => {
    const before = organizationWith(12, 20, 30);
    const [first] = before;
    const organization = { before, after: before.slice(1), moved: first?.id ?? '' };
    const known = (rounding: boolean) =>
      bounds(bothDays(organization, { ...all, rounding }), [organization.moved]);
    expect(width(known(false))).toBeLessThan(0.01);
    expect(width(known(true))).toBeGreaterThan(20);
  });

  it('rounding, for without it most of those who move are known', () => {
    const organizations = sample().slice(0, 200);
    const solved = organizations.filter((organization) =>
      isSolved(bounds(bothDays(organization, { ...all, rounding: false }), [organization.moved])),
    );
    expect(solved.length / organizations.length).toBeGreaterThan(0.5);
  });
});
