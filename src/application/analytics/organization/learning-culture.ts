import { z } from 'zod';
import {
  type CulturePart,
  learningCulture as computeCulture,
  cultureIndicators,
  sampleSize,
} from '../../../domain/analytics/learning-culture.ts';
import { paceTrends } from '../../../domain/analytics/organization-velocity.ts';
import { peopleOf, questionsOf, sampledProgressOf, sampledViewsOf } from '../../organization/walks.ts';
import { keptPartsOf } from '../../snapshots/kept-history.ts';
import { defineAnalytic } from '../define.ts';
import { codes, month, noQuery, score } from '../fields.ts';

/** A part, what says it again, and the whole that it counts in. */
const of = (part: CulturePart, code: (typeof cultureIndicators)[number]): string[] => [
  'overallScore',
  `parts.${part}`,
  `indicators[code=${code}].score`,
  `indicators[code=${code}].trend`,
];

export const learningCulture = defineAnalytic({
  id: 'organization.learning-culture',
  version: 1,
  path: '/analytics/organization/learning-culture/:orgId',
  subject: 'organization',
  summary: 'Whether people learn because they want to',
  definition: {
    formula: `.35 voluntary participation (took a course by choice in the last year) + .20 voluntary completion (completed of the courses taken by choice, mean over people) + .20 knowledge sharing (questions resolved of those asked, mean over people) + .15 mentoring (no service reports it) + .10 continuity (a streak of seven days in the last ninety); parts that are not known give their weight to the others. Choice and streaks rest on a sample of ${sampleSize} learners, the same all day. history = share of the sample that finished a topic by choice in the month. trend of voluntary participation: of this history; of the other parts: of what they were at the end of each month that is over, steady while two people of the smallest group could have made the difference.`,
    unit: 'score, 0–100',
    population: `a sample of ${sampleSize} of the organization’s learners; knowledge sharing: all of them`,
    nullRule:
      'Fewer than two known parts: no score. While the service behind a part fails: no part and no score. Fewer than three months: no trend. Fewer people than the minimum cohort: suppressed.',
  },
  query: noQuery,
  result: z.object({
    overallScore: score('weighted mean of the known parts').nullable(),
    parts: z.object({
      voluntaryParticipation: score('people who took a course by choice').nullable(),
      voluntaryCompletion: score('courses taken by choice that were completed').nullable(),
      knowledgeSharing: score('questions that were resolved').nullable(),
      mentoring: score('people who mentor').nullable(),
      continuity: score('people with a streak of seven days').nullable(),
    }),
    indicators: z.array(
      z.object({
        code: codes(cultureIndicators, 'a part'),
        score: score('of the part').nullable(),
        trend: codes(paceTrends, 'over the months that are over').nullable(),
      }),
    ),
    history: z.array(
      z.object({ month: month('calendar month'), score: score('voluntary participation in it').nullable() }),
    ),
  }),
  cache: 'organization',
  rate: 'standard',
  sources: (upstreams, { subject, now }) => ({ people: peopleOf(upstreams, subject.id, now) }),
  optional: (upstreams, { subject, now }) => ({
    progress: sampledProgressOf(upstreams, subject.id, now),
    views: sampledViewsOf(upstreams, subject.id, now),
    questions: questionsOf(upstreams, subject.id, now),
  }),
  own: ({ snapshots }, { subject }, calendar) => ({ kept: keptPartsOf(snapshots, subject.id, calendar) }),
  affects: {
    // Said where months were needed.
    kept: [],
    people: ['overallScore'],
    questions: of('knowledgeSharing', 'knowledge_sharing'),
    progress: [
      ...of('voluntaryParticipation', 'voluntary_participation'),
      ...of('voluntaryCompletion', 'voluntary_completion'),
      ...of('continuity', 'continuity'),
      'history[].score',
    ],
    views: of('continuity', 'continuity'),
  },
  compute: ({ progress, views, questions, kept }, _request, setting) => {
    const ids = [...new Set([...(progress?.keys() ?? []), ...(views?.keys() ?? [])])].sort();
    const sample = ids.map((userId) => ({
      enrolments: progress?.get(userId) ?? null,
      views: views?.get(userId) ?? null,
    }));
    return computeCulture(sample, questions, setting, kept);
  },
});
