import { type Answer, etagOf, metaIn, type Served } from '../../application/analytics/answer.ts';
import type { CachePolicy } from '../../application/analytics/cache-policies.ts';
import { type CacheRule, ownRule } from './cache-headers.ts';

const opening = Buffer.from('{"success":true,"data":');

const middle = Buffer.from(',"meta":{"requestId":"');

/** What comes before and after the request id in the envelope of an answer. */
export function partsOf(served: Served): { before: Buffer; after: Buffer } {
  return {
    before: Buffer.concat([opening, served.answer.data, middle]),
    after: Buffer.from(`",${JSON.stringify(metaIn(served)).slice(1)}}`),
  };
}

/** The envelope of a served answer. */
export function envelopeOf(served: Served, requestId: string): Buffer {
  const { before, after } = partsOf(served);
  // A request id is ASCII by its pattern, so characters are bytes.
  return Buffer.concat([before, Buffer.from(requestId, 'latin1'), after]);
}

/** The envelope of plain data; `meta` is what is said beside the request id. */
export function plainEnvelope(data: unknown, requestId: string, meta: object = {}): Buffer {
  return Buffer.from(JSON.stringify({ success: true, data, meta: { requestId, ...meta } }));
}

export interface CacheHeaders {
  etag: string;
  cacheControl: CacheRule;
  cacheStatus: string;
  /** Seconds since the figures were worked out. */
  age: number;
}

/** What caches are told of an answer; what is not kept here is kept by nobody. */
export const cacheControlOf = ({ meta }: Answer, policy: CachePolicy): CacheRule =>
  meta.cacheExpiry === null ? 'no-store' : ownRule(policy.browserRevalidateSeconds);

/** What browsers and shared caches are told of an answer: nothing about a person is ever public. */
export function cacheHeadersOf(served: Served, now: number, policy: CachePolicy): CacheHeaders {
  const { answer, form } = served;
  const ttl = Math.round((answer.expiresAt - now) / 1000);
  return {
    etag: etagOf(served),
    cacheControl: cacheControlOf(answer, policy),
    cacheStatus: form === 'live' ? 'learning-analytics; fwd=miss' : `learning-analytics; hit; ttl=${ttl}`,
    age: form === 'live' ? 0 : Math.max(0, Math.floor((now - Date.parse(answer.meta.calculatedAt)) / 1000)),
  };
}
