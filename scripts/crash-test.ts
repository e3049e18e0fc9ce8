/**
 * `npm run crash-test [-- --engine pglite|postgres|both --kills 50 --awards 2000 --callers 20 --seed 1]`: a
 * process that awards points and publishes events is ended with kill -9 again and again; then nothing that it
 * acknowledged may be lost, doubled or unpublished. PostgreSQL needs a server in TEST_DATABASE_URL:
 * `npm run with-postgres -- npm run crash-test`. Exit codes: 0, 1 for anything that does not hold, 64 for
 * wrong arguments, 69 without a server.
 */
import { parseArgs } from 'node:util';
import { aFewAtOnce } from '../src/application/a-few-at-once.ts';
import { checkProjections } from '../src/application/events/projections.ts';
import { tryForgeries } from './crash/forgeries.ts';
import { makePlan } from './crash/plan.ts';
import { readRecord } from './crash/record.ts';
import { type CrashRun, crash } from './crash/run.ts';
import { asOwner, type CrashTarget, type Engine, engines, openTarget, withTarget } from './crash/target.ts';
import { type Answer, judge, type Observed, publishedAgain } from './crash/verdicts.ts';

const usage = `Usage: npm run crash-test [-- options]
  --engine   pglite, postgres or both; both when TEST_DATABASE_URL is set, else pglite
  --kills    how often the process is killed (50)
  --awards   how many awards are asked for (2000)
  --callers  how many ask at the same time (20)
  --seed     of what is awarded and when it is killed (1)`;
const noServer = 'PostgreSQL needs a server: npm run with-postgres -- npm run crash-test';

const print = (line: string) => process.stdout.write(`${line}\n`);

interface Options {
  engines: readonly Engine[];
  kills: number;
  awards: number;
  callers: number;
  seed: number;
}

function whole(name: string, text: string, least: number): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < least || text.trim() === '')
    throw new Error(`--${name} must be a whole number from ${least}`);
  return number;
}

function enginesOf(name: string | undefined, hasServer: boolean): readonly Engine[] {
  if (name === 'both' || (name === undefined && hasServer)) return engines;
  const found = engines.find((engine) => engine === (name ?? 'pglite'));
  if (found === undefined) throw new Error('--engine must be pglite, postgres or both');
  return [found];
}

function readArguments(hasServer: boolean): Options | null {
  try {
    const { values } = parseArgs({
      options: {
        engine: { type: 'string' },
        kills: { type: 'string', default: '50' },
        awards: { type: 'string', default: '2000' },
        callers: { type: 'string', default: '20' },
        seed: { type: 'string', default: '1' },
      },
    });
    return {
      engines: enginesOf(values.engine, hasServer),
      kills: whole('kills', values.kills, 0),
      // Fewer leave nothing of which an order could be seen.
      awards: whole('awards', values.awards, 30),
      callers: whole('callers', values.callers, 1),
      seed: whole('seed', values.seed, 0),
    };
  } catch (error) {
    print(`${(error as Error).message}\n${usage}`);
    return null;
  }
}

const asksAtOnce = 10;

/** What is there when nobody writes any more. Read before anything is asked again, which might put it right. */
async function observe(target: CrashTarget, run: CrashRun, awards: Observed['awards']): Promise<Observed> {
  const record = await asOwner(target, readRecord);
  const repeated = new Map<string, Answer>();
  const database = await openTarget(target);
  try {
    const projections = await checkProjections(database);
    await aFewAtOnce(awards, asksAtOnce, async (award) => {
      repeated.set(award.key_hash, (await database.call('award_points', { ...award })) as Answer);
    });
    await database.close();
    const { ledger } = await asOwner(target, readRecord);
    const acknowledged = run.acknowledged as Observed['acknowledged'];
    const { published } = run;
    return {
      awards,
      acknowledged,
      repeated,
      published,
      record,
      entriesAfterRepeating: ledger.length,
      projections,
    };
  } finally {
    await database.close();
  }
}

const middle = (sorted: readonly number[]): number => sorted[Math.floor(sorted.length / 2)] ?? 0;

function printFigures(run: CrashRun, { record, projections }: Observed): void {
  const recoveries = run.recoveriesMs.toSorted((a, b) => a - b);
  const { kills, killedWhileStarting, acknowledged, cut, published, tookMs } = run;
  const rows: [string, string][] = [
    ['kills', `${kills}, of them ${killedWhileStarting} while starting`],
    ['recoveries', `${recoveries.length}, p50 ${middle(recoveries)} ms, max ${recoveries.at(-1) ?? 0} ms`],
    ['awards acknowledged', `${acknowledged.size}; ${cut} calls were cut off and sent again`],
    ['ledger', `${record.ledger.length} entries, ${record.achievements.length} achievements`],
    [
      'events',
      `${record.events.length}, published ${published.length} times, ${publishedAgain(published)} of them again`,
    ],
    ['projections', `${projections.people} people, ${projections.organizations} organizations`],
    ['time', `${(tookMs / 1000).toFixed(1)} s`],
  ];
  for (const [name, figure] of rows) print(`  ${name.padEnd(20)} ${figure}`);
}

const mostShown = 5;

/** @returns whether everything holds. */
function printVerdicts(observed: Observed): boolean {
  const verdicts = judge(observed);
  for (const { promise, violations } of verdicts) {
    print(`  ${violations.length === 0 ? 'holds ' : 'BROKEN'}  ${promise}`);
    for (const violation of violations.slice(0, mostShown)) print(`            ${violation}`);
    if (violations.length > mostShown) print(`            and ${violations.length - mostShown} more`);
  }
  if (verdicts.some(({ violations }) => violations.length > 0)) return false;
  const { tried, missed } = tryForgeries(observed);
  print(
    `  ${missed.length === 0 ? 'holds ' : 'BROKEN'}  the check itself finds ${tried - missed.length} of ${tried} forgeries`,
  );
  for (const what of missed) print(`            not found: ${what}`);
  return missed.length === 0;
}

async function testOn(engine: Engine, options: Options, server: string): Promise<boolean> {
  const { awards, kills, callers, seed } = options;
  print(`${engine}: ${awards} awards from ${callers} callers, ${kills} kills, seed ${seed}`);
  const plan = makePlan(seed, { awards, kills });
  return withTarget(engine, server, async (target) => {
    const run = await crash(target, plan, callers);
    const observed = await observe(target, run, plan.awards);
    printFigures(run, observed);
    return printVerdicts(observed);
  });
}

async function main(options: Options, server: string): Promise<number> {
  if (options.engines.includes('postgres') && server === '') {
    print(noServer);
    return 69;
  }
  let holds = true;
  for (const engine of options.engines) holds = (await testOn(engine, options, server)) && holds;
  if (server === '') print(`postgres was left out. ${noServer}`);
  return holds ? 0 : 1;
}

const server = process.env.TEST_DATABASE_URL ?? '';
const options = readArguments(server !== '');
process.exitCode =
  options === null
    ? 64
    : await main(options, server).catch((error: unknown) => {
        print(`BROKEN  ${(error as Error).message}`);
        return 1;
      });
