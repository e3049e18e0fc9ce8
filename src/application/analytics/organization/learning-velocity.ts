import { z } from 'zod';
import { organizationVelocity, paceTrends } from '../../../domain/analytics/organization-velocity.ts';
import { peopleOf, rollOf } from '../../organization/walks.ts';
import { defineAnalytic } from '../define.ts';
import { amount, codes, count, id, month, noQuery, percent, text, weeks } from '../fields.ts';
import { nothingKnown } from '../nothing-known.ts';

export const learningVelocity = defineAnalytic({
  id: 'organization.learning-velocity',
  version: 1,
  path: '/analytics/organization/learning-velocity/:orgId',
  subject: 'organization',
  summary: 'How fast an organization learns, by department and by month',
  definition: {
    formula:
      'pace = topics per week and learner of the courses that are going on, since enrolment; those who take none count 0, more than 10 count 10. targetPace = topics per week that finish in time the courses whose due date lies ahead, mean over those who have one. onTrackPercent = of those with a due date, ahead or overdue, the share with at least nine tenths of it and nothing overdue. completionWeeks = Kaplan–Meier over all enrolments, those going on or withdrawn censored. monthly = topics spread evenly between enrolment and last activity, per week and person enrolled in the month; trend by Mann–Kendall at 0.1 over the months that are over.',
    unit: 'topics per week',
    population: 'the organization’s learners who are still there',
    nullRule:
      'A department under the minimum cohort is suppressed, and so are the next smallest ones while it could be had by taking the others from the total. Means and shares are rounded so that no one person can be had from them. Weeks are suppressed when fewer people than it completed anything; a quantile that has not been reached is null.',
  },
  query: noQuery,
  result: z.object({
    overallPace: amount('topics per week and learner').nullable(),
    targetPace: amount('topics per week that finish everything in time').nullable(),
    trend: codes(paceTrends, 'of the months that are over').nullable(),
    onTrackPercent: percent('learners who keep up with their due dates').nullable(),
    learners: count('people who learn here').nullable(),
    active: count('of them active in the last 14 days').nullable(),
    completionWeeks: z.object({
      median: weeks('time in which half of the enrolments are completed').nullable(),
      p90: weeks('time in which nine tenths are completed').nullable(),
    }),
    departments: z
      .array(
        z.object({
          departmentId: id('a department; unassigned = in none'),
          name: text('its name').nullable(),
          pace: amount('topics per week and learner').nullable(),
          learners: count('people in it').nullable(),
          onTrackPercent: percent('of them who keep up').nullable(),
          suppressed: z.boolean().meta({ description: 'true = too few people to be told about' }),
        }),
      )
      .nullable(),
    monthly: z
      .array(
        z.object({
          month: month('calendar month'),
          pace: amount('topics per week and learner').nullable(),
        }),
      )
      .nullable(),
  }),
  cache: 'organization',
  rate: 'standard',
  sources: (upstreams, { subject, now }) => ({
    people: peopleOf(upstreams, subject.id, now),
    roll: rollOf(upstreams, subject.id, now),
  }),
  affects: {
    people: ['learners', 'departments'],
    roll: [
      'overallPace',
      'targetPace',
      'trend',
      'onTrackPercent',
      'active',
      'completionWeeks.median',
      'completionWeeks.p90',
      'monthly',
    ],
  },
  compute: ({ people, roll }, _request, setting) =>
    people === null || roll === null
      ? nothingKnown({ completionWeeks: { median: null, p90: null } }, [
          'overallPace',
          'targetPace',
          'trend',
          'onTrackPercent',
          'learners',
          'active',
          'departments',
          'monthly',
        ])
      : organizationVelocity(people, roll, setting),
});
