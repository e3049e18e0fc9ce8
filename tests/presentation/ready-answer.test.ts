import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Answer } from '../../src/application/analytics/answer.ts';
import { cachePolicies } from '../../src/application/analytics/cache-policies.ts';
import { envelopeOf } from '../../src/presentation/http/envelope.ts';
import { gzipOf, readyOf } from '../../src/presentation/http/ready-answer.ts';

const at = '2026-03-10T12:00:00.000Z';
const answerOf = (data: unknown, missing = 0): Answer => ({
  data: Buffer.from(JSON.stringify(data)),
  digest: 'digest',
  expiresAt: 0,
  revalidateUntil: 0,
  keepUntil: 0,
  meta: {
    calculatedAt: at,
    dataSource: 'realtime',
    asOf: at,
    cacheExpiry: at,
    complete: true,
    sources: [],
    missing: Array.from({ length: missing }, (_, field) => ({
      field: `field ${field}`,
      reason: 'insufficient_data',
    })),
    metric: { id: 'a.thing', version: 1 },
  },
});
const envelope = (answer: Answer, id: string) => envelopeOf({ answer, form: 'cached' }, id);

describe('a cached answer that is ready to be sent', () => {
  it('is the same, plain and packed, as one that is written anew', () => {
    const ids = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/);
    fc.assert(
      fc.property(fc.json(), ids, ids, (json, first, second) => {
        const answer = answerOf(JSON.parse(json));
        const ready = readyOf({ answer, form: 'cached' }, cachePolicies.learner);
        for (const id of [first, second]) {
          const expected = envelope(answer, id);
          expect(Buffer.from(ready.before + id + ready.after, 'latin1').equals(expected)).toBe(true);
          expect(gunzipSync(gzipOf(ready, id) ?? Buffer.of()).equals(expected)).toBe(true);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('is packed only as long as what follows the request id fits a block', () => {
    const ready = readyOf({ answer: answerOf('x', 2000), form: 'cached' }, cachePolicies.learner);
    expect(ready.after.length).toBeGreaterThan(65_535);
    expect(gzipOf(ready, 'id')).toBeUndefined();
  });
});
