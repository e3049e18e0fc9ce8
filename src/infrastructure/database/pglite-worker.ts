/**
 * The thread in which PGlite runs: a query blocks the thread that runs it. Answers come in the order of the
 * requests. Speaks the messages of pglite-thread.ts.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import type { TextRow } from './database.ts';
import type { ThreadReply, ThreadRequest } from './pglite-thread.ts';

const settings = "set search_path = ''; set timezone = 'UTC'";

/** Written full of zeros at each start, which takes a fifth of the time of one for PostgreSQL's own 128 MB. */
const startParams = [...PGlite.defaultStartParams, '-c', 'shared_buffers=16MB'];

async function open(): Promise<PGlite> {
  const db = await PGlite.create(workerData.dataDirectory as string, { startParams });
  await db.exec(settings);
  return db;
}

const opening = open();

/** Whatever happens, the next statement finds no transaction that this one left open. */
async function runSql(db: PGlite, text: string, values: readonly unknown[]): Promise<readonly unknown[]> {
  try {
    if (values.length > 0) return (await db.query(text, [...values])).rows;
    return (await db.exec(text)).flatMap(({ rows }) => rows);
  } catch (error) {
    await db.exec('rollback');
    throw error;
  }
}

async function answer({ kind, text, values }: ThreadRequest): Promise<readonly unknown[]> {
  const db = await opening;
  if (kind === 'sql') return runSql(db, text, values);
  if (kind === 'query') return (await db.query<TextRow>(text, [...values])).rows;
  if (kind === 'script') await db.exec(text);
  if (kind === 'close') await db.close();
  return [];
}

/** An Error loses its own fields on the way between threads. */
function plain(error: unknown): ThreadReply['error'] {
  const { message, code, position } = error as Error & { code?: unknown; position?: unknown };
  return {
    message: String(message),
    code: typeof code === 'string' ? code : undefined,
    position: position === undefined ? undefined : String(position),
  };
}

/** One after another: PGlite has one connection, and what one statement leaves behind is the next one's. */
let last: Promise<unknown> = opening;

function inTurn(request: ThreadRequest): Promise<readonly unknown[]> {
  const turn = last.then(
    () => answer(request),
    () => answer(request),
  );
  last = turn;
  return turn;
}

parentPort?.on('message', (request: ThreadRequest) => {
  const { id } = request;
  void inTurn(request)
    .then(
      (rows): ThreadReply => ({ id, rows }),
      (error: unknown): ThreadReply => ({ id, error: plain(error) }),
    )
    .then((reply) => {
      parentPort?.postMessage(reply);
      if (request.kind === 'close') parentPort?.close();
    });
});
