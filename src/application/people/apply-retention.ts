import { z } from 'zod';
import type { Figures } from '../ports/jobs.ts';
import type { Rpc } from '../ports/rpc.ts';

/** How long things are kept, in days. */
export interface RetentionPolicy {
  /** Single activities. */
  rawActivityDays: number;
  /** Figures of a day, which trends are made of. */
  snapshotDays: number;
  auditDays: number;
}

export const usualRetention: RetentionPolicy = {
  rawActivityDays: 7,
  snapshotDays: 2 * 365,
  auditDays: 10 * 365,
};

export interface ApplyRetentionDeps {
  rpc: Rpc;
  /** With which the ids of erased people are hashed. */
  salt: string;
  /** Deletes a file in the storage; one that is not there is fine. Left out = there is no storage. */
  deleteFile?: (storageKey: string) => Promise<void>;
  /** Most rows of one table that one transaction deletes. */
  batch?: number;
}

/**
 * Deletes what is older than it is kept and what has expired, in small transactions, so that nobody waits behind it;
 * then the files that are left of it. Broken off at any time it goes on where it was when it is called again.
 * @returns how many rows of each kind, files, and people who were recorded again after their erasure and are gone now.
 * @throws RpcError; the signal's reason; whatever `deleteFile` throws.
 */
export type ApplyRetention = (now: number, policy: RetentionPolicy, signal?: AbortSignal) => Promise<Figures>;

const step = z.object({ counts: z.record(z.string(), z.number()), isDone: z.boolean() });
const ids = z.array(z.string());

const added = (sums: Figures, counts: Figures): Figures =>
  Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, count + (sums[name] ?? 0)]));

export function makeApplyRetention({
  rpc,
  salt,
  deleteFile,
  batch = 5000,
}: ApplyRetentionDeps): ApplyRetention {
  async function deleteRows(now: number, policy: RetentionPolicy, signal?: AbortSignal): Promise<Figures> {
    const args = {
      raw_activity_days: policy.rawActivityDays,
      snapshot_days: policy.snapshotDays,
      audit_days: policy.auditDays,
      now,
      batch,
    };
    for (let sums: Figures = {}; ; ) {
      signal?.throwIfAborted();
      const { counts, isDone } = step.parse(await rpc.call('apply_retention_step', args));
      sums = added(sums, counts);
      if (isDone) return sums;
    }
  }

  /** Of lines of the audit log that are gone; what is left hangs on the last of them. */
  async function pruneChain(now: number, auditDays: number, signal?: AbortSignal): Promise<void> {
    for (let gone = batch; gone === batch; ) {
      signal?.throwIfAborted();
      gone = z.number().parse(await rpc.call('prune_audit_chain', { audit_days: auditDays, now, batch }));
    }
  }

  async function deleteFiles(signal?: AbortSignal): Promise<number> {
    if (deleteFile === undefined) return 0;
    for (let deleted = 0; ; ) {
      const waiting = ids.parse(await rpc.call('files_to_delete', {}));
      if (waiting.length === 0) return deleted;
      for (const key of waiting) {
        signal?.throwIfAborted();
        await deleteFile(key);
      }
      await rpc.call('files_deleted', { storage_keys: waiting });
      deleted += waiting.length;
    }
  }

  /** One person in one transaction, so that what was done stays done. */
  async function forgetAgain(now: number, signal?: AbortSignal): Promise<number> {
    const here = ids.parse(await rpc.call('forgotten_here', { salt }, { isLong: true }));
    let forgotten = 0;
    for (const userId of here) {
      signal?.throwIfAborted();
      const isGone = await rpc.call('forget_again', { user_id: userId, salt, now }, { isLong: true });
      if (isGone === true) forgotten += 1;
    }
    return forgotten;
  }

  return async (now, policy, signal) => {
    const rows = await deleteRows(now, policy, signal);
    await pruneChain(now, policy.auditDays, signal);
    // Before what takes longer: a file that is to go does not wait for it.
    const files = await deleteFiles(signal);
    const forgottenAgain = await forgetAgain(now, signal);
    await rpc.call('show_without_erased', {}, { isLong: true });
    return { ...rows, forgottenAgain, files: files + (await deleteFiles(signal)) };
  };
}
