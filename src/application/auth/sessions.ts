import { AppError } from '../../domain/errors.ts';
import { type AnyPolicy, allPolicies, type Relation, reachOf } from '../../domain/identity/policy.ts';
import { normaliseRoles, type Role } from '../../domain/identity/roles.ts';
import type { Viewer } from '../../domain/identity/viewer.ts';
import type { User } from '../../domain/learning/person.ts';
import type { Clock } from '../ports/clock.ts';
import type { Digest } from '../ports/digest.ts';
import type { ChosenPreferences, Preferences } from '../ports/gamification.ts';
import type { Ids } from '../ports/ids.ts';
import type { CallScope, UpstreamGate } from '../ports/reply.ts';
import type { RefreshTokenRecord, Sessions } from '../ports/sessions.ts';
import type { TokenSigner } from '../ports/tokens.ts';
import { failureOf, UpstreamError } from '../ports/upstream-error.ts';
import type { LoginPace } from './login-pace.ts';
import { liveOrUnconfiguredMock } from './mock-or-live.ts';

export interface SessionDeps {
  gate: UpstreamGate;
  signer: TokenSigner;
  pace: LoginPace;
  sessions: Sessions;
  preferences: Pick<Preferences, 'of'>;
  clock: Clock;
  ids: Ids;
  digest: Digest;
  refreshTokenMs: number;
}

export interface PublicUser {
  id: string;
  email: string | null;
  fullName: string | null;
  roles: Role[];
  organizationId: string | null;
}

export interface Login {
  accessToken: string;
  /** Seconds. */
  expiresIn: number;
  refreshToken: string;
  /** The log-in that both come from. */
  sessionId: string;
  user: PublicUser;
}

export interface Capability {
  subject: AnyPolicy;
  /** For whom: the caller, those it teaches, its organization, anyone. */
  of: Relation[];
}

export interface Me {
  user: PublicUser;
  /** Null when what was chosen cannot be read. */
  preferences: ChosenPreferences | null;
  capabilities: Capability[];
}

const uniformRefusal = () => new AppError('UNAUTHORIZED', 'E-mail, password or token is not valid.');

const publicUser = ({ id, email, fullName, roles, organizationId }: User): PublicUser => ({
  id,
  email,
  fullName,
  roles,
  organizationId,
});

/** A failing Auth service, in the contract's words. */
function asUnavailable(error: unknown): unknown {
  if (!(error instanceof UpstreamError)) return error;
  if (error.failure === 'cancelled') return new AppError('CLIENT_CLOSED_REQUEST', 'The caller left.');
  return new AppError('UPSTREAM_UNAVAILABLE', 'The Auth service cannot be reached.', {
    retryAfterSeconds: 5,
    cause: error,
  });
}

/** Log-in, refresh, log-out and "who am I". */
export function makeSessionUseCases(deps: SessionDeps) {
  const { gate, signer, pace, sessions, clock, ids, digest } = deps;

  /** @param asOf epoch ms at which Auth has said it, at the latest. */
  async function open(user: PublicUser, familyId: string, asOf: number): Promise<Login> {
    const { id: userId, organizationId, roles } = user;
    const refreshToken = ids.secret();
    await sessions.save({
      hash: digest(refreshToken),
      familyId,
      userId,
      organizationId,
      roles,
      expiresAt: asOf + deps.refreshTokenMs,
    });
    const { token, expiresInSeconds } = signer.sign({
      userId,
      organizationId,
      roles,
      tokenId: ids.uuid(),
      sessionId: familyId,
      asOf,
    });
    return { accessToken: token, expiresIn: expiresInSeconds, refreshToken, sessionId: familyId, user };
  }

  /** The user as Auth knows it now; as the session remembers it when Auth cannot be asked. */
  async function currentUser(
    record: RefreshTokenRecord,
    scope: CallScope,
  ): Promise<{ user: PublicUser | null; asOf: number }> {
    const { userId: id, organizationId } = record;
    try {
      const { value, asOf } = await liveOrUnconfiguredMock(gate, scope, ({ auth }) => auth.user(id));
      return { user: value && publicUser(value), asOf: Math.min(asOf, scope.startedAt) };
    } catch (error) {
      if (failureOf(error) === 'cancelled') throw asUnavailable(error);
      const user = { id, email: null, fullName: null, roles: normaliseRoles(record.roles), organizationId };
      return { user, asOf: record.expiresAt - deps.refreshTokenMs };
    }
  }

  return {
    /** @throws AppError UNAUTHORIZED on bad credentials, UPSTREAM_UNAVAILABLE when Auth is down. */
    login: async (credentials: { email: string; password: string }, scope: CallScope): Promise<Login> => {
      await pace.before(credentials.email);
      const askedAt = clock.now();
      const reply = await liveOrUnconfiguredMock(gate, scope, ({ auth }) => auth.login(credentials)).catch(
        (error: unknown) => {
          throw asUnavailable(error);
        },
      );
      if (reply.value === null) {
        await pace.failed(credentials.email, askedAt);
        throw uniformRefusal();
      }
      pace.succeeded(credentials.email);
      return open(publicUser(reply.value), ids.uuid(), Math.min(reply.asOf, scope.startedAt));
    },

    /** Exchanges a refresh token for a new pair; each works once. @throws AppError UNAUTHORIZED. */
    refresh: async (refreshToken: string, scope: CallScope): Promise<Login> => {
      const consumed = await sessions.consume(digest(refreshToken), clock.now());
      if (consumed.outcome !== 'ok') throw uniformRefusal();
      const { user, asOf } = await currentUser(consumed.record, scope);
      if (user === null) {
        await sessions.revokeFamily(consumed.record.familyId);
        throw uniformRefusal();
      }
      return open(user, consumed.record.familyId, asOf);
    },

    /** Ends the session: this access token and every refresh token of the same log-in, at once. */
    logout: async (viewer: Viewer): Promise<void> => {
      await sessions.revokeToken(viewer.tokenId, viewer.expiresAt);
      if (viewer.sessionId !== null) await sessions.revokeFamily(viewer.sessionId);
    },

    /** Who the caller is and may ask about; name and e-mail are null when Auth cannot be asked. */
    me: async (viewer: Viewer, scope: CallScope): Promise<Me> => {
      const [known, chosen] = await Promise.all([
        liveOrUnconfiguredMock(gate, scope, ({ auth }) => auth.user(viewer.id)).catch(() => null),
        deps.preferences.of(viewer.id).catch(() => null),
      ]);
      const timeZone = chosen?.timeZone ?? known?.value?.timeZone ?? null;
      return {
        user: {
          id: viewer.id,
          email: known?.value?.email ?? null,
          fullName: known?.value?.fullName ?? null,
          roles: [...viewer.roles],
          organizationId: viewer.organizationId,
        },
        preferences: chosen && { ...chosen, timeZone },
        capabilities: allPolicies
          .map((subject) => ({ subject, of: reachOf(viewer, subject) }))
          .filter(({ of }) => of.length > 0),
      };
    },
  };
}

export type SessionUseCases = ReturnType<typeof makeSessionUseCases>;
