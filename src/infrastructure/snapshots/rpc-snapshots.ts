import { z } from 'zod';
import type { Rpc } from '../../application/ports/rpc.ts';
import type { SnapshotKey, Snapshots } from '../../application/ports/snapshots.ts';

const snapshot = z.object({ day: z.string(), data: z.unknown(), savedAt: z.number() });

const argumentsOf = ({ kind, subject, organizationId, metric, version }: SnapshotKey) => ({
  kind,
  subject,
  organization_id: organizationId,
  metric,
  version,
});

/** What is kept, for as long as the database lasts and retention allows. */
export const makeRpcSnapshots = (rpc: Rpc): Snapshots => ({
  save: async (snapshots, now) =>
    snapshots.length === 0 ? 0 : z.number().parse(await rpc.call('save_snapshots', { snapshots, now })),
  latest: async (key) =>
    snapshot.nullable().parse(await rpc.call('last_snapshot', argumentsOf(key), { readOnly: true })),
  lastOfMonths: async (key, { first, last }) => {
    const args = { ...argumentsOf(key), first_day: first, last_day: last };
    return z.array(snapshot).parse(await rpc.call('month_snapshots', args, { readOnly: true }));
  },
});
