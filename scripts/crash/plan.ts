/** What is awarded and when the process is killed: the same for the same seed. */
import { type PointSource, pointSources } from '../../src/domain/gamification/points.ts';
import { draw, type Random, seededRandom } from '../../src/domain/statistics/random.ts';

/** One award as a caller asks for it, again and again with the same key until it is acknowledged. */
export interface AwardRequest {
  key_hash: string;
  request_hash: string;
  user_id: string;
  organization_id: string;
  source: PointSource;
  reference: string;
  points: number;
  occurred_at: number;
  day: string;
  now: number;
  achievements: readonly { code: string; tier: string; earnedAt: number }[];
}

export interface Kill {
  /** It comes when so many awards are acknowledged… */
  acknowledged: number;
  /** …and this much later. */
  delayMs: number;
}

export interface CrashPlan {
  awards: readonly AwardRequest[];
  kills: readonly Kill[];
}

export const achievementCode = 'crash_tested';

const people = 12;
const organizations = 2;
/** Few enough that some days come over the cap of 1,000 points. */
const days = 10;
const firstDay = Date.parse('2026-03-01T00:00:00Z');
const dayMs = 86_400_000;
/** When all of it is said to be asked: after the last day. */
const askedAt = firstDay + days * dayMs;

/** Parts of all awards and of all kills. */
const repeatsAnEntry = 0.05;
const earnsTheAchievement = 0.1;
const hitsTheNextStart = 0.2;

const upTo = (random: Random, most: number) => Math.floor(random() * most);

function award(index: number, random: Random): AwardRequest {
  const person = upTo(random, people);
  const day = firstDay + upTo(random, days) * dayMs;
  const at = day + upTo(random, dayMs);
  return {
    key_hash: `key-of-award-${String(index).padStart(8, '0')}`,
    request_hash: `request-of-award-${String(index).padStart(8, '0')}`,
    user_id: `u-${person}`,
    organization_id: `org-${person % organizations}`,
    source: draw(pointSources, random) ?? 'course',
    reference: `thing-${index}`,
    points: 1 + upTo(random, 150),
    occurred_at: at,
    day: new Date(day).toISOString().slice(0, 10),
    now: askedAt,
    achievements:
      random() < earnsTheAchievement ? [{ code: achievementCode, tier: 'bronze', earnedAt: at }] : [],
  };
}

function kill(before: number, awards: number, random: Random): Kill {
  // Right after the kill before it, while the process starts again.
  if (random() < hitsTheNextStart) return { acknowledged: before, delayMs: upTo(random, 1000) };
  return { acknowledged: upTo(random, awards * 0.95), delayMs: upTo(random, 30) };
}

export function makePlan(seed: number, { awards, kills }: { awards: number; kills: number }): CrashPlan {
  const random = seededRandom(seed);
  const requests: AwardRequest[] = [];
  for (let index = 0; index < awards; index += 1) {
    const fresh = award(index, random);
    const earlier = random() < repeatsAnEntry ? draw(requests.slice(-10), random) : undefined;
    const { key_hash, request_hash } = fresh;
    requests.push(earlier ? { ...earlier, key_hash, request_hash } : fresh);
  }
  const planned: Kill[] = [];
  for (let index = 0; index < kills; index += 1) {
    planned.push(kill(planned.at(-1)?.acknowledged ?? 0, awards, random));
  }
  // A stable sort: what hits a start stays behind the kill that causes it.
  return { awards: requests, kills: planned.sort((a, b) => a.acknowledged - b.acknowledged) };
}
