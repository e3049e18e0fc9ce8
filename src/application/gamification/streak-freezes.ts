import { isLearning, timeline } from '../../domain/analytics/activity.ts';
import { type LearnerSources, summedRecord } from '../../domain/gamification/learner-record.ts';
import type { Streak } from '../../domain/gamification/streak.ts';
import { addDays, type Calendar, dayOf } from '../../domain/time.ts';
import { aFewAtOnce } from '../a-few-at-once.ts';
import type { OwnStores } from '../ports/gamification.ts';
import type { GamificationWrites } from '../ports/gamification-writes.ts';
import type { UpstreamReplies } from '../ports/reply.ts';
import { readLearner } from './read-learner.ts';
import { type PersonActivity, recordActivity } from './record-activity.ts';
import { readStored } from './stored-record.ts';

const peopleAtOnce = 8;
/** As far back as the state machine tells what kept a day. What is older stands in the ledger. */
const daysLookedAt = 30;

export interface RollOverDeps {
  upstreams: UpstreamReplies;
  stores: Pick<OwnStores, 'ledger' | 'kept'>;
  writes: Pick<GamificationWrites, 'useFreeze' | 'recordActivity' | 'activityDaysOf'>;
  /** In the zone of the organization of all these people. */
  calendar: Calendar;
  /** The run that the events of it name. */
  correlationId: string;
}

export interface RollOver {
  /** Newly kept: activities, and days that a freeze has saved. */
  activities: number;
  freezes: number;
  /**
   * People of whom a service was silent: what they did is kept as far as it is known, freezes are not, because a
   * day that looks missed may have been active. To be rolled over again.
   */
  incomplete: readonly string[];
}

/** The last calendar day that is over in the zone, `YYYY-MM-DD`. */
export const endedDay = ({ now, zone }: Calendar): string => addDays(dayOf(now, zone), -1);

/** The first activity of each kind on each day that is over, of the last thirty days. */
function endedActivities(userId: string, sources: LearnerSources, calendar: Calendar): PersonActivity[] {
  const last = endedDay(calendar);
  const first = addDays(last, 1 - daysLookedAt);
  const firsts = new Map<string, PersonActivity>();
  for (const activity of timeline({ ...sources, logins: null }, calendar.now).filter(isLearning)) {
    const day = dayOf(activity.at, calendar.zone);
    const key = `${day} ${activity.kind}`;
    if (day < first || day > last || firsts.has(key)) continue;
    firsts.set(key, { userId, source: activity.kind, occurredAt: activity.at });
  }
  return [...firsts.values()];
}

/**
 * Keeps the days that the state machine says a freeze has saved, so that they stay saved when the history
 * behind them is cut. Answers how many were not kept yet.
 * @param kept days that are.
 * @throws RpcError unavailable.
 */
async function useStreakFreezes(
  userId: string,
  { history }: Pick<Streak, 'history'>,
  kept: readonly string[],
  { writes, calendar: { now }, correlationId }: RollOverDeps,
): Promise<number> {
  let used = 0;
  for (const { date, frozen } of history) {
    if (!frozen || kept.includes(date)) continue;
    if (await writes.useFreeze(userId, date, now, { correlationId })) used += 1;
  }
  return used;
}

interface RolledOver {
  activities: number;
  freezes: number;
  isWhole: boolean;
}

async function keepActivities(activities: readonly PersonActivity[], deps: RollOverDeps): Promise<number> {
  let kept = 0;
  for (const activity of activities)
    if (await recordActivity(activity, deps.writes, deps.calendar)) kept += 1;
  return kept;
}

async function rollOver(userId: string, deps: RollOverDeps): Promise<RolledOver> {
  const { upstreams, stores, writes, calendar } = deps;
  const { sources, isWhole } = await readLearner(upstreams, userId, calendar.now);
  const ended = endedActivities(userId, sources, calendar);
  const days = await writes.activityDaysOf(userId, addDays(endedDay(calendar), 1 - daysLookedAt));
  const known = new Set(days.map(({ day, source }) => `${day} ${source}`));
  const isNew = ({ occurredAt, source }: PersonActivity) =>
    !known.has(`${dayOf(occurredAt, calendar.zone)} ${source}`);
  const activities = await keepActivities(ended.filter(isNew), deps);
  if (!isWhole) return { activities, freezes: 0, isWhole };
  const stored = await readStored(userId, sources, stores, calendar);
  const { streak } = summedRecord(userId, sources, stored, calendar);
  const freezes = await useStreakFreezes(userId, streak, stored.kept.freezeDays, deps);
  return { activities, freezes, isWhole };
}

/**
 * Closes the days that are over in the organization's zone: what people did on them is kept, and the days that
 * a freeze has saved. The day that is not over yet is left alone. Doing it again changes nothing.
 * @throws RpcError unavailable; whoever was done by then is done.
 */
export async function rollOverStreaks(userIds: readonly string[], deps: RollOverDeps): Promise<RollOver> {
  const sums = { activities: 0, freezes: 0 };
  const incomplete: string[] = [];
  await aFewAtOnce(new Set(userIds), peopleAtOnce, async (userId) => {
    const { activities, freezes, isWhole } = await rollOver(userId, deps);
    sums.activities += activities;
    sums.freezes += freezes;
    if (!isWhole) incomplete.push(userId);
  });
  return { ...sums, incomplete };
}
