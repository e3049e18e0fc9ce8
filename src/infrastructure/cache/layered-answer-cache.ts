import { setTimeout as delay } from 'node:timers/promises';
import type { Answer } from '../../application/analytics/answer.ts';
import type { AnswerCache, Making } from '../../application/ports/answer-cache.ts';
import type { Clock } from '../../application/ports/clock.ts';
import { RedisChannel } from '../redis/channel.ts';
import type { RedisLink } from '../redis/link.ts';
import type { MemoryAnswerCache, OwnMaking } from './memory-answer-cache.ts';
import { purgeChannel, type RedisAnswers } from './redis-answers.ts';

export interface LayeredCacheDeps {
  memory: MemoryAnswerCache;
  shared: RedisAnswers;
  link: RedisLink;
  clock: Clock;
  /** Told of tags that some process has purged, before answers are forgotten by them. */
  onPurged?: (tags: readonly string[]) => void;
}

/** Between attempts to tell others of a purge that Redis has not taken yet. */
const tellAgainMs = 100;

/** The tags of a message; nothing for one that is not ours. */
function tagsIn(message: string): string[] {
  try {
    const tags: unknown = JSON.parse(message);
    return Array.isArray(tags) ? tags.filter((tag) => typeof tag === 'string') : [];
  } catch {
    return [];
  }
}

/**
 * Answers in this process, and behind them those that all processes share. What is fresh and at hand comes without
 * a promise; everything else costs one round trip, or nothing while Redis is away. A purge is honoured here at once,
 * elsewhere when the channel tells of it, and after a gap in the channel by comparing editions.
 */
export class LayeredAnswerCache implements AnswerCache {
  readonly #deps: LayeredCacheDeps;
  readonly #channel: RedisChannel;
  readonly #looks = new Map<string, Promise<Answer | undefined>>();
  /** Purged here and not yet said elsewhere, each with the number of its purge: what Redis has of them is old. */
  readonly #owed = new Map<string, number>();
  #purges = 0;
  #telling: Promise<void> | undefined;
  #hasGap = false;
  #isClosed = false;

  constructor(deps: LayeredCacheDeps) {
    this.#deps = deps;
    this.#channel = new RedisChannel({
      urls: deps.link.urls,
      name: purgeChannel,
      onMessage: (message) => {
        const tags = tagsIn(message);
        deps.onPurged?.(tags);
        deps.memory.purge(tags);
      },
      onListening: () => {
        this.#hasGap = true;
        void this.#closeGap();
      },
    });
    deps.link.onUp(() => {
      void this.#closeGap();
      void this.#tell();
    });
  }

  /** Begins to listen; a Redis that is away is listened to when it comes. */
  open(): Promise<void> {
    return this.#channel.open();
  }

  close(): void {
    this.#isClosed = true;
    this.#channel.close();
  }

  peek(key: string): Answer | undefined {
    return this.#deps.memory.get(key);
  }

  get(key: string, tags: readonly string[]): Answer | undefined | Promise<Answer | undefined> {
    const { memory, shared, clock } = this.#deps;
    const own = memory.get(key);
    if ((own !== undefined && clock.now() < own.expiresAt) || !shared.isUp) return own;
    // Another process may have made it anew.
    const known = this.#looks.get(key);
    if (known !== undefined) return known;
    const look = this.#look(key, tags).finally(() => this.#looks.delete(key));
    this.#looks.set(key, look);
    return look;
  }

  async begin(key: string, tags: readonly string[], signal: AbortSignal): Promise<Making> {
    const { memory, shared } = this.#deps;
    const own = memory.begin(key, tags);
    const turn = await shared.take(key, tags, signal);
    if (turn === undefined) return own;
    const isOwed = tags.some((tag) => this.#owed.has(tag));
    const { made, editions } = turn;
    if (made !== undefined && !isOwed && !own.isSpoiled()) {
      own.keep(made, editions);
      return { ...own, made };
    }
    let isKept = false;
    return {
      keep: (answer) => {
        own.keep(answer, isOwed ? null : editions);
        if (isOwed || own.isSpoiled()) return;
        isKept = true;
        // Nobody waits for Redis to store it.
        void turn.keep(answer);
      },
      end: () => {
        own.end();
        if (!isKept) void turn.fail();
      },
    };
  }

  async purge(tags: readonly string[]): Promise<void> {
    this.#deps.memory.purge(tags);
    this.#purges += 1;
    for (const tag of tags) this.#owed.set(tag, this.#purges);
    await this.#tell();
  }

  async #look(key: string, tags: readonly string[]): Promise<Answer | undefined> {
    const { memory } = this.#deps;
    const making = memory.begin(key, tags);
    try {
      return await this.#lookInto(making, key, tags);
    } finally {
      making.end();
    }
  }

  async #lookInto(making: OwnMaking, key: string, tags: readonly string[]): Promise<Answer | undefined> {
    const { memory, shared } = this.#deps;
    const look = await shared.read(key, tags);
    if (look === undefined) return memory.get(key);
    // Heals what a lost message would have purged.
    memory.check(key, look.editions);
    const own = memory.get(key);
    const { answer, editions } = look;
    const isOld = making.isSpoiled() || tags.some((tag) => this.#owed.has(tag));
    if (answer === undefined || isOld || (own !== undefined && own.expiresAt >= answer.expiresAt)) return own;
    making.keep(
      answer,
      editions.filter((edition) => edition !== null),
    );
    return answer;
  }

  /** Tells all processes of what was purged here. Comes back after one attempt; others follow by themselves. */
  #tell(): Promise<void> {
    const told = [...this.#owed];
    if (told.length === 0 || this.#isClosed) return Promise.resolve();
    return this.#deps.shared.purge(told.map(([tag]) => tag)).then((isTold) => {
      if (!isTold) this.#tellAgain();
      // One that was purged again meanwhile is still owed.
      else for (const [tag, purge] of told) if (this.#owed.get(tag) === purge) this.#owed.delete(tag);
    });
  }

  #tellAgain(): void {
    this.#telling ??= delay(tellAgainMs, undefined, { ref: false }).then(() => {
      this.#telling = undefined;
      return this.#tell();
    });
  }

  /** After a time in which messages may have been missed: only what is still of the current editions stays. */
  async #closeGap(): Promise<void> {
    const { memory, shared } = this.#deps;
    if (!this.#hasGap || !shared.isUp) return;
    this.#hasGap = false;
    const tags = memory.tags();
    const editions = await shared.editionsOf(tags);
    if (editions === undefined) this.#hasGap = true;
    else memory.revalidate(editions);
  }

  /** What is held in this process now, for metrics. */
  size(): { entries: number; bytes: number } {
    return this.#deps.memory.size();
  }
}
