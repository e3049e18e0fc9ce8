import { expect, it } from 'vitest';
import { startRedis } from '../../../scripts/redis-server.ts';
import { ServiceBook } from '../../../src/application/integration/service-book.ts';
import { ids } from '../../../src/infrastructure/auth/ids.ts';
import { RedisLink } from '../../../src/infrastructure/redis/link.ts';
import { RedisBook } from '../../../src/infrastructure/redis/redis-book.ts';
import { openBook } from '../../../src/wiring/book.ts';
import { silentLogger, stoppedClock } from '../../fixtures/stubs.ts';
import { patientMs } from './processes.ts';
import { describeOnRedis } from './test-redis.ts';

const minute = 60_000;

describeOnRedis('figures of the services in Redis', () => {
  it('are those of all processes, and those of before a restart', async () => {
    const redis = await startRedis();
    const clock = stoppedClock();
    const note = (book: ServiceBook, durationMs: number, outcome: 'ok' | 'timeout') =>
      book.note({ service: 'courses', outcome, at: clock.now(), durationMs, attempts: 2 });
    async function openProcess() {
      const link = new RedisLink({ urls: [redis.url], waitMs: patientMs, logger: silentLogger });
      await link.open(500);
      const book = new ServiceBook(true);
      const shared = new RedisBook(link);
      const { figures, close } = openBook(book, shared, clock, ids);
      const stop = async () => {
        await close();
        link.close();
      };
      return { book, figures, shared, stop };
    }
    const startedAt = clock.now();
    const [one, other] = await Promise.all([openProcess(), openProcess()]);
    note(one.book, 10, 'ok');
    note(other.book, 400, 'timeout');
    await one.stop();
    clock.advance(10 * minute);
    note(other.book, 400, 'ok');
    await other.stop();
    const after = await openProcess();
    const seen = await after.figures('24h');
    expect(seen).toMatchObject({ since: startedAt, isShared: true });
    const courses = seen.services.find(({ service }) => service === 'courses');
    expect(courses).toMatchObject({ calls: 3, failures: 1, retries: 3 });
    expect(courses?.p95Ms).toBeGreaterThan(250);
    expect(seen.services.find(({ service }) => service === 'rag')).toMatchObject({ calls: 0, p50Ms: null });

    // A word that came twice because its answer was lost.
    const hour = { size: 'hour', number: Math.floor(clock.now() / (60 * minute)) } as const;
    const counts = new Map([['rag', { calls: 5, failures: 0, retries: 0, buckets: [5] }]] as const);
    for (let times = 0; times < 2; times += 1)
      expect(await after.shared.add([{ ...hour, counts }], { teller: 'x', number: 1 }, clock.now())).toBe(
        true,
      );
    const [slot] = (await after.shared.read([hour])) ?? [];
    expect(slot?.counts.get('rag')).toMatchObject({ calls: 5 });

    await redis.stop();
    clock.advance(2000);
    expect(await after.figures('24h')).toMatchObject({ isShared: false, since: startedAt + 10 * minute });
    await after.stop();
  });
});
