import { AppError, type ErrorCode } from '../../domain/errors.ts';
import type { Subject } from '../../domain/identity/policy.ts';
import { type Meta, metaIn, type Served } from '../analytics/answer.ts';
import type { Analytic } from '../analytics/define.ts';
import type { RunAnalytic } from '../analytics/run-analytic.ts';
import type { CallScope } from '../ports/reply.ts';

export const sectionStatuses = ['ok', 'partial', 'unavailable', 'denied'] as const;
export type SectionStatus = (typeof sectionStatuses)[number];

/** One card of a dashboard; `data` and `meta` are null exactly when there is an `error`. */
export interface Section {
  status: SectionStatus;
  data: unknown;
  meta: Meta | null;
  error?: { code: ErrorCode; message: string };
}

export interface Dashboard {
  sections: Record<string, Section>;
}

function answered(served: Served): Section {
  return {
    status: served.answer.meta.complete ? 'ok' : 'partial',
    data: JSON.parse(served.answer.data.toString()) as unknown,
    meta: metaIn(served),
  };
}

/** A section that failed says so in its place; only a defect or a caller who left ends the page. */
function failed(error: unknown): Section {
  if (!(error instanceof AppError) || error.code === 'CLIENT_CLOSED_REQUEST') throw error;
  return {
    status: error.code === 'FORBIDDEN' ? 'denied' : 'unavailable',
    data: null,
    meta: null,
    error: { code: error.code, message: error.message },
  };
}

/**
 * Several analytics about one subject in one call. They share the scope's memo, so that each thing is read
 * from each service once; one failed section never fails the page.
 */
export async function dashboard(
  run: RunAnalytic,
  sections: ReadonlyMap<string, Analytic>,
  subject: Subject,
  scope: CallScope,
): Promise<Dashboard> {
  const entries = [...sections].map(async ([name, analytic]): Promise<[string, Section]> => {
    const query = analytic.query.parse({});
    const question = { analytic, subject, query, completeness: 'partial' } as const;
    const section = await Promise.resolve()
      .then(() => run(question, scope))
      .then(answered, failed);
    return [name, section];
  });
  return { sections: Object.fromEntries(await Promise.all(entries)) };
}
