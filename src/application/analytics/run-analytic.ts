import { AppError } from '../../domain/errors.ts';
import type { Subject } from '../../domain/identity/policy.ts';
import { makeBriefMemory } from '../brief-memory.ts';
import { type Narrate, narrateByRules } from '../narratives/narrate.ts';
import { ownBytes } from '../own-bytes.ts';
import type { AnswerCache, Making } from '../ports/answer-cache.ts';
import { type AnswerLayer, type CacheFigures, noCacheFigures } from '../ports/cache-figures.ts';
import type { Clock } from '../ports/clock.ts';
import type { Digest } from '../ports/digest.ts';
import { allOn, type IsOn } from '../ports/flags.ts';
import type { OwnStores } from '../ports/gamification.ts';
import type { Logger } from '../ports/logger.ts';
import { type NotePrediction, type OnScore, scoreLevels } from '../ports/predictions.ts';
import { type CallScope, scopeWith, type UpstreamGate, type UpstreamReplies } from '../ports/reply.ts';
import { failureOf, UpstreamError } from '../ports/upstream-error.ts';
import { makeSingleFlight } from '../single-flight.ts';
import { answerFrom } from '../snapshots/kept-answer.ts';
import type { Answer, Served } from './answer.ts';
import type { CachePolicies } from './cache-policies.ts';
import type { Analytic, AnalyticRequest } from './define.ts';
import { withGaps } from './gaps.ts';
import { gather, gatherMore } from './gather.ts';
import { inWords, type Worded, withoutLanguage } from './in-words.ts';

export interface RunAnalyticDeps {
  gate: UpstreamGate;
  /** The mock world has its own: what is made up is never recorded as earned. */
  stores: Record<'live' | 'mock', OwnStores>;
  cache: AnswerCache;
  figures?: CacheFigures;
  policies: CachePolicies;
  clock: Clock;
  digest: Digest;
  logger: Logger;
  /** Length of a whole request's budget, for refreshes that nobody waits for. */
  budgetMs: number;
  /**
   * How long what stands in for an answer that could not be had whole is given again before that is tried anew, ms;
   * default: not at all. While a service is ill nothing is stored, and each request would cost a whole answer.
   */
  standInMs?: number;
  /**
   * How long new figures are waited for where old ones are at hand, ms; default: as long as it takes. They are made
   * all the same. Everybody else would wait out the time-outs of a service that hangs.
   */
  patienceMs?: number;
  /** What is switched on; default: everything. */
  isOn?: IsOn;
  /** Whether there is time for one more piece of work that nobody waits for; default: always. */
  mayRefresh?: (underWay: number) => boolean;
  /** What was looked for ahead; default: nothing. */
  ahead?: LookedAhead;
  /** The smallest group that an organization lets us tell about. */
  minimumCohortOf: (organizationId: string | null) => number;
  /** Told of every prediction before it is given; what it cannot keep is not given. */
  notePrediction: NotePrediction;
  onScore?: OnScore;
  /** Who puts figures into words; not given = rules do. */
  narrate?: Narrate;
}

/** What is asked; the caller has authorized `subject` for this viewer already. */
export interface AnalyticQuestion {
  analytic: Analytic;
  subject: Subject;
  query: unknown;
  /** `full`: a partial answer is an error instead. */
  completeness: 'partial' | 'full';
  /**
   * To be kept as a snapshot: of the live services or still fresh, else the error; never stale, never mock. It
   * neither waits with viewers, whose time is shorter, nor pushes what they ask for out of the cache.
   */
  isForKeeping?: boolean;
  /** Neither kept answers nor kept replies are good enough, unless nothing better can be had. */
  isAnew?: boolean;
}

/** A fresh answer that is at hand comes at once, without a promise. */
export type RunAnalytic = (question: AnalyticQuestion, scope: CallScope) => Served | Promise<Served>;

/** Sorted, so that the order of query parameters makes no second entry. */
function canonical(query: unknown): string {
  const entries = Object.entries(query as Record<string, unknown>).filter(([, value]) => value !== undefined);
  return JSON.stringify(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Only what is asked without parameters is kept over days. */
const isUsual = ({ analytic, query }: AnalyticQuestion): boolean =>
  canonical(query) === canonical(analytic.query.parse({}));

/** Everything an answer depends on: tenant, metric and version, subject, parameters. */
export function answerKey({ analytic, subject, query }: AnalyticQuestion): string {
  const tenant = subject.organizationId ?? '-';
  return `${tenant}/${analytic.id}@${analytic.version}/${subject.kind}:${subject.id}/${canonical(query)}`;
}

/** What an answer is about, so that it can be forgotten by it, as far as its question tells. */
export function tagsOf({ analytic, subject, query }: AnalyticQuestion): string[] {
  const { courseId } = query as { courseId?: unknown };
  return [
    `tenant:${subject.organizationId ?? '-'}`,
    `${subject.kind}:${subject.id}`,
    `metric:${analytic.id}`,
    ...(typeof courseId === 'string' ? [`course:${courseId}`] : []),
  ];
}

/** More courses than a person has; beyond them an answer is forgotten by the others and by its time. */
const mostCourses = 64;

/** Tags of the courses whose facts an answer stands on: what sources say of courses comes as rows that name them. */
function courseTagsOf(values: Readonly<Record<string, unknown>>): string[] {
  const tags = new Set<string>();
  for (const rows of Object.values(values)) {
    if (!Array.isArray(rows)) continue;
    for (const row of rows as readonly ({ courseId?: unknown } | null)[])
      if (typeof row?.courseId === 'string') tags.add(`course:${row.courseId}`);
  }
  return [...tags].slice(0, mostCourses);
}

/** An answer, and what it is about beside what its question tells. */
interface Figured {
  answer: Answer;
  about: string[];
  /** Of a prediction. */
  scores: readonly { model: string; level: string | null }[];
  /** The same answer in better words, when they have come. */
  later?: Promise<Answer>;
}

/** What came of a try: an answer, in which form, and where from. */
interface Made extends Served {
  layer: AnswerLayer;
}

/** What stands in for a whole answer, or why there is nothing; epoch ms until which nothing else is tried. */
interface StandIn {
  outcome: Made | AppError;
  until: number;
}

/** For so many times as long it is given while another try is made, for which nobody then waits. */
const standInGrace = 4;

/** What comes of some work, or `late` after so many ms; the work goes on. */
function inTime<T, L>(work: Promise<T>, ms: number, late: L): Promise<T | L> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms, late);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** Whether a service is ill, so that trying again at once would lead to the same; one that there is none of costs nothing. */
const isLasting = (error: unknown): boolean =>
  error instanceof UpstreamError &&
  error.failure !== 'cancelled' &&
  error.failure !== 'not_configured' &&
  !error.goesOn;

/** As long as a timer can be set for. */
const longestMs = 2 ** 31 - 1;

/** Together, of one process. */
const mostStandInBytes = 8 * 1024 * 1024;

/** Keeps an answer, and once more in better words: the making goes on until they have come, so that a purge counts. */
function keepThenEnd(making: Making, { answer, about, later }: Figured): void {
  making.keep(answer, about);
  if (later === undefined) making.end();
  else
    void later
      .then((inBetterWords) => making.keep(inBetterWords, about))
      .finally(() => making.end())
      .catch(() => undefined);
}

/** The error a client sees when the ladder has no rung left. */
function asAppError(error: unknown): unknown {
  if (!(error instanceof UpstreamError)) return error;
  const service = error.service ?? 'a source';
  const details = [{ field: service, message: error.failure }];
  if (error.failure === 'cancelled') return new AppError('CLIENT_CLOSED_REQUEST', 'The caller left.');
  if (error.goesOn)
    return new AppError('UPSTREAM_UNAVAILABLE', 'The figures are being worked out; ask again in a moment.', {
      // Waiting helps here, and a page may say so; while a service is away it need not.
      details: [{ field: service, message: 'in_progress' }],
      retryAfterSeconds: Math.max(1, Math.ceil((error.retryAfterMs ?? 5000) / 1000)),
      cause: error,
    });
  if (error.failure === 'timeout')
    return new AppError('DEADLINE_EXCEEDED', 'A needed service did not answer in time.', {
      details,
      cause: error,
    });
  if (error.failure === 'invalid_response')
    return new AppError('UPSTREAM_INVALID', 'A needed service gave an answer that cannot be used.', {
      details,
      cause: error,
    });
  return new AppError('UPSTREAM_UNAVAILABLE', 'A needed service cannot be reached.', {
    details,
    retryAfterSeconds: Math.max(1, Math.ceil((error.retryAfterMs ?? 5000) / 1000)),
    cause: error,
  });
}

function refusePartial(served: Served): Served {
  if (served.answer.meta.complete) return served;
  const details = served.answer.meta.missing.map(({ field, reason }) => ({ field, message: reason }));
  throw new AppError('UPSTREAM_UNAVAILABLE', 'Some figures are missing and a full answer was asked for.', {
    details,
    retryAfterSeconds: 5,
  });
}

/**
 * The one use case behind every analytic: fresh cache → live → last known good, here or kept as a snapshot → mock where
 * allowed → error.
 * Concurrent callers of one key share one computation; it is stopped only when all of them have left.
 * @throws AppError UPSTREAM_UNAVAILABLE, UPSTREAM_INVALID, DEADLINE_EXCEEDED, INSUFFICIENT_DATA, COHORT_TOO_SMALL.
 */
export function makeRunAnalytic(deps: RunAnalyticDeps): RunAnalytic {
  const { gate, cache, policies, clock, digest, logger, figures = noCacheFigures, isOn = allOn } = deps;
  const { mayRefresh = () => true } = deps;
  const { ahead = noLooks() } = deps;
  const { standInMs = 0, patienceMs = longestMs } = deps;
  const narrate = deps.narrate ?? narrateByRules;
  const standIns = makeBriefMemory<StandIn>({
    clock,
    forMs: standInGrace * standInMs,
    mostBytes: mostStandInBytes,
    bytesOf: ({ outcome }) => (outcome instanceof AppError ? 0 : outcome.answer.data.length),
  });
  const flights = makeSingleFlight<Made>();
  /** Refreshes that are under way. */
  let refreshing = 0;

  function counted(layer: AnswerLayer, served: Served): Served {
    figures.served(layer, Math.max(0, clock.now() - Date.parse(served.answer.meta.calculatedAt)) / 1000);
    return served;
  }

  async function make(
    question: AnalyticQuestion,
    upstreams: UpstreamReplies,
    stores: OwnStores,
    scope: CallScope,
  ): Promise<Figured> {
    const { analytic, subject, query } = question;
    const now = clock.now();
    const request: AnalyticRequest = { subject, query, now };
    const first = await gather(analytic, upstreams, request, stores);
    const setting = {
      now,
      zone: first.zone,
      minimumCohort: deps.minimumCohortOf(subject.organizationId),
    };
    const figures = analytic.compute(first.values, request, setting);
    const gathered = await gatherMore(first, analytic, analytic.finishing(upstreams, figures.data), now);
    const told = withGaps(analytic.finished(figures, gathered.values), gathered.gaps);
    const { later, ...worded } = await inWords(narrate, question, told, setting, scope);
    const policy = policies[analytic.cache];
    const stored = isStorable(gathered.dataSource, told.missing);
    const expiresAt = stored ? gathered.asOf + policy.ttlSeconds * 1000 : now + standInMs;
    const revalidateUntil = expiresAt + policy.revalidateSeconds * 1000;
    const { prediction } = figures;
    const model = prediction && {
      ...prediction.model,
      inputDigest: digest(JSON.stringify([subject.id, withoutLanguage(query), prediction.inputs])),
    };
    const calculatedAt = new Date(now).toISOString();
    const answerIn = ({ data: figuresInWords, missing, narrative }: Worded): Answer => {
      const text = JSON.stringify(analytic.result.parse(figuresInWords));
      return {
        data: ownBytes(text),
        digest: digest(`${calculatedAt} ${gathered.dataSource} ${text}`),
        expiresAt,
        revalidateUntil,
        keepUntil: Math.max(revalidateUntil, expiresAt + policy.lastKnownGoodSeconds * 1000),
        meta: {
          calculatedAt,
          dataSource: gathered.dataSource,
          asOf: new Date(gathered.asOf).toISOString(),
          cacheExpiry: stored ? new Date(expiresAt).toISOString() : null,
          complete: missing.every(({ service, reason }) => service === undefined && reason !== 'unavailable'),
          sources: gathered.sources,
          missing,
          metric: { id: analytic.id, version: analytic.version },
          ...(model === undefined ? {} : { model }),
          ...(narrative === undefined ? {} : { narrative }),
        },
      };
    };
    const known = tagsOf(question);
    const about = courseTagsOf(first.values).filter((tag) => !known.includes(tag));
    const whole = prediction && [{ model: prediction.model.id, level: null }];
    return {
      answer: answerIn(worded),
      about,
      scores: prediction?.scores ?? whole ?? [],
      ...(later === undefined ? {} : { later: later.then(answerIn) }),
    };
  }

  /** What the live services led to; a prediction goes on record before anybody gets it. */
  async function makeOnRecord(question: AnalyticQuestion, scope: CallScope): Promise<Figured> {
    const figured = await make(question, gate.live(scope), deps.stores.live, scope);
    const { model, metric } = figured.answer.meta;
    if (model !== undefined)
      await deps.notePrediction({ subject: question.subject, metric, model, requestId: scope.requestId });
    for (const { model: by, level } of figured.scores)
      deps.onScore?.(by, scoreLevels.find((one) => one === level) ?? 'none');
    return figured;
  }

  async function makeLive(question: AnalyticQuestion, scope: CallScope): Promise<Made> {
    const making = await cache.begin(answerKey(question), tagsOf(question), scope.signal);
    let isKept = false;
    try {
      if (making.made !== undefined && !question.isAnew)
        return { answer: making.made, form: 'live', layer: 'peer' };
      const figured = await makeOnRecord(question, scope);
      isKept = figured.answer.meta.cacheExpiry !== null;
      if (isKept) keepThenEnd(making, figured);
      return { answer: figured.answer, form: 'live', layer: 'origin' };
    } finally {
      if (!isKept) making.end();
    }
  }

  /** Live, or what stands in for it: that is told, so that it can be given again for a moment. */
  async function attempt(
    question: AnalyticQuestion,
    scope: CallScope,
    known: Answer | undefined,
    onStandIn: (outcome: StandIn['outcome']) => void,
  ): Promise<Made> {
    try {
      const made = await makeLive(question, scope);
      if (made.answer.meta.cacheExpiry === null) onStandIn(made);
      return made;
    } catch (error) {
      logger.debug({ metric: question.analytic.id, failure: failureOf(error) }, 'no live answer');
      try {
        const standIn = await fallBack(question, scope, error, known);
        // Sample figures may be switched off at any time.
        if (standIn.layer !== 'mock') onStandIn(standIn);
        return standIn;
      } catch (refusal) {
        if (refusal instanceof AppError && isLasting(error)) onStandIn(refusal);
        throw refusal;
      }
    }
  }

  const standIn = (key: string, outcome: StandIn['outcome']) =>
    standIns.set(key, { outcome, until: clock.now() + standInMs });

  // Whoever asks after a purge does not join what was begun before it.
  const flightKey = (question: AnalyticQuestion) =>
    `${answerKey(question)} ${cache.era()}${question.isAnew ? ' anew' : ''}`;

  /** `isOwn`: nobody had begun it before. */
  async function flight(
    question: AnalyticQuestion,
    scope: CallScope,
    known: Answer | undefined,
  ): Promise<Made & { isOwn: boolean }> {
    const key = flightKey(question);
    let isOwn = false;
    try {
      const made = await flights.run(key, scope.signal, (signal) => {
        isOwn = true;
        return attempt(question, scopeWith(scope, { signal }), known, (outcome) => standIn(key, outcome));
      });
      return { ...made, isOwn };
    } catch (error) {
      // Whoever left is told so by the flight itself.
      throw asAppError(error);
    }
  }

  /** If there is time. Nobody waits for it; whoever asks next gets its result or, if it fails, the old answer again. */
  function refresh(question: AnalyticQuestion, scope: CallScope, known: Answer | undefined): void {
    if (!mayRefresh(refreshing)) return;
    const alone = scopeWith(scope, {
      signal: new AbortController().signal,
      startedAt: clock.now(),
      deadlineAt: clock.now() + deps.budgetMs,
      memo: new Map(),
    });
    refreshing += 1;
    flight(question, alone, known)
      .catch(() => undefined)
      .finally(() => {
        refreshing -= 1;
      });
  }

  /** The answer of an earlier day, kept no longer than the cache would have; a database that is away has none. */
  async function remembered(question: AnalyticQuestion): Promise<Answer | null> {
    const { analytic, subject } = question;
    if (!isUsual(question)) return null;
    const { kind, id, organizationId } = subject;
    const key = { kind, subject: id, organizationId, metric: analytic.id, version: analytic.version };
    try {
      const snapshot = await deps.stores.live.snapshots.latest(key);
      if (snapshot === null) return null;
      const minimumCohort = deps.minimumCohortOf(organizationId);
      const now = clock.now();
      const answer = answerFrom(snapshot, analytic, policies[analytic.cache], { minimumCohort, digest, now });
      return answer !== null && now < answer.keepUntil ? answer : null;
    } catch {
      logger.debug({ metric: analytic.id }, 'snapshots cannot be read');
      return null;
    }
  }

  /** Asked of the subject: a person, a trainer or a whole organization. */
  const mayMakeUp = ({ id, organizationId }: Subject) => isOn('mockFallback', { userId: id, organizationId });

  async function fallBack(
    question: AnalyticQuestion,
    scope: CallScope,
    error: unknown,
    known: Answer | undefined,
  ): Promise<Made> {
    if (!(error instanceof UpstreamError) || error.failure === 'cancelled') throw asAppError(error);
    if (known !== undefined) return { answer: known, form: 'stale', layer: 'stale' };
    // A service that there is none of is not down: nothing was kept of it.
    const old = error.failure === 'not_configured' ? null : await remembered(question);
    if (old !== null) return { answer: old, form: 'stale', layer: 'stale' };
    // Real figures are on their way: made-up ones would only be taken for them.
    if (error.goesOn) throw asAppError(error);
    // Somebody who has earned something never sees made-up points while a service is away.
    const isDown = error.failure !== 'not_configured';
    if (isDown && (await question.analytic.isOnRecord?.(deps.stores.live, question.subject)))
      throw asAppError(error);
    const mock = gate.mock(scopeWith(scope, { memo: new Map() }));
    if (mock === null || !(await mayMakeUp(question.subject))) throw asAppError(error);
    const { answer } = await make(question, mock, deps.stores.mock, scope).catch((mockError: unknown) => {
      throw asAppError(mockError);
    });
    return { answer, form: 'live', layer: 'mock' };
  }

  async function serve(
    question: AnalyticQuestion,
    scope: CallScope,
    kept: Answer | undefined | Promise<Answer | undefined>,
  ): Promise<Served> {
    const known = await kept;
    const now = clock.now();
    const usable = question.isAnew ? undefined : known;
    if (usable !== undefined && now < usable.expiresAt)
      return counted('l2', { answer: usable, form: 'cached' });
    const key = flightKey(question);
    const stoodIn = question.isAnew ? undefined : standIns.get(key);
    const isTriedAgain = stoodIn === undefined || now >= stoodIn.until;
    if (usable !== undefined && now < usable.revalidateUntil) {
      if (isTriedAgain) refresh(question, scope, usable);
      return counted('stale', { answer: usable, form: 'stale' });
    }
    if (stoodIn !== undefined) {
      if (isTriedAgain) refresh(question, scope, known);
      return again(stoodIn.outcome);
    }
    const asking = question.isAnew ? scopeWith(scope, { asksAnew: true }) : scope;
    const making = flight(question, asking, known);
    const old: Made | undefined = usable && { answer: usable, form: 'stale', layer: 'stale' };
    const made = await (old === undefined ? making : inTime(making, patienceMs, old));
    if (!('isOwn' in made)) {
      standIn(key, made);
      return again(made);
    }
    const { answer, form, layer, isOwn } = made;
    if (!isOwn) figures.coalesced();
    return counted(layer, { answer, form });
  }

  /** What stood in a moment ago. @throws AppError when nothing did. */
  function again(outcome: StandIn['outcome']): Served {
    if (outcome instanceof AppError) throw outcome;
    const { answer, form, layer } = outcome;
    return layer === 'origin' ? counted('l1', { answer, form: 'cached' }) : counted(layer, { answer, form });
  }

  /** Outside the flights: their callers would wait as long as a job may. */
  async function serveForKeeping(
    question: AnalyticQuestion,
    scope: CallScope,
    kept: Answer | undefined | Promise<Answer | undefined>,
  ): Promise<Served> {
    const known = await kept;
    if (known !== undefined && clock.now() < known.expiresAt) return { answer: known, form: 'cached' };
    const { answer } = await makeOnRecord(question, scope).catch((error: unknown) => {
      throw asAppError(error);
    });
    return { answer, form: 'live' };
  }

  const judged = (question: AnalyticQuestion, served: Served): Served =>
    question.completeness === 'full' ? refusePartial(served) : served;

  return (question, scope) => {
    const key = answerKey(question);
    // What nobody had a moment ago is not looked for again on the way to making it.
    const known = ahead.missed.has(scope) ? cache.peek(key) : cache.get(key, tagsOf(question));
    const isFresh = known !== undefined && !(known instanceof Promise) && clock.now() < known.expiresAt;
    if (isFresh && !question.isAnew)
      return judged(
        question,
        counted(ahead.brought.delete(known) ? 'l2' : 'l1', { answer: known, form: 'cached' }),
      );
    const coming = question.isForKeeping ? serveForKeeping : serve;
    return coming(question, scope, known).then((served) => judged(question, served));
  };
}

/** Whether a fresh answer is kept, so that it would cost nothing to give it. */
export type IsAtHand = (question: AnalyticQuestion, scope: CallScope) => boolean | Promise<boolean>;

/** What came of looks at what other processes keep, made before anybody was given anything. */
export interface LookedAhead {
  /** Answers that were there; the first to read one had it from there. */
  brought: WeakSet<Answer>;
  /** Requests whose one answer nobody had. */
  missed: WeakSet<CallScope>;
}
export const noLooks = (): LookedAhead => ({ brought: new WeakSet(), missed: new WeakSet() });

/** What another process keeps is brought here by the question, so that the answer then comes at once. */
export function makeIsAtHand({
  cache,
  clock,
  ahead = noLooks(),
}: Pick<RunAnalyticDeps, 'cache' | 'clock' | 'ahead'>): IsAtHand {
  const isFresh = (answer: Answer | undefined): answer is Answer =>
    answer !== undefined && clock.now() < answer.expiresAt;
  return (question, scope) => {
    const known = cache.get(answerKey(question), tagsOf(question));
    if (!(known instanceof Promise)) return isFresh(known);
    return known.then((answer) => {
      if (answer === undefined) ahead.missed.add(scope);
      if (!isFresh(answer)) return false;
      ahead.brought.add(answer);
      return true;
    });
  };
}

/** Mock, stale and failed parts are never stored as good; what is not configured or too little is a fact. */
function isStorable(dataSource: Answer['meta']['dataSource'], missing: Answer['meta']['missing']): boolean {
  const good = dataSource === 'realtime' || dataSource === 'cached';
  return good && missing.every(({ reason }) => reason !== 'unavailable');
}
