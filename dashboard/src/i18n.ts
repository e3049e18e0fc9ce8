/** Languages, and how each writes words, numbers and times. */
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { en, type Texts, type UiKey } from './texts/en.ts';

export const languages = { en: 'English', he: 'עברית', ar: 'العربية' } as const;
export type Language = keyof typeof languages;

/** English comes with the page; the others when they are asked for. */
export async function textsOf(language: Language): Promise<Texts> {
  if (language === 'he') return (await import('./texts/he.ts')).he;
  if (language === 'ar') return (await import('./texts/ar.ts')).ar;
  return en;
}

export const directionOf = (language: Language) => (language === 'en' ? 'ltr' : 'rtl');

const snake = (code: string): string =>
  code.replace(/(?<=[a-z0-9])[A-Z]/g, (letter) => `_${letter}`).toLowerCase();

const units: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
];

/** What is shown for a figure that nobody knows: never a zero. */
export const dash = '–';

export function makeI18n(language: Language, { ui, codes }: Texts) {
  const words: Partial<Record<string, string>> = codes;
  const direction: 'ltr' | 'rtl' = directionOf(language);
  /** From left to right also among words that are not, or a sign would come to stand on the other side. */
  const isolated = (text: string) => (direction === 'ltr' ? text : `\u2066${text}\u2069`);
  const number = (value: number | null | undefined, digits = 1) =>
    value == null ? dash : isolated(value.toLocaleString(language, { maximumFractionDigits: digits }));
  const formatDate = (options: Intl.DateTimeFormatOptions) => (iso: string | null | undefined) =>
    iso == null ? dash : new Intl.DateTimeFormat(language, options).format(new Date(iso));
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  return {
    language,
    direction,
    isolated,
    t: (key: UiKey, values: Record<string, string> = {}) =>
      ui[key].replace(/\{(\w+)\}/g, (all, name: string) => values[name] ?? all),
    /** The word for a code of the API; one that is newer than this page is shown as it is. */
    code: (code: string | null | undefined) =>
      code == null ? dash : (words[snake(code)] ?? snake(code).replaceAll('_', ' ')),
    number,
    /** A difference: with its sign. */
    signed: (value: number) =>
      isolated(value.toLocaleString(language, { maximumFractionDigits: 1, signDisplay: 'exceptZero' })),
    /** Of 0–100. */
    percent: (value: number | null | undefined) =>
      value == null
        ? dash
        : isolated((value / 100).toLocaleString(language, { style: 'percent', maximumFractionDigits: 0 })),
    date: formatDate({ day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' }),
    day: formatDate({ day: 'numeric', month: 'short', timeZone: 'UTC' }),
    month: formatDate({ month: 'short', year: '2-digit', timeZone: 'UTC' }),
    /** ISO: 1 = Monday … 7 = Sunday. The day of the first week of 2024, which began on a Monday. */
    weekday: (iso: number) =>
      new Intl.DateTimeFormat(language, { weekday: 'long', timeZone: 'UTC' }).format(Date.UTC(2024, 0, iso)),
    /** 0–23, by whichever clock it is meant. */
    hour: (hour: number) =>
      new Intl.DateTimeFormat(language, { timeStyle: 'short', timeZone: 'UTC' }).format(
        Date.UTC(2024, 0, 1, hour),
      ),
    instant: formatDate({ dateStyle: 'medium', timeStyle: 'short' }),
    ago: (iso: string) => {
      const seconds = (new Date(iso).getTime() - Date.now()) / 1000;
      const [unit, size] = units.find(([, least]) => Math.abs(seconds) >= least) ?? (['second', 1] as const);
      return unit === 'second'
        ? relative.format(0, 'second')
        : relative.format(Math.round(seconds / size), unit);
    },
    list: (parts: readonly string[]) => new Intl.ListFormat(language, { type: 'unit' }).format(parts),
  };
}

export type I18n = ReturnType<typeof makeI18n>;
export const I18nContext = createContext<I18n>(makeI18n('en', en));
export const useI18n = (): I18n => useContext(I18nContext);
