/**
 * Courses come in runs, and learners come in classes. A class takes one run after the other; everyone in a run has
 * the same due day. Both ways are arithmetic: from a learner to the runs, and from a run back to its learners.
 */
import { type Course, courseAt } from './courses.ts';
import { learnersIn } from './people.ts';
import { between, hash, seededRandom, stream } from './random.ts';
import { countIn, indexAt } from './shares.ts';
import { historyDays, type WorldSize } from './world.ts';

/** Learners of one organization with consecutive ranks. */
export interface Class {
  organization: number;
  number: number;
  first: number;
  size: number;
}

export interface Run {
  class: Class;
  course: Course;
  /** 0 = the latest run of its class. */
  step: number;
  /** Unique within the organization. */
  number: number;
  /** Days before today; due days may lie ahead (negative). */
  startAgo: number;
  dueAgo: number;
}

/** Most have 12 to 40; the seven are too few to show figures about. */
const classSizes = [24, 30, 18, 36, 7, 28, 22, 40, 20, 26];
const firstRanks = classSizes.map((_, place) =>
  classSizes.slice(0, place).reduce((sum, size) => sum + size, 0),
);
const classLap = classSizes.reduce((sum, size) => sum + size, 0);
const smallestOpen = 12;
const mostRuns = 6;
/** The demo's people are halfway through their first course, whatever the seed. */
const demoStartAgo = 35;

export function classNumberOf(rank: number): number {
  const within = rank % classLap;
  const place = firstRanks.findLastIndex((first) => first <= within);
  return Math.floor(rank / classLap) * classSizes.length + place;
}

export function classesIn(size: WorldSize, organization: number): number {
  const learners = learnersIn(size, organization);
  return learners === 0 ? 0 : classNumberOf(learners - 1) + 1;
}

export function classAt(size: WorldSize, organization: number, number: number): Class {
  const place = number % classSizes.length;
  const first = Math.floor(number / classSizes.length) * classLap + (firstRanks[place] ?? 0);
  const planned = classSizes[place] ?? 0;
  return { organization, number, first, size: Math.min(planned, learnersIn(size, organization) - first) };
}

/** Guests are welcome where there are enough people anyway. */
export const isOpen = ({ size }: Class): boolean => size >= smallestOpen;

const coursesIn = (size: WorldSize, organization: number) =>
  countIn(size.organizations, organization, size.courses);

/** Which of the organization's courses a class takes as its latest, second latest … run. */
function courseRank(courses: number, classNumber: number, step: number): number {
  const runs = Math.min(mostRuns, courses);
  const start = runs * classNumber;
  // Each lap through the catalogue starts at another step, or always the same courses would be the latest.
  return (start + ((step + Math.floor(start / courses)) % runs)) % courses;
}

interface Known {
  ofClass: Map<string, Run[]>;
  ofCourse: Map<number, Run[]>;
}

/** Runs are few (a handful for 25 learners) and asked for all the time. */
const known = new WeakMap<WorldSize, Known>();

function knownRuns(size: WorldSize): Known {
  const found = known.get(size) ?? { ofClass: new Map(), ofCourse: new Map() };
  known.set(size, found);
  return found;
}

function kept<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const value = map.get(key) ?? make();
  map.set(key, value);
  return value;
}

/** The runs of a class, latest first, as far back as the past reaches. */
export const runsOf = (size: WorldSize, group: Class): Run[] =>
  kept(knownRuns(size).ofClass, `${group.organization} ${group.number}`, () => makeRuns(size, group));

function makeRuns(size: WorldSize, group: Class): Run[] {
  const { organization, number } = group;
  const random = seededRandom(hash(size.seed, stream.class, organization, number));
  const courses = coursesIn(size, organization);
  const runs: Run[] = [];
  const drawn = between(random, 5, 95);
  let startAgo = number === 0 ? demoStartAgo : drawn;
  for (let step = 0; step < Math.min(mostRuns, courses); step += 1) {
    const rank = courseRank(courses, number, step);
    const course = courseAt(size, indexAt(size.organizations, { organization, rank }));
    if (step > 0) startAgo += course.lengthDays + between(random, 7, 35);
    if (startAgo > historyDays - 7) break;
    const dueAgo = startAgo - course.lengthDays;
    runs.push({ class: group, course, step, number: number * mostRuns + step, startAgo, dueAgo });
  }
  return runs;
}

/** Every run of a course, the first one first. */
export const runsOfCourse = (size: WorldSize, course: Course): Run[] =>
  kept(knownRuns(size).ofCourse, course.index, () => findRuns(size, course));

function findRuns(size: WorldSize, course: Course): Run[] {
  const { organization, rank } = course;
  const courses = coursesIn(size, organization);
  const steps = Array.from({ length: Math.min(mostRuns, courses) }, (_, step) => step);
  const runs: Run[] = [];
  for (let number = 0; number < classesIn(size, organization); number += 1) {
    if (!steps.some((step) => courseRank(courses, number, step) === rank)) continue;
    const all = runsOf(size, classAt(size, organization, number));
    runs.push(...all.filter((run) => run.course.rank === rank));
  }
  return runs.sort((a, b) => b.startAgo - a.startAgo || a.number - b.number);
}
