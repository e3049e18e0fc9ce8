import { type Answer, etagOf, metaIn, type Served } from '../../application/analytics/answer.ts';
import type { CachePolicy } from '../../application/analytics/cache-policies.ts';
import { type CacheRule, ownRule } from './cache-headers.ts';

const opening = Buffer.from('{"success":true,"data":');

/** JSON of an answer's `meta` after its request id; the cached form is asked for again and again, so it is kept. */
const cachedTails = new WeakMap<Answer, Buffer>();

function tailOf(served: Served): Buffer {
  if (served.form !== 'cached') return renderTail(served);
  const known = cachedTails.get(served.answer) ?? renderTail(served);
  cachedTails.set(served.answer, known);
  return known;
}

const renderTail = (served: Served): Buffer => Buffer.from(`",${JSON.stringify(metaIn(served)).slice(1)}}`);

/** The envelope of a served answer; only the request id is written anew. */
export function envelopeOf(served: Served, requestId: string): Buffer {
  // A request id is ASCII by its pattern, so characters are bytes.
  const middle = `,"meta":{"requestId":"${requestId}`;
  const tail = tailOf(served);
  const { data } = served.answer;
  const bytes = Buffer.allocUnsafe(opening.length + data.length + middle.length + tail.length);
  let at = opening.copy(bytes);
  at += data.copy(bytes, at);
  at += bytes.write(middle, at, 'latin1');
  tail.copy(bytes, at);
  return bytes;
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

/** What browsers and shared caches are told of an answer: nothing about a person is ever public. */
export function cacheHeadersOf(served: Served, now: number, policy: CachePolicy): CacheHeaders {
  const { answer, form } = served;
  const ttl = Math.round((answer.expiresAt - now) / 1000);
  const keepable = answer.meta.cacheExpiry !== null;
  return {
    etag: etagOf(served),
    cacheControl: keepable ? ownRule(policy.browserRevalidateSeconds) : 'no-store',
    cacheStatus: form === 'live' ? 'learning-analytics; fwd=miss' : `learning-analytics; hit; ttl=${ttl}`,
    age: form === 'live' ? 0 : Math.max(0, Math.floor((now - Date.parse(answer.meta.calculatedAt)) / 1000)),
  };
}
