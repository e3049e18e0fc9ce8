/** Whether a text that a model wrote may be shown: everything that cannot be checked is refused. */
import { type Language, mostCharacters, type Narratable } from './narrative.ts';

export const narrativeFaults = [
  'empty',
  'too_long',
  'unknown_number',
  'number_in_words',
  'mark_up',
  'link',
  'other_language',
] as const;
export type NarrativeFault = (typeof narrativeFaults)[number];

/** Letters, marks, digits, spaces and the punctuation of plain sentences; so no mark-up and no other script. */
const plain: Record<Language, RegExp> = {
  en: /^[\p{Script=Latin}\p{M}\p{Nd} .,;:!?%'’"“”()–-]*$/u,
  he: /^[\p{Script=Hebrew}\p{M}\p{Nd} .,;:!?%'’"“”()–־-]*$/u,
  ar: /^[\p{Script=Arabic}\p{M}\p{Nd} .,;:!?%'’"“”()–،؛؟٪٫٬-]*$/u,
};
const letters: Record<Language, RegExp> = {
  en: /\p{Script=Latin}/u,
  he: /\p{Script=Hebrew}/u,
  ar: /\p{Script=Arabic}/u,
};
const markUp = /[<>*_`#[\]{}|\\~^=]/;
/** An address, or something that a mail program or a browser would make one of. */
const link = /:\/\/|www\.|@|\p{L}\.\p{L}{2,}|\p{L}\/\p{L}/u;

/** Numbers that cannot be compared with the facts. “One” is left out: it is also a pronoun. */
const numberWords: Record<Language, RegExp> = {
  en: /\b(two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|twice|thrice|double|triple|half|third|quarter|dozen)\b/i,
  he: /(?<!\p{L})(שתי|שני|שתיים|שניים|שלוש|שלושה|ארבע|ארבעה|חמש|חמישה|שש|שישה|שבע|שבעה|שמונה|תשע|תשעה|עשר|עשרה|עשרים|שלושים|ארבעים|חמישים|מאה|אלף|מיליון|חצי|מחצית|שליש|רבע|כפול)(?!\p{L})/u,
  ar: /(?<!\p{L})(اثنان|اثنين|اثنتان|ثلاثة|ثلاث|أربعة|أربع|خمسة|خمس|ستة|ست|سبعة|سبع|ثمانية|ثمان|تسعة|تسع|عشرة|عشر|عشرون|عشرين|ثلاثون|ثلاثين|خمسون|خمسين|مئة|مائة|ألف|مليون|نصف|ثلث|ربع|ضعف)(?!\p{L})/u,
};

/** Value of a decimal digit of any script: they stand in blocks of ten that begin at a zero. */
function digitValue(digit: string): string {
  const point = digit.codePointAt(0) ?? 0;
  let zero = point;
  while (point - zero < 9 && /\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return String(point - zero);
}

/** Numbers as they stand in a text: digits of any script, with a decimal point or comma. A sign is not one. */
export function numbersIn(text: string): number[] {
  const digits = text
    .replaceAll(/\p{Nd}/gu, digitValue)
    .replaceAll('٫', '.')
    .replaceAll('٬', ',');
  return [...digits.matchAll(/\d+(?:[.,]\d+)*/g)].map(([written]) =>
    Number(
      /^\d{1,3}(,\d{3})+(\.\d+)?$/.test(written) ? written.replaceAll(',', '') : written.replace(',', '.'),
    ),
  );
}

/** What is wrong with a text; null = it may be shown. Numbers are compared without their signs. */
export function narrativeFault(
  text: string,
  { kind, facts }: Narratable,
  language: Language,
): NarrativeFault | null {
  if (text.trim() === '') return 'empty';
  if (text.length > mostCharacters[kind]) return 'too_long';
  if (link.test(text)) return 'link';
  if (markUp.test(text)) return 'mark_up';
  if (!plain[language].test(text) || !letters[language].test(text)) return 'other_language';
  if (numberWords[language].test(text)) return 'number_in_words';
  const known = new Set(facts.flatMap(({ value }) => (value === null ? [] : Math.abs(value))));
  return numbersIn(text).every((number) => known.has(number)) ? null : 'unknown_number';
}
