import { type Role, roles } from '../../domain/identity/roles.ts';
import type { Viewer } from '../../domain/identity/viewer.ts';
import type { DataSource, Missing } from '../../domain/provenance.ts';

/** How one request ended: what operation needs, and nothing that anybody has written. */
export interface RequestEnd {
  requestId: string;
  /** Of the caller's trace or ours, 32 hex digits; undefined = it is in none. */
  traceId?: string | undefined;
  /** Somebody records that trace, so that it can be looked at. */
  isSampled?: boolean;
  method: string;
  /** The route's pattern: an id or a name may stand in a path. */
  route: string;
  status: number;
  /** Milliseconds. */
  ms: number;
  /** How an answer was served, where it was an analytic's. */
  form?: string;
  dataSource?: DataSource;
  /** Figures that were withheld to protect small groups; undefined = none. */
  suppressed?: number | undefined;
  /** Of an error. */
  code?: string;
  /** The caller; undefined = nobody who was known. Logs show a keyed hash only. */
  viewer?: Viewer | undefined;
}

/** How many figures of an answer are withheld; undefined for none, which has no place in a log. */
export function suppressedIn(missing: readonly Missing[]): number | undefined {
  if (missing.length === 0) return undefined;
  return missing.filter(({ reason }) => reason === 'suppressed').length || undefined;
}

/** Told of every request's end; must cost next to nothing. */
export type OnRequestEnd = (end: RequestEnd) => void;

export const callerRoles = [
  'admin',
  'org_admin',
  'trainer',
  'learner',
  'key',
  'none',
] as const satisfies readonly (Role | 'key' | 'none')[];

const strongestFirst = roles.toReversed();

/** The one role by which a caller is counted: the strongest, so that each request counts once; key = a service. */
export function countedRole(viewer: Viewer | undefined): (typeof callerRoles)[number] {
  if (viewer?.scopes !== undefined) return 'key';
  return strongestFirst.find((role) => viewer?.roles.includes(role)) ?? 'none';
}
