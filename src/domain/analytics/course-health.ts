import type { Computed, Missing, MissingReason } from '../provenance.ts';
import type { Setting } from '../setting.ts';
import { roundOrNull, weightedMean } from '../statistics/summary.ts';
import { type CourseAlert, courseAlerts } from './course-alerts.ts';
import {
  type CountedCourse,
  type CourseFacts,
  type CourseQuestion,
  chosenOf,
  countedCourses,
} from './course-facts.ts';
import { type HealthPart, healthPartsOf, healthWeights } from './course-health-parts.ts';
import type { Told } from './course-parts.ts';
import { toldStates } from './course-states.ts';
import { type Baseline, lifetimesOf, type SurvivalWeek, survivalWeeks } from './course-survival.ts';

export const healthStatuses = ['healthy', 'watch', 'at_risk'] as const;
type HealthStatus = (typeof healthStatuses)[number];

const partNames = Object.keys(healthWeights) as HealthPart[];
const healthyFrom = 75;
const watchFrom = 55;

export interface HealthOfCourse {
  courseId: string;
  title: string | null;
  /** Mean of the known parts by weight, 0–100; null for fewer than three. */
  healthScore: number | null;
  status: HealthStatus | null;
  /** 0–100 each; null when unknown or resting on too few people. */
  parts: Record<HealthPart, number | null>;
  survival: SurvivalWeek[] | null;
  alerts: CourseAlert[] | null;
}

export interface CourseHealth {
  /** Courses of the status; null when there are courses and none has a status. */
  healthy: number | null;
  watch: number | null;
  atRisk: number | null;
  courses: HealthOfCourse[] | null;
}

/** What is known of the courses besides their facts. */
export interface HealthContext {
  /** Topics of each course in their order; a course that is not among them has none that are known. */
  topicIds: ReadonlyMap<string, readonly string[]>;
  /** Survival curve of the organization's courses. */
  baseline: Baseline;
}

/** A course and why some of its figures are null; fields are named within the course. */
interface Described {
  course: HealthOfCourse;
  missing: { field: string; reason: MissingReason }[];
}

function statusOf(healthScore: number | null): HealthStatus | null {
  if (healthScore === null) return null;
  if (healthScore >= healthyFrom) return 'healthy';
  return healthScore >= watchFrom ? 'watch' : 'at_risk';
}

/** From the parts as they are told, so that the whole says nothing more than they do. */
const scoreOf = (parts: Record<HealthPart, Told>): number | null =>
  roundOrNull(
    weightedMean(
      partNames.flatMap((name) => {
        const { value } = parts[name];
        return value === null ? [] : [{ value, weight: healthWeights[name] }];
      }),
    ),
  );

const figures = ['healthScore', 'status', ...partNames.map((name) => `parts.${name}`), 'survival', 'alerts'];

/** Nothing but its name is told of a course that nobody is on, or that may not be told about. */
const untold = ({ course: { courseId, title } }: CourseFacts, reason: MissingReason): Described => ({
  course: {
    courseId,
    title,
    healthScore: null,
    status: null,
    parts: { completion: null, engagement: null, outcomes: null, retention: null, satisfaction: null },
    survival: null,
    alerts: null,
  },
  missing: figures.map((field) => ({ field, reason })),
});

function describeCourse(facts: CountedCourse, context: HealthContext, setting: Setting): Described {
  const people = facts.people ?? [];
  if (facts.isSuppressed) return untold(facts, 'suppressed');
  if (people.length === 0) return untold(facts, 'insufficient_data');

  const { courseId, title } = facts.course;
  const states = toldStates(people, setting);
  const told = healthPartsOf(facts, people, context.baseline, states, setting);
  const healthScore = scoreOf(told);
  const lifetimes = lifetimesOf(people, setting.now);
  // The curve counts those who withdrew, and so do the alerts about them.
  const tellsLeaving = states.withdrawn !== null;
  const survival = tellsLeaving ? survivalWeeks(lifetimes, setting.minimumCohort) : null;
  const isSuppressed = partNames.some((name) => told[name].reason === 'suppressed');
  const scoreReason = isSuppressed ? 'suppressed' : 'insufficient_data';
  const rows: { field: string; reason: MissingReason | null }[] = [
    { field: 'healthScore', reason: healthScore === null ? scoreReason : null },
    { field: 'status', reason: healthScore === null ? scoreReason : null },
    ...partNames.map((name) => ({ field: `parts.${name}`, reason: told[name].reason })),
    { field: 'survival', reason: survival === null ? tooFew(lifetimes.length) : null },
  ];
  const parts = Object.fromEntries(partNames.map((name) => [name, told[name].value]));
  return {
    course: {
      courseId,
      title,
      healthScore,
      status: statusOf(healthScore),
      parts: parts as HealthOfCourse['parts'],
      survival,
      alerts: courseAlerts(
        { ...facts, people, topicIds: context.topicIds.get(courseId) ?? null, tellsLeaving },
        setting,
      ),
    },
    missing: rows.flatMap(({ field, reason }) => (reason === null ? [] : [{ field, reason }])),
  };
}

const tooFew = (people: number): MissingReason => (people === 0 ? 'insufficient_data' : 'suppressed');

/** One row per figure; where courses differ in the reason, that some are too few people goes first. */
function missingOf(described: readonly Described[]): Missing[] {
  const rows = new Map<string, MissingReason>();
  for (const { field, reason } of described.flatMap(({ missing }) => missing)) {
    if (rows.get(field) !== 'suppressed') rows.set(field, reason);
  }
  const counts = described.length > 0 && described.every(({ course }) => course.status === null);
  const reason = rows.get('status');
  return [
    ...(counts && reason ? ['healthy', 'watch', 'atRisk'].map((field) => ({ field, reason })) : []),
    ...[...rows].map(([field, why]) => ({ field: `courses[].${field}`, reason: why })),
  ];
}

const unknownHealth: CourseHealth = { healthy: null, watch: null, atRisk: null, courses: null };

/**
 * How healthy courses are. healthScore = .30 completion against plan + .20 engagement + .20 outcomes (pass
 * rate of the latest scored hand-ins) + .20 retention (Kaplan–Meier) + .10 satisfaction (Bayesian average),
 * the weights of unknown parts given to the others. healthy ≥ 75, watch ≥ 55, else at_risk.
 *
 * Unit: percent 0–100. Null rule: a part resting on nobody or on fewer people than the minimum; fewer than
 * three parts: no score; nothing is told of a course with fewer people than the minimum, nor of the one that
 * hides it. Source: ANALYTICS definition "Course health", version 1.
 * @param facts all courses of the trainer; null when the courses are not known: every figure is then null.
 */
export function courseHealth(
  facts: readonly CourseFacts[] | null,
  question: CourseQuestion,
  context: HealthContext,
  setting: Setting,
): Computed<CourseHealth> {
  if (facts === null) return { data: unknownHealth, missing: [] };
  const asked = chosenOf(countedCourses(facts, question, setting), question.courseId);
  const described = asked.map((one) => describeCourse(one, context, setting));
  const courses = described.map(({ course }) => course);
  const isKnown = courses.length === 0 || courses.some(({ status }) => status !== null);
  const countOf = (wanted: HealthStatus) =>
    isKnown ? courses.filter(({ status }) => status === wanted).length : null;
  return {
    data: { healthy: countOf('healthy'), watch: countOf('watch'), atRisk: countOf('at_risk'), courses },
    missing: missingOf(described),
  };
}
