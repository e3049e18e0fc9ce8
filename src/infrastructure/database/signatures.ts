import { RpcError } from '../../application/ports/rpc.ts';
import type { TextRow } from './database.ts';

/** Argument name → SQL type, as the catalog names it. */
type Signature = ReadonlyMap<string, string>;

interface Statement {
  text: string;
  values: readonly string[];
}

/** Every function that may be called: in schema api, with one jsonb as its result. */
const listFunctions = `
  select p.proname::text as name, coalesce(a.arguments, '[]')::text as arguments
  from pg_catalog.pg_proc p
  join pg_catalog.pg_namespace n on n.oid = p.pronamespace
  left join lateral (
    select pg_catalog.json_agg(pg_catalog.json_build_array(
      p.proargnames[t.position], pg_catalog.format_type(t.type, null)) order by t.position) as arguments
    from pg_catalog.unnest(p.proargtypes::oid[]) with ordinality as t(type, position)
  ) a on true
  where n.nspname = 'api' and p.prokind = 'f' and not p.proretset
    and p.prorettype = 'pg_catalog.jsonb'::pg_catalog.regtype`;

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

/**
 * Writes a call as PostgREST writes it, so that a value becomes an SQL value in the same way in every
 * adapter: all arguments are one bound JSON parameter, and the catalog's types say how it is read.
 */
function statementText(fn: string, signature: Signature, given: readonly string[]): string {
  if (given.length === 0) return `select api.${fn}()::text as result`;
  const passed = given.map((name) => `${quoted(name)} => _.${quoted(name)}`).join(', ');
  const columns = given.map((name) => `${quoted(name)} ${signature.get(name)}`).join(', ');
  const record = `pg_catalog.json_to_record($1::json) as _(${columns})`;
  return `select api.${fn}(${passed})::text as result from ${record}`;
}

/** The functions of one database. Read once; read again after `forget()`. */
export class Signatures {
  readonly #query: (text: string) => Promise<readonly TextRow[]>;
  readonly #texts = new Map<string, string>();
  #functions: Promise<ReadonlyMap<string, Signature>> | undefined;

  constructor(query: (text: string) => Promise<readonly TextRow[]>) {
    this.#query = query;
  }

  /** @throws RpcError when there is no such function or it takes no such argument. */
  async statement(fn: string, args: Readonly<Record<string, unknown>>): Promise<Statement> {
    const given = Object.keys(args)
      .filter((name) => args[name] !== undefined)
      .sort();
    const key = `${fn} ${JSON.stringify(given)}`;
    const text = this.#texts.get(key) ?? (await this.#write(fn, given, key));
    return { text, values: given.length === 0 ? [] : [JSON.stringify(args)] };
  }

  /** After a migration under a running process the old signatures call nothing. */
  forget(): void {
    this.#functions = undefined;
    this.#texts.clear();
  }

  async #write(fn: string, given: readonly string[], key: string): Promise<string> {
    const signature = (await this.#read()).get(fn);
    if (signature === undefined || given.some((name) => !signature.has(name))) {
      this.forget();
      throw new RpcError('unknown_function', `${fn}: no such function with arguments (${given.join(', ')})`);
    }
    const text = statementText(fn, signature, given);
    this.#texts.set(key, text);
    return text;
  }

  #read(): Promise<ReadonlyMap<string, Signature>> {
    this.#functions ??= this.#list().catch((error: unknown) => {
      this.#functions = undefined;
      throw error;
    });
    return this.#functions;
  }

  async #list(): Promise<ReadonlyMap<string, Signature>> {
    const rows = await this.#query(listFunctions);
    return new Map(
      rows.map((row) => [row.name ?? '', new Map(JSON.parse(row.arguments ?? '[]') as [string, string][])]),
    );
  }
}

type Run = (text: string, values: readonly string[]) => Promise<readonly TextRow[]>;

/** One call over a connection: SQL null and JSON null both read as null. Errors are the driver's own. */
export async function callOver(
  run: Run,
  signatures: Signatures,
  fn: string,
  args: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  const { text, values } = await signatures.statement(fn, args);
  try {
    const [row] = await run(text, values);
    return JSON.parse(row?.result ?? 'null');
  } catch (error) {
    // 42883, undefined_function: the function has changed since we read its signature.
    if (error instanceof Error && 'code' in error && error.code === '42883') signatures.forget();
    throw error;
  }
}
