import { describe, expect, it } from 'vitest';
import { makeLearnerAiClient } from '../../../src/infrastructure/upstreams/learner-ai.ts';
import { failureFrom, makeService, testWire, utc } from './service.ts';

const service = makeService();
const client = () => makeLearnerAiClient(testWire());
const wirePath = {
  pathId: 'w1',
  title: 'To lead welder',
  steps: [{ order: 1, courseId: 'c1', topicId: null, status: 'In Progress', estimatedHours: 4 }],
  targetDate: '2026-06-30',
};
const learningPath = {
  ...wirePath,
  steps: [{ order: 1, courseId: 'c1', topicId: null, status: 'in_progress', estimatedHours: 4 }],
  targetDate: utc('2026-06-30T00:00:00Z'),
};
const recommendation = { courseId: 'c1', title: 'Welding', skillIds: ['s1'], reason: 'gap', score: 70 };

describe('learner AI client', () => {
  it('answers learning paths, once each', async () => {
    service.answer('/users/u1/learning-paths', { items: [wirePath, wirePath] });
    expect(await client().learningPaths('u1')).toEqual([learningPath]);
  });

  it('reads numbers as text; a negative number of hours is unknown', async () => {
    const steps = [{ ...wirePath.steps[0], order: '1', estimatedHours: '4' }];
    service.answer('/users/u1/learning-paths', { items: [{ ...wirePath, steps }] });
    expect(await client().learningPaths('u1')).toEqual([learningPath]);
    service.answer('/users/u1/learning-paths', {
      items: [{ ...wirePath, steps: [{ ...wirePath.steps[0], estimatedHours: -1 }] }],
    });
    expect((await client().learningPaths('u1'))?.[0]?.steps[0]?.estimatedHours).toBeNull();
  });

  it('calls a path without steps invalid, not empty', async () => {
    service.answer('/users/u1/learning-paths', { items: [{ ...wirePath, steps: null }] });
    expect(await failureFrom(client().learningPaths('u1'))).toBe('invalid_response');
  });

  it('answers recommendations, once per course, a score out of range as unknown', async () => {
    const odd = { ...recommendation, courseId: 'c2', score: 170, skillIds: null };
    service.answer('/users/u1/recommendations', {
      items: [{ ...recommendation, score: '70' }, recommendation, odd],
    });
    expect(await client().recommendations('u1')).toEqual([
      recommendation,
      { ...odd, score: null, skillIds: [] },
    ]);
  });

  it('leaves out what is proposed to others when everyone comes back', async () => {
    const items = [
      { ...recommendation, userId: 'u9', courseId: 'c9' },
      { ...recommendation, userId: 'u1' },
    ];
    service.answer('/users/u1/recommendations', { items });
    expect(await client().recommendations('u1')).toEqual([recommendation]);
    service.answer('/users/u1/learning-paths', { items: [{ ...wirePath, userId: 'u9' }] });
    expect(await client().learningPaths('u1')).toEqual([]);
  });

  it.each([
    ['an empty object', {}, 200, 'invalid_response'],
    ['an error body', { error: 'model is loading' }, 200, 'invalid_response'],
    ['404', {}, 404, null],
    ['an empty list', { items: [] }, 200, []],
  ])('reads %s', async (_, body, status, expected) => {
    service.answer('/users/u1/recommendations', body, status);
    service.answer('/users/u1/learning-paths', body, status);
    expect(await failureFrom(client().recommendations('u1'))).toEqual(expected);
    expect(await failureFrom(client().learningPaths('u1'))).toEqual(expected);
  });
});
