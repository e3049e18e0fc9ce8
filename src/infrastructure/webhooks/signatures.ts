import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import type { WebhookSignatures } from '../../application/ports/webhooks.ts';
import type { Service } from '../../domain/provenance.ts';

/** During a rotation there are two; nobody needs many. */
const mostSignatures = 8;
const form = /^v1=([0-9a-f]{64})$/i;

function signaturesIn(header: string): Buffer[] {
  return header
    .split(',', mostSignatures)
    .flatMap((part) => form.exec(part.trim())?.[1] ?? [])
    .map((hex) => Buffer.from(hex, 'hex'));
}

/** @param secrets of each service all that are good now: while one is replaced, the new and the old one. */
export function makeWebhookSignatures(
  secrets: Readonly<Partial<Record<Service, readonly string[]>>>,
): WebhookSignatures {
  const keys = new Map(
    Object.entries(secrets).map(([service, texts]) => [
      service,
      texts.map((text) => createSecretKey(Buffer.from(text))),
    ]),
  );
  return {
    knows: (service) => (keys.get(service)?.length ?? 0) > 0,
    isSigned: ({ service, timestamp, body, signature }) => {
      const given = signaturesIn(signature);
      let isGood = false;
      for (const key of keys.get(service) ?? []) {
        const expected = createHmac('sha256', key).update(`${timestamp}.`).update(body).digest();
        // Each with each, whether or not one fits already: the time says nothing.
        for (const one of given) isGood = timingSafeEqual(expected, one) || isGood;
      }
      return isGood;
    },
  };
}
