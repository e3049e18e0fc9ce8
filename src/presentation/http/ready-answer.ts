/**
 * A cached answer ready to be sent: all of its bytes but the request id are made once, in plain and packed form, and
 * so are the headers that do not change.
 */
import { constants, crc32, deflateRawSync } from 'node:zlib';
import { type Answer, etagOf, type Form, type Served } from '../../application/analytics/answer.ts';
import type { CachePolicy } from '../../application/analytics/cache-policies.ts';
import { ownBytes } from '../../application/own-bytes.ts';
import { cacheHeaders } from './cache-headers.ts';
import { cacheControlOf, partsOf } from './envelope.ts';
import { apiHeaders } from './security-headers.ts';

interface Packed {
  /** From gzip's header on, up to where the request id comes. */
  start: Buffer;
  /** Of what `start` stands for. */
  crc: number;
}

export interface ReadyAnswer {
  etag: string;
  /** Epoch ms. */
  calculatedAt: number;
  /** Names and values in turn, without those of one request. */
  headers: readonly string[];
  /** The same for a 304: a cache keeps what it has of all others (RFC 9110 15.4.5). */
  unchangedHeaders: readonly string[];
  /** What comes before and after the request id; each character is a byte. */
  before: string;
  after: string;
  /** Made when somebody first asks for it. */
  packed: Packed | undefined;
}

const known: Record<Form, WeakMap<Answer, ReadyAnswer>> = {
  live: new WeakMap(),
  cached: new WeakMap(),
  stale: new WeakMap(),
};

/** The same answer always comes with the same policy. */
export function readyOf(served: Served, policy: CachePolicy): ReadyAnswer {
  const { answer, form } = served;
  const before = known[form].get(answer);
  if (before !== undefined) return before;
  const ready = makeReady(served, policy);
  known[form].set(answer, ready);
  return ready;
}

function makeReady(served: Served, policy: CachePolicy): ReadyAnswer {
  const { answer } = served;
  const { before, after } = partsOf(served);
  const etag = etagOf(served);
  const unchangedHeaders = [...cacheHeaders(cacheControlOf(answer, policy)), 'ETag', etag];
  const calculatedAt = Date.parse(answer.meta.calculatedAt);
  return {
    etag,
    calculatedAt,
    headers: [...apiHeaders, ...unchangedHeaders],
    unchangedHeaders,
    before: before.toString('latin1'),
    after: after.toString('latin1'),
    packed: undefined,
  };
}

/** RFC 1952: deflate, no name, no time, unknown system. */
const gzipHeader = Buffer.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255);
/** The longest that a block that is not deflated can be. */
const longestStored = 65_535;

function pack(text: string): Packed {
  const bytes = Buffer.from(text, 'latin1');
  // Ends on a whole byte, without an end of the stream: more can follow.
  const deflated = deflateRawSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH });
  return { start: ownBytes(Buffer.concat([gzipHeader, deflated])), crc: crc32(bytes) };
}

/**
 * The whole answer as one gzip stream: what is the same each time was deflated once, the rest follows as a block
 * that is not (RFC 1951 3.2.4). Undefined when that rest is too long for one.
 */
export function gzipOf(ready: ReadyAnswer, requestId: string): Buffer | undefined {
  const end = Buffer.from(requestId + ready.after, 'latin1');
  if (end.length > longestStored) return undefined;
  ready.packed ??= pack(ready.before);
  const { start, crc } = ready.packed;
  const bytes = Buffer.allocUnsafe(start.length + 5 + end.length + 8);
  let at = start.copy(bytes);
  at = bytes.writeUInt8(1, at);
  at = bytes.writeUInt16LE(end.length, at);
  at = bytes.writeUInt16LE(~end.length & 0xffff, at);
  at += end.copy(bytes, at);
  at = bytes.writeUInt32LE(crc32(end, crc), at);
  bytes.writeUInt32LE(ready.before.length + end.length, at);
  return bytes;
}
