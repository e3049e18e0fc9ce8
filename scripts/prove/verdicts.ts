/** What a run of the tests, or of a command, says of a promise. */
import { z } from 'zod';
import type { ByCommand, ByTests, Promised } from './promises.ts';

export interface Verdict {
  outcome: 'ok' | 'BROKEN' | 'elsewhere';
  figure: string;
  /** What a drill reported, promise by promise. */
  parts?: readonly string[];
}

/** Vitest's JSON report. */
export const testReport = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string().optional(),
      assertionResults: z.array(
        z.object({ fullName: z.string(), status: z.string(), duration: z.number().nullish() }),
      ),
    }),
  ),
});
export type TestReport = z.output<typeof testReport>;

/** `file › part of a name`. */
function partsOf(reference: string): { file: string; part: string } {
  const [file = '', part = ''] = reference.split(' › ');
  return { file, part };
}

export const filesOf = ({ tests }: ByTests): string[] => [...new Set(tests.map((one) => partsOf(one).file))];

/** Every reference must have at least one test, and all of them must have passed: one that was skipped shows nothing. */
export function verdictOfTests({ tests }: ByTests, { testResults }: TestReport): Verdict {
  let passed = 0;
  let ms = 0;
  for (const reference of tests) {
    const { file, part } = partsOf(reference);
    const found = testResults.find(({ name }) => name.endsWith(`/${file}`));
    const cases = found?.assertionResults.filter(({ fullName }) => fullName.includes(part)) ?? [];
    const failed = cases.find(({ status }) => status !== 'passed');
    if (found === undefined || cases.length === 0)
      return { outcome: 'BROKEN', figure: `${reference} did not run` };
    if (failed !== undefined) return { outcome: 'BROKEN', figure: `${failed.status}: ${failed.fullName}` };
    passed += cases.length;
    ms += cases.reduce((sum, { duration }) => sum + (duration ?? 0), 0);
  }
  return {
    outcome: 'ok',
    figure: `${passed} ${passed === 1 ? 'test' : 'tests'}, ${(ms / 1000).toFixed(1)} s`,
  };
}

const longestFigure = 160;

/** The lines of `report.ts`. */
const reported = /^(?:holds |BROKEN) {2}.+$/gm;

/** @param code of the process that ran it; null = it took too long. */
export function verdictOfCommand(
  { script, figure, minutes }: ByCommand,
  code: number | null,
  output: string,
): Verdict {
  const parts = figure === undefined ? [...output.matchAll(reported)].map(([line]) => line) : [];
  const broken = parts.filter((line) => line.startsWith('BROKEN')).length;
  const told =
    figure === undefined ? `${parts.length - broken} of ${parts.length} hold` : lastOf(figure, output);
  const verdict = (outcome: Verdict['outcome'], said: string): Verdict =>
    parts.length === 0 ? { outcome, figure: said } : { outcome, figure: said, parts };
  if (code === null) return verdict('BROKEN', `npm run ${script} took longer than ${minutes} minutes`);
  if (code !== 0) return verdict('BROKEN', `npm run ${script} ended with ${code}; ${told}`);
  // A drill that says nothing shows nothing.
  if (figure === undefined && (parts.length === 0 || broken > 0)) return verdict('BROKEN', told);
  return verdict('ok', told === '' ? `npm run ${script} found nothing wrong` : told);
}

function lastOf(figure: RegExp, output: string): string {
  const found = [...output.matchAll(figure)]
    .map(([, group = '']) => group.trim())
    .filter((text) => text !== '');
  return (found.at(-1) ?? '').slice(0, longestFigure);
}

/** One line, and one more for each part. */
export const linesOf = ({ area, promise }: Promised, { outcome, figure, parts = [] }: Verdict): string[] => [
  `${outcome.padEnd(9)} ${area.padEnd(13)} ${promise} — ${figure}`,
  ...parts.map((part) => `${' '.repeat(10)}${part}`),
];
