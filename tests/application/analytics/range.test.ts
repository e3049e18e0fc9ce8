import { describe, expect, it } from 'vitest';
import { reachDays } from '../../../src/application/analytics/fields.ts';
import { dayRange, optionalReadDayRange, readDayRange } from '../../../src/application/analytics/range.ts';
import { AppError } from '../../../src/domain/errors.ts';
import { addDays } from '../../../src/domain/time.ts';

const calendar = { now: Date.parse('2026-03-10T12:00:00Z'), zone: 'UTC' };
const today = '2026-03-10';
const earliest = addDays(today, 1 - reachDays);

/** The field that is refused, or null. */
function refused(work: () => unknown): string | null {
  try {
    work();
    return null;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const details = error.details as readonly { field: string }[];
    return `${error.code} ${details[0]?.field}`;
  }
}

describe('a range of days', () => {
  it('may begin today and end later, and not begin later', () => {
    expect(dayRange({ startDate: today, endDate: '2026-12-31' }, calendar)).toEqual({
      first: today,
      last: '2026-12-31',
    });
    expect(refused(() => dayRange({ startDate: '2026-03-11', endDate: '2026-04-11' }, calendar))).toBe(
      'VALIDATION_ERROR query.startDate',
    );
    expect(refused(() => dayRange({ endDate: '2026-05-01' }, calendar))).toBe(
      'VALIDATION_ERROR query.endDate',
    );
  });

  it('of events begins no earlier than these are read', () => {
    const end = addDays(earliest, 10);
    expect(readDayRange({ startDate: earliest, endDate: end }, calendar).first).toBe(earliest);
    const before = addDays(earliest, -1);
    expect(refused(() => readDayRange({ startDate: before, endDate: end }, calendar))).toBe(
      'VALIDATION_ERROR query.startDate',
    );
    expect(refused(() => readDayRange({ endDate: end }, calendar))).toBe('VALIDATION_ERROR query.endDate');
    expect(refused(() => dayRange({ startDate: '2001-01-01', endDate: '2001-02-01' }, calendar))).toBeNull();
  });

  it('that is not asked for is the whole history', () => {
    expect(optionalReadDayRange({}, calendar)).toBeNull();
  });
});
