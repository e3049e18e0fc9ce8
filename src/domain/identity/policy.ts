import type { Role } from './roles.ts';
import type { Viewer } from './viewer.ts';

/** Whom figures can be about. */
export const policies = ['learner', 'trainer', 'organization'] as const;
export type Policy = (typeof policies)[number];

/** All that is decided about; `person` is everything that is kept of somebody, to have it or to have it erased. */
export const allPolicies = [...policies, 'person'] as const;
export type AnyPolicy = (typeof allPolicies)[number];

/** Whom an answer is about, after the decision that the viewer may see it. */
export interface Subject {
  kind: Policy;
  id: string;
  organizationId: string | null;
}

/** What has to be known about a subject before it can be decided who may see it. */
export interface SubjectFacts {
  organizationId: string | null;
  roles: readonly Role[];
  /** Trainers of the courses in which the subject is enrolled and from which it has not withdrawn. */
  trainerIds: readonly string[];
}

export type Decision = 'allow' | 'forbidden' | 'not_found';

/** How a viewer stands to a subject it may see. */
export const relations = ['self', 'taught', 'own_organization', 'any'] as const;
export type Relation = (typeof relations)[number];

interface Rule {
  relation: Relation;
  /** Without the role the rule says nothing; null = any person; key = a service's key, which has no role. */
  role: Role | 'key' | null;
  why: string;
  holds: (viewer: Viewer, subjectId: string, facts: SubjectFacts) => boolean;
}

const any: Rule = {
  relation: 'any',
  role: 'admin',
  why: 'an admin runs the platform',
  holds: () => true,
};
const self: Rule = {
  relation: 'self',
  role: null,
  why: 'everyone may see what is known of themselves',
  holds: (viewer, subjectId) => viewer.id === subjectId,
};
const ownOrganization: Rule = {
  relation: 'own_organization',
  role: 'org_admin',
  why: 'an org_admin answers for the people of the own organization',
  holds: (viewer, _subjectId, facts) =>
    viewer.organizationId !== null && viewer.organizationId === facts.organizationId,
};
/** Who runs the platform is nobody's to end from within an organization. */
const ownPeople: Rule = {
  ...ownOrganization,
  why: 'an org_admin answers for the people of the own organization, but for no admin of the platform',
  holds: (viewer, subjectId, facts) =>
    !facts.roles.includes('admin') && ownOrganization.holds(viewer, subjectId, facts),
};
const ownTenant: Rule = {
  ...ownOrganization,
  role: 'key',
  why: 'a key acts for its organization, where its scopes let it',
};
const taught: Rule = {
  relation: 'taught',
  role: 'trainer',
  why: 'a trainer sees those who are enrolled in a course the trainer teaches, in the same organization',
  holds: (viewer, subjectId, facts) =>
    facts.trainerIds.includes(viewer.id) && ownOrganization.holds(viewer, subjectId, facts),
};

/** Who may see what. A role alone opens nothing: every rule is about a viewer and a subject. */
const rules: Record<AnyPolicy, readonly Rule[]> = {
  learner: [self, taught, ownOrganization, ownTenant, any],
  trainer: [{ ...self, role: 'trainer' }, ownOrganization, ownTenant, any],
  organization: [ownOrganization, ownTenant, any],
  // Teaching somebody is no reason to take or end what is kept of them.
  person: [self, ownPeople, any],
};

function applies({ role }: Rule, { roles, scopes }: Viewer): boolean {
  if (scopes !== undefined || role === 'key') return scopes !== undefined && role === 'key';
  return role === null || roles.includes(role);
}

/** Somebody who has left every directory may still have something kept, and a right to it. */
const reachesTheUnknown = (viewer: Viewer, policy: AnyPolicy): boolean =>
  policy === 'person' && applies(any, viewer);

/**
 * Whether a viewer may see a subject. `facts` null = there is no such subject. Someone else's tenant and
 * nobody at all answer alike, so that ids cannot be probed.
 */
export function decide(
  viewer: Viewer,
  policy: AnyPolicy,
  subjectId: string,
  facts: SubjectFacts | null,
): Decision {
  if (facts === null) return reachesTheUnknown(viewer, policy) ? 'allow' : 'not_found';
  const isSubject = policy !== 'trainer' || facts.roles.includes('trainer');
  if (!isSubject) return 'not_found';
  if (rules[policy].some((rule) => applies(rule, viewer) && rule.holds(viewer, subjectId, facts)))
    return 'allow';
  return viewer.organizationId !== null && viewer.organizationId === facts.organizationId
    ? 'forbidden'
    : 'not_found';
}

/**
 * True when the verified claims of the viewer alone decide, without a look-up: it asks about itself, or as org_admin
 * about the organization that its token names.
 */
export function isAllowedByClaims(viewer: Viewer, policy: AnyPolicy, subjectId: string): boolean {
  const isNamed: Record<Relation, boolean> = {
    self: viewer.id === subjectId,
    own_organization: policy === 'organization' && viewer.organizationId === subjectId,
    taught: false,
    any: false,
  };
  return rules[policy].some((rule) => applies(rule, viewer) && isNamed[rule.relation]);
}

/** How who has which role may stand to the subjects of a policy; null = whoever it is, `key` = a service's key. */
export const reachOfRoles = (policy: AnyPolicy): Pick<Rule, 'relation' | 'role'>[] =>
  rules[policy].map(({ relation, role }) => ({ relation, role }));

/** For whom this viewer may call routes of a policy; empty = for nobody. */
export function reachOf(viewer: Viewer, policy: AnyPolicy): Relation[] {
  return rules[policy].filter((rule) => applies(rule, viewer)).map((rule) => rule.relation);
}
