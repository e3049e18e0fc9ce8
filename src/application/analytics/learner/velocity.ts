import { z } from 'zod';
import {
  velocity as computeVelocity,
  velocityStatuses,
  velocityTrends,
} from '../../../domain/analytics/velocity.ts';
import { defineAnalytic } from '../define.ts';
import { amount, codes, count, day, id, instant, rangeQuery, text } from '../fields.ts';
import { dayRange } from '../range.ts';

export const velocity = defineAnalytic({
  id: 'learner.velocity',
  version: 1,
  path: '/analytics/learner/velocity/:userId',
  subject: 'learner',
  summary: 'How fast a learner finishes topics, and whether that is fast enough',
  definition: {
    formula:
      'currentPace = topics first completed in the 14 calendar days ending today / 2. trendPercent compares with the 14 days before; accelerating above +20 %, decelerating below −20 %, stalled when none. targetPace = remaining topics / weeks to the due date, summed over active courses that have one (overdue: due within a week); ahead or behind beyond 10 %. estimatedCompletion = median of 1,000 seeded bootstrap paths of the last 12 weekly counts.',
    unit: 'topics per week',
    population: 'the learner alone',
    nullRule:
      'Less than seven days of history is INSUFFICIENT_DATA. No due date: targetPace null. Nothing 14 to 28 days ago: trendPercent null. Stalled or nothing left: estimatedCompletion null.',
  },
  query: rangeQuery,
  result: z.object({
    userId: id('whose figures these are'),
    currentPace: amount('topics per week over the last 14 days').nullable(),
    targetPace: amount('topics per week that finish every course in time').nullable(),
    unit: z.literal('topics_per_week'),
    trend: codes(velocityTrends, 'the last 14 days against the 14 before').nullable(),
    trendPercent: amount('change against the 14 days before (percent)').nullable(),
    status: codes(velocityStatuses, 'current against target pace').nullable(),
    remainingTopics: count('topics still open in active courses').nullable(),
    estimatedCompletion: day('when the remaining topics will be finished').nullable(),
    milestones: z
      .array(
        z.object({
          courseId: id('a completed course'),
          name: text('its title').nullable(),
          completedAt: instant('when it was completed'),
          daysToComplete: count('days from enrolment to completion').nullable(),
        }),
      )
      .nullable(),
    weekly: z
      .array(
        z.object({
          weekStart: day('Monday of the week'),
          topicsCompleted: count('topics first completed in it'),
        }),
      )
      .nullable(),
  }),
  cache: 'learner',
  rate: 'standard',
  sources: ({ courses }, { subject }) => ({ progress: courses.progress(subject.id) }),
  affects: {
    progress: [
      'currentPace',
      'targetPace',
      'trend',
      'trendPercent',
      'status',
      'remainingTopics',
      'estimatedCompletion',
      'milestones',
      'weekly',
    ],
  },
  compute: ({ progress }, { subject, query }, calendar) =>
    computeVelocity(subject.id, progress, dayRange(query, calendar), calendar),
});
