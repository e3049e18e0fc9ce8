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
import { calendarDays } from '../../domain/time.ts';

const uuidLength = 36;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** An id as we compare it: ids are opaque, except that a UUID means the same in either case. */
export const canonicalId = (id: string): string =>
  id.length === uuidLength && uuid.test(id) ? id.toLowerCase() : id;

type Read<T> = (value: unknown) => T | undefined;
type Scalar<T> = z.ZodType<T> & z.ZodTransform<T, unknown>;

/** The functions behind the scalars, so that whole rows can be read by them. */
const readers = new WeakMap<object, Read<unknown>>();

const unreadable = (value: unknown, path: PropertyKey[] = []) =>
  ({ code: 'invalid_type', expected: 'custom', input: value, path }) as const;

/** One value read by one function: undefined = it cannot be read. */
function scalar<T>(read: Read<T>): Scalar<T> {
  const schema = z.transform((value: unknown, context): T => {
    const found = read(value);
    if (found !== undefined) return found;
    context.issues.push(unreadable(value));
    return z.NEVER;
  });
  readers.set(schema, read);
  return schema as Scalar<T>;
}

/**
 * A row of scalars, read in one go: the same as `z.object` of them at a fifth of the cost, which counts where a page
 * of an organization holds ten thousand values.
 */
export function row<const S extends Record<string, Scalar<unknown>>>(
  shape: S,
): z.ZodType<{ [K in keyof S]: z.output<S[K]> }> {
  const fields = Object.entries(shape).map(([name, schema]) => ({
    name,
    read: readers.get(schema) as Read<unknown>,
  }));
  type Row = { [K in keyof S]: z.output<S[K]> };
  return z.transform((value: unknown, context): Row => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      context.issues.push(unreadable(value));
      return z.NEVER;
    }
    const given = value as Record<string, unknown>;
    const found: Record<string, unknown> = {};
    for (const { name, read } of fields) {
      found[name] = read(given[name]);
      if (found[name] === undefined) context.issues.push(unreadable(given[name], [name]));
    }
    return found as Row;
  }) as unknown as z.ZodType<Row>;
}

const isNothing = (value: unknown): boolean =>
  value === undefined || value === null || (typeof value === 'string' && value.trim() === '');

/** Absent, null and blank are one thing: null. */
const scalarOrNull = <T>(read: (value: unknown) => T | undefined) =>
  scalar<T | null>((value) => (isNothing(value) ? null : read(value)));

/** The same for any schema. */
export const orNull = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (isNothing(value) ? null : value), schema.nullable());

const idPattern = /^[A-Za-z0-9_-]{1,64}$/;

/** A number is taken for its digits. */
function readId(value: unknown): string | undefined {
  const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;
  return typeof text === 'string' && idPattern.test(text) ? canonicalId(text) : undefined;
}

export const wireId = scalar(readId);
export const wireIdOrNull = scalarOrNull(readId);

const numeric = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i;

/** A finite number, also as text. */
function readNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' && numeric.test(value.trim()) ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

export const wireNumber = scalar(readNumber);

/** A list of tags; services leave it out when there are none. */
export const orNone = <T extends z.ZodType>(item: T) =>
  z
    .array(item)
    .nullish()
    .transform((items) => items ?? []);

const readWithin = (min: number, max: number) => (value: unknown) => {
  const number = readNumber(value);
  return number !== undefined && number >= min && number <= max ? number : undefined;
};

/** A number in a range; what lies outside is not known. */
const measure = (min: number, max: number) => {
  const read = readWithin(min, max);
  return scalar<number | null>((value) => read(value) ?? null);
};

/** 0–100. */
export const wireScore = measure(0, 100);
/** 1–5. */
export const wireRating = measure(1, 5);
/** Seconds, hours, weights: 0 or more. */
export const wireAmount = measure(0, Number.MAX_VALUE);
/** Any number that may be unknown. */
export const wireNumberOrNull = measure(-Number.MAX_VALUE, Number.MAX_VALUE);

function readCount(value: unknown): number | undefined {
  const number = readNumber(value);
  return number !== undefined && Number.isSafeInteger(number) && number >= 0 ? number : undefined;
}

/** A count that the reply makes no sense without. */
export const wireCount = scalar(readCount);
/** A count that may be unknown. */
export const wireCountOrNull = scalar<number | null>((value) => readCount(value) ?? null);
/** A skill level that the reply makes no sense without, 0 missing … 4 expert. */
export const wireLevel = scalar(readWithin(0, 4));
export const wireLevelOrNull = measure(0, 4);

const instant =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?) ?(Z|[+-]\d{2}(?::?\d{2})?)?)?$/i;
/** As most services write it, and as `Date.parse` reads it. */
const usualInstant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{3})?Z$/;

function epochMs(text: string): number {
  if (usualInstant.test(text)) return Date.parse(text);
  const [, day, time = '00:00', zone = 'Z'] = instant.exec(text) ?? [];
  const hoursOnly = /^[+-]\d{2}$/.test(zone) ? `${zone}:00` : zone;
  return Date.parse(`${day}T${time}${hoursOnly.replace(/^([+-]\d{2})(\d{2})$/, '$1:$2').toUpperCase()}`);
}

const earliest = Date.parse(calendarDays.first);
const latest = Date.parse(calendarDays.last);

function readInstant(value: unknown): number | undefined {
  const at = typeof value === 'string' ? epochMs(value.trim()) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}

const isReckonedWith = (at: number) => at >= earliest && at < latest;

/** An ISO 8601 instant as epoch milliseconds; without a zone it is UTC, without a time midnight UTC. */
export const wireInstant = scalar((value) => {
  const at = readInstant(value);
  return at !== undefined && isReckonedWith(at) ? at : undefined;
});
/** Some services write a day of the year 1 or 9999 where they mean that there is none. */
export const wireInstantOrNull = scalarOrNull<number | null>((value) => {
  const at = readInstant(value);
  return at === undefined || isReckonedWith(at) ? at : null;
});

const readText = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

export const wireText = scalarOrNull(readText);

/** A map: an object would also know `constructor`. */
const flags = new Map([
  ['true', true],
  ['false', false],
  ['1', true],
  ['0', false],
]);

/** Yes, no or unknown; also as text or digit. */
export const wireFlag = scalar<boolean | null>((value) => flags.get(String(value).toLowerCase()) ?? null);

const snakeCase = (text: string) =>
  text
    .trim()
    .toLowerCase()
    .replaceAll(/[\s-]+/g, '_');

/** A word of a vocabulary that the contract leaves open, as a snake_case code. */
export const wireCode = scalarOrNull((value) => (typeof value === 'string' ? snakeCase(value) : undefined));

const lettersOf = (text: string) => text.toLowerCase().replaceAll(/[^a-z0-9]/g, '');

function enumReader<const V extends readonly [string, ...string[]]>(
  values: V,
  synonyms: Record<string, V[number]>,
): (value: unknown) => V[number] | undefined {
  const known = new Map([
    ...values.map((value) => [value, value] as const),
    ...values.map((value) => [lettersOf(value), value] as const),
    ...Object.entries(synonyms),
  ]);
  return (value) =>
    typeof value === 'string' ? (known.get(value) ?? known.get(lettersOf(value))) : undefined;
}

/** A word of an enumeration, in any case and with any separator (`In-Progress`, `inProgress`), or a synonym. */
export const wireEnum = <const V extends readonly [string, ...string[]]>(
  values: V,
  synonyms: Record<string, V[number]> = {},
) => scalar(enumReader(values, synonyms));

/** The same where the contract can do without: an unknown word is null. */
export const wireEnumOrNull = <const V extends readonly [string, ...string[]]>(values: V) => {
  const read = enumReader(values, {});
  return scalar<V[number] | null>((value) => read(value) ?? null);
};

/** Unknown roles are dropped: they open nothing. */
export const wireRoles = scalar((value) =>
  Array.isArray(value) && value.every((role) => typeof role === 'string') ? normaliseRoles(value) : undefined,
);
