/** What acceptance tests ask for: the reads of openapi.yaml, refusals, and the truth of the tenants from their services. */
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { parse } from 'yaml';
import { type Answer, type Demo, logIn, type Session } from './demo-process.ts';

/** Whom a read is about: the subject in its path, or the caller alone. */
export type About = 'learner' | 'trainer' | 'organization' | 'caller';

export interface Read {
  /** Below /api/v1, with `{id}` where the subject goes. */
  path: string;
  about: About;
  isOpen: boolean;
}

const openapi = parse(readFileSync(new URL('../../openapi.yaml', import.meta.url), 'utf8')) as {
  paths: Record<string, { get?: { security?: unknown[] } }>;
};
const aboutByParam: Record<string, About> = {
  userId: 'learner',
  trainerId: 'trainer',
  orgId: 'organization',
};

function readAt(path: string, security: unknown[] | undefined): Read {
  const [, param] = /\{(\w+)\}/.exec(path) ?? [];
  const about = param === undefined ? 'caller' : aboutByParam[param];
  if (about === undefined) throw new Error(`${path}: nobody knows whom {${param}} is`);
  return {
    path: path.replace('/api/v1', '').replace(`{${param}}`, '{id}'),
    about,
    isOpen: security?.length === 0,
  };
}

/** What is kept of people, who did what, keys, cookies, work, reports, what happens and how services fare: no figures; other rules say who may have it, and other tests ask. */
const noFigures =
  /^\/api\/v1\/(auth\/session|me\/export|me\/weekly-report|reports|people|audit|api-keys|jobs|events|integration|status)(\/|$)/;

/** Every GET route of openapi.yaml that answers figures, or what figures mean. */
export const reads: readonly Read[] = Object.entries(openapi.paths).flatMap(([path, { get }]) =>
  get === undefined || noFigures.test(path) ? [] : [readAt(path, get.security)],
);
/** Below /api/v1, with the subject's id. */
export const at = ({ path }: Read, id: string): string => path.replace('{id}', id);

export const logInAll = (demo: Demo): Promise<Session[]> =>
  Promise.all(demo.people.map((person) => logIn(demo, person)));

export function sessionWho(sessions: readonly Session[], note: string): Session {
  const session = sessions.find(({ person }) => person.note.includes(note));
  if (session === undefined) throw new Error(`nobody is "${note}"`);
  return session;
}

export function isRefusal(answer: Answer, status: number, code: string): void {
  expect(answer.status).toBe(status);
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
  expect(answer.body).toMatchObject({
    success: false,
    status,
    error: { code },
    meta: { requestId: expect.any(String) },
  });
}

/** Everything that a service lists at a path, page by page; null = it does not know it. */
export async function listedBy<T>(demo: Demo, service: string, path: string): Promise<T[] | null> {
  const items: T[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const url = new URL(`${demo.services[service]?.url}/api/v1${path}`);
    if (cursor !== '') url.searchParams.set('cursor', cursor);
    const response = await fetch(url, { headers: { authorization: 'Bearer acceptance' } });
    if (response.status === 404) return null;
    const page = (await response.json()) as { items: T[]; nextCursor: string | null };
    items.push(...page.items);
    cursor = page.nextCursor;
  }
  return items;
}

export interface Member {
  userId: string;
  organizationId: string;
  fullName: string;
  departmentId: string | null;
  roles: string[];
  isActive: boolean;
}

/** The people of every organization that the directory knows, by organization. */
export async function tenantsOf(demo: Demo): Promise<Map<string, Member[]>> {
  const tenants = new Map<string, Member[]>();
  for (let number = 1; ; number += 1) {
    const members = await listedBy<Member>(demo, 'directory', `/organizations/org-${number}/members`);
    if (members === null) return tenants;
    tenants.set(`org-${number}`, members);
  }
}
