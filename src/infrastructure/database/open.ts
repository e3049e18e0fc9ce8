import type { Database } from './database.ts';
import { makeSchemaCheck } from './schema-state.ts';

export interface DatabaseSettings {
  /** Postgres, when it is given. */
  url: string | undefined;
  replicaUrl: string | undefined;
  /** Supabase, when both are given and no `url`. */
  supabaseUrl: string | undefined;
  supabaseKey: string | undefined;
  /** The embedded database otherwise: a directory, or `memory://`. */
  directory: string;
  maxConnections: number;
  timeoutMs: number;
  /** Told when a server does not answer in time, and when it does again. */
  onState?: (isUp: boolean) => void;
  /** Told once of a call that the database has no function for. */
  onUnknownFunction?: (fn: string) => void;
}

const connectTimeoutMs = 2000;

/** Tells of the first only: the others are no news. */
function once(tell: (fn: string) => void): (fn: string) => void {
  let isTold = false;
  return (fn) => {
    if (!isTold) tell(fn);
    isTold = true;
  };
}

/**
 * The database that is configured; its driver is loaded only then. The embedded one is brought up to date at once,
 * the others by `npm run migrate`.
 * @throws DirectoryHeldError when another process has the embedded one's directory.
 */
export async function openDatabase(settings: DatabaseSettings): Promise<Database> {
  const { url, replicaUrl, supabaseUrl, supabaseKey, directory, maxConnections, timeoutMs } = settings;
  const onUnknownFunction = once(settings.onUnknownFunction ?? (() => undefined));
  if (url !== undefined) {
    const { PostgresDatabase } = await import('./postgres.ts');
    return new PostgresDatabase({
      url,
      replicaUrl,
      maxConnections,
      statementTimeoutMs: timeoutMs,
      connectTimeoutMs,
      applicationName: 'learning-analytics',
      onState: settings.onState,
      onUnknownFunction,
    });
  }
  if (supabaseUrl !== undefined && supabaseKey !== undefined) {
    const { SupabaseDatabase } = await import('./supabase.ts');
    const options = { url: supabaseUrl, serviceRoleKey: supabaseKey, timeoutMs, onUnknownFunction };
    return new SupabaseDatabase(options);
  }
  const [{ PgliteDatabase }, { migrate }, { readMigrations }] = await Promise.all([
    import('./pglite.ts'),
    import('./migrate.ts'),
    import('./migration-files.ts'),
  ]);
  const files = await readMigrations();
  return PgliteDatabase.open({
    directory,
    statementTimeoutMs: timeoutMs,
    prepare: (session) => migrate(session, files),
  });
}

/**
 * Asks PostgreSQL for its migrations; of the others there is nothing to ask: Supabase has functions only, and one that
 * is missing tells, and the embedded one was brought up to date when it was opened.
 * @throws NotMigratedError when it is known that a migration is missing.
 */
export function makeSchemaCheckOf({ url }: Pick<DatabaseSettings, 'url'>): () => Promise<void> {
  if (url === undefined) return async () => undefined;
  return makeSchemaCheck(async (work) => {
    const { withPostgresSession } = await import('./postgres.ts');
    return withPostgresSession(url, work, connectTimeoutMs);
  });
}
