/** A finished answer as it is kept for later, and how it comes back. */
import { z } from 'zod';
import { dataSources, missingReasons, services, upstreamFailures } from '../../domain/provenance.ts';
import type { Answer } from '../analytics/answer.ts';
import type { CachePolicy } from '../analytics/cache-policies.ts';
import type { Analytic } from '../analytics/define.ts';
import type { Digest } from '../ports/digest.ts';
import type { Snapshot } from '../ports/snapshots.ts';

const source = z.enum(services);
const keptAnswer = z.object({
  figures: z.unknown(),
  /** The smallest group that might be told about when the figures were made. */
  minimumCohort: z.number(),
  meta: z.object({
    calculatedAt: z.iso.datetime(),
    asOf: z.iso.datetime(),
    dataSource: z.enum(dataSources),
    complete: z.boolean(),
    sources: z.array(
      z.object({
        service: source,
        dataSource: z.enum(dataSources).nullable(),
        asOf: z.string().nullable(),
        error: z.enum(upstreamFailures).exactOptional(),
      }),
    ),
    missing: z.array(
      z.object({ field: z.string(), reason: z.enum(missingReasons), service: source.exactOptional() }),
    ),
  }),
});
export type KeptAnswer = z.output<typeof keptAnswer>;

/** What is kept of a name: an erased person's id is replaced wherever it stands, a name could not be found. */
const nameField = 'fullName';

/** The figures without the names of people; `fields` are the paths that had some. */
function withoutNames(figures: unknown, path: string, fields: Set<string>): unknown {
  if (Array.isArray(figures)) return figures.map((one) => withoutNames(one, `${path}[]`, fields));
  if (figures === null || typeof figures !== 'object') return figures;
  const entries = Object.entries(figures).map(([name, value]) => {
    const own = path === '' ? name : `${path}.${name}`;
    if (name !== nameField || value === null) return [name, withoutNames(value, own, fields)];
    fields.add(own);
    return [name, null];
  });
  return Object.fromEntries(entries);
}

/** An answer as it is kept. Names are left out, and said to be missing. */
export function keptAnswerOf({ data, meta }: Answer, minimumCohort: number): KeptAnswer {
  const named = new Set<string>();
  const figures = withoutNames(JSON.parse(data.toString()), '', named);
  const { calculatedAt, asOf, dataSource, sources, missing } = meta;
  const nameless = [...named]
    .filter((field) => !missing.some((row) => row.field === field))
    .map((field) => ({ field, reason: 'unavailable' }) as const);
  return {
    figures,
    minimumCohort,
    meta: {
      calculatedAt,
      asOf,
      dataSource,
      complete: meta.complete && nameless.length === 0,
      sources,
      missing: [...missing, ...nameless],
    },
  };
}

/** A kept answer; null for one that this version of the program does not understand. */
export const readKeptAnswer = ({ data }: Snapshot): KeptAnswer | null =>
  keptAnswer.safeParse(data).data ?? null;

export interface KeptSetting {
  /** The smallest group that may be told about. */
  minimumCohort: number;
  digest: Digest;
  /** Epoch ms. */
  now: number;
}

/**
 * A kept answer as an answer, as old as it is, and never fresh: it stands in for one that could not be made. Null when it is not of the shape that is promised now, or when groups
 * were told about then that are too small now.
 */
export function answerFrom(
  snapshot: Snapshot,
  { id, version, result }: Analytic,
  { ttlSeconds, revalidateSeconds, lastKnownGoodSeconds }: CachePolicy,
  { minimumCohort, digest, now }: KeptSetting,
): Answer | null {
  const kept = readKeptAnswer(snapshot);
  const figures = result.safeParse(kept?.figures);
  if (kept === null || !figures.success || kept.minimumCohort < minimumCohort) return null;
  const { meta } = kept;
  const data = Buffer.from(JSON.stringify(figures.data));
  const freshUntil = Date.parse(meta.asOf) + ttlSeconds * 1000;
  const revalidateUntil = freshUntil + revalidateSeconds * 1000;
  return {
    data,
    digest: digest(`${meta.calculatedAt} ${meta.dataSource} ${data}`),
    expiresAt: Math.min(freshUntil, now),
    revalidateUntil,
    keepUntil: Math.max(revalidateUntil, freshUntil + lastKnownGoodSeconds * 1000),
    meta: { ...meta, cacheExpiry: null, metric: { id, version } },
  };
}
