import type { WatchCall } from './calls.ts';
import type { Database } from './database.ts';
import type { PgliteDatabase } from './pglite.ts';
import { schemaQuestion } from './schema-state.ts';

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
  watch?: WatchCall | undefined;
  /** What `beginEmbedded` has given already for this directory. */
  embedded?: Promise<PgliteDatabase> | undefined;
}

const connectTimeoutMs = 2000;

/** Tells of the first only: the others are no news. Nor is it for who asks how far the database is. */
function once(tell: (fn: string) => void): (fn: string) => void {
  let isTold = false;
  return (fn) => {
    if (fn === schemaQuestion) return;
    if (!isTold) tell(fn);
    isTold = true;
  };
}

/**
 * The embedded database, brought up to date. Comes back when its thread runs; `opened` comes later.
 * @throws DirectoryHeldError when another process has its directory.
 */
export async function beginEmbedded(
  directory: string,
  timeoutMs: number,
): Promise<{ opened: Promise<PgliteDatabase> }> {
  const [{ PgliteDatabase }, { migrate }, { readMigrations }] = await Promise.all([
    import('./pglite.ts'),
    import('./migrate.ts'),
    import('./migration-files.ts'),
  ]);
  const files = readMigrations();
  return PgliteDatabase.begin({
    directory,
    statementTimeoutMs: timeoutMs,
    prepare: async (session) => migrate(session, await files),
  });
}

/**
 * The database that is configured; its driver is loaded only then. The embedded one is brought up to date at once,
 * the others by `npm run migrate`.
 * @throws DirectoryHeldError when another process has the embedded one's directory.
 */
export async function openDatabase(settings: DatabaseSettings): Promise<Database> {
  const { url, replicaUrl, supabaseUrl, supabaseKey, directory, maxConnections, timeoutMs, watch } = settings;
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
      watch,
    });
  }
  if (supabaseUrl !== undefined && supabaseKey !== undefined) {
    const { SupabaseDatabase } = await import('./supabase.ts');
    return new SupabaseDatabase({
      url: supabaseUrl,
      serviceRoleKey: supabaseKey,
      timeoutMs,
      onState: settings.onState,
      onUnknownFunction,
      watch,
    });
  }
  const database = await (settings.embedded ?? (await beginEmbedded(directory, timeoutMs)).opened);
  if (watch !== undefined) database.watchWith(watch);
  return database;
}
