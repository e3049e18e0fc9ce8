import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { RpcError } from '../../../src/application/ports/rpc.ts';
import { testJob } from '../../application/jobs/jobs-fixture.ts';
import { timed } from '../../fixtures/lateness.ts';
import { itemCount, itemsJob } from './jobs-items.ts';
import { onBothDatabases, onServerOnly, openWorker, someSlot } from './jobs-world.ts';

/** As a poll of the configuration. */
const soon = { timeout: 60_000, interval: 50 };
const data = (slot = someSlot()) => ({ slot });

type Worker = Awaited<ReturnType<typeof openWorker>>;
let workers: Worker[] = [];
beforeEach(() => {
  workers = [];
});
afterEach(() => Promise.all(workers.map(({ queue }) => queue.stop(0))));

async function opened(...args: Parameters<typeof openWorker>): Promise<Worker> {
  const worker = await openWorker(...args);
  workers.push(worker);
  return worker;
}

onBothDatabases('the queue', (world) => {
  it('does what was enqueued, once per slot, and says how it went', async () => {
    const seen: unknown[] = [];
    const job = testJob({
      run: async (context) => {
        seen.push(context.data);
        return { seen: 1 };
      },
    });
    const { queue, runs, work } = await opened(world(), [job]);
    const given = data();
    const id = await queue.enqueue('test-job', given);
    expect(await runs.get(id)).toMatchObject({ state: 'queued', slot: given.slot });
    expect(await queue.enqueue('test-job', given)).toBe(id);
    await work();
    await vi.waitFor(async () => expect(await runs.get(id)).toMatchObject({ state: 'done' }), soon);
    expect(await runs.get(id)).toMatchObject({ attempts: 1, figures: { seen: 1 }, failure: null });
    expect(await queue.enqueue('test-job', given)).toBe(id);
    await delay(1200);
    expect(seen).toEqual([given]);
    await expect(queue.enqueue('nobody', {})).rejects.toThrow('no job nobody');
  });

  it('tries again with growing pauses, then gives up: the delivery is in the dead letters, the run failed', async () => {
    const tries: number[] = [];
    const job = testJob({
      name: 'failing',
      retryLimit: 2,
      run: async () => {
        tries.push(performance.now());
        throw new RpcError('unavailable', 'a sentence that names u-4711');
      },
    });
    const { queue, runs, work } = await opened(world(), [job]);
    await work();
    const id = await queue.enqueue('failing', data());
    await vi.waitFor(
      async () => expect(await runs.get(id)).toMatchObject({ state: 'queued', attempts: 1 }),
      soon,
    );
    const isDead = async () => expect((await queue.figures()).failing).toMatchObject({ dead: 1, failed: 1 });
    await vi.waitFor(isDead, soon);
    expect(await runs.get(id)).toMatchObject({
      state: 'failed',
      attempts: 3,
      failure: 'database: unavailable',
    });
    const [first = 0, second = 0, third = 0] = tries;
    expect(tries).toHaveLength(3);
    // At least half of 1 · 2^1 s and of 1 · 2^2 s; with chance between the half and the whole.
    expect(second - first).toBeGreaterThan(900);
    expect(third - second).toBeGreaterThan(1900);
    const kept = await world().sql('select output::text as output, data::text as data from pgboss.job');
    expect(JSON.stringify(kept)).toContain('database: unavailable');
    expect(JSON.stringify(kept)).not.toContain('u-4711');
  });

  it('takes what is more urgent first, and what is for later not before its time', async () => {
    const order: unknown[] = [];
    const job = testJob({
      name: 'ordered',
      concurrency: 1,
      run: async (context) => {
        order.push(context.data.which);
        return {};
      },
    });
    const { queue, work } = await opened(world(), [job]);
    const enqueue = (which: string, options = {}) => queue.enqueue('ordered', { ...data(), which }, options);
    await enqueue('later', { startAfter: Date.now() + 4000, priority: 100 });
    await enqueue('usual');
    await enqueue('urgent', { priority: 10 });
    expect((await queue.figures()).ordered).toEqual({ waiting: 3, active: 0, failed: 0, dead: 0 });
    await work();
    await vi.waitFor(() => expect(order).toEqual(['urgent', 'usual', 'later']), soon);
  });

  it('has one delivery per key waiting or running', async () => {
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const begun: unknown[] = [];
    const job = testJob({
      name: 'keyed',
      run: async (context) => {
        begun.push(context.slot);
        await gate;
        return {};
      },
    });
    const { queue, work } = await opened(world(), [job]);
    await work();
    for (const slot of [someSlot(), someSlot(), someSlot()])
      await queue.enqueue('keyed', { slot }, { key: 'one at a time' });
    await vi.waitFor(() => expect(begun).toHaveLength(1), soon);
    await queue.enqueue('keyed', data(), { key: 'one at a time' });
    expect((await queue.figures()).keyed).toMatchObject({ waiting: 0, active: 1 });
    await queue.enqueue('keyed', data(), { key: 'another' });
    await vi.waitFor(() => expect(begun).toHaveLength(2), soon);
    release();
  });

  it('delivers by schedule, in the slot of the instant, and forgets the schedules of jobs that are gone', async () => {
    const slots: string[] = [];
    const scheduled = testJob({
      name: 'by-the-clock',
      run: async ({ slot }) => {
        slots.push(slot);
        return {};
      },
    });
    const gone = testJob({ name: 'gone', run: async () => ({}) });
    const former = await opened(world(), [gone]);
    await former.queue.schedule({ name: 'gone', cron: '* * * * * *', zone: 'UTC' });
    await former.queue.stop(0);
    const { queue, runs, work } = await opened(world(), [scheduled]);
    const before = new Date().toISOString().slice(0, 16);
    await queue.schedule({ name: 'by-the-clock', cron: '* * * * * *', zone: 'UTC' });
    await work();
    await vi.waitFor(() => expect(slots.length).toBeGreaterThan(0), soon);
    expect([before, new Date().toISOString().slice(0, 16)]).toContain(slots[0]);
    const [latest] = await runs.ofJob('by-the-clock', 1);
    expect(latest).toMatchObject({ slot: slots.at(-1) });
    const names = await world().sql('select name from pgboss.schedule');
    expect(names).toEqual([{ name: 'by-the-clock' }]);
  });

  it('lets what runs end when it stops, up to a bound, and interrupts it then', async () => {
    let begun = 0;
    const reasons: string[] = [];
    const job = testJob({
      name: 'slow',
      run: async ({ data: { ms }, signal }) => {
        begun += 1;
        await delay(z.number().parse(ms), undefined, { signal }).catch(() => {
          reasons.push((signal.reason as Error).name);
          throw signal.reason;
        });
        return {};
      },
    });
    const first = await opened(world(), [job]);
    await first.work();
    const ends = await first.queue.enqueue('slow', { ...data(), ms: 1000 });
    await vi.waitFor(() => expect(begun).toBe(1), soon);
    await first.queue.stop(5000);
    expect(await first.runs.get(ends)).toMatchObject({ state: 'done' });

    const second = await opened(world(), [job]);
    await second.work();
    const lasts = await second.queue.enqueue('slow', { ...data(), ms: 50_000 });
    await vi.waitFor(() => expect(begun).toBe(2), soon);
    const { ownMs } = await timed(() => second.queue.stop(300));
    expect(ownMs).toBeLessThan(5000);
    expect(reasons).toEqual(['StoppingError']);
    expect(await second.runs.get(lasts)).toMatchObject({ state: 'queued', failure: 'StoppingError' });
  });

  it('keeps its tables from the roles that browsers have', async () => {
    const { queue } = await opened(world(), [testJob({ run: async () => ({}) })]);
    // Its own transactions would end those below: PGlite has one session for both.
    await queue.stop(0);
    const tables = await world().sql(
      "select c.oid::regclass::text as name from pg_class c where c.relnamespace = 'pgboss'::regnamespace and c.relkind in ('r', 'p')",
    );
    expect(tables.length).toBeGreaterThan(3);
    for (const role of ['anon', 'authenticated', 'service_role']) {
      const [may] = await world().sql(
        `select has_schema_privilege('${role}', 'pgboss', 'usage') as look,
           has_schema_privilege('${role}', 'pgboss', 'create') as make`,
      );
      expect([role, may]).toEqual([role, { look: false, make: false }]);
      for (const { name } of tables) {
        await world().sql('begin');
        await world().sql(`set local role ${role}`);
        const read = world().sql(`select from ${name}`);
        await expect(read, `${role} ${name}`).rejects.toMatchObject({ code: '42501' });
        await world().sql('rollback');
      }
    }
  });
});

onServerOnly('several processes at one queue', (world) => {
  it('never run one run at once, and do everything once', async () => {
    const now = new Map<string, number>();
    const done: string[] = [];
    let most = 0;
    const job = testJob({
      name: 'shared',
      concurrency: 3,
      run: async ({ slot }) => {
        const atOnce = (now.get(slot) ?? 0) + 1;
        now.set(slot, atOnce);
        most = Math.max(most, atOnce);
        await delay(40);
        now.set(slot, atOnce - 1);
        done.push(slot);
        return {};
      },
    });
    const [a, b] = [await opened(world(), [job]), await opened(world(), [job])];
    const slots = Array.from({ length: 12 }, () => someSlot());
    // Two deliveries of every slot, under two keys: the queue lets both run, the run does not.
    for (const slot of slots) {
      await a.queue.enqueue('shared', { slot }, { key: `${slot} once` });
      await b.queue.enqueue('shared', { slot }, { key: `${slot} twice` });
    }
    await Promise.all([a.work(), b.work()]);
    const idle = async () =>
      expect((await a.queue.figures()).shared).toMatchObject({ waiting: 0, active: 0 });
    await vi.waitFor(idle, soon);
    expect(most).toBe(1);
    expect([...done].sort()).toEqual([...slots].sort());
  });

  describe('one of which is killed', () => {
    const script = fileURLToPath(new URL('./jobs-process.ts', import.meta.url));
    let child: ChildProcess | undefined;
    afterEach(async () => {
      if (child?.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    });

    it('leave its run to another, which goes on from the cursor', async () => {
      const { url, sql } = world();
      await sql('create table public.visits (item integer, worker integer)');
      child = spawn(process.execPath, [script, url], { stdio: ['ignore', 'pipe', 'inherit'] });
      let output = '';
      child.stdout?.on('data', (chunk: Buffer) => {
        output += chunk;
      });
      await vi.waitFor(() => expect(output).toContain('ready'), soon);
      const mine: number[] = [];
      const job = itemsJob(async (item) => {
        mine.push(item);
        await sql('insert into public.visits (item, worker) values ($1, 0)', [item]);
      });
      const { queue, runs, work } = await opened(world(), [job]);
      const id = await queue.enqueue('items', data());
      await vi.waitFor(() => expect(output).toMatch(/^6$/m), soon);
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
      const left = await runs.get(id);
      expect(left).toMatchObject({ state: 'running', attempts: 1 });
      expect(left?.done).toBeGreaterThanOrEqual(6);
      expect(left?.done).toBeLessThan(itemCount);

      await work();
      const isDone = async () => expect(await runs.get(id)).toMatchObject({ state: 'done' });
      await vi.waitFor(isDone, soon);
      expect(mine[0]).toBe(left?.done);
      const visits = await sql(
        'select item, count(*)::integer as times from public.visits group by item order by item',
      );
      expect(visits.map(({ item }) => item)).toEqual(Array.from({ length: itemCount }, (_, item) => item));
      // What came after the last word of the dead one is done again, nothing else is.
      const again = visits.filter(({ times }) => times !== 1);
      expect(again.every(({ item, times }) => item === left?.done && times === 2)).toBe(true);
      expect(await runs.get(id)).toMatchObject({ attempts: 2, done: itemCount, total: itemCount });
    });
  });
});
