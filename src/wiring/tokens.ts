import type { AxiosAdapter } from 'axios';
import type { Clock } from '../application/ports/clock.ts';
import type { JsonWebKey } from '../application/ports/upstreams.ts';
import type { Config } from '../config.ts';
import { fetchKeySet, makeKeySet } from '../infrastructure/auth/jwks.ts';
import type { ExternalTokenOptions, OwnTokenOptions } from '../infrastructure/auth/tokens.ts';

export const ownTokensOf = (config: Config): OwnTokenOptions => ({
  secret: config.JWT_SECRET,
  formerSecret: config.JWT_FORMER_SECRET,
  issuer: config.JWT_ISSUER,
  audience: config.JWT_AUDIENCE,
  lifeSeconds: config.ACCESS_TOKEN_SECONDS,
});

/**
 * The Auth service's tokens, when they are issued there; undefined when they are not, or when nobody can be asked for
 * its keys.
 * @param askService for the keys, where they have no address of their own.
 */
export function externalTokens(
  config: Config,
  clock: Clock,
  adapter: AxiosAdapter,
  askService?: () => Promise<JsonWebKey[]>,
): ExternalTokenOptions | undefined {
  const { AUTH_JWKS_URL: url, AUTH_JWKS_ISSUER: issuer, AUTH_JWKS_ALGORITHM: algorithm } = config;
  const fetchKeys = url === undefined ? askService : () => fetchKeySet(url, adapter);
  if (issuer === undefined || fetchKeys === undefined) return undefined;
  return { issuer, algorithm, keyFor: makeKeySet(fetchKeys, algorithm, clock) };
}
