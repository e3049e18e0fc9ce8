/** The risk that somebody leaves a course, with what it is made of; never a number where there is too little data. */
import type { Attempt } from '../learning/attempt.ts';
import type { ContentUsage, ContentView } from '../learning/content.ts';
import type { CourseEnrolment } from '../learning/enrolment.ts';
import type { Computed, Missing, ModelNote } from '../provenance.ts';
import type { Setting } from '../setting.ts';
import { rowsByPerson, runCohort } from './cohort.ts';
import { type Intervention, interventionsFor } from './interventions.ts';
import { levelOf, type RiskLevel, riskLevels } from './levels.ts';
import { type DropOffModel, fitFor, predict, stageOf, variantOf } from './model.ts';
import { type RuleFactor, type RuleInputs, ruleV1 } from './rules.ts';
import {
  activityOf,
  courseDay,
  leastCourseDay,
  runDayOf,
  type SignalName,
  type Signals,
  signalNames,
  signalsOf,
} from './signals.ts';

export const riskStatuses = ['ok', 'not_enough_data', 'not_enrolled'] as const;
export type RiskStatus = (typeof riskStatuses)[number];

export const riskModels = ['drop-off-risk', 'rule-v1'] as const;

/** One course as the services tell it; null = not known. */
export interface CourseAsked {
  courseId: string;
  title: string | null;
  roll: readonly CourseEnrolment[] | null;
  attempts: readonly Attempt[] | null;
  usage: readonly ContentUsage[] | null;
  publishedAt: number | null;
}

export interface LearnerAsked {
  userId: string;
  organizationId: string | null;
  views: readonly ContentView[] | null;
  rule: RuleInputs;
}

export interface RiskFactor {
  code: SignalName | RuleFactor;
  /** Log-odds of `drop-off-risk`, points of `rule-v1`. */
  contribution: number;
  value: number | null;
  peerPercentile: number | null;
}

export interface CourseRisk {
  courseId: string;
  title: string | null;
  status: RiskStatus;
  /** Which of the two spoke; null when neither did. */
  model: (typeof riskModels)[number] | null;
  /** Chance of leaving within `horizonDays`, 0–1; null from `rule-v1`, whose points are no probability. */
  riskProbability: number | null;
  riskLevel: RiskLevel | null;
  horizonDays: number | null;
  /** Chance of not passing (failing or leaving by the end), 0–1. */
  notPassingProbability: number | null;
  /** Log-odds to which the contributions are added; null from `rule-v1`. */
  baselineLogOdds: number | null;
  factors: RiskFactor[];
  interventions: Intervention[];
  /** Filled in by whoever writes; null = nothing was foretold. */
  narrative: string | null;
  /** What the model or the rule was told; for the digest by which a prediction is found again, never told. */
  inputs: Readonly<Record<string, number | null>> | null;
}

/** Signals of the learner's own; the run's attrition alone would give everybody the same number. */
const leastSignals = 2;

const silent = (
  { courseId, title }: Pick<CourseAsked, 'courseId' | 'title'>,
  status: RiskStatus,
): CourseRisk => ({
  courseId,
  title,
  status,
  model: null,
  riskProbability: null,
  riskLevel: null,
  horizonDays: null,
  notPassingProbability: null,
  baselineLogOdds: null,
  factors: [],
  interventions: [],
  narrative: null,
  inputs: null,
});

function byRule(course: CourseAsked, { rule }: LearnerAsked, now: number): CourseRisk {
  const verdict = ruleV1(rule, now);
  if (verdict === null) return silent(course, 'not_enough_data');
  const factors = verdict.factors.map(({ code, points, value }) => ({
    code,
    contribution: points,
    value,
    peerPercentile: null,
  }));
  return {
    ...silent(course, 'ok'),
    model: 'rule-v1',
    riskLevel: verdict.level,
    factors,
    interventions: interventionsFor(verdict.level, factors),
    inputs: { ...rule },
  };
}

function byModel(course: CourseAsked, signals: Signals, dueWork: number, model: DropOffModel): CourseRisk {
  const stage = stageOf(dueWork, model.laterFrom);
  const variant = variantOf(signals);
  const leaving = predict(fitFor(model, 'withdraws', variant, stage), signals);
  const notPassing = predict(fitFor(model, 'fails_or_withdraws', variant, stage), signals);
  const level = levelOf(leaving.probability, leaving.baseRate, model.levels);
  const factors = leaving.contributions.map(({ code, contribution }) => {
    const { value, peerPercentile } = signals[code];
    return { code, contribution, value, peerPercentile };
  });
  return {
    ...silent(course, 'ok'),
    model: 'drop-off-risk',
    riskProbability: leaving.probability,
    riskLevel: level,
    horizonDays: model.horizonDays,
    notPassingProbability: notPassing.probability,
    baselineLogOdds: leaving.intercept,
    factors,
    interventions: interventionsFor(level, factors),
    inputs: Object.fromEntries(signalNames.map((name) => [name, signals[name].input])),
  };
}

const ownSignals = (signals: Signals): number =>
  signalNames.filter((name) => name !== 'run_attrition' && signals[name].input !== null).length;

/**
 * The chance that a learner who is going on in a course leaves it within the model's horizon, by logistic regression on
 * signals relative to the same run (same course and due date, own organization, without those who have left). Factors:
 * coefficient × (value − mean); with `baselineLogOdds` they add up to the log-odds. Levels: by how many times the base
 * rate. Fewer peers than the minimum, or fewer than two own signals: `rule-v1` where it applies, else not_enough_data.
 *
 * Unit: probability 0–1. Null rule: not on the roll or not going on: not_enrolled. Roll not known, course day not known
 * or under 7: not_enough_data, also of `rule-v1`. Source: ANALYTICS definition "Drop-off risk", version 1.
 */
export function dropOffRisk(
  learner: LearnerAsked,
  course: CourseAsked,
  model: DropOffModel,
  setting: Setting,
): CourseRisk {
  const { now, minimumCohort } = setting;
  if (course.roll === null) return silent(course, 'not_enough_data');
  const people = rowsByPerson(course.roll, learner.organizationId);
  const own = people.get(learner.userId);
  if (own === undefined || own.status === 'withdrawn' || own.status === 'completed')
    return silent(course, 'not_enrolled');
  const cohort = runCohort(people, own, course.attempts, setting);
  const runDay = runDayOf(cohort.rows, course.publishedAt, now);
  const day = courseDay(own, runDay, now);
  if (day === null || day < leastCourseDay) return silent(course, 'not_enough_data');
  if (cohort.rows.length < minimumCohort) return byRule(course, learner, now);
  const activity = activityOf(learner.views, course.usage, { runDay, now }, minimumCohort);
  const signals = signalsOf(cohort, learner.userId, activity, minimumCohort);
  return signals === null || ownSignals(signals) < leastSignals
    ? byRule(course, learner, now)
    : byModel(course, signals, cohort.dueWork, model);
}

/** The first of `riskLevels` is the least. */
const higher = (a: RiskLevel | null, b: RiskLevel | null): RiskLevel | null =>
  riskLevels.indexOf(b ?? 'low') > riskLevels.indexOf(a ?? 'low') ? b : (a ?? b);

export interface DropOffRisks {
  risks: Omit<CourseRisk, 'inputs'>[];
  /** The highest level that the model gives to a course; the rule's points are no probability and do not count. */
  overall: RiskLevel | null;
}

/** How a rule is to be taken that was never held against data. */
const ruleNote: ModelNote = {
  id: 'rule-v1',
  version: 1,
  population: 'none: a rule of thumb that was never held against data',
  horizonDays: null,
  auc: null,
  brier: null,
  calibrationSlope: null,
};

const noteOf = ({ id, version, population, horizonDays, auc, brier, calibrationSlope }: DropOffModel) => ({
  ...{ id, version, population, horizonDays, auc, brier, calibrationSlope },
});

/** Without a row where somebody is not going on: there is nothing to foretell. */
const missingOf = (risks: readonly CourseRisk[], overall: RiskLevel | null): Missing[] => {
  const going = risks.filter(({ status }) => status !== 'not_enrolled');
  const lacks = (field: 'riskProbability' | 'riskLevel'): Missing[] =>
    going.some((risk) => risk[field] === null)
      ? [{ field: `risks[].${field}`, reason: 'insufficient_data' }]
      : [];
  const none: Missing[] = overall === null ? [{ field: 'overall', reason: 'insufficient_data' }] : [];
  // Without a level there is nothing to say.
  const words = lacks('riskLevel').map((row): Missing => ({ ...row, field: 'risks[].narrative' }));
  return [...lacks('riskProbability'), ...lacks('riskLevel'), ...words, ...none];
};

/**
 * `dropOffRisk` of each of a learner's courses, and the highest level.
 *
 * Null rule: as there; overall null where the model says nothing of any course. The note names the model, or `rule-v1`
 * where only the rule spoke; there is none where nothing was foretold.
 */
export function dropOffRisks(
  learner: LearnerAsked,
  courses: readonly CourseAsked[],
  model: DropOffModel,
  setting: Setting,
): Computed<DropOffRisks> {
  const risks = courses.map((course) => dropOffRisk(learner, course, model, setting));
  const byModel = risks.filter((risk) => risk.model === 'drop-off-risk');
  const overall = byModel.map(({ riskLevel }) => riskLevel).reduce(higher, null);
  const made = risks.filter((risk) => risk.model !== null);
  const note = byModel.length > 0 ? noteOf(model) : ruleNote;
  const inputs = made.map(({ courseId, model: by, inputs: told }) => ({ courseId, model: by, inputs: told }));
  const scores = made.map(({ model: by, riskLevel }) => ({ model: by ?? note.id, level: riskLevel }));
  return {
    data: { risks: risks.map(({ inputs: _, ...risk }) => risk), overall },
    missing: missingOf(risks, overall),
    ...(made.length === 0 ? {} : { prediction: { model: note, inputs, scores } }),
  };
}
