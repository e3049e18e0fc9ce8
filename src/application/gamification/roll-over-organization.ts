import { isLearner } from '../../domain/organization/people.ts';
import { isTimeZone } from '../../domain/time.ts';
import { aFewAtOnce } from '../a-few-at-once.ts';
import type { Figures } from '../ports/jobs.ts';
import { eachPage } from '../ports/page.ts';
import type { UpstreamReplies } from '../ports/reply.ts';
import { type RollOverDeps, rollOverStreaks } from './streak-freezes.ts';
import { unlockAchievements } from './unlock-achievements.ts';

export interface OrganizationRollOverDeps extends Pick<RollOverDeps, 'stores' | 'correlationId'> {
  writes: RollOverDeps['writes'] & Parameters<typeof unlockAchievements>[1]['writes'];
  /** Services for one page of people: what they remember of their calls goes with the page. */
  open: () => UpstreamReplies;
  /** Epoch ms. */
  now: number;
  signal: AbortSignal;
  /** Told after every page how many people are done. */
  onProgress: (people: number) => Promise<void>;
}

const unlockedAtOnce = 8;

/**
 * Closes the days that are over in an organization's zone for all its learners, page by page, and keeps what they
 * have earned by then. Doing it again changes nothing.
 * @throws UpstreamError when it cannot be known who is there; RpcError unavailable; the signal's reason.
 */
export async function rollOverOrganization(
  organizationId: string,
  { open, stores, writes, correlationId, now, signal, onProgress }: OrganizationRollOverDeps,
): Promise<Figures> {
  const { directory } = open();
  const zone = (await directory.organization(organizationId)).value?.timeZone;
  const calendar = { now, zone: zone && isTimeZone(zone) ? zone : 'UTC' };
  const figures = { people: 0, activities: 0, freezes: 0, incomplete: 0, achievements: 0 };
  const pages = eachPage(async (cursor) => (await directory.members(organizationId, cursor)).value);
  for await (const page of pages) {
    signal.throwIfAborted();
    const learners = page.filter(isLearner);
    const ids = [...new Set(learners.map(({ userId }) => userId))];
    const deps = { upstreams: open(), stores, writes, calendar, correlationId };
    const rolled = await rollOverStreaks(ids, deps);
    await aFewAtOnce(ids, unlockedAtOnce, async (userId) => {
      figures.achievements += (await unlockAchievements(userId, deps)).length;
    });
    figures.people += ids.length;
    figures.activities += rolled.activities;
    figures.freezes += rolled.freezes;
    figures.incomplete += rolled.incomplete.length;
    await onProgress(figures.people);
  }
  return figures;
}
