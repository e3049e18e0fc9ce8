import { type Narrate, narrateByRules } from '../narratives/narrate.ts';
import type { AnswerCache, Making } from '../ports/answer-cache.ts';
import { type CacheFigures, noCacheFigures } from '../ports/cache-figures.ts';
import type { Clock } from '../ports/clock.ts';
import type { Digest } from '../ports/digest.ts';
import { allOn, type IsOn } from '../ports/flags.ts';
import type { OwnStores } from '../ports/gamification.ts';
import type { Logger } from '../ports/logger.ts';
import { type NotePrediction, type OnScore, scoreLevels } from '../ports/predictions.ts';
import { type CallScope, scopeWith, type UpstreamGate } from '../ports/reply.ts';
import { failureOf } from '../ports/upstream-error.ts';
import { makeSingleFlight } from '../single-flight.ts';
import type { Answer, Made, Served } from './answer.ts';
import type { CachePolicies } from './cache-policies.ts';
import { makeFallBack } from './fall-back.ts';
import { type LookedAhead, noLooks } from './looks-ahead.ts';
import { type Figured, makeMakeAnswer } from './make-answer.ts';
import { type AnalyticQuestion, answerKey, tagsOf } from './question.ts';
import { asAppError, refusePartial } from './refusals.ts';
import { keyInEra, makeStandIns, type StandIns, type StandInsDeps } from './stand-ins.ts';

export interface RunAnalyticDeps extends Pick<StandInsDeps, 'standInMs' | 'patienceMs'> {
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
  /** What is switched on; default: everything. */
  isOn?: IsOn;
  /** Whether there is time for one more piece of work that nobody waits for; default: always. */
  mayRefresh?: (underWay: number) => boolean;
  /** What stands in while services are ill; default: of its own. */
  standIns?: StandIns;
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

/** A fresh answer that is at hand comes at once, without a promise. */
export type RunAnalytic = (question: AnalyticQuestion, scope: CallScope) => Served | Promise<Served>;

type Kept = Answer | undefined | Promise<Answer | undefined>;

/**
 * The one use case behind every analytic: fresh cache → live → last known good, here or kept as a snapshot → mock where
 * allowed → error.
 * Concurrent callers of one key share one computation; it is stopped only when all of them have left.
 * @throws AppError UPSTREAM_UNAVAILABLE, UPSTREAM_INVALID, DEADLINE_EXCEEDED, INSUFFICIENT_DATA, COHORT_TOO_SMALL.
 */
export function makeRunAnalytic(deps: RunAnalyticDeps): RunAnalytic {
  const { gate, cache, clock, logger, figures = noCacheFigures, isOn = allOn } = deps;
  const { narrate = narrateByRules, standInMs = 0, mayRefresh = () => true, ahead = noLooks() } = deps;
  const make = makeMakeAnswer({ ...deps, narrate, standInMs });
  const fallBack = makeFallBack({ ...deps, make, isOn });
  const { standIns = makeStandIns(deps) } = deps;
  const flights = makeSingleFlight<Made>();
  /** Refreshes that are under way. */
  let refreshing = 0;

  function run(question: AnalyticQuestion, scope: CallScope): Served | Promise<Served> {
    const key = answerKey(question);
    // Nobody else is asked for what could not be had a moment ago.
    const isPlain = question.completeness === 'partial' && !question.isAnew && !question.isForKeeping;
    const stoodIn = isPlain ? standIns.atHand(flightKey(question), () => cache.peek(key)) : undefined;
    if (stoodIn !== undefined) return judged(question, counted(stoodIn));
    // What nobody had a moment ago is not looked for again on the way to making it.
    const known = ahead.missed.has(scope) ? cache.peek(key) : cache.get(key, tagsOf(question));
    const isFresh = known !== undefined && !(known instanceof Promise) && clock.now() < known.expiresAt;
    if (isFresh && !question.isAnew) {
      const layer = ahead.brought.delete(known) ? 'l2' : 'l1';
      return judged(question, counted({ answer: known, form: 'cached', layer }));
    }
    const coming = question.isForKeeping ? serveForKeeping : serve;
    return coming(question, scope, known).then((served) => judged(question, served));
  }

  const judged = (question: AnalyticQuestion, served: Served): Served =>
    question.completeness === 'full' ? refusePartial(served) : served;

  function counted({ answer, form, layer }: Made): Served {
    figures.served(layer, Math.max(0, clock.now() - Date.parse(answer.meta.calculatedAt)) / 1000);
    return { answer, form };
  }

  async function serve(question: AnalyticQuestion, scope: CallScope, kept: Kept): Promise<Served> {
    const known = await kept;
    const now = clock.now();
    const usable = question.isAnew ? undefined : known;
    if (usable !== undefined && now < usable.expiresAt)
      return counted({ answer: usable, form: 'cached', layer: 'l2' });
    const key = flightKey(question);
    const stoodIn = question.isAnew ? undefined : standIns.get(key);
    const isTriedAgain = stoodIn?.isTriedAgain ?? true;
    const old: Made | undefined = usable && { answer: usable, form: 'stale', layer: 'stale' };
    if (old !== undefined && now < old.answer.revalidateUntil) {
      if (isTriedAgain) refresh(question, scope, usable);
      standIns.noteMeanwhile(key, old);
      return counted(old);
    }
    if (stoodIn !== undefined) {
      if (isTriedAgain) refresh(question, scope, known);
      return counted(stoodIn.again());
    }
    const asking = question.isAnew ? scopeWith(scope, { asksAnew: true }) : scope;
    const making = flight(question, asking, known);
    const made = await (old === undefined ? making : standIns.inTime(key, making, old));
    if ('isOwn' in made && !made.isOwn) figures.coalesced();
    return counted(made);
  }

  /** Outside the flights: their callers would wait as long as a job may. */
  async function serveForKeeping(question: AnalyticQuestion, scope: CallScope, kept: Kept): Promise<Served> {
    const known = await kept;
    if (known !== undefined && clock.now() < known.expiresAt) return { answer: known, form: 'cached' };
    const { answer } = await makeOnRecord(question, scope).catch((error: unknown) => {
      throw asAppError(error);
    });
    return { answer, form: 'live' };
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

  // Whoever asks after a purge does not join what was begun before it.
  const flightKey = (question: AnalyticQuestion) =>
    keyInEra(answerKey(question), cache.era()) + (question.isAnew ? ' anew' : '');

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
        return attempt(key, question, scopeWith(scope, { signal }), known);
      });
      return { ...made, isOwn };
    } catch (error) {
      // Whoever left is told so by the flight itself.
      throw asAppError(error);
    }
  }

  /** Live, or what stands in for it: that is remembered, so that it can be given again for a moment. */
  async function attempt(
    key: string,
    question: AnalyticQuestion,
    scope: CallScope,
    known: Answer | undefined,
  ): Promise<Made> {
    const made = await makeLive(question, scope).catch((error: unknown) => {
      logger.debug({ metric: question.analytic.id, failure: failureOf(error) }, 'no live answer');
      return fallBack(question, scope, error, known).catch((refusal: unknown) => {
        standIns.noteRefusal(key, refusal, error);
        throw refusal;
      });
    });
    standIns.note(key, made);
    return made;
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

  return run;
}

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
