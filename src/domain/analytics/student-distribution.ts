import { tellableCounts } from '../privacy/counts.ts';
import { type Flow, leaveRoom } from '../privacy/flows.ts';
import { hideOne } from '../privacy/rounding.ts';
import type { Computed, Missing, MissingReason } from '../provenance.ts';
import type { Setting } from '../setting.ts';
import { quantile } from '../statistics/summary.ts';
import { type AtRisk, atRisk } from './at-risk.ts';
import {
  type CountedCourse,
  type CourseFacts,
  type CourseQuestion,
  chosenOf,
  countedCourses,
  tellableTotal,
  totalsAreTold,
} from './course-facts.ts';
import { type ProgressState, progressStates, toldProgress } from './course-states.ts';
import {
  type Bin,
  binOf,
  bins,
  courseLevels,
  type HandInCount,
  handInCounts,
  handInsOf,
  isHidden,
  type Level,
  type PerformanceState,
  performanceOf,
  performanceStates,
  type Student,
  studentsOf,
} from './students.ts';

const quartileShares = { p25: 0.25, p50: 0.5, p75: 0.75, p90: 0.9 } as const;
const quartiles = ['p25', 'p50', 'p75', 'p90'] as const;

/** How many fall into each bucket; null where that is suppressed or not known. */
type Buckets<K extends string> = Record<K, number | null>;
type Quartile = keyof typeof quartileShares;

export interface StudentDistribution {
  /** Different people. */
  totalLearners: number | null;
  /** Places by the level of the course. */
  byLevel: Buckets<Level>;
  /** Places by how far they are. */
  byProgress: Buckets<ProgressState>;
  /** People by how they do. */
  byPerformance: Buckets<PerformanceState>;
  /** People by score in tens; 100 lies in the last. */
  scoreHistogram: (number | null)[];
  /** Of the people's scores, 0–100, type 7. */
  quartiles: Buckets<Quartile>;
  /** Pairs of person and assessment by the number of hand-ins. */
  attempts: Buckets<HandInCount>;
  /** Null when it is not known who learns. */
  atRisk: AtRisk[] | null;
}

const bucketsOf = <K extends string, V>(keys: readonly K[], value: (key: K) => V): Record<K, V> =>
  Object.fromEntries(keys.map((key) => [key, value(key)])) as Record<K, V>;

const noBuckets = <K extends string>(keys: readonly K[]): Buckets<K> => bucketsOf(keys, () => null);

/** One thing that is counted, with the bucket it falls into. */
interface Counted<K> {
  bucket: K;
  /** Only in courses that are suppressed. */
  isHidden: boolean;
  /** Where it counts. */
  courseIds: readonly string[];
}

const sizesOf = <K extends string>(keys: readonly K[], counted: readonly Counted<K>[]): Record<K, number> => {
  const groups = Map.groupBy(counted, ({ bucket }) => bucket);
  return bucketsOf(keys, (key) => groups.get(key)?.length ?? 0);
};

/** The courses of a person, for counting people. */
const whereIs = (one: Student) => ({
  isHidden: isHidden(one),
  courseIds: one.places.map(({ courseId }) => courseId),
});

/** By course and bucket, what is told to those who ask for that course alone. */
function toldByCourse<K extends string>(
  keys: readonly K[],
  counted: readonly Counted<K>[],
  minimum: number,
): ReadonlyMap<string, Buckets<K>> {
  const courseIds = new Set(counted.flatMap((one) => one.courseIds));
  return new Map(
    [...courseIds].map((courseId) => {
      const own = counted.filter((one) => one.courseIds.includes(courseId));
      return [courseId, tellableCounts(sizesOf(keys, own), minimum)];
    }),
  );
}

/**
 * Buckets that may be told for all of these: also by themselves for those in suppressed courses, and only where what
 * single courses do not tell of the bucket is nothing, or enough people in at least two courses. Every course can be
 * asked for alone, and these would be what is left.
 */
function tellable<K extends string>(
  keys: readonly K[],
  counted: readonly Counted<K>[],
  minimum: number,
  byCourse: ReadonlyMap<string, Buckets<K>> = toldByCourse(keys, counted, minimum),
): Buckets<K> {
  const hidden = counted.filter(({ isHidden }) => isHidden);
  const told = tellableCounts(sizesOf(keys, counted), minimum);
  const toldOfHidden = tellableCounts(sizesOf(keys, hidden), minimum);
  const isUntold = (courseId: string, key: K) => byCourse.get(courseId)?.[key] === null;
  const isLeftOver = (key: K) => {
    const left = counted.filter(
      ({ bucket, courseIds }) => bucket === key && courseIds.every((courseId) => isUntold(courseId, key)),
    );
    const courses = new Set(left.flatMap(({ courseIds }) => courseIds)).size;
    // One in each of ten courses are ten, and each is known.
    const room = left.length - (courses - 2);
    return left.length > 0 && byCourse.size > 1 && (courses < 2 || room < minimum);
  };
  return bucketsOf(keys, (key) => (toldOfHidden[key] === null || isLeftOver(key) ? null : told[key]));
}

/** A bucket of many pairs may be of few people, so it is told when the pairs and the people are enough. */
function handInBuckets(students: readonly Student[], now: number, minimum: number): Buckets<HandInCount> {
  const pairs = students.flatMap(({ userId, places }) =>
    places.flatMap((place) =>
      handInsOf(place, now).map((times) => ({
        userId,
        bucket: handInCounts[Math.min(times, handInCounts.length) - 1] ?? 'one',
        isHidden: place.isHidden,
        courseIds: [place.courseId],
      })),
    ),
  );
  const told = tellable(handInCounts, pairs, minimum);
  const people = (key: HandInCount) =>
    new Set(pairs.filter(({ bucket }) => bucket === key).map(({ userId }) => userId)).size;
  return bucketsOf(handInCounts, (key) => (told[key] !== 0 && people(key) < minimum ? null : told[key]));
}

function quartilesOf(scores: readonly number[], minimum: number): Buckets<Quartile> {
  if (scores.length < minimum) return noBuckets(quartiles);
  return bucketsOf(quartiles, (name) => {
    const value = quantile(scores, quartileShares[name]);
    return value === null ? null : hideOne(value, scores.length);
  });
}

/** The figures that need attempts; without any they are not known. */
type FromAttempts = Pick<StudentDistribution, 'byPerformance' | 'scoreHistogram' | 'quartiles' | 'attempts'>;
type Counts = Omit<StudentDistribution, 'atRisk'>;

const withoutAttempts: FromAttempts = {
  byPerformance: noBuckets(performanceStates),
  scoreHistogram: bins.map(() => null),
  quartiles: noBuckets(quartiles),
  attempts: noBuckets(handInCounts),
};

const noCounts: Counts = {
  totalLearners: null,
  byLevel: noBuckets(courseLevels),
  byProgress: noBuckets(progressStates),
  ...withoutAttempts,
};

/** In which tens of a score somebody who does so can be; whoever is late struggles with any. */
const binsWhere: Record<Exclude<PerformanceState, 'noGradeYet'>, readonly Bin[]> = {
  struggling: bins,
  onTrack: ['6', '7', '8'],
  excelling: ['8', '9'],
};
const gradedStates = ['struggling', 'onTrack', 'excelling'] as const;

interface Scores {
  states: Buckets<PerformanceState>;
  bins: Buckets<Bin>;
}

/** What states and tens say together about the same people, as the counts that add up to one another. */
function flowsOf(students: readonly Student[], told: Scores, now: number): Flow[] {
  const states = Map.groupBy(students, (one) => performanceOf(one, now));
  const inBin = (some: readonly Student[] | undefined, bin: Bin) =>
    some?.filter(({ score }) => score !== null && binOf(score) === bin).length ?? 0;
  const flow = (from: string, to: string, people: number, is: Flow['is']): Flow => ({
    from,
    to,
    people,
    least: is === 'open' ? 0 : Math.min(1, people),
    is,
  });
  const isOf = (count: number | null) => (count === null ? 'hidden' : 'told');
  const ungraded = states.get('noGradeYet')?.length ?? 0;
  return [
    flow('nobody', 'everybody', students.length, 'told'),
    flow('everybody', 'nobody', ungraded, isOf(told.states.noGradeYet)),
    ...gradedStates.flatMap((state) => [
      flow('everybody', state, states.get(state)?.length ?? 0, isOf(told.states[state])),
      ...binsWhere[state].map((bin) => flow(state, bin, inBin(states.get(state), bin), 'open')),
    ]),
    ...bins.map((bin) => flow(bin, 'nobody', inBin(students, bin), isOf(told.bins[bin]))),
  ];
}

/**
 * The tens that may be told beside the states: a state is the sum of tens, or nearly, so that they would give one another
 * away. Further tens are suppressed, the smallest first, as long as they do; where that is not enough, all are.
 */
function besideStates(students: readonly Student[], told: Scores, { now, minimumCohort }: Setting): Scores {
  const sizeOf = (bin: Bin) => students.filter(({ score }) => score !== null && binOf(score) === bin).length;
  const further = bins.filter((bin) => (told.bins[bin] ?? 0) > 0).sort((a, b) => sizeOf(a) - sizeOf(b));
  for (let count = 0; count <= further.length; count += 1) {
    const gone = new Set(further.slice(0, count));
    const rest = { ...told, bins: bucketsOf(bins, (bin) => (gone.has(bin) ? null : told.bins[bin])) };
    if (leaveRoom(flowsOf(students, rest, now), minimumCohort)) return rest;
  }
  return { ...told, bins: noBuckets(bins) };
}

/** @param alone what is told of each course alone, by id */
function scoresOf(
  students: readonly Student[],
  setting: Setting,
  alone?: ReadonlyMap<string, Scores>,
): Scores {
  const byBin = students.flatMap((one) =>
    one.score === null ? [] : [{ bucket: binOf(one.score), ...whereIs(one) }],
  );
  const byState = students.map((one) => ({ bucket: performanceOf(one, setting.now), ...whereIs(one) }));
  const of = <K extends string>(pick: (scores: Scores) => Buckets<K>) =>
    alone && new Map([...alone].map(([courseId, scores]) => [courseId, pick(scores)]));
  const minimum = setting.minimumCohort;
  const told = {
    states: tellable(
      performanceStates,
      byState,
      minimum,
      of((scores) => scores.states),
    ),
    bins: tellable(
      bins,
      byBin,
      minimum,
      of((scores) => scores.bins),
    ),
  };
  return besideStates(students, told, setting);
}

/** What those read who ask for one of several courses. */
const scoresByCourse = (courses: readonly CountedCourse[], setting: Setting): Map<string, Scores> =>
  new Map(
    courses.map((one) => [
      one.course.courseId,
      one.isSuppressed
        ? { states: noBuckets(performanceStates), bins: noBuckets(bins) }
        : scoresOf(studentsOf([one], setting.now), setting),
    ]),
  );

function countsFromAttempts(
  courses: readonly CountedCourse[],
  students: readonly Student[],
  setting: Setting,
): FromAttempts {
  const { now, minimumCohort } = setting;
  const alone = courses.length < 2 ? undefined : scoresByCourse(courses, setting);
  const told = scoresOf(students, setting, alone);
  return {
    byPerformance: told.states,
    scoreHistogram: bins.map((bin) => told.bins[bin]),
    quartiles: quartilesOf(
      students.flatMap(({ score }) => score ?? []),
      minimumCohort,
    ),
    attempts: handInBuckets(students, now, minimumCohort),
  };
}

function countsOf(
  courses: readonly CountedCourse[],
  students: readonly Student[],
  knowsAttempts: boolean,
  setting: Setting,
): Counts {
  const places = students.flatMap((one) => one.places);
  const byLevel = places.map(({ level: bucket, isHidden, courseId }) => ({
    bucket,
    isHidden,
    courseIds: [courseId],
  }));
  return {
    totalLearners: tellableTotal(students.length, places.length, setting.minimumCohort),
    byLevel: tellable(courseLevels, byLevel, setting.minimumCohort),
    byProgress: toldProgress(courses, setting),
    ...(knowsAttempts ? countsFromAttempts(courses, students, setting) : withoutAttempts),
  };
}

/** Why there is nothing where there is nothing: once for a figure without any part, else for each part. */
function missingIn(counts: Counts, reasonOf: (figure: string) => MissingReason): Missing[] {
  return Object.entries(counts).flatMap(([figure, value]): Missing[] => {
    const reason = reasonOf(figure);
    if (value === null || typeof value !== 'object') return value === null ? [{ field: figure, reason }] : [];
    const parts = Object.entries(value).filter(([, part]) => part === null);
    if (parts.length === Object.keys(value).length) return [{ field: figure, reason }];
    if (Array.isArray(value)) return parts.length === 0 ? [] : [{ field: `${figure}[]`, reason }];
    return parts.map(([part]) => ({ field: `${figure}.${part}`, reason }));
  });
}

function missingInList(list: readonly AtRisk[]): Missing[] {
  if (list.length === 0) return [];
  const isNameless = list.some(({ fullName }) => fullName === null);
  return [
    { field: 'atRisk[].riskProbability', reason: 'not_configured' },
    ...(isNameless ? [{ field: 'atRisk[].fullName', reason: 'insufficient_data' } as const] : []),
  ];
}

/** Why there is nothing at all; then the list of people is unknown too, or none may be told. */
const nothing = (reason: MissingReason, list: [] | null): Computed<StudentDistribution> => ({
  data: { ...noCounts, atRisk: list },
  missing: [...missingIn(noCounts, () => reason), { field: 'atRisk', reason }],
});

/** Without the attempts, or without anybody graded, what is made of them is not known. */
const reasonWith =
  (knowsAttempts: boolean, graded: number) =>
  (figure: string): MissingReason => {
    const isUnknown = figure === 'quartiles' && graded === 0;
    return isUnknown || (!knowsAttempts && figure in withoutAttempts) ? 'insufficient_data' : 'suppressed';
  };

/**
 * How the learners of a trainer are distributed: places by level of the course and by progress, people by
 * performance and score, hand-ins, and who is at risk.
 *
 * Units: people, places, pairs; scores 0–100. Null rule: fewer people than the minimum: all suppressed; a
 * bucket with fewer, and those from which it could be recomputed, suppressed; a roll that is not known leaves
 * all unknown; someone without a grade is in no bucket of scores. Source: ANALYTICS definition "Student
 * distribution", version 1.
 * @param facts of all the trainer's courses, also when one is asked for; null when the trainer is not known
 * @param names full names by user id, as far as they are known
 */
export function studentDistribution(
  facts: readonly CourseFacts[] | null,
  question: CourseQuestion,
  names: ReadonlyMap<string, string | null>,
  setting: Setting,
): Computed<StudentDistribution> {
  if (facts === null) return { data: { ...noCounts, atRisk: null }, missing: [] };
  const counted = countedCourses(facts, question, setting);
  const chosen = chosenOf(counted, question.courseId);
  if (chosen.some(({ people }) => people === null)) return nothing('insufficient_data', null);
  if (!totalsAreTold(counted, question.courseId, setting.minimumCohort)) return nothing('suppressed', []);
  const students = studentsOf(chosen, setting.now);
  const knowsAttempts = chosen.length === 0 || chosen.some(({ attempts }) => attempts !== null);
  const counts = countsOf(chosen, students, knowsAttempts, setting);
  const graded = students.filter(({ score }) => score !== null).length;
  const list = atRisk(students, names, setting.now);
  return {
    data: { ...counts, atRisk: list },
    missing: [...missingIn(counts, reasonWith(knowsAttempts, graded)), ...missingInList(list)],
  };
}

/** The same figures with the names of those who are at risk, as far as they are known. */
export function withNames(
  { data, missing }: Computed<StudentDistribution>,
  names: ReadonlyMap<string, string | null>,
): Computed<StudentDistribution> {
  if (data.atRisk === null) return { data, missing };
  const list = data.atRisk.map((one) => ({ ...one, fullName: names.get(one.userId) ?? one.fullName }));
  const others = missing.filter(({ field }) => !field.startsWith('atRisk[]'));
  return { data: { ...data, atRisk: list }, missing: [...others, ...missingInList(list)] };
}
