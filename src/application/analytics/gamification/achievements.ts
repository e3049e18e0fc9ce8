import { z } from 'zod';
import { achievementCatalogue, tiers } from '../../../domain/gamification/achievements.ts';
import { achievementsFigures } from '../../../domain/gamification/achievements-figures.ts';
import { learnerSources } from '../../gamification/learner-sources.ts';
import { defineAnalytic } from '../define.ts';
import { codes, count, id, instant, percent, text } from '../fields.ts';

const ofTier = (tier: string) =>
  z.object({
    total: count(`${tier} achievements there are`),
    earned: count(`${tier} achievements earned`),
  });
const progress = ['achievements[].progressPercent'];

export const achievements = defineAnalytic({
  id: 'gamification.achievements',
  version: 1,
  path: '/gamification/achievements/:userId',
  subject: 'learner',
  summary: 'What a learner has achieved, and how far the rest is',
  definition: {
    formula: `${achievementCatalogue.length} achievements; each is earned at the event with which what it counts (courses, topics, skills, assessments passed, perfect scores, practice solved, questions resolved, points, days of the longest streak, active days, kinds of content) reaches its number. progressPercent = count / number, cut to a tenth.`,
    unit: 'percent, 0–100',
    population: 'the learner alone',
    nullRule:
      'What an achievement counts is not known: neither earnedAt nor progressPercent, and it is not among the earned. Not earned yet: earnedAt null.',
  },
  query: z.strictObject({}),
  result: z.object({
    total: count('achievements there are'),
    earned: count('achievements known to be earned'),
    byTier: z.object({
      bronze: ofTier('bronze'),
      silver: ofTier('silver'),
      gold: ofTier('gold'),
      platinum: ofTier('platinum'),
    }),
    achievements: z.array(
      z.object({
        id: id('an achievement'),
        code: text('its code in the catalogue'),
        tier: codes(tiers, 'how hard it is, from bronze to platinum'),
        earnedAt: instant('when it was earned').nullable(),
        progressPercent: percent('how far it is; 100 only when earned').nullable(),
      }),
    ),
  }),
  cache: 'gamification',
  rate: 'standard',
  sources: ({ courses }, { subject }) => ({ progress: courses.progress(subject.id) }),
  optional: (upstreams, { subject, now }) => learnerSources(upstreams, subject.id, now),
  own: ({ ledger }, { subject }) => ({ ledger: ledger.entriesOf(subject.id) }),
  affects: {
    progress,
    attempts: progress,
    sessions: progress,
    skills: progress,
    views: progress,
    questions: progress,
    ledger: progress,
  },
  compute: ({ progress: enrolments, ledger, ...sources }, { subject }, calendar) =>
    achievementsFigures(subject.id, { ...sources, enrolments }, ledger, calendar),
});
