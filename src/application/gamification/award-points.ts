import { AppError, type ErrorDetail } from '../../domain/errors.ts';
import { type Claim, claimedEntry, isOnItsDay } from '../../domain/gamification/claim.ts';
import { earnedEntries } from '../../domain/gamification/learner-record.ts';
import type { LedgerEntry } from '../../domain/gamification/points.ts';
import type { Subject } from '../../domain/identity/policy.ts';
import type { Role } from '../../domain/identity/roles.ts';
import type { Viewer } from '../../domain/identity/viewer.ts';
import type { Attempt } from '../../domain/learning/attempt.ts';
import type { Service } from '../../domain/provenance.ts';
import { type Calendar, dayOf, isTimeZone } from '../../domain/time.ts';
import { lastDaysWindow } from '../analytics/define.ts';
import { historyDays } from '../analytics/fields.ts';
import type { Authorizer } from '../auth/authorize.ts';
import type { AnswerCache } from '../ports/answer-cache.ts';
import type { Clock } from '../ports/clock.ts';
import type { Digest } from '../ports/digest.ts';
import { allOn, type IsOn } from '../ports/flags.ts';
import type { OwnStores } from '../ports/gamification.ts';
import type { Award, Awarded, CommandKey, GamificationWrites } from '../ports/gamification-writes.ts';
import {
  type CallScope,
  type Reply,
  scopeWith,
  type UpstreamGate,
  type UpstreamReplies,
} from '../ports/reply.ts';
import { RpcError } from '../ports/rpc.ts';
import { failureOf } from '../ports/upstream-error.ts';
import { readLearner } from './read-learner.ts';
import { earnedAchievements } from './unlock-achievements.ts';

type World = 'live' | 'mock';

export interface AwardPointsDeps {
  gate: UpstreamGate;
  authorizer: Authorizer;
  isOn?: IsOn;
  /** What is awarded to people of the mock world is never recorded with what real people earned. */
  stores: Record<World, Pick<OwnStores, 'ledger' | 'kept'>>;
  writes: Record<World, GamificationWrites>;
  cache: Pick<AnswerCache, 'purge'>;
  clock: Clock;
  digest: Digest;
}

/** An award, and whether it is one to a person of the mock world. */
export interface AwardAnswer {
  awarded: Awarded;
  dataSource: 'realtime' | 'mock';
}

/**
 * @param key what the caller calls this command; the same one with the same claim is answered as it was.
 * @throws AppError FORBIDDEN, NOT_FOUND, VALIDATION_ERROR, INSUFFICIENT_DATA (no scored attempt), CONFLICT (the
 *   same command is being worked on), UNPROCESSABLE (the key of another command), UPSTREAM_UNAVAILABLE;
 *   RpcError unavailable.
 */
export type AwardPoints = (
  viewer: Viewer,
  claim: Claim,
  key: string,
  scope: CallScope,
) => Promise<AwardAnswer>;

/** Who may award; of whom is the authorizer's question. */
const awarders: readonly Role[] = ['org_admin', 'admin'];
/** How far the caller's clock may be ahead of ours. */
const skewMs = 5 * 60_000;
/** A command that died with its process holds its key this long at most. */
const longestLeaseSeconds = 60;
const graceSeconds = 5;

const invalid = (detail: ErrorDetail) =>
  new AppError('VALIDATION_ERROR', 'Some fields are not valid.', { details: [detail] });

const keyField = 'headers.Idempotency-Key';

/** What a key was refused for, in the caller's words. */
function asKeyError(error: unknown): unknown {
  if (!(error instanceof RpcError)) return error;
  if (error.code === 'unprocessable')
    return new AppError('UNPROCESSABLE', 'This Idempotency-Key was used for another request.', {
      details: [{ field: keyField, message: 'used_for_another_request' }],
      cause: error,
    });
  if (error.code === 'in_flight')
    return new AppError('CONFLICT', 'The same request is being worked on.', {
      details: [{ field: keyField, message: 'in_flight' }],
      retryAfterSeconds: 1,
      cause: error,
    });
  return error;
}

/** A needed answer of a service. @throws AppError UPSTREAM_UNAVAILABLE, CLIENT_CLOSED_REQUEST. */
async function needed<T>(service: Service, asked: Promise<Reply<T>>): Promise<T> {
  try {
    return (await asked).value;
  } catch (error) {
    const failure = failureOf(error);
    if (failure === 'cancelled') throw new AppError('CLIENT_CLOSED_REQUEST', 'The caller left.');
    throw new AppError('UPSTREAM_UNAVAILABLE', 'A needed service cannot be reached; nothing was awarded.', {
      details: [{ field: service, message: failure }],
      retryAfterSeconds: 5,
      cause: error,
    });
  }
}

/** Of the organization: without it the day would be recorded wrongly. */
async function zoneOf({ organizationId }: Subject, { directory }: UpstreamReplies): Promise<string> {
  if (organizationId === null) return 'UTC';
  const organization = await needed('directory', directory.organization(organizationId));
  const zone = organization?.timeZone;
  return zone && isTimeZone(zone) ? zone : 'UTC';
}

/** The attempts that an assessment's score is in; nobody is asked for any other claim. */
async function attemptsFor(claim: Claim, { assessment }: UpstreamReplies, now: number): Promise<Attempt[]> {
  if (claim.source !== 'assessment') return [];
  const window = lastDaysWindow(now, historyDays);
  return (await needed('assessment', assessment.attempts(claim.userId, window))) ?? [];
}

/** @throws AppError INSUFFICIENT_DATA when there is no score to award. */
function entryOf(claim: Claim, attempts: readonly Attempt[], calendar: Calendar): LedgerEntry {
  const entry = claimedEntry(claim, attempts, calendar);
  if (entry !== null) return entry;
  throw new AppError('INSUFFICIENT_DATA', 'The learner has no scored attempt at this assessment.', {
    details: [{ field: 'body.reference', message: 'no_scored_attempt' }],
  });
}

/**
 * Awards points for what somebody says a learner has done. How many is not theirs to say. Entry, totals,
 * achievements and events are one write.
 */
export function makeAwardPoints(deps: AwardPointsDeps): AwardPoints {
  const { gate, authorizer, cache, clock, digest, isOn = allOn } = deps;

  /** People whom no live Directory knows are of the mock world. */
  async function worldFor(
    { id: userId, organizationId }: Subject,
    scope: CallScope,
  ): Promise<{ world: World; upstreams: UpstreamReplies }> {
    if (gate.isConfigured('directory')) return { world: 'live', upstreams: gate.live(scope) };
    const mock = gate.mock(scopeWith(scope, { memo: new Map() }));
    if (mock !== null && (await isOn('mockFallback', { userId, organizationId })))
      return { world: 'mock', upstreams: mock };
    throw new AppError('UPSTREAM_UNAVAILABLE', 'Nobody can say who this person is.', {
      details: [{ field: 'directory', message: 'not_configured' }],
      retryAfterSeconds: 5,
    });
  }

  function keyOf(viewer: Viewer, claim: Claim, key: string): CommandKey {
    const { userId, source, reference, occurredAt } = claim;
    return {
      keyHash: digest(JSON.stringify(['award points', viewer.id, key])),
      requestHash: digest(JSON.stringify([userId, source, reference, occurredAt])),
      userId,
    };
  }

  async function subjectOf(viewer: Viewer, claim: Claim, scope: CallScope): Promise<Subject> {
    const isAwarder = viewer.roles.some((role) => awarders.includes(role));
    if (!isAwarder && viewer.scopes?.includes('points:write') !== true)
      throw new AppError('FORBIDDEN', 'Only an admin may award points.');
    if (viewer.id === claim.userId) throw new AppError('FORBIDDEN', 'Nobody awards points to themselves.');
    if (claim.occurredAt > clock.now() + skewMs)
      throw invalid({ field: 'body.occurredAt', message: 'must not be in the future' });
    const ref = { kind: 'learner', id: claim.userId } as const;
    return authorizer.peek(viewer, ref) ?? (await authorizer.authorize(viewer, ref, scope));
  }

  /** All of an award but who awards it under which key. */
  async function prepare(
    given: Claim,
    { subject, upstreams, world }: { subject: Subject; upstreams: UpstreamReplies; world: World },
    scope: CallScope,
  ): Promise<Omit<Award, 'key' | 'holder' | 'actorId'>> {
    const now = clock.now();
    const zone = await zoneOf(subject, upstreams);
    const calendar = { now, zone };
    // By a clock that is ahead: it happened just now. Nothing in the ledger lies in the future.
    const claim = { ...given, occurredAt: Math.min(given.occurredAt, now) };
    if (!isOnItsDay(claim, zone))
      throw invalid({ field: 'body.occurredAt', message: `must be on the day of reference in ${zone}` });
    const [attempts, read] = await Promise.all([
      attemptsFor(claim, upstreams, now),
      readLearner(upstreams, claim.userId, now),
    ]);
    const entry = entryOf(claim, attempts, calendar);
    const { ledger, kept } = deps.stores[world];
    const isClaimed = ({ source, reference }: LedgerEntry) =>
      source === entry.source && reference === entry.reference;
    const accrued = earnedEntries(claim.userId, read.sources, calendar);
    // What was earned beside it comes first: the day's cap and the total are then of all of it.
    await ledger.record(
      accrued.filter((other) => !isClaimed(other)),
      subject.organizationId,
      zone,
    );
    const earned = [...accrued, entry];
    const [summary, stays] = await Promise.all([
      ledger.summaryWith(claim.userId, earned, calendar),
      kept.of(claim.userId),
    ]);
    const stored = { ledger: summary, kept: stays };
    return {
      entry,
      organizationId: subject.organizationId,
      day: dayOf(entry.occurredAt, zone),
      zone,
      achievements: earnedAchievements(claim.userId, read, stored, calendar),
      now,
      correlationId: scope.requestId,
    };
  }

  async function carryOut(viewer: Viewer, claim: Claim, subject: Subject, key: string, scope: CallScope) {
    const { world, upstreams } = await worldFor(subject, scope);
    const writes = deps.writes[world];
    const commandKey = keyOf(viewer, claim, key);
    const budget = Math.ceil((scope.deadlineAt - clock.now()) / 1000) + graceSeconds;
    const lease = Math.min(longestLeaseSeconds, Math.max(graceSeconds, budget));
    const taken = await writes.takeKey(commandKey, clock.now(), lease);
    if (taken.state === 'done') return { world, awarded: taken.response };
    const { holder } = taken;
    const award = await prepare(claim, { subject, upstreams, world }, scope).catch(async (error: unknown) => {
      // Where this fails too, the lease ends by itself.
      await writes.releaseKey(commandKey.keyHash, holder).catch(() => undefined);
      throw error;
    });
    const awarded = await writes.award({ ...award, key: commandKey, holder, actorId: viewer.id });
    return { world, awarded };
  }

  return async (viewer, claim, key, scope) => {
    const subject = await subjectOf(viewer, claim, scope);
    const { world, awarded } = await carryOut(viewer, claim, subject, key, scope).catch((error: unknown) => {
      throw asKeyError(error);
    });
    await cache.purge([`learner:${claim.userId}`], 'changed');
    return { awarded, dataSource: world === 'live' ? 'realtime' : 'mock' };
  };
}
