/** HTML and SVG by templates in which every value is escaped; only what is made here is not. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Value = string | number | Markup | readonly Markup[];

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

/** Without the characters that XML does not know: controls, but for blanks and ends of lines. */
export const printable = (text: string): string => text.replaceAll(/[^\P{Cc}\t\n\r]|[\ufffe\uffff]/gu, '');

/** Safe between tags and in quoted attributes. */
export const escaped = (text: string): string =>
  printable(text).replaceAll(/[&<>"'`]/g, (character) => entities[character] ?? '');

const textOf = (value: Value): string => {
  if (value instanceof Markup) return value.text;
  if (typeof value === 'object') return value.map(({ text }) => text).join('');
  return escaped(String(value));
};

export const markup = (strings: TemplateStringsArray, ...values: readonly Value[]): Markup =>
  new Markup(strings.map((text, at) => (at === 0 ? text : textOf(values[at - 1] ?? '') + text)).join(''));
