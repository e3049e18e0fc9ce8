/** One row per learner, course and day: what the model would be told that day, and what came of it. */
import type { OuladData, OuladEnrolment, Presentation } from '../mocks/oulad/data.ts';
import { ouladOrganization } from '../mocks/oulad/people.ts';
import { publishedAtOf } from '../mocks/oulad/routes-courses.ts';
import { ouladInstant } from '../mocks/oulad.ts';
import { rowsByPerson, runCohort, withSortedColumns } from '../src/domain/prediction/cohort.ts';
import { runDayOf, type SignalName, signalNames, signalsOf } from '../src/domain/prediction/signals.ts';
import { usualMinimum } from '../src/domain/privacy/cohort-size.ts';
import type { ActivityOn } from './activity.ts';
import type { OuladServices } from './oulad-services.ts';

export const firstDay = 7;
export const lastDay = 200;
/** How far ahead leaving is foreseen, days. */
export const horizonDays = 28;

/** The two that are served, and leaving at any later time, which is only evaluated. */
export const outcomes = ['withdraws', 'fails_or_withdraws', 'withdraws_later'] as const;
export type Outcome = (typeof outcomes)[number];

/** All learners who were going on in one course on one day. */
export interface CourseDay {
  courseId: string;
  day: number;
  userIds: string[];
  dueWork: number;
  /** Inputs of the model by signal, in the order of `userIds`; NaN = not known. */
  inputs: Record<SignalName, Float64Array>;
  outcomes: Record<Outcome, Uint8Array>;
  /** 1 for who is a row of the data's own panel of this day. */
  inPanel: Uint8Array;
}

const happened: Record<Outcome, (enrolment: OuladEnrolment, day: number) => boolean> = {
  withdraws: ({ unregisteredDay }, day) => unregisteredDay !== null && unregisteredDay <= day + horizonDays,
  fails_or_withdraws: ({ outcome }) => outcome !== 'passed',
  withdraws_later: ({ outcome }) => outcome === 'withdrawn',
};

const record = <K extends string, V>(names: readonly K[], of: (name: K) => V): Record<K, V> =>
  Object.fromEntries(names.map((name) => [name, of(name)])) as Record<K, V>;

/** The same functions that answer requests, over everybody of a course on a day. */
export function courseDayRows(
  presentation: Presentation,
  day: number,
  services: OuladServices,
  activityOn: ActivityOn,
): CourseDay {
  const { courseId } = presentation;
  const setting = { now: Date.parse(ouladInstant(courseId, day)), minimumCohort: usualMinimum };
  const people = rowsByPerson(services.roll(courseId, setting.now), ouladOrganization.id);
  const [anyone] = people.values();
  const attempts = services.attempts(courseId, setting.now);
  const cohort = withSortedColumns(runCohort(people, { dueAt: anyone?.dueAt ?? null }, attempts, setting));
  const publishedAt = Date.parse(publishedAtOf(presentation));
  const runDay = runDayOf(cohort.rows, publishedAt, setting.now);
  const activity = activityOn(presentation, day, runDay ?? day);
  const enrolments = new Map(presentation.enrolments.map((enrolment) => [enrolment.userId, enrolment]));
  const userIds = cohort.rows.map(({ userId }) => userId);
  const inputs = record(signalNames, () => new Float64Array(userIds.length));
  const results = record(outcomes, () => new Uint8Array(userIds.length));
  const inPanel = new Uint8Array(userIds.length);
  for (const [place, userId] of userIds.entries()) {
    const signals = signalsOf(cohort, userId, activity.of(userId), setting.minimumCohort);
    for (const name of signalNames) inputs[name][place] = signals?.[name].input ?? Number.NaN;
    const enrolment = enrolments.get(userId) as OuladEnrolment;
    for (const name of outcomes) results[name][place] = Number(happened[name](enrolment, day));
    inPanel[place] = Number(activity.isInPanel(userId));
  }
  return { courseId, day, userIds, dueWork: cohort.dueWork, inputs, outcomes: results, inPanel };
}

/** One course on every day from 7 to 200. */
export function everyDay(
  presentation: Presentation,
  services: OuladServices,
  activityOn: ActivityOn,
): CourseDay[] {
  const days = Array.from({ length: lastDay - firstDay + 1 }, (_, index) => firstDay + index);
  return days.map((day) => courseDayRows(presentation, day, services, activityOn));
}

/** Every course on every day. */
export const everyCourseDay = (
  { presentations }: OuladData,
  services: OuladServices,
  activityOn: ActivityOn,
): CourseDay[] =>
  [...presentations.values()].flatMap((presentation) => everyDay(presentation, services, activityOn));
