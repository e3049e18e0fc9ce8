import { describe, expect, it } from 'vitest';
import { allItems } from '../../../src/application/ports/page.ts';
import { makeRagClient } from '../../../src/infrastructure/upstreams/rag.ts';
import { failureFrom, makeService, testWire, utc } from './service.ts';

const service = makeService();
const client = () => makeRagClient(testWire());
const window = { from: utc('2026-01-01T00:00:00Z'), to: utc('2026-01-31T00:00:00Z') };
const wireQuestion = { at: '2026-01-02T10:00:00Z', topicId: 'p1', resolved: true };
const question = { ...wireQuestion, at: utc(wireQuestion.at) };
const questionsOf = async (...items: object[]) => {
  service.answer('/users/u1/questions', { items: items as Record<string, string>[], nextCursor: null });
  return client().questions('u1', window);
};

describe('RAG client', () => {
  it('answers that questions were asked, never their text', async () => {
    expect(await questionsOf({ ...wireQuestion, text: 'How do I …?', answer: 'So.' })).toEqual([question]);
  });

  it('reads all pages, each question once, the last page empty', async () => {
    const later = { ...wireQuestion, at: '2026-01-03T10:00:00' };
    service.answerPages('/users/u1/questions', [[wireQuestion, wireQuestion], [later], []]);
    expect(await client().questions('u1', window)).toEqual([
      question,
      { ...question, at: utc('2026-01-03T10:00:00Z') },
    ]);
  });

  it('filters window and person again', async () => {
    const old = { ...wireQuestion, at: '2025-01-02T10:00:00Z' };
    const theirs = { ...wireQuestion, topicId: 'p9', userId: 'u9' };
    expect(await questionsOf(old, theirs, wireQuestion)).toEqual([question]);
  });

  it('reads yes as text and nothing as unknown', async () => {
    expect((await questionsOf({ ...wireQuestion, resolved: 'true' }))?.[0]?.resolved).toBe(true);
    expect((await questionsOf({ ...wireQuestion, resolved: null }))?.[0]?.resolved).toBeNull();
  });

  it.each([
    ['an empty object', {}, 200, 'invalid_response'],
    ['an error body', { error: 'x' }, 200, 'invalid_response'],
    ['404', {}, 404, null],
    ['an empty list', { items: [], nextCursor: null }, 200, []],
    ['a cursor that repeats', { items: [wireQuestion], nextCursor: 'same' }, 200, 'invalid_response'],
  ])('reads %s', async (_, body, status, expected) => {
    service.answer('/users/u1/questions', body, status);
    expect(await failureFrom(client().questions('u1', window))).toEqual(expected);
  });

  it("answers an organization's questions, a learner once, numbers as text", async () => {
    const row = { userId: 'u1', questions: '4', resolved: '3' };
    service.answer('/organizations/o1/questions', { items: [row, row], nextCursor: null });
    expect((await client().organizationQuestions('o1', null)).items).toEqual([
      { userId: 'u1', questions: 4, resolved: 3 },
    ]);
  });

  it('stops when the cursor repeats', async () => {
    service.answer('/organizations/o1/questions', { items: [], nextCursor: 'same' });
    const all = allItems((cursor) => client().organizationQuestions('o1', cursor));
    expect(await failureFrom(all)).toBe('invalid_response');
  });
});
