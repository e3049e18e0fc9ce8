/** For every alert rule the fault that it is there for, done to a real process. */
import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { ended } from '../debian-server.ts';
import type { RedisServer } from '../redis-server.ts';
import { keepAsking, type Question, questionsOf } from './load.ts';
import type { DrillPrometheus } from './prometheus.ts';
import { type DrillApi, type DrillServices, logIn } from './world.ts';

/** What all scenarios have in common. */
export interface Bench {
  services: DrillServices;
  redis: RedisServer;
  /** As the owner of the tables. */
  database: pg.Pool;
  /** The same login, at another database of the server. */
  server: pg.Pool;
  databaseUrl: string;
  prometheus: DrillPrometheus;
}

/** What a scenario has at hand. */
export interface Scene extends Bench {
  api: DrillApi;
  /** Starts the process again, at its old address. */
  restart: () => Promise<void>;
  /** What has to be undone when it is over, the last first. */
  after: (undo: () => unknown) => void;
}

export interface Scenario {
  fault: string;
  /** With the labels that tell which one of several is meant. */
  alerts: readonly { alert: string; labels?: Readonly<Record<string, string>> }[];
  env?: (bench: Bench) => Record<string, string>;
  command?: readonly string[];
  begin: (scene: Scene) => Promise<void>;
}

/** Nothing is kept for long, so that every question reaches the services. */
const shortLived = {
  CACHE_LEARNER_SECONDS: '1',
  CACHE_REVALIDATE_SECONDS: '0',
  UPSTREAM_REPLY_SECONDS: '0',
};
const onDatabase = ({ databaseUrl }: Bench) => ({ DATABASE: 'auto', DATABASE_URL: databaseUrl });
const velocity = '/api/v1/analytics/learner/velocity/me';

/** Callers who ask until the scenario is over. */
function ask({ api, after }: Scene, next: () => Question, callers: number, pauseMs: number): void {
  after(keepAsking(api.url, next, callers, pauseMs));
}

/** The same of many learners, about themselves. */
async function askAsMany(scene: Scene, callers: number, pauseMs: number): Promise<void> {
  ask(scene, await questionsOf(scene.services, 'velocity'), callers, pauseMs);
}

async function askAsOne(scene: Scene, callers: number, pauseMs: number): Promise<void> {
  const headers = await logIn(scene.api.url, 'thriving');
  ask(scene, () => ({ path: velocity, headers }), callers, pauseMs);
}

/** A step that is taken again and again until the scenario is over. */
function again({ after }: Scene, pauseMs: number, step: () => unknown): void {
  let isOver = false;
  const loop = (async () => {
    for (; !isOver; await delay(pauseMs)) await step();
  })();
  after(async () => {
    isOver = true;
    await loop;
  });
}

/** An event that is to be published. @param change what becomes of its line before anybody sees it. */
async function append({ database }: Bench, data: object, change = ''): Promise<void> {
  const events = JSON.stringify([{ type: 'points_awarded', data }]);
  const client = await database.connect();
  try {
    await client.query('begin');
    await client.query("select api.append_events('user:drill', null, $1::jsonb)", [events]);
    if (change !== '') await client.query(`update internal.outbox set ${change}`);
    await client.query('commit');
  } finally {
    client.release();
  }
}

/** Lets nobody in and throws everybody out, until the scenario is over. */
async function shutDatabase({ server, databaseUrl, after }: Scene): Promise<void> {
  const name = new URL(databaseUrl).pathname.slice(1);
  await server.query(`alter database ${name} with allow_connections false`);
  after(() => server.query(`alter database ${name} with allow_connections true`));
  await server.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name]);
}

/** What nobody publishes must not be there in the next scenario. */
const emptyOutbox = ({ database, after }: Scene) =>
  after(() => database.query('delete from internal.outbox'));

/** Opens connections that ask nothing until nearly all descriptors are gone. */
async function openConnections({ api, after }: Scene, most: number): Promise<void> {
  const { hostname, port } = new URL(api.url);
  const open = () => readdirSync(`/proc/${api.process.pid}/fd`).length;
  while (open() < most) {
    const socket = connect(Number(port), hostname).on('error', () => undefined);
    after(() => socket.destroy());
    await delay(20);
  }
}

export const scenarios: readonly Scenario[] = [
  {
    fault: 'a process is killed',
    alerts: [{ alert: 'ApiDown' }],
    begin: async ({ api }) => {
      api.process.kill('SIGKILL');
      await ended(api.process);
    },
  },
  {
    fault: 'nobody tells Prometheus where the processes are',
    alerts: [{ alert: 'ApiNotScraped' }],
    begin: async ({ prometheus }) => prometheus.watch([]),
  },
  {
    fault: 'a service is down from the start',
    alerts: [{ alert: 'ErrorsForCallers' }],
    env: () => shortLived,
    begin: async (scene) => {
      await scene.services.hurt('courses', { errorRate: 1 });
      await askAsMany(scene, 2, 50);
    },
  },
  {
    fault: 'a service takes three seconds',
    alerts: [{ alert: 'SlowAnswers' }],
    env: () => ({ ...shortLived, COURSE_MS_TIMEOUT_MS: '6000' }),
    begin: async (scene) => {
      await scene.services.hurt('courses', { latencyMs: 3000 });
      await askAsMany(scene, 10, 0);
    },
  },
  {
    fault: 'a service goes down after it has answered',
    alerts: [
      { alert: 'StaleAnswers' },
      { alert: 'SourceLate', labels: { service: 'courses' } },
      { alert: 'BreakerOpen', labels: { service: 'courses' } },
    ],
    env: () => shortLived,
    begin: async (scene) => {
      await askAsOne(scene, 2, 50);
      await delay(3000);
      await scene.services.hurt('courses', { errorRate: 1 });
    },
  },
  {
    fault: 'production is allowed sample data, and a service is down',
    alerts: [{ alert: 'SampleDataServed' }],
    env: () => ({ ...shortLived, ALLOW_MOCK_IN_PRODUCTION: 'true', MOCK_FALLBACK: 'always' }),
    begin: async (scene) => {
      await scene.services.hurt('courses', { errorRate: 1 });
      await askAsOne(scene, 1, 200);
    },
  },
  {
    fault: 'somebody asks far too much',
    alerts: [{ alert: 'RequestsRefused' }],
    env: () => ({ RATE_STANDARD_PER_MINUTE: '5' }),
    begin: (scene) => askAsOne(scene, 4, 50),
  },
  {
    fault: 'somebody goes through ids that are not theirs',
    alerts: [{ alert: 'AbuseDetected', labels: { abuse: 'probing' } }],
    env: () => ({ ABUSE_PROBES_PER_10_MINUTES: '5' }),
    begin: async (scene) => {
      const headers = await logIn(scene.api.url, 'thriving');
      let tried = 0;
      ask(scene, () => ({ path: `/api/v1/analytics/learner/velocity/guess-${++tried}`, headers }), 1, 100);
    },
  },
  {
    fault: 'a service that may be asked once at a time takes 300 ms',
    alerts: [{ alert: 'BulkheadFull', labels: { service: 'courses' } }],
    env: () => ({ ...shortLived, COURSE_MS_CONCURRENCY: '1' }),
    begin: async (scene) => {
      await scene.services.hurt('courses', { latencyMs: 300 });
      // Fewer than would wait so long that their calls end, and open the breaker.
      await askAsMany(scene, 6, 0);
    },
  },
  {
    fault: 'a service becomes 300 ms slower than in the half hour before',
    alerts: [{ alert: 'SourceSlower', labels: { service: 'courses' } }],
    env: () => ({ ...shortLived, ACCESS_TOKEN_SECONDS: '86400' }),
    command: [process.execPath, '--import', './scripts/deploy/fast-clock.mjs', 'src/start.js'],
    begin: async (scene) => {
      await askAsMany(scene, 5, 50);
      await delay(30_000);
      await scene.services.hurt('courses', { latencyMs: 300 });
    },
  },
  {
    fault: 'Redis is killed while events are published',
    alerts: [{ alert: 'DependencyDown', labels: { dependency: 'redis' } }, { alert: 'PurgesOwed' }],
    env: (bench) => ({ ...onDatabase(bench), REDIS_URL: bench.redis.url }),
    begin: async (scene) => {
      await delay(3000);
      await scene.redis.kill();
      scene.after(scene.redis.start);
      again(scene, 1000, () => append(scene, { userId: 'drill' }));
    },
  },
  {
    fault: 'the database lets nobody in',
    alerts: [{ alert: 'DependencyDown', labels: { dependency: 'database' } }],
    env: onDatabase,
    begin: shutDatabase,
  },
  {
    fault: 'a process has taken an event and died, with a lease of an hour',
    alerts: [{ alert: 'EventsNotPublished' }],
    env: onDatabase,
    begin: async (scene) => {
      emptyOutbox(scene);
      await append(scene, {}, "leased_by = 'gone', leased_until = now() + interval '1 hour'");
    },
  },
  {
    fault: 'an event is not what its type says, and has failed nine times',
    alerts: [{ alert: 'EventsParked' }],
    env: onDatabase,
    begin: async (scene) => {
      emptyOutbox(scene);
      await append(scene, { userId: 7 }, 'attempts = 9');
    },
  },
  {
    fault: 'a report cannot be kept anywhere',
    alerts: [{ alert: 'JobGivenUp', labels: { exported_job: 'make-report' } }],
    env: (bench) => ({
      ...onDatabase(bench),
      REPORTS_STORAGE: 's3',
      REPORTS_BUCKET: 'drill',
      S3_ENDPOINT: 'http://127.0.0.1:1',
      S3_ACCESS_KEY_ID: 'drill',
      S3_SECRET_ACCESS_KEY: 'drill',
    }),
    begin: async (scene) => {
      const headers = await logIn(scene.api.url, 'thriving');
      const answer = await fetch(`${scene.api.url}/api/v1/reports`, {
        method: 'POST',
        headers: {
          ...headers,
          'content-type': 'application/json',
          'idempotency-key': 'a-report-of-the-drill',
        },
        body: JSON.stringify({ type: 'learner', subjectId: 'me', format: 'json', language: 'en' }),
      });
      if (answer.status !== 202) throw new Error(`no report: ${answer.status} ${await answer.text()}`);
      // Nobody waits for the pauses between the tries here.
      again(scene, 500, () =>
        scene.database.query("update pgboss.job set start_after = now() where state = 'retry'"),
      );
    },
  },
  {
    fault: 'the process gets a processor for a fifth of the time',
    alerts: [{ alert: 'EventLoopBlocked' }],
    begin: async (scene) => {
      scene.after(() => scene.api.process.kill('SIGCONT'));
      again(scene, 100, async () => {
        scene.api.process.kill('SIGSTOP');
        await delay(400);
        scene.api.process.kill('SIGCONT');
      });
    },
  },
  {
    fault: 'half a gigabyte is never let go',
    alerts: [{ alert: 'MemoryHigh' }],
    command: [
      process.execPath,
      '--import',
      'data:text/javascript,globalThis.leak = Buffer.alloc(5e8, 1)',
      'src/start.js',
    ],
    begin: async () => undefined,
  },
  {
    fault: 'the process ends again and again',
    alerts: [{ alert: 'ProcessRestarts' }],
    begin: async ({ restart }) => {
      for (let time = 0; time < 4; time += 1) {
        // Long enough to be seen once.
        await delay(1500);
        await restart();
      }
    },
  },
  {
    fault: 'connections are opened and never closed',
    alerts: [{ alert: 'FilesRunningOut' }],
    command: ['/bin/sh', '-c', `ulimit -n 128; exec ${process.execPath} src/start.js`],
    begin: (scene) => openConnections(scene, 110),
  },
  {
    fault: 'the cache holds five answers, and many are asked for',
    alerts: [{ alert: 'CacheTooSmall' }],
    env: () => ({ CACHE_MAX_ENTRIES: '5' }),
    begin: (scene) => askAsMany(scene, 10, 10),
  },
];
