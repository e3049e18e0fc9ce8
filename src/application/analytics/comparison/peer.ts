import { z } from 'zod';
import {
  learnerLevels,
  type PeerMetric,
  peerComparison,
  peerInsights,
  peerMetrics,
} from '../../../domain/analytics/peer-comparison.ts';
import { AppError } from '../../../domain/errors.ts';
import type { People } from '../../../domain/organization/people.ts';
import { holdersOf, peopleOf, practiceOf, questionsOf, resultsOf, rollOf } from '../../organization/walks.ts';
import { defineAnalytic } from '../define.ts';
import { amount, codes, count, id, idQuery, percent } from '../fields.ts';
import { ownOrganization } from './own-organization.ts';

const scopes = ['organization', 'platform'] as const;

/** No service lists people beyond one organization, and a figure must not be made up. */
function assertKnownScope(scope: (typeof scopes)[number]): void {
  if (scope === 'organization') return;
  throw new AppError('INSUFFICIENT_DATA', 'No service lists the people of the whole platform.', {
    details: [{ field: 'query.scope', message: 'insufficient_data' }],
  });
}

function placesOf(people: People, ids: Iterable<string>): Set<number> {
  const places = new Set<number>();
  for (const userId of ids) {
    const place = people.places.get(userId);
    if (place !== undefined) places.add(place);
  }
  return places;
}

/** What is told of one metric, and the insights, which are of all of them. */
const standingIn = (metric: PeerMetric): string[] => [
  ...['value', 'peerMedian', 'peerMean', 'percentile'].map((name) => `metrics[metric=${metric}].${name}`),
  'insights',
];

export const peer = defineAnalytic({
  id: 'comparison.peer',
  version: 1,
  path: '/analytics/comparison/peer/:userId',
  subject: 'learner',
  summary: 'Where a learner stands among peers, without telling of any of them',
  definition: {
    formula:
      'Peers = the other learners of the organization, of the learner’s own level unless level says otherwise (level by completed courses: intermediate from 1, advanced from 3, expert from 6), narrowed by skillId (has some of it) and courseId (is enrolled). percentile = mid-rank. Median, mean and percentile are rounded so that no one of the peers can be had from them. Insights: beyond ±20 % of the peers’ median.',
    unit: 'by metric: score 0–100; topics per week; percent; sessions; questions',
    population: 'at least the minimum cohort of peers, of one organization',
    nullRule:
      'Fewer peers than the minimum, or filters that leave out fewer than it, are COHORT_TOO_SMALL. A metric known of fewer peers is suppressed. While its list cannot be read, a metric is null and so are the insights.',
  },
  query: z.strictObject({
    scope: z
      .enum(scopes, `must be one of ${scopes.join(', ')}`)
      .default('organization')
      .meta({
        description: 'whose people are peers; platform is INSUFFICIENT_DATA as long as no service lists them',
      }),
    level: z
      .enum(['own', 'any', ...learnerLevels], `must be one of own, any, ${learnerLevels.join(', ')}`)
      .default('own')
      .meta({ description: 'peers of this level' }),
    skillId: idQuery('peers who have some of this skill'),
    courseId: idQuery('peers who are enrolled in this course'),
  }),
  result: z.object({
    metrics: z.array(
      z.object({
        metric: codes(peerMetrics, 'what is compared'),
        value: amount('the learner’s own').nullable(),
        peerMedian: amount('median of the peers').nullable(),
        peerMean: amount('mean of the peers').nullable(),
        percentile: percent('mid-rank among the peers').nullable(),
      }),
    ),
    cohort: z.object({
      scope: z.literal('organization').meta({ description: 'whose people the peers are' }),
      size: count('peers'),
      filters: z.object({
        level: codes(learnerLevels, 'level of the peers; null = any').nullable(),
        skillId: id('a skill they have').nullable(),
        courseId: id('a course they take').nullable(),
      }),
    }),
    insights: z
      .array(
        z.object({
          code: codes(peerInsights, 'what stands out'),
          metric: codes(peerMetrics, 'in which metric'),
          deltaPercent: amount('distance from the peers’ median (percent)'),
        }),
      )
      .nullable(),
  }),
  cache: 'comparison',
  rate: 'standard',
  sources: (upstreams, { subject, query, now }) => {
    assertKnownScope(query.scope);
    const organizationId = ownOrganization(subject);
    return {
      people: peopleOf(upstreams, organizationId, now),
      roll: rollOf(upstreams, organizationId, now),
      ...(query.courseId === undefined ? {} : { course: upstreams.courses.enrollments(query.courseId) }),
      ...(query.skillId === undefined
        ? {}
        : { holders: holdersOf(upstreams, organizationId, query.skillId, now) }),
    };
  },
  optional: (upstreams, { subject, now }) => {
    const organizationId = ownOrganization(subject);
    return {
      results: resultsOf(upstreams, organizationId, now),
      practice: practiceOf(upstreams, organizationId, now),
      questions: questionsOf(upstreams, organizationId, now),
    };
  },
  affects: {
    people: ['metrics'],
    roll: ['metrics'],
    course: ['metrics'],
    holders: ['metrics'],
    results: standingIn('average_score'),
    practice: standingIn('practice_sessions'),
    questions: standingIn('questions_asked'),
  },
  compute: ({ people, roll, course, holders, ...lists }, { subject, query }, setting) => {
    if (people === null || roll === null)
      throw new AppError('INSUFFICIENT_DATA', 'The organization’s people are not known.', {
        details: [{ field: 'metrics', message: 'insufficient_data' }],
      });
    const enrolled = (course ?? [])
      .filter(({ status }) => status !== 'withdrawn')
      .map(({ userId }) => userId);
    return peerComparison(
      subject.id,
      {
        ...lists,
        people,
        roll,
        onCourse: query.courseId === undefined ? null : placesOf(people, enrolled),
        withSkill: query.skillId === undefined ? null : placesOf(people, holders ?? []),
      },
      {
        level: query.level === 'any' ? null : query.level,
        skillId: query.skillId ?? null,
        courseId: query.courseId ?? null,
      },
      setting,
    );
  },
});
