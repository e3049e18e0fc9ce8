import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasDuplicateNames } from '../../../src/infrastructure/auth/duplicate-names.ts';

describe('names of a JSON text', () => {
  it.each([
    ['{"a":1,"a":2}', true],
    ['{"a":1,"\\u0061":2}', true],
    ['{"a":{"b":1,"c":[{"b":2,"b":3}]}}', true],
    ['{"a":{"a":[{"a":1},{"a":2}]}}', false],
    ['{"a":"\\",\\"a\\":1","b":"a"}', false],
    ['["a","a"]', false],
  ])('%s: twice is %s', (json, isTwice) => {
    expect(hasDuplicateNames(json)).toBe(isTwice);
  });

  it('are there once in whatever was written from a value, and twice when one is added again', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }), (value) => {
        const json = JSON.stringify(value);
        const [name] = Object.keys(value);
        expect(hasDuplicateNames(json)).toBe(false);
        expect(hasDuplicateNames(`${json.slice(0, -1)},${JSON.stringify(name)}:0}`)).toBe(true);
      }),
    );
  });
});
