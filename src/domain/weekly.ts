import { addDays, dayNumber, dayOf, startOfDay } from './time.ts';

/** Once a week, by the clock of a time zone. */
export interface WeeklyTime {
  /** ISO: 1 = Monday … 7 = Sunday. */
  weekday: number;
  /** 0–23. */
  hour: number;
  /** IANA time zone. */
  zone: string;
}

/** ISO weekday of a calendar day, 1 = Monday. 1970-01-01, day 0, was a Thursday. */
export const weekdayOf = (day: string): number => ((((dayNumber(day) + 3) % 7) + 7) % 7) + 1;

const hourMs = 3_600_000;

const hourAt = (instant: number, zone: string): number =>
  Number(
    new Intl.DateTimeFormat('en-GB', { hour: '2-digit', hourCycle: 'h23', timeZone: zone }).format(instant),
  );

/**
 * The instant at which a day's clock shows an hour for the first time. An hour that the clock leaps over is the one
 * after it: what is weekly comes every week.
 */
function atHour(day: string, hour: number, zone: string): number {
  const start = startOfDay(day, zone);
  const guess = start + hour * hourMs;
  for (const candidate of [guess - hourMs, guess, guess + hourMs])
    if (candidate >= start && dayOf(candidate, zone) === day && hourAt(candidate, zone) >= hour)
      return candidate;
  return guess;
}

/** The last time that it was due: the calendar day and the instant, epoch ms, at or before `now`. */
export function lastDue({ weekday, hour, zone }: WeeklyTime, now: number): { day: string; at: number } {
  const today = dayOf(now, zone);
  const since = (weekdayOf(today) - weekday + 7) % 7;
  const day = addDays(today, -since);
  const at = atHour(day, hour, zone);
  if (at <= now) return { day, at };
  const before = addDays(day, -7);
  return { day: before, at: atHour(before, hour, zone) };
}
