/**
 * `npm run audit:verify [-- --head 118:<hash>] [-- --heads FILE]`: finds whatever was changed, deleted, inserted or
 * reordered in the audit log behind the functions' back. That its end was cut off is known only by a head that was
 * noted elsewhere: --heads reads those of a file, and adds the present one when everything holds. Exit codes: 0, 1 for
 * tampering or a failure, 64 for wrong arguments.
 */
import { createHash } from 'node:crypto';
import { appendFile, readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { verifyAudit } from '../src/application/audit/verify-audit.ts';
import { configFromEnvironment } from '../src/config.ts';
import type { ChainFinding, ChainHead } from '../src/domain/audit/chain.ts';
import { openDatabase } from '../src/infrastructure/database/open.ts';

const usage = `Usage: npm run audit:verify [-- --head POSITION:HASH]... [-- --heads FILE]
  --head    a head that was printed before; it must still be in the chain
  --heads   a file of such heads, one a line; the present one is added when everything holds`;
const print = (line: string) => process.stdout.write(`${line}\n`);
const digest = (text: string) => createHash('sha256').update(text).digest('hex');
const dayMicros = 86_400_000_000;
const mostShown = 100;

const textOf = ({ position, hash }: ChainHead) => `${position}:${hash}`;

/** @throws Error for what is no head. */
function headOf(text: string): ChainHead {
  const [, position, hash] = /^([1-9]\d{0,15}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (position === undefined || hash === undefined) throw new Error(`“${text.slice(0, 80)}” is not a head`);
  return { position: Number(position), hash };
}

function readArguments(): { heads: ChainHead[]; file: string | undefined } | null {
  try {
    const { values } = parseArgs({
      options: { head: { type: 'string', multiple: true, default: [] }, heads: { type: 'string' } },
    });
    return { heads: values.head.map(headOf), file: values.heads };
  } catch (error) {
    print(`${(error as Error).message}\n${usage}`);
    return null;
  }
}

async function headsIn(file: string): Promise<ChainHead[]> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map(headOf);
}

function lineOf({ fault, position, lineId }: ChainFinding): string {
  const places = [
    ...(lineId === null ? [] : [`line ${lineId}`]),
    ...(position === null ? [] : [`entry ${position} of the chain`]),
  ];
  return `TAMPERED ${fault}: ${places.join(', ')}`;
}

async function main(given: readonly ChainHead[], file: string | undefined): Promise<number> {
  const config = configFromEnvironment();
  if (config.DATABASE === 'none') throw new Error('DATABASE is none: there is no audit log that lasts');
  const heads = [...given, ...(file === undefined ? [] : await headsIn(file))];
  const database = await openDatabase({
    url: config.DATABASE_URL,
    replicaUrl: undefined,
    supabaseUrl: config.SUPABASE_URL,
    supabaseKey: config.SUPABASE_SERVICE_ROLE_KEY,
    directory: config.DATA_DIR,
    maxConnections: config.DATABASE_CONNECTIONS,
    timeoutMs: config.DATABASE_TIMEOUT_MS,
  });
  try {
    const keptSinceMicros = Date.now() * 1000 - config.RETENTION_AUDIT_DAYS * dayMicros;
    const { findings, entries, erased, head } = await verifyAudit(database, {
      digest,
      keptSinceMicros,
      heads,
    });
    for (const finding of findings.slice(0, mostShown)) print(lineOf(finding));
    if (findings.length > mostShown) print(`… and ${findings.length - mostShown} more`);
    print(
      `${entries} entries, ${erased} of them erasures, ${heads.length} noted heads: ${findings.length === 0 ? 'the audit log is whole' : `${findings.length} faults`}.`,
    );
    if (head !== null) print(`head ${textOf(head)}`);
    if (findings.length > 0) return 1;
    if (file !== undefined && head !== null) await appendFile(file, `${textOf(head)}\n`);
    return 0;
  } finally {
    await database.close();
  }
}

const args = readArguments();
process.exitCode =
  args === null
    ? 64
    : await main(args.heads, args.file).catch((error: unknown) => {
        print((error as Error).message);
        return 1;
      });
