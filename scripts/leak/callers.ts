/** Who asks in the leak test, by each credential that there is, and what belongs to each of them alone. */
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Person } from './identifiers.ts';

/** Somebody who asks: a person by token or by cookies, or a service by its key. */
export interface Caller extends Person {
  /** What says who it is: one of these, at random. */
  credentials: readonly Readonly<Record<string, string>>[];
  /** The report that it has ordered; null = a key cannot. */
  reportId: string | null;
}

export type DemoPerson = Omit<Person, 'token'> & { password: string };

const json = { 'content-type': 'application/json' };

async function post(base: string, path: string, body: object, headers: Record<string, string> = {}) {
  const response = await fetch(`${base}/api/v1${path}`, {
    method: 'POST',
    headers: { ...json, ...headers },
    body: JSON.stringify(body),
  });
  const answer = (await response.json()) as { data?: Record<string, unknown> };
  if (answer.data === undefined) throw new Error(`${path}: ${response.status} ${JSON.stringify(answer)}`);
  return { data: answer.data, cookies: response.headers.getSetCookie() };
}

/** Logs somebody in by a token and by cookies, and orders a report about themselves. */
export async function enter(base: string, { password, ...person }: DemoPerson): Promise<Caller> {
  const credentials = { email: person.email, password };
  const token = String((await post(base, '/auth/login', credentials)).data.accessToken);
  const { cookies } = await post(base, '/auth/session', credentials);
  const cookie = cookies.map((line) => line.split(';')[0]).join('; ');
  const authorization = `Bearer ${token}`;
  // What comes by cookies passes the edge by.
  const byToken = Array.from({ length: 7 }, () => ({ authorization }));
  return { ...person, token, credentials: [...byToken, { cookie }], reportId: null };
}

/** A key of an organization, made by somebody who may. It may see what an org_admin of it may. */
export async function makeKey(base: string, admin: Caller, organizationId: string): Promise<Caller> {
  const order = { name: 'leak-test', organizationId, scopes: ['analytics:read', 'audit:read'] };
  const headers = { authorization: `Bearer ${admin.token}` };
  const { data } = await post(base, '/api-keys', { ...order, quotaPerHour: 1_000_000 }, headers);
  const token = String(data.secret);
  return {
    ...{ id: `key-of-${organizationId}`, email: '', roles: ['org_admin'], organizationId, token },
    ...{ note: `a key of ${organizationId}`, credentials: [{ 'x-api-key': token }], reportId: null },
  };
}

/** The same person with a report about themselves. */
export async function orderReport(base: string, person: Caller): Promise<Caller> {
  const order = { type: 'learner', subjectId: 'me', format: 'json', language: 'en' };
  const headers = { authorization: `Bearer ${person.token}`, 'idempotency-key': randomUUID() };
  const { data } = await post(base, '/reports', order, headers);
  return { ...person, reportId: String(data.reportId) };
}

/** How long a report may take. */
const mostMs = 60_000;

/** A stream of live events. @returns `end`, which waits until the stream has told of a report, and answers all it has told. */
export async function listen(
  base: string,
  { token }: Caller,
): Promise<{ end: (reportId: string | null) => Promise<string> }> {
  const left = new AbortController();
  const response = await fetch(`${base}/api/v1/events`, {
    headers: { authorization: `Bearer ${token}`, accept: 'text/event-stream' },
    signal: left.signal,
  });
  if (response.status !== 200 || response.body === null) throw new Error(`/events: ${response.status}`);
  let text = '';
  const reading = (async () => {
    for await (const chunk of response.body ?? []) text += Buffer.from(chunk).toString();
  })().catch(() => undefined);
  return {
    end: async (reportId) => {
      for (const until = Date.now() + mostMs; Date.now() < until; await wait(50))
        if (text.includes(String(reportId))) break;
      left.abort();
      await reading;
      return text;
    },
  };
}
