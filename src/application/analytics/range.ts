import { AppError } from '../../domain/errors.ts';
import { addDays, type Calendar, dayNumber, dayOf } from '../../domain/time.ts';

/** Days, both included, in the organization's time zone. */
export interface DayRange {
  first: string;
  last: string;
}

const defaultDays = 30;
const longestDays = 366;

/**
 * The range that is meant: up to today and 30 days long where a border is not given.
 * @throws AppError VALIDATION_ERROR naming the border that does not fit today.
 */
export function dayRange(
  query: { startDate?: string | undefined; endDate?: string | undefined },
  calendar: Calendar,
): DayRange {
  const last = query.endDate ?? dayOf(calendar.now, calendar.zone);
  const first = query.startDate ?? addDays(last, 1 - defaultDays);
  const days = dayNumber(last) - dayNumber(first) + 1;
  if (days >= 1 && days <= longestDays) return { first, last };
  const message =
    days < 1
      ? 'must not be after endDate (default today)'
      : `must be at most ${longestDays} days before endDate (default today)`;
  throw new AppError('VALIDATION_ERROR', 'Some fields are not valid.', {
    details: [{ field: 'query.startDate', message }],
  });
}

/** The range that was asked for, or null when none was: the whole history. */
export function optionalDayRange(
  query: { startDate?: string | undefined; endDate?: string | undefined },
  calendar: Calendar,
): DayRange | null {
  return query.startDate === undefined && query.endDate === undefined ? null : dayRange(query, calendar);
}
