import { type Fact, type Language, mostCharacters, type Narratable } from './narrative.ts';
import { type PhraseCode, phrases } from './phrases.ts';

const isKnown = (code: string, known: Record<PhraseCode, unknown>): code is PhraseCode =>
  Object.hasOwn(known, code);

/** As many decimals as there are, and the digits that all three languages read. */
const written = (value: number): string => String(value).replace('-', '−');

/** One sentence of a fact; null = nothing is known to say. */
function sentenceOf({ code, value }: Fact, language: Language): string | null {
  const known = phrases[language];
  if (!isKnown(code, known)) return null;
  const [withNumber, without] = known[code];
  return value === null ? without : withNumber.replace('{value}', written(value));
}

/**
 * The same words for the same facts: their sentences in their order, as many whole ones as the kind has room for.
 * Empty when no fact is one that the rules know.
 */
export function writeByRules({ kind, facts }: Narratable, language: Language): string {
  const sentences = facts.flatMap((fact) => sentenceOf(fact, language) ?? []);
  let text = '';
  for (const sentence of sentences) {
    const longer = text === '' ? sentence : `${text} ${sentence}`;
    if (longer.length > mostCharacters[kind]) break;
    text = longer;
  }
  return text;
}
