import { keptMs } from '../../application/integration/service-book.ts';
import type { Counts, SharedBook, SharedSlot, Slot, SlotNews } from '../../application/ports/shared-book.ts';
import { type Service, services } from '../../domain/provenance.ts';
import { latencyBounds } from '../../domain/statistics/latency.ts';
import type { RedisLink } from './link.ts';

const keyOf = ({ size, number }: Slot): string => `learning-analytics:book:${size}:${number}`;

/** Adds numbers to one slot, unless this teller's news of this number are in it already. */
const addScript = `local told = tonumber(redis.call('HGET', KEYS[1], ARGV[1]) or '0')
if told >= tonumber(ARGV[2]) then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('HSETNX', KEYS[1], 'from', ARGV[3])
for at = 5, #ARGV, 2 do redis.call('HINCRBY', KEYS[1], ARGV[at], ARGV[at + 1]) end
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return 1`;

const figures = ['calls', 'failures', 'retries'] as const;
const bucketNames = Array.from({ length: latencyBounds.length + 1 }, (_, at) => `b${at}`);

/** Those that are not nought, as `service:figure` and number in turn. */
function fieldsOf({ counts }: SlotNews): (string | number)[] {
  return [...counts].flatMap(([service, one]) => [
    ...figures.flatMap((name) => (one[name] === 0 ? [] : [`${service}:${name}`, one[name]])),
    ...one.buckets.flatMap((number, at) => (number === 0 ? [] : [`${service}:${bucketNames[at]}`, number])),
  ]);
}

/** Null for a slot of which nobody told. Whatever else stands there counts as nothing. */
function slotIn(reply: unknown): SharedSlot | null {
  const texts = Array.isArray(reply) ? reply.map(String) : [];
  const fields = new Map<string, number>();
  for (let at = 0; at + 1 < texts.length; at += 2) fields.set(texts[at] ?? '', Number(texts[at + 1]));
  const numberOf = (name: string) => {
    const number = fields.get(name) ?? 0;
    return Number.isSafeInteger(number) && number > 0 ? number : 0;
  };
  const from = numberOf('from');
  if (from === 0) return null;
  const counts = new Map<Service, Counts>();
  for (const service of services) {
    const calls = numberOf(`${service}:calls`);
    if (calls === 0) continue;
    const [failures, retries] = [numberOf(`${service}:failures`), numberOf(`${service}:retries`)];
    const buckets = bucketNames.map((name) => numberOf(`${service}:${name}`));
    counts.set(service, { calls, failures, retries, buckets });
  }
  return { from, counts };
}

/** One hash per minute and per hour, which ends by itself when nobody looks at it any more. */
export class RedisBook implements SharedBook {
  readonly #link: Pick<RedisLink, 'tell'>;

  constructor(link: Pick<RedisLink, 'tell'>) {
    this.#link = link;
  }

  add(
    news: readonly SlotNews[],
    { teller, number }: { teller: string; number: number },
    now: number,
  ): Promise<boolean> {
    return this.#link.tell((call) =>
      Promise.all(
        news.map((slot) => {
          const head = [`teller:${teller}`, number, now, 2 * keptMs[slot.size]];
          return call('EVAL', addScript, 1, keyOf(slot), ...head, ...fieldsOf(slot));
        }),
      ),
    );
  }

  async read(slots: readonly Slot[]): Promise<readonly SharedSlot[] | undefined> {
    let replies: unknown[] = [];
    const isDone = await this.#link.tell(async (call) => {
      replies = await Promise.all(slots.map((slot) => call('HGETALL', keyOf(slot))));
    });
    return isDone ? replies.flatMap((reply) => slotIn(reply) ?? []) : undefined;
  }
}
