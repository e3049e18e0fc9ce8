import { UpstreamError } from './upstream-error.ts';

/** One page of a list; `nextCursor` null = the last one (which may be empty). */
export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

/** More pages than this (10 million items) is a service that never ends, not a big organization. */
const maxPages = 10_000;
/** More rows than this neither: what is made of them is kept in memory. */
const maxItems = 5_000_000;

/**
 * Every page of a list. The next one is on its way while the last is worked on, so two are in memory at a time.
 * @throws UpstreamError invalid_response when a cursor repeats or the list never ends.
 */
export async function* eachPage<T>(
  fetchPage: (cursor: string | null) => Promise<Page<T>>,
  mostItems = maxItems,
): AsyncGenerator<T[], void, undefined> {
  const seen = new Set<string>();
  let items = 0;
  let coming: Promise<Page<T>> | null = fetchPage(null);
  while (coming !== null) {
    const { items: found, nextCursor }: Page<T> = await coming;
    items += found.length;
    const isTooMuch = seen.size >= maxPages || items > mostItems;
    const isEndless: boolean = nextCursor !== null && (seen.has(nextCursor) || isTooMuch);
    coming = nextCursor === null || isEndless ? null : fetchPage(nextCursor);
    // Whoever stops early never hears how the page ahead ended.
    coming?.catch(() => undefined);
    yield found;
    if (isEndless)
      throw new UpstreamError(
        'invalid_response',
        'the list never ends: a cursor came twice or too many came',
      );
    if (nextCursor !== null) seen.add(nextCursor);
  }
}

/** All items of a list that is known to be small (one person's, one course's): mostly one page, which is then the list. */
export async function allItems<T>(fetchPage: (cursor: string | null) => Promise<Page<T>>): Promise<T[]> {
  const first = await fetchPage(null);
  if (first.nextCursor === null) return first.items;
  const items: T[] = [];
  const fromFirst = (cursor: string | null) => (cursor === null ? Promise.resolve(first) : fetchPage(cursor));
  for await (const page of eachPage(fromFirst)) {
    for (const item of page) items.push(item);
  }
  return items;
}
