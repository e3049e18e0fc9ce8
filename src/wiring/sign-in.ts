import { setTimeout as delay } from 'node:timers/promises';
import { makeKeyVerifier } from '../application/auth/api-keys.ts';
import { makeLoginPace } from '../application/auth/login-pace.ts';
import { makeSessionUseCases, type SessionUseCases } from '../application/auth/sessions.ts';
import { notingOrganizations } from '../application/organization/note-organizations.ts';
import { welcomingBack } from '../application/people/without-forgotten.ts';
import type { Clock } from '../application/ports/clock.ts';
import type { Logger } from '../application/ports/logger.ts';
import type { TokenVerifier } from '../application/ports/tokens.ts';
import type { Config } from '../config.ts';
import { makeCsrf } from '../infrastructure/auth/csrf.ts';
import { ids } from '../infrastructure/auth/ids.ts';
import {
  type ExternalTokenOptions,
  makeTokenSigner,
  makeTokenVerifier,
  type OwnSecrets,
} from '../infrastructure/auth/tokens.ts';
import { digest } from '../infrastructure/digest.ts';
import type { Gate } from '../infrastructure/upstreams/guarded.ts';
import { makeSessionCookies, type SessionCookies } from '../presentation/http/session-cookies.ts';
import type { Own } from './own.ts';
import { ownTokensOf } from './tokens.ts';

export interface SignInDeps {
  config: Config;
  own: Own;
  gate: Gate;
  /** Undefined = all tokens are ours. */
  external: ExternalTokenOptions | undefined;
  clock: Clock;
  logger: Logger;
}

/** Who is let in, and by what. */
export interface SignIn {
  sessions: SessionUseCases;
  authenticator: TokenVerifier;
  keys: ReturnType<typeof makeKeyVerifier>;
  /** Null = browsers show tokens, as everybody. */
  cookies: SessionCookies | null;
  /** From now on these sign, and are believed. */
  useSecrets: (secrets: OwnSecrets) => void;
}

/** Jobs work for the organizations that have been met; without a database there are none. */
function noting(verifier: TokenVerifier, { database }: Own, logger: Logger): TokenVerifier {
  if (database === null) return verifier;
  return notingOrganizations(verifier, {
    note: async (organizationId) =>
      void (await database.call('note_organization', { organization_id: organizationId })),
    onFailure: () => logger.warn({}, 'an organization could not be noted for jobs'),
  });
}

export function openSignIn({ config, own, gate, external, clock, logger }: SignInDeps): SignIn {
  const tokens = ownTokensOf(config);
  const signer = makeTokenSigner(tokens, clock);
  const verifier = makeTokenVerifier(tokens, external, own.sessions, clock);
  let secrets: OwnSecrets = tokens;
  const csrf = makeCsrf(() =>
    secrets.formerSecret === undefined ? [secrets.secret] : [secrets.secret, secrets.formerSecret],
  );
  const sessions = makeSessionUseCases({
    gate,
    signer,
    pace: makeLoginPace({ clock, digest, pause: (ms) => delay(ms) }),
    sessions: own.sessions,
    preferences: own.live.preferences,
    clock,
    ids,
    digest,
    refreshTokenMs: config.REFRESH_TOKEN_DAYS * 86_400_000,
  });
  return {
    sessions: welcomingBack(sessions, own.people),
    authenticator: noting(verifier, own, logger),
    keys: makeKeyVerifier(own.apiKeys, digest, clock),
    cookies: config.SESSION_COOKIES ? makeSessionCookies(csrf, config.REFRESH_TOKEN_DAYS * 86_400) : null,
    useSecrets: (next) => {
      secrets = next;
      verifier.useSecrets(next);
      signer.useSecrets(next);
    },
  };
}
