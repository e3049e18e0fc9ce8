import { z } from 'zod';
import { tiers } from '../../../domain/gamification/achievements.ts';
import { levelNames } from '../../../domain/gamification/levels.ts';
import { statsFigures } from '../../../domain/gamification/stats-figures.ts';
import { learnerSources } from '../../gamification/learner-sources.ts';
import { isOnRecord, readStored } from '../../gamification/stored-record.ts';
import { defineAnalytic } from '../define.ts';
import { codes, count, id, instant, percent, text } from '../fields.ts';

/** Every one of them may be higher by what a source that fails would say. */
const fromPoints = [
  'totalPoints',
  'level',
  'levelName',
  'levelProgressPercent',
  'nextLevelPoints',
  'latestAchievement',
  // A thousand points a day at most: what one source gives may cost another.
  'pointsBySource',
];
const fromDays = ['currentStreak', 'longestStreak', 'streakFreezes'];
const bySource = (...sources: string[]) => sources.map((source) => `pointsBySource.${source}`);

const pointsOf = (source: string) => count(`points of ${source}`).nullable();

export const stats = defineAnalytic({
  id: 'gamification.stats',
  version: 1,
  path: '/gamification/stats/:userId',
  subject: 'learner',
  summary: 'Points, level, streak and the latest achievement of a learner',
  definition: {
    formula:
      'Points: 100 for a completed course, 50 for an acquired skill, the score (0–100) of the first scored hand-in of an assessment, 10 for a practice session, 10 for a day with a meaningful activity (not a log-in); each thing once, at most 1,000 a calendar day. What is recorded in the ledger stays, and what the services say now is added. Levels begin at 0, 100, 300, 600, 1,000 and 1,500 points, then every 500. Streak: consecutive days with a meaningful activity; every tenth completed course gives a freeze (at most 3 are held), which saves one missed day.',
    unit: 'points; days; percent 0–100',
    population: 'the learner alone',
    nullRule:
      'While a service or our stores fail: no points, level, streak or latest achievement that they could have raised. A service that is not configured, or knows nothing of the learner, adds no new points and no new days, and pointsBySource says which; what the ledger holds of it still counts in the total. Nothing known at all, and not every service could say: null, not 0. Nothing earned yet: latestAchievement null.',
  },
  query: z.strictObject({}),
  result: z.object({
    totalPoints: count('all points').nullable(),
    level: z.int().min(1).meta({ description: 'level reached, from 1' }).nullable(),
    levelName: codes(
      levelNames,
      'levels 1–5 by name; numbered = from level 6 on a level is called by its number',
    ).nullable(),
    levelProgressPercent: percent('way from this level to the next').nullable(),
    nextLevelPoints: count('total points at which the next level begins').nullable(),
    currentStreak: count('days with activity in the running streak').nullable(),
    longestStreak: count('days with activity in the longest streak').nullable(),
    streakFreezes: count('missed days that can still be saved, 0–3').nullable(),
    latestAchievement: z
      .object({
        id: id('an achievement'),
        code: text('its code in the catalogue'),
        tier: codes(tiers, 'how hard it is, from bronze to platinum'),
        earnedAt: instant('when it was earned'),
      })
      .meta({ description: 'the achievement earned last' })
      .nullable(),
    pointsBySource: z
      .object({
        course: pointsOf('completed courses'),
        skill: pointsOf('acquired skills'),
        assessment: pointsOf('assessments'),
        practice: pointsOf('practice sessions'),
        streakDay: pointsOf('days with activity'),
      })
      .nullable(),
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
    progress: [...fromPoints, ...fromDays, ...bySource('course', 'streakDay')],
    attempts: [...fromPoints, ...fromDays, ...bySource('assessment', 'streakDay')],
    sessions: [...fromPoints, ...fromDays, ...bySource('practice', 'streakDay')],
    skills: [...fromPoints, ...bySource('skill')],
    views: [...fromPoints, ...fromDays, ...bySource('streakDay')],
    questions: [...fromPoints, ...fromDays, ...bySource('streakDay')],
    stored: [...fromPoints, ...fromDays],
  },
  compute: ({ progress, stored, ...sources }, { subject }, calendar) =>
    statsFigures(subject.id, { ...sources, enrolments: progress }, stored, calendar),
});
