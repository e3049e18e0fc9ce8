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

const denials: ReadonlySet<ErrorCode> = new Set(['FORBIDDEN', 'PREDICTION_OPTED_OUT']);

/** A section that failed says so in its place; only a defect or a caller who left ends the page. */
function failed(error: unknown): Section {
  if (!(error instanceof AppError) || error.code === 'CLIENT_CLOSED_REQUEST') throw error;
  return {
    status: denials.has(error.code) ? 'denied' : 'unavailable',
    data: null,
    meta: null,
    error: { code: error.code, message: error.message },
  };
}

/** One section, from start to whatever end. */
export async function sectionOf(
  run: RunAnalytic,
  analytic: Analytic,
  subject: Subject,
  scope: CallScope,
  query: unknown = analytic.query.parse({}),
): Promise<Section> {
  const question = { analytic, subject, query, completeness: 'partial' } as const;
  try {
    return answered(await run(question, scope));
  } catch (error) {
    return failed(error);
  }
}

/**
 * Several analytics about one subject in one call, each as soon as it is ready; of those that are ready together the
 * one named first. They share the scope's memo, so that each thing is read from each service once; one failed section
 * never fails the page.
 */
export async function* dashboardSections(
  run: RunAnalytic,
  sections: ReadonlyMap<string, Analytic>,
  subject: Subject,
  scope: CallScope,
): AsyncGenerator<[name: string, section: Section], void, undefined> {
  const names = [...sections.keys()];
  const ready = new Map<string, Promise<Section>>();
  const running = new Map(
    [...sections].map(([name, analytic]) => {
      const section = sectionOf(run, analytic, subject, scope);
      const isReady = () => {
        ready.set(name, section);
        running.delete(name);
      };
      return [name, section.then(isReady, isReady)];
    }),
  );
  while (running.size > 0 || ready.size > 0) {
    if (ready.size === 0) await Promise.race(running.values());
    const next = names.find((name) => ready.has(name));
    const section = next === undefined ? undefined : ready.get(next);
    if (next === undefined || section === undefined) continue;
    ready.delete(next);
    yield [next, await section];
  }
}

/** The whole dashboard at once, sections in the order asked for. */
export async function dashboard(
  run: RunAnalytic,
  sections: ReadonlyMap<string, Analytic>,
  subject: Subject,
  scope: CallScope,
): Promise<Dashboard> {
  const entries = [...sections].map(
    async ([name, analytic]): Promise<[string, Section]> => [
      name,
      await sectionOf(run, analytic, subject, scope),
    ],
  );
  return { sections: Object.fromEntries(await Promise.all(entries)) };
}
