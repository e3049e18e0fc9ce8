import { createSecretKey, randomUUID } from 'node:crypto';
import jwt from 'jsonwebtoken';
import type { Clock } from '../../application/ports/clock.ts';
import type { Service } from '../../domain/provenance.ts';

const lifeSeconds = 300;
/** A token is renewed this long before it ends, so that none ends on its way. */
const renewSeconds = 30;

export interface ServiceTokens {
  /** The bearer token to show to a service. */
  tokenFor(service: Service): string;
}

/** Short-lived tokens that say who we are, one per target (`aud`), signed HS256. The user's token is never forwarded. */
export function makeServiceTokens({
  secret,
  issuer,
  clock,
}: {
  secret: string;
  issuer: string;
  clock: Clock;
}): ServiceTokens & {
  /** From now on tokens are signed with it. */
  useSecret(secret: string): void;
} {
  let key = createSecretKey(Buffer.from(secret));
  const tokens = new Map<Service, { token: string; renewAt: number }>();

  function sign(service: Service, nowSeconds: number): string {
    const claims = { sub: issuer, iat: nowSeconds, exp: nowSeconds + lifeSeconds, jti: randomUUID() };
    return jwt.sign(claims, key, { algorithm: 'HS256', issuer, audience: service });
  }

  return {
    useSecret: (next) => {
      key = createSecretKey(Buffer.from(next));
      tokens.clear();
    },
    tokenFor: (service) => {
      const now = Math.floor(clock.now() / 1000);
      const known = tokens.get(service);
      if (known !== undefined && now < known.renewAt) return known.token;
      const token = sign(service, now);
      tokens.set(service, { token, renewAt: now + lifeSeconds - renewSeconds });
      return token;
    },
  };
}
