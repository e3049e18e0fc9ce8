/** The pieces that wire schemas are made of: strict about what matters, patient with what real services get wrong. */
import { z } from 'zod';
import { normaliseRoles } from '../../domain/identity/roles.ts';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Ids are opaque, except that a UUID means the same in either case; a number is taken for its digits. */
export const wireId = z
  .union([z.string(), z.int()])
  .transform(String)
  .pipe(z.string().regex(/^[A-Za-z0-9_-]{1,64}$/))
  .transform((id) => (uuid.test(id) ? id.toLowerCase() : id));

const numeric = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i;

/** A number, also as text. */
export const wireNumber = z.union([
  z.number(),
  z.string().trim().regex(numeric).transform(Number).pipe(z.number()),
]);

/** Absent, null and present-but-unknown are one thing: null. */
export const orNull = <T extends z.ZodType>(schema: T) =>
  schema.nullish().transform((value) => value ?? null);

/** A measure in its range; anything else is a measure that nobody knows (null), never a clamped guess. */
const measure = (min: number, max: number) =>
  z.union([wireNumber.pipe(z.number().min(min).max(max)), z.unknown().transform(() => null)]);

/** 0–100. */
export const wireScore = measure(0, 100);
/** 1–5. */
export const wireRating = measure(1, 5);
/** Seconds, 0 or more. */
export const wireSeconds = measure(0, Number.MAX_SAFE_INTEGER);
/** A count that may be unknown. */
export const wireCountOrNull = measure(0, Number.MAX_SAFE_INTEGER);
/** Any finite number that may be unknown. */
export const wireNumberOrNull = measure(-Number.MAX_VALUE, Number.MAX_VALUE);
/** A count that the reply makes no sense without. */
export const wireCount = wireNumber.pipe(z.number().min(0));
/** A skill level that the reply makes no sense without, 0 missing … 4 expert. */
export const wireLevel = wireNumber.pipe(z.number().min(0).max(4));
export const wireLevelOrNull = measure(0, 4);

const hasZone = /(z|[+-]\d{2}:?\d{2})$/i;
const dateOnly = /^\d{4}-\d{2}-\d{2}$/;

/** An ISO 8601 instant as epoch milliseconds; without a zone it is UTC, without a time midnight UTC. */
export const wireInstant = z
  .string()
  .trim()
  .regex(/^\d{4}-\d{2}-\d{2}/)
  .transform((text) => Date.parse(dateOnly.test(text) || hasZone.test(text) ? text : `${text}Z`))
  .pipe(z.number());

export const wireInstantOrNull = orNull(wireInstant);
export const wireText = orNull(z.string());
export const wireFlag = orNull(z.boolean());
export const wireIdOrNull = orNull(wireId);

/** An enumeration in any case, with `-` or blanks for `_`. */
export const wireEnum = <const V extends readonly [string, ...string[]]>(values: V) =>
  z
    .string()
    .transform((text) =>
      text
        .trim()
        .toLowerCase()
        .replaceAll(/[\s-]+/g, '_'),
    )
    .pipe(z.enum(values));

export const wireRoles = z.array(z.string()).transform(normaliseRoles);
