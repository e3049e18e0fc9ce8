import { AppError } from '../../domain/errors.ts';
import { addDays, type Calendar, dayNumber, dayOf } from '../../domain/time.ts';
import { reachDays } from './fields.ts';

/** Days, both included, in the organization's time zone. */
export interface DayRange {
  first: string;
  last: string;
}

interface RangeQuery {
  startDate?: string | undefined;
  endDate?: string | undefined;
}

const defaultDays = 30;
const longestDays = 366;

const invalid = (field: keyof RangeQuery, message: string) =>
  new AppError('VALIDATION_ERROR', 'Some fields are not valid.', {
    details: [{ field: `query.${field}`, message }],
  });

/**
 * The range that is meant: up to today and 30 days long where a border is not given. It begins today at the latest:
 * of days that have not been there is nothing to tell.
 * @throws AppError VALIDATION_ERROR naming the border that does not fit today.
 */
export function dayRange(query: RangeQuery, calendar: Calendar): DayRange {
  const today = dayOf(calendar.now, calendar.zone);
  const last = query.endDate ?? today;
  const first = query.startDate ?? addDays(last, 1 - defaultDays);
  const days = dayNumber(last) - dayNumber(first) + 1;
  if (days < 1) throw invalid('startDate', 'must not be after endDate (default today)');
  if (days > longestDays)
    throw invalid('startDate', `must be at most ${longestDays} days before endDate (default today)`);
  if (first <= today) return { first, last };
  throw query.startDate === undefined
    ? invalid('endDate', `must be at most ${defaultDays - 1} days after today without a startDate`)
    : invalid('startDate', 'must not be after today');
}

/**
 * `dayRange` for what is made of events: these are read so far back and no further, and an earlier day would look
 * like one without any.
 * @throws AppError VALIDATION_ERROR naming the border that does not fit.
 */
export function readDayRange(query: RangeQuery, calendar: Calendar): DayRange {
  const range = dayRange(query, calendar);
  const earliest = addDays(dayOf(calendar.now, calendar.zone), 1 - reachDays);
  if (range.first >= earliest) return range;
  throw query.startDate === undefined
    ? invalid('endDate', `must leave ${defaultDays} days since ${earliest}, or come with a startDate`)
    : invalid('startDate', `must not be before ${earliest}: events are read ${reachDays} days back`);
}

const isAsked = ({ startDate, endDate }: RangeQuery): boolean =>
  startDate !== undefined || endDate !== undefined;

/** The range that was asked for, or null when none was: the whole history. */
export const optionalDayRange = (query: RangeQuery, calendar: Calendar): DayRange | null =>
  isAsked(query) ? dayRange(query, calendar) : null;

/** `optionalDayRange` for what is made of events. */
export const optionalReadDayRange = (query: RangeQuery, calendar: Calendar): DayRange | null =>
  isAsked(query) ? readDayRange(query, calendar) : null;
