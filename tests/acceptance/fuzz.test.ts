/** Requests made up from openapi.yaml: whatever is asked, the answer is one that the contract documents. */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type Demo, logIn, startDemo } from './demo-process.ts';

interface Parameter {
  name: string;
  in: 'path' | 'query';
  schema?: { type?: string; format?: string; enum?: string[] };
}
interface Operation {
  operationId: string;
  parameters?: Parameter[];
  requestBody?: object;
  responses: Record<string, { content?: Record<string, { schema: object }> }>;
}

const openapi = parse(readFileSync(new URL('../../openapi.yaml', import.meta.url), 'utf8')) as {
  paths: Record<string, Record<string, Operation>>;
};
const operations = Object.entries(openapi.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);

const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);
ajv.addSchema(openapi, 'openapi.yaml');

const pointer = (part: string) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'));

/** The documented schema of an answer, or undefined when the answer is not documented. */
function schemaOf(path: string, method: string, status: number, type: string) {
  const content = openapi.paths[path]?.[method]?.responses[status]?.content;
  if (content?.[type] === undefined) return undefined;
  return (
    ajv.getSchema(
      `openapi.yaml#/${['paths', path, method, 'responses', String(status), 'content', type, 'schema'].map(pointer).join('/')}`,
    ) ??
    ajv.compile({
      $ref: `openapi.yaml#/${['paths', path, method, 'responses', String(status), 'content', type, 'schema'].map(pointer).join('/')}`,
    })
  );
}

const hostile = fc.oneof(
  fc.string({ maxLength: 80 }),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.constantFrom(
    '',
    '..',
    '../../etc/passwd',
    'null',
    '__proto__',
    "' OR 1=1 --",
    '<script>',
    '%00',
    '0',
    '-1',
    'NaN',
    '1e309',
    '0000-01-01',
    '9999-12-31',
    '+010000-01-01',
  ),
);

function likely(parameter: Parameter): fc.Arbitrary<string> {
  const { enum: values, format } = parameter.schema ?? {};
  if (values !== undefined) return fc.constantFrom(...values);
  if (format === 'date')
    return fc
      .date({ min: new Date('2024-01-01'), max: new Date('2027-01-01'), noInvalidDate: true })
      .map((d) => d.toISOString().slice(0, 10));
  if (parameter.in === 'path') return fc.constantFrom('me', 'u-000001', 'u-000999', 'org-1', 'nobody');
  return fc.constantFrom('velocity', 'velocity,engagement', 'mastery');
}

const anyValueOf = (parameter: Parameter) =>
  fc.oneof({ weight: 3, arbitrary: likely(parameter) }, { weight: 1, arbitrary: hostile });

const body = fc.oneof(
  fc.json(),
  fc
    .record({ email: fc.oneof(fc.emailAddress(), hostile), password: hostile }, { requiredKeys: [] })
    .map((value) => JSON.stringify(value)),
  fc.record({ refreshToken: hostile }).map((value) => JSON.stringify(value)),
  hostile,
);

const requests = fc.constantFrom(...operations).chain(({ path, method, operation }) =>
  fc.record({
    path: fc.constant(path),
    method: fc.constant(method),
    values: fc.record(
      Object.fromEntries(
        (operation.parameters ?? []).map((parameter) => [parameter.name, anyValueOf(parameter)]),
      ),
      {
        requiredKeys: (operation.parameters ?? [])
          .filter(({ in: place }) => place === 'path')
          .map(({ name }) => name),
      },
    ),
    extra: fc.option(fc.tuple(fc.string({ minLength: 1, maxLength: 10 }), hostile), {
      freq: 8,
      nil: undefined,
    }),
    body: operation.requestBody === undefined ? fc.constant(undefined) : body,
    contentType: fc.oneof(
      { weight: 6, arbitrary: fc.constant('application/json') },
      { weight: 1, arbitrary: fc.constantFrom('text/plain', 'application/xml') },
    ),
    caller: fc.nat(),
  }),
);

const runs = Number(process.env.FUZZ_RUNS ?? 1500);
let demo: Demo;
let tokens: (string | undefined)[];

beforeAll(async () => {
  demo = await startDemo();
  const sessions = await Promise.all(demo.people.map((person) => logIn(demo, person)));
  tokens = [undefined, 'not-a-token', ...sessions.map(({ accessToken }) => accessToken)];
});
afterAll(() => demo?.stop());

function urlOf(
  path: string,
  values: Record<string, string>,
  extra: [string, string] | undefined,
  parameters: Parameter[],
): string {
  const query = new URLSearchParams(extra === undefined ? [] : [extra]);
  let filled = path;
  for (const { name, in: place } of parameters) {
    const value = values[name];
    if (value === undefined) continue;
    // A dot segment would be resolved by the client and never arrive.
    if (place === 'path')
      filled = filled.replace(`{${name}}`, encodeURIComponent(/^\.*$/.test(value) ? 'x' : value));
    else query.append(name, value);
  }
  return `${demo.api}${filled}${query.size > 0 ? `?${query}` : ''}`;
}

describe('the contract', () => {
  it(
    `holds for ${runs} made-up requests: no 5xx, only documented statuses and bodies`,
    async () => {
      const seen = new Map<number, number>();
      await fc.assert(
        fc.asyncProperty(
          requests,
          async ({ path, method, values, extra, body: sent, contentType, caller }) => {
            const operation = openapi.paths[path]?.[method];
            const token =
              operation?.operationId === 'auth.logout' ? undefined : tokens[caller % tokens.length];
            const response = await fetch(
              urlOf(path, values as Record<string, string>, extra, operation?.parameters ?? []),
              {
                method: method.toUpperCase(),
                headers: {
                  ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
                  ...(sent === undefined ? {} : { 'content-type': contentType }),
                },
                ...(sent === undefined ? {} : { body: sent }),
              },
            );
            const type = (response.headers.get('content-type') ?? '').split(';')[0] ?? '';
            const isLive = type === 'text/event-stream';
            // Live events go on until somebody leaves.
            const text = isLive ? '""' : await response.text();
            if (isLive) await response.body?.cancel();
            seen.set(response.status, (seen.get(response.status) ?? 0) + 1);
            const validate = schemaOf(path, method, response.status, type);
            expect(response.status, `${method} ${response.url}: ${text.slice(0, 500)}`).toBeLessThan(500);
            expect(validate, `${method} ${path} ${response.status} ${type} is not documented`).toBeDefined();
            validate?.(JSON.parse(text));
            expect(validate?.errors ?? [], `${method} ${response.url}`).toEqual([]);
          },
        ),
        { numRuns: runs, ...(process.env.FUZZ_SEED ? { seed: Number(process.env.FUZZ_SEED) } : {}) },
      );
      // Both sides of the fence were visited, or the test would prove nothing.
      expect([...seen.keys()]).toEqual(expect.arrayContaining([200, 400, 401, 404]));
    },
    120_000 + runs * 40,
  );
});
