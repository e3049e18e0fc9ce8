import { keptEnrolments, keptPaces } from '../../domain/analytics/kept-months.ts';
import type { Setting } from '../../domain/setting.ts';
import { peopleOf, rollOf } from '../organization/walks.ts';
import type { Reply, UpstreamReplies } from '../ports/reply.ts';
import { enrolmentHistory, paceHistory } from './kept-history.ts';

/** What is no answer, but what answers of later months need. */
export interface MonthNote {
  metric: string;
  version: number;
  data: Readonly<Record<string, unknown>>;
}

const isGood = ({ dataSource }: Reply<unknown>): boolean =>
  dataSource === 'realtime' || dataSource === 'cached';

type Note = (
  upstreams: UpstreamReplies,
  organizationId: string,
  setting: Omit<Setting, 'zone'>,
) => Promise<MonthNote | null>;

async function zoneOf(upstreams: UpstreamReplies, organizationId: string, now: number): Promise<string> {
  const { value } = await peopleOf(upstreams, organizationId, now);
  return value?.zone ?? 'UTC';
}

/** Null when the organization is not known, or what is said of it is stale. */
const notePaces: Note = async (upstreams, organizationId, { now, minimumCohort }) => {
  const [people, roll] = await Promise.all([
    peopleOf(upstreams, organizationId, now),
    rollOf(upstreams, organizationId, now),
  ]);
  if (people.value === null || roll.value === null || ![people, roll].every(isGood)) return null;
  const setting = { now, minimumCohort, zone: people.value.zone };
  return { ...paceHistory, data: { ...keptPaces(people.value, roll.value, setting) } };
};

const noteEnrolments: Note = async (upstreams, organizationId, { now, minimumCohort }) => {
  const [demand, zone] = await Promise.all([
    upstreams.skills.demand(organizationId),
    zoneOf(upstreams, organizationId, now),
  ]);
  if (demand.value === null || !isGood(demand)) return null;
  return { ...enrolmentHistory, data: { ...keptEnrolments(demand.value, { now, minimumCohort, zone }) } };
};

/** Each is made by itself: one that fails takes no other along. */
export const monthNotes: readonly Note[] = [notePaces, noteEnrolments];
