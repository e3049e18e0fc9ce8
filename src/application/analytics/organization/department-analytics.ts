import { z } from 'zod';
import { departmentAnalytics as computeDepartments } from '../../../domain/analytics/department-analytics.ts';
import { paceTrends } from '../../../domain/analytics/organization-velocity.ts';
import { peopleOf, resultsOf, rollOf, skillsOf } from '../../organization/walks.ts';
import { keptPacesOf } from '../../snapshots/kept-history.ts';
import { defineAnalytic } from '../define.ts';
import { codes, count, id, noQuery, percent, score, text } from '../fields.ts';
import { nothingKnown } from '../nothing-known.ts';

export const departmentAnalytics = defineAnalytic({
  id: 'organization.department-analytics',
  version: 1,
  path: '/analytics/organization/department-analytics/:orgId',
  subject: 'organization',
  summary: 'The departments of an organization side by side',
  definition: {
    formula:
      'completionPercent = completed of all enrolments that were not withdrawn. engagementScore = share of learners active in the last 14 days. averageScore = mean of the learners’ mean scores. skillsCovered = skills of which at least the minimum cohort has level 2. trend of the monthly pace by Mann–Kendall at 0.1; months of which the rolls know nothing any more are those that were kept when they were over. For the comparison, shares are pulled towards that of all departments that are told (worth ten people).',
    unit: 'percent and scores, 0–100',
    population: 'the organization’s learners who are still there',
    nullRule:
      'A department under the minimum cohort is suppressed, and so are the next smallest ones while it could be had from the others. averageScore and completionPercent likewise, by those who have scores or enrolments. Activity that no enrolment dates is not known. Fewer than three whole months, or kept ones in which other departments were told than now: no trend. Fewer than two departments, or all alike: no comparison.',
  },
  query: noQuery,
  result: z.object({
    departments: z
      .array(
        z.object({
          departmentId: id('a department; unassigned = in none'),
          name: text('its name').nullable(),
          learners: count('people in it').nullable(),
          completionPercent: percent('enrolments completed').nullable(),
          engagementScore: score('people active in the last 14 days, of 100').nullable(),
          averageScore: score('mean of the people’s mean scores').nullable(),
          skillsCovered: count('skills that enough of its people have').nullable(),
          trend: codes(paceTrends, 'of its monthly pace').nullable(),
          suppressed: z.boolean().meta({ description: 'true = too few people to be told about' }),
        }),
      )
      .nullable(),
    comparison: z
      .object({
        highestEngagement: id('department with the highest engagement').nullable(),
        lowestEngagement: id('department with the lowest engagement').nullable(),
        mostImproved: id('department whose pace rises fastest').nullable(),
      })
      .nullable(),
  }),
  cache: 'organization',
  rate: 'standard',
  sources: (upstreams, { subject, now }) => ({
    people: peopleOf(upstreams, subject.id, now),
    roll: rollOf(upstreams, subject.id, now),
  }),
  optional: (upstreams, { subject, now }) => ({
    results: resultsOf(upstreams, subject.id, now),
    skills: skillsOf(upstreams, subject.id, now),
  }),
  own: ({ snapshots }, { subject }, calendar) => ({ kept: keptPacesOf(snapshots, subject.id, calendar) }),
  affects: {
    // What cannot be read is said where the months were needed; most trends need none.
    kept: [],
    people: ['departments', 'comparison'],
    roll: ['departments', 'comparison'],
    results: ['departments[].averageScore'],
    skills: ['departments[].skillsCovered'],
  },
  compute: ({ people, roll, results, skills, kept }, _request, setting) =>
    people === null || roll === null
      ? nothingKnown({}, ['departments', 'comparison'])
      : computeDepartments(people, roll, results, skills, setting, kept),
});
