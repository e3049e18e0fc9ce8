/** The pieces that results are made of: units and ranges said once, for validation and for openapi.yaml. */
import { z } from 'zod';
import { languages } from '../../domain/narrative/narrative.ts';
import { calendarDays } from '../../domain/time.ts';

/** 0–100. */
export const percent = (description: string) =>
  z
    .number()
    .min(0)
    .max(100)
    .meta({ description: `${description} (percent, 0–100)` });
export const score = (description: string) =>
  z
    .number()
    .min(0)
    .max(100)
    .meta({ description: `${description} (score, 0–100)` });
/** 0–1. */
export const probability = (description: string) =>
  z
    .number()
    .min(0)
    .max(1)
    .meta({ description: `${description} (probability, 0–1)` });
export const count = (description: string) => z.int().min(0).meta({ description });
export const weeks = (description: string) =>
  z
    .number()
    .min(0)
    .meta({ description: `${description} (weeks)` });
export const minutes = (description: string) =>
  z
    .number()
    .min(0)
    .meta({ description: `${description} (minutes)` });
export const amount = (description: string) => z.number().meta({ description });
export const instant = (description: string) =>
  z.iso.datetime().meta({ description: `${description} (ISO 8601, UTC)` });
export const day = (description: string) =>
  z.iso.date().meta({ description: `${description} (calendar day in the organization’s time zone)` });
export const month = (description: string) =>
  z
    .string()
    .regex(/^\d{4}-\d{2}$/)
    .meta({ description: `${description} (YYYY-MM, in the organization’s time zone)` });
export const text = (description: string) => z.string().meta({ description });
export const id = (description: string) => z.string().meta({ description });
export const codes = <const C extends readonly [string, ...string[]]>(values: C, description: string) =>
  z.enum(values).meta({ description });
/** A value with the ends of its 95 % interval. */
export const interval = (value: (description: string) => z.ZodNumber, description: string) =>
  z.object({
    value: value(description),
    low: value(`${description}: lower end of the 95 % interval`),
    high: value(`${description}: upper end of the 95 % interval`),
  });

/** Takes no parameters. */
export const noQuery = z.strictObject({});

/** A query parameter that names something. */
export const idQuery = (description: string) =>
  z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be 1–64 letters, digits, _ or -')
    .optional()
    .meta({ description });

/** A query parameter for answers with words. */
export const languageQuery = z
  .enum(languages, `must be one of ${languages.join(', ')}`)
  .default('en')
  .meta({ description: 'of the narrative; codes and figures are the same in all' });

const digitsOnly = (value: unknown): unknown => {
  if (typeof value !== 'string') return value;
  return /^\d+$/.test(value) ? Number(value) : Number.NaN;
};

/** A query parameter that is a whole number, in digits only: `0x10`, `1e1` and ` 1` are none. */
export const wholeQuery = (least: number, most: number) =>
  z.preprocess(
    digitsOnly,
    z
      .number('must be a whole number')
      .int('must be a whole number')
      .min(least, `must be at least ${least}`)
      .max(most, `must be at most ${most}`),
  );

/** How far back histories are read. */
export const historyDays = 730;
/** How far back a range of days may begin; less than what is read, so that the week of its first day is whole. */
export const reachDays = historyDays - 7;

/** Longest range of days that one request may ask for. */
const longestRangeDays = 366;
const dayMs = 86_400_000;
const daysBetween = (first: string, last: string) => (Date.parse(last) - Date.parse(first)) / dayMs;

const dayQuery = z.iso
  .date({ error: 'must be a date, YYYY-MM-DD', abort: true })
  .refine(
    (day) => day >= calendarDays.first && day <= calendarDays.last,
    `must be between ${calendarDays.first} and ${calendarDays.last}`,
  );

/** `startDate` and `endDate`, both included; the default range is each analytic's own. */
export const dateRange = {
  startDate: dayQuery.optional().meta({
    description: `first day of the range, included; not after today (400). Where figures are made of events (engagement, performance, content effectiveness) not more than ${reachDays} days back (400)`,
    example: '2026-01-01',
  }),
  endDate: dayQuery.optional().meta({
    description: 'last day of the range, included; default today. Weeks that have not begun are not told',
    example: '2026-01-31',
  }),
};

interface DateRangeQuery {
  startDate?: string | undefined;
  endDate?: string | undefined;
}

/** A query with `startDate` and `endDate`; names both fields when they do not fit together. */
export const rangeQuery = z
  .strictObject(dateRange)
  .superRefine(({ startDate, endDate }: DateRangeQuery, context) => {
    if (startDate === undefined || endDate === undefined) return;
    const days = daysBetween(startDate, endDate);
    const problem =
      days < 0
        ? 'must not be before startDate'
        : days >= longestRangeDays
          ? `must be at most ${longestRangeDays} days after startDate`
          : null;
    if (problem !== null) context.addIssue({ code: 'custom', path: ['endDate'], message: problem });
  });
