/** A process that is killed while it makes a report, as the next one and whoever ordered it find it. */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { jobsOf } from '../../../src/application/jobs/registry.ts';
import { makeReportJob, makeReportName } from '../../../src/application/jobs/reports.ts';
import { makeRunJob } from '../../../src/application/jobs/run-job.ts';
import type { FileStorage } from '../../../src/application/ports/reports.ts';
import { makeCleanUpReports } from '../../../src/application/reports/clean-up-reports.ts';
import { MemoryJobRuns } from '../../../src/infrastructure/jobs/memory-job-runs.ts';
import { MemoryReportStore } from '../../../src/infrastructure/reports/memory-report-store.ts';
import { makeFolderStorage } from '../../../src/infrastructure/storage/folder-storage.ts';
import { MemoryStorage } from '../../../src/infrastructure/storage/memory-storage.ts';
import { silentLogger, stoppedClock } from '../../fixtures/stubs.ts';
import { now, orderOf, world } from './report-world.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'killed-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const never = new Promise<never>(() => undefined);
const leaseMs = 60_000;

type Death = 'before the file' | 'in the middle of the file' | 'after the file';

/** Two processes at one queue: the first dies at a point and says nothing any more. */
function twoProcesses(death: Death) {
  const store = new MemoryReportStore();
  const clock = stoppedClock(now);
  const runs = new MemoryJobRuns(clock, { uuid: randomUUID });
  const kept = new MemoryStorage();
  let isDead: () => void = () => undefined;
  const died = new Promise<void>((resolve) => {
    isDead = resolve;
  });
  const halt = () => {
    isDead();
    return never;
  };
  const dying: Pick<FileStorage, 'put' | 'delete'> = {
    delete: (key) => kept.delete(key),
    put: async (key, bytes) => {
      // What is written of a file has no name of its own until it is whole: see the storage in a folder.
      if (death === 'after the file') await kept.put(key, bytes);
      return halt();
    },
  };
  const first = world({
    ...{ store, storage: dying },
    ...(death === 'before the file' ? { write: halt } : {}),
  });
  const second = world({ store, storage: kept });
  const process = (make: typeof first.make, isLast = false) => {
    const jobs = jobsOf([makeReportJob(make)]);
    const runJob = makeRunJob({ jobs, runs, clock, logger: silentLogger, leaseMs });
    return runJob({
      ...{ name: makeReportName, data: { reportId: 'r-1', organizationId: 'org-1' }, dueAt: now, slot: null },
      ...{ isLast: () => isLast, signal: new AbortController().signal },
      enqueue: async () => 'delivery',
    });
  };
  return { store, clock, kept, died, first, second, process };
}

describe('a report whose process is killed', () => {
  it.each(['before the file', 'in the middle of the file', 'after the file'] as const)(
    '%s is made again by the next, whole, and told of',
    async (death) => {
      const { store, clock, kept, died, first, second, process } = twoProcesses(death);
      await store.create(orderOf());
      void process(first.make).catch(() => undefined);
      await died;
      // Nobody is told of a report that is not there: no link, no file of which a part is missing.
      expect(await store.get('r-1')).toMatchObject({ status: 'running', inputDigest: null });
      expect(await store.grant('r-1', 'a-token', now + leaseMs)).toBe(false);
      expect(first.events).toEqual([]);
      // As long as the dead one might live, nobody else does its work.
      expect(await process(second.make)).toMatchObject({ outcome: 'held' });
      clock.advance(leaseMs + 1);
      expect(await process(second.make)).toMatchObject({ outcome: 'done', run: { attempts: 2 } });
      expect(await store.get('r-1')).toMatchObject({
        status: 'ready',
        storageKey: 'r-1.json',
        failure: null,
      });
      const file = JSON.parse((await kept.get('r-1.json'))?.toString() ?? '') as { sections: object[] };
      expect(file.sections).toHaveLength(4);
      expect(second.events).toMatchObject([{ type: 'report_ready' }]);
    },
  );

  it('and that nobody takes over is told to have failed, and is never given out', async () => {
    const { store, kept, died, first, process } = twoProcesses('after the file');
    const later = now + 7 * 3_600_000;
    await store.create({ ...orderOf(), expiresAt: later + leaseMs });
    void process(first.make).catch(() => undefined);
    await died;
    const { signal } = new AbortController();
    expect(await makeCleanUpReports(store, kept)(later, signal)).toMatchObject({ failed: 1 });
    expect(await store.get('r-1')).toMatchObject({ status: 'failed', failure: 'overdue' });
    expect(await store.grant('r-1', 'a-token', later + leaseMs)).toBe(false);
    // Its file goes with it.
    await makeCleanUpReports(store, kept)(later + leaseMs, signal);
    expect([await store.get('r-1'), await kept.get('r-1.json')]).toEqual([null, null]);
  });

  it('for good leaves no part of a file under its name, nor in the way of the next', async () => {
    const program = `
      const { makeFolderStorage } = await import('./src/infrastructure/storage/folder-storage.ts');
      await makeFolderStorage(process.argv[1]).put('r-1.pdf', Buffer.alloc(200_000_000, 'a'), 'application/pdf');`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program, folder], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const ended = once(child, 'exit');
    while (!existsSync(path.join(folder, 'r-1.pdf.part')) && child.exitCode === null) await delay(1);
    child.kill('SIGKILL');
    await ended;
    expect(child.signalCode).toBe('SIGKILL');
    const storage = makeFolderStorage(folder);
    expect(existsSync(path.join(folder, 'r-1.pdf.part'))).toBe(true);
    expect(await storage.get('r-1.pdf')).toBeNull();
    await storage.put('r-1.pdf', Buffer.from('whole'), 'application/pdf');
    expect((await storage.get('r-1.pdf'))?.toString()).toBe('whole');
    expect(existsSync(path.join(folder, 'r-1.pdf.part'))).toBe(false);
  });
});
