import type { Database } from './database.ts';

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
}

const connectTimeoutMs = 2000;

/**
 * The database that is configured; its driver is loaded only then. The embedded one is brought up to date at once,
 * the others by `npm run migrate`.
 */
export async function openDatabase(settings: DatabaseSettings): Promise<Database> {
  const { url, replicaUrl, supabaseUrl, supabaseKey, directory, maxConnections, timeoutMs } = settings;
  if (url !== undefined) {
    const { PostgresDatabase } = await import('./postgres.ts');
    return new PostgresDatabase({
      url,
      replicaUrl,
      maxConnections,
      statementTimeoutMs: timeoutMs,
      connectTimeoutMs,
      applicationName: 'learning-analytics',
    });
  }
  if (supabaseUrl !== undefined && supabaseKey !== undefined) {
    const { SupabaseDatabase } = await import('./supabase.ts');
    return new SupabaseDatabase({ url: supabaseUrl, serviceRoleKey: supabaseKey, timeoutMs });
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
