/**
 * The part of PostgREST that `rpc()` meets: POST /rest/v1/rpc/:fn with a bearer key, one transaction per call,
 * a role set for it, and SQLSTATEs turned into HTTP statuses as PostgREST documents it.
 */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';

const findFunction = `
  select p.proargnames[1:p.pronargs] as names,
    array(select format_type(t, null) from unnest(p.proargtypes) as t) as types
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace
  where n.nspname = 'api' and p.proname = $1
    and $2::text[] <@ coalesce(p.proargnames, '{}')
    and p.pronargs - p.pronargdefaults <= cardinality($2::text[])`;

interface Reply {
  status: number;
  body: string;
}

const failure = (status: number, code: string, message: string): Reply => ({
  status,
  body: JSON.stringify({ code, message, details: null, hint: null }),
});

/** https://docs.postgrest.org/en/stable/references/errors.html */
function statusOf(sqlState: string): number {
  const [, custom] = /^PT(\d{3})$/.exec(sqlState) ?? [];
  if (custom !== undefined) return Number(custom);
  if (sqlState === '42501') return 403;
  if (sqlState === '42883') return 404;
  return /^(08|53|54|57|58|XX)/.test(sqlState) ? 500 : 400;
}

async function call(client: pg.ClientBase, fn: string, args: Record<string, unknown>): Promise<Reply> {
  const given = Object.keys(args);
  const { rows } = await client.query<{ names: string[]; types: string[] }>(findFunction, [fn, given]);
  const [found] = rows;
  if (!found) return failure(404, 'PGRST202', `Could not find the function api.${fn} in the schema cache`);
  const name = (text: string) => client.escapeIdentifier(text);
  const columns = given.map((arg) => `${name(arg)} ${found.types[found.names.indexOf(arg)]}`).join(', ');
  const passed = given.map((arg) => `${name(arg)} := (select ${name(arg)} from args)`).join(', ');
  const from = given.length > 0 ? `with args as (select * from json_to_record($1) as _(${columns}))` : '';
  const statement = `${from} select api.${name(fn)}(${passed})::text as body`;
  await client.query('set local role service_role');
  const result = await client.query(statement, given.length > 0 ? [JSON.stringify(args)] : []);
  return { status: 200, body: result.rows[0].body ?? 'null' };
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const text = (await request.toArray()).join('');
  return text === '' ? {} : JSON.parse(text);
}

export interface PostgrestOptions {
  databaseUrl: string;
  serviceRoleKey: string;
  statementTimeoutMs: number;
}

/** Can be stopped and started again on the same port. */
export async function startPostgrest({ databaseUrl, serviceRoleKey, statementTimeoutMs }: PostgrestOptions) {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    statement_timeout: statementTimeoutMs,
    options: '-c TimeZone=UTC',
  });

  async function answer(request: IncomingMessage): Promise<Reply> {
    const [, fn] = /^\/rest\/v1\/rpc\/([^/?]+)$/.exec(request.url ?? '') ?? [];
    if (fn === undefined || request.method !== 'POST') return failure(404, 'PGRST125', 'Invalid path');
    if (request.headers.authorization !== `Bearer ${serviceRoleKey}`)
      return failure(401, 'PGRST301', 'JWT invalid');
    if (request.headers['content-profile'] !== 'api') return failure(406, 'PGRST106', 'Schema not exposed');
    const args = await bodyOf(request);
    const client = await pool.connect();
    try {
      await client.query('begin');
      const reply = await call(client, decodeURIComponent(fn), args);
      await client.query('commit');
      return reply;
    } catch (error) {
      await client.query('rollback');
      const { code = '', message } = error as pg.DatabaseError;
      return failure(statusOf(code), code, message);
    } finally {
      client.release();
    }
  }

  const server = createServer((request, response) => {
    void answer(request).then(({ status, body }) =>
      response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(body),
    );
  });
  const listen = (port: number) =>
    new Promise<void>((resolve) => server.listen(port, '127.0.0.1', () => resolve()));
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  await listen(0);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    stop,
    restart: () => listen(port),
    close: () => stop().then(() => pool.end()),
  };
}
