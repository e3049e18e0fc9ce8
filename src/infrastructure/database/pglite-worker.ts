/**
 * The thread in which PGlite runs: a query blocks the thread that runs it. Answers come in the order of the
 * requests. Speaks the messages of pglite-thread.ts.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import type { TextRow } from './database.ts';
import type { ThreadReply, ThreadRequest } from './pglite-thread.ts';

const settings = "set search_path = ''; set timezone = 'UTC'";

async function open(): Promise<PGlite> {
  const db = await PGlite.create(workerData.dataDirectory as string);
  await db.exec(settings);
  return db;
}

const opening = open();

async function answer({ kind, text, values }: ThreadRequest): Promise<readonly TextRow[]> {
  const db = await opening;
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

parentPort?.on('message', (request: ThreadRequest) => {
  const { id } = request;
  void answer(request)
    .then(
      (rows): ThreadReply => ({ id, rows }),
      (error: unknown): ThreadReply => ({ id, error: plain(error) }),
    )
    .then((reply) => {
      parentPort?.postMessage(reply);
      if (request.kind === 'close') parentPort?.close();
    });
});
