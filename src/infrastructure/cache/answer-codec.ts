/**
 * A finished answer as bytes for another process: checksum (4 bytes), form (1), the length of a list (4) and, as JSON,
 * that list of the tags that its question does not tell, then, deflated above a size, the length of the heading (4), the
 * heading as JSON and the data. Whatever does not parse is no answer. The list is where Redis itself can read it: a
 * script that gives the answer gives the editions of its tags with it.
 */
import { promisify } from 'node:util';
import { crc32, deflateRaw, inflateRaw, inflateRawSync } from 'node:zlib';
import { z } from 'zod';
import type { Answer } from '../../application/analytics/answer.ts';
import { ownBytes } from '../../application/own-bytes.ts';
import { narrativeSources } from '../../domain/narrative/narrative.ts';
import { dataSources, missingReasons, services, upstreamFailures } from '../../domain/provenance.ts';

const deflate = promisify(deflateRaw);
const inflate = promisify(inflateRaw);

/** Part of the key under which values are stored: another form is never read by mistake. */
export const codecVersion = 3;

const deflateAbove = 1024;
/** More than any answer has; a value that claims more is none. */
const mostBytes = 64 * 1024 * 1024;
/** Up to so many a value is read at once, in some 20 µs: handed to another thread it waits ten times as long. */
const atOnceBytes = 32 * 1024;
/** Where the list of tags begins: a script of `redis-answers.ts` counts on it. */
export const aboutAt = 9;
const plain = 0;
const deflated = 1;

const service = z.enum(services);
const source = z.enum(dataSources);
const instant = z.iso.datetime();
const tags = z.array(z.string());
const heading = z.strictObject({
  key: z.string(),
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
  const head = Buffer.from(JSON.stringify({ key, editions, ...rest }));
  const whole = Buffer.concat([lengthOf(head), head, data]);
  const isLarge = whole.length > deflateAbove;
  const list = Buffer.from(JSON.stringify(about));
  // Level 1: a third of the time for a tenth more bytes.
  const body = Buffer.concat([
    Buffer.of(isLarge ? deflated : plain),
    lengthOf(list),
    list,
    isLarge ? await deflate(whole, { level: 1 }) : whole,
  ]);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([checksum, body]);
}

function lengthOf({ length }: Buffer): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(length);
  return bytes;
}

const inflated = (stored: Buffer): Buffer | Promise<Buffer> =>
  stored.length > atOnceBytes
    ? inflate(stored, { maxOutputLength: mostBytes })
    : inflateRawSync(stored, { maxOutputLength: atOnceBytes * 16 });

/** Null for whatever is not what `encodeKeepsake` wrote under this key. */
export async function decodeKeepsake(key: string, bytes: Buffer): Promise<Keepsake | null> {
  try {
    if (bytes.length <= aboutAt || crc32(bytes.subarray(4)) !== bytes.readUInt32BE()) return null;
    const storedAt = aboutAt + bytes.readUInt32BE(5);
    const about = tags.parse(JSON.parse(bytes.toString('utf8', aboutAt, storedAt)));
    const stored = bytes.subarray(storedAt);
    const whole = bytes[4] === deflated ? await inflated(stored) : stored;
    const dataAt = 4 + whole.readUInt32BE();
    const head = heading.parse(JSON.parse(whole.toString('utf8', 4, dataAt)));
    const { key: writtenFor, editions, ...rest } = head;
    if (writtenFor !== key) return null;
    // A part would keep all of the received bytes alive.
    return { key, about, editions, answer: { ...rest, data: ownBytes(whole.subarray(dataAt)) } };
  } catch {
    return null;
  }
}
