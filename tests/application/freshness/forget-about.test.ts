import { describe, expect, it } from 'vitest';
import { makeForgetAbout, repliesIn } from '../../../src/application/freshness/forget-about.ts';
import {
  makeRefreshAnalytics,
  type RefreshDeps,
} from '../../../src/application/freshness/refresh-analytics.ts';
import { RpcError } from '../../../src/application/ports/rpc.ts';
import { AppError } from '../../../src/domain/errors.ts';
import { viewer } from '../../fixtures/app.ts';
import { callScope, stoppedClock } from '../../fixtures/stubs.ts';

function makeWorld() {
  const did: string[] = [];
  const forget = makeForgetAbout({
    replies: { forget: (ids) => void did.push(`replies ${ids}`) },
    permissions: { forget: (ids) => void did.push(`permissions ${ids}`) },
    cache: { purge: async (tags) => void did.push(`answers ${tags}`) },
  });
  return { did, forget };
}

describe('what has changed', () => {
  it('about a person is forgotten as a learner’s and a trainer’s, replies before answers', async () => {
    const { did, forget } = makeWorld();
    await forget({ userId: 'u-1' });
    expect(did).toEqual(['replies u-1', 'permissions u-1', 'answers learner:u-1,trainer:u-1,replies:u-1']);
  });

  it('about one of its people leaves what was read of the whole organization', async () => {
    const { did, forget } = makeWorld();
    await forget({ userId: 'u-1', courseId: 'c-1', organizationId: 'org-1' });
    expect(did).toEqual([
      'replies u-1,c-1',
      'permissions u-1,c-1',
      'answers learner:u-1,trainer:u-1,course:c-1,organization:org-1,replies:u-1,replies:c-1',
    ]);
  });

  it('about an organization is everything of its tenant', async () => {
    const { did, forget } = makeWorld();
    await forget({ organizationId: 'org-1' });
    expect(did.at(-1)).toBe('answers organization:org-1,tenant:org-1,replies:org-1');
    expect(repliesIn(['tenant:org-1', 'replies:org-1'])).toEqual(['org-1']);
  });
});

describe('a refresh', () => {
  function makeRefresh(overrides: Partial<RefreshDeps> = {}) {
    const did: unknown[] = [];
    const refresh = makeRefreshAnalytics({
      authorizer: {
        authorize: async (_viewer, ref) => ({ ...ref, organizationId: 'org-1', relation: 'self' }),
      },
      forget: async (changed) => void did.push(changed),
      log: { append: async (event) => void did.push(event) },
      forgotten: { among: async (ids) => new Set(ids.filter((id) => id === 'u-erased')) },
      clock: stoppedClock(7),
      ...overrides,
    });
    return { did, refresh };
  }

  it.each([
    ['learner', 'u-1', { userId: 'u-1' }, 'user:u-1'],
    ['trainer', 's-1', { userId: 's-1' }, 'user:s-1'],
    ['organization', 'org-1', { organizationId: 'org-1' }, 'organization:org-1'],
  ] as const)(
    'of a %s is told in its stream before anything is forgotten',
    async (kind, id, changed, stream) => {
      const { did, refresh } = makeRefresh();
      await refresh(viewer, { kind, id }, callScope());
      expect(did).toEqual([
        {
          stream,
          type: 'analytics_refreshed',
          data: { subject: { kind, id } },
          correlationId: 'req-1',
          occurredAt: 7,
        },
        changed,
      ]);
    },
  );

  it('that cannot be told of forgets nothing', async () => {
    const { did, refresh } = makeRefresh({
      log: { append: () => Promise.reject(new RpcError('unavailable', 'no connection')) },
    });
    await expect(refresh(viewer, { kind: 'learner', id: 'u-1' }, callScope())).rejects.toMatchObject({
      code: 'unavailable',
    });
    expect(did).toEqual([]);
  });

  it('of somebody whom the caller may not read about does nothing', async () => {
    const { did, refresh } = makeRefresh({
      authorizer: { authorize: () => Promise.reject(new AppError('FORBIDDEN', 'no')) },
    });
    await expect(refresh(viewer, { kind: 'learner', id: 'u-2' }, callScope())).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    expect(did).toEqual([]);
  });

  it('of somebody who was erased records nothing', async () => {
    const { did, refresh } = makeRefresh();
    await refresh(viewer, { kind: 'learner', id: 'u-erased' }, callScope());
    expect(did).toEqual([{ userId: 'u-erased' }]);
  });
});
