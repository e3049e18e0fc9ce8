import { describe, expect, it } from 'vitest';
import { RpcError } from '../../../src/application/ports/rpc.ts';
import { AppError } from '../../../src/domain/errors.ts';
import { MemoryReportStore } from '../../../src/infrastructure/reports/memory-report-store.ts';
import { MemoryStorage } from '../../../src/infrastructure/storage/memory-storage.ts';
import { orderOf, world } from './report-world.ts';

describe('an ordered report', () => {
  it('is made as whoever ordered it, with the query of the order, and told of', async () => {
    const { store, storage, events, delivered, asked, steps, run } = world();
    await store.create(orderOf());
    expect(await run()).toMatchObject({ reports: 1 });
    expect(asked[0]?.viewer).toMatchObject({ id: 'a-1', roles: ['org_admin'], organizationId: 'org-1' });
    for (const { query } of asked.slice(1))
      expect(query).toMatchObject({ startDate: '2026-01-01', endDate: '2026-02-01', courseId: 'c-1' });
    expect(steps).toEqual([1, 2, 3, 4, 5].map((done) => [done, 5]));
    expect(await store.get('r-1')).toMatchObject({ status: 'ready', storageKey: 'r-1.json', runId: 'run-1' });
    const file = JSON.parse((await storage.get('r-1.json'))?.toString() ?? '') as { sections: object[] };
    expect(file.sections).toHaveLength(4);
    expect(events).toEqual([
      expect.objectContaining({
        stream: 'user:a-1',
        type: 'report_ready',
        data: { reportId: 'r-1', userId: 'a-1' },
      }),
    ]);
    expect(delivered).toHaveLength(1);
    // Whoever is named takes it along.
    store.eraseUser('u-7');
    expect(await store.get('r-1')).toBeNull();
  });

  it('is not made for one who has lost the right since', async () => {
    const { store, storage, events, run } = world({}, ['trainer']);
    await store.create(orderOf());
    expect(await run()).toEqual({ failed: 1 });
    expect(await store.get('r-1')).toMatchObject({ status: 'failed', failure: 'forbidden' });
    expect([await storage.get('r-1.json'), events]).toEqual([null, []]);
  });

  it('is tried again while that can help, then ends as failed', async () => {
    const { store, run } = world({
      run: async () => {
        throw new AppError('UPSTREAM_UNAVAILABLE', 'away');
      },
    });
    await store.create(orderOf());
    await expect(run()).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    expect(await store.get('r-1')).toMatchObject({ status: 'running' });
    await expect(run(true)).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    expect(await store.get('r-1')).toMatchObject({ status: 'failed', failure: 'upstream_unavailable' });
  });

  it('leaves no file when it was deleted, or somebody in it erased, meanwhile', async () => {
    for (const ending of ['deleted', 'erased'] as const) {
      const storage = new MemoryStorage();
      const put = storage.put.bind(storage);
      const { store, run, events } = world({
        storage: {
          delete: (key) => storage.delete(key),
          put: async (key, bytes) => {
            await put(key, bytes);
            if (ending === 'deleted') await store.remove('r-1');
            else store.eraseUser('a-1');
          },
        },
      });
      await store.create(orderOf());
      expect(await run()).toEqual({ gone: 1 });
      expect([await storage.get('r-1.json'), await store.get('r-1'), events]).toEqual([null, null, []]);
    }
  });

  it('keeps its file when it is not known whether it was kept, and is delivered by the next attempt', async () => {
    const inner = new MemoryReportStore();
    let isAway = true;
    const { storage, delivered, run } = world({
      store: {
        get: (id) => inner.get(id),
        update: async (id, changes) => {
          const isDone = await inner.update(id, changes);
          if (changes.status === 'ready' && isAway) throw new RpcError('unavailable', 'away');
          return isDone;
        },
      },
    });
    await inner.create(orderOf());
    await expect(run()).rejects.toMatchObject({ code: 'unavailable' });
    isAway = false;
    expect(await storage.get('r-1.json')).not.toBeNull();
    expect(delivered).toHaveLength(0);
    expect(await run()).toEqual({ reports: 0 });
    expect(delivered).toHaveLength(1);
  });

  it('is made once', async () => {
    const { store, asked, run } = world();
    expect(await run()).toEqual({ gone: 1 });
    await store.create(orderOf());
    await run();
    const calls = asked.length;
    expect(await run()).toEqual({ reports: 0 });
    expect(asked.length).toBe(calls);
  });
});
