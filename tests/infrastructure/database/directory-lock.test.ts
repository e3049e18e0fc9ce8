import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockDirectory } from '../../../src/infrastructure/database/directory-lock.ts';

let directory: string;
const lock = () => path.join(directory, 'lock');

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'locked-'));
});
afterEach(() => rm(directory, { recursive: true }));

describe('the lock of a directory', () => {
  it('is held by one, named to the others, and free again afterwards', async () => {
    const unlock = await lockDirectory(directory);
    await expect(lockDirectory(directory)).rejects.toThrow(
      `${directory} is in use by process ${process.pid}; only one process may open an embedded database. ` +
        `Stop it, or set DATABASE_URL. If that is no process of ours, delete ${lock()}`,
    );
    await unlock();
    expect(existsSync(lock())).toBe(false);
    await (await lockDirectory(directory))();
  });

  it('is given to exactly one of many who ask at once, also when they find a dead one', async () => {
    await writeFile(lock(), '4194305 1');
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => lockDirectory(directory)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it.each([
    ['a process that is gone', '4194305 1'],
    ['an earlier process with our number', `${process.pid} 1`],
    ['a process that died before it could write its number', ''],
  ])('is taken over from %s', async (_, content) => {
    await writeFile(lock(), content);
    const unlock = await lockDirectory(directory);
    expect(await readFile(lock(), 'utf8')).toMatch(new RegExp(`^${process.pid} `));
    await unlock();
  });

  it('makes a directory that is missing', async () => {
    const unlock = await lockDirectory(path.join(directory, 'not', 'there'));
    await unlock();
  });
});
