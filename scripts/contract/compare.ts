/** What of one contract does not hold in the next: for callers who know only the first. */
import { notContained, type Schema } from './schema.ts';

const methods = ['get', 'post', 'patch', 'put', 'delete'] as const;

interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  schema?: Schema;
}
type Content = Readonly<Record<string, { schema?: Schema }>>;
interface Operation {
  /** Only in what was released. */
  'x-since'?: string;
  security?: readonly unknown[];
  deprecated?: boolean;
  parameters?: readonly Parameter[];
  requestBody?: { required?: boolean; content?: Content };
  responses?: Readonly<Record<string, { content?: Content }>>;
}
export interface Contract {
  paths?: Readonly<Record<string, Partial<Record<(typeof methods)[number], Operation>>>>;
  components?: { schemas?: Readonly<Record<string, Schema>> };
}

export interface Changes {
  /** Callers of the first would fail, or be told something else than they think. */
  breaking: string[];
  /** What only callers of the second can use. */
  added: string[];
}

const operationsOf = ({ paths = {} }: Contract) =>
  new Map(
    Object.entries(paths).flatMap(([path, item]) =>
      methods.flatMap((method) => {
        const operation = item[method];
        return operation === undefined ? [] : [[`${method.toUpperCase()} ${path}`, operation] as const];
      }),
    ),
  );

const schemaIn = ({ components }: Contract, ref: string): Schema => {
  const found = components?.schemas?.[ref.replace('#/components/schemas/', '')];
  if (found === undefined) throw new Error(`${ref} is not there`);
  return found;
};

/** Every property that answers had is still there, also those that they did not always have. */
function lostProperties(
  before: Schema,
  after: Schema,
  contracts: [Contract, Contract],
  at: string,
): string[] {
  const open = new Set<string>();
  const follow = (contract: Contract, schema: Schema): Schema =>
    typeof schema.$ref === 'string' ? schemaIn(contract, schema.$ref) : schema;
  const partsOf = (contract: Contract, schema: Schema): Schema[] => {
    const { anyOf, oneOf } = follow(contract, schema) as { anyOf?: Schema[]; oneOf?: Schema[] };
    const parts = anyOf ?? oneOf;
    return parts === undefined
      ? [follow(contract, schema)]
      : parts.flatMap((part) => partsOf(contract, part));
  };
  const childrenOf = (contract: Contract, schema: Schema): Map<string, Schema> =>
    new Map(
      partsOf(contract, schema).flatMap(({ properties = {}, items }) => [
        ...Object.entries(properties as Record<string, Schema>).map(
          ([name, child]) => [`.${name}`, child] as const,
        ),
        ...(typeof items === 'object' ? [['[]', items as Schema] as const] : []),
      ]),
    );
  function lost(one: Schema, other: Schema, path: string): string[] {
    const ref = typeof one.$ref === 'string' ? one.$ref : undefined;
    if (ref !== undefined && open.has(ref)) return [];
    if (ref !== undefined) open.add(ref);
    const now = childrenOf(contracts[1], other);
    const found = [...childrenOf(contracts[0], one)].flatMap(([name, child]) => {
      const kept = now.get(name);
      return kept === undefined ? [`${path}${name}: is gone`] : lost(child, kept, `${path}${name}`);
    });
    if (ref !== undefined) open.delete(ref);
    return found;
  }
  return lost(before, after, at);
}

/** Compares two contracts as OpenAPI documents. */
export function compareContracts(before: Contract, after: Contract): Changes {
  const breaking: string[] = [];
  const added: string[] = [];
  const says = (at: string, problems: string[]) => breaking.push(...problems.map((one) => `${at} ${one}`));

  /** What is asked of callers may only grow. */
  const asked = (old: Schema, now: Schema, at: string) => [
    ...notContained(
      old,
      now,
      { isTolerant: false, resolve: (side, ref) => schemaIn(side === 'inner' ? before : after, ref) },
      at,
    ),
    ...lostProperties(old, now, [before, after], at),
  ];
  /** What callers are answered may only shrink, but for what is new. */
  const answered = (old: Schema, now: Schema, at: string) => [
    ...notContained(
      now,
      old,
      { isTolerant: true, resolve: (side, ref) => schemaIn(side === 'inner' ? after : before, ref) },
      at,
    ),
    ...lostProperties(old, now, [before, after], at),
  ];

  function parameters(at: string, old: Operation, now: Operation): void {
    const keyOf = ({ in: place, name }: Parameter) => `${place} ${name}`;
    const known = new Map((old.parameters ?? []).map((one) => [keyOf(one), one]));
    const current = new Map((now.parameters ?? []).map((one) => [keyOf(one), one]));
    for (const [key, one] of known) {
      const next = current.get(key);
      if (next === undefined) says(at, [`${key}: is not taken any more`]);
      else {
        if (next.required && !one.required) says(at, [`${key}: is required now`]);
        says(at, [...new Set(asked(one.schema ?? {}, next.schema ?? {}, key))]);
      }
    }
    for (const [key, { required }] of current) {
      if (known.has(key)) continue;
      if (required) says(at, [`${key}: is new and required`]);
      else added.push(`${at} ${key}`);
    }
  }

  function body(at: string, { requestBody: old }: Operation, { requestBody: now }: Operation): void {
    if (now?.required && !old?.required) says(at, ['body: is required now']);
    for (const [type, { schema = {} }] of Object.entries(old?.content ?? {})) {
      const next = now?.content?.[type];
      if (next === undefined) says(at, [`body: ${type} is not taken any more`]);
      else says(at, [...new Set(asked(schema, next.schema ?? {}, 'body'))]);
    }
  }

  function answers(at: string, { responses: old = {} }: Operation, { responses: now = {} }: Operation): void {
    const good = (responses: object) => Object.keys(responses).filter((status) => status.startsWith('2'));
    for (const status of good(old)) {
      if (now[status] === undefined) says(at, [`${status}: is not answered any more`]);
      for (const [type, { schema = {} }] of Object.entries(old[status]?.content ?? {})) {
        const next = now[status]?.content?.[type];
        if (next !== undefined) says(at, [...new Set(answered(schema, next.schema ?? {}, status))]);
        else if (now[status] !== undefined) says(at, [`${status}: is not answered as ${type} any more`]);
      }
    }
    for (const status of good(now))
      if (old[status] === undefined) says(at, [`${status}: is a new kind of success`]);
  }

  const [known, current] = [operationsOf(before), operationsOf(after)];
  for (const [at, old] of known) {
    const now = current.get(at);
    if (now === undefined) {
      breaking.push(`${at} is gone`);
      continue;
    }
    if ((now.security ?? []).length > 0 && (old.security ?? []).length === 0) says(at, ['needs a token now']);
    if (now.deprecated && !old.deprecated) added.push(`${at} is deprecated`);
    parameters(at, old, now);
    body(at, old, now);
    answers(at, old, now);
  }
  for (const at of current.keys()) if (!known.has(at)) added.push(at);
  return { breaking, added };
}
