/** Who takes part in which run, and what is to become of it. */

import type { Course } from './courses.ts';
import { learnerPartAt } from './demo-cast.ts';
import { demoFates, type Fate, fates, paces } from './fates.ts';
import { type Learner, learnerOf, learnersIn } from './people.ts';
import { hash, pickWeighted, seededRandom, share, stream } from './random.ts';
import {
  type Class,
  classAt,
  classesIn,
  classNumberOf,
  isOpen,
  type Run,
  runsOf,
  runsOfCourse,
} from './runs.ts';
import type { WorldSize } from './world.ts';

export interface Enrolment {
  learner: Learner;
  run: Run;
  enrolledAgo: number;
  assignment: 'self' | 'assigned';
  fate: Fate;
  /** Time taken against time planned. */
  pace: number;
  /** Days before today from which nothing more is done here; null = goes on. */
  endsAgo: number | null;
  /** Days before today of leaving the course; null = does not leave, or not yet. */
  withdrawnAgo: number | null;
  seed: number;
}

const takesPart = 0.84;
const isGuest = 0.3;
const triesAgain = 0.15;
/** Who comes later than this before the due day is not enrolled any more. */
const leastDays = 21;
/** Someone who has just come is enrolled after so many days. */
const settlingDays = 3;

/** Days before today of being enrolled; null when that is not so. */
function enrolledAgoOf(learner: Learner, run: Run, early: number): number | null {
  const settled = learner.joinedAgo < early + settlingDays ? learner.joinedAgo - settlingDays : early;
  const enrolledAgo = Math.min(early, settled);
  const tooLate = enrolledAgo - run.dueAgo < leastDays || enrolledAgo < 1;
  const isGone = learner.leftAgo !== null && learner.leftAgo >= enrolledAgo;
  return tooLate || isGone ? null : enrolledAgo;
}

/** Null when the learner was not there at that time. `since` = may not be enrolled before this many days ago. */
function enrol(
  size: WorldSize,
  learner: Learner,
  run: Run,
  assignment: Enrolment['assignment'],
  since?: number,
): Enrolment | null {
  const seed = hash(size.seed, stream.enrolment, learner.index, run.number);
  const random = seededRandom(seed);
  const early = Math.min(run.startAgo + Math.floor(random() * 6), since ?? Number.POSITIVE_INFINITY);
  const enrolledAgo = enrolledAgoOf(learner, run, early);
  if (enrolledAgo === null) return null;
  const part = run.class.number === 0 && run.step === 0 ? learnerPartAt(learner) : undefined;
  const demo = part && demoFates[part.key];
  // Those who fade do so now: what they took before went better.
  const fadesNow = learner.temper === 'fading' && run.step === 0 && random() < 0.8;
  const fate = demo?.fate ?? (fadesNow ? 'fades' : pickWeighted(random, fates[learner.temper]));
  const [quickest, slowest] = paces[learner.temper];
  const pace = demo?.pace ?? quickest + random() * (slowest - quickest);
  const share = 0.2 + 0.5 * random();
  const endsAfter = demo?.endsAfter ?? Math.max(3, Math.round(run.course.lengthDays * share));
  const stops = fate === 'fades' || fate === 'withdraws' ? enrolledAgo - endsAfter : null;
  const withdraws = fate === 'withdraws' && stops !== null ? stops - Math.floor(random() * 10) : null;
  // Whoever leaves the organization leaves its courses, if not before.
  const leaves = Math.max(withdraws ?? 0, learner.leftAgo ?? 0);
  return {
    learner,
    run,
    enrolledAgo,
    assignment,
    fate,
    pace,
    endsAgo: stops,
    withdrawnAgo: leaves >= 1 ? leaves : null,
    seed,
  };
}

const withoutNulls = <T>(items: readonly (T | null)[]): T[] => items.filter((item) => item !== null);

function isIn(size: WorldSize, learner: Learner, run: Run): boolean {
  const joins = share(size.seed, stream.joining, learner.index, run.number) < takesPart;
  return joins || (run.step === 0 && learnerPartAt(learner) !== undefined);
}

const enrolInClass = (size: WorldSize, learner: Learner, run: Run): Enrolment | null =>
  isIn(size, learner, run)
    ? enrol(size, learner, run, share(size.seed, stream.joining, run.number, 1) < 0.7 ? 'assigned' : 'self')
    : null;

/** The class whose runs the people of a class may visit. */
const hostOf = (number: number, classes: number) => (number + 1) % classes;
const visitorsOf = (number: number, classes: number) => (number - 1 + classes) % classes;

/** The run of the next class that a learner visits; none for most. */
function visitedRun(size: WorldSize, learner: Learner, own: readonly Run[]): Run | undefined {
  const drawn = share(size.seed, stream.guest, learner.index);
  if (drawn >= isGuest) return undefined;
  const classes = classesIn(size, learner.organization);
  const host = classAt(size, learner.organization, hostOf(classNumberOf(learner.rank), classes));
  if (!isOpen(host)) return undefined;
  const runs = runsOf(size, host);
  const run = runs[Math.floor((drawn / isGuest) * runs.length)];
  return own.some(({ course }) => course === run?.course) ? undefined : run;
}

function visit(size: WorldSize, learner: Learner, own: readonly Run[]): Enrolment | null {
  const run = visitedRun(size, learner, own);
  return run ? enrol(size, learner, run, 'self') : null;
}

/** Of the runs of a course, the first that someone who withdrew can join. */
function nextRun({ run, withdrawnAgo }: Enrolment, runs: readonly Run[]): Run | undefined {
  return runs.find(
    ({ startAgo, class: { number } }) => number !== run.class.number && startAgo < (withdrawnAgo ?? 0),
  );
}

const mayTryAgain = (size: WorldSize, { learner, fate, withdrawnAgo, run }: Enrolment): boolean =>
  fate === 'withdraws' &&
  withdrawnAgo !== null &&
  share(size.seed, stream.retake, learner.index, run.number) < triesAgain;

/** The second try of someone who withdrew; a few people are in two runs of a course. */
function secondTry(size: WorldSize, first: Enrolment, runs: readonly Run[]): Enrolment | null {
  const run = mayTryAgain(size, first) ? nextRun(first, runs) : undefined;
  return run ? enrol(size, first.learner, run, 'self', (first.withdrawnAgo ?? 0) - 1) : null;
}

function firstTries(size: WorldSize, learner: Learner): Enrolment[] {
  const own = runsOf(size, classAt(size, learner.organization, classNumberOf(learner.rank)));
  const inClass = own.map((run) => enrolInClass(size, learner, run));
  return withoutNulls([...inClass, visit(size, learner, own)]);
}

const inTime = (a: Enrolment, b: Enrolment) => b.enrolledAgo - a.enrolledAgo || a.run.number - b.run.number;

/** Everything a learner is or was enrolled in, oldest first. */
export function enrolmentsOf(size: WorldSize, learner: Learner): Enrolment[] {
  const first = firstTries(size, learner);
  const again = first.map((one) =>
    mayTryAgain(size, one) ? secondTry(size, one, runsOfCourse(size, one.run.course)) : null,
  );
  return [...first, ...withoutNulls(again)].sort(inTime);
}

const membersOf = (size: WorldSize, { organization, first, size: count }: Class): Learner[] =>
  Array.from({ length: Math.min(count, learnersIn(size, organization) - first) }, (_, place) =>
    learnerOf(size, { organization, rank: first + place }),
  );

function firstTriesIn(size: WorldSize, run: Run): Enrolment[] {
  const members = membersOf(size, run.class).map((learner) => enrolInClass(size, learner, run));
  if (!isOpen(run.class)) return withoutNulls(members);
  const { organization, number } = run.class;
  const visitors = classAt(size, organization, visitorsOf(number, classesIn(size, organization)));
  const theirs = runsOf(size, visitors);
  const guests = membersOf(size, visitors).map((learner) =>
    visitedRun(size, learner, theirs)?.number === run.number ? enrol(size, learner, run, 'self') : null,
  );
  return withoutNulls([...members, ...guests]);
}

/** Everyone who is or was enrolled in a course, in user order. */
export function rollOf(size: WorldSize, course: Course): Enrolment[] {
  const runs = runsOfCourse(size, course);
  const first = runs.flatMap((run) => firstTriesIn(size, run));
  const again = first.map((one) => secondTry(size, one, runs));
  return [...first, ...withoutNulls(again)].sort((a, b) => a.learner.index - b.learner.index || inTime(a, b));
}
