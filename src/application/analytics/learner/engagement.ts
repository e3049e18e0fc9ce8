import { z } from 'zod';
import {
  engagement as computeEngagement,
  engagementBases,
  engagementLevels,
  engagementReference,
  engagementTrends,
} from '../../../domain/analytics/engagement.ts';
import { defineAnalytic, lastDaysWindow } from '../define.ts';
import {
  amount,
  codes,
  count,
  day,
  historyDays,
  instant,
  minutes,
  percent,
  rangeQuery,
  score,
} from '../fields.ts';
import { readDayRange } from '../range.ts';

const minutesOf = (kind: string) => minutes(`spent on ${kind} in the last 14 days`).nullable();

/** All that counts activities, of whatever kind. */
const fromActivities = [
  'overallScore',
  'level',
  'trend',
  'trendPercent',
  'parts.*',
  'activeDays',
  'sessionsPerWeek',
  'averageSessionMinutes',
  'lastActiveAt',
  'weekly[].score',
];

export const engagement = defineAnalytic({
  id: 'learner.engagement',
  version: 1,
  path: '/analytics/learner/engagement/:userId',
  subject: 'learner',
  summary: 'How regularly, long, well and variously a learner learns',
  definition: {
    formula: `Over the 14 calendar days ending today, the last seven counting double: .30 consistency (active days of ${engagementReference.activeDaysPerWeek} a week and how even they lie, 2 : 1) + .25 time (minutes of ${engagementReference.minutesPerWeek} a week) + .25 quality (activities of ${engagementReference.activitiesPerWeek} a week times half plus half the share that went well) + .20 diversity (Shannon evenness over five kinds of media). high ≥ 80, medium ≥ 50. Trend: Theil–Sen over the whole weeks shown, told when Mann–Kendall gives p < 0.1. peerPercentile = mid-rank percentile of topics finished among those of the learner’s organization in the same run (same course and due date), rounded so that no single one of them shows, mean over the runs.`,
    unit: 'score, 0–100',
    population:
      'parts: a fixed reference (partsBasis says so); peerPercentile: those of the learner’s organization in the same runs, at least ten',
    nullRule:
      'A part that no service measures is null and its weight goes to the others; fewer than two parts: no score. While a service that is asked for activities fails, all that counts them is null. Nothing known of anybody’s activity, and not every service could say: null, not 0. Cohorts under ten: peerPercentile suppressed. Fewer than three whole weeks: no trend.',
  },
  query: rangeQuery,
  result: z.object({
    overallScore: score('weighted mean of the known parts').nullable(),
    level: codes(engagementLevels, 'high ≥ 80, medium ≥ 50').nullable(),
    trend: codes(engagementTrends, 'of the whole weeks shown').nullable(),
    trendPercent: amount('change over the weeks shown (percent of their mean)').nullable(),
    parts: z.object({
      consistency: score('active days and how even they lie').nullable(),
      time: score('minutes against the reference').nullable(),
      quality: score('activities, and how they went').nullable(),
      diversity: score('evenness over kinds of media').nullable(),
    }),
    partsBasis: codes(engagementBases, 'what the parts are measured against'),
    activeDays: count('days of the last 14 with more than a log-in').nullable(),
    sessionsPerWeek: amount('runs of activities with gaps under 30 minutes').nullable(),
    averageSessionMinutes: minutes('length of a session').nullable(),
    lastActiveAt: instant('last activity that is not only a log-in').nullable(),
    byType: z.object({
      video: minutesOf('video and audio'),
      reading: minutesOf('reading, presentations and mind maps'),
      practice: minutesOf('practice'),
      assessment: minutesOf('assessments and quizzes'),
      discussion: minutesOf('questions'),
    }),
    weekly: z
      .array(z.object({ weekStart: day('Monday of the week'), score: score('of this week').nullable() }))
      .nullable(),
    peerPercentile: percent('place among those of the same runs, by topics finished').nullable(),
  }),
  cache: 'learner',
  rate: 'standard',
  sources: ({ courses }, { subject }) => ({ progress: courses.progress(subject.id) }),
  optional: ({ content, assessment, devlab, rag, directory }, { subject, now }) => {
    const window = lastDaysWindow(now, historyDays);
    return {
      views: content.views(subject.id, window),
      attempts: assessment.attempts(subject.id, window),
      sessions: devlab.sessions(subject.id, window),
      questions: rag.questions(subject.id, window),
      logins: directory.logins(subject.id, window),
    };
  },
  dependent: {
    services: ['courses'],
    after: 'required',
    start: ({ courses }, { progress }) => ({
      rolls: (progress ?? [])
        .filter(({ status }) => status === 'enrolled' || status === 'in_progress')
        .map(({ courseId }) => courses.enrollments(courseId)),
    }),
  },
  affects: {
    progress: [...fromActivities, 'peerPercentile'],
    views: [...fromActivities, 'byType.video', 'byType.reading', 'byType.practice', 'byType.assessment'],
    attempts: [...fromActivities, 'byType.assessment'],
    sessions: [...fromActivities, 'byType.practice'],
    questions: [...fromActivities, 'byType.discussion'],
    // Visits are no learning: no figure stands on them alone.
    logins: [],
    rolls: ['peerPercentile'],
  },
  compute: ({ progress, rolls, ...events }, { subject, query }, calendar) =>
    computeEngagement(
      { userId: subject.id, organizationId: subject.organizationId },
      { ...events, enrolments: progress },
      rolls === null ? null : rolls.map((roll) => roll ?? []),
      readDayRange(query, calendar),
      calendar,
    ),
});
