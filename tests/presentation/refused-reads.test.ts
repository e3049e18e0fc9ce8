import type { Express } from 'express';
import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { registry } from '../../src/application/analytics/registry.ts';
import type { Refusal } from '../../src/application/ports/read-log.ts';
import { AppError, RefusedError } from '../../src/domain/errors.ts';
import { scopes } from '../../src/domain/identity/scopes.ts';
import type { Viewer } from '../../src/domain/identity/viewer.ts';
import { analyticRoute } from '../../src/presentation/http/analytics-routes.ts';
import { dashboardRoutes } from '../../src/presentation/http/dashboard-routes.ts';
import { paramNames } from '../../src/presentation/http/route.ts';
import { appWith } from '../fixtures/app.ts';

const viewer: Viewer = {
  ...{ id: 'u-1', organizationId: 'org-1', roles: ['learner'], tokenId: 't', sessionId: null },
  ...{ expiresAt: Number.MAX_SAFE_INTEGER, asOf: 0 },
};
/** What must not be reached. */
const unstubbed = (name: string) => () => {
  throw new Error(`${name} is not stubbed`);
};
const run = unstubbed('run');
const routes = [...registry.map((analytic) => analyticRoute(analytic, run)), ...dashboardRoutes(run)];

/** An application whose authorizer refuses, and what it puts on record. */
function world(error: AppError, who: Viewer = viewer) {
  const refused: Refusal[] = [];
  const app = appWith(routes, {
    reads: { note: unstubbed('note'), refused: (refusal) => void refused.push(refusal) },
    authenticator: { verifyCached: () => who, verify: unstubbed('verify') },
    authorizer: {
      peek: () => undefined,
      authorize: async (_viewer, { kind, id }) => {
        throw error.code === 'NOT_FOUND' ? new RefusedError('NOT_FOUND', 'no', { kind, id }) : error;
      },
    },
  });
  return { app, refused };
}
const ask = (app: Express, path: string) =>
  request(app)
    .get(`/api/v1${path.replace(/:\w+/, 'u-2')}`)
    .set({ authorization: 'Bearer good', 'x-request-id': 'req-1' });
const refusing = new AppError('NOT_FOUND', 'There is no such subject.');

describe('a read that the policy refuses', () => {
  it('is on record for every analytic and dashboard: who, whose, which route, which rule, which request', async () => {
    for (const { path, access } of routes) {
      const { app, refused } = world(refusing);
      expect((await ask(app, path)).status, path).toBe(404);
      const id = paramNames(path).length === 0 ? viewer.id : 'u-2';
      expect(refused, path).toEqual([
        {
          ...{ viewer, subject: { kind: access, id }, reason: 'not_found' },
          ...{ route: `/api/v1${path}`, requestId: 'req-1' },
        },
      ]);
    }
  });

  it('because a key lacks the scope is on record where it names somebody', async () => {
    const scoped = scopes.filter((scope) => scope !== 'analytics:read');
    const { app, refused } = world(refusing, { ...viewer, id: 'key-1', roles: [], scopes: scoped });
    expect((await ask(app, '/analytics/learner/velocity/:userId')).status).toBe(403);
    expect((await ask(app, '/analytics/learner/velocity/not%20an%20id')).status).toBe(403);
    expect(refused).toMatchObject([{ subject: { kind: 'learner', id: 'u-2' }, reason: 'forbidden' }]);
  });

  it('is something else than one that cannot be decided, or that is not valid', async () => {
    const { app, refused } = world(new AppError('UPSTREAM_UNAVAILABLE', 'It cannot be decided now.'));
    expect((await ask(app, '/analytics/learner/velocity/:userId')).status).toBe(503);
    expect((await ask(app, '/analytics/learner/velocity/not%20an%20id')).status).toBe(400);
    expect((await request(app).get('/api/v1/nothing')).status).toBe(404);
    expect(refused).toEqual([]);
  });
});
