/**
 * `npm run mutate [-- Stryker's options]`: tries mutants (`stryker.config.json`) and judges each area by itself. Exit
 * codes: 0, 1 when an area has too few noticed or nothing was tried, and Stryker's own when it could not try them.
 */
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import stryker from '../stryker.config.json' with { type: 'json' };
import { areasOf, isWeak, leastPercent, mutationReport, percentOf } from './mutants/areas.ts';

const print = (line: string) => process.stdout.write(`${line}\n`);

const child = spawn('stryker', ['run', ...process.argv.slice(2)], { stdio: 'inherit' });
const code = await new Promise<number>((resolve) => child.once('close', (exit) => resolve(exit ?? 1)));
if (code !== 0) process.exit(code);

const report = mutationReport.parse(JSON.parse(await readFile(stryker.jsonReporter.fileName, 'utf8')));
const areas = areasOf(report);
for (const area of areas)
  print(
    `${isWeak(area) ? 'WEAK' : 'ok  '} ${area.name.padEnd(22)} ${percentOf(area).toFixed(1)} % of ${area.tried}`,
  );
const sum = (numbers: readonly number[]) => numbers.reduce((all, number) => all + number, 0);
const tried = sum(areas.map((area) => area.tried));
const noticed = sum(areas.map((area) => area.noticed));
const weakest = areas.toSorted((a, b) => percentOf(a) - percentOf(b))[0];
if (weakest === undefined) {
  print('no mutant was tried');
  process.exit(1);
}
print(
  `mutants: ${percentOf({ noticed, tried }).toFixed(1)} % of ${tried}, weakest ${weakest.name} ${percentOf(weakest).toFixed(1)} %, at least ${leastPercent} % each`,
);
process.exit(areas.some(isWeak) ? 1 : 0);
