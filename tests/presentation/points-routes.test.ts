import request from 'supertest';
import { describe, expect, it } from 'vitest';
import type { AwardAnswer, AwardPoints } from '../../src/application/gamification/award-points.ts';
import { RpcError } from '../../src/application/ports/rpc.ts';
import { AppError } from '../../src/domain/errors.ts';
import { pointsRoutes } from '../../src/presentation/http/points-routes.ts';
import { openApiDocument } from '../../src/presentation/openapi/document.ts';
import { appWith } from '../fixtures/app.ts';

const body = { userId: 'u-2', source: 'course', reference: 'c-1', occurredAt: '2026-03-10T10:00:00+01:00' };
const occurredAt = Date.parse('2026-03-10T09:00:00Z');
const answer = (isNew: boolean): AwardAnswer => ({
  awarded: {
    isNew,
    entry: { userId: 'u-2', source: 'course', reference: 'c-1', points: 100, occurredAt },
    achievements: [{ code: 'first_course', tier: 'bronze', earnedAt: occurredAt }],
    totalPoints: 100,
  },
  dataSource: 'realtime',
});

function posting(awardPoints: AwardPoints) {
  const app = appWith(pointsRoutes(awardPoints));
  return (sent: object, headers: Record<string, string> = { 'idempotency-key': 'key-0001' }) =>
    request(app)
      .post('/api/v1/gamification/points')
      .set({ authorization: 'Bearer good', ...headers })
      .send(sent);
}
const never: AwardPoints = () => Promise.reject(new Error('nothing was to be awarded'));
const detailsOf = ({ body: { error } }: { body: { error: { details: object[] } } }) => error.details;

describe('POST /gamification/points', () => {
  it('says in words what an id has to be, also when there is none', async () => {
    const { userId: _left, ...withoutUser } = body;
    for (const sent of [withoutUser, { ...body, userId: 7 }, { ...body, userId: 'no id' }])
      expect(detailsOf(await posting(never)(sent))).toEqual([
        { field: 'body.userId', message: 'must be 1–64 letters, digits, _ or -' },
      ]);
  });

  it('answers 201 with the entry, the new achievements, the total and where it was kept', async () => {
    const asked: unknown[] = [];
    const post = posting(async (viewer, claim, key) => {
      asked.push(viewer.id, claim, key);
      return answer(true);
    });
    const { status, body: answered, headers } = await post(body);
    expect(status).toBe(201);
    expect(answered).toEqual({
      success: true,
      data: {
        entry: {
          userId: 'u-2',
          source: 'course',
          reference: 'c-1',
          points: 100,
          occurredAt: '2026-03-10T09:00:00.000Z',
        },
        achievements: [
          {
            id: 'bronze-first_course',
            code: 'first_course',
            tier: 'bronze',
            earnedAt: '2026-03-10T09:00:00.000Z',
          },
        ],
        totalPoints: 100,
      },
      meta: { requestId: 'made-id', dataSource: 'realtime' },
    });
    expect(headers['cache-control']).toBe('no-store');
    const claim = { userId: 'u-2', source: 'course', reference: 'c-1', occurredAt };
    expect(asked).toEqual(['u-1', claim, 'key-0001']);
  });

  it('answers 200 when the same thing was awarded before, and says what is of the sample world', async () => {
    const { status, body: answered } = await posting(async () => ({ ...answer(false), dataSource: 'mock' }))(
      body,
    );
    expect(status).toBe(200);
    expect(answered.meta.dataSource).toBe('mock');
  });

  it.each([
    ['no key', {}, 'is missing'],
    ['a short key', { 'idempotency-key': '1234567' }, 'must be 8–128 visible ASCII characters'],
    ['a long key', { 'idempotency-key': 'k'.repeat(129) }, 'must be 8–128 visible ASCII characters'],
    ['a space in the key', { 'idempotency-key': 'key 0001' }, 'must be 8–128 visible ASCII characters'],
    ['a key beyond ASCII', { 'idempotency-key': 'schlüssel' }, 'must be 8–128 visible ASCII characters'],
  ])('with %s is refused, naming the header', async (_name, headers, message) => {
    const refused = await posting(never)(body, headers as Record<string, string>);
    expect(refused.status).toBe(400);
    expect(detailsOf(refused)).toEqual([{ field: 'headers.Idempotency-Key', message }]);
  });

  it('names every bad field at once, with the header', async () => {
    const wrong = { userId: 'two words', source: 'gift', reference: '', occurredAt: 'today', points: 5 };
    const refused = await posting(never)(wrong, {});
    expect(refused.status).toBe(400);
    expect(detailsOf(refused).map((detail) => (detail as { field: string }).field)).toEqual([
      'headers.Idempotency-Key',
      'body.userId',
      'body.source',
      'body.reference',
      'body.occurredAt',
      'body.points',
    ]);
  });

  it.each([
    ['1999-12-31T23:59:59Z', 'must not be before 2000'],
    ['2026-03-10', 'must be an ISO 8601 instant'],
    ['2026-02-29T10:00:00Z', 'must be an ISO 8601 instant'],
    ['2026-03-10T10:00:00', 'must be an ISO 8601 instant'],
  ])('does not take %s for the instant', async (instant, message) => {
    const refused = await posting(never)({ ...body, occurredAt: instant });
    expect(detailsOf(refused)).toEqual([{ field: 'body.occurredAt', message }]);
  });

  it.each(['c-1', '2026-02-29', '2026-3-1'])(
    'does not take %s for the day of a streak',
    async (reference) => {
      const refused = await posting(never)({ ...body, source: 'streak_day', reference });
      expect(detailsOf(refused)).toEqual([
        { field: 'body.reference', message: 'must be the day of the streak, YYYY-MM-DD' },
      ]);
    },
  );

  it.each([
    [new AppError('FORBIDDEN', 'no'), 403, undefined],
    [new RpcError('unavailable', 'secret words'), 503, '5'],
    [new RpcError('in_flight', 'secret words'), 409, '1'],
    [new RpcError('conflict', 'secret words'), 409, undefined],
    [new RpcError('unprocessable', 'secret words'), 422, undefined],
    [new RpcError('not_found', 'secret words'), 404, undefined],
    [new RpcError('invalid', 'secret words'), 400, undefined],
  ])('answers %s with %i and Retry-After %s', async (error, status, retryAfter) => {
    const refused = await posting(() => Promise.reject(error))(body);
    expect(refused.status).toBe(status);
    expect(refused.headers['retry-after']).toBe(retryAfter);
    expect(JSON.stringify(refused.body)).not.toContain('secret');
  });

  it('is in the contract with its header, both its statuses and its meta', () => {
    const document = openApiDocument(pointsRoutes(never), {}, '1.0.0');
    const operation = document.paths?.['/api/v1/gamification/points']?.post;
    expect(operation?.parameters).toMatchObject([{ in: 'header', name: 'Idempotency-Key', required: true }]);
    const statuses = Object.keys(operation?.responses ?? {});
    for (const status of ['200', '201', '400', '401', '403', '404', '409', '413', '415', '422', '429', '503'])
      expect(statuses).toContain(status);
    expect(JSON.stringify(operation?.responses?.['201'])).toContain('dataSource');
  });
});
