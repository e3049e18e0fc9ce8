import { addDays, dayMs } from '../../src/domain/time.ts';

/** The university's zone: a course day is a calendar day in it. */
export const ouladZone = 'Europe/London';

/**
 * Presentations are named by year and starting month, B = February, J = October. The data do not hold the
 * exact date (it was removed to protect people), so each starts on the first of its month here.
 */
const startMonths: Record<string, string> = { B: '02-01', J: '10-01' };

const londonHour = new Intl.DateTimeFormat('en-GB', {
  timeZone: ouladZone,
  hour: '2-digit',
  hourCycle: 'h23',
});

/** The instant of a local time from noon on; clocks change at night, so noon's offset holds until midnight. */
function londonInstant(date: string, time: string): number {
  const offsetHours = Number(londonHour.format(Date.parse(`${date}T12:00:00Z`))) - 12;
  return Date.parse(`${date}T${time}Z`) - offsetHours * 3_600_000;
}

/** The calendar day of day 0 of `2013B`, `BBB-2013B`, …. @throws Error for anything else. */
export function startOf(presentation: string): string {
  const [, year, letter] = /(?:^|[- ])(\d{4})([A-Z])$/.exec(presentation) ?? [];
  const month = startMonths[letter ?? ''];
  if (year === undefined || month === undefined)
    throw new Error(`not a presentation such as BBB-2013B: ${presentation}`);
  return `${year}-${month}`;
}

/**
 * 18:00 local on a course day of `BBB-2013B`, …, as an ISO instant: everything placed on that day has happened
 * by then, nothing of the next. @throws Error for what is no presentation.
 */
export function ouladInstant(presentation: string, day: number): string {
  return new Date(londonInstant(addDays(startOf(presentation), day), '18:00:00')).toISOString();
}

/** How far a course has come at an instant. */
export interface Today {
  /** The last day whose events (placed at noon) have happened. */
  day: number;
  /** The last day that is over: what was due on it is overdue. */
  lastOver: number;
}

export interface CourseDays {
  /** Where events of a day are placed: 12:00 local. The data hold days, no times. */
  noon(day: number): string;
  /** Where due dates of a day are placed: 23:59:59 local, so that work handed in that day is on time. */
  end(day: number): string;
  today(now: number): Today;
}

interface Instant {
  at: number;
  iso: string;
}

function placer(start: string, time: string): (day: number) => Instant {
  const known = new Map<number, Instant>();
  return (day) => {
    let found = known.get(day);
    if (found === undefined) {
      const at = londonInstant(addDays(start, day), time);
      found = { at, iso: new Date(at).toISOString() };
      known.set(day, found);
    }
    return found;
  };
}

/** The last day whose instant is not after `now`. */
function lastReached(place: (day: number) => Instant, now: number): number {
  let day = Math.floor((now - place(0).at) / dayMs) + 1;
  while (place(day).at > now) day -= 1;
  return day;
}

/** The calendar of a presentation that starts on a day. */
export function makeCourseDays(start: string): CourseDays {
  const noon = placer(start, '12:00:00');
  const end = placer(start, '23:59:59');
  // A request asks thousands of times about one instant.
  let asked: { now: number; today: Today } | undefined;
  return {
    noon: (day) => noon(day).iso,
    end: (day) => end(day).iso,
    today: (now) => {
      if (asked?.now !== now)
        asked = { now, today: { day: lastReached(noon, now), lastOver: lastReached(end, now) } };
      return asked.today;
    },
  };
}
