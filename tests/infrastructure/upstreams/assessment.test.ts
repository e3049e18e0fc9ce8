import { describe, expect, it } from 'vitest';
import { allItems } from '../../../src/application/ports/page.ts';
import { makeAssessmentClient } from '../../../src/infrastructure/upstreams/assessment.ts';
import { failureFrom, lowerUuid, makeService, testWire, upperUuid, utc } from './service.ts';

const service = makeService();
const client = () => makeAssessmentClient(testWire());
const window = { from: utc('2026-01-01T00:00:00Z'), to: utc('2026-01-31T00:00:00Z') };
const wireAttempt = {
  attemptId: 'a1',
  userId: 'u1',
  assessmentId: 'x1',
  courseId: 'c1',
  kind: 'postcourse',
  itemDifficulty: 0.4,
  attemptNo: 1,
  score: 80,
  passMark: 60,
  passed: true,
  startedAt: '2026-01-02T10:00:00Z',
  submittedAt: '2026-01-02T11:00:00Z',
  dueAt: null,
  weight: 0.5,
  skills: [{ skillId: 's1', score: 80 }],
};
const attempt = {
  ...wireAttempt,
  startedAt: utc(wireAttempt.startedAt),
  submittedAt: utc(wireAttempt.submittedAt),
};
const page = (...items: object[]) => ({ items: items as Record<string, string>[], nextCursor: null });
const attemptsOf = async (...items: object[]) => {
  service.answer('/users/u1/attempts', page(...items));
  return client().attempts('u1', window);
};

describe('assessment client', () => {
  it('answers attempts of a learner over all pages, the last one empty', async () => {
    service.answerPages('/users/u1/attempts', [[wireAttempt], [{ ...wireAttempt, attemptId: 'a2' }], []]);
    expect(await client().attempts('u1', window)).toEqual([attempt, { ...attempt, attemptId: 'a2' }]);
  });

  it('reads numbers as text, naive times as UTC and words in any case', async () => {
    const wire = {
      ...wireAttempt,
      score: '80',
      weight: '0.5',
      kind: 'PostCourse',
      submittedAt: '2026-01-02T11:00:00',
    };
    expect(await attemptsOf(wire)).toEqual([attempt]);
  });

  it('does not take 0 for the score of what was never handed in', async () => {
    const open = {
      ...wireAttempt,
      submittedAt: null,
      score: 0,
      passed: false,
      skills: [{ skillId: 's1', score: 0 }],
    };
    expect(await attemptsOf(open)).toEqual([
      { ...attempt, submittedAt: null, score: null, passed: null, skills: [{ skillId: 's1', score: null }] },
    ]);
  });

  it('keeps a 0 that was handed in', async () => {
    expect(await attemptsOf({ ...wireAttempt, score: 0, passed: false })).toEqual([
      { ...attempt, score: 0, passed: false },
    ]);
  });

  it('takes a score outside 0–100 for unknown', async () => {
    expect((await attemptsOf({ ...wireAttempt, score: 180 }))?.[0]?.score).toBeNull();
  });

  it('reads an attempt without difficulty', async () => {
    expect((await attemptsOf({ ...wireAttempt, itemDifficulty: undefined }))?.[0]?.itemDifficulty).toBeNull();
  });

  it('calls a missing array of skills and an unknown kind invalid', async () => {
    expect(await failureFrom(attemptsOf({ ...wireAttempt, skills: undefined }))).toBe('invalid_response');
    expect(await failureFrom(attemptsOf({ ...wireAttempt, kind: 'oral' }))).toBe('invalid_response');
  });

  it('leaves out the attempts of others when everyone comes back', async () => {
    const others = { ...wireAttempt, attemptId: 'a9', userId: 'u9' };
    expect((await attemptsOf(others, wireAttempt))?.map(({ attemptId }) => attemptId)).toEqual(['a1']);
  });

  it('takes a learner whose UUID is spelled in another case for the same', async () => {
    service.answer(`/users/${upperUuid}/attempts`, page({ ...wireAttempt, userId: lowerUuid }));
    expect(await client().attempts(upperUuid, window)).toEqual([{ ...attempt, userId: lowerUuid }]);
  });

  it('filters the window again: by hand-in, else beginning, else due date, else kept', async () => {
    const outside = '2025-06-01T00:00:00Z';
    const ids = await attemptsOf(
      { ...wireAttempt, attemptId: 'late', submittedAt: '2026-01-05T00:00:00Z', startedAt: outside },
      { ...wireAttempt, attemptId: 'handed-in-before', submittedAt: outside },
      { ...wireAttempt, attemptId: 'begun-before', submittedAt: null, startedAt: outside },
      { ...wireAttempt, attemptId: 'due', submittedAt: null, startedAt: null, dueAt: '2026-01-05T00:00:00Z' },
      { ...wireAttempt, attemptId: 'undated', submittedAt: null, startedAt: null },
    );
    expect(ids?.map(({ attemptId }) => attemptId)).toEqual(['late', 'due', 'undated']);
  });

  it('answers the attempts of a course once each, without other courses', async () => {
    const others = { ...wireAttempt, attemptId: 'a9', courseId: 'c9' };
    service.answer('/courses/c1/attempts', page(wireAttempt, wireAttempt, others));
    expect(await client().courseAttempts('c1')).toEqual([attempt]);
  });

  it.each([
    ['an empty object', {}, 'invalid_response'],
    ['an error body', { error: 'x' }, 'invalid_response'],
    ['an empty list', page(), []],
  ])('reads %s of a course', async (_, body, expected) => {
    service.answer('/courses/c1/attempts', body);
    expect(await failureFrom(client().courseAttempts('c1'))).toEqual(expected);
  });

  it("answers a page of an organization's results, a learner once, no mean without a hand-in", async () => {
    const summary = {
      userId: 'u1',
      attempts: '4',
      passed: 3,
      meanScore: '71.5',
      lastSubmittedAt: '2026-01-02',
    };
    const idle = { userId: 'u2', attempts: 0, passed: 0, meanScore: 0, lastSubmittedAt: null };
    service.answer('/organizations/o1/results', page(summary, summary, idle));
    expect((await client().organizationResults('o1', null)).items).toEqual([
      { userId: 'u1', attempts: 4, passed: 3, meanScore: 71.5, lastSubmittedAt: utc('2026-01-02') },
      { ...idle, meanScore: null },
    ]);
  });

  it('stops when a cursor repeats, in a list and between pages', async () => {
    service.answer('/courses/c1/attempts', { items: [wireAttempt], nextCursor: 'same' });
    expect(await failureFrom(client().courseAttempts('c1'))).toBe('invalid_response');
    service.answer('/organizations/o1/results', { items: [], nextCursor: 'same' });
    const all = allItems((cursor) => client().organizationResults('o1', cursor));
    expect(await failureFrom(all)).toBe('invalid_response');
  });
});
