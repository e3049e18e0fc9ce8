import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ownBytes } from '../../src/application/own-bytes.ts';

it('are the same bytes, in memory that holds nothing else', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 100 }), (text) => {
      const shared = Buffer.from(text);
      for (const own of [ownBytes(text), ownBytes(shared)]) {
        expect(own.equals(shared)).toBe(true);
        expect(own.buffer.byteLength).toBe(own.length);
      }
    }),
  );
});
