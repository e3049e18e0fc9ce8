/**
 * `npm run drill:restore [-- --awards 2000]`: fills a PostgreSQL, takes a backup, goes on writing, loses the server,
 * restores the backup on an empty one, and proves that what was there then is there again: every table by its rows, the
 * ledger against its events, the rights of the service's role, and a process that answers over it. Exit codes: 0, 1 for
 * anything that does not hold, 69 without PostgreSQL.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { aFewAtOnce } from '../src/application/a-few-at-once.ts';
import { checkProjections } from '../src/application/events/projections.ts';
import { appliedMigrations, migrate } from '../src/infrastructure/database/migrate.ts';
import { readMigrations } from '../src/infrastructure/database/migration-files.ts';
import { openDatabase } from '../src/infrastructure/database/open.ts';
import { withPostgresSession } from '../src/infrastructure/database/postgres.ts';
import { makePlan } from './crash/plan.ts';
import { Complaint } from './debian-server.ts';
import { undoingAtSignals } from './deploy/undoing.ts';
import { logIn, print, startApi, startServices } from './deploy/world.ts';
import { findBinaries, startPostgres } from './postgres-server.ts';

const { values: options } = parseArgs({ options: { awards: { type: 'string', default: '2000' } } });
const awards = Number(options.awards);
const atOnce = 10;

let isGood = true;
function check(what: string, holds: boolean, seen: unknown = ''): void {
  isGood &&= holds;
  print(`${holds ? 'holds ' : 'BROKEN'}  ${what}${holds ? '' : `: ${JSON.stringify(seen)?.slice(0, 500)}`}`);
}

const open = (url: string) =>
  openDatabase({
    url,
    replicaUrl: undefined,
    supabaseUrl: undefined,
    supabaseKey: undefined,
    directory: '',
    maxConnections: atOnce,
    timeoutMs: 15_000,
  });

async function timed<T>(what: string, work: () => Promise<T> | T): Promise<T> {
  const at = performance.now();
  const result = await work();
  print(`        ${what}: ${((performance.now() - at) / 1000).toFixed(1)} s`);
  return result;
}

/** A program of PostgreSQL; its password goes by the environment, where no list of processes shows it. */
function program(name: string, url: string, args: readonly string[], input?: string): string {
  const { hostname, port, username, password, pathname } = new URL(url);
  const env = { ...process.env, PGHOST: hostname, PGPORT: port, PGUSER: username, PGPASSWORD: password };
  return execFileSync(path.join(findBinaries() ?? '', name), args, {
    env: { ...env, PGDATABASE: pathname.slice(1) },
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    stdio: ['pipe', 'pipe', 'inherit'],
    ...(input === undefined ? {} : { input }),
  });
}

const tablesOf = `
  select pg_catalog.format('%I.%I', n.nspname, c.relname) as name
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where c.relkind = 'r' and n.nspname !~ '^(pg_|information_schema)' order by 1`;

/** Of every table how many rows it has and one digest of them all, whatever order they lie in. */
const contentOf = (url: string): Promise<Record<string, string>> =>
  withPostgresSession(url, async (session) => {
    const content: Record<string, string> = {};
    for (const { name } of await session.query(tablesOf)) {
      const [row] = await session.query(
        `select count(*)::text || ' ' || md5(string_agg(md5(t::text), '' order by md5(t::text))) as it from ${name} t`,
      );
      content[name ?? ''] = row?.it ?? '0';
    }
    return content;
  });

/** What a role may do with functions and tables, as the catalogue says it. */
const rightsOf = (url: string) =>
  withPostgresSession(url, (session) =>
    session.query(`
      select p.oid::regprocedure::text as what, p.proacl::text as rights from pg_catalog.pg_proc p
      join pg_catalog.pg_namespace n on n.oid = p.pronamespace where n.nspname in ('api', 'internal') order by 1`),
  );

async function award(url: string, from: number, to: number): Promise<void> {
  const database = await open(url);
  const plan = makePlan(1, { awards, kills: 0 });
  await aFewAtOnce(plan.awards.slice(from, to), atOnce, async (one) => {
    await database.call('award_points', { ...one });
  });
  await database.close();
}

async function startAndAsk(url: string): Promise<void> {
  const services = await startServices();
  const api = await startApi({ env: { ...services.env, DATABASE_URL: url, READY_REQUIRES: 'database' } });
  const ready = await fetch(`${api.url}/ready`);
  check('a process over the new server is ready', ready.status === 200, await ready.text());
  const headers = await logIn(api.url, 'thriving');
  const answer = await fetch(`${api.url}/api/v1/gamification/stats/me`, { headers });
  check('and answers', answer.status === 200, await answer.text());
  await api.stop();
  check('and logs no error', api.errors.length === 0, api.errors);
  await services.close();
}

/** Proves that a single row that is gone would have been noticed. */
async function checkCheck(url: string): Promise<void> {
  const whole = await contentOf(url);
  await withPostgresSession(url, (session) =>
    session.script(
      // Only a server's owner can make it forget that the ledger is never changed.
      'set session_replication_role = replica; delete from internal.points_ledger where ctid = (select min(ctid) from internal.points_ledger)',
    ),
  );
  const spoilt = await contentOf(url);
  const found = Object.keys(whole).filter((name) => whole[name] !== spoilt[name]);
  check('a row that is missing would be noticed', found.includes('internal.points_ledger'), found);
}

async function drill(): Promise<void> {
  const { after, undo } = undoingAtSignals();
  try {
    const first = await startPostgres();
    after(first.stop);
    const home = mkdtempSync(path.join(tmpdir(), 'restore-'));
    after(() => rmSync(home, { recursive: true, force: true }));
    const migrations = await readMigrations();
    const half = Math.floor(awards / 2);
    const [before, rights, roles, file] = await (async () => {
      try {
        await withPostgresSession(first.url, (session) => migrate(session, migrations));
        await timed(`${half} awards`, () => award(first.url, 0, half));
        const dump = path.join(home, 'backup.dump');
        const content = await contentOf(first.url);
        const said = await timed('backup', () => {
          program('pg_dump', first.url, ['--format=custom', `--file=${dump}`]);
          return program('pg_dumpall', first.url, ['--roles-only', '--no-role-passwords']);
        });
        await award(first.url, half, awards);
        return [content, await rightsOf(first.url), said, dump] as const;
      } finally {
        await first.stop();
      }
    })();
    print(
      `        the server is lost, with ${awards - half} awards after the backup of ${Math.ceil(statSync(file).size / 1024)} KB`,
    );

    const second = await startPostgres();
    after(second.stop);
    await timed('restore on an empty server', () => {
      // Its owner is there already; a role that is there is none that is missing.
      program(
        'psql',
        second.url,
        ['--quiet', '--output=/dev/null'],
        roles.replace(/^(CREATE|ALTER) ROLE postgres\b.*$/gm, ''),
      );
      program('pg_restore', second.url, [
        '--dbname',
        new URL(second.url).pathname.slice(1),
        '--exit-on-error',
        '--single-transaction',
        file,
      ]);
    });
    const now = await contentOf(second.url);
    const tables = Object.keys(before);
    const other = tables.filter((name) => before[name] !== now[name]);
    check(
      `all ${tables.length} tables have the rows of the backup`,
      other.length === 0 && tables.length > 20,
      other,
    );
    check(
      `among them the ledger, ${before['internal.points_ledger']?.split(' ')[0]} entries`,
      before['internal.points_ledger'] === now['internal.points_ledger'] &&
        before['internal.points_ledger'] !== undefined,
    );
    check(
      `${rights.length} functions have the rights that they had`,
      isDeepStrictEqual(rights, await rightsOf(second.url)),
    );
    const applied = await withPostgresSession(second.url, appliedMigrations);
    check(`its ${applied.length} migrations are those of this program`, applied.length === migrations.length);

    const database = await open(second.url);
    const { events, people, differences } = await timed('projections', () => checkProjections(database));
    await database.close();
    check(
      `${events} events tell what the tables say of ${people} people`,
      differences.length === 0 && events > 0,
      differences,
    );
    await startAndAsk(second.url);
    await checkCheck(second.url);
  } finally {
    await undo();
  }
}

process.exitCode = await drill().then(
  () => (isGood ? 0 : 1),
  (error: unknown) => {
    if (!(error instanceof Complaint)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 69;
  },
);
