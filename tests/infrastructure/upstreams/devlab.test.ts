import { describe, expect, it } from 'vitest';
import { allItems } from '../../../src/application/ports/page.ts';
import { makeDevlabClient } from '../../../src/infrastructure/upstreams/devlab.ts';
import { failureFrom, makeService, testWire, utc } from './service.ts';

const service = makeService();
const client = () => makeDevlabClient(testWire());
const window = { from: utc('2026-01-01T00:00:00Z'), to: utc('2026-01-31T00:00:00Z') };
const wireSession = {
  sessionId: 'z1',
  exerciseId: 'e1',
  skillId: 's1',
  startedAt: '2026-01-02T10:00:00Z',
  endedAt: '2026-01-02T11:00:00Z',
  status: 'Solved',
  score: 90,
  attempts: 2,
};
const session = {
  ...wireSession,
  startedAt: utc(wireSession.startedAt),
  endedAt: utc(wireSession.endedAt),
  status: 'solved',
};
const sessionsOf = async (...items: object[]) => {
  service.answer('/users/u1/sessions', { items: items as Record<string, string>[], nextCursor: null });
  return client().sessions('u1', window);
};

describe('devlab client', () => {
  it('answers sessions over all pages, once each, the last page empty', async () => {
    service.answerPages('/users/u1/sessions', [
      [wireSession],
      [wireSession, { ...wireSession, sessionId: 'z2' }],
      [],
    ]);
    expect(await client().sessions('u1', window)).toEqual([session, { ...session, sessionId: 'z2' }]);
  });

  it('reads numbers as text and naive times as UTC', async () => {
    const wire = { ...wireSession, score: '90', attempts: '2', startedAt: '2026-01-02 10:00:00' };
    expect(await sessionsOf(wire)).toEqual([session]);
  });

  it('does not take 0 for the score of a session that has not ended, and keeps a 0 that has', async () => {
    expect((await sessionsOf({ ...wireSession, endedAt: null, score: 0 }))?.[0]?.score).toBeNull();
    expect((await sessionsOf({ ...wireSession, score: 0 }))?.[0]?.score).toBe(0);
  });

  it('filters window and person again', async () => {
    const kept = await sessionsOf(
      { ...wireSession, sessionId: 'old', startedAt: '2025-01-02T10:00:00Z' },
      { ...wireSession, sessionId: 'theirs', userId: 'u9' },
      { ...wireSession, userId: 'u1' },
    );
    expect(kept).toEqual([session]);
  });

  it.each([
    ['an empty object', {}, 200, 'invalid_response'],
    ['an error body', { error: 'x' }, 200, 'invalid_response'],
    ['404', {}, 404, null],
    ['an empty list', { items: [], nextCursor: null }, 200, []],
    ['a cursor that repeats', { items: [wireSession], nextCursor: 'same' }, 200, 'invalid_response'],
  ])('reads %s', async (_, body, status, expected) => {
    service.answer('/users/u1/sessions', body, status);
    expect(await failureFrom(client().sessions('u1', window))).toEqual(expected);
  });

  it("answers an organization's practice, a learner once", async () => {
    const row = { userId: 'u1', sessions: '4', solved: 3, lastAt: '2026-01-02' };
    service.answer('/organizations/o1/practice', { items: [row, row], nextCursor: 'n' });
    expect(await client().organizationPractice('o1', null)).toEqual({
      items: [{ userId: 'u1', sessions: 4, solved: 3, lastAt: utc('2026-01-02') }],
      nextCursor: 'n',
    });
  });

  it('stops when the cursor of practice repeats', async () => {
    service.answer('/organizations/o1/practice', { items: [], nextCursor: 'same' });
    const all = allItems((cursor) => client().organizationPractice('o1', cursor));
    expect(await failureFrom(all)).toBe('invalid_response');
  });
});
