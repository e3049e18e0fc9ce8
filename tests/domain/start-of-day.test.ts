import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { addDays, dayOf, startOfDay } from '../../src/domain/time.ts';

describe('the start of a day', () => {
  it.each([
    ['UTC', '2026-03-10T00:00:00Z'],
    ['Asia/Jerusalem', '2026-03-09T22:00:00Z'],
    ['America/New_York', '2026-03-10T04:00:00Z'],
    ['Asia/Kathmandu', '2026-03-09T18:15:00Z'],
    ['Pacific/Kiritimati', '2026-03-09T10:00:00Z'],
    ['Etc/GMT+12', '2026-03-10T12:00:00Z'],
  ])('in %s is %s', (zone, instant) => {
    expect(startOfDay('2026-03-10', zone)).toBe(Date.parse(instant));
  });

  it('is the first instant of that day, on every day of a year with two changes of the clock', () => {
    fc.assert(
      fc.property(
        fc.nat(364),
        fc.constantFrom('Europe/Berlin', 'America/Santiago', 'Asia/Beirut'),
        (n, zone) => {
          const day = addDays('2026-01-01', n);
          const start = startOfDay(day, zone);
          expect([dayOf(start, zone), dayOf(start - 1, zone)]).toEqual([day, addDays(day, -1)]);
        },
      ),
    );
  });
});
