/**
 * `npm run mutate [-- Stryker's options]`: tries mutants (`stryker.config.json`) and judges each area by itself. Exit
 * codes: 0, 1 when an area has too few noticed or none was tried, and Stryker's own when it could not try them.
 */
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import stryker from '../stryker.config.json' with { type: 'json' };
import { areasOf, mutationReport } from './mutants/areas.ts';
import { report } from './prove/report.ts';

const child = spawn('stryker', ['run', ...process.argv.slice(2)], { stdio: 'inherit' });
const code = await new Promise<number>((resolve) => child.once('close', (exit) => resolve(exit ?? 1)));
if (code !== 0) process.exit(code);

const text = await readFile(stryker.jsonReporter.fileName, 'utf8');
const areas = areasOf(mutationReport.parse(JSON.parse(text)));
process.exit(report(areas) && areas.length > 0 ? 0 : 1);
