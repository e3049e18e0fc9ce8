/** What every keeper of reports promises: in memory, in PGlite and in PostgreSQL. */
import { describe, expect, it } from 'vitest';
import type {
  ReportOrder,
  ReportSchedule,
  ReportSchedules,
  ReportStore,
} from '../../../src/application/ports/reports.ts';
import { digest } from '../../../src/infrastructure/digest.ts';
import {
  MemoryReportSchedules,
  MemoryReportStore,
} from '../../../src/infrastructure/reports/memory-report-store.ts';
import {
  makeRpcReportSchedules,
  makeRpcReportStore,
} from '../../../src/infrastructure/reports/rpc-report-store.ts';
import { hour, now, onBoth, someone } from '../database/schema-world.ts';

const orderOf = (changes: Partial<ReportOrder> = {}): ReportOrder => ({
  ...{ reportId: someone(), type: 'trainer', subjectId: someone(), organizationId: 'org-1' },
  ...{ requestedBy: someone(), format: 'pdf', createdAt: now, expiresAt: now + hour },
  parameters: {
    ...{ language: 'he', startDate: null, endDate: null, courseId: 'c-1', delivery: 'email' },
    requestHash: digest('a request'),
  },
  ...changes,
});

interface Keepers {
  store: ReportStore;
  schedules: ReportSchedules;
  erase: (userId: string) => Promise<void>;
}

function promises(open: () => Keepers): void {
  /** A report that was made, and its order. */
  async function made(changes: Partial<ReportOrder> = {}, people: readonly string[] = []) {
    const { store, erase } = open();
    const order = orderOf(changes);
    const storageKey = `${order.reportId}.pdf`;
    await store.create(order);
    await store.update(order.reportId, { status: 'running', storageKey, runId: 'run-1' });
    await store.update(order.reportId, { status: 'ready', inputDigest: 'd', asOf: now, people });
    return { store, erase, order, storageKey };
  }

  it('keep an order as it was given, once', async () => {
    const { store } = open();
    const order = orderOf();
    expect(await store.create(order)).toBe(true);
    expect(await store.create({ ...order, format: 'csv' })).toBe(false);
    const nothingYet = { inputDigest: null, asOf: null, storageKey: null, failure: null, runId: null };
    expect(await store.get(order.reportId)).toEqual({ ...order, status: 'queued', ...nothingYet });
    expect(await store.get(someone())).toBeNull();
  });

  it('change what is not finished, and nothing else', async () => {
    const { store, order, storageKey } = await made();
    expect(await store.get(order.reportId)).toMatchObject({
      ...{ status: 'ready', storageKey, runId: 'run-1', inputDigest: 'd', asOf: now },
    });
    expect(await store.update(order.reportId, { status: 'failed' })).toBe(false);
    expect(await store.update(someone(), { status: 'failed' })).toBe(false);
  });

  it('give a download once, to the newest token, in its time', async () => {
    const { store, order } = await made();
    const [old, fresh] = [digest('old'), digest('fresh')];
    expect(await store.grant(order.reportId, old, now + 1000)).toBe(true);
    expect(await store.grant(order.reportId, fresh, now + 1000)).toBe(true);
    expect(await store.redeem(order.reportId, old, now)).toBeNull();
    expect(await store.redeem(order.reportId, fresh, now + 1000)).toBeNull();
    const used = await Promise.all([1, 2, 3].map(() => store.redeem(order.reportId, fresh, now)));
    expect(used.filter((one) => one !== null)).toHaveLength(1);
    const queued = orderOf();
    await store.create(queued);
    expect(await store.grant(queued.reportId, fresh, now + 1000)).toBe(false);
  });

  it('note the files of what is removed, expired or erased, until they are deleted', async () => {
    const { store, order, storageKey, erase } = await made();
    await store.remove(order.reportId);
    const expired = await made({ createdAt: now - hour, expiresAt: now - 1 });
    const late = orderOf({ createdAt: now - 7 * hour });
    await store.create(late);
    const swept = await store.sweep(now, now - 6 * hour);
    expect(swept.failed).toBeGreaterThanOrEqual(1);
    expect(swept.expired).toBeGreaterThanOrEqual(1);
    expect(await store.get(late.reportId)).toMatchObject({ status: 'failed', failure: 'overdue' });
    expect(await store.get(expired.order.reportId)).toBeNull();
    const [about, by, naming] = [await made(), await made(), await made({}, ['named-one', 'named-two'])];
    await erase(about.order.subjectId);
    await erase(by.order.requestedBy);
    await erase('named-one');
    for (const gone of [about, by, naming]) expect(await store.get(gone.order.reportId)).toBeNull();
    const keys = [storageKey, ...[expired, about, by, naming].map((one) => one.storageKey)];
    const noted = await store.filesToDelete(1000);
    expect(noted).toEqual(expect.arrayContaining(keys));
    expect(new Set(noted).size).toBe(noted.length);
    await store.filesDeleted(keys);
    for (const key of keys) expect(await store.filesToDelete(1000)).not.toContain(key);
  });

  it('tell which are not finished, the oldest first', async () => {
    const { store } = open();
    const [second, first] = [orderOf({ createdAt: now + 2 }), orderOf({ createdAt: now + 1 })];
    await store.create(first);
    await store.create(second);
    const { order } = await made();
    const waiting = await store.waiting(1000);
    expect(waiting.filter((id) => [first.reportId, second.reportId].includes(id))).toEqual([
      first.reportId,
      second.reportId,
    ]);
    expect(waiting).not.toContain(order.reportId);
  });

  it('keep one weekly report per person, order each day once, and forget it with the person', async () => {
    const { schedules, erase } = open();
    const [a, b] = [`a-${someone()}`, `b-${someone()}`];
    const schedule: ReportSchedule = {
      ...{ userId: a, organizationId: 'org-1', format: 'pdf', language: 'ar', courseId: null },
      ...{ weekday: 7, hour: 6, zone: 'Asia/Jerusalem', delivery: 'webhook' },
    };
    await schedules.save({ ...schedule, hour: 5 }, now);
    await schedules.save(schedule, now);
    await schedules.save({ ...schedule, userId: b }, now);
    expect(await schedules.get(a)).toEqual(schedule);
    const page = await schedules.page(null, 1000);
    expect(page.map(({ userId }) => userId).filter((id) => [a, b].includes(id))).toEqual([a, b]);
    expect((await schedules.page(a, 1000)).map(({ userId }) => userId)).not.toContain(a);
    expect(await schedules.mark(a, '2026-03-08')).toBe(true);
    expect(await schedules.mark(a, '2026-03-08')).toBe(false);
    expect(await schedules.mark(a, '2026-03-15')).toBe(true);
    expect(await schedules.remove(a)).toBe(true);
    expect(await schedules.remove(a)).toBe(false);
    expect(await schedules.mark(a, '2026-03-22')).toBe(false);
    await erase(b);
    expect(await schedules.get(b)).toBeNull();
  });
}

describe('reports in memory', () => {
  const [store, schedules] = [new MemoryReportStore(), new MemoryReportSchedules()];
  promises(() => ({
    store,
    schedules,
    erase: async (userId) => {
      store.eraseUser(userId);
      schedules.eraseUser(userId);
    },
  }));
});

onBoth('reports', ({ call }) => {
  promises(() => ({
    store: makeRpcReportStore({ call }),
    schedules: makeRpcReportSchedules({ call }),
    erase: async (user_id) =>
      void (await call('erase_person', {
        ...{ user_id, salt: 'known to the application only', requested_by: null },
        ...{ organization_id: null, reason: 'asked for', request_id: 'r-1', now },
      })),
  }));
});
