/** What an organization's figures were in earlier months: what is kept for that, and how it is read. */
import { z } from 'zod';
import type { KeptEnrolments, KeptPaces, KeptParts } from '../../domain/analytics/kept-months.ts';
import { type CulturePart, cultureParts } from '../../domain/analytics/learning-culture.ts';
import { addMonths, type Calendar, dayOf } from '../../domain/time.ts';
import type { Snapshot, SnapshotKey, Snapshots } from '../ports/snapshots.ts';
import { readKeptAnswer } from './kept-answer.ts';

/** Months that are no answers, but what answers of later months need. Their version goes up with their meaning. */
export const paceHistory = { metric: 'organization.department-pace', version: 1 } as const;
export const enrolmentHistory = { metric: 'comparison.skill-enrolments', version: 1 } as const;
/** The answer that is its own history; the same definition as the analytic's. */
const culture = { metric: 'organization.learning-culture', version: 1 } as const;

const month = z.string().regex(/^\d{4}-\d{2}$/);
const paces = z.object({
  month,
  minimumCohort: z.number(),
  told: z.array(z.string()),
  departments: z.array(z.object({ departmentId: z.string(), people: z.number(), pace: z.number() })),
});
const enrolments = z.object({
  month,
  minimumCohort: z.number(),
  skills: z.array(z.object({ skillId: z.string(), enrollments: z.number() })),
});
const parts = z.object({ parts: z.record(z.enum(cultureParts), z.number().nullable()) });

/** Months before the one that is going on. */
const monthsBack = 12;

/** The last day that was kept of each month; what cannot be understood counts as not kept. */
async function months<T>(
  snapshots: Snapshots,
  organizationId: string,
  figure: Pick<SnapshotKey, 'metric' | 'version'>,
  { now, zone }: Calendar,
  read: (snapshot: Snapshot) => T | null,
): Promise<T[]> {
  const key = { kind: 'organization', subject: organizationId, organizationId, ...figure } as const;
  const last = dayOf(now, zone);
  const first = `${addMonths(last.slice(0, 7), -monthsBack)}-01`;
  const found = await snapshots.lastOfMonths(key, { first, last });
  return found.flatMap((snapshot) => read(snapshot) ?? []);
}

export const keptPacesOf = (
  snapshots: Snapshots,
  organizationId: string,
  calendar: Calendar,
): Promise<KeptPaces[]> =>
  months(snapshots, organizationId, paceHistory, calendar, ({ data }) => paces.safeParse(data).data ?? null);

export const keptEnrolmentsOf = (
  snapshots: Snapshots,
  organizationId: string,
  calendar: Calendar,
): Promise<KeptEnrolments[]> =>
  months(
    snapshots,
    organizationId,
    enrolmentHistory,
    calendar,
    ({ data }) => enrolments.safeParse(data).data ?? null,
  );

function partsIn(snapshot: Snapshot): KeptParts<CulturePart> | null {
  const kept = readKeptAnswer(snapshot);
  const told = parts.safeParse(kept?.figures).data;
  if (kept === null || told === undefined) return null;
  return { month: snapshot.day.slice(0, 7), minimumCohort: kept.minimumCohort, parts: told.parts };
}

export const keptPartsOf = (
  snapshots: Snapshots,
  organizationId: string,
  calendar: Calendar,
): Promise<KeptParts<CulturePart>[]> => months(snapshots, organizationId, culture, calendar, partsIn);
