import { describe, expect, it } from 'vitest';
import { accrue } from '../../../src/application/gamification/accrue.ts';
import { MemoryLedger } from '../../../src/infrastructure/gamification/memory-ledger.ts';
import { failure, reply, stubStores, stubUpstreams } from '../../fixtures/stubs.ts';
import { enrolment, now, quiet } from './world.ts';

const minute = 60_000;
const calendar = { now, zone: 'UTC' };
const completed = [enrolment({ completedAt: now - minute, status: 'completed' })];

/** Services of learners with one completed course; counts who is asked for, and how many at once. */
function counting(progress = () => reply('courses', completed, 'realtime', now)) {
  const asked: string[] = [];
  let running = 0;
  let most = 0;
  const upstreams = stubUpstreams(
    quiet({
      courses: {
        progress: async (userId) => {
          asked.push(userId);
          running += 1;
          most = Math.max(most, running);
          await new Promise((resolve) => setTimeout(resolve, 1));
          running -= 1;
          return progress();
        },
      },
    }),
  );
  return { upstreams, asked, most: () => most };
}

describe('accrual', () => {
  it('records what people have earned under their organization', async () => {
    const ledger = new MemoryLedger();
    const { upstreams } = counting();
    const { readings, skipped, provenance } = await accrue(['u-1'], 'org-1', { upstreams, ledger, calendar });
    expect(readings).toEqual(new Map([['u-1', 'current']]));
    expect({ skipped, provenance }).toEqual({
      skipped: 0,
      provenance: { dataSource: 'realtime', asOf: now },
    });
    expect(await ledger.standings('org-1', { since: null, zone: 'UTC' })).toEqual([
      { userId: 'u-1', points: 100 },
    ]);
    expect((await ledger.lastAccruals(['u-1'])).get('u-1')).toBe(now);
  });

  it('reads at most eight people at once, and each once', async () => {
    const { upstreams, asked, most } = counting();
    const people = Array.from({ length: 50 }, (_, n) => `u-${n}`);
    await accrue([...people, ...people], 'org-1', { upstreams, ledger: new MemoryLedger(), calendar });
    expect(asked.toSorted()).toEqual(people.toSorted());
    expect(most()).toBe(8);
  });

  it('reads the next hundred while the last are recorded, and no more of them', async () => {
    const { upstreams, asked } = counting();
    const readBefore: number[] = [];
    class SlowLedger extends MemoryLedger {
      override async record(...entries: Parameters<MemoryLedger['record']>): Promise<void> {
        // Long enough for all that may be read meanwhile, and for more if there were any.
        const due = Math.min(250, 200 + 100 * readBefore.length);
        await expect.poll(() => asked.length, { interval: 5 }).toBe(due);
        await new Promise((resolve) => setTimeout(resolve, 20));
        readBefore.push(asked.length);
        return super.record(...entries);
      }
    }
    const ledger = new SlowLedger();
    const people = Array.from({ length: 250 }, (_, n) => `u-${n}`);
    const { readings } = await accrue(people, 'org-1', { upstreams, ledger, calendar });
    expect(readBefore).toEqual([200, 250, 250]);
    expect([...readings.values()].every((reading) => reading === 'current')).toBe(true);
  });

  it('reads nobody again within ten minutes, and changes nothing when it does afterwards', async () => {
    const ledger = new MemoryLedger();
    const { upstreams, asked } = counting();
    const run = (later: number) =>
      accrue(['u-1'], 'org-1', { upstreams, ledger, calendar: { now: now + later, zone: 'UTC' } });
    await run(0);
    const before = await ledger.entriesOf('u-1');
    await run(10 * minute);
    expect(asked).toHaveLength(1);
    await run(10 * minute + 1);
    expect(asked).toHaveLength(2);
    expect(await ledger.entriesOf('u-1')).toEqual(before);
  });

  it('reads again somebody who has earned nothing only after ten minutes, too', async () => {
    const ledger = new MemoryLedger();
    const { upstreams, asked } = counting(() => reply('courses', [], 'realtime', now));
    await accrue(['u-1'], 'org-1', { upstreams, ledger, calendar });
    await accrue(['u-1'], 'org-1', { upstreams, ledger, calendar });
    expect(asked).toHaveLength(1);
  });

  it('skips and counts who is unknown or fails, and goes on with the others', async () => {
    const upstreams = stubUpstreams(
      quiet({
        courses: {
          progress: (userId) => {
            if (userId === 'u-fails') return failure('courses');
            return reply('courses', userId === 'u-unknown' ? null : completed, 'stale', now - minute);
          },
        },
      }),
    );
    const ledger = new MemoryLedger();
    const people = ['u-fails', 'u-unknown', 'u-1'];
    const { readings, skipped, provenance } = await accrue(people, null, { upstreams, ledger, calendar });
    expect(Object.fromEntries(readings)).toEqual({
      'u-fails': 'failed',
      'u-unknown': 'unknown',
      'u-1': 'current',
    });
    expect(skipped).toBe(2);
    expect(provenance).toEqual({ dataSource: 'stale', asOf: now - minute });
    expect((await ledger.lastAccruals(['u-unknown'])).size).toBe(0);
  });

  it('records what one failing service leaves, and reads the person again next time', async () => {
    const ledger = new MemoryLedger();
    const half = stubUpstreams(
      quiet({
        courses: { progress: () => reply('courses', completed, 'realtime', now) },
        rag: { questions: () => failure('rag') },
      }),
    );
    const reading = async (at: number) => {
      const deps = { upstreams: half, ledger, calendar: { now: at, zone: 'UTC' } };
      return (await accrue(['u-1'], 'org-1', deps)).readings.get('u-1');
    };
    expect(await reading(now)).toBe('failed');
    expect(await ledger.entriesOf('u-1')).toHaveLength(1);
    expect((await ledger.lastAccruals(['u-1'])).size).toBe(0);
    await ledger.noteAccruals(['u-1'], now);
    expect(await reading(now + 11 * minute)).toBe('outdated');
  });

  it('takes a service without a URL for one that has nothing to say', async () => {
    const ledger = new MemoryLedger();
    const upstreams = stubUpstreams(quiet({ rag: { questions: () => failure('rag', 'not_configured') } }));
    const { readings } = await accrue(['u-1'], 'org-1', { upstreams, ledger, calendar });
    expect(readings.get('u-1')).toBe('current');
  });

  it('asks no service when the ledger cannot be read', async () => {
    const { upstreams, asked } = counting();
    const { ledger } = stubStores();
    const { readings } = await accrue(['u-1'], 'org-1', { upstreams, ledger, calendar });
    expect(readings.get('u-1')).toBe('failed');
    expect(asked).toEqual([]);
  });
});
