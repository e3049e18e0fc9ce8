import { describe, expect, it } from 'vitest';
import type { RequestEnd } from '../../../src/application/ports/request-end.ts';
import { makeRequestLog } from '../../../src/infrastructure/observability/logger.ts';

function lineOf(end: RequestEnd): Record<string, unknown> {
  const lines: string[] = [];
  makeRequestLog('info', { write: (line) => lines.push(line) }, 'a-key').onRequestEnd(end);
  expect(lines).toEqual([expect.stringMatching(/^\{[^\n]*\}\n$/)]);
  return JSON.parse(lines.join(''));
}

const viewer = {
  ...{ id: 'u-1', organizationId: 'org-1', roles: ['learner' as const], tokenId: 't-1', sessionId: null },
  ...{ expiresAt: 1, asOf: 0 },
};

describe('the line of a request', () => {
  it('tells all that is known of its end, and of the caller a hash', () => {
    // Whatever is added to the end of a request has to be told here too.
    const end: Required<RequestEnd> = {
      requestId: 'r-1',
      traceId: '0af7651916cd43dd8448eb211c80319c',
      isSampled: true,
      method: 'GET',
      route: '/api/v1/things/:id',
      status: 200,
      ms: 12,
      form: 'cached',
      dataSource: 'cached',
      suppressed: 2,
      code: 'NOT_FOUND',
      viewer,
    };
    const hash = expect.stringMatching(/^[0-9a-f]{16}$/);
    expect(lineOf(end)).toEqual({
      ...end,
      level: 30,
      time: expect.any(Number),
      viewer: hash,
      msg: 'request',
    });
  });

  it('says nothing of what is not known', () => {
    const end = { requestId: 'r-1', method: 'GET', route: 'none', status: 404, ms: 0 };
    expect(lineOf({ ...end, traceId: undefined, suppressed: undefined, viewer: undefined })).toEqual({
      ...end,
      level: 30,
      time: expect.any(Number),
      msg: 'request',
    });
  });

  it('stays one line of JSON whatever stands in an id, a route or a method', () => {
    const hostile = 'a"b\\c\n{"level":50}\u2028\u0000';
    const end = { requestId: hostile, traceId: hostile, method: hostile, route: hostile, status: 200, ms: 0 };
    expect(lineOf(end)).toMatchObject(end);
  });
});
