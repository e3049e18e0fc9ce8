/**
 * One analytic, one file. What `defineAnalytic` is given is all there is to know about it; the route, the
 * policy check, validation both ways, the OpenAPI operation, cache key and policy, provenance, the metric
 * dictionary row, the dashboard section and the row in the tests all follow from it.
 */
import type { z } from 'zod';
import type { Policy, Subject } from '../../domain/identity/policy.ts';
import type { Narratable } from '../../domain/narrative/narrative.ts';
import type { Computed, Service } from '../../domain/provenance.ts';
import type { Setting } from '../../domain/setting.ts';
import type { Calendar } from '../../domain/time.ts';
import type { OwnStores } from '../ports/gamification.ts';
import type { Reply, UpstreamReplies } from '../ports/reply.ts';
import type { Window } from '../ports/upstreams.ts';
import type { CachePolicyName } from './cache-policies.ts';

/** Rate-limit classes; their numbers are configuration. */
export type RateClass = 'standard' | 'predictive' | 'auth' | 'refresh' | 'report' | 'webhook';

/** A route that will end. */
export interface Deprecated {
  /** Day from which on nobody should begin to use it, ISO date. */
  since: string;
  /** Day from which on it may be gone, ISO date. */
  sunset: string;
  /** Path of the route that takes its place; parameters of one name are the same. */
  successor: string;
}

/** What is asked, by whom it is about. `now` is the request's one reading of the clock, epoch ms. */
export interface AnalyticRequest<Query = unknown> {
  subject: Subject;
  query: Query;
  now: number;
}

/** One entry is one tracked call, or one per item of a list that an earlier call found. */
export type Source = Promise<Reply<unknown>> | Promise<Reply<unknown>>[];
export type Sources = Record<string, Source>;
type ValueOf<S> = S extends Promise<Reply<infer T>> ? T : S extends Promise<Reply<infer T>>[] ? T[] : never;
/** What required sources hold; null inside means that the service knows nothing of the subject. */
export type Values<S> = { [K in keyof S]: ValueOf<S[K]> };
/** What optional sources hold; null also when the service could not be asked. */
export type OptionalValues<S> = { [K in keyof S]: ValueOf<S[K]> | null };
/** Reads of our own stores, which are no services: they have no row in `meta.sources`. */
export type OwnReads = Record<string, Promise<unknown>>;
/** What our own stores hold; null when a store could not be read. */
export type OwnValues<R> = { [K in keyof R]: Awaited<R[K]> | null };

/** How the metric dictionary explains the figures, in words for people. */
export interface Definition {
  formula: string;
  unit: string;
  /** Whom a figure is compared with, or who is counted. */
  population: string;
  nullRule: string;
}

// biome-ignore lint/complexity/noBannedTypes: the empty record, for analytics without optional or dependent sources
type None = {};

export interface AnalyticSpec<
  Query extends z.ZodObject,
  Result extends z.ZodType,
  S extends Sources,
  O extends Sources = None,
  D extends Sources = None,
  DependentService extends Service = never,
  R extends OwnReads = None,
  F extends Sources = None,
  FinishService extends Service = never,
> {
  /** `<audience>.<kebab-name>`; the dashboard section is the name in camelCase. */
  id: string;
  /** Goes up when a definition changes; part of every cache key. */
  version: number;
  /** Below /api/v1; its one parameter is the subject's id. */
  path: string;
  subject: Policy;
  summary: string;
  definition: Definition;
  query: Query;
  result: Result;
  cache: CachePolicyName;
  rate: RateClass;
  deprecated?: Deprecated;
  /**
   * Started together; any of them failing ends the answer (ladder, then an error). `stores` are for work that
   * keeps what it reads from the services, as the leaderboard's walk does: only a source has a provenance.
   */
  sources: (upstreams: UpstreamReplies, request: AnalyticRequest<z.output<Query>>, stores: OwnStores) => S;
  /** Started with the required ones; failing turns all figures of `affects` to null. */
  optional?: (upstreams: UpstreamReplies, request: AnalyticRequest<z.output<Query>>, stores: OwnStores) => O;
  /** Calls that need what the first ones found, such as the rolls of a learner's courses. */
  dependent?: {
    services: readonly DependentService[];
    /** Those without which there is no answer; the others are optional. */
    required?: readonly (keyof D & string)[];
  } & (
    | {
        /** Begun as soon as the required sources are there: a slow optional one does not hold them up. */
        after: 'required';
        start: (
          upstreams: Pick<UpstreamReplies, DependentService>,
          found: Values<S>,
          request: AnalyticRequest<z.output<Query>>,
        ) => D;
      }
    | {
        after?: 'all';
        start: (
          upstreams: Pick<UpstreamReplies, DependentService>,
          found: Values<S> & OptionalValues<O>,
          request: AnalyticRequest<z.output<Query>>,
        ) => D;
      }
  );
  /** Reads of our own stores, after required and optional sources; failing turns `affects` to null. */
  own?: (
    stores: OwnStores,
    request: AnalyticRequest<z.output<Query>>,
    calendar: Calendar,
    found: Values<S> & OptionalValues<O>,
  ) => R;
  /** Whether our stores hold something of the subject that figures of the mock world must not stand in for. */
  isOnRecord?: (stores: OwnStores, subject: Subject) => Promise<boolean>;
  /**
   * All figures (paths into the result, see `Gap`) that rest on a source, also as one of several: sums, counts and
   * weighted means of it. While it fails they are null, whatever `compute` makes of the others. Of a source that is not
   * configured or knows nothing of the subject `compute` decides which can be told without it.
   */
  affects: { [K in keyof (S & O & D & R & F)]: readonly string[] };
  /** Pure. */
  compute: (
    inputs: Values<S> & OptionalValues<O> & OptionalValues<D> & OwnValues<R>,
    request: AnalyticRequest<z.output<Query>>,
    setting: Setting,
  ) => Computed<z.output<Result>>;
  /** Optional calls that only the figures themselves can ask for, such as the names of the people they list. */
  finish?: {
    services: readonly FinishService[];
    start: (upstreams: Pick<UpstreamReplies, FinishService>, data: z.output<Result>) => F;
    /** Pure. */
    compute: (computed: Computed<z.output<Result>>, found: OptionalValues<F>) => Computed<z.output<Result>>;
  };
  /** What is put into words, once the figures stand; its query has a `language`. */
  words?: Words<z.output<Result>>;
}

/** Its functions are pure. */
export interface Words<Data> {
  /** The path of the texts, as `meta.missing` has it. */
  field: string;
  /** One for each place that words can stand in; null = there is nothing to tell. */
  items: (told: Pick<Computed<Data>, 'data' | 'missing'>, setting: Setting) => readonly (Narratable | null)[];
  /** The figures with the texts in those places. */
  placed: (data: Data, texts: readonly (string | null)[]) => Data;
}

/** An analytic with its types erased, as the generic machinery sees it. */
export interface Analytic {
  id: string;
  version: number;
  path: string;
  subject: Policy;
  summary: string;
  definition: Definition;
  query: z.ZodObject;
  result: z.ZodType;
  cache: CachePolicyName;
  rate: RateClass;
  deprecated?: Deprecated;
  sources(upstreams: UpstreamReplies, request: AnalyticRequest, stores: OwnStores): Sources;
  optional(upstreams: UpstreamReplies, request: AnalyticRequest, stores: OwnStores): Sources;
  dependentServices: readonly Service[];
  dependentRequired: readonly string[];
  dependentAfter: 'required' | 'all';
  dependent(upstreams: UpstreamReplies, found: Record<string, unknown>, request: AnalyticRequest): Sources;
  own(
    stores: OwnStores,
    request: AnalyticRequest,
    calendar: Calendar,
    found: Record<string, unknown>,
  ): OwnReads;
  isOnRecord?: (stores: OwnStores, subject: Subject) => Promise<boolean>;
  affects: Readonly<Record<string, readonly string[]>>;
  compute(inputs: Record<string, unknown>, request: AnalyticRequest, setting: Setting): Computed<unknown>;
  finishServices: readonly Service[];
  finishing(upstreams: UpstreamReplies, data: unknown): Sources;
  finished(computed: Computed<unknown>, found: Record<string, unknown>): Computed<unknown>;
  words?: Words<unknown>;
}

/** Checks an analytic's types end to end, then erases them (the only casts are here). */
export function defineAnalytic<
  Query extends z.ZodObject,
  Result extends z.ZodType,
  S extends Sources,
  O extends Sources = None,
  D extends Sources = None,
  DependentService extends Service = never,
  R extends OwnReads = None,
  F extends Sources = None,
  FinishService extends Service = never,
>(spec: AnalyticSpec<Query, Result, S, O, D, DependentService, R, F, FinishService>): Analytic {
  const typed = (request: AnalyticRequest) => request as AnalyticRequest<z.output<Query>>;
  const { words, ...rest } = spec;
  return {
    ...rest,
    ...(words === undefined ? {} : { words: words as Words<unknown> }),
    sources: (upstreams, request, stores) => spec.sources(upstreams, typed(request), stores),
    optional: (upstreams, request, stores) => spec.optional?.(upstreams, typed(request), stores) ?? {},
    dependentServices: spec.dependent?.services ?? [],
    dependentRequired: spec.dependent?.required ?? [],
    dependentAfter: spec.dependent?.after ?? 'all',
    dependent: (upstreams, found, request) =>
      spec.dependent?.start(upstreams, found as Values<S> & OptionalValues<O>, typed(request)) ?? {},
    own: (stores, request, calendar, found) =>
      spec.own?.(stores, typed(request), calendar, found as Values<S> & OptionalValues<O>) ?? {},
    compute: (inputs, request, setting) =>
      spec.compute(
        inputs as Values<S> & OptionalValues<O> & OptionalValues<D> & OwnValues<R>,
        typed(request),
        setting,
      ),
    finishServices: spec.finish?.services ?? [],
    finishing: (upstreams, data) => spec.finish?.start(upstreams, data as z.output<Result>) ?? {},
    finished: (computed, found) =>
      spec.finish?.compute(computed as Computed<z.output<Result>>, found as OptionalValues<F>) ?? computed,
  };
}

/** `learner.skill-gap` → `skillGap`: the analytic's name in a dashboard and in `include=`. */
export function sectionName(analytic: Pick<Analytic, 'id'>): string {
  const name = analytic.id.slice(analytic.id.indexOf('.') + 1);
  return name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

const dayMs = 86_400_000;

/**
 * The window that surely holds the last `days` calendar days of any time zone. Its borders are whole UTC
 * days, so that equal questions are equal calls all day long; metrics cut precisely.
 */
export function lastDaysWindow(now: number, days: number): Window {
  const today = Math.floor(now / dayMs) * dayMs;
  return { from: today - (days + 1) * dayMs, to: today + 2 * dayMs - 1 };
}
