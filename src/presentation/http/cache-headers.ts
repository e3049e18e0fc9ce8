/**
 * What caches are told of every answer, in one place. Three headers are read by three kinds of caches (browsers, any
 * CDN, Vercel's; RFC 9213), and one that is missing makes a cache look at the next: so all are set, always.
 */
import type { Route } from './route.ts';

/** The three headers of an answer, names and values in turn. Only this file makes them. */
class CacheLines {
  readonly lines: readonly string[];

  constructor(own: string, cdn: string, vercel: string) {
    this.lines = ['Cache-Control', own, 'CDN-Cache-Control', cdn, 'Vercel-CDN-Cache-Control', vercel];
  }
}

const daySeconds = 86_400;

/** Answers that are alike whoever asks. */
const named = {
  /** Everything that is not known to be something else. */
  'no-store': new CacheLines('no-store', 'no-store', 'no-store'),
  /** About nobody, and asked for again each time. */
  'no-cache': new CacheLines('no-cache', 'no-store', 'no-store'),
  /** Files of the documentation page. */
  asset: new CacheLines(`public, max-age=${daySeconds}`, `max-age=${daySeconds}`, `max-age=${daySeconds}`),
  /** Files whose names change with what is in them. */
  hashed: new CacheLines(
    `public, max-age=${365 * daySeconds}, immutable`,
    `max-age=${365 * daySeconds}`,
    `max-age=${365 * daySeconds}`,
  ),
} as const;

export type CacheRule = keyof typeof named | CacheLines;

const privately = (revalidateSeconds: number) =>
  `private, max-age=0, stale-while-revalidate=${revalidateSeconds}`;

const ownRules = new Map<number, CacheLines>();

/** Figures: the caller's browser may keep them and has to ask again; nobody else may. */
export function ownRule(revalidateSeconds: number): CacheRule {
  const known = ownRules.get(revalidateSeconds);
  if (known !== undefined) return known;
  const rule = new CacheLines(privately(revalidateSeconds), 'no-store', 'no-store');
  ownRules.set(revalidateSeconds, rule);
  return rule;
}

/**
 * Figures at a sealed address: only the cache behind our own middleware may keep them. `CDN-Cache-Control` reaches
 * caches in front of the middleware too, where the address is not sealed. No copy is shown past its time: it says
 * `cached`, and a shared cache cannot make it say `stale`.
 */
export const sealedRule = (browserSeconds: number, freshSeconds: number): CacheRule =>
  new CacheLines(privately(browserSeconds), 'no-store', `s-maxage=${freshSeconds}`);

/** Routes of the contract about nobody; what is not listed is kept by nobody. */
const aboutNobody: ReadonlySet<string> = new Set(['metrics.definitions', 'health']);

/** What is said of a route's plain data. */
export const plainRule = ({ id, access, method }: Pick<Route, 'id' | 'access' | 'method'>): CacheRule =>
  access === 'public' && method === 'get' && aboutNobody.has(id) ? 'no-cache' : 'no-store';

/** Names and values in turn. */
export const cacheHeaders = (rule: CacheRule): readonly string[] =>
  (typeof rule === 'string' ? named[rule] : rule).lines;
