/** When something that a learner has begun will be finished, how sure that is, and what the next score may be. */
import { AppError } from '../errors.ts';
import type { Attempt } from '../learning/attempt.ts';
import type { CourseEnrolment, Enrolment } from '../learning/enrolment.ts';
import type { LearningPath } from '../learning/recommendation.ts';
import type { LearnerSkill } from '../learning/skill.ts';
import type { Computed, Missing, ModelNote } from '../provenance.ts';
import type { Setting } from '../setting.ts';
import { type Random, seededRandom, seedOf } from '../statistics/random.ts';
import { clamp, quantile, round } from '../statistics/summary.ts';
import { addDays, dayMs, dayNumber, dayOf } from '../time.ts';
import { type Cohort, measured, rowsByPerson, runCohort } from './cohort.ts';
import { type GradeForecast, gradeForecast } from './grade.ts';
import { hasPace, longestWeeks, type Paces, pathOf } from './pace-paths.ts';
import { courseDay, runDayOf } from './signals.ts';

export const forecastTypes = ['course', 'skill', 'learning_path'] as const;
export type ForecastType = (typeof forecastTypes)[number];
export const scenarioCodes = ['best', 'expected', 'worst'] as const;
export const outlookCodes = ['four_weeks', 'target_date'] as const;

/** Three quantiles of what the paths lead to. */
export interface Spread<T> {
  p10: T;
  p50: T;
  p90: T;
}

export interface Forecast {
  item: { type: ForecastType; id: string; name: string | null } | null;
  currentPercent: number | null;
  /** Days; null where not even that share of the paths ends within ten years. */
  completion: Spread<string | null> | null;
  targetDate: string | null;
  /** 0–1, with the chance of leaving before. */
  onTimeProbability: number | null;
  grade: GradeForecast | null;
  scenarios: { code: (typeof scenarioCodes)[number]; pacePerWeek: number; date: string | null }[] | null;
  milestones: { percent: number; date: string | null }[] | null;
  /** Share finished, percent, in four weeks and on the target date. */
  outlook: { code: (typeof outlookCodes)[number]; date: string; percent: Spread<number> }[] | null;
  /** Filled in by whoever writes; null = there is nothing to tell. */
  narrative: string | null;
}

/** What is under way: so much is done, so much is left, in topics, levels or steps. */
export interface UnderWay {
  type: ForecastType;
  id: string;
  name: string | null;
  done: number;
  left: number;
  paces: Paces;
  targetAt: number | null;
}

/** What the services say; null = not known. */
export interface ForecastSources {
  progress: readonly Enrolment[];
  roll: readonly CourseEnrolment[] | null;
  courseAttempts: readonly Attempt[] | null;
  attempts: readonly Attempt[] | null;
  skills: readonly LearnerSkill[] | null;
  learningPaths: readonly LearningPath[] | null;
}

export interface ForecastAsked {
  userId: string;
  organizationId: string | null;
  type: ForecastType;
  /** Undefined = what is due first. */
  id: string | undefined;
}

/** Its horizon is that of each answer. */
const forecastModel: ModelNote = {
  id: 'forecast',
  version: 1,
  population:
    'the learner’s own weeks, and people of the own organization in the same run of the course; the spread of paces was set on nine presentations of the Open University in 2013',
  horizonDays: null,
  auc: null,
  brier: null,
  calibrationSlope: null,
};

const pathCount = 1000;
const weekMs = 7 * dayMs;
/** Older weeks say little of the coming ones. */
const recentWeeks = 12;
const outlookWeeks = 4;
const milestonePercents = [25, 50, 75, 100] as const;
/** Four weeks lie between the readings of a run's attrition. */
const attritionWeeks = 4;

const isActive = ({ status }: Pick<Enrolment, 'status'>) => status === 'enrolled' || status === 'in_progress';
const dueFirst = (a: Enrolment, b: Enrolment) =>
  (a.dueAt ?? Number.MAX_SAFE_INTEGER) - (b.dueAt ?? Number.MAX_SAFE_INTEGER) ||
  a.courseId.localeCompare(b.courseId);

const notFound = (what: string) =>
  new AppError('NOT_FOUND', `There is no such ${what} under way.`, {
    details: [{ field: 'query.id', message: `names no ${what} under way` }],
  });
const nothingUnderWay = (what: string) =>
  new AppError('INSUFFICIENT_DATA', `No ${what} is under way that could be foretold.`, {
    details: [{ field: 'completion', message: 'insufficient_data' }],
  });

/** The active enrolment that is asked for, else the one due first; null when there is none. */
export function enrolmentAsked(progress: readonly Enrolment[], id: string | undefined): Enrolment | null {
  const active = progress.filter(isActive).sort(dueFirst);
  return (id === undefined ? active[0] : active.find(({ courseId }) => courseId === id)) ?? null;
}

/** Amounts in each of the last weeks, newest first; at most twelve, and only whole weeks since the beginning. */
export function weeklyAmounts(
  events: readonly { at: number; amount: number }[],
  weeksSinceStart: number,
  now: number,
): number[] {
  const amounts = Array.from({ length: clamp(Math.floor(weeksSinceStart), 0, recentWeeks) }, () => 0);
  for (const { at, amount } of events) {
    const week = Math.floor((now - at) / weekMs);
    if (at <= now && week < amounts.length) amounts[week] = (amounts[week] ?? 0) + amount;
  }
  return amounts;
}

/** The mean week of those who are in a run, and the share of it that leaves in one; null = too few to tell. */
function cohortPace(cohort: Cohort, weeks: number, minimum: number): number | null {
  const known = cohort.rows.flatMap(({ completedTopics }) => completedTopics ?? []);
  if (known.length < minimum || weeks < 1) return null;
  return round(known.reduce((sum, topics) => sum + topics, 0) / known.length / weeks, 2);
}

/** When each topic was first finished. */
function finishesOf({ completions }: Pick<Enrolment, 'completions'>, now: number) {
  const first = new Map<string, number>();
  for (const { topicId, completedAt } of completions)
    if (completedAt <= now) first.set(topicId, Math.min(completedAt, first.get(topicId) ?? completedAt));
  return [...first.values()].map((at) => ({ at, amount: 1 }));
}

/** The paces of a learner in a course. */
export function coursePaces(
  enrolment: Pick<Enrolment, 'completions' | 'enrolledAt' | 'dueAt'>,
  cohort: Cohort | null,
  { now, minimumCohort }: Pick<Setting, 'now' | 'minimumCohort'>,
): Paces {
  const run = cohort === null ? [enrolment] : cohort.rows;
  const days = courseDay(enrolment, runDayOf(run, null, now), now);
  const weeks = (days ?? 0) / 7;
  return {
    own: weeklyAmounts(finishesOf(enrolment, now), weeks, now),
    cohort: cohort === null ? null : cohortPace(cohort, weeks, minimumCohort),
    leaving: (cohort?.attrition ?? 0) / attritionWeeks,
  };
}

/** Those of the own organization in the same run. */
function cohortOf(
  asked: ForecastAsked,
  enrolment: Enrolment,
  { roll, courseAttempts }: ForecastSources,
  setting: Setting,
): Cohort | null {
  if (roll === null) return null;
  return runCohort(rowsByPerson(roll, asked.organizationId), enrolment, courseAttempts, setting);
}

function courseUnderWay(enrolment: Enrolment, cohort: Cohort | null, setting: Setting): UnderWay {
  const done = finishesOf(enrolment, setting.now).length;
  return {
    type: 'course',
    id: enrolment.courseId,
    name: enrolment.courseTitle,
    done,
    left: enrolment.totalTopics === null ? Number.NaN : Math.max(0, enrolment.totalTopics - done),
    paces: coursePaces(enrolment, cohort, setting),
    targetAt: enrolment.dueAt,
  };
}

/** Levels as amounts: what was gained, and what is left to what the role asks for. */
function skillUnderWay(skills: readonly LearnerSkill[], id: string | undefined, now: number): UnderWay {
  const open = skills
    .filter(({ level, requiredLevel }) => level < (requiredLevel ?? 0))
    .sort((a, b) => a.skillId.localeCompare(b.skillId));
  const skill = id === undefined ? open[0] : skills.find(({ skillId }) => skillId === id);
  if (skill === undefined) throw id === undefined ? nothingUnderWay('skill') : notFound('skill');
  const steps = skill.history.filter(({ at }) => at <= now).sort((a, b) => a.at - b.at);
  const gains = steps.slice(1).map(({ at, level }, index) => ({
    at,
    amount: Math.max(0, level - (steps[index]?.level ?? level)),
  }));
  const start = steps[0]?.at ?? now;
  return {
    type: 'skill',
    id: skill.skillId,
    name: skill.name,
    done: skill.level,
    left: Math.max(0, (skill.requiredLevel ?? Number.NaN) - skill.level),
    paces: { own: weeklyAmounts(gains, (now - start) / weekMs, now), cohort: null, leaving: 0 },
    targetAt: null,
  };
}

/** Steps as amounts; one is finished when its course is. */
function pathUnderWay(
  paths: readonly LearningPath[],
  progress: readonly Enrolment[],
  id: string | undefined,
  now: number,
): UnderWay {
  const path = id === undefined ? paths[0] : paths.find(({ pathId }) => pathId === id);
  if (path === undefined)
    throw id === undefined ? nothingUnderWay('learning path') : notFound('learning path');
  const enrolments = new Map(progress.map((enrolment) => [enrolment.courseId, enrolment]));
  const finishes = path.steps.flatMap(({ courseId }) => {
    const at = enrolments.get(courseId ?? '')?.completedAt ?? null;
    return at === null || at > now ? [] : [{ at, amount: 1 }];
  });
  const starts = path.steps.flatMap(({ courseId }) => enrolments.get(courseId ?? '')?.enrolledAt ?? []);
  const done = path.steps.filter(({ status }) => status === 'completed').length;
  return {
    type: 'learning_path',
    id: path.pathId,
    name: path.title,
    done,
    left: path.steps.length - done,
    paces: {
      own: weeklyAmounts(finishes, (now - Math.min(now, ...starts)) / weekMs, now),
      cohort: null,
      leaving: 0,
    },
    targetAt: path.targetDate,
  };
}

interface Drawn {
  /** Weeks until all is done, of those who go on; ascending. */
  weeks: number[];
  /** Share of paths that are done by the target, leaving included. */
  onTime: number | null;
  outlook: { code: (typeof outlookCodes)[number]; weeks: number; amounts: number[] }[];
}

function drawPaths({ left, paces }: UnderWay, targetWeeks: number | null, random: Random): Drawn {
  const ahead = targetWeeks !== null && targetWeeks > 0 ? targetWeeks : null;
  const outlook: Drawn['outlook'] = [{ code: 'four_weeks', weeks: outlookWeeks, amounts: [] }];
  if (ahead !== null) outlook.push({ code: 'target_date', weeks: ahead, amounts: [] });
  const weeks: number[] = [];
  let onTime = 0;
  for (let path = 0; path < pathCount; path += 1) {
    const one = pathOf(
      left,
      paces,
      outlook.map((point) => point.weeks),
      random,
    );
    weeks.push(one.weeks);
    for (const [index, amount] of one.amounts.entries()) outlook[index]?.amounts.push(amount);
    if (ahead !== null && one.weeks <= ahead && one.weeks <= one.leavesAfter) onTime += 1;
  }
  return {
    weeks: weeks.sort((a, b) => a - b),
    onTime: targetWeeks === null ? null : onTime / pathCount,
    outlook,
  };
}

const spreadOf = <T>(values: readonly number[], of: (value: number) => T): Spread<T> => ({
  p10: of(quantile(values, 0.1) ?? 0),
  p50: of(quantile(values, 0.5) ?? 0),
  p90: of(quantile(values, 0.9) ?? 0),
});

/** What the paths say of something under way. */
function foretold(
  userId: string,
  underWay: UnderWay,
  grade: GradeForecast | null,
  { now, zone }: Setting,
): Forecast {
  const { type, id, name, done, left, targetAt, paces } = underWay;
  const today = dayOf(now, zone);
  const total = done + left;
  const known: Forecast = {
    item: { type, id, name },
    currentPercent: Number.isNaN(total) || total === 0 ? null : round((100 * done) / total),
    completion: null,
    targetDate: targetAt === null ? null : dayOf(targetAt, zone),
    onTimeProbability: null,
    grade,
    scenarios: null,
    milestones: null,
    outlook: null,
    narrative: null,
  };
  if (Number.isNaN(total) || total === 0 || left === 0 || !hasPace(paces)) return known;
  const targetWeeks = targetAt === null ? null : (targetAt - now) / weekMs;
  const drawn = drawPaths(underWay, targetWeeks, seededRandom(seedOf(`${userId} ${type} ${id} ${today}`)));
  const dayIn = (weeks: number) => addDays(today, Math.ceil(weeks * 7));
  const dateOf = (weeks: number) => (weeks >= longestWeeks ? null : dayIn(weeks));
  const quantiles = spreadOf(drawn.weeks, (weeks) => weeks);
  const atPace = { best: quantiles.p10, expected: quantiles.p50, worst: quantiles.p90 };
  const percentOf = (amount: number) => round((100 * (done + amount)) / total);
  const currentPercent = (100 * done) / total;
  return {
    ...known,
    completion: spreadOf(drawn.weeks, dateOf),
    onTimeProbability: drawn.onTime,
    scenarios: scenarioCodes.map((code) => ({
      code,
      pacePerWeek: round(left / Math.max(atPace[code], 1 / 7), 2),
      date: dateOf(atPace[code]),
    })),
    milestones: milestonePercents
      .filter((percent) => percent > currentPercent)
      .map((percent) => ({
        percent,
        date: dateOf((quantiles.p50 * (percent - currentPercent)) / (100 - currentPercent)),
      })),
    outlook: drawn.outlook.map(({ code, weeks, amounts }) => ({
      code,
      date: code === 'target_date' ? (known.targetDate ?? dayIn(weeks)) : dayIn(weeks),
      percent: spreadOf(amounts, percentOf),
    })),
  };
}

/** Scores of a learner in a course (null = in any), oldest first. */
export function scoresOf(attempts: readonly Attempt[], courseId: string | null, now: number): number[] {
  const unique = new Map(attempts.map((attempt) => [attempt.attemptId, attempt]));
  return [...unique.values()]
    .flatMap(({ attemptId, courseId: own, score, submittedAt }) =>
      score === null || submittedAt === null || submittedAt > now || (courseId !== null && own !== courseId)
        ? []
        : [{ attemptId, score, submittedAt }],
    )
    .sort((a, b) => a.submittedAt - b.submittedAt || a.attemptId.localeCompare(b.attemptId))
    .map(({ score }) => score);
}

/** Mean of a run's members’ mean scores, 0–100; null for fewer than the minimum. */
export function cohortScore(cohort: Cohort, minimum: number): number | null {
  const known = cohort.rows.flatMap((_, place) => measured(cohort, 'score', place) ?? []);
  if (known.length < minimum) return null;
  return round(known.reduce((sum, score) => sum + score, 0) / known.length);
}

/** Days until the last day that the outlook is about; null where nothing is foretold. */
function horizonOf({ outlook }: Forecast, { now, zone }: Setting): number | null {
  const days = (outlook ?? []).map(({ date }) => dayNumber(date) - dayNumber(dayOf(now, zone)));
  return days.length === 0 ? null : Math.max(...days);
}

const foretoldFields = ['completion', 'scenarios', 'milestones', 'outlook'] as const;

function missingOf(data: Forecast, left: number): Missing[] {
  const fields: (keyof Forecast)[] = data.completion === null && left !== 0 ? [...foretoldFields] : [];
  if (data.grade === null) fields.push('grade');
  if (data.currentPercent === null) fields.push('currentPercent');
  if (data.currentPercent === null && data.completion === null && data.grade === null)
    fields.push('narrative');
  if (data.onTimeProbability === null && data.targetDate !== null && left !== 0)
    fields.push('onTimeProbability');
  return fields.map((field) => ({ field, reason: 'insufficient_data' }));
}

function underWayOf(asked: ForecastAsked, sources: ForecastSources, cohort: Cohort | null, setting: Setting) {
  if (asked.type === 'skill') {
    return sources.skills === null ? null : skillUnderWay(sources.skills, asked.id, setting.now);
  }
  if (asked.type === 'learning_path') {
    const { learningPaths, progress } = sources;
    return learningPaths === null ? null : pathUnderWay(learningPaths, progress, asked.id, setting.now);
  }
  const enrolment = enrolmentAsked(sources.progress, asked.id);
  if (enrolment === null) throw asked.id === undefined ? nothingUnderWay('course') : notFound('course');
  return courseUnderWay(enrolment, cohort, setting);
}

export const unknownForecast: Forecast = {
  item: null,
  currentPercent: null,
  completion: null,
  targetDate: null,
  onTimeProbability: null,
  grade: null,
  scenarios: null,
  milestones: null,
  outlook: null,
  narrative: null,
};

/**
 * When a learner will have finished a course, reached a skill's required level, or gone a learning path: 1,000 paths of
 * weekly amounts, drawn in blocks of four weeks from the own last twelve, and from the mean week of the cohort while own
 * weeks are few (three of them weigh as much); each path as a whole faster or slower (log-normal, .5). The dates are of
 * those who go on; `onTimeProbability` and `outlook` reckon with leaving, at the rate of the run's last four weeks. Seeded by
 * learner, item and day.
 *
 * Units: dates in the organization's zone; percent 0–100; probability 0–1. Null rule: nothing left: no dates; no pace, or
 * an unknown number of topics: no dates either, and said so; no target: no onTimeProbability; no score: no grade.
 * Source: ANALYTICS definition "Forecast", version 1; Efron 1979, Künsch 1989.
 * @throws AppError NOT_FOUND for an item that is not under way, INSUFFICIENT_DATA when nothing is.
 */
export function forecast(
  asked: ForecastAsked,
  sources: ForecastSources,
  setting: Setting,
): Computed<Forecast> {
  const enrolment = asked.type === 'course' ? enrolmentAsked(sources.progress, asked.id) : null;
  const cohort = enrolment === null ? null : cohortOf(asked, enrolment, sources, setting);
  const underWay = underWayOf(asked, sources, cohort, setting);
  if (underWay === null) return { data: unknownForecast, missing: [] };
  const courseId = enrolment?.courseId ?? null;
  const scores =
    asked.type === 'course' && sources.attempts !== null
      ? scoresOf(sources.attempts, courseId, setting.now)
      : [];
  const peers = cohort === null ? null : cohortScore(cohort, setting.minimumCohort);
  const grade = gradeForecast(scores, peers);
  const data = foretold(asked.userId, underWay, grade, setting);
  const { done, left, paces, targetAt } = underWay;
  return {
    data,
    missing: missingOf(data, left),
    prediction: {
      model: { ...forecastModel, horizonDays: horizonOf(data, setting) },
      inputs: {
        id: underWay.id,
        done,
        left,
        paces,
        targetAt,
        scores,
        peers,
        now: dayOf(setting.now, setting.zone),
      },
    },
  };
}
