/**
 * Reads of a large ledger on PostgreSQL: 1,000,000 entries, 100,000 of them one person's. Every read comes at a steady
 * rate, whoever is still waiting, in turn with a `select 1` at the same rate, several times; the run counts in which that
 * was quickest at its slowest: what else the machine was doing then disturbed least. How many there are a second at most
 * comes from callers who ask again at once. What the database had to look at comes from the plans of the statements
 * inside the functions.
 */
import { parseArgs } from 'node:util';
import pg from 'pg';
import { makeApplyRetention, usualRetention } from '../src/application/people/apply-retention.ts';
import type { Rpc } from '../src/application/ports/rpc.ts';
import type { LedgerEntry } from '../src/domain/gamification/points.ts';
import type { TextRow } from '../src/infrastructure/database/database.ts';
import { migrate } from '../src/infrastructure/database/migrate.ts';
import { readMigrations } from '../src/infrastructure/database/migration-files.ts';
import { PostgresDatabase, withPostgresSession } from '../src/infrastructure/database/postgres.ts';
import { callOver, Signatures } from '../src/infrastructure/database/signatures.ts';
import { makeRpcKept, makeRpcLeaderboards, makeRpcLedger } from '../src/infrastructure/database/stores.ts';
import { makeRpcPeople } from '../src/infrastructure/people/rpc-people.ts';
import { percentile, table, verdict } from './figures.ts';
import { closedLoop, paced } from './load.ts';

const { values: options } = parseArgs({
  options: {
    entries: { type: 'string', default: '1000000' },
    heavy: { type: 'string', default: '100000' },
    reads: { type: 'string', default: '500' },
    rate: { type: 'string', default: '100' },
    callers: { type: 'string', default: '8' },
    runs: { type: 'string', default: '5' },
  },
});
const entriesInAll = Number(options.entries);
const heavyEntries = Number(options.heavy);
const reads = Number(options.reads);
const rate = Number(options.rate);
const callers = Number(options.callers);
const runs = Number(options.runs);

const server = process.env.TEST_DATABASE_URL;
if (server === undefined) {
  process.stderr.write('TEST_DATABASE_URL is not set; run under scripts/with-postgres.ts\n');
  process.exit(64);
}

const zone = 'Europe/Berlin';
const heavyId = 'u-heavy';
const organizations = 4;
const peopleEach = 5000;
const departments = 10;
const heavyDays = 3650;
const perBatch = 20_000;
const pageSize = 20;
const goals = { stats: 10, worstStats: 25, page: 20 };
const now = Date.parse('2026-03-10T12:00:00Z');

const say = (line: string) => process.stdout.write(`${line}\n`);
const seconds = (since: number) => `${((performance.now() - since) / 1000).toFixed(1)} s`;

/** A database of its own on the server, dropped at the end. */
async function withDatabase(work: (url: string) => Promise<void>): Promise<void> {
  const owner = new pg.Client({ connectionString: server });
  await owner.connect();
  const name = `bench_${process.pid}`;
  await owner.query(`create database ${name}`);
  const url = new URL(server ?? '');
  url.pathname = `/${name}`;
  try {
    await withPostgresSession(url.href, async (session) => migrate(session, await readMigrations()));
    await work(url.href);
  } finally {
    await owner.query(`drop database ${name} with (force)`);
    await owner.end();
  }
}

/** Through the function that the application calls, so that days and totals are right by construction. */
const loadEntries = `
  select api.record_entries((
    select jsonb_agg(jsonb_build_object('userId', g.person, 'source', g.source, 'reference', g.reference,
      'points', g.points, 'occurredAt', g.at))
    from (
      select case when $4 then '${heavyId}' else 'u-' || ($3::int * ${peopleEach} + n % ${peopleEach}) end as person,
        case when n % 50 = 0 then 'assessment' when n % 211 = 0 then 'course' else 'practice' end as source,
        'r-' || n as reference,
        case when n % 50 = 0 then n % 101 when n % 211 = 0 then 100 else 10 end as points,
        $5::bigint - (n::bigint * 7919 * 1000 * 37) % (${heavyDays}::bigint * 86400000) as at
      from generate_series($1::int, $2::int) n
    ) g), 'org-' || $3, '${zone}')`;

async function load(url: string): Promise<void> {
  await withPostgresSession(url, async ({ query, script }) => {
    const people = organizations * peopleEach;
    await script(`
      select api.save_members('org-' || o, '${zone}', (
        select jsonb_agg(jsonb_build_object('userId', 'u-' || (o * ${peopleEach} + n), 'departmentId', 'd-' || n % ${departments}))
          || case when o = 0 then '[{"userId": "${heavyId}", "departmentId": "d-0"}]'::jsonb else '[]'::jsonb end
        from generate_series(0, ${peopleEach - 1}) n))
      from generate_series(0, ${organizations - 1}) o;
      insert into internal.preferences (user_id, leaderboard_privacy, updated_at)
      select 'u-' || n, case when n % 20 = 0 then 'hidden' when n % 5 = 0 then 'public' else 'anonymous' end,
        now() - interval '1 day'
      from generate_series(0, ${people - 1}) n;
      insert into internal.activity_days (user_id, day, source)
      select '${heavyId}', date '2026-03-10' - n, s from generate_series(0, ${heavyDays - 1}) n, (select 'kind_' || chr(97 + k) from generate_series(0, 25) k union all select 'login') k(s);
      insert into internal.streak_freezes (user_id, day, used_at)
      select '${heavyId}', date '2026-03-10' - 100 * n, now() from generate_series(1, 5) n;
      select api.record_entries((
        select jsonb_agg(jsonb_build_object('userId', '${heavyId}', 'source', 'streak_day', 'reference', d.day::text,
          'points', 10, 'occurredAt', internal.ms(d.day::timestamp at time zone '${zone}')))
        from (select date '2026-03-10' - n as day from generate_series(0, ${heavyDays - 1}) n) d), 'org-0', '${zone}');`);
    const loadRange = async (count: number, organization: number, isHeavy: boolean) => {
      for (let at = 0; at < count; at += perBatch) {
        const last = Math.min(count, at + perBatch) - 1;
        await query(loadEntries, [
          String(at),
          String(last),
          String(organization),
          String(isHeavy),
          String(now),
        ]);
      }
    };
    await loadRange(heavyEntries - heavyDays, 0, true);
    const others = entriesInAll - heavyEntries;
    for (let one = 0; one < organizations; one += 1)
      await loadRange(Math.floor(others / organizations), one, false);
    await script(`
      update internal.organizations set read_at = to_timestamp(${now / 1000}), read_as_of = to_timestamp(${now / 1000}), read_from = 'realtime';`);
  });
  // Outside of a transaction, as the server does it by itself some minutes later.
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('vacuum analyze');
  await client.end();
}

/** The sums that reads stand on, against the ledger itself. @returns what does not agree. */
async function unlikeLedger(url: string): Promise<string> {
  return withPostgresSession(url, async ({ query }) => {
    const [row] = await query(`
      select (select count(*) from internal.points_ledger)::text as entries,
        (select count(*) from internal.points_ledger where user_id = '${heavyId}')::text as heavy,
        (select count(*) from (
          select user_id, day, organization_id, points from internal.point_days
          except
          select user_id, (occurred_at at time zone '${zone}')::date, organization_id, sum(points)
          from internal.points_ledger group by 1, 2, 3) d)::text as days,
        (select count(*) from (
          select user_id, total::bigint from internal.point_totals
          except
          select user_id, sum(least(1000, points)) from internal.point_days group by 1) t)::text as totals,
        (select count(*) from (
          select user_id, day, (course + skill + assessment + practice + streak_day)::bigint from internal.point_sums
          except
          select user_id, day, sum(least(1000, points)) from internal.point_days group by 1, 2) s)::text as sums`);
    const { entries, heavy, ...wrong } = row ?? {};
    say(
      `${Number(entries).toLocaleString('en')} entries, ${Number(heavy).toLocaleString('en')} of one person`,
    );
    return Object.entries(wrong)
      .flatMap(([name, count]) => (count === '0' ? [] : [`${name}: ${count}`]))
      .join(', ');
  });
}

interface Seen {
  ledgerRows: number;
  boardRows: number;
  scans: string[];
}

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Actual Rows'?: number;
  'Actual Loops'?: number;
  'Rows Removed by Filter'?: number;
  'Rows Removed by Index Recheck'?: number;
  Plans?: PlanNode[];
}

const large = ['points_ledger', 'point_days', 'point_sums', 'leaderboards'];

function look(node: PlanNode, seen: Seen): void {
  const relation = node['Relation Name'] ?? '';
  const rows =
    ((node['Actual Rows'] ?? 0) +
      (node['Rows Removed by Filter'] ?? 0) +
      (node['Rows Removed by Index Recheck'] ?? 0)) *
    (node['Actual Loops'] ?? 1);
  if (relation === 'points_ledger') seen.ledgerRows += rows;
  if (relation === 'leaderboards') seen.boardRows += rows;
  if (node['Node Type'] === 'Seq Scan' && large.includes(relation)) seen.scans.push(relation);
  for (const inner of node.Plans ?? []) look(inner, seen);
}

/** Plans of the statements within a function, as the server explains them. */
async function plansOf(url: string, ask: (rpc: Rpc) => Promise<unknown>): Promise<Seen> {
  const seen: Seen = { ledgerRows: 0, boardRows: 0, scans: [] };
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  client.on('notice', ({ message }) => {
    const start = message?.indexOf('{') ?? -1;
    if (message === undefined || start < 0) return;
    const { Plan } = JSON.parse(message.slice(start)) as { Plan?: PlanNode };
    if (Plan !== undefined) look(Plan, seen);
  });
  await client.query(`load 'auto_explain'; set auto_explain.log_min_duration = 0; set auto_explain.log_analyze = on;
    set auto_explain.log_nested_statements = on; set auto_explain.log_format = json;
    set auto_explain.log_level = notice; set client_min_messages = notice`);
  const run = async (text: string, values: readonly string[] = []) =>
    (await client.query<TextRow>(text, [...values])).rows;
  const signatures = new Signatures(run);
  // As the application calls: the catalog is read first, and is not what is looked at.
  await signatures.statement('ping', {});
  Object.assign(seen, { ledgerRows: 0, boardRows: 0, scans: [] });
  await ask({ call: (fn, args) => callOver(run, signatures, fn, args) });
  await client.end();
  return seen;
}

const dayMs = 86_400_000;

/** The entry of a number as `loadEntries` makes it. */
const loaded = (userId: string, n: number): LedgerEntry => {
  const isAssessment = n % 50 === 0;
  const source = isAssessment ? 'assessment' : n % 211 === 0 ? 'course' : 'practice';
  return {
    userId,
    source,
    reference: `r-${n}`,
    points: isAssessment ? n % 101 : source === 'course' ? 100 : 10,
    occurredAt: now - ((n * 7919 * 1000 * 37) % (heavyDays * dayMs)),
  };
};

const told = 300;
/** What services say now: all but the last minutes is in the ledger. */
const nearlyAll = (userId: string, count: number, numberOf: (n: number) => number): LedgerEntry[] => [
  ...Array.from({ length: count - 5 }, (_, n) => loaded(userId, numberOf(n))),
  ...Array.from({ length: 5 }, (_, n) => ({
    ...loaded(userId, 1),
    reference: `new-${n}`,
    occurredAt: now - n * 60_000,
  })),
];
const ofHeavy = nearlyAll(heavyId, told, (n) => n * 300);
const perPerson = Math.floor((entriesInAll - heavyEntries) / organizations / peopleEach);
const ofOther = (index: number): LedgerEntry[] => {
  const person = (index * 31) % (organizations * peopleEach);
  return nearlyAll(`u-${person}`, perPerson + 5, (n) => (person % peopleEach) + n * peopleEach);
};
/** Nothing of it is in the ledger, and it lies on as many days. */
const noneOf = (userId: string): LedgerEntry[] =>
  Array.from({ length: told }, (_, n) => ({ ...loaded(userId, n * 7), reference: `never-${n}` }));

interface Read {
  name: string;
  goalMs: number | null;
  ask: (rpc: Rpc, index: number) => Promise<unknown>;
}

const board =
  (departmentId: string | null, offset: number, limit = pageSize) =>
  (rpc: Rpc, index: number) => {
    const organizationId = `org-${index % organizations}`;
    const viewerId = `u-${(index % organizations) * peopleEach + (index % peopleEach)}`;
    const place = { organizationId, departmentId, period: 'alltime', viewerId, limit, offset } as const;
    const boards = makeRpcLeaderboards(rpc);
    // As a request does it: when it was refreshed, and the viewer's department, come first.
    return boards.state(organizationId, viewerId).then(() => boards.page(place));
  };

const stats = (earnedBy: (index: number) => readonly LedgerEntry[]) => (rpc: Rpc, index: number) => {
  const earned = earnedBy(index);
  const userId = earned[0]?.userId ?? '';
  return Promise.all([
    makeRpcLedger(rpc).summaryWith(userId, earned, { now, zone }),
    makeRpcKept(rpc).of(userId),
  ]);
};

const kinds: readonly Read[] = [
  { name: 'stats of 100,000 entries', goalMs: goals.stats, ask: stats(() => ofHeavy) },
  { name: 'stats of anybody else', goalMs: goals.stats, ask: stats(ofOther) },
  { name: 'of 100,000, all is new', goalMs: goals.worstStats, ask: stats(() => noneOf(heavyId)) },
  {
    name: 'of anybody, all is new',
    goalMs: goals.worstStats,
    ask: stats((index) => noneOf(`u-${(index * 31) % (organizations * peopleEach)}`)),
  },
  { name: 'leaderboard, first page', goalMs: goals.page, ask: board(null, 0) },
  { name: 'leaderboard, page 50', goalMs: goals.page, ask: board(null, 49 * pageSize) },
  { name: 'leaderboard, department', goalMs: goals.page, ask: board('d-3', 0) },
];

/** A batch of an organization that is read for the first time, then again, when all of it is there. */
async function measureAccrual(rpc: Rpc): Promise<void> {
  const entries = Array.from({ length: 100 }, (_, person) =>
    noneOf(`accrued-${person}`).map((entry, n) => ({ ...entry, occurredAt: now - n * dayMs })),
  ).flat();
  for (const what of ['100 people with 300 entries each recorded', 'and once more']) {
    const start = performance.now();
    await makeRpcLedger(rpc).record(entries, 'org-new', zone);
    say(`${what} in ${seconds(start)}`);
  }
}

const salt = 'known to the bench alone';

/** How long others wait for an erasure, at the longest: events are appended one after another meanwhile. */
async function longestWaitDuring(rpc: Rpc, work: () => Promise<unknown>): Promise<number> {
  let isDone = false;
  let longest = 0;
  const event = { stream: 'bench', expected_version: null, events: [{ type: 'bench' }] };
  const appending = async () => {
    while (!isDone) {
      const start = performance.now();
      await rpc.call('append_events', event);
      longest = Math.max(longest, performance.now() - start);
    }
  };
  await Promise.all([
    appending(),
    work().finally(() => {
      isDone = true;
    }),
  ]);
  return longest;
}

/** The person with most of everything is erased; then retention finds people whom a writer without the salt brought back. */
async function measureErasures(rpc: Rpc): Promise<void> {
  const people = makeRpcPeople(rpc, salt);
  const erase = (userId: string) =>
    people.erase({
      userId,
      ...{ requestedBy: null, organizationId: null, reason: 'bench', tags: [`learner:${userId}`], now },
    });
  const timedErasure = async (userId: string) => {
    const start = performance.now();
    const longest = await longestWaitDuring(rpc, () => erase(userId));
    say(`${userId} erased in ${seconds(start)}; an append waited ${longest.toFixed(0)} ms at most`);
  };
  await timedErasure(heavyId);
  const back = Array.from({ length: 5 }, (_, n) => `u-${n}`);
  for (const userId of back.slice(0, 1)) await timedErasure(userId);
  for (const userId of back.slice(1)) await erase(userId);
  await makeRpcLedger(rpc).record(
    back.map((userId) => ({ ...loaded(userId, 1), reference: 'brought back' })),
    'org-0',
    zone,
  );
  const start = performance.now();
  const { forgottenAgain } = await makeApplyRetention({ rpc, salt })(now, usualRetention);
  say(`retention with ${forgottenAgain} people to forget again in ${seconds(start)}`);
}

/** @returns whether every goal was met. */
async function measure(url: string): Promise<boolean> {
  const database = new PostgresDatabase({
    url,
    maxConnections: 2 * callers,
    statementTimeoutMs: 120_000,
    connectTimeoutMs: 10_000,
    applicationName: 'bench',
  });
  const pool = new pg.Pool({ connectionString: url, max: callers });
  // The database is dropped while idle connections say good-bye.
  pool.on('error', () => undefined);
  try {
    const refreshedAt = performance.now();
    await database.call('show_leaderboard', { organization_id: 'org-0' });
    say(`leaderboards refreshed in ${seconds(refreshedAt)}`);
    const again = performance.now();
    await database.call('refresh_leaderboards', {});
    say(`and again, with nothing new, in ${seconds(again)}`);
    await measureAccrual(database);
    await pool.query('vacuum analyze internal.leaderboards');
    const rows = [
      [
        'read',
        'p50 ms',
        'p95 ms',
        'p99 ms',
        'select 1 p99',
        'most a second',
        'ledger rows',
        'board rows',
        'scans',
        'goal',
      ],
    ];
    const select = async () => void (await pool.query('select 1'));
    const selects = async () => percentile(await paced(reads / 2, rate, select), 99);
    let holds = true;
    for (const { name, goalMs, ask } of kinds) {
      const one = async (index: number) => void (await ask(database, index));
      const began = performance.now();
      await closedLoop(reads, callers, one);
      const most = (1000 * reads) / (performance.now() - began);
      const all: { times: number[]; base: number }[] = [];
      for (let run = 0; run < runs; run += 1) {
        const [before, after] = [await selects(), await paced(reads, rate, one)];
        all.push({ times: after, base: Math.max(before, await selects()) });
      }
      const [{ times, base } = { times: [], base: 0 }] = all.sort((a, b) => a.base - b.base);
      const seen = await plansOf(url, (rpc) => ask(rpc, 3));
      const p99 = percentile(times, 99);
      const isMet = (goalMs === null || p99 <= goalMs) && seen.scans.length === 0;
      holds &&= isMet;
      rows.push([
        name,
        ...[50, 95, 99].map((rank) => percentile(times, rank).toFixed(2)),
        base.toFixed(2),
        most.toFixed(0),
        String(Math.round(seen.ledgerRows)),
        String(Math.round(seen.boardRows)),
        seen.scans.length === 0 ? 'none' : [...new Set(seen.scans)].join(' '),
        `${goalMs} ms ${verdict(isMet)}`,
      ]);
    }
    say(table(rows));
    await measureErasures(database);
    return holds;
  } finally {
    await pool.end();
    await database.close();
  }
}

await withDatabase(async (url) => {
  const start = performance.now();
  await load(url);
  say(`loaded in ${seconds(start)}`);
  const wrong = await unlikeLedger(url);
  if (wrong !== '') say(`sums that are not the ledger's: ${wrong}`);
  const holds = await measure(url);
  process.exitCode = holds && wrong === '' ? 0 : 1;
});
