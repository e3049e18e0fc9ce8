import { z } from 'zod';
import {
  mastery as computeMastery,
  masteryLevels,
  masteryStatuses,
} from '../../../domain/analytics/mastery.ts';
import { defineAnalytic, lastDaysWindow } from '../define.ts';
import { codes, count, historyDays, id, instant, percent, probability, text, weeks } from '../fields.ts';

export const mastery = defineAnalytic({
  id: 'learner.mastery',
  version: 2,
  path: '/analytics/learner/mastery/:userId',
  subject: 'learner',
  summary: 'How far a learner has come in each skill',
  definition: {
    formula:
      'successProbability = chance that the next attempt on the skill is right, by an online logistic model: item difficulty and abilities at large and in the skill (Elo-style updates with the beliefs’ own variance), counts of right and wrong, and their decayed recency (half-life 30 days). masteryPercent = share of points over all attempts and the Skills Engine’s level (worth two attempts), pulled down by one attempt without points; it is another figure than the probability. mastered: 85 % with at least three attempts, or acquired according to the Skills Engine. weeksToMaster at the pace since the first attempt.',
    unit: 'percent 0–100; probability 0–1; weeks',
    population: 'the learner alone',
    nullRule:
      'No attempt on a skill: no probability. Neither attempt nor level: no percentage. No way up: weeksToMaster null. While the assessments cannot be read, all is null: attempts count everywhere; where they know nothing of the learner, the level stands alone and evidence is null.',
  },
  query: z.strictObject({}),
  result: z.object({
    overallPercent: percent('mean over all skills with a percentage').nullable(),
    masteredSkills: count('skills that are mastered').nullable(),
    inProgressSkills: count('skills on the way').nullable(),
    skills: z
      .array(
        z.object({
          skillId: id('a skill'),
          skillName: text('its name').nullable(),
          masteryPercent: percent('evidence-weighted mastery').nullable(),
          level: codes(
            masteryLevels,
            'beginner under 40 %, intermediate under 65, advanced under 85, expert',
          ).nullable(),
          status: codes(masteryStatuses, 'how far'),
          successProbability: probability('that the next attempt is right').nullable(),
          evidence: count('scored attempts on the skill').nullable(),
          acquiredAt: instant('when the Skills Engine counted it as acquired').nullable(),
          weeksToMaster: weeks('until 85 % at the pace so far').nullable(),
        }),
      )
      .nullable(),
    distribution: z
      .object({
        beginner: count('skills at this level'),
        intermediate: count('skills at this level'),
        advanced: count('skills at this level'),
        expert: count('skills at this level'),
      })
      .nullable(),
  }),
  cache: 'learner',
  rate: 'standard',
  sources: ({ skills }, { subject }) => ({ skills: skills.forUser(subject.id) }),
  optional: ({ assessment }, { subject, now }) => ({
    attempts: assessment.attempts(subject.id, lastDaysWindow(now, historyDays)),
  }),
  affects: {
    skills: ['overallPercent', 'masteredSkills', 'inProgressSkills', 'skills', 'distribution'],
    attempts: [
      'overallPercent',
      'masteredSkills',
      'inProgressSkills',
      'distribution',
      // Attempts decide on every figure of a skill, and add skills that nobody else knows of.
      'skills',
      'skills[].successProbability',
      'skills[].evidence',
    ],
  },
  compute: ({ skills, attempts }, { now }) => computeMastery(skills, attempts, now),
});
