import { z } from 'zod';
import {
  keptPeerComparison,
  learnerLevels,
  type PeerMetric,
  peerComparison,
  peerInsights,
  peerMetrics,
} from '../../../domain/analytics/peer-comparison.ts';
import { AppError } from '../../../domain/errors.ts';
import type { People } from '../../../domain/organization/people.ts';
import { dayMs } from '../../../domain/time.ts';
import { holdersOf, peopleOf, practiceOf, questionsOf, resultsOf, rollOf } from '../../organization/walks.ts';
import { type KeptStanding, type PeerService, peerServices } from '../../ports/cohorts.ts';
import type { OwnStores } from '../../ports/gamification.ts';
import type { Reply } from '../../ports/reply.ts';
import { UpstreamError } from '../../ports/upstream-error.ts';
import { type AnalyticRequest, defineAnalytic } from '../define.ts';
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

/** Statistics that stand on anything older are not told. */
const oldestMs = dayMs;

interface Query {
  level: 'own' | 'any' | (typeof learnerLevels)[number];
  skillId?: string | undefined;
  courseId?: string | undefined;
}

type Kept = Promise<KeptStanding | null>;

/** What was worked out beforehand; null where that says nothing of what is asked, or cannot be read. */
function readKept({ subject, query, now }: AnalyticRequest<Query>, { cohorts }: OwnStores): Kept | undefined {
  if (cohorts === undefined || query.skillId !== undefined || query.courseId !== undefined) return undefined;
  const organizationId = ownOrganization(subject);
  return cohorts
    .standing({ organizationId, userId: subject.id, level: query.level, since: now - oldestMs })
    .catch(() => null);
}

/** A list of a service, or what is kept of all of them, with what that service said when it was kept. */
async function keptOr<T>(
  reading: Kept | undefined,
  service: PeerService,
  walk: () => Promise<Reply<T | null>>,
): Promise<Reply<T | KeptStanding | null>> {
  const known = await reading;
  if (known === null || known === undefined) return walk();
  const source = known.sources[service];
  if (source === 'not_configured') throw new UpstreamError(source, 'there is no such service', { service });
  return { value: source.isKnown ? known : null, service, dataSource: 'cached', asOf: source.asOf };
}

const isKept = (value: object | null): value is KeptStanding => value !== null && 'standing' in value;

/** The list itself. */
const listOf = <T extends object>(value: T | KeptStanding | null): T | null =>
  value === null || isKept(value) ? null : value;

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
  sources: (upstreams, request, stores) => {
    const { subject, query, now } = request;
    assertKnownScope(query.scope);
    const organizationId = ownOrganization(subject);
    const reading = readKept(request, stores);
    return {
      people: keptOr(reading, 'directory', () => peopleOf(upstreams, organizationId, now)),
      roll: keptOr(reading, 'courses', () => rollOf(upstreams, organizationId, now)),
      ...(query.courseId === undefined ? {} : { course: upstreams.courses.enrollments(query.courseId) }),
      ...(query.skillId === undefined
        ? {}
        : { holders: holdersOf(upstreams, organizationId, query.skillId, now) }),
    };
  },
  optional: (upstreams, request, stores) => {
    const { subject, now } = request;
    const organizationId = ownOrganization(subject);
    const reading = readKept(request, stores);
    return {
      results: keptOr(reading, 'assessment', () => resultsOf(upstreams, organizationId, now)),
      practice: keptOr(reading, 'devlab', () => practiceOf(upstreams, organizationId, now)),
      questions: keptOr(reading, 'rag', () => questionsOf(upstreams, organizationId, now)),
    };
  },
  // For the dictionary: which of them are asked depends on what is kept.
  dependent: { services: peerServices, start: () => ({}) },
  affects: {
    people: ['metrics'],
    roll: ['metrics'],
    course: ['metrics'],
    holders: ['metrics'],
    results: standingIn('average_score'),
    practice: standingIn('practice_sessions'),
    questions: standingIn('questions_asked'),
  },
  compute: ({ course, holders, ...found }, { subject, query }, setting) => {
    if (isKept(found.people)) return keptPeerComparison(found.people.standing, found.people.others, setting);
    const [people, roll] = [found.people, listOf(found.roll)];
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
        results: listOf(found.results),
        practice: listOf(found.practice),
        questions: listOf(found.questions),
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
