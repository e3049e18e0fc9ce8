/**
 * `npm run prove [-- --report FILE] [-- --only AREA]`: runs what shows each promise (`scripts/prove/promises.ts`) and
 * prints one line for each, with its figure; a drill's own promises follow it. With --report nothing is run: the promises that tests show are judged by
 * Vitest's JSON report of a run of the suite, and the others are said to be shown elsewhere (the gate does that). Exit
 * codes: 0, 1 when a promise is broken, 64 for wrong arguments.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import packageJson from '../package.json' with { type: 'json' };
import { type ByCommand, type ByTests, type Promised, promises } from './prove/promises.ts';
import {
  filesOf,
  linesOf,
  type TestReport,
  testReport,
  type Verdict,
  verdictOfCommand,
  verdictOfTests,
} from './prove/verdicts.ts';

const print = (line: string) => process.stdout.write(`${line}\n`);
const isByTests = (by: Promised['by']): by is ByTests => 'tests' in by;
const isByCommand = (by: Promised['by']): by is ByCommand => 'script' in by;
const scripts: Record<string, string> = packageJson.scripts;
const mostTestMinutes = 10;
const nothing: TestReport = { testResults: [] };

/** Runs an npm script by itself: its children end with it. @returns null as code when it took too long. */
async function run(
  args: readonly string[],
  minutes: number,
): Promise<{ code: number | null; output: string }> {
  const child = spawn('npm', args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const chunks: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => chunks.push(text));
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
  }, minutes * 60_000);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  clearTimeout(timer);
  return { code: isLate ? null : (code ?? 1), output: chunks.join('') };
}

/** One run of all the tests that show something, over real servers. */
async function runTests(files: readonly string[]): Promise<TestReport> {
  if (files.length === 0) return nothing;
  const folder = await mkdtemp(path.join(tmpdir(), 'prove-'));
  const file = path.join(folder, 'tests.json');
  try {
    const servers = [
      'run',
      '-s',
      'with-postgres',
      '--',
      'npm',
      'run',
      '-s',
      'with-redis',
      '--',
      'npm',
      'test',
      '--',
    ];
    await run([...servers, '--reporter=json', `--outputFile.json=${file}`, ...files], mostTestMinutes);
    return existsSync(file) ? await readReport(file) : nothing;
  } finally {
    await rm(folder, { recursive: true });
  }
}

const readReport = async (file: string) => testReport.parse(JSON.parse(await readFile(file, 'utf8')));

async function verdictByCommand(by: ByCommand): Promise<Verdict> {
  const { script, args = [], minutes } = by;
  if (scripts[script] === undefined) return { outcome: 'BROKEN', figure: `there is no npm run ${script}` };
  const { code, output } = await run(['run', '-s', script, '--', ...args], minutes);
  return verdictOfCommand(by, code, output);
}

async function main(chosen: readonly Promised[], reportFile: string | undefined): Promise<number> {
  const startedAt = performance.now();
  const files = [...new Set(chosen.flatMap(({ by }) => (isByTests(by) ? filesOf(by) : [])))];
  const isRun = reportFile === undefined;
  // What is not judged by its time goes beside the tests; all else has the machine to itself.
  const commands = isRun ? chosen.map(({ by }) => by).filter(isByCommand) : [];
  const timeless = new Map(commands.filter((by) => by.isTimeless).map((by) => [by, verdictByCommand(by)]));
  const report = isRun ? await runTests(files) : await readReport(reportFile);
  await Promise.all(timeless.values());
  const judge = async ({ by }: Promised): Promise<Verdict> => {
    if (isByTests(by)) return verdictOfTests(by, report);
    if (!isRun) return { outcome: 'elsewhere', figure: `npm run ${by.script}` };
    return timeless.get(by) ?? verdictByCommand(by);
  };
  let broken = 0;
  for (const promised of chosen) {
    const verdict = await judge(promised);
    if (verdict.outcome === 'BROKEN') broken += 1;
    for (const line of linesOf(promised, verdict)) print(line);
  }
  const minutes = ((performance.now() - startedAt) / 60_000).toFixed(1);
  print(`${chosen.length} promises, ${broken} broken, ${minutes} minutes`);
  return broken === 0 ? 0 : 1;
}

function readArguments(): { chosen: readonly Promised[]; report: string | undefined } | null {
  try {
    const { values } = parseArgs({ options: { report: { type: 'string' }, only: { type: 'string' } } });
    const chosen = promises.filter(({ area }) => values.only === undefined || area === values.only);
    if (chosen.length === 0)
      throw new Error(`areas are: ${[...new Set(promises.map(({ area }) => area))].join(', ')}`);
    return { chosen, report: values.report };
  } catch (error) {
    print(`${(error as Error).message}\nUsage: npm run prove [-- --report FILE] [-- --only AREA]`);
    return null;
  }
}

const given = readArguments();
process.exitCode = given === null ? 64 : await main(given.chosen, given.report);
