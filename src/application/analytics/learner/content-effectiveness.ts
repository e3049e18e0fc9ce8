import { z } from 'zod';
import {
  contentEffectiveness as computeEffectiveness,
  contentRecommendations,
} from '../../../domain/analytics/content-effectiveness.ts';
import { contentTypes } from '../../../domain/learning/content.ts';
import { defineAnalytic, lastDaysWindow } from '../define.ts';
import { amount, codes, count, historyDays, minutes, percent, rangeQuery, score } from '../fields.ts';
import { optionalReadDayRange } from '../range.ts';

const contentType = codes(contentTypes, 'kind of content');

const fromGains = [
  'byType[].gain',
  'byType[].effectivenessScore',
  'mostEffective',
  'leastEffective',
  'recommendations',
];

export const contentEffectiveness = defineAnalytic({
  id: 'learner.content-effectiveness',
  version: 1,
  path: '/analytics/learner/content-effectiveness/:userId',
  subject: 'learner',
  summary: 'Which kinds of content help a learner',
  definition: {
    formula:
      'A gain is the step between two scores in a row on one skill, normalised to what was left to gain (Hake 1998), credited to every kind of content seen between the two on topics of that skill. gain = mean of a kind’s steps pulled to the learner’s mean of all (credibility 3), with a seeded bootstrap 95 % interval. effectivenessScore = .6 the gain’s percentile among all of the learner’s gains + .4 completion. Without startDate all views count.',
    unit: 'percent; scores 0–100',
    population: 'the learner’s own gains',
    nullRule:
      'Fewer than three gains of a kind: no gain and no score. Minutes, completion and kind that no service records are null. A comparison needs two kinds with a score. While attempts or progress cannot be read: no gains, scores, comparison or recommendations.',
  },
  query: rangeQuery,
  result: z.object({
    byType: z
      .array(
        z.object({
          contentType,
          effectivenessScore: score('.6 gain percentile + .4 completion').nullable(),
          completionPercent: percent('views that were completed').nullable(),
          gain: z
            .object({
              value: amount('normalised gain, percent of what was left to gain, −100 to 100'),
              low: amount('lower end of the 95 % interval'),
              high: amount('upper end of the 95 % interval'),
            })
            .nullable(),
          items: count('different pieces of content seen'),
          minutes: minutes('time spent').nullable(),
        }),
      )
      .nullable(),
    mostEffective: contentType.nullable(),
    leastEffective: contentType.nullable(),
    recommendations: z
      .array(
        z.object({ code: codes(contentRecommendations, 'what to do'), contentType: contentType.nullable() }),
      )
      .nullable(),
  }),
  cache: 'learner',
  rate: 'standard',
  sources: ({ content }, { subject, now }) => ({
    views: content.views(subject.id, lastDaysWindow(now, historyDays)),
  }),
  optional: ({ assessment, courses }, { subject, now }) => ({
    attempts: assessment.attempts(subject.id, lastDaysWindow(now, historyDays)),
    progress: courses.progress(subject.id),
  }),
  affects: {
    views: ['byType', 'mostEffective', 'leastEffective', 'recommendations'],
    attempts: fromGains,
    progress: fromGains,
  },
  compute: ({ views, attempts, progress }, { subject, query }, calendar) =>
    computeEffectiveness(
      subject.id,
      views,
      attempts,
      progress,
      optionalReadDayRange(query, calendar),
      calendar,
    ),
});
