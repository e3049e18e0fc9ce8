import { AppError, RefusedError } from '../../domain/errors.ts';
import {
  type AnyPolicy,
  type Decision,
  decide,
  isAllowedByClaims,
  type Policy,
  type Relation,
  relationBetween,
  relationByClaims,
  type Subject,
  type SubjectFacts,
} from '../../domain/identity/policy.ts';
import type { Viewer } from '../../domain/identity/viewer.ts';
import type { Enrolment } from '../../domain/learning/enrolment.ts';
import type { Clock } from '../ports/clock.ts';
import {
  type CallScope,
  type Reply,
  scopeWith,
  type UpstreamGate,
  type UpstreamReplies,
} from '../ports/reply.ts';
import { UpstreamError } from '../ports/upstream-error.ts';
import { liveOrUnconfiguredMock } from './mock-or-live.ts';

export interface SubjectRef {
  kind: Policy;
  id: string;
}

/** The same of everything that is decided about. */
interface AskedAbout {
  kind: AnyPolicy;
  id: string;
}

/** A subject, and what lets the viewer see it. */
export interface Permission extends Subject {
  relation: Relation;
}

/** Decides who may see what. */
export interface Authorizer {
  /** A decision of the last seconds, without asking anyone. */
  peek(viewer: Viewer, ref: SubjectRef): Permission | undefined;
  /** @throws AppError FORBIDDEN, NOT_FOUND, or UPSTREAM_UNAVAILABLE when the facts cannot be had. */
  authorize(viewer: Viewer, ref: SubjectRef, scope: CallScope): Promise<Permission>;
}

/** Decisions about these subjects are made anew. */
export interface ForgetsDecisions {
  forget(subjectIds: readonly string[]): void;
  forgetAll(): void;
}

/** Somebody of whom everything may be asked for, or erased. */
export interface Person {
  id: string;
  /** Null = of none, or one that no directory knows any more. */
  organizationId: string | null;
  /** Whether a directory, or the person, says that there is such a person. */
  isKnown: boolean;
}

/** Decides who may have, or end, what is kept of a person. Never from memory: what is ended does not come back. */
export interface PersonAuthorizer {
  /** @throws AppError FORBIDDEN, NOT_FOUND, or UPSTREAM_UNAVAILABLE when the facts cannot be had. */
  authorizePerson(viewer: Viewer, userId: string, scope: CallScope): Promise<Person>;
}

/** A permission is remembered this long: the time a change of role may take to be felt. */
const rememberedMs = 5000;
const mostRemembered = 50_000;
/** Facts older than this decide nothing while whoever knows better answers. */
const oldestFactsMs = 5 * 60_000;
/**
 * Facts that decide who may read while whoever knows better is silent: as long as the roles in a token stand without
 * anybody being asked, and never longer than a quarter of an hour.
 */
const oldestSilentFactsMs = 15 * 60_000;
/** Subjects of whom it is known when they were last forgotten; of those before them, all are as the last of them. */
const mostForgotten = 50_000;

const unavailable = (cause: unknown) =>
  new AppError('UPSTREAM_UNAVAILABLE', 'It cannot be decided now who may see this.', {
    retryAfterSeconds: 5,
    cause,
  });

/** Facts, and whether all of them were said just now. */
interface Told {
  facts: SubjectFacts | null;
  isNew: boolean;
}

/** Of the sample world there is nothing newer. */
const isNewWord = ({ dataSource }: Reply<unknown>) => dataSource === 'realtime' || dataSource === 'mock';

function trainersOf(enrolments: readonly Enrolment[] | null): string[] {
  const present = (enrolments ?? []).filter(({ status }) => status !== 'withdrawn');
  return present.flatMap(({ trainerId }) => (trainerId === null ? [] : [trainerId]));
}

/** @throws AppError FORBIDDEN, NOT_FOUND; RefusedError, but for acts on a person: who carries them out records those. */
function check(decision: Decision, asked: AskedAbout): void {
  if (decision === 'allow') return;
  const [code, message] =
    decision === 'forbidden'
      ? (['FORBIDDEN', 'You may not see this.'] as const)
      : (['NOT_FOUND', 'There is no such subject.'] as const);
  throw asked.kind === 'person' ? new AppError(code, message) : new RefusedError(code, message, asked);
}

/** Of a viewer who was let in. */
function permission(viewer: Viewer, ref: SubjectRef, facts: SubjectFacts | null): Permission {
  // Whoever reaches the unknown runs the platform.
  const relation = (facts && relationBetween(viewer, ref.kind, ref.id, facts)) ?? 'any';
  return { ...ref, organizationId: facts?.organizationId ?? null, relation };
}

/** A decision, and epoch ms until which it stands. */
interface Remembered {
  subject: Permission;
  until: number;
}

/**
 * @param hearsPurges false = what is remembered may be of before a change that others have made known.
 * @param tokenLifeMs life of an access token.
 */
export function makeAuthorizer(
  gate: UpstreamGate,
  clock: Clock,
  hearsPurges: () => boolean = () => true,
  tokenLifeMs: number = oldestSilentFactsMs,
): Authorizer & PersonAuthorizer & ForgetsDecisions {
  const silentFactsMs = Math.max(oldestFactsMs, Math.min(tokenLifeMs, oldestSilentFactsMs));
  /** By kind and id of the subject, then by token: words as they are, for a key made anew costs more than all three. */
  const remembered: Record<Policy, Map<string, Map<string, Remembered>>> = {
    learner: new Map(),
    trainer: new Map(),
    organization: new Map(),
  };
  let decisions = 0;
  /** How often something was forgotten: what is being decided meanwhile may stand on old facts. */
  let times = 0;
  /** Subject → epoch ms of its last change that we were told of: what was said before it decides nothing. */
  const forgottenAt = new Map<string, number>();
  let allForgottenAt = Number.NEGATIVE_INFINITY;

  function clear(): void {
    for (const ofKind of Object.values(remembered)) ofKind.clear();
    decisions = 0;
  }

  function remember({ tokenId }: Viewer, { kind, id }: SubjectRef, subject: Permission): void {
    if (decisions >= mostRemembered) clear();
    const known = remembered[kind].get(id) ?? new Map<string, Remembered>();
    const before = known.size;
    known.set(tokenId, { subject, until: clock.now() + rememberedMs });
    decisions += known.size - before;
    remembered[kind].set(id, known);
  }

  function forgetAll(): void {
    times += 1;
    allForgottenAt = clock.now();
    forgottenAt.clear();
    clear();
  }

  function forget(subjectIds: readonly string[]): void {
    times += 1;
    for (const id of subjectIds) {
      for (const ofKind of Object.values(remembered)) {
        decisions -= ofKind.get(id)?.size ?? 0;
        ofKind.delete(id);
      }
      forgottenAt.delete(id);
      forgottenAt.set(id, clock.now());
    }
    for (const [oldest, at] of forgottenAt) {
      if (forgottenAt.size <= mostForgotten) return;
      forgottenAt.delete(oldest);
      allForgottenAt = Math.max(allForgottenAt, at);
    }
  }

  /** Whether a service's word of a subject may decide now. */
  function decides(kind: AnyPolicy, id: string, { asOf, dataSource }: Reply<unknown>): boolean {
    // What is ended or taken away does not come back: of that nothing old decides.
    const isSilent = dataSource === 'stale' && kind !== 'person' && hearsPurges();
    const isYoung = clock.now() - asOf <= (isSilent ? silentFactsMs : oldestFactsMs);
    return isYoung && asOf >= Math.max(allForgottenAt, forgottenAt.get(id) ?? allForgottenAt);
  }

  async function fact<T>(
    { kind, id }: AskedAbout,
    scope: CallScope,
    ask: (upstreams: UpstreamReplies) => Promise<Reply<T>>,
  ): Promise<Reply<T>> {
    try {
      const reply = await liveOrUnconfiguredMock(gate, scope, ask);
      if (!decides(kind, id, reply)) throw unavailable(undefined);
      return reply;
    } catch (error) {
      throw error instanceof UpstreamError ? unavailable(error) : error;
    }
  }

  async function personFacts(viewer: Viewer, asked: AskedAbout, scope: CallScope): Promise<Told> {
    const { kind, id } = asked;
    const member = await fact(asked, scope, ({ directory }) => directory.user(id));
    if (member.value === null) return { facts: null, isNew: isNewWord(member) };
    const { organizationId, roles } = member.value;
    // Only a trainer of the same organization gains anything by the courses, so nobody else makes us ask.
    const asks =
      kind === 'learner' && viewer.roles.includes('trainer') && viewer.organizationId === organizationId;
    const enrolments = asks ? (await fact(asked, scope, ({ courses }) => courses.progress(id))).value : null;
    const facts = { organizationId, roles, trainerIds: trainersOf(enrolments) };
    return { facts, isNew: isNewWord(member) };
  }

  async function organizationFacts(asked: AskedAbout, scope: CallScope): Promise<Told> {
    const organization = await fact(asked, scope, ({ directory }) => directory.organization(asked.id));
    const facts = organization.value && {
      organizationId: organization.value.id,
      roles: [],
      trainerIds: [],
    };
    return { facts, isNew: isNewWord(organization) };
  }

  const factsOf = (viewer: Viewer, asked: AskedAbout, scope: CallScope): Promise<Told> =>
    asked.kind === 'organization' ? organizationFacts(asked, scope) : personFacts(viewer, asked, scope);

  /**
   * That there is no such subject is never said from memory: whom another tenant has asked about lately would be
   * refused sooner than nobody at all, and while Directory is silent with another status.
   * @throws AppError FORBIDDEN, NOT_FOUND, UPSTREAM_UNAVAILABLE.
   */
  async function checked(viewer: Viewer, asked: AskedAbout, scope: CallScope): Promise<SubjectFacts | null> {
    const decided = ({ facts }: Told) => decide(viewer, asked.kind, asked.id, facts);
    let told = await factsOf(viewer, asked, scope);
    if (decided(told) === 'not_found' && !told.isNew) {
      told = await factsOf(viewer, asked, scopeWith(scope, { asksAnew: true, memo: new Map() }));
      if (!told.isNew) throw unavailable(undefined);
    }
    check(decided(told), asked);
    return told.facts;
  }

  async function judge(viewer: Viewer, ref: SubjectRef, scope: CallScope): Promise<Permission> {
    const claimed = relationByClaims(viewer, ref.kind, ref.id);
    if (claimed !== null) return { ...ref, organizationId: viewer.organizationId, relation: claimed };
    return permission(viewer, ref, await checked(viewer, ref, scope));
  }

  async function judgePerson(viewer: Viewer, id: string, scope: CallScope): Promise<Person> {
    if (isAllowedByClaims(viewer, 'person', id))
      return { id, organizationId: viewer.organizationId, isKnown: true };
    const facts = await checked(viewer, { kind: 'person', id }, scope);
    return { id, organizationId: facts?.organizationId ?? null, isKnown: facts !== null };
  }

  return {
    peek: (viewer, ref) => {
      const known = remembered[ref.kind].get(ref.id)?.get(viewer.tokenId);
      return known !== undefined && known.until > clock.now() && hearsPurges() ? known.subject : undefined;
    },
    authorize: async (viewer, ref, scope) => {
      const before = times;
      const subject = await judge(viewer, ref, scope);
      if (times === before) remember(viewer, ref, subject);
      return subject;
    },
    authorizePerson: judgePerson,
    forget,
    forgetAll,
  };
}
