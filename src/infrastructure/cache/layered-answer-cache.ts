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
  /** Told that purges may have been missed: whatever else is remembered may be old. */
  onGap?: () => void;
}

/** How often what other processes have left undone is looked for. */
const tidyEveryMs = 30_000;

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
 * elsewhere when the channel tells of it. After a gap in the channel nothing from before it is given to anybody until
 * its editions have been compared.
 */
export class LayeredAnswerCache implements AnswerCache {
  readonly #deps: LayeredCacheDeps;
  readonly #channel: RedisChannel;
  readonly #looks = new Map<string, Promise<Answer | undefined>>();
  /** Purged here and not yet said elsewhere, each with the number of its purge: what Redis has of them is old. */
  readonly #owed = new Map<string, number>();
  #purges = 0;
  #telling: Promise<void> | undefined;
  /** Gaps in the channel until now, and the last that is closed. */
  #gaps = 0;
  #closedGap = 0;
  #isListening = false;
  #tidying: NodeJS.Timeout | undefined;
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
        this.#gaps += 1;
        this.#isListening = true;
        deps.onGap?.();
        deps.memory.doubt();
        void this.#closeGap();
      },
      onLost: () => {
        this.#isListening = false;
      },
    });
    deps.link.onUp(() => {
      void this.#closeGap();
      void this.#tell();
      void deps.shared.tidy();
    });
  }

  /** Begins to listen; a Redis that is away is listened to when it comes. */
  open(): Promise<void> {
    this.#tidying = setInterval(() => void this.#deps.shared.tidy(), tidyEveryMs).unref();
    return this.#channel.open();
  }

  close(): void {
    this.#isClosed = true;
    clearInterval(this.#tidying);
    this.#channel.close();
  }

  peek(key: string): Answer | undefined {
    return this.#isTold ? this.#deps.memory.get(key) : undefined;
  }

  /** Whether own answers need not be compared: purges are heard of, or there is nobody to ask. */
  get #isTold(): boolean {
    return this.#isListening || !this.#deps.shared.isUp;
  }

  get(key: string, tags: readonly string[]): Answer | undefined | Promise<Answer | undefined> {
    const { memory, shared, clock } = this.#deps;
    const own = memory.get(key);
    if ((own !== undefined && this.#isTold && clock.now() < own.expiresAt) || !shared.isUp) return own;
    // Another process may have made it anew, or have purged it.
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
    if (made !== undefined && !isOwed && !own.isSpoiled(made.about)) {
      own.keep(made.answer, made.about, made.editions);
      return { ...own, made: made.answer };
    }
    let isKept = false;
    return {
      keep: (answer, about = []) => {
        own.keep(answer, about, isOwed ? null : editions);
        if (isOwed || own.isSpoiled(about)) return;
        isKept = true;
        // Nobody waits for Redis to store it.
        void turn.keep(answer, about);
      },
      end: () => {
        own.end();
        if (!isKept) void turn.fail();
      },
    };
  }

  era(): number {
    return this.#deps.memory.era();
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
    const { kept } = look;
    if (kept === undefined) return own;
    const { answer, about, editions } = kept;
    const isOld = making.isSpoiled(about) || [...tags, ...about].some((tag) => this.#owed.has(tag));
    if (isOld || (own !== undefined && own.expiresAt >= answer.expiresAt)) return own;
    making.keep(answer, about, editions);
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
    const gap = this.#gaps;
    if (this.#closedGap === gap || !shared.isUp) return;
    const editions = await shared.editionsOf(memory.doubtfulTags());
    // Redis that went away comes back, and a later gap has its own turn.
    if (editions === undefined || this.#gaps !== gap) return;
    this.#closedGap = gap;
    memory.revalidate(editions);
  }

  /** What is held in this process now, for metrics. */
  size(): ReturnType<MemoryAnswerCache['size']> {
    return this.#deps.memory.size();
  }
}
