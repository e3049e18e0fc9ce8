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
import { gradeForecast } from '../src/domain/prediction/grade.ts';
import { hasPace, type Paces, pathOf } from '../src/domain/prediction/pace-paths.ts';
import { usualMinimum } from '../src/domain/privacy/cohort-size.ts';
import { seededRandom, seedOf } from '../src/domain/statistics/random.ts';
import { quantile } from '../src/domain/statistics/summary.ts';
import { forecastCard } from './forecast-card.ts';
import type { CourseFigures, Horizon, Row, ScoreRow } from './forecast-figures.ts';
import { type OuladServices, ouladServices } from './oulad-services.ts';

const cardPath = fileURLToPath(new URL('../docs/model-card-forecast.md', import.meta.url));
const [firstDay, lastDay, everyDays] = [28, 182, 7];
/** Every so manieth learner of a day, another set each day. */
const sampled = 10;
const paths = 200;
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

/** What paths say of each horizon; null when there is nothing to foretell. */
function foretell(enrolment: OuladEnrolment, at: Day): Record<Horizon, Row> | null {
  const { presentation, day, now } = at;
  const banked = enrolment.submissions.length - handIns(enrolment).length;
  const days = handIns(enrolment).map((given) => given.day);
  const done = days.filter((one) => one <= day).length;
  const left = presentation.assessments.filter(({ recorded }) => recorded).length - done - banked;
  const paces = pacesOf(enrolment, at);
  if (left <= 0 || !hasPace(paces)) return null;
  const random = seededRandom(seedOf(`${enrolment.userId} ${presentation.courseId} ${day}`));
  const points = [4, (Date.parse(presentation.days.end(presentation.length)) - now) / weekMs];
  const drawn = Array.from({ length: paths }, () => pathOf(left, paces, points, random).amounts);
  const recent = days.filter((one) => one <= day && one > day - 14).length / 2;
  const rowOf = (index: number): Row => {
    const amounts = drawn.map((path) => path[index] ?? 0);
    const weeks = points[index] ?? 0;
    return {
      low: quantile(amounts, 0.1) ?? 0,
      middle: quantile(amounts, 0.5) ?? 0,
      high: quantile(amounts, 0.9) ?? 0,
      came: days.filter((one) => one > day && one <= day + 7 * weeks).length,
      samePace: Math.min(left, recent * weeks),
    };
  };
  return { four_weeks: rowOf(0), end_of_course: rowOf(1) };
}

const everyDay = Array.from(
  { length: (lastDay - firstDay) / everyDays + 1 },
  (_, index) => firstDay + index * everyDays,
);

function scoreRows(presentation: Presentation, days: readonly Day[]): ScoreRow[] {
  const means = days.map(({ day, cohort }) => ({ day, mean: cohortScore(cohort, usualMinimum) }));
  return presentation.enrolments.flatMap((enrolment) => {
    const marked = handIns(enrolment).flatMap(({ score, day }) => (score === null ? [] : [{ score, day }]));
    return marked.slice(1).map(({ score, day }, index): ScoreRow => {
      const past = marked.slice(0, index + 1).map((one) => one.score);
      const known = means.findLast((one) => one.day < day)?.mean ?? null;
      const { low, value, high } = gradeForecast(past, known) ?? { low: 0, value: 0, high: 0 };
      return { low, value, high, came: score, last: past.at(-1) ?? 0 };
    });
  });
}

function judged(presentation: Presentation, services: OuladServices): CourseFigures {
  const days = everyDay.map((day) => courseDayOf(presentation, day, services));
  const rows = days.flatMap((at) => {
    const going = new Set(at.cohort.rows.map(({ userId }) => userId));
    return presentation.enrolments
      .filter(({ userId }, index) => going.has(userId) && (index + at.day / everyDays) % sampled === 0)
      .flatMap((enrolment) => foretell(enrolment, at) ?? []);
  });
  return {
    courseId: presentation.courseId,
    progress: {
      four_weeks: rows.map((row) => row.four_weeks),
      end_of_course: rows.map((row) => row.end_of_course),
    },
    scores: scoreRows(presentation, days),
  };
}

const dir = ouladDirectory();
const { presentations } = readOuladData(dir);
const services = ouladServices(dir);
const card = forecastCard([...presentations.values()].map((presentation) => judged(presentation, services)));
writeFileSync(cardPath, card);
process.stdout.write(card.slice(card.indexOf('## Goals'), card.indexOf('## All courses')));
