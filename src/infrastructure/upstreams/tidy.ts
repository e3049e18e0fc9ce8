/** What is set right after a reply has been read: doubles, ignored filters, replies about somebody else. */
import { UpstreamError } from '../../application/ports/upstream-error.ts';
import type { Window } from '../../application/ports/upstreams.ts';
import type { Query } from './wire.ts';
import { canonicalId } from './wire-types.ts';

/** The query of a window of time. */
export const windowQuery = ({ from, to }: Window): Query => ({
  from: new Date(from).toISOString(),
  to: new Date(to).toISOString(),
});

/** The first of those that share a key; services send the same thing twice. */
export function uniqueBy<T>(items: readonly T[], keyOf: (item: T) => string): T[] {
  const seen = new Set<string>();
  return items.filter((item) => {
    const key = keyOf(item);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** Of those that share a key the one that `compare` sorts first; the order of the list stays. */
export function bestBy<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  compare: (a: T, b: T) => number,
): T[] {
  const best = new Map<string, T>();
  for (const item of items) {
    const key = keyOf(item);
    const known = best.get(key);
    if (known === undefined || compare(item, known) < 0) best.set(key, item);
  }
  const kept = new Set(best.values());
  return items.filter((item) => kept.has(item));
}

/** Keeps what lies in a window: services ignore filters. What has no date cannot be said to lie outside. */
export function within<T>(items: readonly T[], { from, to }: Window, atOf: (item: T) => number | null): T[] {
  return items.filter((item) => {
    const at = atOf(item);
    return at === null || (at >= from && at <= to);
  });
}

/** @throws UpstreamError invalid_response when the reply is about somebody else: it answers no question of ours. */
export function aboutOnly<T>(found: T | null, id: string, idOf: (found: T) => string): T | null {
  if (found === null || idOf(found) === canonicalId(id)) return found;
  throw new UpstreamError('invalid_response', 'the reply is about another id than the one asked for');
}
