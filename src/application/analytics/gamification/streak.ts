import { z } from 'zod';
import { streakStatuses } from '../../../domain/gamification/streak.ts';
import { streakFigures, streakKeepers } from '../../../domain/gamification/streak-figures.ts';
import { activitySources } from '../../gamification/learner-sources.ts';
import { defineAnalytic } from '../define.ts';
import { codes, count, day } from '../fields.ts';

const days = ['history[].maintained'];

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
      'While a service is not known, a day without a known activity is unknown (maintained null) and the streak is what is known of it. Ledger not readable: no longest streak. Courses not known: no freezes.',
  },
  query: z.strictObject({}),
  result: z.object({
    currentStreak: count('days with activity in the running streak'),
    longestStreak: count('days with activity in the longest streak').nullable(),
    freezes: count('missed days that can still be saved, 0–3').nullable(),
    status: codes(
      streakStatuses,
      'active = today counts already; at_risk = it lives, but today has no activity yet; broken = it has ended; none = there never was one',
    ),
    history: z
      .array(
        z.object({
          date: day('the day'),
          maintained: z.boolean().meta({ description: 'whether the streak was kept on this day' }).nullable(),
          source: codes(
            streakKeepers,
            'what kept it: activity = learning on the day; freeze = a freeze was spent; null = nothing known',
          ).nullable(),
          frozen: z.boolean().meta({ description: 'whether a freeze was spent on this day' }),
        }),
      )
      .meta({ description: 'the last 30 days, oldest first' }),
  }),
  cache: 'gamification',
  rate: 'standard',
  sources: ({ courses }, { subject }) => ({ progress: courses.progress(subject.id) }),
  optional: (upstreams, { subject, now }) => activitySources(upstreams, subject.id, now),
  own: ({ ledger }, { subject }) => ({ ledger: ledger.entriesOf(subject.id) }),
  affects: {
    progress: ['freezes', ...days],
    attempts: days,
    sessions: days,
    views: days,
    questions: days,
    ledger: ['longestStreak'],
  },
  compute: ({ progress, ledger, ...sources }, { subject }, calendar) =>
    streakFigures(subject.id, { ...sources, skills: null, enrolments: progress }, ledger, calendar),
});
