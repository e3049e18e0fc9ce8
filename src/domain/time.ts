/**
 * Days and weeks as people have them: in an IANA time zone, over DST and year ends.
 * A day is written `YYYY-MM-DD`; a week is named by its Monday (ISO 8601).
 */

/** What every metric is given instead of a clock. */
export interface Calendar {
  /** Epoch milliseconds. */
  now: number;
  /** IANA time zone of the organization; `UTC` when unknown. */
  zone: string;
}

export const dayMs = 86_400_000;

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(zone: string): Intl.DateTimeFormat {
  let known = formatters.get(zone);
  if (known === undefined) {
    known = new Intl.DateTimeFormat('en-CA', {
      timeZone: zone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
    });
    formatters.set(zone, known);
  }
  return known;
}

/**
 * IANA names only. `Intl` also takes offsets (`+01:00`), which the database does not keep and PostgreSQL reads the other
 * way round; its own rule (`api.update_preferences`) takes whatever passes here.
 */
const zoneName = /^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+)*$/;
const longestZoneName = 64;

/** True for a name that `Intl` knows as a time zone; false for an offset. */
export function isTimeZone(zone: string): boolean {
  if (zone.length > longestZoneName || !zoneName.test(zone)) return false;
  try {
    formatter(zone);
    return true;
  } catch {
    return false;
  }
}

/** Offsets of zones have been whole quarters of an hour since 1972, so all instants of a quarter have one day. */
const quarterMs = 15 * 60_000;
/** Two years of quarters in a zone; formatting costs a hundred times as much as looking up. */
const mostDaysKnown = 70_000;
const knownDays = new Map<string, Map<number, string>>();

/** The calendar day of an instant in a zone. */
export function dayOf(instant: number, zone: string): string {
  const quarter = Math.floor(instant / quarterMs);
  const days = knownDays.get(zone) ?? new Map<number, string>();
  const known = days.get(quarter);
  if (known !== undefined) return known;
  const day = formatter(zone).format(instant);
  if (days.size >= mostDaysKnown) days.clear();
  knownDays.set(zone, days.set(quarter, day));
  return day;
}

/** Days begin from UTC+14 to UTC−12; every offset in use is a whole number of quarters of an hour. */
const quartersBeforeUtc = 56;
const quartersOfAllZones = 56 + 48;

/**
 * The first instant of a calendar day in a time zone; the next day's where the zone skipped that day.
 *
 * Unit: epoch ms, from 14 h before to 12 h after the day's UTC midnight. Never null.
 * @param day `YYYY-MM-DD`.
 */
export function startOfDay(day: string, zone: string): number {
  const earliest = dayNumber(day) * dayMs - quartersBeforeUtc * quarterMs;
  let low = 0;
  let high = quartersOfAllZones;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (dayOf(earliest + middle * quarterMs, zone) < day) low = middle + 1;
    else high = middle;
  }
  return earliest + low * quarterMs;
}

/** Whether there was such a day in a zone: 2011-12-30 was none in Pacific/Apia. */
export const isDayIn = (day: string, zone: string): boolean => dayOf(startOfDay(day, zone), zone) === day;

/**
 * The days we reckon with, both included. Beyond them a day is a slip or somebody's word for never, and from the
 * year 10,000 on days written as text no longer sort as days.
 */
export const calendarDays = { first: '1900-01-01', last: '2199-12-31' } as const;

/** Reading and writing a day costs ten times as much as looking it up, and the same days come again and again. */
const mostDaysCounted = 10_000;
const numbersOfDays = new Map<string, number>();
const daysOfNumbers = new Map<number, string>();

/** What is known, or made and known from then on. */
function rememberedIn<K, V>(known: Map<K, V>, key: K, make: (key: K) => V): V {
  const value = known.get(key) ?? make(key);
  if (known.size >= mostDaysCounted) known.clear();
  known.set(key, value);
  return value;
}

const readDay = (day: string): number => Math.round(Date.parse(`${day}T00:00:00Z`) / dayMs);
const writeDay = (number: number): string => new Date(number * dayMs).toISOString().slice(0, 10);

/** A day as a count since 1970-01-01, so that days can be subtracted. */
export const dayNumber = (day: string): number => rememberedIn(numbersOfDays, day, readDay);

/** The day that is `days` after (or, negative, before) another. */
export const addDays = (day: string, days: number): string =>
  rememberedIn(daysOfNumbers, dayNumber(day) + days, writeDay);

/** The Monday of a day's ISO week. */
export function weekStart(day: string): string {
  // 1970-01-01 was a Thursday.
  const weekday = (((dayNumber(day) + 3) % 7) + 7) % 7;
  return addDays(day, -weekday);
}

/** The calendar month of an instant in a zone, `YYYY-MM`. */
export const monthOf = (instant: number, zone: string): string => dayOf(instant, zone).slice(0, 7);

/** The month that is `months` after (or, negative, before) another. */
export function addMonths(month: string, months: number): string {
  const [year = 0, number = 1] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number - 1 + months, 1)).toISOString().slice(0, 7);
}

/** The last `count` days up to and including today, oldest first. */
export function lastDays(calendar: Calendar, count: number): string[] {
  const today = dayOf(calendar.now, calendar.zone);
  return Array.from({ length: count }, (_, index) => addDays(today, index - count + 1));
}

/** The Mondays of every week that touches the days from `first` to `last`, oldest first. */
export function weeksBetween(first: string, last: string): string[] {
  const monday = weekStart(first);
  const count = Math.floor((dayNumber(last) - dayNumber(monday)) / 7) + 1;
  return Array.from({ length: Math.max(0, count) }, (_, index) => addDays(monday, 7 * index));
}
