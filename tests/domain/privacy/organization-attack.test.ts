/*
 * The attacker (attacker.ts) against the real answers: everything that an org_admin reads from organizationVelocity,
 * departmentAnalytics and strategicAlignment, put together as facts about the same hidden numbers of each person.
 * That all sizes, and who has a known figure at all, are known, is taken for granted. What holds is what
 * attack.test.ts says of the rules (its comment has the reasons), here for what is made with them:
 *
 * - Values lie in 20–80. Shares (active, on track, completed) are 0 or 100 each; where they are nearly all or nearly
 *   none, everybody is known by the bounds alone, so these are left out.
 * - A secret is a department of which fewer people than the minimum have a known figure, however large it is.
 * - One day: 20 points, up to a minimum of 11, then 200/(minimum − 1). Rounding alone nearly gives that, and so is no
 *   trial of the suppression: this is tried with every told mean exact, and then gives 100/(minimum − 1).
 * - Two days, one person come or gone: counted, over the same organizations in every run. Of those who moved fewer
 *   than one in 500 are known; of small departments fewer than one in 200, and those not to within 10 points.
 * - `active` is a count and exact, as `tellableCounts` promises it; so two days, of which all else is the same, say
 *   of one who comes whether they are active. It is on trial for one day only.
 * - The attacker does not use that shares are made of whole people. Who does knows more of two days: a rounded
 *   share of 20, 50 or 100 people is a count.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { departmentAnalytics } from '../../../src/domain/analytics/department-analytics.ts';
import { organizationVelocity } from '../../../src/domain/analytics/organization-velocity.ts';
import { strategicAlignment } from '../../../src/domain/analytics/strategic-alignment.ts';
import type { OrganizationEnrolment } from '../../../src/domain/learning/enrolment.ts';
import type { Goal } from '../../../src/domain/learning/person.ts';
import { hidingStep } from '../../../src/domain/privacy/rounding.ts';
import { seededRandom } from '../../../src/domain/statistics/random.ts';
import { ago, dayMs, now } from '../analytics/seeds.ts';
import {
  member,
  peopleOf,
  place,
  result,
  resultsOf,
  rollOf,
  setting,
} from '../organization/organization-seeds.ts';
import { bounds, type Fact, isSolved, width } from './attacker.ts';

interface Person {
  id: string;
  department: string;
  /** Topics in ten weeks, 20–80: the pace as percent of 10 a week. Null = not known. */
  topics: number | null;
  isActive: boolean;
  /** Null = no due date. */
  isOnTrack: boolean | null;
  score: number | null;
  /** Other courses: completed or going on. */
  courses: readonly boolean[];
  /** Courses that were due: in time or late. */
  due: readonly boolean[];
}
type People = readonly Person[];

/** The rows of a person. What is unknown about the other courses leaves the pace to the first one. */
const rowsOf = ({ id, topics, isActive, isOnTrack, courses, due }: Person): OrganizationEnrolment[] => [
  place({
    userId: id,
    courseId: 'main',
    enrolledAt: ago(70),
    lastActivityAt: ago(isActive ? 1 : 30),
    completedTopics: topics,
    // A quarter of a topic a week is less than anybody does, nine are more.
    totalTopics: (topics ?? 0) + (isOnTrack ? 1 : 36),
    dueAt: isOnTrack === null ? null : now + 28 * dayMs,
  }),
  ...courses.map((isDone, index) =>
    place({
      userId: id,
      courseId: `other-${index}`,
      completedTopics: null,
      ...(isDone ? { status: 'completed' as const, completedAt: ago(20) } : {}),
    }),
  ),
  ...due.map((isInTime, index) =>
    place({
      userId: id,
      courseId: `due-${index}`,
      completedTopics: null,
      status: 'completed',
      dueAt: ago(5),
      completedAt: ago(isInTime ? 6 : 4),
    }),
  ),
];

const goals: Goal[] = [{ id: 'g-1', name: null, weight: 1, targetSkills: [], kpi: null }];

/** What one org_admin reads. */
function answersOf(persons: People, minimumCohort: number) {
  const people = peopleOf(
    persons.map(({ id, department }) =>
      member({ userId: id, departmentId: department, departmentName: department }),
    ),
  );
  const roll = rollOf(people, persons.flatMap(rowsOf));
  const results = resultsOf(
    people,
    persons.map(({ id, score }) => result(id, score)),
  );
  const own = { ...setting, minimumCohort };
  return {
    velocity: organizationVelocity(people, roll, own).data,
    departments: departmentAnalytics(people, roll, results, null, own).data,
    alignment: strategicAlignment(goals, people, roll, null, new Map(), own).data,
  };
}
type Answers = ReturnType<typeof answersOf>;

/** A hidden number, 0–100, as an org_admin is told of it. A person can have several (courses), or none. */
interface Figure {
  name: string;
  /** 0 or 100 each. */
  isShare: boolean;
  valuesOf: (person: Person) => readonly number[];
  /** In percent of the range. */
  total: (answers: Answers) => number | null;
  ofDepartment: (answers: Answers, department: string) => number | null;
  /** The total is a count, and not rounded. */
  isCounted?: boolean;
}

const known = (value: number | null): number[] => (value === null ? [] : [value]);
const scaled = (value: number | null | undefined, factor: number): number | null =>
  value === null || value === undefined ? null : value * factor;
const percent = (is: boolean): number => (is ? 100 : 0);
const velocityRow = ({ velocity }: Answers, id: string) =>
  velocity.departments.find(({ departmentId }) => departmentId === id);
const departmentRow = ({ departments }: Answers, id: string) =>
  departments.departments.find(({ departmentId }) => departmentId === id);

const figures: Figure[] = [
  {
    name: 'pace',
    isShare: false,
    valuesOf: ({ topics }) => known(topics),
    total: ({ velocity }) => scaled(velocity.overallPace, 10),
    ofDepartment: (answers, id) => scaled(velocityRow(answers, id)?.pace, 10),
  },
  {
    name: 'averageScore',
    isShare: false,
    valuesOf: ({ score }) => known(score),
    total: () => null,
    ofDepartment: (answers, id) => departmentRow(answers, id)?.averageScore ?? null,
  },
  {
    name: 'onTrackPercent',
    isShare: true,
    valuesOf: ({ isOnTrack, topics }) => (isOnTrack === null || topics === null ? [] : [percent(isOnTrack)]),
    total: ({ velocity }) => velocity.onTrackPercent,
    ofDepartment: (answers, id) => velocityRow(answers, id)?.onTrackPercent ?? null,
  },
  {
    name: 'completionPercent',
    isShare: true,
    valuesOf: ({ courses, due }) => [0, ...courses.map(percent), ...due.map(() => 100)],
    total: () => null,
    ofDepartment: (answers, id) => departmentRow(answers, id)?.completionPercent ?? null,
  },
  {
    name: 'compliance',
    isShare: true,
    valuesOf: ({ due }) => due.map(percent),
    total: ({ alignment }) => alignment.goals?.[0]?.parts.compliance ?? null,
    ofDepartment: () => null,
  },
  {
    name: 'active',
    isShare: true,
    valuesOf: ({ isActive }) => [percent(isActive)],
    total: ({ velocity }) => scaled(velocity.active, 100 / (velocity.learners ?? 1)),
    ofDepartment: (answers, id) => departmentRow(answers, id)?.engagementScore ?? null,
    isCounted: true,
  },
];

const having = ({ valuesOf }: Figure, people: People): People =>
  people.filter((person) => valuesOf(person).length > 0);
/** What each value is called: the person, and the number of the course. */
const unitsOf = ({ valuesOf }: Figure, people: People): string[] =>
  people.flatMap((person) => valuesOf(person).map((_, index) => `${person.id}/${index}`));
const valuesOf = (figure: Figure, people: People): number[] =>
  people.flatMap((person) => figure.valuesOf(person));
const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
/** Most values that one person has. */
const heaviest = (figure: Figure, people: People): number =>
  Math.max(1, ...people.map((person) => figure.valuesOf(person).length));
/** People that count in the rounding: all, when nobody has more values than others. */
const effective = (figure: Figure, people: People): number =>
  Math.floor(valuesOf(figure, people).length / heaviest(figure, people));

const departmentsOf = (people: People): string[] => [...new Set(people.map(({ department }) => department))];
const inDepartment = (people: People, id: string): People =>
  people.filter(({ department }) => department === id);

interface Told {
  people: People;
  value: number;
  halfStep: number;
}

/** All that is told of a figure on one day, with the rounding that it has. */
function toldOf(figure: Figure, people: People, answers: Answers): Told[] {
  const told = (group: People, value: number | null, isExact = false): Told[] =>
    value === null
      ? []
      : [{ people: group, value, halfStep: isExact ? 0 : hidingStep(effective(figure, group)) / 2 }];
  return [
    ...told(having(figure, people), figure.total(answers), figure.isCounted),
    ...departmentsOf(people).flatMap((id) =>
      told(having(figure, inDepartment(people, id)), figure.ofDepartment(answers, id)),
    ),
  ];
}

const factOf = (figure: Figure, { people, value, halfStep }: Told): Fact => ({
  people: unitsOf(figure, people),
  mean: value,
  halfStep,
});
/** The same, had it not been rounded: then only the suppression protects. */
const exactly = (figure: Figure, people: People): Fact => ({
  people: unitsOf(figure, people),
  mean: meanOf(valuesOf(figure, people)),
  halfStep: 0,
});

/** Whose mean must not be known: departments of which fewer have a figure, and all these together if they are fewer. */
function secretGroups(figure: Figure, people: People, minimum: number): People[] {
  const small = departmentsOf(people)
    .map((id) => having(figure, inDepartment(people, id)))
    .filter((group) => group.length > 0 && group.length < minimum);
  const together = small.flat();
  return small.length > 1 && together.length < minimum ? [...small, together] : small;
}

/** The people whom no department is told about: their sum is what is left of the total. */
function hiddenPool(figure: Figure, people: People, answers: Answers): People {
  return having(figure, people).filter(({ department }) => figure.ofDepartment(answers, department) === null);
}

/** Whether a share is not known by the bounds alone: it is neither nearly all nor nearly none. */
function isOpen(figure: Figure, people: People, answers: Answers, least: number): boolean {
  const share = meanOf(valuesOf(figure, hiddenPool(figure, people, answers)));
  return !figure.isShare || (share >= least && share <= 100 - least);
}

interface Plan {
  departments: { size: number; spread: number; knownOf: number }[];
  move: 'came' | 'left';
  seed: number;
}

interface Organization {
  before: Person[];
  after: Person[];
  moved: Person;
}

function personOf(
  random: () => number,
  id: string,
  department: string,
  centre: number,
  spread: number,
  knownOf: number,
): Person {
  const between = () => Math.round(Math.min(80, Math.max(20, centre + spread * (random() - 0.5))));
  const perhaps = <T>(value: T): T | null => (random() < knownOf ? value : null);
  const flags = () => Array.from({ length: Math.floor(random() * 4) }, () => random() < centre / 100);
  return {
    id,
    department,
    topics: perhaps(between()),
    isActive: random() < centre / 100,
    isOnTrack: perhaps(random() < centre / 100),
    score: perhaps(between()),
    courses: flags(),
    due: random() < knownOf ? flags() : [],
  };
}

function organizationOf({ departments, move, seed }: Plan): Organization {
  const random = seededRandom(seed);
  const whole = departments.flatMap(({ size, spread, knownOf }, department) => {
    const centre = 20 + 60 * random();
    return Array.from({ length: size }, (_, index) =>
      personOf(random, `${department}-${index}`, `d-${department}`, centre, spread, knownOf),
    );
  });
  const at = Math.floor(random() * whole.length);
  const moved = whole[at] as Person;
  const without = whole.filter((_, index) => index !== at);
  return move === 'came'
    ? { before: without, after: whole, moved }
    : { before: whole, after: without, moved };
}

const anyOrganization: fc.Arbitrary<Organization> = fc
  .record<Plan>({
    departments: fc.array(
      fc.record({
        size: fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 60 })),
        spread: fc.integer({ min: 0, max: 60 }),
        knownOf: fc.constantFrom(1, 1, 0.5),
      }),
      { minLength: 2, maxLength: 8 },
    ),
    move: fc.constantFrom('came', 'left'),
    seed: fc.nat(),
  })
  .map(organizationOf);
const anyMinimum = fc.integer({ min: 5, max: 25 });
/** The same organizations in every run, for what can only be counted. */
const sample = (): Organization[] => fc.sample(anyOrganization, { numRuns: 600, seed: 20260101 });

describe.each(figures)('$name, told to an org_admin,', (figure) => {
  it('is the mean of the people it is told of, up to the rounding that hides one of them', () => {
    fc.assert(
      fc.property(anyOrganization, anyMinimum, ({ before }, minimum) => {
        for (const { people, value, halfStep } of toldOf(figure, before, answersOf(before, minimum))) {
          expect(people.length).toBeGreaterThanOrEqual(minimum);
          expect(Math.abs(value - meanOf(valuesOf(figure, people)))).toBeLessThanOrEqual(halfStep + 1e-6);
          if (halfStep > 0) expect(value / (2 * halfStep)).toBeCloseTo(Math.round(value / (2 * halfStep)), 6);
        }
      }),
    );
  });

  it('leaves every small department open to 20 points on one day', () => {
    fc.assert(
      fc.property(anyOrganization, anyMinimum, ({ before }, minimum) => {
        const answers = answersOf(before, minimum);
        const facts = toldOf(figure, before, answers).map((told) => factOf(figure, told));
        for (const group of secretGroups(figure, before, minimum)) {
          if (!isOpen(figure, before, answers, 20)) continue;
          // 200 / (minimum − 1), and less where the one who is missing has fewer courses than the others.
          const points = Math.min(20, (100 + 100 / heaviest(figure, before)) / (minimum - 1));
          expect(isSolved(bounds(facts, unitsOf(figure, group)), points)).toBe(false);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('leaves it so by its suppression alone, were all means exact', () => {
    fc.assert(
      fc.property(anyOrganization, anyMinimum, ({ before }, minimum) => {
        const answers = answersOf(before, minimum);
        const facts = toldOf(figure, before, answers).map(({ people }) => exactly(figure, people));
        for (const group of secretGroups(figure, before, minimum)) {
          if (!isOpen(figure, before, answers, 100 / before.length)) continue;
          const points = 100 / heaviest(figure, before) / (minimum - 1);
          expect(isSolved(bounds(facts, unitsOf(figure, group)), points)).toBe(false);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe.each(figures.filter(({ isCounted }) => !isCounted))(
  '$name, told on two days with one person come or gone,',
  (figure) => {
    /** What is told on both days, where no share is nearly all or nearly none. */
    const attacks = () =>
      sample().flatMap((organization) => {
        const days = [organization.before, organization.after];
        const told = days.flatMap((day) => toldOf(figure, day, answersOf(day, 10)));
        if (figure.isShare && told.some(({ value }) => value < 20 || value > 80)) return [];
        return [{ ...organization, days, facts: told.map((one) => factOf(figure, one)) }];
      });

    it('hardly ever tells of the one who moved: of fewer than one in 500', () => {
      const moves = attacks().filter(({ moved }) => figure.valuesOf(moved).length > 0);
      expect(moves.length).toBeGreaterThan(200);
      const solved = moves.filter(({ facts, moved }) => isSolved(bounds(facts, unitsOf(figure, [moved]))));
      expect(solved.length / moves.length).toBeLessThan(1 / 500);
    });

    it('hardly ever tells of a small department: of fewer than one in 200, and of none to within 10 points', () => {
      const widths = attacks().flatMap(({ days, facts }) =>
        days
          .flatMap((day) => secretGroups(figure, day, 10))
          .map((group) => bounds(facts, unitsOf(figure, group))),
      );
      expect(widths.length).toBeGreaterThan(1000);
      expect(widths.filter((one) => isSolved(one)).length / widths.length).toBeLessThan(1 / 200);
      expect(widths.filter((one) => isSolved(one, 10))).toEqual([]);
    });
  },
);

describe('the number of active people in a small department', () => {
  it('is never certain on one day, unless all whom nothing is told of are active, or none', () => {
    const figure = figures.find(({ isCounted }) => isCounted) as Figure;
    fc.assert(
      fc.property(anyOrganization, anyMinimum, ({ before }, minimum) => {
        const answers = answersOf(before, minimum);
        const { active } = answers.velocity;
        const pool = hiddenPool(figure, before, answers);
        const hidden = pool.filter(({ isActive }) => isActive).length;
        if (active === null || hidden === 0 || hidden === pool.length) return;
        for (const group of secretGroups(figure, before, minimum)) {
          // Even with the count of every department that is told: the hidden ones are `hidden` together.
          const least = Math.max(0, hidden - (pool.length - group.length));
          expect(Math.min(group.length, hidden) - least).toBeGreaterThanOrEqual(1);
        }
        expect(active === 0 || active >= minimum).toBe(true);
      }),
    );
  });
});

describe('without its protection the attacker wins, with it not:', () => {
  const [pace] = figures as [Figure, ...Figure[]];
  /** 4, 20 and 30 people, with paces between 30 and 70, nobody knowing those of the last ones of some. */
  const organizationWith = (...sizes: [size: number, known: number][]): Person[] =>
    sizes.flatMap(([size, knownOf], department) =>
      Array.from({ length: size }, (_, index) => ({
        id: `${department}-${index}`,
        department: `d-${department}`,
        topics: index < knownOf ? 30 + ((17 * index + 11 * department) % 41) : null,
        isActive: index % 2 === 0,
        isOnTrack: null,
        score: null,
        courses: [],
        due: [],
      })),
    );
  const attack = (people: People, told: readonly People[]) =>
    width(
      bounds(
        told.map((group) => exactly(pace, group)),
        unitsOf(pace, inDepartment(people, 'd-0')),
      ),
    );
  const toldGroups = (people: People, minimum = 10) =>
    toldOf(pace, people, answersOf(people, minimum)).map((told) => told.people);

  it('the minimum, for with one of 1 every department is told', () => {
    const people = organizationWith([4, 4], [20, 20], [30, 30]);
    expect(attack(people, toldGroups(people, 1))).toBeLessThan(0.01);
    expect(attack(people, toldGroups(people))).toBe(100);
  });

  it('complementary suppression, for a small department is the total less the others', () => {
    const people = organizationWith([4, 4], [20, 20], [30, 30]);
    const large = ['d-1', 'd-2'].map((id) => inDepartment(people, id));
    expect(attack(people, [...toldGroups(people), ...large])).toBeLessThan(0.01);
    expect(attack(people, toldGroups(people))).toBe(100);
  });

  it('suppression by what is known, for of a large department only four may have a pace', () => {
    const people = organizationWith([25, 4], [20, 20], [30, 30]);
    const large = ['d-1', 'd-2'].map((id) => inDepartment(people, id));
    expect(attack(people, [having(pace, people), ...large])).toBeLessThan(0.01);
    expect(attack(people, toldGroups(people))).toBe(100);
  });

  it('rounding, for nine people are nearly the ten that are suppressed together', () => {
    const people = organizationWith([9, 9], [1, 1], [30, 30]);
    const facts = toldOf(pace, people, answersOf(people, 10)).map((told) => factOf(pace, told));
    expect(attack(people, toldGroups(people))).toBeCloseTo(100 / 9, 3);
    expect(width(bounds(facts, unitsOf(pace, inDepartment(people, 'd-0'))))).toBeGreaterThan(20);
  });

  it('any of it, for with all departments told nearly all small ones are known in nearly all organizations', () => {
    const known = sample()
      .slice(0, 100)
      .flatMap(({ before }) =>
        secretGroups(pace, before, 10).map((group) =>
          bounds(
            toldOf(pace, before, answersOf(before, 1)).map(({ people }) => exactly(pace, people)),
            unitsOf(pace, group),
          ),
        ),
      );
    expect(known.filter((one) => isSolved(one)).length / known.length).toBeGreaterThan(0.95);
  });
});

describe('what people of suppressed departments do', () => {
  /** The same people, with as much known of them, who all do the opposite. */
  const opposite = (person: Person): Person => ({
    ...person,
    topics: person.topics === null ? null : 100 - person.topics,
    isActive: !person.isActive,
    isOnTrack: person.isOnTrack === null ? null : !person.isOnTrack,
    score: person.score === null ? null : 100 - person.score,
    courses: person.courses.map((isDone) => !isDone),
    due: person.due.map((isInTime) => !isInTime),
  });

  it('changes nothing at all in any department, nor in their comparison', () => {
    fc.assert(
      fc.property(anyOrganization, anyMinimum, ({ before }, minimum) => {
        const answers = answersOf(before, minimum);
        const isHidden = ({ department }: Person) => departmentRow(answers, department)?.suppressed === true;
        const other = answersOf(
          before.map((person) => (isHidden(person) ? opposite(person) : person)),
          minimum,
        );
        expect(other.departments).toEqual(answers.departments);
        expect(other.velocity.departments).toEqual(answers.velocity.departments);
        expect(other.velocity.learners).toBe(answers.velocity.learners);
      }),
    );
  });

  it('changes totals, when one of them does, by at most one step of the rounding', () => {
    fc.assert(
      fc.property(anyOrganization, anyMinimum, ({ before, moved }, minimum) => {
        const answers = answersOf(before, minimum);
        const changed = before.map((person) => (person.id === moved.id ? opposite(person) : person));
        const other = answersOf(changed, minimum);
        for (const figure of figures) {
          const [one, two] = [figure.total(answers), figure.total(other)];
          if (figure.isCounted) continue;
          expect(one === null).toBe(two === null);
          if (one === null || two === null) continue;
          const step = hidingStep(effective(figure, having(figure, before)));
          expect(Math.abs(one - two)).toBeLessThanOrEqual(step + 1e-6);
        }
        const counts = [answers.velocity.active, other.velocity.active];
        if (counts.every((count) => count !== null))
          expect(Math.abs((counts[0] ?? 0) - (counts[1] ?? 0))).toBeLessThanOrEqual(1);
      }),
    );
  });
});
