import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BoundedMap } from '../../src/application/bounded-map.ts';

const bounds = { maxEntries: 3, maxBytes: 100 };
const keys = ['a', 'b', 'c', 'd', 'e'];

const total = (list: readonly { bytes: number }[]) => list.reduce((sum, { bytes }) => sum + bytes, 0);
const keysOf = (map: BoundedMap<{ bytes: number }>) => [...map].map(([key]) => key);

describe('a bounded map', () => {
  it('lets go first what was set or used least recently; to look is not to use', () => {
    const map = new BoundedMap(bounds);
    for (const key of ['a', 'b', 'c']) map.set(key, { bytes: 1 });
    expect(map.get('a')).toEqual({ bytes: 1 });
    expect(map.peek('b')).toEqual({ bytes: 1 });
    map.set('d', { bytes: 1 });
    expect(keysOf(map)).toEqual(['c', 'a', 'd']);
  });

  it('holds nothing that is larger than all may be, nor what was there before it', () => {
    const map = new BoundedMap(bounds);
    expect(map.set('a', { bytes: 100 })).toBe(true);
    expect(map.set('a', { bytes: 101 })).toBe(false);
    expect([map.size, map.bytes]).toEqual([0, 0]);
  });

  it('tells of what had to go, and of nothing else', () => {
    const gone: string[] = [];
    const map = new BoundedMap(bounds, (key) => gone.push(key));
    map.set('a', { bytes: 40 });
    map.set('a', { bytes: 50 });
    map.set('b', { bytes: 30 });
    map.delete('b');
    map.set('large', { bytes: 200 });
    expect(gone).toEqual([]);
    map.set('c', { bytes: 60 });
    expect(gone).toEqual(['a']);
  });

  it('never holds more than it may, knows how much that is, and does as a plain list would', () => {
    const step = fc.record({
      act: fc.constantFrom('set' as const, 'get' as const, 'peek' as const, 'delete' as const),
      key: fc.constantFrom(...keys),
      bytes: fc.nat(120),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const map = new BoundedMap(bounds);
        let list: { key: string; bytes: number }[] = [];
        for (const { act, key, bytes } of steps) {
          const known = list.find((one) => one.key === key);
          const others = list.filter((one) => one.key !== key);
          if (act === 'set') {
            map.set(key, { bytes });
            list = bytes > bounds.maxBytes ? others : [...others, { key, bytes }];
            while (list.length > bounds.maxEntries || total(list) > bounds.maxBytes) list.shift();
          } else {
            expect(map[act](key)?.bytes).toBe(known?.bytes);
            if (act === 'get' && known !== undefined) list = [...others, known];
            if (act === 'delete') list = others;
          }
          expect([...map].map(([name, value]) => ({ key: name, ...value }))).toEqual(list);
          expect([map.size, map.bytes]).toEqual([list.length, total(list)]);
        }
      }),
    );
  });
});
