import { describe, expect, it } from 'vitest';
import {
  type AnyPolicy,
  decide,
  isAllowedByClaims,
  isOnlyOwn,
  reachOf,
  reachOfRoles,
  relationBetween,
  relationByClaims,
  type SubjectFacts,
} from '../../../src/domain/identity/policy.ts';
import { normaliseRole, normaliseRoles, type Role } from '../../../src/domain/identity/roles.ts';
import type { Viewer } from '../../../src/domain/identity/viewer.ts';

const viewerWith = (roles: Role[], organizationId: string | null = 'org-1'): Viewer => ({
  id: 'me',
  organizationId,
  roles,
  tokenId: 't',
  sessionId: null,
  expiresAt: 0,
  asOf: 0,
});

/** Subjects as a viewer of org-1 may meet them. */
const subjects = {
  own: { id: 'me', facts: { organizationId: 'org-1', roles: ['trainer'], trainerIds: [] } },
  taught: { id: 'u', facts: { organizationId: 'org-1', roles: ['trainer'], trainerIds: ['me'] } },
  other: { id: 'u', facts: { organizationId: 'org-1', roles: ['trainer'], trainerIds: ['t-9'] } },
  otherTenant: { id: 'u', facts: { organizationId: 'org-2', roles: ['trainer'], trainerIds: ['me'] } },
  missing: { id: 'u', facts: null },
} as const satisfies Record<string, { id: string; facts: SubjectFacts | null }>;

const A = 'allow';
const F = 'forbidden';
const N = 'not_found';

/** Expected: own, taught, other, other tenant, missing. */
const table: Record<AnyPolicy, Record<Role, readonly string[]>> = {
  learner: {
    learner: [A, F, F, N, N],
    trainer: [A, A, F, N, N],
    org_admin: [A, A, A, N, N],
    admin: [A, A, A, A, N],
  },
  trainer: {
    learner: [F, F, F, N, N],
    trainer: [A, F, F, N, N],
    org_admin: [A, A, A, N, N],
    admin: [A, A, A, A, N],
  },
  organization: {
    learner: [F, F, F, N, N],
    trainer: [F, F, F, N, N],
    org_admin: [A, A, A, N, N],
    admin: [A, A, A, A, N],
  },
  // Who has left every directory is still somebody to an admin.
  person: {
    learner: [A, F, F, N, N],
    trainer: [A, F, F, N, N],
    org_admin: [A, A, A, N, N],
    admin: [A, A, A, A, A],
  },
};

describe('who may see what', () => {
  const rows = Object.entries(table).flatMap(([policy, roles]) =>
    Object.entries(roles).flatMap(([role, expected]) =>
      Object.entries(subjects).map(
        ([name, subject], at) => [role, policy, name, expected[at], subject] as const,
      ),
    ),
  );
  it.each(rows)('%s on a %s subject that is %s: %s', (role, policy, _name, expected, { id, facts }) => {
    expect(decide(viewerWith([role as Role]), policy as AnyPolicy, id, facts)).toBe(expected);
  });

  const ofKey: Record<AnyPolicy, readonly string[]> = {
    learner: [A, A, A, N, N],
    trainer: [A, A, A, N, N],
    organization: [A, A, A, N, N],
    person: [F, F, F, N, N],
  };
  const keyRows = Object.entries(ofKey).flatMap(([policy, expected]) =>
    Object.entries(subjects).map(([name, subject], at) => [policy, name, expected[at], subject] as const),
  );
  // Its id and its roles open nothing, whatever they are.
  const key: Viewer = { ...viewerWith(['trainer', 'org_admin', 'admin']), scopes: [] };
  it.each(keyRows)(
    'a service’s key on a %s subject that is %s: %s',
    (policy, _name, expected, { id, facts }) => {
      expect(decide(key, policy as AnyPolicy, id, facts)).toBe(expected);
    },
  );

  it('lets a key reach its organization and nobody of its own', () => {
    const relations = (['learner', 'trainer', 'organization', 'person'] as const).map((policy) =>
      reachOf(key, policy),
    );
    expect(relations).toEqual([['own_organization'], ['own_organization'], ['own_organization'], []]);
    expect(relationByClaims(key, 'learner', 'me')).toBeNull();
    expect(relationByClaims(key, 'organization', 'org-1')).toBe('own_organization');
  });

  it('is said by role for whoever documents it', () => {
    expect(reachOfRoles('organization')).toEqual([
      { relation: 'own_organization', role: 'org_admin' },
      { relation: 'own_organization', role: 'key' },
      { relation: 'any', role: 'admin' },
    ]);
  });

  it('leaves what is kept of an admin of the platform to admins and to that admin', () => {
    const facts: SubjectFacts = { organizationId: 'org-1', roles: ['admin'], trainerIds: [] };
    const asOrgAdmin = viewerWith(['org_admin']);
    expect(asOrgAdmin.organizationId).toBe(facts.organizationId);
    expect(decide(asOrgAdmin, 'person', 'root', facts)).toBe('forbidden');
    expect(decide(asOrgAdmin, 'person', asOrgAdmin.id, facts)).toBe('allow');
    expect(decide(viewerWith(['admin']), 'person', 'root', facts)).toBe('allow');
  });

  it('gives someone without a role only themselves', () => {
    expect(decide(viewerWith([]), 'learner', 'me', subjects.own.facts)).toBe(A);
    expect(decide(viewerWith([]), 'learner', 'u', subjects.other.facts)).toBe(F);
  });

  it('gives an org_admin without an organization nobody', () => {
    const facts = { organizationId: null, roles: [], trainerIds: [] };
    expect(decide(viewerWith(['org_admin'], null), 'learner', 'u', facts)).toBe(N);
  });

  it('does not take somebody who does not teach for a trainer', () => {
    const facts = { organizationId: 'org-1', roles: ['learner'], trainerIds: [] } as const;
    expect(decide(viewerWith(['admin']), 'trainer', 'u', facts)).toBe(N);
  });

  it('needs no facts for oneself, and says for whom a caller may ask', () => {
    expect(isAllowedByClaims(viewerWith(['learner']), 'learner', 'me')).toBe(true);
    expect(isAllowedByClaims(viewerWith(['learner']), 'trainer', 'me')).toBe(false);
    expect(reachOf(viewerWith(['trainer']), 'learner')).toEqual(['self', 'taught']);
    expect(reachOf(viewerWith(['learner']), 'organization')).toEqual([]);
    expect(isAllowedByClaims(viewerWith([]), 'person', 'me')).toBe(true);
    expect(reachOf(viewerWith(['trainer']), 'person')).toEqual(['self']);
  });

  it('needs no facts for the own organization of an org_admin, and of nobody else', () => {
    const own = (roles: Role[], id = 'org-1', organizationId: string | null = 'org-1') =>
      isAllowedByClaims(viewerWith(roles, organizationId), 'organization', id);
    expect(own(['org_admin'])).toBe(true);
    expect(own(['org_admin'], 'org-2')).toBe(false);
    expect(own(['org_admin'], 'org-1', null)).toBe(false);
    expect(own(['admin', 'trainer', 'learner'])).toBe(false);
    // An id of a person is no organization, whatever it is called.
    expect(isAllowedByClaims(viewerWith(['org_admin']), 'learner', 'org-1')).toBe(false);
  });
});

describe('what lets a viewer in', () => {
  const facts = { organizationId: 'org-1', roles: ['trainer', 'learner'], trainerIds: ['me'] } as const;

  it('is the narrowest rule that holds', () => {
    const all = viewerWith(['trainer', 'org_admin', 'admin']);
    expect(relationBetween(all, 'learner', 'me', facts)).toBe('self');
    expect(relationBetween(all, 'learner', 'u', facts)).toBe('taught');
    expect(relationBetween(viewerWith(['org_admin', 'admin']), 'learner', 'u', facts)).toBe(
      'own_organization',
    );
    expect(relationBetween(viewerWith(['admin']), 'learner', 'u', facts)).toBe('any');
    expect(relationBetween(viewerWith(['learner']), 'learner', 'u', facts)).toBeNull();
    expect(relationByClaims(all, 'trainer', 'me')).toBe('self');
    expect(relationByClaims(all, 'organization', 'org-1')).toBe('own_organization');
    expect(relationByClaims(all, 'learner', 'u')).toBeNull();
  });

  it('tells of nobody else only where a learner asks for the own figures', () => {
    expect(isOnlyOwn({ kind: 'learner', id: 'me' }, 'me')).toBe(true);
    expect(isOnlyOwn({ kind: 'learner', id: 'u' }, 'me')).toBe(false);
    expect(isOnlyOwn({ kind: 'trainer', id: 'me' }, 'me')).toBe(false);
    expect(isOnlyOwn({ kind: 'organization', id: 'me' }, 'me')).toBe(false);
  });
});

describe('roles', () => {
  it('are known by their synonyms, and unknown ones open nothing', () => {
    expect(['Org-Admin', 'org -  admin', ' INSTRUCTOR ', 'student', 'root'].map(normaliseRole)).toEqual([
      'org_admin',
      'org_admin',
      'trainer',
      'learner',
      null,
    ]);
    // Look-alikes: Cyrillic а, dotless ı, dotted İ, full width, an invisible letter.
    expect(normaliseRoles(['аdmin', 'admın', 'ADMİN', 'ａｄｍｉｎ', 'ad\u200bmin'])).toEqual([]);
    expect(normaliseRoles(['admin', 'root', 'org-admin', 'admin', '__proto__', 'constructor'])).toEqual([
      'org_admin',
      'admin',
    ]);
  });
});
