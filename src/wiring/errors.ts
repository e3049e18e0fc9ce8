import { Counter, type Registry } from 'prom-client';
import type { Clock } from '../application/ports/clock.ts';
import {
  type Defect,
  type ErrorReporter,
  noErrorReporter,
  type ReportOutcome,
  reportOutcomes,
} from '../application/ports/error-reporter.ts';
import type { Config } from '../config.ts';

/** Of the fields of a line those that may leave the house: words and ids of ours, of nobody. */
const told = [
  'traceId',
  'route',
  'job',
  'run',
  'attempt',
  'failure',
  'fn',
  'phase',
  'service',
  'state',
] as const;

/** A line of the log that wakes somebody, as a defect. */
export function defectOf(fields: Readonly<Record<string, unknown>>, message: string): Defect {
  const facts = told.flatMap((name) => {
    const value = fields[name];
    return typeof value === 'string' || typeof value === 'number' ? [[name, String(value)] as const] : [];
  });
  const { err } = fields;
  return { message, error: err instanceof Error ? err : undefined, facts: Object.fromEntries(facts) };
}

/** Where defects are reported to; the library is loaded only where there is an address. */
export async function openErrorReporter(
  { SENTRY_DSN: dsn, NODE_ENV: environment }: Config,
  deps: { metrics: Registry; clock: Clock },
): Promise<ErrorReporter> {
  const reports = new Counter({
    name: 'errors_reported_total',
    help: 'Defects by what has become of their report; held_back = more than thirty in a minute',
    labelNames: ['outcome'],
    registers: [deps.metrics],
  });
  for (const outcome of reportOutcomes) reports.inc({ outcome }, 0);
  if (dsn === undefined) return noErrorReporter;
  const { openSentry } = await import('../infrastructure/observability/sentry.ts');
  const onReport = (outcome: ReportOutcome) => reports.inc({ outcome });
  return openSentry({ dsn, environment, clock: deps.clock, onReport });
}
