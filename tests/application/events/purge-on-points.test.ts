import { describe, expect, it } from 'vitest';
import type { Answer } from '../../../src/application/analytics/answer.ts';
import { purgeOnPoints } from '../../../src/application/events/purge-on-points.ts';
import { MemoryAnswerCache } from '../../../src/infrastructure/cache/memory-answer-cache.ts';
import { MemoryEventBus } from '../../../src/infrastructure/events/memory-bus.ts';
import { stoppedClock } from '../../fixtures/stubs.ts';
import { eventOf } from './event.ts';

const clock = stoppedClock();
const answer = { data: Buffer.alloc(1), keepUntil: clock.now() + 60_000 } as unknown as Answer;

function purging() {
  const bus = new MemoryEventBus();
  const cache = new MemoryAnswerCache({ maxEntries: 9, maxBytes: 1e6 }, clock);
  // Tagged as run-analytic does it.
  cache.set('stats of u-1', answer, ['tenant:org-1', 'learner:u-1', 'metric:gamification.stats']);
  cache.set('stats of u-2', answer, ['tenant:org-1', 'learner:u-2', 'metric:gamification.stats']);
  cache.set('stats of u-10', answer, ['tenant:org-1', 'learner:u-10', 'metric:gamification.stats']);
  const leave = purgeOnPoints(bus, cache);
  const kept = () =>
    ['stats of u-1', 'stats of u-2', 'stats of u-10'].filter((key) => cache.get(key) !== undefined);
  return { bus, cache, leave, kept };
}

const everybody = ['stats of u-1', 'stats of u-2', 'stats of u-10'];

describe('somebody who earns something', () => {
  it.each(['points_awarded', 'achievement_unlocked'])(
    'is told it at the next request after %s, and nobody else loses an answer',
    async (type) => {
      const { bus, kept } = purging();
      await bus.publish(eventOf({ type }));
      expect(kept()).toEqual(['stats of u-2', 'stats of u-10']);
    },
  );

  it('keeps the cached answers when the event says something else', async () => {
    const { bus, kept } = purging();
    await bus.publish(eventOf({ type: 'streak_freeze_used' }));
    expect(kept()).toEqual(everybody);
  });

  it('and is erased is named by nothing, so that nothing is forgotten', async () => {
    const { bus, kept } = purging();
    await bus.publish(eventOf({ data: {} }));
    expect(kept()).toEqual(everybody);
  });

  it('is not forgotten again by an event that comes again', async () => {
    const { bus, cache, kept } = purging();
    await bus.publish(eventOf());
    cache.set('stats of u-1', answer, ['learner:u-1']);
    await bus.publish(eventOf());
    expect(kept()).toEqual(everybody);
  });

  it('keeps the event waiting when the cache fails or nobody can be read from it', async () => {
    const bus = new MemoryEventBus();
    purgeOnPoints(bus, { purge: () => Promise.reject(new Error('no cache')) });
    await expect(bus.publish(eventOf())).rejects.toThrow('purge-on-points: no cache');
    await expect(bus.publish(eventOf({ id: 'e-2', data: { userId: 7 } }))).rejects.toThrow('purge-on-points');
  });

  it('is nobody any more for whoever has left the bus', async () => {
    const { bus, leave, kept } = purging();
    leave();
    await bus.publish(eventOf());
    expect(kept()).toEqual(everybody);
  });
});
