import type { Computed } from '../../domain/provenance.ts';

/** Figures that are all null, for a subject that the services know nothing of; why is said by the sources' rows. */
export function nothingKnown<const K extends string, Rest extends object>(
  rest: Rest,
  fields: readonly K[],
): Computed<Record<K, null> & Rest> {
  const nothing = Object.fromEntries(fields.map((field) => [field, null])) as Record<K, null>;
  return { data: { ...nothing, ...rest }, missing: [] };
}
