import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addDays,
  dayNumber,
  dayOf,
  isTimeZone,
  lastDays,
  weekStart,
  weeksBetween,
} from '../../src/domain/time.ts';

describe('days', () => {
  it.each([
    // The same instant is three days on three continents.
    ['2026-03-01T00:30:00Z', 'Asia/Jerusalem', '2026-03-01'],
    ['2026-03-01T00:30:00Z', 'America/New_York', '2026-02-28'],
    ['2026-03-01T00:30:00Z', 'Pacific/Auckland', '2026-03-01'],
    ['2026-02-28T11:30:00Z', 'Pacific/Auckland', '2026-03-01'],
    // Summer time begins in Jerusalem on Friday 2026-03-27 at 02:00.
    ['2026-03-26T21:59:59Z', 'Asia/Jerusalem', '2026-03-26'],
    ['2026-03-26T22:00:00Z', 'Asia/Jerusalem', '2026-03-27'],
    ['2026-03-27T20:59:59Z', 'Asia/Jerusalem', '2026-03-27'],
    ['2026-03-27T21:00:00Z', 'Asia/Jerusalem', '2026-03-28'],
    // It ends in New York on 2026-11-01: that day has 25 hours.
    ['2026-11-01T04:00:00Z', 'America/New_York', '2026-11-01'],
    ['2026-11-02T04:59:59Z', 'America/New_York', '2026-11-01'],
    ['2026-11-02T05:00:00Z', 'America/New_York', '2026-11-02'],
    ['2024-02-29T12:00:00Z', 'UTC', '2024-02-29'],
  ])('%s is in %s the %s', (instant, zone, day) => {
    expect(dayOf(Date.parse(instant), zone)).toBe(day);
  });

  it('can be added and counted over leap days and year ends', () => {
    expect(addDays('2024-02-28', 1)).toBe('2024-02-29');
    expect(addDays('2023-02-28', 1)).toBe('2023-03-01');
    expect(addDays('2026-01-01', -1)).toBe('2025-12-31');
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 40_000 }),
        fc.integer({ min: -4000, max: 4000 }),
        (start, days) => {
          const day = addDays('1970-01-01', start);
          expect(dayNumber(day)).toBe(start);
          expect(dayNumber(addDays(day, days))).toBe(start + days);
        },
      ),
    );
  });

  it('of the last fortnight end with today, where the organization is', () => {
    const calendar = { now: Date.parse('2026-03-29T22:30:00Z'), zone: 'Asia/Jerusalem' };
    const days = lastDays(calendar, 14);
    expect([days.length, days[0], days.at(-1)]).toEqual([14, '2026-03-17', '2026-03-30']);
  });
});

describe('weeks', () => {
  it('begin on Monday, over the end of a year', () => {
    expect(weekStart('2026-01-01')).toBe('2025-12-29');
    expect(weekStart('2025-12-29')).toBe('2025-12-29');
    expect(weekStart('2026-03-01')).toBe('2026-02-23');
    // Before the day that days are counted from, too.
    expect(weekStart('1969-12-31')).toBe('1969-12-29');
    expect(weekStart('1900-01-01')).toBe('1900-01-01');
  });

  it('are the same again when more days have come between than are remembered', () => {
    const mondays = Array.from({ length: 12_000 }, (_, days) => weekStart(addDays('2000-01-03', days)));
    const weeks = mondays.map((_, days) => addDays('2000-01-03', days - (days % 7)));
    expect(mondays).toEqual(weeks);
  });

  it('of a range are all that it touches', () => {
    expect(weeksBetween('2025-12-31', '2026-01-12')).toEqual(['2025-12-29', '2026-01-05', '2026-01-12']);
    expect(weeksBetween('2026-01-12', '2026-01-12')).toEqual(['2026-01-12']);
  });

  it('end also where days written as text no longer sort', () => {
    expect(weeksBetween('9999-12-20', '9999-12-31')).toHaveLength(2);
    expect(weeksBetween('2026-01-12', '2026-01-01')).toEqual([]);
  });
});

describe('time zones', () => {
  it('are what Intl knows', () => {
    expect(['Asia/Jerusalem', 'UTC', 'Etc/GMT+5', 'America/Port-au-Prince'].every(isTimeZone)).toBe(true);
    expect(['', 'Mars/Olympus', '+25:00', '+01:00', '+0100', '-05', 'UTC\n'].some(isTimeZone)).toBe(false);
  });
});
