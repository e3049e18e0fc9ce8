import { z } from 'zod';
import {
  enrolmentAsked,
  forecastTypes,
  forecast as foretell,
  outlookCodes,
  scenarioCodes,
} from '../../../domain/prediction/forecast.ts';
import { isLeftOpen, toldOfForecast } from '../../../domain/prediction/told.ts';
import { dayOf } from '../../../domain/time.ts';
import { defineAnalytic, lastDaysWindow } from '../define.ts';
import {
  amount,
  codes,
  day,
  historyDays,
  id,
  idQuery,
  languageQuery,
  percent,
  probability,
  score,
  text,
} from '../fields.ts';
import { nothingKnown } from '../nothing-known.ts';

const fields = [
  'item',
  'currentPercent',
  'completion',
  'targetDate',
  'onTimeProbability',
  'grade',
  'scenarios',
  'milestones',
  'outlook',
  'narrative',
] as const;

/** What rests on the paths. */
const foretold = [
  'completion',
  'onTimeProbability',
  'scenarios',
  'milestones',
  'outlook',
  'narrative',
] as const;

const quantiles = <T extends z.ZodType>(of: (description: string) => T) =>
  z.object({
    p10: of('where one path in ten is at most'),
    p50: of('where half of the paths are at most'),
    p90: of('where nine paths in ten are at most'),
  });

/** None or one call: what another type of item does not need is not asked for. */
const when = <T>(isNeeded: boolean, call: () => Promise<T>): Promise<T>[] => (isNeeded ? [call()] : []);

export const forecast = defineAnalytic({
  id: 'predictive.forecast',
  version: 2,
  path: '/analytics/predictive/forecast/:userId',
  subject: 'learner',
  summary: 'When a learner will have finished what is under way, and how sure that is',
  definition: {
    formula:
      '1,000 paths of weekly topics (levels, steps), seeded by learner, item and day: blocks of four weeks drawn from the learner’s last twelve and, by three weeks’ worth, from the mean week of the run; each path as a whole faster or slower (log-normal, .5). completion = p10, p50, p90 of the days on which those who go on are done. outlook and onTimeProbability reckon with leaving, at the rate of the run’s last four weeks. grade = recent own scores (each counts .8 of the next), shrunk to the run’s mean by one score, with an 80 % interval. Without id: the active course due first, the first open skill, the first path. Something to plan by, for no mark and no decision about anybody (docs/model-card-forecast.md).',
    unit: 'days; percent 0–100; probability 0–1; topics, levels or steps a week',
    population: 'the learner, and the own organization’s people in the same run of the course (at least ten)',
    nullRule:
      'Nothing under way is INSUFFICIENT_DATA, an id that is not under way NOT_FOUND. Nothing left, no pace or an unknown number of topics: no dates. No target date: no onTimeProbability. No score: no grade.',
  },
  query: z.strictObject({
    type: z
      .enum(forecastTypes, 'must be course, skill or learning_path')
      .default('course')
      .meta({ description: 'what is under way' }),
    id: idQuery('of the course, skill or learning path; default the one due first'),
    language: languageQuery,
  }),
  result: z.object({
    item: z
      .object({
        type: codes(forecastTypes, 'what is under way'),
        id: id('of the course, skill or learning path'),
        name: text('its name').nullable(),
      })
      .nullable(),
    currentPercent: percent('finished so far').nullable(),
    completion: quantiles((description) =>
      day(`finished by those who go on: ${description}`).nullable(),
    ).nullable(),
    targetDate: day('when it is due').nullable(),
    onTimeProbability: probability('of being finished by the target date').nullable(),
    grade: z
      .object({
        value: score('expected next score'),
        low: score('lower end of its 80 % interval'),
        high: score('upper end of its 80 % interval'),
      })
      .nullable(),
    scenarios: z
      .array(
        z.object({
          code: codes(scenarioCodes, 'at the p10, p50 and p90 of completion'),
          pacePerWeek: amount('topics, levels or steps a week'),
          date: day('finished at that pace').nullable(),
        }),
      )
      .nullable(),
    milestones: z
      .array(
        z.object({
          percent: percent('finished'),
          date: day('reached at the expected pace').nullable(),
        }),
      )
      .nullable(),
    outlook: z
      .array(
        z.object({
          code: codes(outlookCodes, 'four weeks from now, and the target date'),
          date: day('the day it is about'),
          percent: quantiles((description) => percent(`finished by then: ${description}`)),
        }),
      )
      .nullable(),
    narrative: text('the same in words (meta.narrative: whose)').nullable(),
  }),
  cache: 'predictive',
  rate: 'predictive',
  sources: ({ courses }, { subject }) => ({ progress: courses.progress(subject.id) }),
  dependent: {
    services: ['courses', 'assessment', 'skills', 'learnerAi'],
    start: ({ courses, assessment, skills, learnerAi }, { progress }, { subject, query, now }) => {
      const { type } = query;
      const courseId =
        type === 'course' ? (enrolmentAsked(progress ?? [], query.id)?.courseId ?? null) : null;
      const isCourse = courseId !== null;
      return {
        roll: when(isCourse, () => courses.enrollments(courseId ?? '')),
        courseAttempts: when(isCourse, () => assessment.courseAttempts(courseId ?? '')),
        attempts: when(isCourse, () => assessment.attempts(subject.id, lastDaysWindow(now, historyDays))),
        skills: when(type === 'skill', () => skills.forUser(subject.id)),
        learningPaths: when(type === 'learning_path', () => learnerAi.learningPaths(subject.id)),
      };
    },
  },
  affects: {
    progress: fields,
    roll: [...foretold, 'grade'],
    courseAttempts: ['grade', 'narrative'],
    attempts: ['grade', 'narrative'],
    skills: fields,
    learningPaths: fields,
  },
  compute: ({ progress, roll, courseAttempts, attempts, skills, learningPaths }, request, setting) => {
    if (progress === null) return nothingKnown({}, fields);
    const { subject, query } = request;
    return foretell(
      { userId: subject.id, organizationId: subject.organizationId, type: query.type, id: query.id },
      {
        progress,
        roll: roll?.[0] ?? null,
        courseAttempts: courseAttempts?.[0] ?? null,
        attempts: attempts?.[0] ?? null,
        skills: skills?.[0] ?? null,
        learningPaths: learningPaths?.[0] ?? null,
      },
      setting,
    );
  },
  words: {
    field: 'narrative',
    items: ({ data, missing }, { now, zone }) => [
      isLeftOpen('narrative', missing) ? null : toldOfForecast(data, dayOf(now, zone)),
    ],
    placed: (data, [text]) => ({ ...data, narrative: text ?? null }),
  },
});
