import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Csrf } from '../../application/ports/csrf.ts';

const digestOf = (text: string) => createHash('sha256').update(text).digest();
const isSame = (a: string, b: string) => timingSafeEqual(digestOf(a), digestOf(b));

/** @param secrets the one that signs now, and the one before it. */
export function makeCsrf(secrets: () => readonly [string, ...string[]]): Csrf {
  const tokenWith = (secret: string, sessionId: string) =>
    createHmac('sha256', `csrf ${secret}`).update(sessionId).digest('base64url');
  return {
    tokenOf: (sessionId) => tokenWith(secrets()[0], sessionId),
    isOf: (sessionId, token) => secrets().some((secret) => isSame(tokenWith(secret, sessionId), token)),
    isSame,
  };
}
