import { z } from 'zod';
import { streakStatuses } from '../../../domain/gamification/streak.ts';
import { streakFigures, streakKeepers } from '../../../domain/gamification/streak-figures.ts';
import { activitySources } from '../../gamification/learner-sources.ts';
import { isOnRecord, readStored } from '../../gamification/stored-record.ts';
import { defineAnalytic } from '../define.ts';
import { codes, count, day } from '../fields.ts';

/** A day with a known activity stays one; of every other day it is not known what it was, nor what it cost. */
const fromDays = [
  'currentStreak',
  'longestStreak',
  'freezes',
  'status',
  'history[source!=activity].maintained',
  'history[source!=activity].frozen',
  'history[source=freeze].source',
];

export const streak = defineAnalytic({
  id: 'gamification.streak',
  version: 1,
  path: '/gamification/streak/:userId',
  subject: 'learner',
  summary: 'How many days in a row a learner has learned',
  definition: {
    formula:
      'Consecutive calendar days with a meaningful activity (not a log-in), from the services and from the days in the ledger. One freeze by every tenth completed course, usable from the next day on, at most three held; a missed day spends one by itself, and the streak lives without growing. A day that is not over breaks nothing.',
    unit: 'days',
    population: 'the learner alone',
    nullRule:
      'While a service or our stores fail, streaks, freezes and status are null, and a day without a known activity is unknown. A service that is not configured, or knows nothing of the learner, leaves such days unknown (maintained null), and the streak is what is known of it. No activity known at all, and not every service could say: null, not 0. Courses not known: no freezes.',
  },
  query: z.strictObject({}),
  result: z.object({
    currentStreak: count('days with activity in the running streak').nullable(),
    longestStreak: count('days with activity in the longest streak').nullable(),
    freezes: count('missed days that can still be saved, 0–3').nullable(),
    status: codes(
      streakStatuses,
      'active = today counts already; at_risk = it lives, but today has no activity yet; broken = it has ended; none = there never was one',
    ).nullable(),
    history: z
      .array(
        z.object({
          date: day('the day'),
          maintained: z.boolean().meta({ description: 'whether the streak was kept on this day' }).nullable(),
          source: codes(
            streakKeepers,
            'what kept it: activity = learning on the day; freeze = a freeze was spent; null = nothing known',
          ).nullable(),
          frozen: z.boolean().meta({ description: 'whether a freeze was spent on this day' }).nullable(),
        }),
      )
      .meta({ description: 'the last 30 days, oldest first' }),
  }),
  cache: 'gamification',
  rate: 'standard',
  sources: ({ courses }, { subject }) => ({ progress: courses.progress(subject.id) }),
  optional: (upstreams, { subject, now }) => activitySources(upstreams, subject.id, now),
  own: (stores, { subject }, calendar, { progress, ...found }) => ({
    stored: readStored(subject.id, { ...found, skills: null, enrolments: progress }, stores, calendar),
  }),
  isOnRecord: (stores, { id }) => isOnRecord(id, stores),
  affects: {
    progress: fromDays,
    attempts: fromDays,
    sessions: fromDays,
    views: fromDays,
    questions: fromDays,
    stored: fromDays,
  },
  compute: ({ progress, stored, ...sources }, { subject }, calendar) =>
    streakFigures(subject.id, { ...sources, skills: null, enrolments: progress }, stored, calendar),
});
