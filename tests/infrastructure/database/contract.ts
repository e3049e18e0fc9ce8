import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { RpcError } from '../../../src/application/ports/rpc.ts';
import { timed } from '../../fixtures/lateness.ts';
import type { UnderTest } from './adapters.ts';

/**
 * What adapters promise alike. Every expectation is a literal, so that two adapters cannot differ and pass.
 *
 * @param differences what an engine does not do: the name of the test, and why. Each must fail; the engine is started
 *   anew after it.
 */
export function contract(
  open: () => Promise<UnderTest>,
  differences: Readonly<Record<string, string>> = {},
): void {
  let under: UnderTest;
  let limitMs: number;
  let longMs: number;
  const differing = new Set(Object.keys(differences));
  beforeAll(async () => {
    under = await open();
    ({ limitMs, longMs } = under);
  });
  beforeEach(({ task }) => {
    if (differing.delete(task.name)) Object.assign(task, { fails: true });
  });
  afterEach(async ({ task }) => {
    if (task.fails !== true) return;
    await under.down();
    await under.up();
  });
  afterAll(async () => {
    await under?.close();
    expect([...differing], 'names no test').toEqual([]);
  });

  const call = (fn: string, args: Record<string, unknown> = {}, options = {}) =>
    under.database.call(fn, args, options);
  const failure = async (fn: string, args: Record<string, unknown> = {}, options = {}): Promise<RpcError> => {
    const outcome = await call(fn, args, options).catch((error: unknown) => error);
    expect(outcome).toBeInstanceOf(RpcError);
    return outcome as RpcError;
  };
  const codeOf = async (fn: string, args: Record<string, unknown> = {}) => (await failure(fn, args)).code;

  it('answers every type of JSON in the same form', async () => {
    expect(await call('shapes')).toStrictEqual({
      integer: 42,
      negative: -7,
      decimal: 0.1,
      small: 1e-7,
      exact: 9007199254740991,
      // Beyond 2^53 a number loses digits wherever JSON is read; as text it keeps them.
      beyond: 9007199254740992,
      beyondText: '9007199254740993',
      numeric: 12.5,
      double: 0.1 + 0.2,
      instant: '2026-03-01T10:30:00.123456+00:00',
      day: '2026-03-01',
      nothing: null,
      yes: true,
      text: 'Zoë\n"quoted" \\ 😀',
      nested: { list: [1, { deep: [] }] },
      emptyList: [],
      emptyObject: {},
      array: [1, null, 3],
    });
  });

  it.each([
    ['a text', 'plain'],
    ['a text that looks like JSON', '{"a": 1}'],
    ['an empty text', ''],
    ['zero', 0],
    ['a fraction', -1.25],
    ['false', false],
    ['an empty list', []],
    ['a list of texts', ['a', 'b,{}"']],
    ['an object', { a: { b: [1, null, 'c'] } }],
    ['null', null],
  ])('gives back %s as it was sent', async (_, value) => {
    expect(await call('echo', { value })).toStrictEqual(value);
  });

  it('turns arguments into the types that the function declares', async () => {
    const at = new Date('2026-03-01T10:00:00Z');
    const sent = { number: 7, big: '9007199254740993', at, list: ['x', 'y,"z'], flag: true, words: '5' };
    expect(await call('typed', sent)).toStrictEqual({
      number: 7,
      big: 9007199254740992,
      bigText: '9007199254740993',
      at: '2026-03-01T10:00:00+00:00',
      list: ['x', 'y,"z'],
      flag: true,
      words: '5',
    });
  });

  it('takes undefined as not given and null as given', async () => {
    expect(await call('typed', { number: undefined, words: undefined })).toMatchObject({
      words: 'none given',
    });
    expect(await call('typed', { words: null })).toMatchObject({ words: null, list: null });
    expect(await call('typed', { list: [] })).toMatchObject({ list: [] });
  });

  it('answers null for SQL null', async () => {
    expect(await call('nothing')).toBeNull();
  });

  it('answers the health check', async () => {
    expect(await call('ping')).toStrictEqual({ ok: true, migration: 2 });
    expect(await call('ping', {}, { readOnly: true })).toStrictEqual({ ok: true, migration: 2 });
  });

  it.each([
    ['PT400', 'invalid'],
    ['PT404', 'not_found'],
    ['PT409', 'conflict'],
    ['PT422', 'unprocessable'],
    ['PT425', 'in_flight'],
    ['conflict', 'conflict'],
    ['PT418', 'unavailable'],
    ['P0001', 'unavailable'],
  ])('reads a function raising %s as %s', async (code, expected) => {
    const error = await failure('refuse', { code, message: 'in our own words' });
    expect(error.code).toBe(expected);
    if (expected !== 'unavailable') expect(error.message).toBe('in our own words');
  });

  it('calls nothing that is not there, under any name', async () => {
    const names = ['no_such_function', 'ping; drop schema api', 'Ping', '', 'x'.repeat(64)];
    expect(await Promise.all(names.map((name) => codeOf(name)))).toEqual([
      'unknown_function',
      ...names.slice(1).map(() => 'unavailable'),
    ]);
  });

  it('has no function with an argument that is unknown or missing, and none does with one of another type', async () => {
    expect(await codeOf('echo', { value: 1, other: 2 })).toBe('unknown_function');
    expect(await codeOf('echo', { 'value" jsonb); drop schema api; --': 1 })).toBe('unknown_function');
    expect(await codeOf('refuse', { code: 'PT400' })).toBe('unknown_function');
    expect(await codeOf('typed', { number: 'seven' })).toBe('unavailable');
    expect(await codeOf('break_a_rule', { divisor: 0 })).toBe('unavailable');
  });

  it('does not repeat in an error the value that was wrong', async () => {
    expect((await failure('typed', { number: 'private@example.org' })).message).not.toContain('private');
  });

  it('undoes what a function wrote before it failed', async () => {
    expect(await codeOf('note', { caller: 'undone', fails: true })).toBe('unprocessable');
    expect(await call('noted')).not.toContain('undone');
  });

  it('serves 50 concurrent calls, each its own answer, refusals among them', async () => {
    const calls = Array.from({ length: 50 }, async (_, index) =>
      index % 10 === 9
        ? codeOf('refuse', { code: 'PT409', message: String(index) })
        : call('note', { caller: `caller ${index}` }),
    );
    expect(await Promise.all(calls)).toEqual(
      Array.from({ length: 50 }, (_, index) =>
        index % 10 === 9 ? 'conflict' : { caller: `caller ${index}` },
      ),
    );
    const noted = (await call('noted')) as string[];
    expect(noted.filter((caller) => caller.startsWith('caller'))).toHaveLength(45);
  });

  it('cuts off a function that takes too long, and goes on', async () => {
    const { value, ownMs } = await timed(() => codeOf('slow'));
    expect(value).toBe('unavailable');
    expect(ownMs).toBeLessThan(limitMs + 3000);
    expect(await call('ping')).toMatchObject({ ok: true });
  });

  it('lets a long call take longer than others, and only that one', async () => {
    const milliseconds = 2 * limitMs;
    expect(await call('busy', { milliseconds }, { isLong: true })).toBe(milliseconds);
    expect(await codeOf('busy', { milliseconds: longMs })).toBe('unavailable');
    expect(await call('busy', { milliseconds: 1 })).toBe(1);
  });

  it('keeps what a long call wrote, and undoes it when the call fails, as with any other', async () => {
    expect(await call('note', { caller: 'long' }, { isLong: true })).toEqual({ caller: 'long' });
    const failed = await failure('note', { caller: 'long undone', fails: true }, { isLong: true });
    expect(failed.code).toBe('unprocessable');
    const noted = await call('noted');
    expect(noted).toContain('long');
    expect(noted).not.toContain('long undone');
  });

  it('cuts off a long call too, when it takes too long even for one', async () => {
    const { value, ms, ownMs } = await timed(() => failure('slow', {}, { isLong: true }));
    expect(value.code).toBe('unavailable');
    expect(ms).toBeGreaterThan(longMs - 500);
    expect(ownMs).toBeLessThan(longMs + 3000);
    expect(await call('ping')).toMatchObject({ ok: true });
  });

  it('is unavailable while the database is gone, and well again when it is back', async () => {
    const running = codeOf('slow');
    // The call must have left before the cable is pulled; 100 ms is long beside a message.
    await new Promise((resolve) => setTimeout(resolve, 100));
    await under.down();
    expect(await running).toBe('unavailable');
    expect(await codeOf('ping')).toBe('unavailable');
    expect(await codeOf('echo', { value: 1 })).toBe('unavailable');
    await under.up();
    expect(await call('ping')).toMatchObject({ ok: true });
    expect(await Promise.all([1, 2, 3].map((value) => call('echo', { value })))).toEqual([1, 2, 3]);
  });

  it('lets running calls end when it is closed, and is unavailable afterwards', async () => {
    const running = Promise.all([1, 2, 3].map((value) => call('echo', { value })));
    const closed = under.database.close();
    expect(await running).toEqual([1, 2, 3]);
    await closed;
    expect(await codeOf('ping')).toBe('unavailable');
  });
}
