import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { makeReadAudit } from '../../src/application/people/read-audit.ts';
import type { AuditLine } from '../../src/application/ports/audit.ts';
import { RpcError } from '../../src/application/ports/rpc.ts';
import { AppError } from '../../src/domain/errors.ts';
import type { Relation } from '../../src/domain/identity/policy.ts';
import { auditRoutes } from '../../src/presentation/http/audit-routes.ts';
import { type PeopleUseCases, peopleRoutes } from '../../src/presentation/http/people-routes.ts';
import { appWith, viewer } from '../fixtures/app.ts';

const unstubbed = (name: string) => () => Promise.reject(new Error(`${name} is not stubbed`));
const at = Date.parse('2026-03-10T12:00:00Z');
const good = { authorization: 'Bearer good' };

const appOf = (useCases: Partial<PeopleUseCases>) =>
  appWith(
    peopleRoutes({
      exportPerson: unstubbed('exportPerson'),
      erasePerson: unstubbed('erasePerson'),
      ...useCases,
    }),
  );

describe('the export of a person', () => {
  const kept = {
    userId: 'u-2',
    exportedAt: at,
    sections: { preferences: [{ timeZone: null }] },
    events: [],
    mentions: [],
    keptElsewhere: ['auth' as const],
  };

  it.each([
    ['/me/export', 'u-1'],
    ['/people/me/export', 'u-1'],
    ['/people/u-2/export', 'u-2'],
  ])('%s is about %s', async (path, id) => {
    const asked: string[] = [];
    const app = appOf({
      exportPerson: async (_viewer, userId) => {
        asked.push(userId);
        return kept;
      },
    });
    const { status, body, headers } = await request(app).get(`/api/v1${path}`).set(good);
    expect(status).toBe(200);
    expect(headers['cache-control']).toBe('no-store');
    expect(body.data).toEqual({ ...kept, exportedAt: '2026-03-10T12:00:00.000Z' });
    expect(asked).toEqual([id]);
  });

  it('needs a token, and an id that can be one', async () => {
    const app = appOf({});
    expect((await request(app).get('/api/v1/me/export')).status).toBe(401);
    expect((await request(app).get('/api/v1/people/two words/export').set(good)).status).toBe(400);
  });

  it('is a 503 that says when to come back while the database is away', async () => {
    const app = appOf({ exportPerson: () => Promise.reject(new RpcError('unavailable', 'away')) });
    const { status, headers, body } = await request(app).get('/api/v1/me/export').set(good);
    expect([status, body.error.code]).toEqual([503, 'UPSTREAM_UNAVAILABLE']);
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
  });
});

describe('the erasure of a person', () => {
  const proof = { proofId: 'p-1', erasedAt: at, keptElsewhere: ['auth' as const] };

  it.each([
    ['/me', 'u-1'],
    ['/people/u-2', 'u-2'],
  ])('%s is of %s, with the confirmation as it was sent', async (path, id) => {
    const asked: string[] = [];
    const app = appOf({
      erasePerson: async (_viewer, userId, confirmed) => {
        asked.push(userId, confirmed);
        return proof;
      },
    });
    const { status, body } = await request(app).delete(`/api/v1${path}`).set(good).send({ confirm: 'u-x' });
    expect(status).toBe(200);
    expect(body.data).toEqual({ ...proof, erased: true, erasedAt: '2026-03-10T12:00:00.000Z' });
    expect(asked).toEqual([id, 'u-x']);
  });

  it.each([
    ['no body', undefined],
    ['no confirmation', {}],
    ['a confirmation that is no text', { confirm: true }],
    ['something else beside it', { confirm: 'u-1', force: true }],
  ])('with %s is a 400 that erases nothing', async (_name, sent) => {
    const answer = await request(appOf({})).delete('/api/v1/me').set(good).send(sent);
    expect([answer.status, answer.body.error.code]).toEqual([400, 'VALIDATION_ERROR']);
  });

  it('is a 503 while the database is away, and a 403 where it is not allowed', async () => {
    const failing = (error: Error) =>
      request(appOf({ erasePerson: () => Promise.reject(error) }))
        .delete('/api/v1/people/u-2')
        .set(good)
        .send({ confirm: 'u-2' });
    const away = await failing(new RpcError('unavailable', 'away'));
    expect(away.status).toBe(503);
    expect(Number(away.headers['retry-after'])).toBeGreaterThan(0);
    expect((await failing(new AppError('FORBIDDEN', 'no'))).status).toBe(403);
  });
});

describe('the audit log', () => {
  const line = (id: number): AuditLine => ({
    id,
    occurredAt: at,
    actorId: null,
    action: 'person.erase',
    subjectKind: 'person',
    subjectId: null,
    organizationId: 'org-1',
    outcome: 'done',
    requestId: 'req-1',
    detail: {},
  });
  const usual = [5, 4, 3, 2, 1].map(line);
  const appOver = (
    asked: unknown[] = [],
    lines: readonly AuditLine[] = usual,
    relation: Relation = 'own_organization',
  ) =>
    appWith(
      auditRoutes(
        makeReadAudit(
          {
            page: async (organizationId, { before, limit }) => {
              asked.push([organizationId, before, limit]);
              return lines.filter(({ id }) => before === null || id < before).slice(0, limit);
            },
          },
          {
            peek: () => undefined,
            authorize: async (_viewer, ref) => {
              if (ref.id !== viewer.organizationId) throw new AppError('NOT_FOUND', 'no such subject');
              return { ...ref, organizationId: ref.id, relation };
            },
          },
        ),
      ),
    );

  it('comes page by page, the newest first, to its end', async () => {
    const asked: unknown[] = [];
    const app = appOver(asked);
    const seen: string[] = [];
    for (let cursor = ''; ; ) {
      const { status, body } = await request(app).get(`/api/v1/audit?limit=2${cursor}`).set(good);
      expect(status).toBe(200);
      expect(body.data.organizationId).toBe('org-1');
      seen.push(...body.data.entries.map(({ id }: { id: string }) => id));
      if (body.data.nextCursor === null) break;
      cursor = `&cursor=${body.data.nextCursor}`;
    }
    expect(seen).toEqual(['5', '4', '3', '2', '1']);
    expect(asked).toEqual([
      ['org-1', null, 3],
      ['org-1', 4, 3],
      ['org-1', 2, 3],
    ]);
  });

  it('says when in ISO, and not whose log it is on each line', async () => {
    const { body } = await request(appOver()).get('/api/v1/audit?limit=1').set(good);
    const { organizationId: _own, ...shown } = line(5);
    expect(body.data.entries).toEqual([{ ...shown, id: '5', occurredAt: '2026-03-10T12:00:00.000Z' }]);
  });

  it('shows who looked for what is not there, and not for whom: they may be another’s, and erased or not', async () => {
    const denied = (id: number, changes: Partial<AuditLine>): AuditLine => ({
      ...{ ...line(id), action: 'data.refused', outcome: 'denied', actorId: 'u-1', subjectId: 'u-2' },
      ...changes,
    });
    const kept = [
      denied(4, { detail: { rule: 'learner.not_found' } }),
      // The same of somebody who was erased.
      denied(3, { detail: { rule: 'learner.not_found' }, subjectId: null, requestId: null }),
      denied(2, { action: 'person.export', detail: { reason: 'NOT_FOUND' } }),
      denied(1, { detail: { rule: 'learner.forbidden' } }),
    ];
    const named = async (relation: Relation) => {
      const { body } = await request(appOver([], kept, relation))
        .get('/api/v1/audit')
        .set(good);
      return body.data.entries.map((entry: AuditLine) => [entry.actorId, entry.subjectId, entry.requestId]);
    };
    const nobody = ['u-1', null, null];
    expect(await named('own_organization')).toEqual([nobody, nobody, nobody, ['u-1', 'u-2', 'req-1']]);
    const told = ['u-1', 'u-2', 'req-1'];
    expect(await named('any')).toEqual([told, nobody, told, told]);
  });

  it('of another organization is for whoever may see that one', async () => {
    expect((await request(appOver()).get('/api/v1/audit?organizationId=org-2').set(good)).status).toBe(404);
  });

  it.each(['limit=0', 'limit=101', 'cursor=bm9wZQ', 'cursor=', 'organizationId=a%20b', 'since=2026'])(
    'is a 400 for %s',
    async (query) => {
      expect((await request(appOver()).get(`/api/v1/audit?${query}`).set(good)).status).toBe(400);
    },
  );

  it('is a 400 for a caller of no organization who names none', async () => {
    const app = appWith(
      auditRoutes(
        makeReadAudit({ page: async () => [] }, { peek: () => undefined, authorize: unstubbed('authorize') }),
      ),
      {
        authenticator: {
          verifyCached: () => ({ ...viewer, organizationId: null }),
          verify: unstubbed('verify'),
        },
      },
    );
    const { status, body } = await request(app).get('/api/v1/audit').set(good);
    expect([status, body.error.details[0].field]).toEqual([400, 'query.organizationId']);
  });
});
