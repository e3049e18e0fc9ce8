import type { CourseEnrolment } from '../learning/enrolment.ts';
import type { Computed, Missing, MissingReason } from '../provenance.ts';
import type { Setting } from '../setting.ts';
import { mean, roundOrNull } from '../statistics/summary.ts';
import {
  type CountedCourse,
  type CourseFacts,
  type CourseQuestion,
  chosenOf,
  countedCourses,
  totalsAreTold,
} from './course-facts.ts';
import { completionOf, plansOf } from './course-health-parts.ts';
import {
  countPeople,
  firstResults,
  latestResults,
  percentOf,
  type Result,
  ratingsOf,
  type Told,
  tell,
} from './course-parts.ts';
import { type LearningGain, learningGainOf, scorePairs } from './learning-gain.ts';
import { againstPeers, type Peer, type VersusPeers } from './teaching-peers.ts';
import { type Satisfaction, satisfactionFigures } from './teaching-satisfaction.ts';

/** The parts as strengths and improvements name them. */
export const teachingParts = [
  // Latest scored hand-ins that passed.
  'pass_rate',
  // Topics finished of those that should be by now.
  'completion',
  // How far scores are above those before the course.
  'learning_gain',
  // What people say of the courses.
  'satisfaction',
  // First hand-ins that passed.
  'first_try_pass',
] as const;
type TeachingPart = (typeof teachingParts)[number];

const codes = {
  passRate: 'pass_rate',
  completion: 'completion',
  learningGain: 'learning_gain',
  satisfaction: 'satisfaction',
  firstTryPass: 'first_try_pass',
} as const satisfies Record<string, TeachingPart>;
type PartName = keyof typeof codes;
const partNames = Object.keys(codes) as PartName[];

export interface TeachingEffectiveness {
  /** Mean of the known parts, 0–100; null for fewer than three. */
  overallScore: number | null;
  /** 0–100 each; null when unknown or resting on too few people. */
  parts: Record<PartName, number | null>;
  passRateVsPeers: VersusPeers | null;
  learningGain: LearningGain | null;
  satisfaction: Satisfaction;
  strengths: TeachingPart[] | null;
  improvements: TeachingPart[] | null;
  /** Comparable courses. */
  peers: { n: number | null };
}

const strengthFrom = 75;
const improvementBelow = 55;

/**
 * What all courses say together. Courses that are not told about alone, and those in which too few people
 * said something, are the difference between this and what is told of the others: they are left out unless
 * they are enough people together.
 */
function together<T extends { userId: string }>(
  courses: readonly CountedCourse[],
  itemsOf: (course: CountedCourse, people: readonly CourseEnrolment[]) => T[],
  minimum: number,
): T[] {
  const all = courses.map((course) => {
    const items = itemsOf(course, course.people ?? []);
    return { items, isTold: !course.isSuppressed && countPeople(items) >= minimum };
  });
  const told = all.filter(({ isTold }) => isTold).flatMap(({ items }) => items);
  const others = all.filter(({ isTold }) => !isTold).flatMap(({ items }) => items);
  // Nothing but too few is left for `tell` to suppress.
  return told.length === 0 || countPeople(others) >= minimum ? [...told, ...others] : told;
}

function passShareOf(results: readonly Result[], minimum: number): Told {
  const share = percentOf(results, ({ passed }) => passed);
  return tell(share, countPeople(results), minimum);
}

type Parts = Record<PartName, Told>;

/** From the parts as they are told, so that the whole says nothing more than they do. */
function summaryOf(told: Parts): Pick<TeachingEffectiveness, 'overallScore' | 'strengths' | 'improvements'> {
  const known = partNames.flatMap((name) => {
    const { value } = told[name];
    return value === null ? [] : [{ name, value }];
  });
  const codesOf = (holds: (value: number) => boolean) =>
    known.length === 0 ? null : known.filter(({ value }) => holds(value)).map(({ name }) => codes[name]);
  return {
    overallScore: roundOrNull(mean(known.map(({ value }) => value))),
    strengths: codesOf((value) => value >= strengthFrom),
    improvements: codesOf((value) => value < improvementBelow),
  };
}

const unknownTeaching: TeachingEffectiveness = {
  overallScore: null,
  parts: { passRate: null, completion: null, learningGain: null, satisfaction: null, firstTryPass: null },
  passRateVsPeers: null,
  learningGain: null,
  satisfaction: { average: null, trend: null, responses: null },
  strengths: null,
  improvements: null,
  peers: { n: null },
};

/** Why the figures that are null are; a summary is suppressed when one of its parts is. */
function missingOf(data: TeachingEffectiveness, told: Parts, peerReason: MissingReason): Missing[] {
  const isSuppressed = partNames.some((name) => told[name].reason === 'suppressed');
  const summary = isSuppressed ? 'suppressed' : 'insufficient_data';
  const ratings = told.satisfaction.reason ?? 'insufficient_data';
  const rows: [string, unknown, MissingReason][] = [
    ['overallScore', data.overallScore, summary],
    ...partNames.map((name): [string, unknown, MissingReason] => [
      `parts.${name}`,
      data.parts[name],
      told[name].reason ?? 'insufficient_data',
    ]),
    ['passRateVsPeers', data.passRateVsPeers, peerReason],
    ['passRateVsPeers.percentile', data.passRateVsPeers?.percentile, peerReason],
    ['learningGain', data.learningGain, told.learningGain.reason ?? 'insufficient_data'],
    ['satisfaction.average', data.satisfaction.average, ratings],
    ['satisfaction.trend', data.satisfaction.trend, ratings],
    ['satisfaction.responses', data.satisfaction.responses, ratings],
    ['strengths', data.strengths, summary],
    ['improvements', data.improvements, summary],
    ['peers.n', data.peers.n, peerReason],
  ];
  return rows.filter(([, value]) => value === null).map(([field, , reason]) => ({ field, reason }));
}

const nothing = (reason: MissingReason): Told => ({ value: null, reason });

/** Not even how many rated or how many peers there are is told. */
function untold(reason: MissingReason): Computed<TeachingEffectiveness> {
  const told = Object.fromEntries(partNames.map((name) => [name, nothing(reason)])) as Parts;
  return { data: unknownTeaching, missing: missingOf(unknownTeaching, told, reason) };
}

/**
 * How well a trainer teaches. passRate = latest scored hand-ins that passed, per person, course and
 * assessment; completion = topics finished of those that should be by now, as in the course health: a course that is
 * going on is not held against its end; learningGain = `learningGainOf`; satisfaction = Bayesian average
 * rating; firstTryPass = first hand-ins that passed. overallScore = mean of the known parts. strengths: parts
 * ≥ 75, improvements: parts < 55.
 *
 * Unit: percent 0–100. Null rule: a part resting on nobody or on fewer people than the minimum; fewer than
 * three parts: no score; fewer than three months with three ratings: no trend; a trainer with fewer people
 * than the minimum: nothing. Source: ANALYTICS definition "Teaching effectiveness", version 2.
 * @param facts of all the trainer's courses, also when one is asked for; null when the trainer is not known
 * @param peers comparable courses of others, see `comparable`; null = not known
 */
export function teachingEffectiveness(
  facts: readonly CourseFacts[] | null,
  peers: readonly Peer[] | null,
  question: CourseQuestion,
  setting: Setting,
): Computed<TeachingEffectiveness> {
  if (facts === null) return { data: unknownTeaching, missing: [] };
  const { now, minimumCohort: minimum } = setting;
  const counted = countedCourses(facts, question, setting);
  if (!totalsAreTold(counted, question.courseId, minimum)) return untold('suppressed');

  const chosen = chosenOf(counted, question.courseId);
  const all = <T extends { userId: string }>(
    itemsOf: (course: CountedCourse, people: readonly CourseEnrolment[]) => T[],
  ) => together(chosen, itemsOf, minimum);
  const ratings = all(({ feedback }, people) => ratingsOf(feedback ?? [], people, now));
  const isRated = chosen.every(({ feedback }) => feedback !== null);
  const { part: satisfied, satisfaction } = satisfactionFigures(ratings, isRated, setting);
  const { part: gained, gain } = learningGainOf(
    all(({ attempts }, people) => scorePairs(attempts ?? [], people, now)),
    minimum,
  );
  const told: Parts = {
    passRate: passShareOf(
      all(({ attempts }, people) => latestResults(attempts ?? [], people, now)),
      minimum,
    ),
    completion: completionOf(
      all((_course, people) => plansOf(people, now)),
      minimum,
    ),
    learningGain: gained,
    satisfaction: satisfied,
    firstTryPass: passShareOf(
      all(({ attempts }, people) => firstResults(attempts ?? [], people, now)),
      minimum,
    ),
  };
  const comparison = againstPeers(told.passRate.value, peers, minimum);
  const data: TeachingEffectiveness = {
    ...summaryOf(told),
    parts: Object.fromEntries(
      partNames.map((name) => [name, told[name].value]),
    ) as TeachingEffectiveness['parts'],
    passRateVsPeers: comparison.versus,
    learningGain: gain,
    satisfaction,
    peers: { n: comparison.n },
  };
  return { data, missing: missingOf(data, told, comparison.reason ?? 'insufficient_data') };
}
