/*
 * The attacker against everything a trainer is told of who is where in the own courses: course-performance, course-health
 * and student-distribution, of each course and of all together (teaching-effectiveness tells no such number: its shares
 * are of work, ratings and topics). Each answer is a line about the
 * same hidden numbers, how many people of a course are in a state; two linear programs per number say what it can be.
 *
 * - A number is secret when no answer tells it. It must never be certain, and a small one must be able to be as large as
 *   the minimum less one, for whoever knows all answers at once, and that what is suppressed is not nothing.
 * - All enrolled on one day, nobody's stay is cut short but by withdrawing: so the survival curve counts who withdrew.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Constraint, solve } from 'yalps';
import type { CourseFacts } from '../../../src/domain/analytics/course-facts.ts';
import { courseHealth } from '../../../src/domain/analytics/course-health.ts';
import { coursePerformance } from '../../../src/domain/analytics/course-performance.ts';
import { studentDistribution } from '../../../src/domain/analytics/student-distribution.ts';
import type { CourseEnrolment } from '../../../src/domain/learning/enrolment.ts';
import { hidingStep } from '../../../src/domain/privacy/rounding.ts';
import { everything, facts, people, scored } from '../analytics/course-seeds.ts';
import { ago, calendar } from '../analytics/seeds.ts';

const states = ['notStarted', 'active', 'otherInProgress', 'completed', 'withdrawn'] as const;
type State = (typeof states)[number];
type Sizes = Record<State, number>;
const goingOn: State[] = ['notStarted', 'active', 'otherInProgress'];
const inProgress: State[] = ['active', 'otherInProgress'];

const rowOf: Record<State, Partial<CourseEnrolment>> = {
  notStarted: { status: 'enrolled', completedTopics: 0, lastActivityAt: null },
  active: { status: 'in_progress', lastActivityAt: ago(1) },
  otherInProgress: { status: 'in_progress', lastActivityAt: ago(30) },
  completed: { status: 'completed', completedAt: ago(1), lastActivityAt: ago(1) },
  withdrawn: { status: 'withdrawn', withdrawnAt: ago(50), lastActivityAt: ago(50) },
};

const courseOf = (sizes: Sizes, index: number): CourseFacts =>
  facts(`c-${index}`, {
    roll: states.flatMap((state) =>
      people(`${index}-${state}`, sizes[state], {
        enrolledAt: ago(70),
        dueAt: ago(-70),
        ...rowOf[state],
      }),
    ),
  });

const sizeOf = (sizes: Sizes): number => states.reduce((sum, state) => sum + sizes[state], 0);

/** A sum of hidden numbers, by name, and what it can be. */
interface Line {
  of: [cell: string, factor: number][];
  bounds: Constraint;
}

const cell = (course: number, state: State): string => `${course} ${state}`;
const sumLine = (cells: readonly string[], bounds: Constraint): Line => ({
  of: cells.map((name) => [name, 1]),
  bounds,
});

/** What a trainer is told of one course, or of all (null). */
function answersOf(courses: readonly CourseFacts[], courseId: string | null, minimumCohort: number) {
  const question = { ...everything, courseId };
  const setting = { ...calendar, minimumCohort };
  const context = { topicIds: new Map(), baseline: 'none' as const };
  return {
    performance: coursePerformance(courses, question, setting).data,
    health: courseHealth(courses, question, context, setting).data,
    distribution: studentDistribution(courses, question, new Map(), setting).data,
  };
}
type Answers = ReturnType<typeof answersOf>;

/** Which states each figure counts, and what is told of it. */
function countsOf(answers: Answers, at: number | null): [State[], number | null][] {
  const { byProgress } = answers.distribution;
  const row = at === null ? undefined : answers.performance.courses?.[0];
  return [
    [['notStarted'], byProgress.notStarted],
    [inProgress, byProgress.inProgress],
    [['completed'], byProgress.completed],
    [['withdrawn'], byProgress.withdrawn],
    ...(row === undefined
      ? []
      : ([
          [['active'], row.active],
          [['completed'], row.completions],
          [['withdrawn'], row.withdrawals],
        ] as [State[], number | null][])),
  ];
}

/** `part` of `whole` is about `percent`; only one person can be meant by half a step. */
function shareLines(
  part: string[],
  whole: string[],
  percent: number | null | undefined,
  step: number,
): Line[] {
  if (percent === null || percent === undefined) return [];
  const less = (share: number): [string, number][] => [
    ...part.map((name): [string, number] => [name, 1]),
    ...whole.map((name): [string, number] => [name, -share / 100]),
  ];
  const merged = (terms: [string, number][]): [string, number][] => [
    ...terms.reduce(
      (sums, [name, by]) => sums.set(name, (sums.get(name) ?? 0) + by),
      new Map<string, number>(),
    ),
  ];
  return [
    { of: merged(less(percent - step / 2)), bounds: { min: -1e-6 } },
    { of: merged(less(percent + step / 2)), bounds: { max: 1e-6 } },
  ];
}

interface Told {
  lines: Line[];
  /** Sums that were not told. */
  secrets: { cells: string[]; size: number }[];
}

/** The few of a state who are in courses that do not tell of it: a group as well, which a total may not give away. */
function restsOf(courses: readonly CourseFacts[], plan: readonly Sizes[], minimum: number): Told['secrets'] {
  const alone = courses.map((_, at) => countsOf(answersOf(courses, `c-${at}`, minimum), null));
  return (alone[0] ?? []).flatMap(([some], index) => {
    const rows = [...plan.keys()].filter((at) => alone[at]?.[index]?.[1] === null);
    const size = rows.reduce(
      (sum, at) => sum + some.reduce((all, state) => all + (plan[at]?.[state] ?? 0), 0),
      0,
    );
    if (size === 0 || size >= minimum) return [];
    return [{ cells: rows.flatMap((at) => some.map((state) => cell(at, state))), size }];
  });
}

function toldOf(plan: readonly Sizes[], minimum: number): Told {
  const courses = plan.map(courseOf);
  const lines: Line[] = [];
  const secrets: Told['secrets'] = [];
  const everyCell = plan.flatMap((_, at) => states.map((state) => cell(at, state)));
  for (const at of [...plan.keys(), null]) {
    const answers = answersOf(courses, at === null ? null : `c-${at}`, minimum);
    const rows = at === null ? [...plan.keys()] : [at];
    const cellsOf = (some: readonly State[]) => rows.flatMap((row) => some.map((state) => cell(row, state)));
    const size = (some: readonly State[]) =>
      rows.reduce((sum, row) => sum + some.reduce((all, state) => all + (plan[row]?.[state] ?? 0), 0), 0);
    const { performance, health, distribution } = answers;
    const whole = cellsOf(states);
    const places = size(states);
    const [row, healthRow] = at === null ? [] : [performance.courses?.[0], health.courses?.[0]];
    for (const total of [row?.enrollments, performance.totalLearners, distribution.totalLearners])
      if (total !== null && total !== undefined) lines.push(sumLine(whole, { equal: total }));
    const counts = countsOf(answers, at);
    const tellsAny = counts.some(([, count]) => count !== null);
    for (const [some, count] of counts) {
      if (count !== null) lines.push(sumLine(cellsOf(some), { equal: count }));
      else if (size(some) > 0) {
        secrets.push({ cells: cellsOf(some), size: size(some) });
        if (tellsAny) lines.push(sumLine(cellsOf(some), { min: 1 }));
      }
    }
    const completed = cellsOf(['completed']);
    for (const percent of [row?.completionPercent, performance.completionPercent])
      lines.push(...shareLines(completed, whole, percent, hidingStep(places)));
    if (healthRow) {
      const going = cellsOf(goingOn);
      lines.push(
        ...shareLines(cellsOf(['active']), going, healthRow.parts.engagement, hidingStep(size(goingOn))),
      );
      const stayed = cellsOf([...goingOn, 'completed']);
      lines.push(...shareLines(stayed, whole, healthRow.parts.retention, hidingStep(places)));
      // All are there until the third week, in which some withdraw.
      const third = healthRow.survival?.[2];
      lines.push(...shareLines(stayed, whole, third?.remainingPercent, hidingStep(places)));
    }
  }
  secrets.push(...restsOf(courses, plan, minimum));
  // Nobody is told of a course that is suppressed, but that somebody is on it.
  for (const at of plan.keys()) {
    const own = states.map((state) => cell(at, state));
    if (sizeOf(plan[at] as Sizes) > 0) lines.push(sumLine(own, { min: 1 }));
  }
  return { lines: [...lines, ...everyCell.map((name) => sumLine([name], { min: 0 }))], secrets };
}

function boundsOf(lines: readonly Line[], cells: readonly string[]): { low: number; high: number } {
  const variables = new Map<string, [string, number][]>();
  for (const [index, { of }] of lines.entries())
    for (const [name, factor] of of) {
      const own = variables.get(name) ?? [];
      own.push([`line ${index}`, factor]);
      variables.set(name, own);
    }
  for (const name of cells) variables.get(name)?.push(['goal', 1]);
  const constraints = lines.map(({ bounds }, index): [string, Constraint] => [`line ${index}`, bounds]);
  const extreme = (direction: 'minimize' | 'maximize'): number => {
    const { status, result } = solve({ direction, objective: 'goal', constraints, variables });
    if (status === 'unbounded') return Number.POSITIVE_INFINITY;
    if (status !== 'optimal') throw new Error(`The linear program is ${status}.`);
    return result;
  };
  return { low: extreme('minimize'), high: extreme('maximize') };
}

/** What is wrong with how the secrets are kept. */
function leaksOf(plan: readonly Sizes[], minimum: number): string[] {
  const { lines, secrets } = toldOf(plan, minimum);
  return secrets.flatMap(({ cells, size }) => {
    const { low, high } = boundsOf(lines, cells);
    const isSolved = high - low < 1 - 1e-3;
    const isKnownSmall = size < minimum && high < minimum - 1 - 1e-3;
    return isSolved || isKnownSmall ? [`${cells.join('+')} = ${size} in ${low}..${high}`] : [];
  });
}

const anySize = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 40 }));
const anySizes = fc.record({
  notStarted: anySize,
  active: anySize,
  otherInProgress: anySize,
  completed: anySize,
  withdrawn: anySize,
});
const anyPlan = fc.array(anySizes, { minLength: 1, maxLength: 4 });
const sizes = (...[notStarted, active, otherInProgress, completed, withdrawn]: number[]): Sizes =>
  ({ notStarted, active, otherInProgress, completed, withdrawn }) as Sizes;

describe('what a trainer reads of one roll', () => {
  it('says how many are in a state, or in no way how few', () => {
    fc.assert(
      fc.property(anyPlan, fc.constantFrom(5, 10, 15), (plan, minimum) => {
        expect(leaksOf(plan, minimum)).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });

  it.each([
    ['the distribution tells who completed, the performance who is active', [sizes(0, 3, 30, 15, 0)]],
    ['one answer hides who withdrew, the other the same less who has not begun', [sizes(4, 25, 12, 20, 6)]],
    ['a survival curve has the steps of those who withdrew', [sizes(0, 40, 40, 0, 3)]],
    ['a share of the active people is their number', [sizes(0, 3, 37, 12, 12)]],
    [
      'ten courses with one who withdrew each make ten',
      Array.from({ length: 10 }, () => sizes(0, 20, 0, 15, 1)),
    ],
    ['the total less one course is the other', [sizes(0, 30, 0, 20, 3), sizes(0, 30, 0, 20, 12)]],
  ])('is safe where %s', (_, plan) => {
    expect(leaksOf(plan, 10)).toEqual([]);
  });

  it('is told as far as it may be: the parts of one sum are hidden, the sum is not', () => {
    const [answer] = [answersOf([courseOf(sizes(0, 30, 4, 0, 0), 0)], 'c-0', 10)];
    expect(answer?.performance.courses?.[0]).toMatchObject({ enrollments: 34, active: null, completions: 0 });
    expect(answer?.distribution.byProgress).toEqual({
      notStarted: 0,
      inProgress: 34,
      completed: 0,
      withdrawn: 0,
    });
    expect(answer?.health.courses?.[0]?.parts.engagement).toBeNull();
  });
});

describe('what a trainer reads of the scores in one course', () => {
  const performances = ['struggling', 'onTrack', 'excelling', 'noGradeYet'] as const;
  type Performance = (typeof performances)[number];
  /** People with a score in a ten, who struggle (not seen, behind the plan) or do as the score says. */
  type Group = { ten: number | null; isLate: boolean; people: number };
  const scoreOf = ({ ten }: Group) => (ten === null ? null : 10 * ten + 6);

  const factsOf = (groups: readonly Group[]): CourseFacts => {
    const rows = groups.map((group, at) =>
      people(`${at}`, group.people, {
        enrolledAt: ago(30),
        dueAt: ago(-30),
        completedTopics: group.isLate ? 1 : 9,
        lastActivityAt: ago(group.isLate ? 20 : 1),
      }),
    );
    return facts('c-0', {
      roll: rows.flat(),
      attempts: groups.flatMap((group, at) => {
        const score = scoreOf(group);
        return score === null ? [] : scored(rows[at] ?? [], score, 'c-0');
      }),
    });
  };
  const performanceOf = (score: number | null, isLate: boolean): Performance => {
    if (score === null) return 'noGradeYet';
    if (score < 60 || isLate) return 'struggling';
    return score >= 85 ? 'excelling' : 'onTrack';
  };
  /** Where people can be at all: the score says it but for those who are late, and in the eighties for all. */
  const places = [
    ...Array.from({ length: 10 }, (_, ten) => ['struggling', ten] as const),
    ...[6, 7, 8].map((ten) => ['onTrack', ten] as const),
    ...[8, 9].map((ten) => ['excelling', ten] as const),
    ['noGradeYet', null] as const,
  ];

  function leaksOfScores(groups: readonly Group[], minimum: number): string[] {
    const { distribution } = answersOf([factsOf(groups)], 'c-0', minimum);
    const sizeIf = (holds: (group: Group) => boolean) =>
      groups.filter(holds).reduce((sum, { people: count }) => sum + count, 0);
    const named = (holds: (place: (typeof places)[number]) => boolean) =>
      places.filter(holds).map((place) => place.join(' '));
    const sums = [
      ...performances.map((state) => ({
        cells: named(([own]) => own === state),
        size: sizeIf((group) => performanceOf(scoreOf(group), group.isLate) === state),
        told: distribution.byPerformance[state],
        tellsZeros: Object.values(distribution.byPerformance).some((count) => count !== null),
      })),
      ...distribution.scoreHistogram.map((told, ten) => ({
        cells: named(([, own]) => own === ten),
        size: sizeIf((group) => group.ten === ten),
        told,
        tellsZeros: distribution.scoreHistogram.some((count) => count !== null),
      })),
    ];
    const lines = [
      ...named(() => true).map((name) => sumLine([name], { min: 0 })),
      ...(distribution.totalLearners === null
        ? []
        : [
            sumLine(
              named(() => true),
              { equal: distribution.totalLearners },
            ),
          ]),
      ...sums.flatMap(({ cells, size, told, tellsZeros }) => {
        if (told !== null) return [sumLine(cells, { equal: told })];
        return size > 0 && tellsZeros ? [sumLine(cells, { min: 1 })] : [];
      }),
    ];
    return sums.flatMap(({ cells, size, told }) => {
      if (told !== null || size === 0) return [];
      const { low, high } = boundsOf(lines, cells);
      const isKnown = high - low < 1 - 1e-3 || (size < minimum && high < minimum - 1 - 1e-3);
      return isKnown ? [`${cells.join('+')} = ${size} in ${low}..${high}`] : [];
    });
  }

  const anyGroups = fc.array(
    fc.record({
      ten: fc.option(fc.nat(9)),
      isLate: fc.boolean(),
      people: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 30 })),
    }),
    { minLength: 1, maxLength: 8 },
  );

  it('says how many have a score, or in no way how few', () => {
    fc.assert(
      fc.property(anyGroups, fc.constantFrom(5, 10, 15), (groups, minimum) => {
        expect(leaksOfScores(groups, minimum)).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });

  it('does not count those without a grade by the tens of the others', () => {
    const groups = [
      { ten: 7, isLate: false, people: 20 },
      { ten: 9, isLate: false, people: 12 },
      { ten: null, isLate: false, people: 3 },
    ];
    const { byPerformance, scoreHistogram } = answersOf([factsOf(groups)], 'c-0', 10).distribution;
    expect(byPerformance).toEqual({ struggling: 0, onTrack: 20, excelling: null, noGradeYet: null });
    expect([scoreHistogram[7], scoreHistogram[9]]).toEqual([20, null]);
  });
});
