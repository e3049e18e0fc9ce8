import type { JobWithMetadata, PgBoss } from 'pg-boss';
import { z } from 'zod';
import { noteRun } from '../../application/jobs/note-run.ts';
import type { Jobs } from '../../application/jobs/registry.ts';
import { failureKind } from '../../application/jobs/run-job.ts';
import type { Clock } from '../../application/ports/clock.ts';
import type {
  Delivery,
  EnqueueOptions,
  JobQueue,
  JobRuns,
  QueueFigures,
  QueueSettings,
  Schedule,
} from '../../application/ports/jobs.ts';
import type { Logger } from '../../application/ports/logger.ts';

/** What pg-boss needs of an embedded database. */
export interface SqlRunner {
  executeSql(text: string, values?: readonly unknown[]): Promise<{ rows: unknown[] }>;
}

export interface PgBossQueueOptions {
  /** PostgreSQL, with a small pool of our own, or the embedded database. */
  database: { url: string; maxConnections: number } | { embedded: SqlRunner };
  jobs: Jobs;
  runs: JobRuns;
  clock: Clock;
  logger: Logger;
  /** How often each worker looks for work, seconds; from 0.5. */
  pollSeconds?: number;
  /** A delivery whose process says nothing for this long goes to another, seconds; from 10. */
  heartbeatSeconds?: number;
  /** How often dead deliveries and schedules are looked for, seconds; from 1. */
  watchSeconds?: number;
}

const schema = 'pgboss';
const deadLetterOf = (name: string) => `${name}-dead`;
/** Longest time between two tries, seconds. */
const longestRetryDelay = 3600;
/** How long pg-boss remembers what has ended; what is to be known for longer is in the runs. */
const keptSeconds = 24 * 3600;
/** How long interrupted work may take to end, milliseconds. */
const interruptMs = 1000;

const message = z.object({ slot: z.string().nullable(), data: z.unknown() });

/** Of the deliveries' states; `retry` waits as well. */
const waiting = ['created', 'retry'];

const countStates = `
  select name::text as name, state::text as state, pg_catalog.count(*)::integer as count
  from ${schema}.job where name = any($1::text[]) group by 1, 2`;
const counts = z.array(z.object({ name: z.string(), state: z.string(), count: z.number() }));

const queueOptions = (settings: QueueSettings, heartbeatSeconds: number) => ({
  retryLimit: settings.retryLimit,
  retryDelay: settings.retryDelaySeconds,
  retryBackoff: true,
  retryDelayMax: longestRetryDelay,
  expireInSeconds: settings.timeoutSeconds,
  heartbeatSeconds,
  deleteAfterSeconds: keptSeconds,
  deadLetter: deadLetterOf(settings.name),
});

/** The process stops; what was interrupted goes on elsewhere. */
class StoppingError extends Error {
  override name = 'StoppingError';
}

/** pg-boss over PostgreSQL or the embedded database; loaded when it is used, it takes a while. */
async function makeBoss(options: PgBossQueueOptions): Promise<PgBoss> {
  const { database, watchSeconds } = options;
  const { PgBoss: Boss } = await import('pg-boss');
  const watch =
    watchSeconds === undefined
      ? {}
      : {
          superviseIntervalSeconds: watchSeconds,
          monitorIntervalSeconds: watchSeconds,
          cronMonitorIntervalSeconds: watchSeconds,
          cronWorkerIntervalSeconds: watchSeconds,
        };
  if ('embedded' in database) {
    const { embedded } = database;
    const db = { executeSql: (text: string, values?: unknown[]) => embedded.executeSql(text, values) };
    // Upkeep that only a server needs.
    return new Boss({ ...watch, schema, db, backend: 'pglite', reindex: false, monitorVacuum: false });
  }
  const { url, maxConnections } = database;
  const pool = { connectionString: url, max: maxConnections, application_name: 'learning-analytics jobs' };
  return new Boss({ ...watch, ...pool, schema, options: '-c search_path= -c TimeZone=UTC' });
}

/**
 * A queue on pg-boss: at least once, retries with growing pauses, a dead-letter queue per job, one delivery per key
 * at a time, one schedule for all processes. That work is done once is the runs' promise, not the queue's.
 */
export class PgBossQueue implements JobQueue {
  readonly #options: Required<Omit<PgBossQueueOptions, 'watchSeconds'>>;
  readonly #boss: PgBoss;
  readonly #stopping = new AbortController();
  readonly #running = new Set<Promise<unknown>>();
  #stopped: Promise<void> | undefined;

  private constructor(boss: PgBoss, options: PgBossQueueOptions) {
    this.#boss = boss;
    this.#options = { pollSeconds: 2, heartbeatSeconds: 30, ...options };
  }

  /** Makes pg-boss's tables and the queues of all jobs, or brings them up to date. */
  static async open(options: PgBossQueueOptions): Promise<PgBossQueue> {
    const boss = await makeBoss(options);
    // Without a listener an error would end the process; pg-boss goes on by itself.
    boss.on('error', (error) => options.logger.warn({ failure: failureKind(error) }, 'the job queue'));
    const queue = new PgBossQueue(boss, options);
    await boss.start();
    try {
      await queue.#makeQueues();
      return queue;
    } catch (error) {
      await boss.stop({ graceful: false });
      throw error;
    }
  }

  async enqueue(name: string, data: unknown, options: EnqueueOptions = {}): Promise<string> {
    const { jobs } = this.#options;
    const run = await noteRun(this.#options, name, data);
    if (run.state === 'done') return run.id;
    const { key = run.slot, priority = jobs.get(name)?.priority ?? 0, startAfter } = options;
    // Null = one with this key waits or runs already.
    await this.#boss.send(
      name,
      { slot: run.slot, data },
      {
        singletonKey: key,
        priority,
        ...(startAfter === undefined ? {} : { startAfter: this.#secondsUntil(startAfter) }),
      },
    );
    return run.id;
  }

  async work(handle: (delivery: Delivery) => Promise<void>): Promise<void> {
    const { jobs, pollSeconds } = this.#options;
    for (const { name, concurrency } of jobs.values()) {
      const options = {
        // One at a time per worker: the deliveries of a batch would fail together.
        batchSize: 1,
        localConcurrency: concurrency,
        pollingIntervalSeconds: pollSeconds,
        includeMetadata: true,
      } as const;
      await this.#boss.work<unknown, void, typeof options>(name, options, async ([delivered]) => {
        if (delivered !== undefined) await this.#track(this.#handle(delivered, handle));
      });
    }
  }

  async schedule({ name, cron, zone }: Schedule): Promise<void> {
    await this.#boss.schedule(name, cron, { slot: null, data: {} }, { tz: zone, missed: 'once' });
  }

  async figures(): Promise<Readonly<Record<string, QueueFigures>>> {
    const names = [...this.#options.jobs.keys()];
    const all = names.flatMap((name) => [name, deadLetterOf(name)]);
    const { rows } = await this.#boss.getDb().executeSql(countStates, [all]);
    const found = counts.parse(rows);
    const count = (name: string, states: readonly string[]) =>
      found
        .filter((row) => row.name === name && states.includes(row.state))
        .reduce((sum, row) => sum + row.count, 0);
    return Object.fromEntries(
      names.map((name) => [
        name,
        {
          waiting: count(name, waiting),
          active: count(name, ['active']),
          failed: count(name, ['failed']),
          dead: count(deadLetterOf(name), waiting),
        },
      ]),
    );
  }

  stop(boundMs: number): Promise<void> {
    this.#stopped ??= this.#stop(boundMs);
    return this.#stopped;
  }

  async #stop(boundMs: number): Promise<void> {
    const names = [...this.#options.jobs.keys()];
    // Nothing new from here on; what was fetched already is in `#running`.
    const idle = Promise.allSettled(names.map((name) => this.#boss.offWork(name, { wait: true })));
    const interrupt = setTimeout(() => this.#stopping.abort(new StoppingError('the process stops')), boundMs);
    const giveUp = new Promise<void>((resolve) => setTimeout(resolve, boundMs + interruptMs).unref());
    await Promise.race([idle.then(() => Promise.allSettled(this.#running)), giveUp]);
    clearTimeout(interrupt);
    this.#stopping.abort(new StoppingError('the process stops'));
    await this.#boss.stop({ graceful: true, timeout: interruptMs });
  }

  async #makeQueues(): Promise<void> {
    const { jobs, heartbeatSeconds } = this.#options;
    for (const settings of jobs.values()) {
      const options = queueOptions(settings, heartbeatSeconds);
      await this.#boss.createQueue(deadLetterOf(settings.name), {});
      // Exclusive: of one key one delivery waits or runs.
      await this.#boss.createQueue(settings.name, { ...options, policy: 'exclusive' });
      await this.#boss.updateQueue(settings.name, options);
    }
    await this.#dropOldSchedules();
  }

  /** A job that is not there any more would be delivered for ever and worked on by nobody. */
  async #dropOldSchedules(): Promise<void> {
    for (const { name, key } of await this.#boss.getSchedules())
      if (!this.#options.jobs.has(name)) await this.#boss.unschedule(name, key);
  }

  async #handle(
    delivered: JobWithMetadata<unknown>,
    handle: (delivery: Delivery) => Promise<void>,
  ): Promise<void> {
    const { slot, data } = message.parse(delivered.data);
    await handle({
      name: delivered.name,
      slot,
      data,
      dueAt: this.#dueAt(delivered),
      signal: AbortSignal.any([delivered.signal, this.#stopping.signal]),
      isLast: () => delivered.retryCount >= delivered.retryLimit,
    });
  }

  /** Both instants are the database's, so that its clock and ours need not agree. */
  #dueAt({ createdOn, startedOn }: Pick<JobWithMetadata, 'createdOn' | 'startedOn'>): number {
    return this.#options.clock.now() - (startedOn.getTime() - createdOn.getTime());
  }

  #secondsUntil(at: number): number {
    return Math.max(0, Math.ceil((at - this.#options.clock.now()) / 1000));
  }

  async #track(work: Promise<void>): Promise<void> {
    this.#running.add(work);
    try {
      await work;
    } finally {
      this.#running.delete(work);
    }
  }
}
