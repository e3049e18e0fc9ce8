import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { dash, makeI18n } from '../../dashboard/src/i18n.ts';
import { ar } from '../../dashboard/src/texts/ar.ts';
import { en } from '../../dashboard/src/texts/en.ts';
import { he } from '../../dashboard/src/texts/he.ts';
import { achievementCatalogue } from '../../src/domain/gamification/achievements.ts';

const languages = { en, he, ar };

/** Every word of a closed list anywhere in the contract. */
function enumsIn(node: unknown): string[] {
  if (typeof node !== 'object' || node === null) return [];
  const own =
    'enum' in node && Array.isArray(node.enum) ? node.enum.filter((value) => typeof value === 'string') : [];
  return [...own, ...Object.values(node).flatMap(enumsIn)];
}

const contract = parse(readFileSync(new URL('../../openapi.yaml', import.meta.url), 'utf8'));
/** How services fare and what they call us with is for operators, who have no page here. */
const shown = Object.entries(contract.paths).filter(
  ([path]) => !/^\/api\/v1\/(integration|status|api-keys)\b/.test(path),
);
const codes = [
  ...new Set([
    ...enumsIn({ ...contract, paths: Object.fromEntries(shown) }),
    ...achievementCatalogue.map(({ code }) => code),
  ]),
];
const snake = (code: string) => code.replace(/(?<=[a-z0-9])[A-Z]/g, (letter) => `_${letter}`).toLowerCase();

describe.each(Object.entries(languages))('the words of %s', (language, texts) => {
  it('has one for every code of the contract and every achievement', () => {
    expect(codes.length).toBeGreaterThan(150);
    expect(codes.filter((code) => !Object.hasOwn(texts.codes, snake(code)))).toEqual([]);
  });

  it('leaves none empty, and fills in what the English does', () => {
    const holes = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();
    for (const [key, text] of Object.entries(texts.ui)) {
      expect([key, text.trim()]).not.toEqual([key, '']);
      expect([key, holes(text)]).toEqual([key, holes(en.ui[key as keyof typeof en.ui])]);
    }
    for (const text of Object.values(texts.codes)) expect(text.trim()).not.toBe('');
  });

  it('is in its own script', () => {
    const script = { en: /[A-Za-z0-9]/, he: /\p{Script=Hebrew}|^[\d,]+/u, ar: /\p{Script=Arabic}|^[\d,]+/u };
    const strange = Object.values(texts.codes).filter(
      (text) => !script[language as keyof typeof script].test(text),
    );
    expect(strange).toEqual([]);
  });
});

describe('figures in words', () => {
  const { number, percent, date, code } = makeI18n('en', en);

  it('shows what is not known as a dash and never as a zero', () => {
    expect([number(null), percent(null), date(null), code(null)]).toEqual([dash, dash, dash, dash]);
    expect([number(0), percent(0)]).toEqual(['0', '0%']);
  });

  it('shows a code that is newer than the page as it is', () => {
    expect(code('some_new_code')).toBe('some new code');
  });
});
