import type { Narrate } from '../narratives/narrate.ts';
import { ownBytes } from '../own-bytes.ts';
import type { Clock } from '../ports/clock.ts';
import type { Digest } from '../ports/digest.ts';
import type { OwnStores } from '../ports/gamification.ts';
import type { CallScope, UpstreamReplies } from '../ports/reply.ts';
import type { Answer } from './answer.ts';
import type { CachePolicies } from './cache-policies.ts';
import type { AnalyticRequest } from './define.ts';
import { withGaps } from './gaps.ts';
import { gather, gatherMore } from './gather.ts';
import { inWords, type Worded, withoutLanguage } from './in-words.ts';
import { type AnalyticQuestion, tagsOf } from './question.ts';

export interface MakeAnswerDeps {
  policies: CachePolicies;
  clock: Clock;
  digest: Digest;
  narrate: Narrate;
  /** For how long after it an answer that is not stored counts as fresh, ms. */
  standInMs: number;
  /** The smallest group that an organization lets us tell about. */
  minimumCohortOf: (organizationId: string | null) => number;
}

/** An answer, and what it is about beside what its question tells. */
export interface Figured {
  answer: Answer;
  about: string[];
  /** Of a prediction. */
  scores: readonly { model: string; level: string | null }[];
  /** The same answer in better words, when they have come. */
  later?: Promise<Answer>;
}

/** Asks the services of one world, live or mock, and works the figures out. */
export type MakeAnswer = (
  question: AnalyticQuestion,
  upstreams: UpstreamReplies,
  stores: OwnStores,
  scope: CallScope,
) => Promise<Figured>;

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

/** Mock, stale and failed parts are never stored as good; what is not configured or too little is a fact. */
function isStorable(dataSource: Answer['meta']['dataSource'], missing: Answer['meta']['missing']): boolean {
  const good = dataSource === 'realtime' || dataSource === 'cached';
  return good && missing.every(({ reason }) => reason !== 'unavailable');
}

/** @returns a maker whose answers have the shape that the contract promises. */
export function makeMakeAnswer(deps: MakeAnswerDeps): MakeAnswer {
  const { policies, clock, digest, narrate, standInMs, minimumCohortOf } = deps;
  return async (question, upstreams, stores, scope) => {
    const { analytic, subject, query } = question;
    const now = clock.now();
    const request: AnalyticRequest = { subject, query, now };
    const first = await gather(analytic, upstreams, request, stores);
    const setting = { now, zone: first.zone, minimumCohort: minimumCohortOf(subject.organizationId) };
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
  };
}
