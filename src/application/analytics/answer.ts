import type { DataSource, Missing, ModelNote, SourceRow } from '../../domain/provenance.ts';
import { worstSource } from '../../domain/provenance.ts';
import type { NarrativeMeta } from '../narratives/narrate.ts';
import type { AnswerLayer } from '../ports/cache-figures.ts';

/** `meta` of a success, without the request's own id. */
export interface Meta {
  calculatedAt: string;
  dataSource: DataSource;
  asOf: string;
  /** Until when the figures count as fresh; null for what is never stored. */
  cacheExpiry: string | null;
  complete: boolean;
  sources: SourceRow[];
  missing: Missing[];
  metric: { id: string; version: number };
  /** Of predictions. By the digest of its inputs an answer is found again in the audit log. */
  model?: ModelNote & { inputDigest: string };
  /** Of answers with words: who wrote them. */
  narrative?: NarrativeMeta;
}

/** A finished answer: the figures as bytes, written once, and what is to be said about them. */
export interface Answer {
  /** JSON of `data`, UTF-8. */
  data: Buffer;
  meta: Meta;
  /** Quoted digest of data and age, the same in the live and the cached form. */
  digest: string;
  /** Epoch ms: fresh until, then served stale while a new one is made until, then only when all else fails. */
  expiresAt: number;
  revalidateUntil: number;
  keepUntil: number;
}

/** How an answer is served: just made, from the cache in its time, or past its time. */
export type Form = 'live' | 'cached' | 'stale';

/** An answer in the form in which one request gets it. */
export interface Served {
  answer: Answer;
  form: Form;
}

/** What came of a try: an answer, in which form, and where from. */
export interface Made extends Served {
  layer: AnswerLayer;
}

const floor: Record<Form, DataSource> = { live: 'realtime', cached: 'cached', stale: 'stale' };

/** `meta` as a form shows it: nothing looks fresher than the way it was served. */
export function metaIn({ answer: { meta }, form }: Served): Meta {
  if (form === 'live') return meta;
  const atLeast = (source: DataSource) => worstSource([source, floor[form]]);
  return {
    ...meta,
    dataSource: atLeast(meta.dataSource),
    sources: meta.sources.map((row) => ({
      ...row,
      dataSource: row.dataSource === null ? null : atLeast(row.dataSource),
    })),
  };
}

/** The ETag of a form. Stale has its own: whoever held it as fresh must hear that it no longer is. */
export function etagOf({ answer, form }: Served): string {
  return form === 'stale' ? `W/"${answer.digest}-s"` : `W/"${answer.digest}"`;
}
