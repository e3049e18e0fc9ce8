import { describe, expect, it } from 'vitest';
import { makeApplyRetention, usualRetention } from '../../../src/application/people/apply-retention.ts';
import type { Rpc } from '../../../src/application/ports/rpc.ts';

const salt = 'known to the application only';
const step = (rawActivity: number, isDone: boolean) => ({ counts: { rawActivity, audit: 1 }, isDone });

/** A database that answers each function with what is queued for it, and fails when there is nothing more. */
function rpcWith(queues: Record<string, unknown[]>) {
  const calls: [string, Readonly<Record<string, unknown>>][] = [];
  const call: Rpc['call'] = async (fn, args) => {
    calls.push([fn, args]);
    const queue = queues[fn] ?? [];
    if (queue.length === 0) throw new Error(`${fn} was called and is not stubbed`);
    return queue.shift();
  };
  return { calls, rpc: { call } };
}

describe('retention', () => {
  it('goes on until a step says that it is done, and sums what went', async () => {
    const { rpc, calls } = rpcWith({
      apply_retention_step: [step(5, false), step(5, false), step(2, true)],
      prune_audit_chain: [5, 0],
      forgotten_here: [['u-1', 'u-2']],
      forget_again: [true, false],
      show_without_erased: [1],
    });
    const apply = makeApplyRetention({ rpc, salt, batch: 5 });
    expect(await apply(7, usualRetention)).toEqual({
      rawActivity: 12,
      audit: 3,
      forgottenAgain: 1,
      files: 0,
    });
    expect(calls[0]).toEqual([
      'apply_retention_step',
      { raw_activity_days: 7, snapshot_days: 730, audit_days: 3650, now: 7, batch: 5 },
    ]);
    // Nobody is erased again in the same call as another, and views are worked out anew once.
    expect(calls.slice(-4)).toEqual([
      ['forgotten_here', { salt }],
      ['forget_again', { user_id: 'u-1', salt, now: 7 }],
      ['forget_again', { user_id: 'u-2', salt, now: 7 }],
      ['show_without_erased', {}],
    ]);
  });

  it('says that files are gone only after they are', async () => {
    const { rpc, calls } = rpcWith({
      apply_retention_step: [step(0, true)],
      prune_audit_chain: [0],
      files_to_delete: [['a', 'b']],
    });
    const apply = makeApplyRetention({
      rpc,
      salt,
      deleteFile: async (key) => {
        if (key === 'b') throw new Error('the storage is away');
      },
    });
    await expect(apply(7, usualRetention)).rejects.toThrow('the storage is away');
    expect(calls.map(([fn]) => fn)).not.toContain('files_deleted');
  });

  it('ends between two steps when it is told to', async () => {
    const { rpc, calls } = rpcWith({ apply_retention_step: [step(5, false)] });
    const stop = new AbortController();
    const stopping: Rpc['call'] = (fn, args) => {
      stop.abort(new Error('time is up'));
      return rpc.call(fn, args);
    };
    const apply = makeApplyRetention({ rpc: { call: stopping }, salt });
    await expect(apply(7, usualRetention, stop.signal)).rejects.toThrow('time is up');
    expect(calls).toHaveLength(1);
  });
});
