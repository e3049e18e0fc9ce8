import { z } from 'zod';
import {
  performance as computePerformance,
  performanceTrends,
} from '../../../domain/analytics/performance.ts';
import { defineAnalytic, lastDaysWindow } from '../define.ts';
import {
  amount,
  codes,
  count,
  historyDays,
  id,
  instant,
  interval,
  percent,
  rangeQuery,
  score,
  text,
} from '../fields.ts';
import { optionalReadDayRange } from '../range.ts';

const trend = codes(performanceTrends, 'only when Mann–Kendall says so at 0.1');

export const performance = defineAnalytic({
  id: 'learner.performance',
  version: 1,
  path: '/analytics/learner/performance/:userId',
  subject: 'learner',
  summary: 'How well a learner does in assessments',
  definition: {
    formula:
      'averageScore = mean by assessment weight (unknown weight counts 1). trendPerAttempt = Theil–Sen slope over scored attempts in order of hand-in; improving or declining only when Mann–Kendall gives p < 0.1. passRatePercent with its Wilson 95 % interval. tardiness counts assessments by their first hand-in: on time, late, missing (due and not handed in), floating (no due date). expectedNextScore = the last five scores pulled to the learner’s mean (credibility 2), with a 95 % range. Without startDate the whole history counts.',
    unit: 'points, 0–100',
    population: 'the learner alone',
    nullRule:
      'Fewer than three scores: no mean, trend or expectation. An attempt without a score is not a zero.',
  },
  query: rangeQuery,
  result: z.object({
    averageScore: score('mean by assessment weight').nullable(),
    medianScore: score('median of all scores').nullable(),
    trend: trend.nullable(),
    trendPerAttempt: amount('Theil–Sen slope, points per attempt').nullable(),
    assessmentsTaken: count('assessments handed in at least once').nullable(),
    passRatePercent: interval(percent, 'share of scored attempts that passed').nullable(),
    tardiness: z
      .object({
        total: count('assessments that can be judged'),
        onTime: count('handed in by the due date'),
        late: count('handed in after it'),
        missing: count('due and not handed in'),
        floating: count('handed in, without a due date'),
      })
      .nullable(),
    bySkill: z
      .array(
        z.object({
          skillId: id('a skill'),
          skillName: text('its name').nullable(),
          averageScore: score('mean on this skill').nullable(),
          attempts: count('scores on this skill'),
          trend: trend.nullable(),
        }),
      )
      .nullable(),
    recentScores: z
      .array(
        z.object({
          assessmentId: id('an assessment'),
          score: score('what was reached'),
          submittedAt: instant('when it was handed in'),
        }),
      )
      .nullable()
      .meta({ description: 'the ten latest, newest first' }),
    expectedNextScore: interval(score, 'what the next score is expected to be').nullable(),
  }),
  cache: 'learner',
  rate: 'standard',
  sources: ({ assessment }, { subject, now }) => ({
    attempts: assessment.attempts(subject.id, lastDaysWindow(now, historyDays)),
  }),
  optional: ({ skills }, { subject }) => ({ skills: skills.forUser(subject.id) }),
  affects: {
    attempts: [
      'averageScore',
      'medianScore',
      'trend',
      'trendPerAttempt',
      'assessmentsTaken',
      'passRatePercent',
      'tardiness',
      'bySkill',
      'recentScores',
      'expectedNextScore',
    ],
    skills: ['bySkill[].skillName'],
  },
  compute: ({ attempts, skills }, { query }, calendar) => {
    const names = new Map((skills ?? []).map(({ skillId, name }) => [skillId, name]));
    return computePerformance(attempts, names, optionalReadDayRange(query, calendar), calendar);
  },
});
