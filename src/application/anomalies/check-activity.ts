import { suddenFall } from '../../domain/statistics/anomaly.ts';
import { round } from '../../domain/statistics/summary.ts';
import { addDays, startOfDay } from '../../domain/time.ts';
import type { OrganizationPart } from '../jobs/per-organization.ts';
import type { Leaderboards, Ledger } from '../ports/gamification.ts';
import type { Figures } from '../ports/jobs.ts';
import type { Logger } from '../ports/logger.ts';
import type { Notice, Notices, OnAnomalyCheck } from '../ports/notices.ts';

export interface CheckActivityDeps {
  ledger: Pick<Ledger, 'standings'>;
  leaderboards: Pick<Leaderboards, 'page'>;
  notices: Notices;
  minimumCohortOf: (organizationId: string | null) => number;
  onCheck: OnAnomalyCheck;
  logger: Pick<Logger, 'warn'>;
}

export interface ActivityPart extends Pick<OrganizationPart, 'organizationId' | 'zone' | 'now'> {
  /** The day that has ended where the organization is. */
  day: string;
}

/** Only what is about all is read, so as nobody. */
const nobody = 'anomalies';

const counted = 'activity_counted';
const fell = 'activity_fell';

/** People by day, as they were counted before. */
function daysIn(notices: Awaited<ReturnType<Notices['of']>>): Map<string, number> {
  const days = notices.flatMap(({ type, data: { day, people } }) =>
    type === counted && typeof day === 'string' && typeof people === 'number' ? [[day, people] as const] : [],
  );
  return new Map(days);
}

/**
 * Counts the people of an organization who have earned something since a day began that has just ended, keeps the number
 * as an event, and tells by another when it is suddenly much smaller than on such days before. A day whose learning is
 * not known to its end is not counted: a service that was away would look like people who stay away.
 * @throws RpcError
 */
export function makeCheckActivity(deps: CheckActivityDeps) {
  const { ledger, leaderboards, notices, minimumCohortOf, onCheck, logger } = deps;

  async function isKnownToItsEnd({ organizationId, zone, day }: ActivityPart): Promise<boolean> {
    const place = { organizationId, departmentId: null, period: 'weekly', viewerId: nobody } as const;
    const board = await leaderboards.page({ ...place, limit: 1, offset: 0 });
    return board !== null && board.doubt === null && board.asOf >= startOfDay(addDays(day, 1), zone);
  }

  return async (part: ActivityPart): Promise<Figures> => {
    const { organizationId, zone, day, now } = part;
    const stream = `activity:${organizationId}`;
    const known = daysIn(await notices.of(stream));
    if (known.has(day)) return { counted: 0 };
    if (!(await isKnownToItsEnd(part))) {
      onCheck('activity', 'unknown');
      return { counted: 0 };
    }
    const people = (await ledger.standings(organizationId, { since: startOfDay(day, zone), zone })).length;
    const least = minimumCohortOf(organizationId);
    const compared = suddenFall(new Map([...known, [day, people]]), day, least);
    const told: Notice[] = [{ type: counted, data: { day, people }, occurredAt: now }];
    if (compared?.isUnusual) {
      const data = { day, people, usual: round(compared.usual), z: round(compared.z, 2) };
      told.push({ type: fell, data, occurredAt: now });
    }
    if (!(await notices.add(stream, day, told))) return { counted: 0 };
    onCheck('activity', compared === null ? 'unknown' : compared.isUnusual ? 'unusual' : 'usual');
    if (compared?.isUnusual)
      logger.warn({ organizationId, day, z: round(compared.z, 2) }, 'activity has suddenly fallen');
    return { counted: 1, unusual: compared?.isUnusual ? 1 : 0 };
  };
}
