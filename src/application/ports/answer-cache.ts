import type { Answer } from '../analytics/answer.ts';

/**
 * Finished answers, stored once as bytes. A cache may forget anything at any time and must never make a
 * request fail: an adapter that loses its store answers `undefined` and swallows writes.
 * An entry is kept until `answer.keepUntil`; whether it is fresh is the reader's question.
 */
export interface AnswerCache {
  get(key: string): Answer | undefined | Promise<Answer | undefined>;
  set(key: string, answer: Answer, tags: readonly string[]): void | Promise<void>;
  /** Forgets every entry that carries one of the tags. */
  purge(tags: readonly string[]): void | Promise<void>;
}
