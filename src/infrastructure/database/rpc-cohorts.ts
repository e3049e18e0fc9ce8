import { z } from 'zod';
import {
  type CohortStatistics,
  type PeerFiguresStore,
  peerServices,
} from '../../application/ports/cohorts.ts';
import type { Rpc } from '../../application/ports/rpc.ts';
import { learnerLevels, peerMetrics } from '../../domain/analytics/peer-comparison.ts';

const source = z.union([z.object({ asOf: z.number(), isKnown: z.boolean() }), z.literal('not_configured')]);
const figures = z.object({
  known: z.number(),
  total: z.number(),
  median: z.number().nullable(),
  below: z.number(),
  equal: z.number(),
});
const kept = z.object({
  sources: z.record(z.enum(peerServices), source),
  level: z.enum(learnerLevels).nullable(),
  inside: z.number(),
  others: z.number(),
  own: z.record(z.enum(peerMetrics), z.number().nullable()),
  metrics: z.partialRecord(z.enum(peerMetrics), figures),
});
type Kept = z.output<typeof kept>;

const ofNobody = { known: 0, total: 0, median: null, below: 0, equal: 0 };

const metricsOf = ({ own, metrics }: Kept) => {
  const of = (metric: (typeof peerMetrics)[number]) => ({
    ...(metrics[metric] ?? ofNobody),
    value: own[metric],
  });
  return {
    average_score: of('average_score'),
    topics_per_week: of('topics_per_week'),
    completion_percent: of('completion_percent'),
    practice_sessions: of('practice_sessions'),
    questions_asked: of('questions_asked'),
  };
};

/** Statistics of cohorts as the database has worked them out. */
export const makeRpcCohorts = (rpc: Rpc): CohortStatistics & PeerFiguresStore => ({
  standing: async ({ organizationId, userId, level, since }) => {
    const args = { organization_id: organizationId, user_id: userId, level, since };
    const answer = kept.nullable().parse(await rpc.call('peer_standing', args, { readOnly: true }));
    if (answer === null) return null;
    const { sources, others, inside: size } = answer;
    return { sources, others, standing: { level: answer.level, size, metrics: metricsOf(answer) } };
  },
  save: async (organizationId, round, people) => {
    const rows = people.map(({ figures: own, ...person }) => ({ ...person, ...own }));
    await rpc.call('save_peer_figures', { organization_id: organizationId, round, people: rows });
  },
  finish: async (organizationId, round, asOf, sources) => {
    const args = { organization_id: organizationId, round, as_of: asOf, sources };
    await rpc.call('finish_peer_figures', args, { isLong: true });
  },
});
