/**
 * `npm run evaluate:forecast`: how well the forecast does on OULAD against the simplest that could be said, by the same
 * functions that answer requests. Writes its model card; the same for the same data.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { OuladEnrolment, Presentation } from '../mocks/oulad/data.ts';
import { ouladOrganization } from '../mocks/oulad/people.ts';
import { readOuladData } from '../mocks/oulad/read-data.ts';
import { ouladDirectory, ouladInstant } from '../mocks/oulad.ts';
import type { CourseEnrolment } from '../src/domain/learning/enrolment.ts';
import { type Cohort, rowsByPerson, runCohort } from '../src/domain/prediction/cohort.ts';
import { cohortScore, coursePaces } from '../src/domain/prediction/forecast.ts';
import { type GradeSettings, gradeForecast, gradeSettings } from '../src/domain/prediction/grade.ts';
import {
  hasPace,
  type PaceSettings,
  type Paces,
  paceSettings,
  pathOf,
} from '../src/domain/prediction/pace-paths.ts';
import { usualMinimum } from '../src/domain/privacy/cohort-size.ts';
import { seededRandom, seedOf } from '../src/domain/statistics/random.ts';
import { quantile } from '../src/domain/statistics/summary.ts';
import { forecastCard } from './forecast-card.ts';
import {
  type CourseFigures,
  coverage,
  type HeldOut,
  type Horizon,
  type Interval,
  quantileLoss,
  type Row,
  type ScoreRow,
} from './forecast-figures.ts';
import { type OuladServices, ouladServices } from './oulad-services.ts';

const cardPath = fileURLToPath(new URL('../docs/model-card-forecast.md', import.meta.url));
const [firstDay, lastDay, everyDays] = [28, 182, 7];
/** Every so manieth learner of a day, another set each day. */
const sampled = 10;
const paths = 200;
/** Where settings are only compared: fewer paths, and every third case. */
const tuning = { paths: 60, everyCase: 3 } as const;
const weekMs = 7 * 86_400_000;

interface Day {
  presentation: Presentation;
  now: number;
  day: number;
  cohort: Cohort;
  people: ReadonlyMap<string, CourseEnrolment>;
}

const handIns = ({ submissions }: OuladEnrolment) => submissions.filter(({ banked }) => !banked);

function courseDayOf(presentation: Presentation, day: number, services: OuladServices): Day {
  const now = Date.parse(ouladInstant(presentation.courseId, day));
  const people = rowsByPerson(services.roll(presentation.courseId, now), ouladOrganization.id);
  const [anyone] = people.values();
  const attempts = services.attempts(presentation.courseId, now);
  const setting = { now, minimumCohort: usualMinimum };
  const cohort = runCohort(people, { dueAt: anyone?.dueAt ?? null }, attempts, setting);
  return { presentation, now, day, cohort, people };
}

/** A learner’s paces as a request would have them. */
function pacesOf(enrolment: OuladEnrolment, { presentation, now, day, cohort, people }: Day): Paces {
  const row = people.get(enrolment.userId);
  const completions = handIns(enrolment)
    .filter((given) => given.day <= day)
    .map((given) => ({
      topicId: given.assessment.topicId,
      topicTitle: null,
      skillIds: [],
      completedAt: Date.parse(presentation.days.noon(given.day)),
      durationSeconds: null,
    }));
  const own = { completions, enrolledAt: row?.enrolledAt ?? null, dueAt: row?.dueAt ?? null };
  return coursePaces(own, cohort, { now, minimumCohort: usualMinimum });
}

interface Foretold {
  progress: Record<Horizon, Row>;
  /** Null for whoever has not done all of it. */
  date: Interval | null;
}

interface Way {
  pace: PaceSettings;
  paths: number;
}

/** A learner on a day, and what there is to foretell; the same for all settings. */
interface Case {
  seed: string;
  left: number;
  paces: Paces;
  /** Weeks from then: of each horizon in turn. */
  points: readonly [number, number];
  came: readonly [number, number];
  recent: number;
  weeksToAll: number | null;
}

/** Null when there is nothing to foretell. */
function caseOf(enrolment: OuladEnrolment, at: Day): Case | null {
  const { presentation, day, now } = at;
  const banked = enrolment.submissions.length - handIns(enrolment).length;
  const days = handIns(enrolment).map((given) => given.day);
  const done = days.filter((one) => one <= day).length;
  const total = presentation.assessments.filter(({ recorded }) => recorded).length - banked;
  const left = total - done;
  const paces = pacesOf(enrolment, at);
  if (left <= 0 || !hasPace(paces)) return null;
  const points = [4, (Date.parse(presentation.days.end(presentation.length)) - now) / weekMs] as const;
  const cameIn = (weeks: number) => days.filter((one) => one > day && one <= day + 7 * weeks).length;
  return {
    seed: `${enrolment.userId} ${presentation.courseId} ${day}`,
    left,
    paces,
    points,
    came: [cameIn(points[0]), cameIn(points[1])],
    recent: days.filter((one) => one <= day && one > day - 14).length / 2,
    weeksToAll: days.length < total ? null : (Math.max(...days) - day) / 7,
  };
}

const intervalOf = (values: readonly number[], came: number): Interval => ({
  low: quantile(values, 0.1) ?? 0,
  middle: quantile(values, 0.5) ?? 0,
  high: quantile(values, 0.9) ?? 0,
  came,
});

/** What paths say of each horizon, and of the day on which all is done. */
function foretell({ seed, left, paces, points, came, recent, weeksToAll }: Case, way: Way): Foretold {
  const random = seededRandom(seedOf(seed));
  const drawn = Array.from({ length: way.paths }, () => pathOf(left, paces, points, random, way.pace));
  const rowOf = (index: 0 | 1): Row => ({
    ...intervalOf(
      drawn.map(({ amounts }) => amounts[index] ?? 0),
      came[index],
    ),
    samePace: Math.min(left, recent * points[index]),
  });
  return {
    progress: { four_weeks: rowOf(0), end_of_course: rowOf(1) },
    date:
      weeksToAll === null
        ? null
        : intervalOf(
            drawn.map(({ weeks }) => weeks),
            weeksToAll,
          ),
  };
}

const everyDay = Array.from(
  { length: (lastDay - firstDay) / everyDays + 1 },
  (_, index) => firstDay + index * everyDays,
);

/** A presentation with all that does not depend on settings. */
interface Course {
  courseId: string;
  cases: Case[];
  /** Own scores before, the run's mean, and the score that came. */
  scored: { past: number[]; known: number | null; came: number }[];
}

function courseOf(presentation: Presentation, services: OuladServices): Course {
  const days = everyDay.map((day) => courseDayOf(presentation, day, services));
  const means = days.map(({ day, cohort }) => ({ day, mean: cohortScore(cohort, usualMinimum) }));
  const cases = days.flatMap((at) => {
    const going = new Set(at.cohort.rows.map(({ userId }) => userId));
    return presentation.enrolments
      .filter(({ userId }, index) => going.has(userId) && (index + at.day / everyDays) % sampled === 0)
      .flatMap((enrolment) => caseOf(enrolment, at) ?? []);
  });
  const scored = presentation.enrolments.flatMap((enrolment) => {
    const marked = handIns(enrolment).flatMap(({ score, day }) => (score === null ? [] : [{ score, day }]));
    return marked.slice(1).map(({ score, day }, index) => ({
      past: marked.slice(0, index + 1).map((one) => one.score),
      known: means.findLast((one) => one.day < day)?.mean ?? null,
      came: score,
    }));
  });
  return { courseId: presentation.courseId, cases, scored };
}

const scoreRows = ({ scored }: Course, settings: GradeSettings): ScoreRow[] =>
  scored.map(({ past, known, came }) => {
    const { low, value, high } = gradeForecast(past, known, settings) ?? { low: 0, value: 0, high: 0 };
    return { low, middle: value, high, came, last: past.at(-1) ?? 0 };
  });

function judged(course: Course, way: Way, grade: GradeSettings): CourseFigures {
  const told = course.cases.map((one) => foretell(one, way));
  return {
    courseId: course.courseId,
    progress: {
      four_weeks: told.map(({ progress }) => progress.four_weeks),
      end_of_course: told.map(({ progress }) => progress.end_of_course),
    },
    dates: told.flatMap(({ date }) => date ?? []),
    scores: scoreRows(course, grade),
  };
}

const paceGrid: PaceSettings[] = [2, 4, 8].flatMap((blockWeeks) =>
  [1, 3, 6].flatMap((cohortWorth) =>
    [0.25, 0.5, 0.75].map((paceSpread) => ({ blockWeeks, cohortWorth, paceSpread })),
  ),
);
const gradeGrid: GradeSettings[] = [0.6, 0.7, 0.8, 0.9, 1].flatMap((keptByScore) =>
  [0.5, 1, 2, 4].flatMap((cohortWorth) =>
    [13, 15, 17, 19, 21, 23].map((usualDeviation) => ({
      ...gradeSettings,
      keptByScore,
      cohortWorth,
      usualDeviation,
    })),
  ),
);

interface Judgement {
  loss: number;
  /** How far the shares within the intervals are from what they are meant to be, added up. */
  offCoverage: number;
}

const judgementOf = (...intervals: readonly (readonly Interval[])[]): Judgement => ({
  loss: intervals.reduce((sum, rows) => sum + quantileLoss(rows), 0),
  offCoverage: intervals.reduce((sum, rows) => sum + Math.abs(coverage(rows) - 0.8), 0),
});

const criteria = { 'quantile loss': 'loss', coverage: 'offCoverage' } as const;

function best<T>(tried: readonly (Judgement & { settings: T })[], by: keyof Judgement): T {
  const [first, ...others] = tried;
  if (first === undefined) throw new Error('there is nothing to choose from');
  return others.reduce((least, one) => (one[by] < least[by] ? one : least), first).settings;
}

/** Settings by one presentation alone, judged on another. */
function heldOut(chooser: Course, judging: Course): HeldOut[] {
  const cases = chooser.cases.filter((_, index) => index % tuning.everyCase === 0);
  const paces = paceGrid.map((settings) => {
    const told = cases.map((one) => foretell(one, { pace: settings, paths: tuning.paths }).progress);
    const rows = (horizon: Horizon) => told.map((progress) => progress[horizon]);
    return { settings, ...judgementOf(rows('four_weeks'), rows('end_of_course')) };
  });
  const grades = gradeGrid.map((settings) => ({ settings, ...judgementOf(scoreRows(chooser, settings)) }));
  return (['quantile loss', 'coverage'] as const).map((by) => {
    const [pace, grade] = [best(paces, criteria[by]), best(grades, criteria[by])];
    return { tunedOn: chooser.courseId, by, pace, grade, figures: judged(judging, { pace, paths }, grade) };
  });
}

const dir = ouladDirectory();
const { presentations } = readOuladData(dir);
const services = ouladServices(dir);
const courses = [...presentations.values()].map((presentation) => courseOf(presentation, services));
const [one, other] = courses.filter(({ courseId }) => courseId.startsWith('BBB'));
if (one === undefined || other === undefined) throw new Error('there have to be two presentations of BBB');
const card = forecastCard(
  courses.map((course) => judged(course, { pace: paceSettings, paths }, gradeSettings)),
  [...heldOut(other, one), ...heldOut(one, other)],
  `${paceGrid.length} settings of the paths and ${gradeGrid.length} of the scores`,
);
writeFileSync(cardPath, card);
process.stdout.write(card.slice(card.indexOf('## Goals'), card.indexOf('## All courses')));
