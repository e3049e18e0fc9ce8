/**
 * A finished answer as bytes for another process: checksum (4 bytes), form (1), then, deflated above a size, the
 * length of the heading (4), the heading as JSON and the data. Whatever does not parse is no answer.
 */
import { promisify } from 'node:util';
import { crc32, deflateRaw, inflateRaw } from 'node:zlib';
import { z } from 'zod';
import type { Answer } from '../../application/analytics/answer.ts';
import { ownBytes } from '../../application/own-bytes.ts';
import { narrativeSources } from '../../domain/narrative/narrative.ts';
import { dataSources, missingReasons, services, upstreamFailures } from '../../domain/provenance.ts';

const deflate = promisify(deflateRaw);
const inflate = promisify(inflateRaw);

/** Part of the key under which values are stored: another form is never read by mistake. */
export const codecVersion = 2;

const deflateAbove = 1024;
/** More than any answer has; a value that claims more is none. */
const mostBytes = 64 * 1024 * 1024;
const prefixBytes = 5;
const plain = 0;
const deflated = 1;

const service = z.enum(services);
const source = z.enum(dataSources);
const instant = z.iso.datetime();
const heading = z.strictObject({
  key: z.string(),
  about: z.array(z.string()),
  editions: z.array(z.string()),
  digest: z.string(),
  expiresAt: z.number(),
  revalidateUntil: z.number(),
  keepUntil: z.number(),
  meta: z.strictObject({
    calculatedAt: instant,
    dataSource: source,
    asOf: instant,
    cacheExpiry: instant.nullable(),
    complete: z.boolean(),
    sources: z.array(
      z.strictObject({
        service,
        dataSource: source.nullable(),
        asOf: z.string().nullable(),
        error: z.enum(upstreamFailures).exactOptional(),
      }),
    ),
    missing: z.array(
      z.strictObject({ field: z.string(), reason: z.enum(missingReasons), service: service.exactOptional() }),
    ),
    metric: z.strictObject({ id: z.string(), version: z.number() }),
    model: z
      .strictObject({
        id: z.string(),
        version: z.number(),
        population: z.string(),
        horizonDays: z.number().nullable(),
        auc: z.number().nullable(),
        brier: z.number().nullable(),
        calibrationSlope: z.number().nullable(),
        inputDigest: z.string(),
      })
      .exactOptional(),
    narrative: z
      .strictObject({ source: z.enum(narrativeSources), model: z.string().nullable() })
      .exactOptional(),
  }),
});

/** An answer, what it is kept under, and the editions that it was made under. */
export interface Keepsake {
  key: string;
  /** Tags that its question does not tell. */
  about: readonly string[];
  /** Of the tags of its question and of those. */
  editions: readonly string[];
  answer: Answer;
}

export async function encodeKeepsake({ key, about, editions, answer }: Keepsake): Promise<Buffer> {
  const { data, ...rest } = answer;
  const head = Buffer.from(JSON.stringify({ key, about, editions, ...rest }));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(head.length);
  const whole = Buffer.concat([length, head, data]);
  const isLarge = whole.length > deflateAbove;
  // Level 1: a third of the time for a tenth more bytes.
  const body = Buffer.concat([
    Buffer.of(isLarge ? deflated : plain),
    isLarge ? await deflate(whole, { level: 1 }) : whole,
  ]);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([checksum, body]);
}

/** Null for whatever is not what `encodeKeepsake` wrote under this key. */
export async function decodeKeepsake(key: string, bytes: Buffer): Promise<Keepsake | null> {
  try {
    if (bytes.length <= prefixBytes || crc32(bytes.subarray(4)) !== bytes.readUInt32BE()) return null;
    const stored = bytes.subarray(prefixBytes);
    const whole = bytes[4] === deflated ? await inflate(stored, { maxOutputLength: mostBytes }) : stored;
    const dataAt = 4 + whole.readUInt32BE();
    const head = heading.parse(JSON.parse(whole.toString('utf8', 4, dataAt)));
    const { key: writtenFor, about, editions, ...rest } = head;
    if (writtenFor !== key) return null;
    // A part would keep all of the received bytes alive.
    return { key, about, editions, answer: { ...rest, data: ownBytes(whole.subarray(dataAt)) } };
  } catch {
    return null;
  }
}
