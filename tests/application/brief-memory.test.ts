import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeBriefMemory } from '../../src/application/brief-memory.ts';
import { stoppedClock } from '../fixtures/stubs.ts';

const memory = (forMs: number, mostBytes = 1e6) => {
  const clock = stoppedClock();
  return { clock, known: makeBriefMemory<number>({ clock, forMs, mostBytes, bytesOf: (bytes) => bytes }) };
};

describe('a brief memory', () => {
  it('knows what it was told until the moment has passed', () => {
    const { clock, known } = memory(1000);
    known.set('a', 1);
    clock.advance(999);
    expect(known.get('a')).toBe(1);
    clock.advance(1);
    expect(known.get('a')).toBeUndefined();
  });

  it('knows what it was told last, from then on', () => {
    const { clock, known } = memory(1000);
    known.set('a', 1);
    clock.advance(600);
    known.set('a', 2);
    clock.advance(600);
    expect(known.get('a')).toBe(2);
  });

  it('knows nothing when it is switched off', () => {
    const { known } = memory(0);
    known.set('a', 1);
    expect(known.get('a')).toBeUndefined();
  });

  it.each([-5000, 5000])('forgets when the clock is set by %i ms', (ms) => {
    const { clock, known } = memory(1000);
    known.set('a', 1);
    clock.advance(ms);
    expect(known.get('a')).toBeUndefined();
  });

  it('never holds more than it may, and forgets the oldest first', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ key: fc.constantFrom('a', 'b', 'c', 'd'), bytes: fc.nat(6000) }), {
          maxLength: 40,
        }),
        (told) => {
          const mostBytes = 10_000;
          const { known } = memory(1000, mostBytes);
          const order: { key: string; bytes: number }[] = [];
          for (const { key, bytes } of told) {
            known.set(key, bytes);
            const before = order.findIndex((one) => one.key === key);
            if (before >= 0) order.splice(before, 1);
            order.push({ key, bytes });
            while (order.reduce((sum, one) => sum + one.bytes + 1024, 0) > mostBytes) order.shift();
            for (const one of ['a', 'b', 'c', 'd'])
              expect(known.get(one)).toBe(order.find((entry) => entry.key === one)?.bytes);
          }
        },
      ),
    );
  });
});
