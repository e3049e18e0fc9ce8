import type { Answer } from '../analytics/answer.ts';

/**
 * Why answers are forgotten: figures have changed, or somebody is no longer to be seen in them. Of the first a copy
 * further out may be shown once more, of the second none.
 */
export type PurgeReason = 'changed' | 'private';

/** The making of one answer. What is purged after it began counts against it: it is then served, but not kept. */
export interface Making {
  /** Fresh, made by another process meanwhile: nothing is left to do. */
  readonly made?: Answer;
  /**
   * Keeps the answer, unless one of its tags was purged since the making began. `about` are tags that could not be
   * known before it was made.
   */
  keep(answer: Answer, about?: readonly string[]): void;
  /** Has to be called in any case, once; without `keep` before it others need not wait any longer. */
  end(): void;
}

/**
 * Finished answers, stored once as bytes. A cache may forget anything at any time and must never make a
 * request fail: an adapter that loses its store answers `undefined` and swallows writes.
 * An entry is kept until `answer.keepUntil`; whether it is fresh is the reader's question. The same key always
 * comes with the same tags.
 */
export interface AnswerCache {
  /** What this process has at hand, and nothing else. */
  peek(key: string): Answer | undefined;
  /** What is kept; without a promise when it is fresh and at hand. */
  get(key: string, tags: readonly string[]): Answer | undefined | Promise<Answer | undefined>;
  /**
   * Begins to make an answer. While another process is making the same one, it waits for that: at most two
   * seconds, and no longer than the signal says.
   */
  begin(key: string, tags: readonly string[], signal: AbortSignal): Making | Promise<Making>;
  /** Another number after each purge that this process has heard of: what was begun before it is not for those after. */
  era(): number;
  /** Forgets every entry that carries one of the tags, in every process, also those that are being made. */
  purge(tags: readonly string[], reason: PurgeReason): void | Promise<void>;
}
