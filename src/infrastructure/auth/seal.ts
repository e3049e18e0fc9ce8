import { createCipheriv, createDecipheriv, createHmac, timingSafeEqual } from 'node:crypto';
import { longestSeal, type Seal, type SealPurpose } from '../../application/ports/seal.ts';

const tagBytes = 16;
const shape = new RegExp(`^[A-Za-z0-9_-]{22,${longestSeal}}$`);

const derived = (secret: string, use: string): Buffer => createHmac('sha256', secret).update(use).digest();

/**
 * A synthetic initialization vector, as in RFC 5297: the tag of the text is also the counter it is encrypted
 * with. So the same text is always the same seal, which is what lets a shared cache find it again, and a seal
 * that was changed anywhere opens to a text with another tag.
 */
export function makeSeal(secret: string): Seal {
  const sealers = { question: makeSealer(secret, 'question'), tag: makeSealer(secret, 'tag') };
  return {
    close: (purpose, text) => sealers[purpose].close(text),
    open: (purpose, sealed) => sealers[purpose].open(sealed),
  };
}

/** Keys of its own for each purpose, so that no seal opens as one for something else. */
function makeSealer(secret: string, purpose: SealPurpose) {
  const [tagKey, textKey] = [
    derived(secret, `seal tag of a ${purpose}`),
    derived(secret, `seal text of a ${purpose}`),
  ];
  const tagOf = (text: string | Buffer) =>
    createHmac('sha256', tagKey).update(text).digest().subarray(0, tagBytes);
  return {
    close: (text: string): string => {
      const tag = tagOf(text);
      const cipher = createCipheriv('aes-256-ctr', textKey, tag);
      return Buffer.concat([tag, cipher.update(text), cipher.final()]).toString('base64url');
    },
    open: (sealed: string): string | null => {
      if (!shape.test(sealed)) return null;
      const bytes = Buffer.from(sealed, 'base64url');
      const tag = bytes.subarray(0, tagBytes);
      const decipher = createDecipheriv('aes-256-ctr', textKey, tag);
      const text = Buffer.concat([decipher.update(bytes.subarray(tagBytes)), decipher.final()]);
      return timingSafeEqual(tagOf(text), tag) ? text.toString() : null;
    },
  };
}
