import type { SqlSession } from './database.ts';
import { appliedMigrations } from './migrate.ts';
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

type WithSession = <T>(work: (session: SqlSession) => Promise<T>) => Promise<T>;

/**
 * Asks a database whether it has every migration of this program. One that is ahead has: a newer program may run
 * beside this one. Nothing is said of a database that cannot be reached, or that hides its migrations from our login;
 * it is asked again at the next call, one that is up to date is not.
 * @throws NotMigratedError
 */
export function makeSchemaCheck(withSession: WithSession): () => Promise<void> {
  let isCurrent = false;
  return async () => {
    if (isCurrent) return;
    const applied = await withSession(appliedMigrations).catch(() => undefined);
    if (applied === undefined) return;
    const numbers = new Set(applied.map(({ number }) => number));
    const missing = (await readMigrations()).filter(({ number }) => !numbers.has(number));
    if (missing.length > 0) throw new NotMigratedError(missing.map(({ name }) => name));
    isCurrent = true;
  };
}
