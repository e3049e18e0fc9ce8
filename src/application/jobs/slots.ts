/** Slots as jobs write them: the hour, half-hour or day (UTC) that an instant falls into. */
const iso = (instant: number) => new Date(instant).toISOString();

/** `2026-03-10T12`. */
export const hourSlot = (instant: number): string => iso(instant).slice(0, 13);

const halfHourMs = 30 * 60_000;

/** `2026-03-10T12:30`. */
export const halfHourSlot = (instant: number): string =>
  iso(Math.floor(instant / halfHourMs) * halfHourMs).slice(0, 16);

const fiveMinutesMs = 5 * 60_000;

/** `2026-03-10T12:35`. */
export const fiveMinuteSlot = (instant: number): string =>
  iso(Math.floor(instant / fiveMinutesMs) * fiveMinutesMs).slice(0, 16);

/** `2026-03-10`. */
export const daySlot = (instant: number): string => iso(instant).slice(0, 10);
