/**
 * Whether every value of one JSON Schema is a value of another, as far as zod-openapi writes them. What is asked of
 * callers may only grow, and what they are answered may only shrink; both are this one question.
 */

export type Schema = Readonly<Record<string, unknown>>;

export interface Comparison {
  /** Named schemas of both sides: `#/components/schemas/…`. */
  resolve: (side: 'inner' | 'outer', ref: string) => Schema;
  /** Answers: readers pass over properties and codes that they do not know. */
  isTolerant: boolean;
}

/** Words about values, which change nothing that is sent. */
const annotations = new Set([
  'description',
  'title',
  'example',
  'examples',
  'deprecated',
  'summary',
  'contentEncoding',
  'id',
]);
/** Keywords that are compared by their meaning; all others must be equal. */
const understood = new Set([
  'type',
  'enum',
  'const',
  'anyOf',
  'oneOf',
  'properties',
  'required',
  'additionalProperties',
  'items',
  '$ref',
]);
/** An upper bound may only be lower inside, a lower bound only higher. */
const upper = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems', 'maxProperties'];
const lower = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems', 'minProperties'];

const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const asSchema = (value: unknown): Schema => (isSchema(value) ? value : {});
const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const text = (value: unknown): string => JSON.stringify(value) ?? 'nothing';

/** A schema as the kinds of values it allows. */
function branchesOf(schema: Schema): Schema[] {
  const { anyOf, oneOf, type, ...rest } = schema;
  const branches = listOf(anyOf ?? oneOf);
  if (branches.length > 0) return branches.map((branch) => ({ ...rest, ...asSchema(branch) }));
  return Array.isArray(type) ? type.map((one: unknown) => ({ ...rest, type: one })) : [schema];
}

const valuesOf = ({ enum: list, const: only }: Schema): unknown[] | null =>
  Array.isArray(list) ? list : only === undefined ? null : [only];

const kindOf = ({ type, ...schema }: Schema): string =>
  String(type ?? (valuesOf(schema) === null ? 'anything' : typeof valuesOf(schema)?.[0]));

const fits = (inner: string, outer: string) =>
  outer === 'anything' || inner === outer || (inner === 'integer' && outer === 'number');

function outside(inner: Schema, outer: Schema, at: string): string[] {
  const beyond = (names: string[], isFurther: (a: number, b: number) => boolean) =>
    names
      .filter((name) => typeof outer[name] === 'number')
      .filter((name) => typeof inner[name] !== 'number' || isFurther(inner[name], Number(outer[name])))
      .map((name) => `${at}: ${name} ${text(inner[name])} is beyond ${text(outer[name])}`);
  const others = [...new Set([...Object.keys(inner), ...Object.keys(outer)])].filter(
    (name) => ![understood, annotations].some((set) => set.has(name)) && ![...upper, ...lower].includes(name),
  );
  return [
    ...beyond(upper, (a, b) => a > b),
    ...beyond(lower, (a, b) => a < b),
    ...others
      // What is not asked for outside may be promised inside.
      .filter((name) => outer[name] !== undefined || !['pattern', 'format', 'multipleOf'].includes(name))
      .filter((name) => text(inner[name]) !== text(outer[name]))
      .map((name) => `${at}: ${name} is ${text(inner[name])} and not ${text(outer[name])}`),
  ];
}

/** @returns why some value of `inner` is none of `outer`; empty = there is no such value. */
export function notContained(
  inner: Schema,
  outer: Schema,
  { resolve, isTolerant }: Comparison,
  path = '',
): string[] {
  const open = new Set<string>();

  function values(a: Schema, b: Schema, at: string): string[] {
    const [given, allowed] = [valuesOf(a), valuesOf(b)];
    if (allowed === null) return [];
    if (given === null) return [`${at}: is not one of ${text(allowed)} alone`];
    // A code that readers do not know yet is passed over by them; one that goes as another comes was renamed.
    if (isTolerant && given.length > 1 && allowed.every((value) => given.includes(value))) return [];
    const strange = given.filter((value) => !allowed.includes(value));
    return strange.map((value) => `${at}: ${text(value)} is not among the values`);
  }

  function object(a: Schema, b: Schema, at: string): string[] {
    const [own, others] = [asSchema(a.properties), asSchema(b.properties)];
    const isSure = listOf(a.required);
    const missing = listOf(b.required).filter((name) => !isSure.includes(name));
    const isClosed = b.additionalProperties === false && !isTolerant;
    const known = Object.keys(own).filter((name) => Object.hasOwn(others, name));
    const extra = Object.keys(own).filter((name) => !Object.hasOwn(others, name));
    const rest = [a.additionalProperties, b.additionalProperties];
    return [
      ...missing.map((name) => `${at}.${String(name)}: is required and may be missing`),
      ...(isClosed ? extra.map((name) => `${at}.${name}: is not known`) : []),
      ...known.flatMap((name) => contained(asSchema(own[name]), asSchema(others[name]), `${at}.${name}`)),
      ...(rest.every(isSchema) ? contained(asSchema(rest[0]), asSchema(rest[1]), `${at}.*`) : []),
    ];
  }

  function single(a: Schema, b: Schema, at: string): string[] {
    if (!fits(kindOf(a), kindOf(b))) return [`${at}: is ${kindOf(a)} and not ${kindOf(b)}`];
    return [
      ...outside(a, b, at),
      ...values(a, b, at),
      ...(kindOf(a) === 'object' ? object(a, b, at) : []),
      ...(a.items !== undefined && b.items !== undefined
        ? contained(asSchema(a.items), asSchema(b.items), `${at}[]`)
        : []),
    ];
  }

  function contained(a: Schema, b: Schema, at: string): string[] {
    if (typeof a.$ref === 'string' || typeof b.$ref === 'string') {
      const pair = `${text(a.$ref)} ${text(b.$ref)}`;
      // A schema within itself: whatever is wrong is found outside.
      if (open.has(pair)) return [];
      open.add(pair);
      const follow = (side: 'inner' | 'outer', { $ref, ...rest }: Schema): Schema =>
        typeof $ref === 'string' ? { ...resolve(side, $ref), ...rest } : rest;
      const found = contained(follow('inner', a), follow('outer', b), at);
      open.delete(pair);
      return found;
    }
    const outers = branchesOf(b);
    return branchesOf(a).flatMap((branch) => {
      if (branch.$ref !== undefined || branch.anyOf !== undefined) return contained(branch, b, at);
      const reasons = outers.map((other) =>
        other.$ref !== undefined || other.anyOf !== undefined
          ? contained(branch, other, at)
          : single(branch, other, at),
      );
      if (reasons.some((list) => list.length === 0)) return [];
      // Why it is not the one that it looks like says more than that it is none of them.
      const alike = outers.findIndex((other) => fits(kindOf(branch), kindOf(other)));
      return reasons[Math.max(0, alike)] ?? [];
    });
  }

  return contained(inner, outer, path);
}
