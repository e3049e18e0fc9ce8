import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import type { SignatureForm, SignedMessage, WebhookSignatures } from '../../application/ports/webhooks.ts';
import type { Service } from '../../domain/provenance.ts';

/** During a rotation there are two; nobody needs many. */
const mostSignatures = 8;
const form = /^(v[12])=([0-9a-f]{64})$/i;

function signaturesIn(header: string): { name: string; bytes: Buffer }[] {
  return header.split(',', mostSignatures).flatMap((part) => {
    const [, name = '', hex = ''] = form.exec(part.trim()) ?? [];
    return name === '' ? [] : [{ name: name.toLowerCase(), bytes: Buffer.from(hex, 'hex') }];
  });
}

/** What stands before the body in what is signed: neither can be taken for the other, for a timestamp is digits. */
const prefixOf: Record<SignatureForm, (message: SignedMessage) => string> = {
  v1: ({ timestamp }) => `${timestamp}.`,
  v2: ({ timestamp, deliveryId }) => `v2.${timestamp}.${deliveryId}.`,
};
const forms = ['v1', 'v2'] as const;

export type WebhookSecrets = Readonly<Partial<Record<Service, readonly string[]>>>;

const keysOf = (secrets: WebhookSecrets) =>
  new Map(
    Object.entries(secrets).map(([service, texts]) => [
      service,
      texts.map((text) => createSecretKey(Buffer.from(text))),
    ]),
  );

/** @param secrets of each service all that are good now: while one is replaced, the new and the old one. */
export function makeWebhookSignatures(
  secrets: WebhookSecrets,
): WebhookSignatures & { useSecrets: (secrets: WebhookSecrets) => void } {
  let keys = keysOf(secrets);
  return {
    useSecrets: (next) => {
      keys = keysOf(next);
    },
    knows: (service) => (keys.get(service)?.length ?? 0) > 0,
    signedAs: (message) => {
      const given = signaturesIn(message.signature);
      let found: SignatureForm | null = null;
      for (const key of keys.get(message.service) ?? []) {
        for (const name of forms) {
          const expected = createHmac('sha256', key)
            .update(prefixOf[name](message))
            .update(message.body)
            .digest();
          // Each with each, whether or not one fits already: the time says nothing.
          for (const one of given)
            if (timingSafeEqual(expected, one.bytes) && one.name === name) found = name;
        }
      }
      return found;
    },
  };
}
