import { z } from 'zod';
import { type Rpc, RpcError } from '../../application/ports/rpc.ts';
import { readMigrations } from './migration-files.ts';

/** The database lacks a migration that this program was written for; a person has to run the command. */
export class NotMigratedError extends Error {
  constructor(missing: readonly string[]) {
    super(
      `The database lacks ${missing.length} migration(s), the first is ${missing[0]}. Run: npm run migrate`,
    );
    this.name = 'NotMigratedError';
  }
}

/** The function of every database of ours that says how far it is. */
export const schemaQuestion = 'ping';

const pong = z.object({ migration: z.int().nullable() });

/** The number of the newest migration; 0 = none. Undefined when the database cannot be reached. */
async function newestIn(database: Rpc): Promise<number | undefined> {
  try {
    return pong.parse(await database.call(schemaQuestion, {})).migration ?? 0;
  } catch (error) {
    return error instanceof RpcError && error.code === 'unknown_function' ? 0 : undefined;
  }
}

/**
 * Asks a database whether it has every migration of this program; there are no gaps in their numbers. One that is ahead
 * has: a newer program may run beside this one. Nothing is said of a database that cannot be reached; it is asked again
 * at the next call, one that is up to date is not.
 * @throws NotMigratedError
 */
export function makeSchemaCheck(database: Rpc): () => Promise<void> {
  let isCurrent = false;
  return async () => {
    if (isCurrent) return;
    const newest = await newestIn(database);
    if (newest === undefined) return;
    const missing = (await readMigrations()).filter(({ number }) => number > newest);
    if (missing.length > 0) throw new NotMigratedError(missing.map(({ name }) => name));
    isCurrent = true;
  };
}
