import { describe, expect, it } from 'vitest';
import { type ErasePersonDeps, makeErasePerson } from '../../../src/application/people/erase-person.ts';
import type { Erasure } from '../../../src/application/ports/people.ts';
import { RpcError } from '../../../src/application/ports/rpc.ts';
import { services } from '../../../src/domain/provenance.ts';
import { callScope, silentLogger } from '../../fixtures/stubs.ts';
import { allowed, clock, orgAdmin, peopleWorld, refused, viewer } from './people-world.ts';

const proof = { proofId: 'p-1', erasedAt: 7 };

/** What is done, in its order. */
function erasing(stubs: Parameters<typeof peopleWorld>[0], deps: Partial<ErasePersonDeps> = {}) {
  const done: unknown[] = [];
  const world = peopleWorld({
    people: {
      erase: async (erasure: Erasure) => {
        done.push(['erase', erasure]);
        return proof;
      },
    },
    ...stubs,
  });
  const erasePerson = makeErasePerson({
    people: world.people,
    onRecord: world.onRecord,
    stores: [{ eraseUser: (userId) => void done.push(['store', userId]) }],
    sessions: { revokeToken: async (tokenId) => void done.push(['revoke', tokenId]) },
    hearOfRevocations: async () => void done.push('hear'),
    cache: { purge: (tags, reason) => void done.push(['purge', tags, reason]) },
    clock,
    logger: silentLogger,
    ...deps,
  });
  return { ...world, done, erasePerson };
}

describe('an erasure', () => {
  it('erases first, then what memory holds, the token that asked and every answer with the person in it', async () => {
    const { erasePerson, done, lines } = erasing({ authorizePerson: allowed });
    expect(await erasePerson(viewer(), 'u-1', 'u-1', callScope())).toEqual({
      ...proof,
      keptElsewhere: services,
    });
    expect(done).toEqual([
      [
        'erase',
        {
          userId: 'u-1',
          requestedBy: 'u-1',
          organizationId: 'org-1',
          reason: 'asked for by the person',
          tags: ['learner:u-1', 'trainer:u-1', 'metric:gamification.leaderboard', 'tenant:org-1'],
          now: clock.now(),
        },
      ],
      ['store', 'u-1'],
      'hear',
      ['revoke', 't-1'],
      ['purge', ['learner:u-1', 'trainer:u-1', 'metric:gamification.leaderboard', 'tenant:org-1'], 'private'],
    ]);
    // That it was done is on record by the same transaction.
    expect(lines).toEqual([]);
  });

  it('by an administrator leaves the administrator logged in', async () => {
    const { erasePerson, done } = erasing({ authorizePerson: allowed });
    await erasePerson(orgAdmin, 'u-2', 'u-2', callScope());
    expect(done).toContainEqual(['store', 'u-2']);
    expect(done.flat()).not.toContain('revoke');
  });

  it('does not happen without the right confirmation', async () => {
    const { erasePerson, done } = erasing({ authorizePerson: allowed });
    await expect(erasePerson(orgAdmin, 'u-2', 'a-1', callScope())).rejects.toMatchObject({
      code: 'VALIDATION_ERROR',
      details: [{ field: 'body.confirm', message: 'must be the id of the person who is erased' }],
    });
    expect(done).toEqual([]);
  });

  it('that is refused does nothing but stand on record', async () => {
    const { erasePerson, done, lines } = erasing({ authorizePerson: refused });
    await expect(erasePerson(viewer(), 'u-2', 'u-2', callScope())).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    expect(done).toEqual([]);
    expect(lines).toMatchObject([{ action: 'person.erase', outcome: 'denied', subjectId: 'u-2' }]);
  });

  it('of an id that no directory knows needs something that is kept under it: any word can be an id', async () => {
    const unknown = async (_viewer: unknown, id: string) => ({ id, organizationId: null, isKnown: false });
    const erase = async () => proof;
    const word = erasing({ authorizePerson: unknown, people: { keeps: async () => false, erase } });
    await expect(word.erasePerson(orgAdmin, 'points', 'points', callScope())).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    expect(word.done).toEqual([]);
    expect(word.lines).toMatchObject([{ outcome: 'denied', subjectId: 'points' }]);
    const left = erasing({ authorizePerson: unknown, people: { keeps: async () => true, erase } });
    expect(await left.erasePerson(orgAdmin, 'u-9', 'u-9', callScope())).toMatchObject(proof);
  });

  it('keeps no request id beside somebody who was erased: callers choose it', async () => {
    const gone = { authorizePerson: refused, among: async () => new Set(['u-2']) };
    const { erasePerson, lines } = erasing(gone);
    const scope = callScope({ requestId: 'u-2' });
    await expect(erasePerson(viewer(), 'u-2', 'u-2', scope)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(lines).toMatchObject([{ subjectId: null, requestId: null }]);
  });

  it('that the database does not take forgets nothing, and is on record when it can be', async () => {
    const away = () => Promise.reject(new RpcError('unavailable', 'away'));
    const { erasePerson, done, lines } = erasing({ authorizePerson: allowed, people: { erase: away } });
    await expect(erasePerson(viewer(), 'u-1', 'u-1', callScope())).rejects.toMatchObject({
      code: 'unavailable',
    });
    expect(done).toEqual([]);
    expect(lines).toMatchObject([{ outcome: 'failed', detail: { reason: 'not_possible_now' } }]);
    const silent = erasing({ authorizePerson: allowed, people: { erase: away }, add: away });
    await expect(silent.erasePerson(viewer(), 'u-1', 'u-1', callScope())).rejects.toMatchObject({
      code: 'unavailable',
    });
  });

  it('is done although a cache or a revocation cannot be reached afterwards', async () => {
    const fails = () => Promise.reject(new Error('gone'));
    const warnings: unknown[] = [];
    const { erasePerson } = erasing(
      { authorizePerson: allowed },
      {
        cache: { purge: fails },
        hearOfRevocations: fails,
        logger: { ...silentLogger, warn: (fields) => void warnings.push(fields) },
      },
    );
    expect(await erasePerson(viewer(), 'u-1', 'u-1', callScope())).toMatchObject(proof);
    expect(warnings).toEqual([{ failed: 2 }]);
  });
});
