/**
 * The pieces that wire schemas are made of: strict about what matters, patient with what real services get wrong.
 *
 * - What the reply makes no sense without (ids, states, counts) makes the whole reply invalid when it is
 *   missing or cannot be read: a row left out silently would be a wrong total.
 * - A measure (score, rating, duration) outside its range is a measure that nobody knows: null, never clamped.
 * - An unknown word of an enumeration is invalid where a state is required and null where it is not.
 * - Arrays that figures are made of must be there; tags (`orNone`) may be left out.
 */
import { z } from 'zod';
import { normaliseRoles } from '../../domain/identity/roles.ts';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** An id as we compare it: ids are opaque, except that a UUID means the same in either case. */
export const canonicalId = (id: string): string => (uuid.test(id) ? id.toLowerCase() : id);

/** A number is taken for its digits. */
export const wireId = z
  .union([z.string(), z.int()])
  .transform(String)
  .pipe(z.string().regex(/^[A-Za-z0-9_-]{1,64}$/))
  .transform(canonicalId);

const numeric = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i;

/** A number, also as text. */
export const wireNumber = z.union([
  z.number(),
  z.string().trim().regex(numeric).transform(Number).pipe(z.number()),
]);

/** Absent, null and blank are one thing: null. */
export const orNull = <T extends z.ZodType>(schema: T) =>
  z.preprocess(
    (value) => (typeof value === 'string' && value.trim() === '' ? null : (value ?? null)),
    schema.nullable(),
  );

/** A list of tags; services leave it out when there are none. */
export const orNone = <T extends z.ZodType>(item: T) =>
  z
    .array(item)
    .nullish()
    .transform((items) => items ?? []);

const measure = (min: number, max: number) =>
  wireNumber.pipe(z.number().min(min).max(max)).nullable().catch(null);

/** 0–100. */
export const wireScore = measure(0, 100);
/** 1–5. */
export const wireRating = measure(1, 5);
/** Seconds, hours, weights: 0 or more. */
export const wireAmount = measure(0, Number.MAX_VALUE);
/** Any number that may be unknown. */
export const wireNumberOrNull = measure(-Number.MAX_VALUE, Number.MAX_VALUE);
/** A count that the reply makes no sense without. */
export const wireCount = wireNumber.pipe(z.int().min(0));
/** A count that may be unknown. */
export const wireCountOrNull = wireCount.nullable().catch(null);
/** A skill level that the reply makes no sense without, 0 missing … 4 expert. */
export const wireLevel = wireNumber.pipe(z.number().min(0).max(4));
export const wireLevelOrNull = measure(0, 4);

const instant =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?) ?(Z|[+-]\d{2}(?::?\d{2})?)?)?$/i;

function epochMs(text: string): number {
  const [, day, time = '00:00', zone = 'Z'] = instant.exec(text) ?? [];
  const hoursOnly = /^[+-]\d{2}$/.test(zone) ? `${zone}:00` : zone;
  return Date.parse(`${day}T${time}${hoursOnly.replace(/^([+-]\d{2})(\d{2})$/, '$1:$2').toUpperCase()}`);
}

/** An ISO 8601 instant as epoch milliseconds; without a zone it is UTC, without a time midnight UTC. */
export const wireInstant = z.string().trim().regex(instant).transform(epochMs).pipe(z.number());

export const wireInstantOrNull = orNull(wireInstant);
export const wireText = orNull(z.string());
export const wireIdOrNull = orNull(wireId);

const flags: Record<string, boolean> = { true: true, false: false, 1: true, 0: false };

/** Yes, no or unknown; also as text or digit. */
export const wireFlag = z.preprocess(
  (value) => flags[String(value).toLowerCase()] ?? null,
  z.boolean().nullable(),
);

const snakeCase = (text: string) =>
  text
    .trim()
    .toLowerCase()
    .replaceAll(/[\s-]+/g, '_');

/** A word of a vocabulary that the contract leaves open, as a snake_case code. */
export const wireCode = orNull(z.string().transform(snakeCase));

const lettersOf = (text: string) => text.toLowerCase().replaceAll(/[^a-z0-9]/g, '');

/** A word of an enumeration, in any case and with any separator (`In-Progress`, `inProgress`), or a synonym. */
export const wireEnum = <const V extends readonly [string, ...string[]]>(
  values: V,
  synonyms: Record<string, V[number]> = {},
) => {
  const known = new Map([
    ...values.map((value) => [lettersOf(value), value] as const),
    ...Object.entries(synonyms),
  ]);
  return z
    .string()
    .transform((text) => known.get(lettersOf(text)) ?? text)
    .pipe(z.enum(values));
};

/** The same where the contract can do without: an unknown word is null. */
export const wireEnumOrNull = <const V extends readonly [string, ...string[]]>(values: V) =>
  wireEnum(values).nullable().catch(null);

/** Unknown roles are dropped: they open nothing. */
export const wireRoles = z.array(z.string()).transform(normaliseRoles);
