import { MockRefusal, type MockRequest } from './route.ts';

export interface WirePage<T> {
  items: T[];
  nextCursor: string | null;
}

const maxLimit = 1000;

function limitOf({ query }: MockRequest): number {
  const limit = query.limit === undefined ? maxLimit : Number(query.limit);
  if (!Number.isInteger(limit) || limit < 1)
    throw new MockRefusal(400, 'limit is not a whole number above 0');
  return Math.min(limit, maxLimit);
}

function cursorOf({ query }: MockRequest): [group: number, row: number] {
  if (query.cursor === undefined) return [0, 0];
  const [, group, row] = /^(\d{1,9})\.(\d{1,9})$/.exec(query.cursor) ?? [];
  if (group === undefined || row === undefined) throw new MockRefusal(400, 'this is no cursor of ours');
  return [Number(group), Number(row)];
}

/**
 * One page of the rows of all groups, in order. The cursor names a group and a row in it, so a page costs
 * its own rows and not those before it.
 */
export function pageOf<G, T>(
  request: MockRequest,
  groups: readonly G[],
  rowsOf: (group: G) => readonly T[],
): WirePage<T> {
  const limit = limitOf(request);
  const items: T[] = [];
  let [group, first] = cursorOf(request);
  for (; group < groups.length; group += 1, first = 0) {
    const rows = rowsOf(groups[group] as G).slice(first);
    const room = limit - items.length;
    for (const row of rows.slice(0, room)) items.push(row);
    if (rows.length > room) return { items, nextCursor: `${group}.${first + room}` };
  }
  return { items, nextCursor: null };
}

/** One page of a list that is at hand. */
export const pageOfRows = <T>(request: MockRequest, rows: readonly T[]): WirePage<T> =>
  pageOf(request, [rows], (all) => all);

/** The closed window `from` … `to` of a request, epoch milliseconds; open where it says nothing. */
export function windowOf({ query }: MockRequest): { from: number; to: number } {
  const read = (text: string | undefined, otherwise: number) => {
    const at = text === undefined ? otherwise : Date.parse(text);
    if (Number.isNaN(at)) throw new MockRefusal(400, 'from or to is no instant');
    return at;
  };
  return {
    from: read(query.from, Number.NEGATIVE_INFINITY),
    to: read(query.to, Number.POSITIVE_INFINITY),
  };
}
