import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayOf } from '../../src/domain/time.ts';
import { lastDue, weekdayOf } from '../../src/domain/weekly.ts';

const at = (iso: string) => Date.parse(iso);
const clockIn = (instant: number, zone: string) =>
  Number(
    new Intl.DateTimeFormat('en-GB', { hour: '2-digit', hourCycle: 'h23', timeZone: zone }).format(instant),
  );

describe('a weekly time', () => {
  it.each([
    ['1970-01-01', 4],
    ['2026-03-08', 7],
    ['2026-03-09', 1],
    ['1969-12-28', 7],
  ])('%s is ISO weekday %i', (day, weekday) => {
    expect(weekdayOf(day)).toBe(weekday);
  });

  it.each([
    ['just now', 1, 12, 'UTC', '2026-03-09T12:00:00Z', '2026-03-09T12:00:00Z'],
    ['a moment later it was last week', 1, 12, 'UTC', '2026-03-09T11:59:59Z', '2026-03-02T12:00:00Z'],
    ['by the clock of the zone', 7, 7, 'Asia/Jerusalem', '2026-03-10T00:00:00Z', '2026-03-08T05:00:00Z'],
    ['over a date line', 1, 1, 'Pacific/Auckland', '2026-03-10T00:00:00Z', '2026-03-08T12:00:00Z'],
    [
      'in an hour that the clock leaps over',
      7,
      2,
      'America/New_York',
      '2026-03-08T20:00:00Z',
      '2026-03-08T07:00:00Z',
    ],
    [
      'in an hour that comes twice, the first time',
      7,
      1,
      'America/New_York',
      '2026-11-01T20:00:00Z',
      '2026-11-01T05:00:00Z',
    ],
  ])('was due %s', (_what, weekday, hour, zone, now, due) => {
    expect(new Date(lastDue({ weekday, hour, zone }, at(now)).at).toISOString()).toBe(
      new Date(at(due)).toISOString(),
    );
  });

  it('was due within the last week, on its weekday, at its hour or the next one', () => {
    const zones = fc.constantFrom(
      'UTC',
      'Asia/Jerusalem',
      'America/New_York',
      'Asia/Kathmandu',
      'Australia/Lord_Howe',
    );
    const instants = fc.integer({ min: at('2020-01-01T00:00:00Z'), max: at('2030-01-01T00:00:00Z') });
    fc.assert(
      fc.property(
        instants,
        fc.integer({ min: 1, max: 7 }),
        fc.integer({ min: 0, max: 23 }),
        zones,
        (now, weekday, hour, zone) => {
          const due = lastDue({ weekday, hour, zone }, now);
          expect(due.at).toBeLessThanOrEqual(now);
          // An hour more in the week in which clocks are put back.
          expect(now - due.at).toBeLessThan(7 * 86_400_000 + 2 * 3_600_000);
          expect(dayOf(due.at, zone)).toBe(due.day);
          expect(weekdayOf(due.day)).toBe(weekday);
          expect([hour, hour + 1]).toContain(clockIn(due.at, zone));
        },
      ),
    );
  });
});
