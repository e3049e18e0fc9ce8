/** Values of a report as people read them. */
import { once } from '../../domain/once.ts';
import type { Cell, Interval, Point } from './report.ts';
import { directionOf, isWord, type Language, wordIn, wordOfCode } from './words.ts';

/** Digits are the same in all three languages, so that figures can be compared across reports. */
const numbers = (language: Language, digits: number) =>
  new Intl.NumberFormat(language, { maximumFractionDigits: digits, numberingSystem: 'latn' });

/** Makers of formats are slow, and a report has thousands of numbers; most processes make none. */
const formatsOf = (language: Language) =>
  once(() => ({
    whole: numbers(language, 0),
    fine: numbers(language, 1),
    day: new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeZone: 'UTC', numberingSystem: 'latn' }),
  }));
const formats = { en: formatsOf('en'), he: formatsOf('he'), ar: formatsOf('ar') } satisfies Record<
  Language,
  unknown
>;

/** Left to right also within a text from right to left, or a range would read from its end. */
const isolated = (language: Language, text: string): string =>
  directionOf(language) === 'ltr' ? text : `\u2066${text}\u2069`;

export const dayText = (language: Language, isoDay: string): string =>
  formats[language]().day.format(Date.parse(`${isoDay.slice(0, 10)}T00:00:00Z`));

/** `10 Mar 2026, 09:30 UTC`. */
export const instantText = (language: Language, iso: string): string =>
  `${dayText(language, iso)}, ${isolated(language, `${iso.slice(11, 16)} UTC`)}`;

export const codeText = (language: Language, code: string): string => {
  const word = wordOfCode(code);
  return word === null ? code.replaceAll('_', ' ') : wordIn(language, word);
};

const isInterval = (value: Cell['value']): value is Interval =>
  typeof value === 'object' && value !== null && 'low' in value;

function numberText(language: Language, kind: Cell['kind'], value: number): string {
  const { whole, fine } = formats[language]();
  if (kind === 'probability') return isolated(language, `${whole.format(value * 100)}%`);
  if (kind === 'percent') return isolated(language, `${fine.format(value)}%`);
  return isolated(language, (kind === 'count' || kind === 'minutes' ? whole : fine).format(value));
}

/** A value in words; null says why it is not known. */
export function cellText(language: Language, { kind, value, reason }: Cell): string {
  if (value === null) return reason === undefined ? '–' : wordIn(language, reason);
  if (typeof value === 'number') return numberText(language, kind, value);
  if (typeof value === 'boolean') return wordIn(language, value ? 'yes' : 'no');
  if (isInterval(value)) {
    const { fine } = formats[language]();
    const [middle, low, high] = [value.value, value.low, value.high].map((part) => fine.format(part));
    return isolated(language, `${middle} (${low} – ${high})`);
  }
  if (typeof value !== 'string')
    return value.length === 0 ? '–' : value.map((code) => codeText(language, code)).join(', ');
  if (kind === 'day') return dayText(language, value);
  if (kind === 'instant') return dayText(language, value);
  if (kind === 'code') return codeText(language, value);
  return value;
}

export const labelText = (language: Language, label: Point['label']): string =>
  'word' in label ? wordIn(language, label.word) : label.text;

/** The title of a section; one that has no words is named by its id. */
export const titleOf = (language: Language, id: string): string => (isWord(id) ? wordIn(language, id) : id);
