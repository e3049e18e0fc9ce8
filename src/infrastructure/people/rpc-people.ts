import { z } from 'zod';
import type { Forgotten, KeptRow, People } from '../../application/ports/people.ts';
import type { Rpc } from '../../application/ports/rpc.ts';

const rows = z.array(z.record(z.string(), z.unknown()));
const exported = z.object({ tables: z.record(z.string(), rows), events: rows, mentions: rows });
const proof = z.object({ proofId: z.string(), erasedAt: z.number() });
const ids = z.array(z.string());

/** How the database writes instants in an export. */
const instantText = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+00:00$/;
/** From 1973 to 2096, in epoch ms: a number of this size whose name ends in At is no count. */
const instantRange = { least: 1e11, most: 4e12 };
/** Where a file lies is ours to know; the report is in the export. */
const inner: ReadonlySet<string> = new Set(['storageKey']);

const camelCase = (name: string) =>
  name.replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

const isInstant = (key: string, value: unknown): value is number =>
  key.endsWith('At') &&
  typeof value === 'number' &&
  value >= instantRange.least &&
  value <= instantRange.most;

const byName = ([a]: [string, unknown], [b]: [string, unknown]) => (a < b ? -1 : 1);

/** A value with its instants as ISO text, and the names in it in one order. */
function readable(key: string, value: unknown): unknown {
  if (isInstant(key, value)) return new Date(value).toISOString();
  if (typeof value === 'string' && instantText.test(value)) return new Date(value).toISOString();
  if (Array.isArray(value)) return value.map((part) => readable('', part));
  if (typeof value !== 'object' || value === null) return value;
  const parts = Object.entries(value).sort(byName);
  return Object.fromEntries(parts.map(([name, part]) => [name, readable(name, part)]));
}

function readableRow(row: KeptRow): KeptRow {
  const columns = Object.entries(row).map(([name, value]) => [camelCase(name), value] as const);
  const told = columns.filter(([name]) => !inner.has(name));
  return readable('', Object.fromEntries(told)) as KeptRow;
}

/** In the order of their text: a table has none, and an export must not differ from the one before for nothing. */
const inOrder = (given: readonly KeptRow[]): KeptRow[] =>
  given
    .map((row) => ({ row, text: JSON.stringify(row) }))
    .sort((a, b) => (a.text < b.text ? -1 : 1))
    .map(({ row }) => row);

/**
 * What the database keeps of people.
 * @param salt with which their ids are hashed when they are erased; another one would know nobody again.
 */
export const makeRpcPeople = (rpc: Rpc, salt: string): People & Forgotten => ({
  exportOf: async (userId) => {
    const { tables, events, mentions } = exported.parse(await rpc.call('export_user', { user_id: userId }));
    const sections = Object.entries(tables)
      .map(([name, own]): [string, KeptRow[]] => [camelCase(name), inOrder(own.map(readableRow))])
      .sort(byName);
    return {
      sections: Object.fromEntries(sections),
      events: events.map(readableRow),
      mentions: mentions.map(readableRow),
    };
  },
  keeps: async (userId) => z.boolean().parse(await rpc.call('keeps_person', { user_id: userId, salt })),
  erase: async ({ userId, requestedBy, organizationId, reason, tags, now }) =>
    proof.parse(
      await rpc.call(
        'erase_person',
        {
          user_id: userId,
          salt,
          requested_by: requestedBy,
          organization_id: organizationId,
          reason,
          now,
          tags,
        },
        // Whatever names the person is looked for everywhere.
        { isLong: true },
      ),
    ),
  among: async (userIds) => {
    if (userIds.length === 0) return new Set();
    return new Set(ids.parse(await rpc.call('forgotten_among', { user_ids: userIds, salt })));
  },
  comeBack: async (userId) => {
    await rpc.call('come_back', { user_id: userId, salt });
  },
});
