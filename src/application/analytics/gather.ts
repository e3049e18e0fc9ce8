import {
  type DataSource,
  type MissingReason,
  type Service,
  type SourceRow,
  type UpstreamFailure,
  worstSource,
} from '../../domain/provenance.ts';
import { isTimeZone } from '../../domain/time.ts';
import type { OwnStores } from '../ports/gamification.ts';
import type { Reply, UpstreamReplies } from '../ports/reply.ts';
import { failureOf, UpstreamError } from '../ports/upstream-error.ts';
import type { Analytic, AnalyticRequest, OwnReads, Source, Sources } from './define.ts';
import { type Gap, timeZoneField } from './gaps.ts';

/** What the services said for one answer, and where each part came from. */
export interface Gathered {
  values: Record<string, unknown>;
  /** The organization's, or UTC when it is not known. */
  zone: string;
  sources: SourceRow[];
  /** What failed, is not configured, or knows nothing of the subject. */
  gaps: Gap[];
  dataSource: DataSource;
  /** Epoch ms of the oldest reply. */
  asOf: number;
  /** What the rows are made of. */
  outcomes: readonly Outcome[];
}

/** How one source ended: its value, the replies behind it, and the failure when there is no value. */
interface Outcome {
  value: unknown;
  replies: Reply<unknown>[];
  failure: { service: Service | undefined; failure: UpstreamFailure; error: unknown } | undefined;
}

async function settle(source: Source): Promise<Outcome> {
  try {
    if (!Array.isArray(source)) {
      const reply = await source;
      return { value: reply.value, replies: [reply], failure: undefined };
    }
    const replies = await Promise.all(source);
    return { value: replies.map((reply) => reply.value), replies, failure: undefined };
  } catch (error) {
    const service = error instanceof UpstreamError ? error.service : undefined;
    return { value: null, replies: [], failure: { service, failure: failureOf(error), error } };
  }
}

async function settleAll(sources: Sources): Promise<Record<string, Outcome>> {
  const entries = Object.entries(sources);
  const outcomes = await Promise.all(entries.map(([, source]) => settle(source)));
  return Object.fromEntries(entries.map(([name], index) => [name, outcomes[index] as Outcome]));
}

function throwFirstFailure(outcomes: readonly Outcome[]): void {
  const failed = outcomes.find(({ failure }) => failure !== undefined);
  if (failed?.failure !== undefined) throw failed.failure.error;
}

const valuesOf = (outcomes: Record<string, Outcome>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(outcomes).map(([name, outcome]) => [name, outcome.value]));

/** One row per service: the worst origin and the oldest age of its replies, and its failure if one failed. */
function sourceRows(outcomes: readonly Outcome[]): SourceRow[] {
  const rows = new Map<Service, { parts: Reply<unknown>[]; error?: UpstreamFailure }>();
  const rowOf = (service: Service) => {
    const row = rows.get(service) ?? { parts: [] };
    rows.set(service, row);
    return row;
  };
  for (const { replies, failure } of outcomes) {
    for (const reply of replies) rowOf(reply.service).parts.push(reply);
    if (failure?.service !== undefined) rowOf(failure.service).error = failure.failure;
  }
  return [...rows].map(([service, { parts, error }]) => ({
    service,
    dataSource: parts.length === 0 ? null : worstSource(parts.map((part) => part.dataSource)),
    asOf: parts.length === 0 ? null : new Date(Math.min(...parts.map((part) => part.asOf))).toISOString(),
    ...(error === undefined ? {} : { error }),
  }));
}

/** A service that answered and knows nothing is too little data; one that did not answer is unavailable. */
function reasonOf(failure: UpstreamFailure | undefined): MissingReason {
  if (failure === undefined) return 'insufficient_data';
  return failure === 'not_configured' ? 'not_configured' : 'unavailable';
}

/** What sources leave open that failed, are not configured, or know nothing of the subject. */
function gapsOf(affects: Analytic['affects'], outcomes: Record<string, Outcome>): Gap[] {
  return Object.entries(outcomes).flatMap(([name, { value, replies, failure }]) => {
    const unknown =
      value === null || (Array.isArray(value) && value.length > 0 && value.every((v) => v === null));
    if (failure === undefined && !unknown) return [];
    const service = failure?.service ?? replies[0]?.service;
    return [{ fields: affects[name] ?? [], reason: reasonOf(failure?.failure), service }];
  });
}

/** What our own stores hold: null, and its figures unavailable, where a store could not be read. */
async function readOwn(
  reads: OwnReads,
  affects: Analytic['affects'],
): Promise<{ values: Record<string, unknown>; gaps: Gap[] }> {
  const ends = await Promise.allSettled(Object.values(reads));
  const named = Object.keys(reads).map((name, index) => ({ name, end: ends[index] }));
  const failed = named.filter(({ end }) => end?.status === 'rejected');
  return {
    values: Object.fromEntries(
      named.map(({ name, end }) => [name, end?.status === 'fulfilled' ? end.value : null]),
    ),
    gaps: failed.map(({ name }) => ({
      fields: affects[name] ?? [],
      reason: 'unavailable',
      service: undefined,
    })),
  };
}

const zoneOf = (organization: unknown): string => {
  const zone = (organization as { timeZone?: string | null } | null)?.timeZone;
  return zone && isTimeZone(zone) ? zone : 'UTC';
};

/** One reading of what was worked out beforehand for all sources of an answer, so that they agree. */
function readingOnce(stores: OwnStores): OwnStores {
  const { cohorts } = stores;
  if (cohorts === undefined) return stores;
  const readings = new Map<string, ReturnType<typeof cohorts.standing>>();
  const standing: typeof cohorts.standing = (question) => {
    const key = JSON.stringify(question);
    const reading = readings.get(key) ?? cohorts.standing(question);
    readings.set(key, reading);
    return reading;
  };
  return { ...stores, cohorts: { standing } };
}

/**
 * Asks all sources of an analytic: required, optional and the organization (for its time zone) together,
 * then what depends on them (on the required ones alone, where it says so), and our own stores.
 * @throws whatever a required source failed with.
 */
export async function gather(
  analytic: Analytic,
  upstreams: UpstreamReplies,
  request: AnalyticRequest,
  stores: OwnStores,
): Promise<Gathered> {
  const kept = readingOnce(stores);
  const { organizationId } = request.subject;
  const organization: Sources =
    organizationId === null ? {} : { organization: upstreams.directory.organization(organizationId) };
  const asked = [
    settleAll(analytic.sources(upstreams, request, kept)),
    settleAll(analytic.optional(upstreams, request, kept)),
    settleAll(organization),
  ] as const;
  const required = await asked[0];
  throwFirstFailure(Object.values(required));
  const depending = (found: Record<string, unknown>) =>
    settleAll(analytic.dependent(upstreams, found, request));
  const early = analytic.dependentAfter === 'required' ? depending(valuesOf(required)) : null;

  const [optional, calendar] = await Promise.all([asked[1], asked[2]]);
  const found = { ...valuesOf(required), ...valuesOf(optional) };
  const zone = zoneOf(calendar.organization?.value);
  const [dependent, own] = await Promise.all([
    early ?? depending(found),
    readOwn(analytic.own(stores, request, { now: request.now, zone }, found), analytic.affects),
  ]);
  throwFirstFailure(analytic.dependentRequired.flatMap((name) => dependent[name] ?? []));

  const outcomes = { ...required, ...optional, ...dependent };
  return {
    values: { ...valuesOf(outcomes), ...own.values },
    zone,
    gaps: [
      ...gapsOf(analytic.affects, outcomes),
      ...own.gaps,
      ...gapsOf({ organization: [timeZoneField] }, calendar),
    ],
    ...standingOn([...Object.values(outcomes), ...Object.values(calendar)], request.now),
  };
}

/** The rows of all replies, the worst of their origins and the oldest of their ages; `now` where there are none. */
function standingOn(outcomes: readonly Outcome[], now: number) {
  const replies = outcomes.flatMap((outcome) => outcome.replies);
  return {
    outcomes,
    sources: sourceRows(outcomes),
    dataSource: worstSource(replies.map((reply) => reply.dataSource)),
    asOf: Math.min(now, ...replies.map((reply) => reply.asOf)),
  };
}

/** What was gathered, with the calls that the figures themselves asked for; `values` are those calls' alone. */
export async function gatherMore(
  gathered: Gathered,
  analytic: Analytic,
  sources: Sources,
  now: number,
): Promise<Gathered> {
  const more = await settleAll(sources);
  return {
    ...gathered,
    values: valuesOf(more),
    gaps: [...gathered.gaps, ...gapsOf(analytic.affects, more)],
    ...standingOn([...gathered.outcomes, ...Object.values(more)], now),
  };
}
