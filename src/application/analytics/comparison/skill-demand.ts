import { z } from 'zod';
import { skillDemand as computeDemand, demandTrends } from '../../../domain/analytics/skill-demand.ts';
import { keptEnrolmentsOf } from '../../snapshots/kept-history.ts';
import { defineAnalytic } from '../define.ts';
import { amount, codes, count, id, noQuery, score, text } from '../fields.ts';
import { ownOrganization } from './own-organization.ts';

const demanded = z.object({
  skillId: id('a skill'),
  name: text('its name').nullable(),
  demandScore: score('how much it is asked for'),
  learners: count('people who have some of it').nullable(),
  requiredBy: count('goals that name it'),
  openGaps: count('people who have less of it than they need').nullable(),
  trend: codes(demandTrends, 'beyond ±20 %').nullable(),
  trendPercent: amount('enrolments a week, last three months against the nine before (percent)').nullable(),
});

export const skillDemand = defineAnalytic({
  id: 'comparison.skill-demand',
  version: 1,
  path: '/analytics/comparison/skill-demand',
  subject: 'learner',
  summary: 'Which skills the caller’s organization asks for, and which of them the caller lacks',
  definition: {
    formula:
      'demandScore = 100 × (.40 enrolments + .35 open gaps + .25 requirement by goals), each as a share of the greatest among the organization’s skills; parts of fewer people than the minimum cohort are left out and the others make the whole. trendPercent = enrolments a week of the last three months, the current one as far as it goes, against the nine before, rounded so that no single one shows; months that the service does not tell are those that were kept when they were over. emerging = rising beyond 20 % with at least ten enrolments in twelve months. yourGaps = the caller’s own open gaps in these skills.',
    unit: 'score, 0–100',
    population: 'the caller’s organization: internal demand only, nothing is said of the market',
    nullRule: 'Counts of fewer people than the minimum cohort are suppressed. Too few enrolments: no trend.',
  },
  query: noQuery,
  result: z.object({
    topSkills: z.array(demanded).nullable(),
    emerging: z.array(demanded).nullable(),
    yourGaps: z
      .array(
        z.object({
          skillId: id('a skill'),
          name: text('its name').nullable(),
          gap: amount('levels lacking'),
          demandScore: score('how much it is asked for'),
        }),
      )
      .nullable(),
  }),
  cache: 'demand',
  rate: 'standard',
  sources: ({ skills }, { subject }) => ({ demand: skills.demand(ownOrganization(subject)) }),
  optional: ({ skills }, { subject }) => ({ own: skills.forUser(subject.id) }),
  own: ({ snapshots }, { subject }, calendar) => ({
    kept: keptEnrolmentsOf(snapshots, ownOrganization(subject), calendar),
  }),
  // What cannot be read is said where the months were needed.
  affects: { kept: [], demand: ['topSkills', 'emerging', 'yourGaps'], own: ['yourGaps'] },
  compute: ({ demand, own, kept }, _request, setting) => computeDemand(demand, own, setting, kept),
});
