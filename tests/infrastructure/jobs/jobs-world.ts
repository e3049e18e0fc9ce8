import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe } from 'vitest';
import { makeHandleDelivery } from '../../../src/application/jobs/handle-delivery.ts';
import { jobsOf } from '../../../src/application/jobs/registry.ts';
import { makeRunJob } from '../../../src/application/jobs/run-job.ts';
import type { JobRuns } from '../../../src/application/ports/jobs.ts';
import type { Rpc } from '../../../src/application/ports/rpc.ts';
import type { Database } from '../../../src/infrastructure/database/database.ts';
import { migrate } from '../../../src/infrastructure/database/migrate.ts';
import { readMigrations } from '../../../src/infrastructure/database/migration-files.ts';
import { inMemory, PgliteDatabase } from '../../../src/infrastructure/database/pglite.ts';
import { PostgresDatabase, withPostgresSession } from '../../../src/infrastructure/database/postgres.ts';
import type { SqlRunner } from '../../../src/infrastructure/jobs/pg-boss-queue.ts';
import { PgBossQueue, type PgBossQueueOptions } from '../../../src/infrastructure/jobs/pg-boss-queue.ts';
import { makeRpcJobRuns } from '../../../src/infrastructure/jobs/rpc-job-runs.ts';
import { silentLogger } from '../../fixtures/stubs.ts';
import { describeOnPostgres, makeTestDatabase } from '../database/test-database.ts';

/** A migrated database as the application has it, and the way in for the queue. */
export interface JobsWorld {
  rpc: Rpc;
  database: PgBossQueueOptions['database'];
  /** Any statement, as the owner of everything. */
  sql: (text: string, values?: readonly unknown[]) => Promise<Record<string, unknown>[]>;
  close: () => Promise<void>;
}

export async function overPglite(directory: string = inMemory): Promise<JobsWorld> {
  const files = await readMigrations();
  const database = await PgliteDatabase.open({
    directory,
    statementTimeoutMs: 20_000,
    prepare: (session) => migrate(session, files),
  });
  const runner: SqlRunner = { executeSql: (text, values) => database.executeSql(text, values) };
  return {
    rpc: database,
    database: { embedded: runner },
    sql: async (text, values) => (await database.executeSql(text, values)).rows as Record<string, unknown>[],
    close: () => database.close(),
  };
}

/** The same over a server that somebody else made, migrated already. */
export function onServer(url: string): { rpc: Database; database: PgBossQueueOptions['database'] } {
  const settings = { statementTimeoutMs: 15_000, connectTimeoutMs: 15_000, applicationName: 'jobs' };
  return {
    rpc: new PostgresDatabase({ url, maxConnections: 5, ...settings }),
    database: { url, maxConnections: 3 },
  };
}

async function overPostgres(): Promise<JobsWorld & { url: string }> {
  const { url, drop } = await makeTestDatabase();
  const files = await readMigrations();
  await withPostgresSession(url, (session) => migrate(session, files));
  const { rpc, database } = onServer(url);
  const owner = new (await import('pg')).default.Client({ connectionString: url });
  await owner.connect();
  const close = async () => {
    await rpc.close();
    await owner.end();
    await drop();
  };
  const sql: JobsWorld['sql'] = async (text, values = []) => (await owner.query(text, [...values])).rows;
  return { rpc, database, sql, url, close };
}

type Suite = (world: () => JobsWorld) => void;

function during(open: () => Promise<JobsWorld>, suite: Suite): void {
  let opened: JobsWorld | undefined;
  beforeAll(async () => {
    opened = await open();
  });
  afterAll(() => opened?.close());
  suite(() => {
    if (opened === undefined) throw new Error('the database is not open');
    return opened;
  });
}

/** The suite over both kinds of database. */
export function onBothDatabases(name: string, suite: Suite): void {
  describe(`${name} over PGlite`, () => during(() => overPglite(), suite));
  describeOnPostgres(`${name} over PostgreSQL`, () => during(overPostgres, suite));
}

/** Only where several processes can be at one database. */
export function onServerOnly(name: string, suite: (world: () => JobsWorld & { url: string }) => void): void {
  describeOnPostgres(name, () => during(overPostgres, suite as Suite));
}

const wallClock = { now: () => Date.now() };

export interface WorkerOptions {
  leaseMs?: number;
  runs?: JobRuns;
  pgBoss?: Partial<PgBossQueueOptions>;
}

/** What one process has: a queue and what works on it. */
export async function openWorker(
  { rpc, database }: Pick<JobsWorld, 'rpc' | 'database'>,
  list: Parameters<typeof jobsOf>[0],
  { leaseMs = 2000, runs = makeRpcJobRuns(rpc), pgBoss = {} }: WorkerOptions = {},
) {
  const jobs = jobsOf(list);
  const common = { jobs, runs, clock: wallClock, logger: silentLogger };
  const quick = { pollSeconds: 0.5, heartbeatSeconds: 10, watchSeconds: 1 };
  const queue = await PgBossQueue.open({ database, ...common, ...quick, ...pgBoss });
  const runJob = makeRunJob({ ...common, leaseMs });
  const handle = makeHandleDelivery(runJob, (name, data, options) => queue.enqueue(name, data, options));
  return { queue, runs, work: () => queue.work(handle) };
}

/** A slot that nothing else has. */
export const someSlot = (): string => `slot-${randomUUID()}`;
