/** Errors of the engine speak of code; any other's message may speak of somebody. */
const ofTheEngine: ReadonlySet<string> = new Set(['TypeError', 'RangeError', 'ReferenceError']);

const longestMessage = 300;

/** What a text may hold of somebody, and what stands in its place; in this order. */
const replacements: readonly (readonly [RegExp, string])[] = [
  [/"[^"]*"|'[^']*'|`[^`]*`|“[^”]*”|‘[^’]*’/g, '[text]'],
  [/\b[a-z][a-z0-9+.-]*:\/\/\S+/gi, '[url]'],
  [/\S+@\S+/g, '[email]'],
  [/[\w-]{20,}/g, '[token]'],
  [/[\w.-]*\d[\w.-]*/g, '[n]'],
];

/** A message of the engine with nothing in it that could be a value; null for any other error’s. */
export function scrubbedMessage({ name, message }: Error): string | null {
  if (!ofTheEngine.has(name)) return null;
  const text = replacements.reduce((left, [pattern, word]) => left.replaceAll(pattern, word), message);
  return text.slice(0, longestMessage);
}
