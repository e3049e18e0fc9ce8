import { Worker } from 'node:worker_threads';
import type { SqlSession } from '../../../src/infrastructure/database/database.ts';
import { PgliteThread } from '../../../src/infrastructure/database/pglite-thread.ts';
import { withPostgresSession } from '../../../src/infrastructure/database/postgres.ts';
import { makeTestDatabase } from './test-database.ts';

const workerUrl = new URL('../../../src/infrastructure/database/pglite-worker.ts', import.meta.url);

/** One connection to an empty database, and how to be rid of both. */
export interface OpenSession {
  session: SqlSession;
  close: () => Promise<void>;
}

export async function pgliteSession(): Promise<OpenSession> {
  const worker = new Worker(workerUrl, { workerData: { dataDirectory: 'memory://' } });
  const session = new PgliteThread(worker, () => undefined);
  return { session, close: () => session.close() };
}

export async function postgresSession(): Promise<OpenSession> {
  const { url, drop } = await makeTestDatabase();
  const closing = Promise.withResolvers<void>();
  const opened = Promise.withResolvers<SqlSession>();
  const ended = withPostgresSession(url, (session) => {
    opened.resolve(session);
    return closing.promise;
  });
  ended.catch(opened.reject);
  const close = async () => {
    closing.resolve();
    await ended;
    await drop();
  };
  return { session: await opened.promise, close };
}
