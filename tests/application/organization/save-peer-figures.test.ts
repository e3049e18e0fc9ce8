import { describe, expect, it, vi } from 'vitest';
import { savePeerFigures } from '../../../src/application/organization/save-peer-figures.ts';
import type { PeerFigures } from '../../../src/domain/analytics/peer-comparison.ts';
import type { DataSource } from '../../../src/domain/provenance.ts';
import { place, result, team } from '../../domain/organization/organization-seeds.ts';
import { failure, reply, stubUpstreams } from '../../fixtures/stubs.ts';

const now = Date.parse('2026-03-10T12:00:00Z');
const page = <T>(items: readonly T[]) => ({ items: [...items], nextCursor: null });
const members = team('a', 3);
const organization = { id: 'o-1', name: null, timeZone: 'UTC', size: null, industry: null };

interface Case {
  people?: number;
  results?: DataSource | 'not_configured' | 'unavailable';
  roll?: 'unavailable';
  gone?: string[];
}

async function run({ people = 3, results = 'realtime', roll, gone = [] }: Case = {}) {
  const saved: PeerFigures[][] = [];
  const store = {
    save: vi.fn(async (_organizationId: string, _round: number, some: readonly PeerFigures[]) => {
      saved.push([...some]);
    }),
    finish: vi.fn(async () => undefined),
  };
  const completed = place({ userId: 'a-0', courseId: 'c-1', status: 'completed', completedAt: now });
  const upstreams = stubUpstreams({
    directory: {
      organization: () => reply('directory', organization),
      members: () => reply('directory', page(people === 3 ? members : team('a', people)), 'cached', now - 60),
    },
    courses: {
      organizationEnrollments: () =>
        roll === undefined ? reply('courses', page([completed]), 'realtime', now) : failure('courses', roll),
    },
    assessment: {
      organizationResults: () =>
        results === 'not_configured' || results === 'unavailable'
          ? failure('assessment', results)
          : reply('assessment', page([result('a-0', 80), result('a-1', null)]), results, now),
    },
    devlab: { organizationPractice: () => reply('devlab', page([]), 'realtime', now) },
    rag: { organizationQuestions: () => failure('rag', 'not_found') },
  });
  const forgotten = {
    among: async (ids: readonly string[]) => new Set(ids.filter((id) => gone.includes(id))),
  };
  const { signal } = new AbortController();
  const answer = await savePeerFigures('o-1', { upstreams, store, forgotten, now, signal });
  return { answer, saved, store };
}

describe('keeping what peers are compared by', () => {
  it('saves everybody with what the lists say, and what each service said', async () => {
    const { answer, saved, store } = await run();
    expect(answer).toEqual({ people: 3 });
    expect(saved.flat()[0]).toEqual({
      userId: 'a-0',
      level: 'intermediate',
      completedCourses: 1,
      figures: {
        average_score: 80,
        topics_per_week: null,
        completion_percent: 100,
        practice_sessions: 0,
        questions_asked: null,
      },
    });
    expect(saved.flat()[1]).toMatchObject({ level: 'beginner', figures: { average_score: null } });
    expect(store.finish).toHaveBeenCalledExactlyOnceWith('o-1', now, now - 60, {
      directory: { asOf: now - 60, isKnown: true },
      courses: { asOf: expect.any(Number), isKnown: true },
      assessment: { asOf: expect.any(Number), isKnown: true },
      devlab: { asOf: expect.any(Number), isKnown: true },
      rag: { asOf: now, isKnown: false },
    });
  });

  it('saves a thousand people at a time', async () => {
    const { answer, saved } = await run({ people: 2001 });
    expect(answer).toEqual({ people: 2001 });
    expect(saved.map(({ length }) => length)).toEqual([1000, 1000, 1]);
  });

  it('notes that a service is not configured', async () => {
    const { saved, store } = await run({ results: 'not_configured' });
    expect(saved.flat()[0]?.figures.average_score).toBeNull();
    expect(store.finish).toHaveBeenCalledWith(
      'o-1',
      now,
      expect.any(Number),
      expect.objectContaining({ assessment: 'not_configured' }),
    );
  });

  it.each<Case>([
    { results: 'stale' },
    { results: 'mock' },
    { results: 'unavailable' },
    { roll: 'unavailable' },
  ])('leaves what was kept when a list is not live: %j', async (given) => {
    const { answer, store } = await run(given);
    expect(answer).toEqual({ people: 0 });
    expect(store.save).not.toHaveBeenCalled();
    expect(store.finish).not.toHaveBeenCalled();
  });

  it('keeps nothing of people who were erased', async () => {
    const { answer, saved } = await run({ gone: ['a-1'] });
    expect(answer).toEqual({ people: 2 });
    expect(saved.flat().map(({ userId }) => userId)).toEqual(['a-0', 'a-2']);
  });
});
