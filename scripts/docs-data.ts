/**
 * Writes the generated parts of docs/data.md, the picture of the tables and what is in each, from the migrated schema;
 * with `--check` refuses when they differ. A table of which nobody has said how long it is kept is refused too.
 */
import { readFile } from 'node:fs/promises';
import { PGlite } from '@electric-sql/pglite';
import { usualRetention } from '../src/application/people/apply-retention.ts';
import { migrate } from '../src/infrastructure/database/migrate.ts';
import { readMigrations } from '../src/infrastructure/database/migration-files.ts';
import { writeOrCheck } from './generated.ts';

const file = 'docs/data.md';
const remedy = 'npm run docs';

const untilErased = 'until the person is erased';
const untilItEnds = 'until it ends';
const { rawActivityDays, snapshotDays, auditDays } = usualRetention;

/** Group → its tables, and how long a row is kept. */
const groups: Record<string, Record<string, string>> = {
  'People and sessions': {
    preferences: untilErased,
    refresh_families: untilItEnds,
    refresh_tokens: untilItEnds,
    revoked_tokens: untilItEnds,
    user_cutoffs: 'until no token is as old and somebody’s roles change, or the person is erased',
    erasures: 'for good',
    forgotten: 'until the person logs in again',
  },
  'Points and activity': {
    points_ledger: untilErased,
    organization_points: untilErased,
    point_days: untilErased,
    point_totals: untilErased,
    point_sums: untilErased,
    ledger_zones: untilErased,
    accruals: untilErased,
    achievements: untilErased,
    streak_freezes: untilErased,
    activity_days: untilErased,
    learning_spans: untilErased,
    raw_activity: `${rawActivityDays} days`,
    idempotency_keys: 'a day',
  },
  'Organizations and leaderboards': {
    organizations: 'for good',
    members: 'until the person leaves the organization or is erased',
    settings: 'for good',
    peer_rounds: 'until the next reading',
    peer_figures: 'until the next reading, or until the person is erased',
    still_shown: 'until the next refresh, at once where events are published',
  },
  'History and events': {
    snapshots: `${snapshotDays} days`,
    domain_events: 'for good; emptied when the person is erased',
    outbox: 'until published',
    audit_log: `${auditDays} days`,
    audit_chain: `as long as its line; the last entry that went with one stays as the anchor`,
    audit_batches: 'a day',
  },
  'Reports and work': {
    reports: 'until they expire',
    report_people: 'until the report expires, or until the person is erased',
    report_schedules: 'until the trainer ends it or is erased',
    files_to_delete: 'until the file is deleted',
    jobs_progress: '30 days',
    job_runs: '30 days',
  },
  'Services and machines': {
    api_keys: 'for good',
    webhook_receipts: 'a day',
    model_registry: 'for good',
    migrations: 'for good',
  },
};

interface Column {
  table: string;
  name: string;
  type: string;
  isNullable: boolean;
  isKey: boolean;
  /** Table that it points to. */
  references: string | null;
}

interface Table {
  name: string;
  comment: string;
  columns: Column[];
}

const readColumns = `
  select c.relname as "table", a.attname as name, format_type(a.atttypid, a.atttypmod) as type,
    not a.attnotnull as "isNullable",
    exists (select from pg_constraint k where k.conrelid = c.oid and k.contype = 'p' and a.attnum = any (k.conkey)) as "isKey",
    (select f.relname from pg_constraint k join pg_class f on f.oid = k.confrelid
     where k.conrelid = c.oid and k.contype = 'f' and a.attnum = any (k.conkey) limit 1) as "references"
  from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  where c.relnamespace = 'internal'::regnamespace and c.relkind in ('r', 'p')
  order by c.relname, a.attnum`;

const readComments = `
  select c.relname as name, coalesce(obj_description(c.oid, 'pg_class'), '') as comment
  from pg_class c where c.relnamespace = 'internal'::regnamespace and c.relkind in ('r', 'p') order by c.relname`;

async function readTables(): Promise<Map<string, Table>> {
  const database = await PGlite.create();
  try {
    const query = async (text: string, values: readonly string[] = []) =>
      (await database.query<Record<string, string | null>>(text, [...values])).rows;
    const script = async (text: string) => void (await database.exec(text));
    await migrate({ query, script }, await readMigrations());
    const { rows: columns } = await database.query<Column>(readColumns);
    const { rows: comments } = await database.query<{ name: string; comment: string }>(readComments);
    const byTable = Map.groupBy(columns, ({ table }) => table);
    return new Map(comments.map((one) => [one.name, { ...one, columns: byTable.get(one.name) ?? [] }]));
  } finally {
    await database.close();
  }
}

/** Every table stands in one group, and every line of a group is a table. @throws Error naming what does not. */
function checkGroups(tables: ReadonlyMap<string, Table>): void {
  const grouped = Object.values(groups).flatMap((group) => Object.keys(group));
  const unsaid = [...tables.keys()].filter((name) => !grouped.includes(name));
  const gone = grouped.filter((name) => !tables.has(name));
  if (unsaid.length > 0)
    throw new Error(`scripts/docs-data.ts does not say how long is kept: ${unsaid.join(', ')}`);
  if (gone.length > 0) throw new Error(`scripts/docs-data.ts names what is no table: ${gone.join(', ')}`);
}

const isPersonal = ({ type }: Column) => type === 'internal.person' || type === 'internal.mention';

/** One word, as Mermaid wants it. */
const word = (type: string) =>
  type
    .replace('internal.', '')
    .replace('timestamp with time zone', 'timestamptz')
    .replace('[]', '_list')
    .replaceAll(/[^a-z0-9_]/gi, '_');

function entity({ name, columns }: Table): string {
  const shown = columns.filter((column) => column.isKey || column.references !== null || isPersonal(column));
  const lines = shown.map((column) => {
    const keys = [column.isKey ? 'PK' : '', column.references === null ? '' : 'FK'].filter(Boolean);
    return `    ${[word(column.type), column.name, keys.join(', ')].filter(Boolean).join(' ')}`;
  });
  return [`  ${name} {`, ...lines, '  }'].join('\n');
}

function picture(tables: readonly Table[]): string {
  const relations = tables.flatMap(({ name, columns }) => {
    const keys = columns.filter(({ isKey }) => isKey).length;
    // A reference that is the whole key is there once.
    const many = (column: Column) => (column.isKey && keys === 1 ? 'o|' : 'o{');
    return columns.flatMap((column) =>
      column.references === null
        ? []
        : [`  ${column.references} ||--${many(column)} ${name} : "${column.name}"`],
    );
  });
  return ['```mermaid', 'erDiagram', ...relations, ...tables.map(entity), '```'].join('\n');
}

const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

function columnText({ name, type, isNullable, isKey, references }: Column): string {
  const typed = type.replace('internal.', '').replace('timestamp with time zone', 'timestamptz');
  const marks = [isKey ? 'key' : '', references === null ? '' : `→ ${references}`, isNullable ? '?' : ''];
  return `\`${name}\` ${[typed, ...marks].filter(Boolean).join(' ')}`;
}

function groupTable([title, kept]: [string, Record<string, string>], tables: ReadonlyMap<string, Table>) {
  const rows = Object.entries(kept).map(([name, howLong]) => {
    const { comment, columns } = tables.get(name) as Table;
    return `| \`${name}\` | ${cell(comment)} | ${howLong} | ${cell(columns.map(columnText).join(', '))} |`;
  });
  return [`### ${title}`, '', '| table | what and why | kept | columns |', '|---|---|---|---|', ...rows].join(
    '\n',
  );
}

function replaceSection(text: string, name: string, content: string): string {
  const [open, close] = [`<!-- generated:${name} -->`, `<!-- /generated:${name} -->`];
  const [from, to] = [text.indexOf(open), text.indexOf(close)];
  if (from < 0 || to < from) throw new Error(`${file} has no section ${name}`);
  return `${text.slice(0, from + open.length)}\n${content}\n${text.slice(to)}`;
}

const tables = await readTables();
checkGroups(tables);
const inOrder = Object.values(groups).flatMap((group) =>
  Object.keys(group).map((name) => tables.get(name) as Table),
);
const groupTables = Object.entries(groups).map((group) => groupTable(group, tables));
const current = await readFile(file, 'utf8');
const withPicture = replaceSection(current, 'picture', picture(inOrder));
await writeOrCheck(file, replaceSection(withPicture, 'tables', groupTables.join('\n\n')), remedy);
