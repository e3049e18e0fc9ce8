import { AppError } from '../../domain/errors.ts';
import { decide } from '../../domain/identity/policy.ts';
import type { Scope } from '../../domain/identity/scopes.ts';
import type { Viewer } from '../../domain/identity/viewer.ts';
import type { ApiKey, ApiKeys } from '../ports/api-keys.ts';
import type { Audit, AuditOutcome } from '../ports/audit.ts';
import type { Clock } from '../ports/clock.ts';
import type { Digest } from '../ports/digest.ts';
import type { Ids } from '../ports/ids.ts';
import type { CallScope } from '../ports/reply.ts';
import { RpcError } from '../ports/rpc.ts';
import type { Authorizer } from './authorize.ts';

/** By which a secret of ours is known wherever it leaks to: in a log, a repository, a page. */
const mark = 'lak_';
const secretPattern = /^lak_[A-Za-z0-9_-]{43}$/;
const keyId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What is left of a key's hour. */
export interface Quota {
  limit: number;
  /** In the running hour, this time included; more than the limit = refused. */
  used: number;
  /** Epoch ms. */
  resetsAt: number;
}

/** Reads keys that services show. */
export interface KeyVerifier {
  /** Counts as one use. @throws AppError UNAUTHORIZED, in the same words whatever is wrong; RpcError unavailable. */
  verify(secret: string): Promise<{ viewer: Viewer; quota: Quota }>;
}

const refusal = () => new AppError('UNAUTHORIZED', 'A valid access token is needed.');

/** A key is looked up each time: what is revoked works nowhere from then on. */
export const makeKeyVerifier = (keys: Pick<ApiKeys, 'use'>, digest: Digest, clock: Clock): KeyVerifier => ({
  verify: async (secret) => {
    if (!secretPattern.test(secret)) throw refusal();
    const now = clock.now();
    const use = await keys.use(digest(secret), now);
    if (use === null) throw refusal();
    const { id, organizationId, scopes, quotaPerHour: limit } = use.key;
    const viewer: Viewer = {
      id: `key-${id}`,
      organizationId,
      // No role: what asks for one is closed to keys.
      roles: [],
      tokenId: `key ${id}`,
      sessionId: null,
      expiresAt: Number.MAX_SAFE_INTEGER,
      asOf: now,
      scopes,
    };
    return { viewer, quota: { limit, used: use.used, resetsAt: use.resetsAt } };
  },
});

export interface ApiKeyDeps {
  keys: ApiKeys;
  authorizer: Authorizer;
  audit: Pick<Audit, 'add'>;
  clock: Clock;
  ids: Pick<Ids, 'secret'>;
  digest: Digest;
}

export interface KeyOrder {
  name: string;
  /** Undefined = the caller's own. */
  organizationId: string | undefined;
  scopes: readonly Scope[];
  quotaPerHour: number;
}

/** A key with its secret, which nobody can be shown again. */
export interface KeyWithSecret {
  key: ApiKey;
  secret: string;
}

const noSuchKey = () => new AppError('NOT_FOUND', 'There is no such key.');
const notAllowed = () => new AppError('FORBIDDEN', 'Only an org_admin or an admin may do this.');
const nobodys = (field: string) =>
  new AppError('VALIDATION_ERROR', 'Some fields are not valid.', {
    details: [{ field, message: 'is needed by a caller who is in no organization' }],
  });

type Act = 'api_key.create' | 'api_key.rotate' | 'api_key.revoke';

/**
 * Keys with which services call us: made, replaced and ended by whoever answers for the organization, on record.
 * @throws AppError FORBIDDEN, NOT_FOUND, VALIDATION_ERROR, UPSTREAM_UNAVAILABLE; RpcError from every one.
 */
export function makeApiKeyUseCases({ keys, authorizer, audit, clock, ids, digest }: ApiKeyDeps) {
  const mayManage = ({ roles }: Viewer) => roles.includes('org_admin') || roles.includes('admin');

  const note = (
    { id: actorId }: Viewer,
    action: Act,
    organizationId: string | null,
    subject: string | null,
    outcome: AuditOutcome,
    { requestId }: CallScope,
    detail: Readonly<Record<string, unknown>> = {},
  ) =>
    audit.add(
      {
        actorId,
        action,
        subjectKind: 'api_key',
        subjectId: subject,
        organizationId,
        outcome,
        requestId,
        detail,
      },
      clock.now(),
    );

  async function admit(viewer: Viewer, action: Act, scope: CallScope): Promise<void> {
    if (mayManage(viewer)) return;
    await note(viewer, action, viewer.organizationId, null, 'denied', scope);
    throw notAllowed();
  }

  /** Whose keys are meant, when the caller may have to do with them. */
  async function tenantOf(viewer: Viewer, named: string | undefined, field: string, scope: CallScope) {
    const id = named ?? viewer.organizationId ?? undefined;
    if (id === undefined) throw nobodys(field);
    const ref = { kind: 'organization', id } as const;
    if (authorizer.peek(viewer, ref) === undefined) await authorizer.authorize(viewer, ref, scope);
    return id;
  }

  /** One of another organization is no key, and neither is a word that cannot be one. */
  async function managed(viewer: Viewer, id: string): Promise<ApiKey> {
    const key = keyId.test(id) ? await keys.find(id) : null;
    if (key === null) throw noSuchKey();
    const facts = { organizationId: key.organizationId, roles: [], trainerIds: [] };
    if (decide(viewer, 'organization', key.organizationId, facts) !== 'allow') throw noSuchKey();
    return key;
  }

  /** What cannot be put on record is not done; what then fails is on record as that. */
  async function onRecord<T>(
    viewer: Viewer,
    action: Act,
    { id, organizationId }: ApiKey,
    scope: CallScope,
    work: () => Promise<T>,
  ): Promise<T> {
    await note(viewer, action, organizationId, id, 'done', scope);
    return work().catch(async (error: unknown) => {
      await note(viewer, action, organizationId, id, 'failed', scope).catch(() => undefined);
      // Another was quicker to revoke it.
      throw error instanceof RpcError && error.code === 'not_found' ? noSuchKey() : error;
    });
  }

  const newSecret = () => `${mark}${ids.secret()}`;

  return {
    create: async (viewer: Viewer, order: KeyOrder, scope: CallScope): Promise<KeyWithSecret> => {
      await admit(viewer, 'api_key.create', scope);
      const { organizationId: named, ...wanted } = order;
      const organizationId = await tenantOf(viewer, named, 'body.organizationId', scope);
      const secret = newSecret();
      const given = { ...wanted, organizationId, hash: digest(secret), createdBy: viewer.id };
      const key = await keys.create({ ...given, createdAt: clock.now() });
      const detail = { scopes: wanted.scopes, quotaPerHour: wanted.quotaPerHour };
      await note(viewer, 'api_key.create', organizationId, key.id, 'done', scope, detail).catch(
        async (error: unknown) => {
          await keys.revoke(key.id, clock.now());
          throw error;
        },
      );
      return { key, secret };
    },

    list: async (viewer: Viewer, named: string | undefined, scope: CallScope): Promise<readonly ApiKey[]> => {
      if (!mayManage(viewer)) throw notAllowed();
      return keys.list(await tenantOf(viewer, named, 'query.organizationId', scope));
    },

    /** @param overlapSeconds how long the former secret goes on working. */
    rotate: async (
      viewer: Viewer,
      id: string,
      overlapSeconds: number,
      scope: CallScope,
    ): Promise<KeyWithSecret> => {
      await admit(viewer, 'api_key.rotate', scope);
      const known = await managed(viewer, id);
      if (known.revokedAt !== null) throw noSuchKey();
      const secret = newSecret();
      const key = await onRecord(viewer, 'api_key.rotate', known, scope, () =>
        keys.rotate(id, digest(secret), clock.now(), overlapSeconds),
      );
      return { key, secret };
    },

    /** Doing it again changes nothing. */
    revoke: async (viewer: Viewer, id: string, scope: CallScope): Promise<void> => {
      await admit(viewer, 'api_key.revoke', scope);
      const known = await managed(viewer, id);
      await onRecord(viewer, 'api_key.revoke', known, scope, () => keys.revoke(id, clock.now()));
    },
  };
}

export type ApiKeyUseCases = ReturnType<typeof makeApiKeyUseCases>;
