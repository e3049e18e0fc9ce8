import { expect, it } from 'vitest';
import { eachPage } from '../../src/application/ports/page.ts';

it('a list that goes on with ever new cursors ends at the most items that its reader takes', async () => {
  let pages = 0;
  const endless = async () => {
    pages += 1;
    return { items: Array.from({ length: 1000 }, () => 1), nextCursor: String(pages) };
  };
  let read = 0;
  const readAll = async () => {
    for await (const items of eachPage(endless, 10_000)) read += items.length;
  };
  await expect(readAll()).rejects.toMatchObject({ failure: 'invalid_response' });
  expect([read, pages]).toEqual([11_000, 11]);
});
