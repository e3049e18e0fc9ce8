import { z } from 'zod';
import { riskReasons } from '../../../domain/analytics/at-risk.ts';
import {
  studentDistribution as distribution,
  withNames,
} from '../../../domain/analytics/student-distribution.ts';
import { defineAnalytic } from '../define.ts';
import { codes, count, id, probability, score, text } from '../fields.ts';
import { courseFacts, rollsAndAttempts, trainerCourses } from './course-sources.ts';
import { courseQuestion, trainerQuery } from './query.ts';

const level = (name: string) => count(`places in ${name}`).nullable();
const pairs = (times: string) => count(`pairs of person and assessment with ${times}`).nullable();
const quartile = (share: string) => score(`the score that ${share} of the graded do not exceed`).nullable();

const fromAttempts = ['byPerformance.*', 'scoreHistogram.*', 'quartiles.*', 'attempts.*'];

export const studentDistribution = defineAnalytic({
  id: 'trainer.student-distribution',
  version: 1,
  path: '/analytics/trainer/student-distribution/:trainerId',
  subject: 'trainer',
  summary:
    'How a trainer’s learners are distributed by level, progress, performance and score; who is at risk',
  definition: {
    formula:
      'A place is one person in one course; with startDate or endDate those who enrolled in the range, without all. byLevel: places by the course’s level. byProgress: completed and withdrawn by status; notStarted = no topic finished (or not known and only enrolled) and no activity; else inProgress. A person’s score = mean over the courses of the mean of the latest scored hand-in per assessment, by assessment weight (unknown weight counts 1). byPerformance: noGradeYet without a score; struggling = score < 60, or behind plan and inactive for 7 days; else excelling ≥ 85, else onTrack. Behind plan: finished topics < 75 % of total topics × elapsed share of the time from enrolment to due date. Inactive: the latest activity in any course is more than 7 days ago. scoreHistogram: tens, 100 in the last. quartiles: type 7. attempts: pairs of person and assessment by number of hand-ins. atRisk: people who are going on with at least two reasons of inactive_7_days, behind_plan, low_scores (score < 60), missing_work (at least 2 due and not handed in); most reasons first, then longest inactive, at most 20.',
    unit: 'people, places, pairs of person and assessment; score, 0–100',
    population: 'the people of the trainer’s own organization in the trainer’s courses',
    nullRule:
      'Fewer people than the minimum (usually 10), or a course that is suppressed for the sake of another: everything suppressed, atRisk empty. Buckets of 1 to the minimum − 1, and the smallest others from which they could be recomputed: suppressed; quartiles of fewer scores than the minimum too, else rounded so that no single score can be had from them. Without attempts what is made of them is null; while they cannot be read, atRisk is too. Dates, topics or activity that are not known are no reason to be at risk. The list tells what can be seen today and foretells nothing, so that a choice against predictions takes nobody off it; riskProbability is null as long as no model is configured.',
  },
  query: trainerQuery,
  result: z.object({
    totalLearners: count('different people').nullable(),
    byLevel: z.object({
      beginner: level('courses for beginners'),
      intermediate: level('intermediate courses'),
      advanced: level('advanced courses'),
      expert: level('courses for experts'),
      unknown: level('courses of no known level'),
    }),
    byProgress: z.object({
      notStarted: count('places where nothing is finished and nothing happened').nullable(),
      inProgress: count('places that are going on').nullable(),
      completed: count('places that were completed').nullable(),
      withdrawn: count('places that were given up').nullable(),
    }),
    byPerformance: z.object({
      struggling: count('people with a score below 60, or behind plan and inactive').nullable(),
      onTrack: count('people with a grade who are neither').nullable(),
      excelling: count('people with a score from 85').nullable(),
      noGradeYet: count('people without a grade').nullable(),
    }),
    scoreHistogram: z
      .array(count('people with a score in these ten points').nullable())
      .length(10)
      .meta({ description: 'from 0–9 to 90–100' }),
    quartiles: z.object({
      p25: quartile('25 %'),
      p50: quartile('50 %'),
      p75: quartile('75 %'),
      p90: quartile('90 %'),
    }),
    attempts: z.object({
      one: pairs('one hand-in'),
      two: pairs('two hand-ins'),
      three: pairs('three hand-ins'),
      fourPlus: pairs('four or more hand-ins'),
    }),
    atRisk: z
      .array(
        z.object({
          userId: id('a person with at least two reasons'),
          fullName: text('the person’s name').nullable(),
          riskProbability: probability('that the person drops out').nullable(),
          reasons: z.array(codes(riskReasons, 'what can be seen')).meta({ description: 'at least two' }),
        }),
      )
      .nullable()
      .meta({ description: 'most reasons first, then longest inactive; at most 20' }),
  }),
  cache: 'trainer',
  rate: 'standard',
  sources: trainerCourses,
  dependent: {
    services: ['courses', 'assessment'],
    required: ['rolls'],
    start: rollsAndAttempts,
  },
  affects: {
    courses: ['totalLearners', 'byLevel.*', 'byProgress.*', ...fromAttempts, 'atRisk'],
    rolls: ['totalLearners', 'byLevel.*', 'byProgress.*', ...fromAttempts, 'atRisk'],
    // Reasons decide who is on the list.
    attempts: [...fromAttempts, 'atRisk'],
    members: ['atRisk[].fullName'],
  },
  compute: (found, request, setting) =>
    distribution(courseFacts(found, request), courseQuestion(request, setting), new Map(), setting),
  finish: {
    services: ['directory'],
    start: ({ directory }, { atRisk }) => ({
      members: (atRisk ?? []).map(({ userId }) => directory.user(userId)),
    }),
    compute: (computed, { members }) =>
      withNames(
        computed,
        new Map(
          (members ?? []).flatMap((member) =>
            member === null ? [] : [[member.userId, member.fullName] as const],
          ),
        ),
      ),
  },
});
