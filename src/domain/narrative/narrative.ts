/** What can be put into words, and what is known of the words. Codes and numbers only: never who somebody is. */

export const languages = ['en', 'he', 'ar'] as const;
export type Language = (typeof languages)[number];

export const narrativeKinds = ['recommendation', 'risk', 'forecast', 'summary'] as const;
export type NarrativeKind = (typeof narrativeKinds)[number];

/** Longest text of each kind, in characters. */
export const mostCharacters: Readonly<Record<NarrativeKind, number>> = {
  recommendation: 320,
  risk: 480,
  forecast: 400,
  summary: 900,
};

/** One thing to be told: a code of ours, and a number in the unit that the code stands for; null = not known. */
export interface Fact {
  code: string;
  value: number | null;
}

/** What one text is about. The most important fact comes first. */
export interface Narratable {
  kind: NarrativeKind;
  facts: readonly Fact[];
}

export const narrativeSources = ['model', 'rules'] as const;

/** A text and who wrote it. */
export interface Narrative {
  text: string;
  source: (typeof narrativeSources)[number];
  /** Name of the model; null = the rules wrote it. */
  model: string | null;
}

/** Words of ours, parts joined by dots; no sentence can be smuggled in as one. */
const codePattern = /^[a-z][A-Za-z0-9]*(?:[_.][A-Za-z0-9]+)*$/;
const longestCode = 64;
const mostWords = 8;
const mostFacts = 40;

/** Whether nothing but codes and numbers is in it, and not too many of them. */
export const isOnlyCodesAndNumbers = ({ facts }: Narratable): boolean =>
  facts.length > 0 &&
  facts.length <= mostFacts &&
  facts.every(
    ({ code, value }) =>
      code.length <= longestCode &&
      codePattern.test(code) &&
      code.split(/[_.]/).length <= mostWords &&
      (value === null || Number.isFinite(value)),
  );
