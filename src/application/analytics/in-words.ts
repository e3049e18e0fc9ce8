import type { Language } from '../../domain/narrative/narrative.ts';
import type { Computed, Missing } from '../../domain/provenance.ts';
import type { Setting } from '../../domain/setting.ts';
import type { Narrate, Narrated, NarrativeMeta } from '../narratives/narrate.ts';
import type { CallScope } from '../ports/reply.ts';
import type { Analytic, AnalyticRequest, Words } from './define.ts';

/** Figures with words, and who wrote them; without `narrative` there are none. */
export interface Worded {
  data: unknown;
  /** Without what is not missing any more now that it is told. */
  missing: Missing[];
  narrative?: NarrativeMeta;
}

export interface InWords extends Worded {
  /** The same in the language model's words, when those were not ready in time; it never rejects. */
  later?: Promise<Worded>;
}

type Asked = Omit<AnalyticRequest, 'now'> & { analytic: Pick<Analytic, 'words'> };

/** How long an answer waits for a language model; its words are there the next time. */
const waitMs = 1000;

type Told<Data> = Pick<Computed<Data>, 'data' | 'missing'>;

/** Puts one text in each place, and none where there is nothing to tell. */
function placing<Data>(
  { field, placed }: Words<Data>,
  { data, missing }: Told<Data>,
  items: readonly unknown[],
) {
  return ({ narratives, meta }: Narrated): Worded => {
    const coming = narratives.values();
    const texts = items.map((item) => (item === null ? null : (coming.next().value?.text ?? null)));
    const isTold = texts.length > 0 && texts.every((text) => text !== null);
    return {
      data: placed(data, texts),
      missing: isTold ? missing.filter((row) => row.field !== field) : missing,
      ...(texts.some((text) => text !== null) ? { narrative: meta } : {}),
    };
  };
}

/** Of analytics with words only; the language is no matter of the figures. */
const languageOf = (query: unknown): Language => (query as { language?: Language }).language ?? 'en';

/** What a question asks of the figures. */
export function withoutLanguage(query: unknown): unknown {
  const { language: _, ...figures } = query as Record<string, unknown>;
  return figures;
}

/**
 * The figures as they may be told, with their words. Never fails, and never waits for a language model for more than a
 * second or beyond the request's time: then rules write.
 */
export async function inWords(
  narrate: Narrate,
  { analytic, subject, query }: Asked,
  told: Told<unknown>,
  setting: Setting,
  { signal, deadlineAt }: CallScope,
): Promise<InWords> {
  const { words } = analytic;
  if (words === undefined) return told;
  const items = words.items(told, setting);
  const inTime = AbortSignal.timeout(Math.max(0, Math.min(waitMs, deadlineAt - setting.now)));
  const narrated = await narrate(
    items.filter((item) => item !== null),
    {
      about: { userId: subject.id, organizationId: subject.organizationId },
      language: languageOf(query),
      signal: AbortSignal.any([signal, inTime]),
    },
  );
  const place = placing(words, told, items);
  const { later } = narrated;
  return { ...place(narrated), ...(later === undefined ? {} : { later: later.then(place) }) };
}
