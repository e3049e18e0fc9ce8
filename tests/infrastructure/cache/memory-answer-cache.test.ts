import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Answer } from '../../../src/application/analytics/answer.ts';
import { MemoryAnswerCache } from '../../../src/infrastructure/cache/memory-answer-cache.ts';
import { stoppedClock } from '../../fixtures/stubs.ts';

const clock = stoppedClock();
const answer = (size: number, keepUntil = clock.now() + 60_000) =>
  ({ data: Buffer.alloc(size), keepUntil }) as unknown as Answer;

describe('the memory cache of answers', () => {
  it('gives back the very bytes it was given', () => {
    const cache = new MemoryAnswerCache({ maxEntries: 5, maxBytes: 1e6 }, clock);
    const stored = answer(10);
    cache.set('a', stored, []);
    expect(cache.get('a')).toBe(stored);
    expect(cache.get('b')).toBeUndefined();
  });

  it('forgets the entry that was used least recently when there are too many', () => {
    const cache = new MemoryAnswerCache({ maxEntries: 2, maxBytes: 1e6 }, clock);
    cache.set('a', answer(1), []);
    cache.set('b', answer(1), []);
    cache.get('a');
    cache.set('c', answer(1), []);
    expect([cache.get('a'), cache.get('b'), cache.get('c')].map((entry) => entry !== undefined)).toEqual([
      true,
      false,
      true,
    ]);
  });

  it('does not keep what is larger than all it may hold', () => {
    const cache = new MemoryAnswerCache({ maxEntries: 2, maxBytes: 10_000 }, clock);
    cache.set('a', answer(20_000), []);
    expect(cache.get('a')).toBeUndefined();
    expect(cache.size()).toMatchObject({ entries: 0, bytes: 0 });
  });

  it('forgets what is too old to be of use', () => {
    const cache = new MemoryAnswerCache({ maxEntries: 2, maxBytes: 10_000 }, clock);
    cache.set('a', answer(1, clock.now() + 100), []);
    clock.advance(101);
    expect(cache.get('a')).toBeUndefined();
  });

  it('forgets every entry with a tag, and no other', () => {
    const cache = new MemoryAnswerCache({ maxEntries: 9, maxBytes: 1e6 }, clock);
    cache.set('a', answer(1), ['learner:1', 'tenant:1']);
    cache.set('b', answer(1), ['learner:2', 'tenant:1']);
    cache.purge(['learner:1']);
    expect([cache.get('a'), cache.get('b')].map((entry) => entry !== undefined)).toEqual([false, true]);
  });

  it('does not keep what was purged while it was being made, and keeps it when another tag was', () => {
    const cache = new MemoryAnswerCache({ maxEntries: 9, maxBytes: 1e6 }, clock);
    const made = (key: string, tag: string) => {
      const making = cache.begin(key, [`${tag}:1`]);
      cache.purge(['learner:1']);
      making.keep(answer(1));
      making.end();
      return cache.peek(key) !== undefined;
    };
    expect([made('a', 'learner'), made('b', 'tenant')]).toEqual([false, true]);
  });

  it('stays within its bounds whatever is written, read and purged, and counts right', () => {
    const operation = fc.record({
      kind: fc.constantFrom('set', 'get', 'purge'),
      key: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
      size: fc.nat(5000),
    });
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 60 }), (operations) => {
        const cache = new MemoryAnswerCache({ maxEntries: 4, maxBytes: 12_000 }, clock);
        for (const { kind, key, size } of operations) {
          if (kind === 'set') cache.set(key, answer(size), [`tag:${key}`]);
          else if (kind === 'get') cache.get(key);
          else cache.purge([`tag:${key}`]);
          const held = cache.size();
          expect(held.entries).toBeLessThanOrEqual(4);
          expect(held.bytes).toBeLessThanOrEqual(12_000);
        }
        cache.purge(['a', 'b', 'c', 'd', 'e', 'f'].map((key) => `tag:${key}`));
        expect(cache.size()).toMatchObject({ entries: 0, bytes: 0 });
      }),
    );
  });
});
