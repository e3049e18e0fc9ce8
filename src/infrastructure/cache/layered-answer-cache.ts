import { setTimeout as delay } from 'node:timers/promises';
import type { Answer } from '../../application/analytics/answer.ts';
import type { AnswerCache, Making } from '../../application/ports/answer-cache.ts';
import type { PurgeOutcome } from '../../application/ports/cache-figures.ts';
import type { Clock } from '../../application/ports/clock.ts';
import type { Ids } from '../../application/ports/ids.ts';
import type { Logger } from '../../application/ports/logger.ts';
import { steadyMs } from '../clock.ts';
import { RedisChannel } from '../redis/channel.ts';
import type { RedisLink } from '../redis/link.ts';
import { Confirmations } from './confirmations.ts';
import type { MemoryAnswerCache, OwnMaking } from './memory-answer-cache.ts';
import { confirmedChannel, purgeChannel, type RedisAnswers } from './redis-answers.ts';

export interface LayeredCacheDeps {
  memory: MemoryAnswerCache;
  shared: RedisAnswers;
  link: RedisLink;
  clock: Clock;
  ids: Pick<Ids, 'uuid'>;
  logger: Pick<Logger, 'warn'>;
  /** Told how each purge of this process came to be acknowledged. */
  onAcknowledged?: (how: PurgeOutcome) => void;
  /** Told of tags that some process has purged, before answers are forgotten by them. */
  onPurged?: (tags: readonly string[]) => void;
  /** Told that purges may have been missed: whatever else is remembered may be old. */
  onGap?: () => void;
}

/** How often what other processes have left undone is looked for. */
const tidyEveryMs = 30_000;

/** Between attempts to tell others of a purge that Redis has not taken yet. */
const tellAgainMs = 100;

/**
 * So long a process that was heard to listen may go on without asking, and so long a purge waits for it at most. Three
 * beats may fail in between.
 */
const leaseMs = 500;
const beatEveryMs = 100;
/** A process that does not confirm is complained of once in this time. */
const complaintMs = 60_000;

/** Among the tags of a message: the process that wants to know who has heard it, and the message's own name. */
const confirmTag = /^confirm:([^:]+):([^:]+)$/;

/** How long a purge waits for a Redis that is late. */
const insistMs = 2000;

/** A tag, and the number of the purge by which others are to be told of it. */
type Owed = readonly [tag: string, purge: number];

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
 * elsewhere when the channel tells of it, and acknowledged when every process has confirmed or must have begun to ask
 * (`leaseMs`). After a gap in the channel nothing from before it is given to anybody until its editions have been
 * compared.
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
  readonly #name: string;
  readonly #confirmations = new Confirmations();
  #complainedAt = Number.NEGATIVE_INFINITY;
  /** Flights that nobody may join. */
  #alone = 0;
  #tidying: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(deps: LayeredCacheDeps) {
    this.#deps = deps;
    this.#name = deps.ids.uuid();
    const ownChannel = confirmedChannel(this.#name);
    this.#channel = new RedisChannel({
      urls: deps.link.urls,
      names: [purgeChannel, ownChannel],
      beatEveryMs,
      // First there, then by the clock here: nobody who is still waited for begins to ask too late.
      onBeat: () => deps.shared.listens(this.#name, leaseMs),
      onMessage: (message, channel) => {
        if (channel === ownChannel) this.#confirmed(message);
        else this.#heard(message);
      },
      onListening: () => {
        this.#gaps += 1;
        deps.onGap?.();
        deps.memory.doubt();
        void this.#closeGap();
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
    void this.#deps.shared.listensNoMore(this.#name);
  }

  peek(key: string): Answer | undefined {
    return this.#isTold ? this.#deps.memory.get(key) : undefined;
  }

  /** Whether what is remembered need not be compared: every purge is heard of, or there is nobody to ask. */
  hearsPurges(): boolean {
    return this.#isTold;
  }

  get #isTold(): boolean {
    return this.#channel.silentMs < leaseMs || this.#deps.link.isAway;
  }

  get(key: string, tags: readonly string[]): Answer | undefined | Promise<Answer | undefined> {
    const { shared, clock } = this.#deps;
    const own = this.peek(key);
    if ((own !== undefined && clock.now() < own.expiresAt) || !shared.isUp) return own;
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
    if (this.#isTold) return this.#deps.memory.era();
    // Nobody knows what has been purged since: each makes its own.
    this.#alone += 1;
    return -this.#alone;
  }

  async purge(tags: readonly string[]): Promise<void> {
    this.#deps.memory.purge(tags);
    this.#purges += 1;
    for (const tag of tags) this.#owed.set(tag, this.#purges);
    if (!this.#isClosed) this.#acknowledge(await this.#insist(tags.map((tag) => [tag, this.#purges])));
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
    if (look === undefined) return this.peek(key);
    // Heals what a lost message would have purged.
    memory.check(key, look.editions);
    const own = this.peek(key);
    const { kept } = look;
    if (kept === undefined) return own;
    const { answer, about, editions } = kept;
    const isOld = making.isSpoiled(about) || [...tags, ...about].some((tag) => this.#owed.has(tag));
    if (isOld || (own !== undefined && own.expiresAt >= answer.expiresAt)) return own;
    making.keep(answer, about, editions);
    return answer;
  }

  /** Says it again while Redis is only late; once it is away, it is said when it is back. */
  async #insist(purged: readonly Owed[]): Promise<PurgeOutcome> {
    const { link } = this.#deps;
    for (const end = steadyMs() + insistMs; ; await delay(tellAgainMs)) {
      const outcome = await this.#say(purged);
      if (outcome !== 'owed') return outcome;
      if (link.isConnected && steadyMs() < end) continue;
      this.#tellAgain();
      return 'owed';
    }
  }

  /** Tells what is owed to others. Comes back after one attempt; further ones follow by themselves. */
  async #tell(): Promise<void> {
    const owed = [...this.#owed];
    if (owed.length === 0 || this.#isClosed) return;
    if ((await this.#say(owed)) === 'owed') this.#tellAgain();
  }

  /** Tells all processes of what was purged here, and waits for them. */
  async #say(told: readonly Owed[]): Promise<PurgeOutcome> {
    const tags = told.map(([tag]) => tag);
    const message = this.#deps.ids.uuid();
    this.#confirmations.begin(message);
    try {
      const text = JSON.stringify([...tags, `confirm:${this.#name}:${message}`]);
      const listeners = await this.#deps.shared.purge(message, tags, text);
      if (listeners === undefined) return 'owed';
      const others = listeners.filter((name) => name !== this.#name);
      const areAll = await this.#confirmations.all(message, others, leaseMs);
      const reopened = this.#deps.shared.reopen(message, tags);
      if (others.length > 0 && !(await reopened)) return 'owed';
      // One that was purged again meanwhile is still owed.
      for (const [tag, purge] of told) if (this.#owed.get(tag) === purge) this.#owed.delete(tag);
      return areAll ? 'confirmed' : 'waited';
    } finally {
      this.#confirmations.end(message);
    }
  }

  #acknowledge(how: PurgeOutcome): void {
    const { clock, logger, onAcknowledged } = this.#deps;
    onAcknowledged?.(how);
    if (how !== 'waited' || clock.now() - this.#complainedAt < complaintMs) return;
    this.#complainedAt = clock.now();
    logger.warn({ waitedMs: leaseMs }, 'a process has not confirmed a purge; it was waited for');
  }

  #heard(text: string): void {
    const { memory, shared, onPurged } = this.#deps;
    const tags = tagsIn(text);
    const [, by, message] = confirmTag.exec(tags.at(-1) ?? '') ?? [];
    // What was purged here was forgotten then; what has been made since is new.
    if (by === this.#name) return;
    onPurged?.(tags);
    memory.purge(tags);
    if (by !== undefined) void shared.confirm(confirmedChannel(by), `${message} ${this.#name}`);
  }

  #confirmed(text: string): void {
    const [message = '', by = ''] = text.split(' ');
    this.#confirmations.confirm(message, by);
  }

  #tellAgain(): void {
    this.#telling ??= delay(tellAgainMs, undefined, { ref: false }).then(() => {
      this.#telling = undefined;
      void this.#tell();
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
