import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { migrate } from '../../../src/infrastructure/database/migrate.ts';
import { PgliteDatabase } from '../../../src/infrastructure/database/pglite.ts';
import { contractMigrations } from './contract-migrations.ts';

let directory: string;
/** A database that was made once and is copied for each test: making one takes seconds. */
let template: string;
const lock = () => path.join(directory, 'lock');

beforeAll(async () => {
  template = await mkdtemp(path.join(tmpdir(), 'embedded-template-'));
  directory = template;
  await (await open()).close();
});
afterAll(() => rm(template, { recursive: true }));
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'embedded-'));
  await cp(template, directory, { recursive: true });
});
afterEach(() => rm(directory, { recursive: true }));

const workerUrl = new URL('../../../src/infrastructure/database/pglite-worker.ts', import.meta.url);

async function open(options: Partial<Parameters<typeof PgliteDatabase.open>[0]> = {}) {
  const migrations = await contractMigrations();
  const prepare = options.prepare ?? ((session) => migrate(session, migrations));
  return PgliteDatabase.open({ directory, statementTimeoutMs: 1500, ...options, prepare });
}

/** A process that writes to the directory, and what it was told is written. */
async function writingProcess(atLeast: number): Promise<{ child: ChildProcess; answered: () => string[] }> {
  const script = fileURLToPath(new URL('./pglite-process.ts', import.meta.url));
  const child = spawn(process.execPath, [script, directory], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  await new Promise<void>((resolve) => {
    child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk;
      if (output.split('\n').length > atLeast) resolve();
    });
  });
  // The last line may be half a number.
  return { child, answered: () => output.split('\n').slice(0, -1) };
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGKILL');
  await ended;
}

describe('an embedded database in a directory', () => {
  it('refuses a directory that another process has, and names that process', async () => {
    const { child } = await writingProcess(1);
    await expect(open()).rejects.toThrow(`${directory} is in use by process ${child.pid}`);
    await kill(child);
  });

  it('refuses a directory that this process has already opened, and gives it back when it is closed', async () => {
    const first = await open();
    await expect(open()).rejects.toThrow(`in use by process ${process.pid}`);
    await first.call('note', { caller: 'kept' });
    await first.close();
    expect(existsSync(lock())).toBe(false);
    const second = await open();
    expect(await second.call('noted', {})).toEqual(['kept']);
    await second.close();
  });

  it('keeps every write that was answered when its process is killed', async () => {
    const { child, answered } = await writingProcess(200);
    await kill(child);
    const database = await open();
    const noted = new Set((await database.call('noted', {})) as string[]);
    await database.close();
    expect(answered().length).toBeGreaterThanOrEqual(200);
    expect(answered().filter((number) => !noted.has(number))).toEqual([]);
  });

  it('keeps every write that was answered when its thread dies, and prepares itself again', async () => {
    let worker: Worker | undefined;
    let prepared = 0;
    const migrations = await contractMigrations();
    const database = await open({
      prepare: (session) => {
        prepared += 1;
        return migrate(session, migrations);
      },
      makeWorker: (dataDirectory) => {
        worker = new Worker(workerUrl, { workerData: { dataDirectory } });
        return worker;
      },
    });
    const answered: string[] = [];
    for (let round = 0; round < 3; round += 1) {
      const writes = Array.from({ length: 40 }, async (_, index) => {
        const caller = `${round}-${index}`;
        await database.call('note', { caller });
        answered.push(caller);
      });
      await writes[20];
      await worker?.terminate();
      await Promise.allSettled(writes);
    }
    const noted = (await database.call('noted', {})) as string[];
    await database.close();
    expect(answered.length).toBeGreaterThan(60);
    expect(answered.filter((caller) => !noted.includes(caller))).toEqual([]);
    expect(prepared).toBe(4);
  });

  it('survives a function that never ends', async () => {
    const database = await open();
    await database.call('note', { caller: 'before' });
    await expect(database.call('slow', {})).rejects.toMatchObject({ code: 'unavailable' });
    expect(await database.call('noted', {})).toEqual(['before']);
    await database.close();
  });

  it('does not open, and holds no lock, when it cannot be prepared', async () => {
    const prepare = () => Promise.reject(new Error('a migration fails'));
    await expect(open({ prepare })).rejects.toThrow('a migration fails');
    expect(existsSync(lock())).toBe(false);
  });
});
