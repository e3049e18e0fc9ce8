import { z } from 'zod';
import {
  alignmentActions,
  strategicAlignment as computeAlignment,
  goalStatuses,
} from '../../../domain/analytics/strategic-alignment.ts';
import { peopleOf, rollOf, skillsOf } from '../../organization/walks.ts';
import { defineAnalytic } from '../define.ts';
import { amount, codes, count, id, noQuery, percent, text, weeks } from '../fields.ts';
import { nothingKnown } from '../nothing-known.ts';

/** What any part counts in. */
const whole = ['overallPercent', 'goals[].alignmentPercent', 'goals[].status', 'actions'];

export const strategicAlignment = defineAnalytic({
  id: 'organization.strategic-alignment',
  version: 1,
  path: '/analytics/organization/strategic-alignment/:orgId',
  subject: 'organization',
  summary: 'How far what people can do serves what the organization wants',
  definition: {
    formula:
      'A goal = .5 KPI (value / target, at most 100) + .3 skill coverage (reached of all pairs of a learner and a needed skill) + .2 compliance (course work that was due and done in time, of the whole organization); parts that are not known give their weight to the others. Overall = mean of the goals by weight. aligned ≥ 75, partly_aligned ≥ 50. shortfall = mean levels lacking per learner; critical from half a level, the five largest.',
    unit: 'percent, 0–100',
    population: 'the organization’s learners who are still there',
    nullRule:
      'No goals known: all null. While the service behind a part fails: no part, alignment, status, overall figure or actions. A count of fewer people than the minimum cohort is suppressed. estimatedWeeksToClose is null: no service dates the levels of a whole organization.',
  },
  query: noQuery,
  result: z.object({
    overallPercent: percent('mean of the goals by weight').nullable(),
    goals: z
      .array(
        z.object({
          goalId: id('a goal'),
          name: text('its name').nullable(),
          weight: amount('its weight among the goals').nullable(),
          alignmentPercent: percent('how far it is served').nullable(),
          parts: z.object({
            kpi: percent('value of its target').nullable(),
            skillCoverage: percent('needed skills that are reached').nullable(),
            compliance: percent('due course work done in time').nullable(),
          }),
          aligned: count('pairs of a learner and a needed skill that are reached').nullable(),
          total: count('all such pairs').nullable(),
          status: codes(goalStatuses, 'aligned ≥ 75, partly_aligned ≥ 50').nullable(),
        }),
      )
      .nullable(),
    criticalGaps: z
      .array(
        z.object({
          skillId: id('a skill'),
          name: text('its name').nullable(),
          shortfall: amount('levels lacking per learner'),
        }),
      )
      .nullable(),
    estimatedWeeksToClose: weeks('until the critical gaps are closed').nullable(),
    actions: z
      .array(
        z.object({
          code: codes(alignmentActions, 'what to do'),
          skillId: id('the skill it is about').nullable(),
          people: count('people it is about').nullable(),
        }),
      )
      .nullable(),
  }),
  cache: 'organization',
  rate: 'standard',
  sources: (upstreams, { subject, now }) => ({
    goals: upstreams.directory.goals(subject.id),
    people: peopleOf(upstreams, subject.id, now),
  }),
  optional: (upstreams, { subject, now }) => ({
    roll: rollOf(upstreams, subject.id, now),
    skills: skillsOf(upstreams, subject.id, now),
    demand: upstreams.skills.demand(subject.id),
  }),
  affects: {
    goals: ['overallPercent', 'goals', 'criticalGaps', 'actions'],
    people: ['overallPercent', 'goals', 'criticalGaps', 'actions'],
    roll: [...whole, 'goals[].parts.compliance'],
    skills: [...whole, 'goals[].parts.skillCoverage', 'goals[].aligned', 'goals[].total', 'criticalGaps'],
    demand: ['criticalGaps[].name'],
  },
  compute: ({ goals, people, roll, skills, demand }, _request, setting) =>
    people === null
      ? nothingKnown({}, ['overallPercent', 'goals', 'criticalGaps', 'estimatedWeeksToClose', 'actions'])
      : computeAlignment(
          goals,
          people,
          roll,
          skills,
          new Map((demand ?? []).map(({ skillId, name }) => [skillId, name])),
          setting,
        ),
});
