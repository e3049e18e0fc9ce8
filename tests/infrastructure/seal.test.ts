import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeSeal } from '../../src/infrastructure/auth/seal.ts';

const seal = makeSeal('a secret of the test');

describe('a seal', () => {
  it('opens to the text, is the same for the same text, and can stand in a URL', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 500 }), (text) => {
        const sealed = seal.close(text);
        expect(seal.open(sealed)).toBe(text);
        expect(seal.close(text)).toBe(sealed);
        expect(sealed).toMatch(/^[A-Za-z0-9_-]+$/);
      }),
    );
  });

  it('does not open when any bit of it was changed', () => {
    const bytes = Buffer.from(seal.close('learner u-1'), 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(seal.open(changed.toString('base64url'))).toBeNull();
    }
  });

  it('does not open with another secret, nor do texts that are none', () => {
    expect(makeSeal('another secret').open(seal.close('text'))).toBeNull();
    for (const text of ['', 'a', '../../etc', 'x'.repeat(22), 'ü'.repeat(30), 'x'.repeat(5000)])
      expect(seal.open(text)).toBeNull();
  });

  it('shows nothing of the text', () => {
    expect(Buffer.from(seal.close('learner u-000001 org-1'), 'base64url').toString('latin1')).not.toMatch(
      /u-0|org/,
    );
  });
});
