import { setTimeout as delay } from 'node:timers/promises';
import type { Answer } from '../../application/analytics/answer.ts';
import { justLook, type Look } from '../../application/ports/cache-figures.ts';
import type { Clock } from '../../application/ports/clock.ts';
import type { Digest } from '../../application/ports/digest.ts';
import type { Ids } from '../../application/ports/ids.ts';
import type { Call, RedisLink } from '../redis/link.ts';
import { aboutAt, codecVersion, decodeKeepsake, encodeKeepsake, type Keepsake } from './answer-codec.ts';

export interface RedisAnswersDeps {
  link: RedisLink;
  /** What answers depend on beside their key; processes that differ in it share no answers. */
  space: string;
  clock: Clock;
  digest: Digest;
  ids: Pick<Ids, 'uuid'>;
  random: () => number;
  look?: Look;
}

/** Processes of all spaces hear each other's purges: during a roll-out two configurations serve the same people. */
export const purgeChannel = 'learning-analytics:purged';
/** Where confirmations of the purges of one process are said; only that process listens there. */
export const confirmedChannel = (name: string): string => `learning-analytics:confirmed:${name}`;
const tagKey = (tag: string): string => `learning-analytics:tag:${tag}`;
/** Keys of the answers that carry a tag, each by when it ends; in every space. */
const carriersKey = (tag: string): string => `learning-analytics:carriers:${tag}`;
/** Purges whose answers may still lie about, each as its own name and the tag: what a dead process has left. */
const purgedKey = 'learning-analytics:purges';
/**
 * Processes that have to be waited for, each by when it must have asked anew; by the clock of Redis. Lines tell the same
 * of one node, and not of a process whose line was cut a moment ago.
 */
const listenersKey = 'learning-analytics:listeners';
/** Of one tag; those beyond it that end first are left to end. */
const mostCarriers = 10_000;
const carriersAtOnce = 500;
const purgesAtOnce = 200;

/** Longer than any answer is kept: a tag that ends before an answer only costs that answer. */
const tagMs = 15 * 86_400_000;
/** How long a process that has died can keep others waiting, and how long any can. */
const lockMs = 2000;
/** How long it is said that a making came to nothing. */
const failedMs = 250;
const failed = 'failed';
const token = /^[0-9a-f-]{36}$/;
/** An edition that has ended, and whose purge not every process has confirmed: with it nothing is shared. */
const ended = 'ended:';
/** Longest that this can last: longer than any confirmation is waited for. */
const endedMs = 2000;
/** Between looks for what another process is making: soon at first, as most answers take a tenth of a second. */
const looksMs = [20, 20, 40, 40, 80];
const lastLookMs = 100;
/** Answers that were made together do not end together. */
const jitter = 0.1;

/** Runs for each of its keys, and gives what it found in their order: a value of another type is nothing. */
const forEachKey = (body: string) => `local found = {}
for at, key in ipairs(KEYS) do
${body}
end
return found`;

/** Tries the lock, and tells who holds it and what is there: whatever its last holder has stored is seen. */
const takeScript = `redis.pcall('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2])
${forEachKey(`  local value = redis.pcall('GET', key)
  found[at] = type(value) == 'string' and value`)}`;

/** Stores an answer, unless another process has taken over its making; then that one's will be newer. */
const keepScript = `local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] and holder ~= '${failed}' then return 0 end
redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3])
if holder then redis.call('DEL', KEYS[1]) end
return 1`;

/** Gives the lock back, and says for a moment that nothing came of it, so that those who wait make their own. */
const failScript = `if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('DEL', KEYS[1])
redis.pcall('SET', KEYS[1], '${failed}', 'PX', ARGV[2])
return 1`;

/** Notes of tags that an answer carries them; what has ended is dropped. */
const carryScript = forEachKey(`  redis.call('ZADD', key, ARGV[2], ARGV[1])
  redis.call('ZREMRANGEBYSCORE', key, '-inf', ARGV[3])
  redis.call('ZREMRANGEBYRANK', key, 0, -${mostCarriers + 1})
  found[at] = redis.call('PEXPIRE', key, ARGV[4])`);

const nowInScript = `local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)`;
const listensScript = `${nowInScript}
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
return redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])`;
const listenersScript = `${nowInScript}
return redis.call('ZRANGEBYSCORE', KEYS[1], now, '+inf')`;

/** The editions that tags have. */
const editionsScript = forEachKey(`  local edition = redis.pcall('GET', key)
  found[at] = type(edition) == 'string' and edition`);

/** The same, and a new one for each that has none: equal names of different tags are never compared. */
const haveEditionsScript = forEachKey(`  local edition = redis.pcall('GET', key)
  if not edition then
    edition = not redis.pcall('SET', key, ARGV[1], 'PX', ARGV[2]).err and ARGV[1]
  elseif type(edition) ~= 'string' then
    edition = false
  elseif string.sub(edition, 1, ${ended.length}) ~= '${ended}' then
    redis.call('PEXPIRE', key, ARGV[2])
  end
  found[at] = edition`);

/** A full memory lets nothing be written: then there is no edition for a moment. */
const endScript = `if redis.pcall('SET', KEYS[1], ARGV[1], 'PX', ARGV[2]).err then redis.call('DEL', KEYS[1]) end
return 1`;

/** Lets a tag have editions again, unless a later purge of it is not confirmed yet. */
const reopenScript = `local edition = redis.call('GET', KEYS[1])
if edition and edition ~= ARGV[1] and string.sub(edition, 1, ${ended.length}) == '${ended}' then return 0 end
return redis.call('DEL', KEYS[1])`;

const freeScript = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0`;

/**
 * An answer, the editions of the tags of its question, and those of the tags that only the answer tells: one round trip
 * instead of two. A value of another type is nothing, and a list that cannot be read is left to who reads the value.
 */
const readScript = `local function get(key)
  local value = redis.pcall('GET', key)
  return type(value) == 'string' and value
end
local entry = get(KEYS[1])
local found = { entry }
for at = 2, #KEYS do found[at] = get(KEYS[at]) end
if not entry or #entry < ${aboutAt} then return found end
local bytes = struct.unpack('>I4', entry, 6)
local isList, about = pcall(cjson.decode, string.sub(entry, ${aboutAt + 1}, ${aboutAt} + bytes))
if not isList or type(about) ~= 'table' then return found end
for _, tag in ipairs(about) do found[#found + 1] = get('${tagKey('')}' .. tostring(tag)) end
return found`;

/** As stored and not purged since; whether it is fresh is the reader's question. */
export type Stored = Omit<Keepsake, 'key'>;

/** What Redis has of an answer. */
export interface Found {
  kept: Stored | undefined;
  /** The editions of its tags now. */
  editions: readonly (string | null)[];
}

/** The right to make an answer that other processes wait for. */
export interface Turn {
  /** Fresh, made by another process. */
  made: Stored | undefined;
  /** Under which what is made now will stand; null when they cannot be had: then it is not stored. */
  editions: readonly string[] | null;
  keep(answer: Answer, about: readonly string[]): Promise<void>;
  fail(): Promise<void>;
}

type LockState = 'mine' | 'theirs' | 'free';

const text = (reply: unknown): string | null => (Buffer.isBuffer(reply) ? reply.toString() : null);
/** None while a purge of the tag is not confirmed. */
function editionIn(reply: unknown): string | null {
  const edition = text(reply);
  return edition?.startsWith(ended) ? null : edition;
}

const namesIn = (reply: unknown): string[] => (Array.isArray(reply) ? reply.map(String) : []);

/** What is said to a script over several keys on a cluster, or where a host forbids keys that it cannot know. */
const refusesKeys = (error: unknown): boolean =>
  error instanceof Error && /^(CROSSSLOT|ERR|NOPERM)\b/.test(error.message);

/** Undefined for a command that was refused for its own sake: a full memory, or a value of another type. */
const unlessRefused = <T>(link: RedisLink, reply: Promise<T>): Promise<T | undefined> =>
  reply.catch((error: Error) => {
    if (!/^(OOM|MISCONF|WRONGTYPE|ERR)\b/.test(error.message)) throw error;
    link.complain(error);
    return undefined;
  });

const isComplete = (editions: readonly (string | null)[]): editions is readonly string[] =>
  editions.every((edition) => edition !== null);

/**
 * Finished answers in Redis, and whose turn it is to make one. An answer carries the editions of its tags from when
 * its making began. An edition is a random name, not a number: after an eviction or a restart a number would begin
 * anew, and what was purged under the same number before would come back. To purge is to delete the tag's edition,
 * which a full memory allows.
 */
export class RedisAnswers {
  readonly #deps: RedisAnswersDeps;
  /** Whether one script may look at keys of any name: not on a cluster, and not where a host forbids it. */
  #isScripted: boolean;

  constructor(deps: RedisAnswersDeps) {
    this.#deps = deps;
    this.#isScripted = deps.link.urls.length <= 1;
  }

  get isUp(): boolean {
    return this.#deps.link.isUp;
  }

  /** One round trip; on a cluster a second for tags that only the answer tells. Undefined when Redis cannot be asked. */
  read(key: string, tags: readonly string[]): Promise<Found | undefined> {
    const { look = justLook } = this.#deps;
    return look(
      'redis',
      () => this.#read(key, tags),
      (found) => found?.kept !== undefined,
    );
  }

  async #read(key: string, tags: readonly string[]): Promise<Found | undefined> {
    const found = await (this.#isScripted ? this.#readAtOnce(key, tags) : this.#readInTurn(key, tags));
    if (found === undefined) return undefined;
    const [entry, ...editions] = found;
    const ofQuestion = editions.slice(0, tags.length).map(editionIn);
    return this.#look(key, entry, ofQuestion, editions.slice(tags.length).map(editionIn));
  }

  /** All of it in one reply, where one node has everything and lets a script look at it. */
  async #readAtOnce(key: string, tags: readonly string[]): Promise<unknown[] | undefined> {
    const keys = [this.#entryKey(key), ...tags.map(tagKey)];
    const reply = await this.#deps.link.ask((call) =>
      call('EVAL', readScript, keys.length, ...keys).catch((error: unknown) => {
        if (!refusesKeys(error)) throw error;
        this.#isScripted = false;
        return [];
      }),
    );
    if (!this.#isScripted) return this.#readInTurn(key, tags);
    return Array.isArray(reply) ? reply : undefined;
  }

  #readInTurn(key: string, tags: readonly string[]): Promise<unknown[] | undefined> {
    const { link } = this.#deps;
    return link.ask((call) =>
      Promise.all(
        [this.#entryKey(key), ...tags.map(tagKey)].map((one) => unlessRefused(link, call('GET', one))),
      ),
    );
  }

  /** Takes the turn, or waits for what is made by whoever has it. Undefined when Redis cannot be asked. */
  async take(key: string, tags: readonly string[], signal: AbortSignal): Promise<Turn | undefined> {
    const own = this.#deps.ids.uuid();
    let waitedMs = 0;
    for (let look = 0; ; look += 1) {
      const round = await this.#round(key, tags, own);
      if (round === undefined) {
        // The lock may have been given, only too late for us.
        void this.#release(key, own);
        return undefined;
      }
      const { kept, editions, lock } = round;
      const isFresh = kept !== undefined && this.#deps.clock.now() < kept.answer.expiresAt;
      if (isFresh && lock === 'mine') void this.#release(key, own);
      const turn = this.#turn(key, tags, own, isFresh ? kept : undefined, editions);
      if (isFresh || lock !== 'theirs' || waitedMs >= lockMs || signal.aborted) return turn;
      const waitMs = looksMs[look] ?? lastLookMs;
      waitedMs += waitMs;
      await delay(waitMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /**
   * Ends the editions of tags and tells every process; the answers themselves are deleted a moment later, by this
   * process or, if it does not come to that, by another. Until `reopen` no answer that carries one of the tags is
   * shared: a process that has not heard of the purge yet may stand on what it remembers, and others would have it.
   * @param id of the purge.
   * @param message what is said on the channel.
   * @returns names of the processes that listen, undefined when it was not said.
   */
  async purge(id: string, tags: readonly string[], message: string): Promise<string[] | undefined> {
    const { link } = this.#deps;
    const notes = tags.map((tag) => `${id} ${tag}`);
    const done = await link.insist(async (call) => {
      await Promise.all([
        unlessRefused(link, call('SADD', purgedKey, ...notes)),
        ...tags.map((tag) => call('EVAL', endScript, 1, tagKey(tag), ended + id, endedMs)),
      ]);
      // Later, so that whoever hears of it and asks anew finds nothing old.
      const [noted, lines] = await Promise.all([
        call('EVAL', listenersScript, 1, listenersKey),
        call('PUBSUB', 'CHANNELS', confirmedChannel('*')),
        call('PUBLISH', purgeChannel, message),
      ]);
      const names = namesIn(lines).map((line) => line.slice(confirmedChannel('').length));
      return [...new Set([...namesIn(noted), ...names])];
    });
    if (done !== undefined) void this.#deleteCarriers(notes);
    return done;
  }

  /** Once every process has heard of a purge: what is made from now on may be shared. @returns whether it is done. */
  async reopen(id: string, tags: readonly string[]): Promise<boolean> {
    const done = await this.#deps.link.insist((call) =>
      Promise.all(tags.map((tag) => call('EVAL', reopenScript, 1, tagKey(tag), ended + id))),
    );
    return done !== undefined;
  }

  /**
   * Notes that a process listens, and may have to be waited for so long. A full memory refuses that; then it is known
   * by its line alone. @returns whether Redis was reached.
   */
  listens(name: string, ms: number): Promise<boolean> {
    const { link } = this.#deps;
    return link.tell((call) => unlessRefused(link, call('EVAL', listensScript, 1, listenersKey, name, ms)));
  }

  async listensNoMore(name: string): Promise<void> {
    await this.#deps.link.tell((call) => call('ZREM', listenersKey, name));
  }

  /** Tells the process that has purged that it was heard of. */
  async confirm(channel: string, message: string): Promise<void> {
    await this.#deps.link.tell((call) => call('PUBLISH', channel, message));
  }

  /** Deletes what purges of processes that have died have left. */
  async tidy(): Promise<void> {
    await this.#deps.link.tell(async (call) => {
      const found = await call('SRANDMEMBER', purgedKey, purgesAtOnce);
      const notes = Array.isArray(found) ? found.map(String) : [];
      if (notes.length > 0) await this.#deleteCarriers(notes);
    });
  }

  /** Unreadable since the editions have ended, and now gone; the notes go last, so that a failure is made up for. */
  async #deleteCarriers(notes: readonly string[]): Promise<void> {
    await this.#deps.link.tell(async (call) => {
      for (const note of notes) {
        const carriers = carriersKey(note.slice(note.indexOf(' ') + 1));
        for (let from = 0; ; from += carriersAtOnce) {
          const keys = await call('ZRANGE', carriers, from, from + carriersAtOnce - 1);
          if (!Array.isArray(keys)) break;
          // One by one: on a cluster each is elsewhere.
          await Promise.all(keys.map((key) => call('UNLINK', key)));
          if (keys.length < carriersAtOnce) break;
        }
      }
      await call('SREM', purgedKey, ...notes);
    });
  }

  /** Runs a script for keys: in one command, or, where that is refused or each may be elsewhere, in one for each. */
  async #overKeys(
    call: Call,
    script: string,
    keys: readonly string[],
    ...args: (string | number)[]
  ): Promise<unknown[]> {
    const run = (some: readonly string[]) => call('EVAL', script, some.length, ...some, ...args);
    if (this.#isScripted) {
      try {
        return [await run(keys)].flat();
      } catch (error) {
        if (keys.length <= 1 || !refusesKeys(error)) throw error;
      }
    }
    const found = await Promise.all(keys.map((key) => run([key])));
    // Alone each was let through: it was for their being together that they were refused.
    this.#isScripted = false;
    return found.flat();
  }

  /** The same for the editions of tags; there are none where the script is refused. */
  async #overTags(
    call: Call,
    script: string,
    tags: readonly string[],
    ...args: (string | number)[]
  ): Promise<unknown[]> {
    const keys = tags.map(tagKey);
    const found = await unlessRefused(this.#deps.link, this.#overKeys(call, script, keys, ...args));
    return found ?? tags.map(() => null);
  }

  /** The editions of tags that have one. Undefined when Redis cannot be asked. */
  async editionsOf(tags: readonly string[]): Promise<ReadonlyMap<string, string> | undefined> {
    const { link } = this.#deps;
    const known = new Map<string, string>();
    for (let from = 0; from < tags.length; from += 500) {
      const some = tags.slice(from, from + 500);
      const editions = await link.ask((call) => this.#overTags(call, editionsScript, some));
      if (editions === undefined) return undefined;
      for (const [at, tag] of some.entries()) {
        const edition = editionIn(editions[at]);
        if (edition !== null) known.set(tag, edition);
      }
    }
    return known;
  }

  // Braces: both are on the same node of a cluster, where one script can see them.
  #entryKey(key: string): string {
    const { space, digest } = this.#deps;
    return `learning-analytics:answer:${codecVersion}:${space}:{${digest(key)}}`;
  }

  #lockKey(key: string): string {
    return `${this.#entryKey(key)}:lock`;
  }

  /** @param known editions of the tags that only the answer tells, when they came with it. */
  async #look(
    key: string,
    entry: unknown,
    editions: (string | null)[],
    known: readonly (string | null)[] = [],
  ): Promise<Found> {
    const kept = Buffer.isBuffer(entry) ? await decodeKeepsake(key, entry) : null;
    if (kept === null || this.#deps.clock.now() >= kept.answer.keepUntil)
      return { kept: undefined, editions };
    const more = kept.about.length === known.length ? known : await this.#editionsInTurn(kept.about);
    const current = [...editions, ...(more ?? [])];
    const stands =
      kept.editions.length === current.length &&
      kept.editions.every((edition, at) => edition === current[at]);
    return { kept: stands ? kept : undefined, editions };
  }

  /** The edition of each tag. Undefined when Redis cannot be asked. */
  async #editionsInTurn(tags: readonly string[]): Promise<(string | null)[] | undefined> {
    const known = await this.editionsOf(tags);
    return known && tags.map((tag) => known.get(tag) ?? null);
  }

  /** All in one round trip: try the lock, have an edition of each tag, and see what is there. */
  async #round(key: string, tags: readonly string[], own: string) {
    const { link, ids } = this.#deps;
    // Whoever does without makes the answer once more, and asks all services for it.
    const replies = await link.askAnyway((call) =>
      Promise.all([
        this.#overTags(call, haveEditionsScript, tags, ids.uuid(), tagMs),
        // Later: an answer that is stored before this is seen, and its editions were read earlier.
        unlessRefused(
          link,
          call('EVAL', takeScript, 2, this.#lockKey(key), this.#entryKey(key), own, lockMs),
        ),
      ]),
    );
    if (replies === undefined) return undefined;
    const [found, taken] = replies;
    const [holder, entry] = Array.isArray(taken) ? (taken as unknown[]) : [];
    const editions = found.map(editionIn);
    const look = await this.#look(key, entry, editions);
    return { ...look, lock: this.#stateOf(text(holder), own) };
  }

  #stateOf(holder: string | null, own: string): LockState {
    if (holder === own) return 'mine';
    // Nobody of ours writes anything else there; whatever it is must not make everybody wait.
    return holder !== null && token.test(holder) ? 'theirs' : 'free';
  }

  #turn(
    key: string,
    tags: readonly string[],
    own: string,
    made: Stored | undefined,
    now: readonly (string | null)[],
  ): Turn {
    const editions = isComplete(now) ? now : null;
    const keep = (answer: Answer, about: readonly string[], known: readonly string[]) =>
      this.#keep(key, own, [...tags, ...about], { about, editions: known, answer });
    return {
      made,
      editions,
      keep: (answer, about) => (editions === null ? this.#fail(key, own) : keep(answer, about, editions)),
      fail: () => this.#fail(key, own),
    };
  }

  /** @param stored with the editions of the question's tags; those of the others are had now. */
  async #keep(key: string, own: string, tags: readonly string[], stored: Stored): Promise<void> {
    const { link, clock, random } = this.#deps;
    const { about, answer } = stored;
    const now = clock.now();
    const leftMs = Math.floor((answer.keepUntil - now) * (1 - jitter * random()));
    const more = leftMs < 1 ? null : await this.#haveEditions(about);
    if (more === null) return this.#fail(key, own);
    const editions = [...stored.editions, ...more];
    const value = await encodeKeepsake({ key, about, editions, answer });
    const entryKey = this.#entryKey(key);
    const isDone = await link.tell(async (call) => {
      // First: what is there can be found by its tags.
      const carriers = tags.map(carriersKey);
      await this.#overKeys(call, carryScript, carriers, entryKey, now + leftMs, now, tagMs);
      await call('EVAL', keepScript, 2, this.#lockKey(key), entryKey, own, value, leftMs);
      // Purged between the two: whoever deletes by tags has been here already.
      const current = await this.#overTags(call, editionsScript, tags);
      if (current.some((edition, at) => editionIn(edition) !== editions[at])) await call('UNLINK', entryKey);
    });
    if (!isDone) await this.#fail(key, own);
  }

  /** An edition of each tag, a new one where there is none; null when they cannot be had. */
  async #haveEditions(tags: readonly string[]): Promise<readonly string[] | null> {
    if (tags.length === 0) return [];
    const { link, ids } = this.#deps;
    // Only processes that wait for the answer wait for this.
    const found = await link.insist((call) =>
      this.#overTags(call, haveEditionsScript, tags, ids.uuid(), tagMs),
    );
    const editions = found?.map(editionIn);
    return editions !== undefined && isComplete(editions) ? editions : null;
  }

  async #fail(key: string, own: string): Promise<void> {
    await this.#deps.link.tell((call) => call('EVAL', failScript, 1, this.#lockKey(key), own, failedMs));
  }

  async #release(key: string, own: string): Promise<void> {
    await this.#deps.link.tell((call) => call('EVAL', freeScript, 1, this.#lockKey(key), own));
  }
}
