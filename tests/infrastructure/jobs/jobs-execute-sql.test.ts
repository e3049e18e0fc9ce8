import { afterAll, beforeAll, expect, it } from 'vitest';
import { inMemory, PgliteDatabase } from '../../../src/infrastructure/database/pglite.ts';

let database: PgliteDatabase;
beforeAll(async () => {
  database = await PgliteDatabase.open({
    directory: inMemory,
    statementTimeoutMs: 20_000,
    prepare: (session) =>
      session.script(`create schema api;
        create function api.answer() returns jsonb language sql as 'select to_jsonb(42)'`),
  });
});
afterAll(() => database.close());

it('takes and answers values of any type', async () => {
  const at = new Date('2026-03-10T12:00:00Z');
  const { rows } = await database.executeSql(
    'select $1::text[] as list, $2::jsonb as document, $3::timestamptz as at, $4::integer as number, 5::bigint as long',
    [['a', 'b'], { deep: [1] }, at, 7],
  );
  expect(rows).toEqual([{ list: ['a', 'b'], document: { deep: [1] }, at, number: 7, long: 5 }]);
});

it('answers the rows of all statements of a text', async () => {
  const { rows } = await database.executeSql('begin; select 1 as n; select 2 as n; commit');
  expect(rows).toEqual([{ n: 1 }, { n: 2 }]);
});

it('fails with the database’s code, and leaves no transaction to those who come next', async () => {
  await database.executeSql('create table public.kept (n integer)');
  const failing = database.executeSql('begin; insert into public.kept values (1); select 1 / 0; commit');
  // Sent before the answer is here: nothing may come between the failure and its end.
  const next = database.call('answer', {});
  await expect(failing).rejects.toMatchObject({ code: '22012' });
  expect(await next).toBe(42);
  const { rows } = await database.executeSql('select * from public.kept');
  expect(rows).toEqual([]);
});

it('is unavailable when the database is closed', async () => {
  const closed = await PgliteDatabase.open({
    directory: inMemory,
    statementTimeoutMs: 20_000,
    prepare: async () => undefined,
  });
  await closed.close();
  await expect(closed.executeSql('select 1')).rejects.toMatchObject({ code: 'unavailable' });
});
