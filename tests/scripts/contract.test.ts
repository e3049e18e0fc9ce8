import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type Contract, compareContracts } from '../../scripts/contract/compare.ts';
import { baselineOf, sinceOf } from '../../scripts/contract/released.ts';
import { breakingBump, bumped, isAtLeast, leastBump } from '../../scripts/contract/versions.ts';

type Json = Record<string, unknown>;

const figures: Json = {
  type: 'object',
  properties: {
    pace: { anyOf: [{ type: 'number', minimum: 0, maximum: 100 }, { type: 'null' }] },
    trend: { type: 'string', enum: ['up', 'down'] },
    day: { type: 'string', format: 'date' },
    note: { type: 'string' },
    rows: { type: 'array', items: { $ref: '#/components/schemas/Row' } },
  },
  required: ['pace', 'trend', 'day', 'rows'],
  additionalProperties: false,
};
const body: Json = {
  type: 'object',
  properties: {
    name: { type: 'string', maxLength: 64 },
    kind: { type: 'string', enum: ['course', 'skill'] },
    count: { type: 'number' },
  },
  required: ['name'],
  additionalProperties: false,
};

/** A contract with one read and one write. */
function contract() {
  return structuredClone({
    paths: {
      '/a/{id}': {
        get: {
          security: [{ bearer: [] }],
          parameters: [
            { in: 'path', name: 'id', required: true, schema: { type: 'string', pattern: '^[a-z]+$' } },
            { in: 'query', name: 'limit', schema: { type: 'integer', minimum: 1, maximum: 20, default: 5 } },
          ],
          responses: {
            '200': { content: { 'application/json': { schema: figures } } },
            '404': { content: { 'application/problem+json': { schema: { type: 'object' } } } },
          },
        },
      },
      '/b': {
        post: {
          security: [],
          requestBody: { required: false, content: { 'application/json': { schema: body } } },
          responses: { '201': { content: { 'application/json': { schema: { type: 'string' } } } } },
        },
      },
    },
    components: {
      schemas: {
        Row: {
          type: 'object',
          properties: { id: { type: 'string' }, more: { $ref: '#/components/schemas/Row' } },
          required: ['id'],
          additionalProperties: false,
        },
      },
    },
  });
}

/** What stands at a path of a contract, to be changed. */
function at(document: object, path: readonly string[]): Json {
  return path.reduce((node, name) => node[name] as Json, document as Json);
}
const read = ['paths', '/a/{id}', 'get'];
const answer = [...read, 'responses', '200', 'content', 'application/json', 'schema'];
const write = ['paths', '/b', 'post'];
const sent = [...write, 'requestBody', 'content', 'application/json', 'schema'];

/** What the comparer says of a change. */
function changed(change: (next: ReturnType<typeof contract>) => void) {
  const next = contract();
  change(next);
  return compareContracts(contract() as Contract, next as Contract);
}
const put = (path: readonly string[], name: string, value: unknown) => (next: object) => {
  at(next, path)[name] = value;
};
const drop = (path: readonly string[], name: string) => (next: object) => {
  delete at(next, path)[name];
};

describe('a contract that breaks', () => {
  it.each<[string, (next: object) => void, RegExp]>([
    ['loses a path', drop(['paths'], '/b'), /^POST \/b is gone$/],
    ['loses a method', drop(['paths', '/b'], 'post'), /^POST \/b is gone$/],
    ['asks for a token', put(write, 'security', [{ bearer: [] }]), /needs a token/],
    [
      'loses a parameter',
      (next) => void (at(next, read).parameters as Json[]).pop(),
      /query limit: is not taken/,
    ],
    [
      'asks for a new parameter',
      (next) => void (at(next, read).parameters as Json[]).push({ in: 'query', name: 'x', required: true }),
      /query x: is new and required/,
    ],
    [
      'requires a parameter',
      put([...read, 'parameters', '1'], 'required', true),
      /query limit: is required now/,
    ],
    ['takes less of a number', put([...read, 'parameters', '1', 'schema'], 'maximum', 10), /limit: maximum/],
    ['takes more than before at least', put([...read, 'parameters', '1', 'schema'], 'minimum', 2), /minimum/],
    ['has another default', put([...read, 'parameters', '1', 'schema'], 'default', 6), /default/],
    ['has another pattern', put([...read, 'parameters', '0', 'schema'], 'pattern', '^[0-9]+$'), /pattern/],
    ['requires a body', put([...write, 'requestBody'], 'required', true), /body: is required now/],
    [
      'takes another kind of body',
      drop([...write, 'requestBody', 'content'], 'application/json'),
      /not taken/,
    ],
    ['requires a field', put(sent, 'required', ['name', 'kind']), /body\.kind: is required/],
    ['does not know a field any more', drop([...sent, 'properties'], 'count'), /count: is not known/],
    ['takes fewer words', put([...sent, 'properties', 'kind'], 'enum', ['course']), /"skill" is not among/],
    ['takes shorter text', put([...sent, 'properties', 'name'], 'maxLength', 10), /maxLength/],
    [
      'takes whole numbers only',
      put([...sent, 'properties', 'count'], 'type', 'integer'),
      /is number and not integer/,
    ],
    [
      'answers another success',
      (next) => {
        const responses = at(next, [...write, 'responses']);
        responses['202'] = responses['201'];
        delete responses['201'];
      },
      /201: is not answered any more/,
    ],
    [
      'answers another type',
      (next) => {
        at(next, [...read, 'responses', '200']).content = { 'text/csv': { schema: { type: 'string' } } };
      },
      /not answered as application\/json/,
    ],
    ['loses a figure', drop([...answer, 'properties'], 'day'), /\.day/],
    ['loses a figure that was not always there', drop([...answer, 'properties'], 'note'), /\.note: is gone/],
    [
      'loses a figure of a row',
      drop(['components', 'schemas', 'Row', 'properties'], 'more'),
      /rows\[\]\.more: is gone/,
    ],
    [
      'may leave a figure out',
      put(answer, 'required', ['pace', 'trend', 'rows']),
      /\.day: is required and may/,
    ],
    [
      'may say null',
      put([...answer, 'properties'], 'day', {
        anyOf: [{ type: 'string', format: 'date' }, { type: 'null' }],
      }),
      /day: is null/,
    ],
    [
      'says another type',
      put([...answer, 'properties'], 'trend', { type: 'number' }),
      /trend: is number and not string/,
    ],
    ['renames a word', put([...answer, 'properties', 'trend'], 'enum', ['up', 'falling']), /"falling"/],
    [
      'has another unit',
      put([...answer, 'properties', 'pace', 'anyOf', '0'], 'maximum', 1000),
      /pace: maximum/,
    ],
    ['has another format', put([...answer, 'properties', 'day'], 'format', 'date-time'), /day: format/],
    ['has what nobody can compare', put([...answer, 'properties', 'day'], 'not', { const: 'x' }), /day: not/],
  ])('%s', (_name, change, problem) => {
    const { breaking } = changed(change);
    expect(breaking.join('\n')).toMatch(new RegExp(problem.source, 'm'));
  });
});

describe('a contract that does not break', () => {
  it.each<[string, (next: object) => void]>([
    ['stays as it is', () => undefined],
    ['has a new path', put(['paths'], '/c', { get: { responses: {} } })],
    [
      'has a new parameter',
      (next) => void (at(next, read).parameters as Json[]).push({ in: 'query', name: 'x' }),
    ],
    ['takes more of a number', put([...read, 'parameters', '1', 'schema'], 'maximum', 50)],
    ['takes a new field', put([...sent, 'properties'], 'more', { type: 'string' })],
    ['takes more words', put([...sent, 'properties', 'kind'], 'enum', ['course', 'skill', 'path'])],
    ['asks for less', drop(sent, 'required')],
    ['tells a new figure', put([...answer, 'properties'], 'extra', { type: 'number' })],
    ['tells a new word', put([...answer, 'properties', 'trend'], 'enum', ['up', 'down', 'steady'])],
    [
      'never says null any more',
      put([...answer, 'properties'], 'pace', { type: 'number', minimum: 0, maximum: 100 }),
    ],
    ['always tells a figure', put(answer, 'required', ['pace', 'trend', 'day', 'rows', 'note'])],
    ['explains itself otherwise', put([...answer, 'properties', 'day'], 'description', 'a day')],
    ['has another error', drop([...read, 'responses'], '404')],
    [
      'names a schema',
      (next) => {
        const schema = at(next, answer);
        at(next, ['components', 'schemas']).Figures = { ...schema };
        at(next, [...read, 'responses', '200', 'content', 'application/json']).schema = {
          $ref: '#/components/schemas/Figures',
        };
      },
    ],
  ])('%s', (_name, change) => {
    expect(changed(change).breaking).toEqual([]);
  });

  it('says what was added', () => {
    const change = put(['paths'], '/c', { get: { responses: {} } });
    expect(changed(change).added).toEqual(['GET /c']);
    expect(changed(put(read, 'deprecated', true)).added).toEqual(['GET /a/{id} is deprecated']);
  });
});

describe('the contract of this product', () => {
  const current = parse(readFileSync(new URL('../../openapi.yaml', import.meta.url), 'utf8')) as Contract;

  it('is the same as itself, and as its baseline', () => {
    expect(compareContracts(current, current)).toEqual({ breaking: [], added: [] });
    const baseline = parse(baselineOf(current, '1.0.0', {})) as Contract;
    expect(compareContracts(baseline, current)).toEqual({ breaking: [], added: [] });
  });

  it('says of each operation since when it is there, and keeps that', () => {
    const first = parse(baselineOf(contract() as Contract, '1.0.0', {})) as Contract;
    const next = contract();
    Object.assign(next.paths, { '/c': { get: { responses: {} } } });
    const second = parse(baselineOf(next as Contract, '1.1.0', first)) as Contract;
    expect(Object.fromEntries(sinceOf(second))).toEqual({
      'get /a/{id}': '1.0.0',
      'post /b': '1.0.0',
      'get /c': '1.1.0',
    });
  });
});

describe('versions', () => {
  it('go up by what changes', () => {
    expect(leastBump('1.2.3', { breaking: ['x'], added: [] })).toBe('major');
    expect(leastBump('1.2.3', { breaking: [], added: ['x'] })).toBe('minor');
    expect(leastBump('1.2.3', { breaking: [], added: [] })).toBe('patch');
    expect(breakingBump('0.2.3')).toBe('minor');
    expect([bumped('1.2.3', 'major'), bumped('1.2.3', 'minor'), bumped('1.2.3', 'patch')]).toEqual([
      '2.0.0',
      '1.3.0',
      '1.2.4',
    ]);
  });

  it('are compared as numbers', () => {
    expect(isAtLeast('0.10.0', '0.9.9')).toBe(true);
    expect(isAtLeast('1.0.0', '1.0.0')).toBe(true);
    expect(isAtLeast('1.9.9', '2.0.0')).toBe(false);
    expect(() => isAtLeast('1.0', '1.0.0')).toThrow('1.0 is no version');
  });
});
