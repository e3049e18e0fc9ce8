import { z } from 'zod';
import {
  achievementCatalogue,
  type Counted,
  countedThings,
  tiers,
} from '../../../domain/gamification/achievements.ts';
import { achievementsFigures } from '../../../domain/gamification/achievements-figures.ts';
import { learnerSources } from '../../gamification/learner-sources.ts';
import { isOnRecord, readStored } from '../../gamification/stored-record.ts';
import { defineAnalytic } from '../define.ts';
import { codes, count, id, instant, percent, text } from '../fields.ts';

const ofTier = (tier: string) =>
  z.object({
    total: count(`${tier} achievements there are`),
    earned: count(`${tier} achievements known to be earned`).nullable(),
  });

/** What rests on the counts that a source raises: the totals too, as one more may be earned. */
const counting = (...counted: Counted[]): string[] => [
  'earned',
  ...tiers.map((tier) => `byTier.${tier}.earned`),
  ...achievementCatalogue
    .filter(({ rule }) => counted.includes(rule.counts))
    .flatMap(({ code }) => [
      `achievements[code=${code}].earnedAt`,
      `achievements[code=${code}].progressPercent`,
    ]),
];
/** Any activity makes a day active, and an active day gives points. */
const byActivity = ['points', 'streak', 'active_days'] as const;

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
      'What an achievement counts is not known: neither earnedAt nor progressPercent, and it is not among the earned. Not earned yet: earnedAt null. While a service or our stores fail, every achievement that it could have brought is null, and so are the numbers of earned ones.',
  },
  query: z.strictObject({}),
  result: z.object({
    total: count('achievements there are'),
    earned: count('achievements known to be earned').nullable(),
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
  own: (stores, { subject }, calendar, { progress, ...found }) => ({
    stored: readStored(subject.id, { ...found, enrolments: progress }, stores, calendar),
  }),
  isOnRecord: (stores, { id }) => isOnRecord(id, stores),
  affects: {
    progress: counting('courses', 'topics', ...byActivity),
    attempts: counting('assessments_passed', 'perfect_scores', ...byActivity),
    sessions: counting('practice_solved', ...byActivity),
    skills: counting('skills', 'points'),
    views: counting('content_types', ...byActivity),
    questions: counting('questions_resolved', ...byActivity),
    // What was kept stays earned, of whatever kind.
    stored: counting(...countedThings),
  },
  compute: ({ progress: enrolments, stored, ...sources }, { subject }, calendar) =>
    achievementsFigures(subject.id, { ...sources, enrolments }, stored, calendar),
});
