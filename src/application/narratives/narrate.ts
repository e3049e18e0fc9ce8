import { type NarrativeFault, narrativeFault } from '../../domain/narrative/check.ts';
import {
  isOnlyCodesAndNumbers,
  type Language,
  type Narratable,
  type Narrative,
} from '../../domain/narrative/narrative.ts';
import { writeByRules } from '../../domain/narrative/write-by-rules.ts';
import type { Digest } from '../ports/digest.ts';
import type { Preferences } from '../ports/gamification.ts';
import type { Logger } from '../ports/logger.ts';
import {
  type NarrativeBudget,
  type NarrativeModel,
  NarrativeModelError,
  type NarrativeTexts,
} from '../ports/narrative-model.ts';

export interface NarrateDeps {
  /** Null = there is none: the rules write everything. */
  model: NarrativeModel | null;
  texts: NarrativeTexts;
  budget: NarrativeBudget;
  preferences: Pick<Preferences, 'of'>;
  /** Whether a model may write about them, as far as it is not theirs to choose. */
  allows: (about: About) => boolean | Promise<boolean>;
  digest: Digest;
  logger: Logger;
}

/** An item, and the words that its own rules have for it; without them ours are used. */
export interface ToNarrate extends Narratable {
  rules?: string;
}

/** Whom the texts are about: their choices count. Null = about nobody in particular. */
export interface About {
  userId: string | null;
  organizationId: string | null;
}

/** `meta.narrative`: a model is named as soon as it wrote one of the texts. */
export type NarrativeMeta = Pick<Narrative, 'source' | 'model'>;

export interface Narrated {
  /** One per item, in their order; null = neither model nor rules know what to say. */
  narratives: readonly (Narrative | null)[];
  meta: NarrativeMeta;
  /** The same once the model has ended, where the caller's time was up before; it never rejects. */
  later?: Promise<Narrated>;
}

export interface NarrateOptions {
  about: About;
  language: Language;
  /** After it the rules write; the model's words are kept for the next time. */
  signal: AbortSignal;
}

/** Never rejects: what the model cannot do, or may not, the rules do. */
export type Narrate = (items: readonly ToNarrate[], options: NarrateOptions) => Promise<Narrated>;

/** Part of every key: goes up when a model is told or checked otherwise. */
const edition = 1;

const metaOf = (narratives: Narrated['narratives']): NarrativeMeta => {
  const byModel = narratives.find((one) => one?.source === 'model');
  return { source: byModel === undefined ? 'rules' : 'model', model: byModel?.model ?? null };
};

/** Resolves to undefined when the signal aborts first. */
const until = <T>(signal: AbortSignal, work: Promise<T>): Promise<T | undefined> =>
  new Promise((resolve, reject) => {
    const leave = () => resolve(undefined);
    if (signal.aborted) leave();
    signal.addEventListener('abort', leave, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });

/** What goes to the model: without the words of others, and without what can be known of a float’s making. */
const onlyFacts = ({ kind, facts }: Narratable): Narratable => ({
  kind,
  facts: facts.map(({ code, value }) => ({
    code,
    value: value === null ? null : Number(value.toPrecision(6)),
  })),
});

function byRules(item: ToNarrate, language: Language): Narrative | null {
  const text = item.rules ?? writeByRules(item, language);
  return text === '' ? null : { text, source: 'rules', model: null };
}

/** Where there is no language model, or it may not write. */
export const narrateByRules = async (
  items: readonly ToNarrate[],
  { language }: Pick<NarrateOptions, 'language'>,
): Promise<Narrated> => {
  const narratives = items.map((item) => byRules(item, language));
  return { narratives, meta: metaOf(narratives) };
};

/**
 * Puts codes and numbers into words, by the language model where there is one and nobody concerned has chosen
 * otherwise, else by rules. A model's text is used only when it passes every check.
 */
export function makeNarrate(deps: NarrateDeps): Narrate {
  const { model, texts, budget, logger } = deps;
  /** Items that are being written about, by key: who asks meanwhile waits for the same words. */
  const pending = new Map<string, Promise<void>>();

  async function mayModelWrite(about: About): Promise<boolean> {
    if (!(await deps.allows(about))) return false;
    const { userId } = about;
    if (userId === null) return true;
    // What somebody has chosen and cannot be read counts as a no.
    return deps.preferences.of(userId).then(
      ({ aiNarratives }) => aiNarratives,
      () => false,
    );
  }

  /** Asks for all that is not known in one call, and keeps what passes. */
  async function fetchTexts(
    writer: NarrativeModel,
    asked: ReadonlyMap<string, Narratable>,
    language: Language,
  ): Promise<void> {
    try {
      if (!(await budget.take())) throw new NarrativeModelError('limited');
      const items = [...asked.values()];
      const written = await writer.write(items, language);
      if (written.length !== items.length) throw new NarrativeModelError('invalid_answer');
      const faults: NarrativeFault[] = [];
      [...asked].forEach(([key, item], place) => {
        const text = (written[place] ?? '').trim();
        const fault = narrativeFault(text, item, language);
        if (fault === null) texts.keep(key, text);
        else faults.push(fault);
      });
      if (faults.length > 0) logger.warn({ faults }, 'what the language model wrote was not used');
    } catch (error) {
      const failure = error instanceof NarrativeModelError ? error.failure : 'unavailable';
      logger.warn({ failure }, 'the language model wrote nothing');
    }
  }

  return async (items, { about, language, signal }) => {
    if (model === null || items.length === 0 || !(await mayModelWrite(about)))
      return narrateByRules(items, { language });
    const asked = items.map((item) => {
      const facts = onlyFacts(item);
      return { facts, key: deps.digest(JSON.stringify([edition, model.model, language, facts])) };
    });
    const unknown = new Map(
      asked
        .filter(({ facts, key }) => isOnlyCodesAndNumbers(facts) && texts.get(key) === undefined)
        .map(({ facts, key }) => [key, facts]),
    );
    const fresh = new Map([...unknown].filter(([key]) => !pending.has(key)));
    if (fresh.size > 0) {
      const work = fetchTexts(model, fresh, language).finally(() => {
        for (const key of fresh.keys()) pending.delete(key);
      });
      for (const key of fresh.keys()) pending.set(key, work);
    }
    const told = (): Narrated => {
      const narratives = items.map((item, place): Narrative | null => {
        const text = texts.get(asked[place]?.key ?? '');
        return text === undefined ? byRules(item, language) : { text, source: 'model', model: model.model };
      });
      return { narratives, meta: metaOf(narratives) };
    };
    const written = Promise.all([...unknown.keys()].map((key) => pending.get(key)));
    const isInTime = await until(
      signal,
      written.then(() => true),
    );
    return isInTime ? told() : { ...told(), later: written.then(told) };
  };
}
