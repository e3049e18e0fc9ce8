import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeSeal } from '../../src/infrastructure/auth/seal.ts';

const seal = makeSeal('a secret of the test');

describe('a seal', () => {
  it('opens to the text, is the same for the same text, and can stand in a URL', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 500 }), (text) => {
        const sealed = seal.close('question', text);
        expect(seal.open('question', sealed)).toBe(text);
        expect(seal.close('question', text)).toBe(sealed);
        expect(sealed).toMatch(/^[A-Za-z0-9_-]+$/);
      }),
    );
  });

  it('does not open when any bit of it was changed', () => {
    const bytes = Buffer.from(seal.close('question', 'learner u-1'), 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(seal.open('question', changed.toString('base64url'))).toBeNull();
    }
  });

  it('does not open with another secret, nor do texts that are none', () => {
    expect(makeSeal('another secret').open('question', seal.close('question', 'text'))).toBeNull();
    for (const text of ['', 'a', '../../etc', 'x'.repeat(22), 'ü'.repeat(30), 'x'.repeat(5000)])
      expect(seal.open('question', text)).toBeNull();
  });

  it('for one purpose is none for another, nor the same', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 100 }), (text) => {
        expect(seal.open('question', seal.close('tag', text))).toBeNull();
        expect(seal.open('tag', seal.close('question', text))).toBeNull();
        expect(seal.close('tag', text)).not.toBe(seal.close('question', text));
      }),
    );
  });

  it('shows nothing of the text', () => {
    expect(
      Buffer.from(seal.close('question', 'learner u-000001 org-1'), 'base64url').toString('latin1'),
    ).not.toMatch(/u-0|org/);
  });
});
