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

/** Characters that XML does not know are left out; the rest is safe between tags and in quoted attributes. */
export const escaped = (text: string): string =>
  text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffe\uffff]/g, '')
    .replaceAll(/[&<>"'`]/g, (character) => entities[character] ?? '');

const textOf = (value: Value): string => {
  if (value instanceof Markup) return value.text;
  if (typeof value === 'object') return value.map(({ text }) => text).join('');
  return escaped(String(value));
};

export const markup = (strings: TemplateStringsArray, ...values: readonly Value[]): Markup =>
  new Markup(strings.map((text, at) => (at === 0 ? text : textOf(values[at - 1] ?? '') + text)).join(''));
