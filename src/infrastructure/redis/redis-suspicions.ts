import type { Digest } from '../../application/ports/digest.ts';
import type { Act, Suspicions, Verdict } from '../../application/ports/suspicions.ts';
import {
  abuseWindowMs,
  firstPenaltyMs,
  longestPenaltyMs,
  strikesKeptMs,
} from '../../domain/identity/abuse.ts';
import type { MemorySuspicions } from '../auth/memory-suspicions.ts';
import type { RedisLink } from './link.ts';

/** Things of the window, strikes and the penalty of one caller; the same arithmetic as `penaltyMs`. */
const noteScript = `redis.call('SADD', KEYS[1], ARGV[1])
if redis.call('PTTL', KEYS[1]) < 0 then redis.call('PEXPIRE', KEYS[1], ARGV[3]) end
if redis.call('SCARD', KEYS[1]) <= tonumber(ARGV[2]) then
  return { math.max(0, redis.call('PTTL', KEYS[3])), 0 }
end
redis.call('DEL', KEYS[1])
local strikes = redis.call('INCR', KEYS[2])
redis.call('PEXPIRE', KEYS[2], ARGV[4])
local ms = math.min(tonumber(ARGV[6]), tonumber(ARGV[5]) * 4 ^ (strikes - 1))
redis.call('SET', KEYS[3], strikes, 'PX', string.format('%d', ms))
return { string.format('%d', ms), strikes }`;

function verdictIn(reply: unknown): Verdict {
  const [refusedMs = Number.NaN, strike = Number.NaN] = Array.isArray(reply) ? reply.map(Number) : [];
  if (!Number.isFinite(refusedMs) || !Number.isFinite(strike)) throw new Error('not a verdict');
  return { refusedMs, strike: strike === 0 ? null : strike };
}

/**
 * Suspicions that all processes share. What this process has told already is not told again; while Redis is away it
 * goes on with its own.
 */
export class RedisSuspicions implements Suspicions {
  readonly #link: RedisLink;
  readonly #own: MemorySuspicions;
  readonly #digest: Digest;

  constructor(link: RedisLink, own: MemorySuspicions, digest: Digest) {
    this.#link = link;
    this.#own = own;
    this.#digest = digest;
  }

  note(act: Act): Promise<Verdict> | Verdict {
    if (this.#own.has(act)) return { refusedMs: this.#own.refusedMs(act), strike: null };
    return this.#ask(act).then((verdict) => {
      if (verdict === undefined) return this.#own.note(act);
      if (verdict.strike === null) this.#own.see(act);
      this.#own.learn(act, verdict);
      return verdict;
    });
  }

  #ask({ abuse, caller, thing, most }: Act): Promise<Verdict | undefined> {
    // Of one caller in one place of a cluster, and nobody can read who that is.
    const prefix = `learning-analytics:abuse:{${abuse} ${this.#digest(caller)}}`;
    const keys = [`${prefix}:things`, `${prefix}:strikes`, `${prefix}:refused`];
    const times = [abuseWindowMs, strikesKeptMs, firstPenaltyMs, longestPenaltyMs];
    return this.#link.ask(async (call) =>
      verdictIn(await call('EVAL', noteScript, keys.length, ...keys, this.#digest(thing), most, ...times)),
    );
  }
}
