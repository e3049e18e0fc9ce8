import type { Answer } from '../../../src/application/analytics/answer.ts';
import type { PurgeOutcome } from '../../../src/application/ports/cache-figures.ts';
import { ids } from '../../../src/infrastructure/auth/ids.ts';
import { LayeredAnswerCache } from '../../../src/infrastructure/cache/layered-answer-cache.ts';
import { MemoryAnswerCache } from '../../../src/infrastructure/cache/memory-answer-cache.ts';
import { RedisAnswers } from '../../../src/infrastructure/cache/redis-answers.ts';
import { digest } from '../../../src/infrastructure/digest.ts';
import { RedisLink } from '../../../src/infrastructure/redis/link.ts';

export const clock = { now: () => Date.now() };
export const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
export const soon = () => new AbortController().signal;

/** Comes back as soon as it holds. What must come soon is timed beside. */
export async function until(holds: () => unknown): Promise<void> {
  for (const end = Date.now() + 60_000; !(await holds()); await wait(5))
    if (Date.now() > end) throw new Error('it did not come to hold');
}

/** A finished answer that says `text`. */
export function answerOf(text: string, freshMs = 60_000): Answer {
  const at = new Date().toISOString();
  const expiresAt = Date.now() + freshMs;
  return {
    data: Buffer.from(JSON.stringify({ text })),
    digest: digest(text),
    expiresAt,
    revalidateUntil: expiresAt + 60_000,
    keepUntil: expiresAt + 120_000,
    meta: {
      calculatedAt: at,
      dataSource: 'realtime',
      asOf: at,
      cacheExpiry: new Date(expiresAt).toISOString(),
      complete: true,
      sources: [{ service: 'courses', dataSource: 'realtime', asOf: at }],
      missing: [{ field: 'pace', reason: 'insufficient_data' }],
      metric: { id: 'learner.velocity', version: 1 },
    },
  };
}

export const textOf = (answer: Answer | undefined): string | undefined =>
  answer && (JSON.parse(answer.data.toString()) as { text: string }).text;

/** So long that a busy machine is no outage; a socket that is silent for a second is given up. */
export const patientMs = 900;

/** A lock lasts two seconds: whoever has waited for less has not waited for its end. */
export const beforeLockEndMs = 1800;

/** One process's cache, without the process. */
export async function openProcess(urls: string | readonly string[], waitMs = patientMs) {
  const said: string[] = [];
  const say = (level: string) => (_fields: object, message: string) => said.push(`${level} ${message}`);
  const logger = { warn: say('warn'), info: say('info'), debug: () => undefined };
  const link = new RedisLink({ urls: [urls].flat(), waitMs, logger });
  const memory = new MemoryAnswerCache({ maxEntries: 1000, maxBytes: 1e8 }, clock);
  const shared = new RedisAnswers({ link, space: 'test', clock, digest, ids, random: () => 0.5 });
  const gaps: number[] = [];
  const outcomes: PurgeOutcome[] = [];
  const cache = new LayeredAnswerCache({
    ...{ memory, shared, link, clock, ids, logger },
    onGap: () => gaps.push(Date.now()),
    onAcknowledged: (how) => outcomes.push(how),
  });
  await link.open(500);
  await cache.open();
  /** Makes and keeps an answer. */
  const make = async (
    key: string,
    text: string,
    tags: readonly string[] = [`tag of ${key}`],
    about: readonly string[] = [],
  ) => {
    const making = await cache.begin(key, tags, soon());
    if (making.made === undefined) making.keep(answerOf(text), about);
    making.end();
  };
  const read = async (key: string, tags: readonly string[] = [`tag of ${key}`]) =>
    textOf(await cache.get(key, tags));
  const close = () => {
    cache.close();
    link.close();
  };
  return { link, memory, cache, said, gaps, outcomes, make, read, close };
}

export type TestProcess = Awaited<ReturnType<typeof openProcess>>;
