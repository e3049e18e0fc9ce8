import { z } from 'zod';
import { skillGap as computeSkillGap, gapPriorities } from '../../../domain/analytics/skill-gap.ts';
import { defineAnalytic } from '../define.ts';
import { amount, codes, count, id, percent, score, text, weeks } from '../fields.ts';

const level = (description: string) => amount(`${description}, 0 missing … 4 expert`);

export const skillGap = defineAnalytic({
  id: 'learner.skill-gap',
  version: 1,
  path: '/analytics/learner/skill-gap/:userId',
  subject: 'learner',
  summary: 'Where a learner falls short of what the role asks for, most urgent first',
  definition: {
    formula:
      'gap = max(0, required − current level). priorityScore = .25 gap/required + .30 business + .20 market + .15 prerequisites (20 for each open skill that waits for this one, at most 100) + .10 career, each 0–100; importance that nobody rated is left out and the other weights share its part. critical: gap ≥ 2, or score ≥ 80, or gap ≥ 1 and business ≥ 75; high ≥ 60; medium ≥ 40. estimatedWeeksToClose = gap × median weeks per level of the learner’s own history.',
    unit: 'levels 0–4; scores 0–100; weeks',
    population: 'the learner alone',
    nullRule:
      'A skill that nobody requires has no gap. Nothing required: coveragePercent null. No step in the own history: estimatedWeeksToClose null.',
  },
  query: z.strictObject({}),
  result: z.object({
    totalGaps: count('skills below the required level').nullable(),
    criticalGaps: count('of them critical').nullable(),
    coveragePercent: percent('share of the required levels that is reached').nullable(),
    gaps: z
      .array(
        z.object({
          skillId: id('a skill'),
          skillName: text('its name').nullable(),
          category: text('its category').nullable(),
          currentLevel: level('what the learner can'),
          requiredLevel: level('what the role asks for'),
          gap: amount('levels missing'),
          priority: codes(gapPriorities, 'how urgent'),
          priorityScore: score('weighted importance'),
          priorityParts: z.object({
            gap: score('gap against the required level'),
            business: score('importance for the business').nullable(),
            market: score('importance on the market').nullable(),
            prerequisites: score('open skills that wait for this one'),
            career: score('importance for the career').nullable(),
          }),
          estimatedWeeksToClose: weeks('at the learner’s own pace').nullable(),
        }),
      )
      .nullable(),
    topPriority: id('skillId of the most urgent gap').nullable(),
  }),
  cache: 'learner',
  rate: 'standard',
  sources: ({ skills }, { subject }) => ({ skills: skills.forUser(subject.id) }),
  affects: { skills: ['totalGaps', 'criticalGaps', 'coveragePercent', 'gaps', 'topPriority'] },
  // The organization's pace needs its learners' histories, which no service gives in one read yet.
  compute: ({ skills }, { now }) => computeSkillGap(skills, null, now),
});
