import { z } from 'zod';
import type { Analytic } from '../../application/analytics/define.ts';
import type { Seal } from '../../application/ports/seal.ts';
import { policies, type Subject } from '../../domain/identity/policy.ts';

/** Where the origin answers the edge; the seal follows. */
export const edgePrefix = '/api/edge/';

/** What the edge asks the origin, after it has decided that its caller may see it. */
export interface EdgeQuestion {
  analyticId: string;
  subject: Subject;
  /** Canonical: names sorted. */
  query: string;
}

const dayMs = 86_400_000;
const dayOf = (now: number) => Math.floor(now / dayMs);

/** Read as what comes from outside: a seal may be of another version of us. */
const sealed = z
  .string()
  .transform((text, context): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      context.addIssue('is no JSON');
      return z.NEVER;
    }
  })
  .pipe(z.tuple([z.int(), z.string(), z.enum(policies), z.string(), z.string().nullable(), z.string()]));

/** The same question of the same UTC day has the same seal, whoever asks it. */
export function sealQuestion({ analyticId, subject, query }: EdgeQuestion, seal: Seal, now: number): string {
  const { kind, id, organizationId } = subject;
  return seal.close('question', JSON.stringify([dayOf(now), analyticId, kind, id, organizationId, query]));
}

/** Null for whatever we have not sealed today or yesterday. */
export function openQuestion(text: string, seal: Seal, now: number): EdgeQuestion | null {
  const opened = sealed.safeParse(seal.open('question', text));
  if (!opened.success) return null;
  const [day, analyticId, kind, id, organizationId, query] = opened.data;
  const age = dayOf(now) - day;
  return age === 0 || age === 1 ? { analyticId, subject: { kind, id, organizationId }, query } : null;
}

export const analyticOf = (registry: readonly Analytic[], id: string): Analytic | undefined =>
  registry.find((analytic) => analytic.id === id);
