import { describe, expect, it, vi } from 'vitest';
import { peer } from '../../../src/application/analytics/comparison/peer.ts';
import { gather } from '../../../src/application/analytics/gather.ts';
import type { CohortStatistics, KeptStanding } from '../../../src/application/ports/cohorts.ts';
import { peerComparison } from '../../../src/domain/analytics/peer-comparison.ts';
import { dayMs } from '../../../src/domain/time.ts';
import {
  peopleOf,
  place,
  practiceOf,
  questionsOf,
  result,
  resultsOf,
  rollOf,
  team,
} from '../../domain/organization/organization-seeds.ts';
import { failure, reply, stubStores, stubUpstreams } from '../../fixtures/stubs.ts';

const now = Date.parse('2026-03-10T12:00:00Z');
const asOf = now - 5 * 3_600_000;
const subject = { kind: 'learner' as const, id: 'a-0', organizationId: 'o-1' };
const organization = { id: 'o-1', name: null, timeZone: 'UTC', size: null, industry: null };
const page = <T>(items: readonly T[]) => ({ items: [...items], nextCursor: null });

const none = { value: null, known: 0, total: 0, median: null, below: 0, equal: 0 };
const kept: KeptStanding = {
  standing: {
    level: 'beginner',
    size: 20,
    metrics: {
      average_score: { value: 70, known: 20, total: 1000, median: 50, below: 15, equal: 1 },
      topics_per_week: none,
      completion_percent: none,
      practice_sessions: { ...none, value: 3, known: 20, total: 60, median: 3, equal: 20 },
      questions_asked: none,
    },
  },
  others: 40,
  sources: {
    directory: { asOf, isKnown: true },
    courses: { asOf: asOf + 1, isKnown: true },
    assessment: { asOf: asOf + 2, isKnown: true },
    devlab: { asOf: asOf + 3, isKnown: false },
    rag: 'not_configured',
  },
};

/** An organization of eleven, whose lists are counted. */
function world(cohorts?: CohortStatistics) {
  const members = vi.fn(() => reply('directory', page(team('a', 11)), 'realtime', now));
  const upstreams = stubUpstreams({
    directory: { organization: () => reply('directory', organization, 'realtime', now), members },
    courses: {
      organizationEnrollments: () => reply('courses', page([]), 'realtime', now),
      enrollments: () => reply('courses', [place({ userId: 'a-1' })], 'realtime', now),
    },
    assessment: {
      organizationResults: () =>
        reply('assessment', page(team('a', 11).map(({ userId }) => result(userId, 60))), 'realtime', now),
    },
    devlab: { organizationPractice: () => reply('devlab', page([]), 'realtime', now) },
    rag: { organizationQuestions: () => failure('rag') },
  });
  const stores = stubStores(cohorts === undefined ? {} : { cohorts });
  const ask = async (query: Record<string, string> = {}) => {
    const request = { subject, query: peer.query.parse(query), now };
    const gathered = await gather(peer, upstreams, request, stores);
    return {
      gathered,
      tell: () => peer.compute(gathered.values, request, { now, zone: 'UTC', minimumCohort: 10 }),
    };
  };
  return { ask, members };
}

/** What the walk through that organization tells. */
function walked() {
  const people = peopleOf(team('a', 11));
  const lists = {
    people,
    roll: rollOf(people, [], now),
    results: resultsOf(
      people,
      team('a', 11).map(({ userId }) => result(userId, 60)),
    ),
    practice: practiceOf(people, []),
    questions: questionsOf(people, []),
  };
  return peerComparison(
    'a-0',
    { ...lists, questions: null, withSkill: null, onCourse: null },
    { level: 'own', skillId: null, courseId: null },
    { now, zone: 'UTC', minimumCohort: 10 },
  );
}

describe('comparison with peers from what is kept', () => {
  it('reads no list, and says from where and from when it is', async () => {
    const standing = vi.fn(async () => kept);
    const { ask, members } = world({ standing });
    const { gathered, tell } = await ask();
    expect(members).not.toHaveBeenCalled();
    expect(standing).toHaveBeenCalledExactlyOnceWith({
      organizationId: 'o-1',
      userId: 'a-0',
      level: 'own',
      since: now - dayMs,
    });
    expect(gathered).toMatchObject({ dataSource: 'cached', asOf });
    expect(gathered.sources).toContainEqual({
      service: 'courses',
      dataSource: 'cached',
      asOf: new Date(asOf + 1).toISOString(),
    });
    expect(gathered.sources).toContainEqual({
      service: 'rag',
      dataSource: null,
      asOf: null,
      error: 'not_configured',
    });
    expect(gathered.gaps.map(({ service, reason }) => [service, reason])).toEqual([
      ['devlab', 'insufficient_data'],
      ['rag', 'not_configured'],
    ]);
    const { data } = tell() as ReturnType<typeof peerComparison>;
    expect(data.cohort).toEqual({
      scope: 'organization',
      size: 20,
      filters: { level: 'beginner', skillId: null, courseId: null },
    });
    // In steps of 5: (15 + 1) / 21 = 76.2.
    expect(data.metrics[0]).toEqual({
      metric: 'average_score',
      value: 70,
      peerMedian: 50,
      peerMean: 50,
      percentile: 75,
    });
  });

  it.each([
    ['fewer peers than the minimum', { ...kept, standing: { ...kept.standing, size: 9 } }],
    ['fewer others than the minimum', { ...kept, others: 29 }],
  ])('refuses %s', async (_, few) => {
    const { tell } = await world({ standing: async () => few }).ask();
    expect(tell).toThrow(expect.objectContaining({ code: 'COHORT_TOO_SMALL' }));
  });

  it.each<[string, CohortStatistics | undefined]>([
    ['are not there', undefined],
    ['are too old', { standing: async () => null }],
    ['cannot be read', { standing: () => Promise.reject(new Error('away')) }],
  ])('walks through the lists when statistics %s', async (_, cohorts) => {
    const { ask, members } = world(cohorts);
    const { gathered, tell } = await ask();
    expect(members).toHaveBeenCalledOnce();
    expect(gathered).toMatchObject({ dataSource: 'realtime', asOf: now });
    expect(tell()).toEqual(walked());
  });

  it('walks through the lists for the peers on a course', async () => {
    const standing = vi.fn(async () => kept);
    const { ask, members } = world({ standing });
    await ask({ courseId: 'c-1' });
    expect(standing).not.toHaveBeenCalled();
    expect(members).toHaveBeenCalledOnce();
  });
});
