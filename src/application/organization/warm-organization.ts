import type { Analytic } from '../analytics/define.ts';
import type { RunAnalytic } from '../analytics/run-analytic.ts';
import type { Figures } from '../ports/jobs.ts';
import type { CallScope } from '../ports/reply.ts';

export interface WarmDeps {
  registry: readonly Analytic[];
  run: RunAnalytic;
  /** Nobody's request: one scope per answer, which ends with the signal. */
  scope: (signal: AbortSignal) => CallScope;
}

/**
 * Asks for every figure of an organization as its dashboard will, so that the first one to look finds it
 * ready. One after the other: it is nobody's hurry. What fails is counted; the dashboard will ask again.
 * @throws the signal's reason.
 */
export async function warmOrganization(
  organizationId: string,
  { registry, run, scope }: WarmDeps,
  signal: AbortSignal,
): Promise<Figures> {
  const subject = { kind: 'organization', id: organizationId, organizationId } as const;
  const figures = { warmed: 0, failed: 0 };
  for (const analytic of registry.filter(({ subject: kind }) => kind === 'organization')) {
    signal.throwIfAborted();
    const question = { analytic, subject, query: analytic.query.parse({}), completeness: 'partial' } as const;
    try {
      await run(question, scope(signal));
      figures.warmed += 1;
    } catch {
      figures.failed += 1;
    }
  }
  return figures;
}
