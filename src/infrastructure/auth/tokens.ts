import { createHash, createSecretKey, type KeyObject } from 'node:crypto';
import jwt, { type JwtPayload } from 'jsonwebtoken';
import { z } from 'zod';
import type { Clock } from '../../application/ports/clock.ts';
import type { Sessions } from '../../application/ports/sessions.ts';
import { EndedTokenError, type TokenSigner, type TokenVerifier } from '../../application/ports/tokens.ts';
import { UpstreamError } from '../../application/ports/upstream-error.ts';
import { AppError } from '../../domain/errors.ts';
import { normaliseRoles } from '../../domain/identity/roles.ts';
import type { Viewer } from '../../domain/identity/viewer.ts';
import { hasDuplicateNames } from './duplicate-names.ts';

/** Longer tokens are not looked at. */
const longestToken = 4096;
const leewaySeconds = 5;
/** All of an HS256 signature. */
const hashedCharacters = 43;

export interface OwnTokenOptions {
  /** Signs; and verifies with the former one, while it is replaced. */
  secret: string;
  formerSecret?: string | undefined;
  issuer: string;
  audience: string;
  lifeSeconds: number;
}

/** Tokens that the Auth service signed: one issuer, one algorithm, keys by id. */
export interface ExternalTokenOptions {
  issuer: string;
  algorithm: 'RS256' | 'ES256';
  keyFor: (kid: string) => Promise<KeyObject | undefined>;
}

const refusal = () => new AppError('UNAUTHORIZED', 'A valid access token is needed.');

const idPattern = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);

/** The claims we read; anything else in a token is not our business. */
const claims = z.object({
  sub: idPattern,
  org: idPattern.nullish().transform((id) => id ?? null),
  roles: z.union([z.array(z.string()).max(32), z.string().transform((role) => [role])]).default([]),
  exp: z.number(),
  iat: z.number().optional(),
  jti: z.string().min(1).max(128).optional(),
  sid: z
    .string()
    .min(1)
    .max(128)
    .nullish()
    .transform((id) => id ?? null),
});

/**
 * A token without an id is known by its digest; one that does not say when it was issued was issued long ago.
 * @param skewMs how far the issuer's clock may be ahead of ours.
 */
function viewerOf(payload: unknown, token: string, skewMs: number): Viewer {
  const { sub, org, roles, exp, iat, jti, sid } = claims.parse(payload);
  return {
    id: sub,
    organizationId: org,
    roles: normaliseRoles(roles),
    tokenId: jti ?? createHash('sha256').update(token).digest('base64url'),
    sessionId: sid,
    expiresAt: exp * 1000,
    asOf: iat === undefined ? 0 : iat * 1000 - skewMs,
  };
}

/** Of a token's header only what cannot be another kind of token, or ask for rules that we do not know. */
const header = z.object({
  typ: z
    .string()
    .toLowerCase()
    .pipe(z.enum(['jwt', 'at+jwt', 'application/at+jwt']))
    .optional(),
  cty: z.undefined().optional(),
  crit: z.undefined().optional(),
  kid: z.string().optional().catch(undefined),
});

/** What a token claims, unverified. @throws AppError UNAUTHORIZED; SyntaxError for what is no JSON. */
function claimedBy(token: string): { kid: string | undefined; issuer: unknown } {
  const texts = token
    .split('.')
    .slice(0, 2)
    .map((part) => Buffer.from(part, 'base64url').toString());
  // Whether it is a whole token, and well written, is for the verifier to say.
  const [head, payload] = texts.map((text) => JSON.parse(text) as unknown);
  const read = header.safeParse(head);
  if (!read.success || texts.some(hasDuplicateNames)) throw refusal();
  return { kid: read.data.kid, issuer: Object(payload).iss };
}

export type OwnSecrets = Pick<OwnTokenOptions, 'secret' | 'formerSecret'>;

/** Whose secrets can be replaced while it works. */
export interface Rotating {
  useSecrets(secrets: OwnSecrets): void;
}

const keyOf = (secret: string): KeyObject => createSecretKey(Buffer.from(secret));

export function makeTokenSigner(
  { secret, issuer, audience, lifeSeconds }: OwnTokenOptions,
  clock: Clock,
): TokenSigner & Rotating {
  let key = keyOf(secret);
  return {
    useSecrets: (secrets) => {
      key = keyOf(secrets.secret);
    },
    sign: ({ userId, organizationId, roles, tokenId, sessionId, asOf }) => {
      const now = Math.floor(clock.now() / 1000);
      const payload = {
        sub: userId,
        org: organizationId,
        roles,
        sid: sessionId,
        jti: tokenId,
        // With its fraction: a change of roles in the same second makes a difference.
        iat: asOf / 1000,
        nbf: now,
        exp: now + lifeSeconds,
      };
      return {
        token: jwt.sign(payload, key, { algorithm: 'HS256', issuer, audience }),
        expiresInSeconds: lifeSeconds,
      };
    },
  };
}

/**
 * Verifies tokens. The issuer that a token claims picks the verifier; each verifier has one key source and
 * one algorithm from configuration, so that nothing in the token's header chooses how it is checked
 * (`kid` only selects among our keys; `jku`, `x5u` and `jwk` are not read). Verified tokens are kept until
 * they end, so that a token costs its cryptography once.
 * @param mostKept tokens; with one more all others are forgotten.
 */
export function makeTokenVerifier(
  own: OwnTokenOptions,
  external: ExternalTokenOptions | undefined,
  sessions: Pick<Sessions, 'isRevoked'>,
  clock: Clock,
  mostKept = 100_000,
): TokenVerifier & Rotating {
  const keysOf = ({ secret, formerSecret }: OwnSecrets) =>
    [secret, formerSecret].filter((one) => one !== undefined).map(keyOf);
  let ownKeys = keysOf(own);
  /** By its end: of a new string each character of a key is hashed, and a signature's last ones are as good as all. */
  const kept = new Map<string, { token: string; viewer: Viewer }>();
  const endOf = (token: string) => token.slice(-hashedCharacters);

  const options = () => ({
    audience: own.audience,
    clockTimestamp: Math.floor(clock.now() / 1000),
    clockTolerance: leewaySeconds,
  });

  /** By the first of our secrets that fits. @throws what the last of them said. */
  function ownPayload(token: string): JwtPayload | string {
    const rules = { ...options(), algorithms: ['HS256' as const], issuer: own.issuer };
    for (const key of ownKeys.slice(0, -1)) {
      try {
        return jwt.verify(token, key, rules);
      } catch (error) {
        // Its signature is good, or its end had not been looked at.
        if (error instanceof jwt.TokenExpiredError) throw error;
      }
    }
    return jwt.verify(token, ownKeys.at(-1) as KeyObject, rules);
  }

  async function read(token: string): Promise<Viewer> {
    const { kid, issuer } = claimedBy(token);
    if (issuer === own.issuer) return viewerOf(ownPayload(token), token, 0);
    if (external === undefined || issuer !== external.issuer) throw refusal();
    const key = kid === undefined ? undefined : await external.keyFor(kid);
    if (key === undefined) throw refusal();
    const payload = jwt.verify(token, key, {
      ...options(),
      algorithms: [external.algorithm],
      issuer: external.issuer,
    });
    return viewerOf(payload, token, leewaySeconds * 1000);
  }

  function keep(token: string, viewer: Viewer): void {
    if (kept.size >= mostKept) kept.clear();
    kept.set(endOf(token), { token, viewer });
  }

  return {
    useSecrets: (secrets) => {
      ownKeys = keysOf(secrets);
      // What a secret has opened that is no longer ours.
      kept.clear();
    },
    verifyCached: (token) => {
      const known = kept.get(endOf(token));
      // Only the very token that was verified.
      if (known?.token !== token) return undefined;
      const { viewer } = known;
      if (viewer.expiresAt <= clock.now()) return undefined;
      return sessions.isRevoked(viewer) ? undefined : viewer;
    },
    verify: async (token) => {
      if (token.length > longestToken) throw refusal();
      try {
        const viewer = await read(token);
        // Nothing can be known now of a later time; it would outlast any change of roles.
        if (viewer.asOf > clock.now() + leewaySeconds * 1000) throw refusal();
        if (sessions.isRevoked(viewer)) throw new EndedTokenError();
        keep(token, viewer);
        return viewer;
      } catch (error) {
        // Keys that cannot be fetched are our trouble, not the caller's.
        if (error instanceof UpstreamError)
          throw new AppError('UPSTREAM_UNAVAILABLE', 'Tokens cannot be checked now.', {
            retryAfterSeconds: 5,
            cause: error,
          });
        if (error instanceof jwt.TokenExpiredError) throw new EndedTokenError();
        throw error instanceof AppError ? error : refusal();
      }
    },
  };
}
