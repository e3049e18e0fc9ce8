import type { Subject } from '../../domain/identity/policy.ts';
import type { Analytic } from './define.ts';

/** What is asked; the caller has authorized `subject` for this viewer already. */
export interface AnalyticQuestion {
  analytic: Analytic;
  subject: Subject;
  query: unknown;
  /** `full`: a partial answer is an error instead. */
  completeness: 'partial' | 'full';
  /**
   * To be kept as a snapshot: of the live services or still fresh, else the error; never stale, never mock. It
   * neither waits with viewers, whose time is shorter, nor pushes what they ask for out of the cache.
   */
  isForKeeping?: boolean;
  /** Neither kept answers nor kept replies are good enough, unless nothing better can be had. */
  isAnew?: boolean;
}

/** Sorted, so that the order of query parameters makes no second entry. */
function canonical(query: unknown): string {
  const entries = Object.entries(query as Record<string, unknown>).filter(([, value]) => value !== undefined);
  return JSON.stringify(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Whether it is asked without parameters: only such answers are kept over days. */
export const isUsual = ({ analytic, query }: AnalyticQuestion): boolean =>
  canonical(query) === canonical(analytic.query.parse({}));

/** Everything an answer depends on: tenant, metric and version, subject, parameters. */
export function answerKey({ analytic, subject, query }: AnalyticQuestion): string {
  const tenant = subject.organizationId ?? '-';
  return `${tenant}/${analytic.id}@${analytic.version}/${subject.kind}:${subject.id}/${canonical(query)}`;
}

/** What an answer is about, so that it can be forgotten by it, as far as its question tells. */
export function tagsOf({ analytic, subject, query }: AnalyticQuestion): string[] {
  const { courseId } = query as { courseId?: unknown };
  return [
    `tenant:${subject.organizationId ?? '-'}`,
    `${subject.kind}:${subject.id}`,
    `metric:${analytic.id}`,
    ...(typeof courseId === 'string' ? [`course:${courseId}`] : []),
  ];
}
