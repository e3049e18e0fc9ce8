/** Whom an answer may name, worked out from the services and the policy, not from what the API says. */
import { decide, type SubjectFacts } from '../../src/domain/identity/policy.ts';
import type { Role } from '../../src/domain/identity/roles.ts';
import type { Viewer } from '../../src/domain/identity/viewer.ts';

export interface Person {
  id: string;
  email: string;
  roles: Role[];
  organizationId: string;
  note: string;
  token: string;
}

export interface Member {
  userId: string;
  organizationId: string;
  fullName: string;
  roles: Role[];
}

/** Questions to the services at once. */
const atOnce = 16;

type ServiceUrls = Readonly<Record<string, { url: string }>>;

async function list<T>(services: ServiceUrls, service: string, path: string): Promise<T[] | null> {
  const items: T[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const url = new URL(`${services[service]?.url}/api/v1${path}`);
    if (cursor !== '') url.searchParams.set('cursor', cursor);
    const response = await fetch(url, { headers: { authorization: 'Bearer leak-test' } });
    if (response.status === 404) return null;
    const page = (await response.json()) as { items: T[]; nextCursor: string | null };
    items.push(...page.items);
    cursor = page.nextCursor;
  }
  return items;
}

/** Everybody whom the directory knows. */
export async function readMembers(services: ServiceUrls): Promise<Member[]> {
  const all: Member[] = [];
  for (let number = 1; ; number += 1) {
    const members = await list<Member>(services, 'directory', `/organizations/org-${number}/members`);
    if (members === null) return all;
    all.push(...members);
  }
}

/** Of each member those who teach them. */
export async function readTrainers(
  services: ServiceUrls,
  ids: readonly string[],
): Promise<Map<string, string[]>> {
  const trainers = new Map<string, string[]>();
  const left = [...ids];
  const one = async () => {
    for (let id = left.pop(); id !== undefined; id = left.pop()) {
      const rows = await list<{ trainerId: string; status: string }>(services, 'courses', `/progress/${id}`);
      const present = (rows ?? []).filter(({ status }) => status !== 'withdrawn');
      const ofOne = present.map(({ trainerId }) => trainerId);
      trainers.set(id, ofOne);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, one));
  return trainers;
}

const viewerOf = ({ id, organizationId, roles }: Person): Viewer => ({
  id,
  organizationId,
  roles,
  tokenId: id,
  sessionId: null,
  expiresAt: 0,
  asOf: 0,
});

/** Texts of a body: whole strings, and the words in them; not what the caller has sent and gets back. */
function textsOf(value: unknown, texts: Set<string>): Set<string> {
  if (typeof value === 'string') {
    texts.add(value);
    for (const word of value.split(/[^\w-]+/)) texts.add(word);
  } else if (typeof value === 'object' && value !== null)
    for (const [key, part] of Object.entries(value)) {
      texts.add(key);
      if (key !== 'instance') textsOf(part, texts);
    }
  return texts;
}

export type ForbiddenIn = (person: Person, path: string, body: unknown) => string[];

/** Finds in a body what names somebody, or another organization, that the caller may not see. */
export function makeForbiddenIn(
  people: readonly Person[],
  members: readonly Member[],
  trainersOf: ReadonlyMap<string, readonly string[]>,
): ForbiddenIn {
  const owners = new Map<string, Member[]>();
  const own = (text: string, member: Member) => owners.set(text, [...(owners.get(text) ?? []), member]);
  const emails = new Map(people.map(({ id, email }) => [id, email]));
  for (const member of members) {
    own(member.userId, member);
    own(member.fullName, member);
    const email = emails.get(member.userId);
    if (email !== undefined) own(email, member);
  }
  const organizations = new Set(members.map(({ organizationId }) => organizationId));
  const names = new Set(members.map(({ fullName }) => fullName));

  function maySee(person: Person, { userId, organizationId, roles }: Member): boolean {
    const facts: SubjectFacts = { organizationId, roles, trainerIds: trainersOf.get(userId) ?? [] };
    return decide(viewerOf(person), 'learner', userId, facts) === 'allow';
  }

  return (person, path, body) => {
    const isAdmin = person.roles.includes('admin');
    // People choose to be named to their organization; the board is in the learner's dashboard too.
    const isBoard = /leaderboard|dashboards\/learner/.test(path);
    return [...textsOf(body, new Set())].filter((text) => {
      if (organizations.has(text)) return !isAdmin && text !== person.organizationId;
      const named = owners.get(text);
      if (named === undefined) return false;
      return !named.some(
        (member) =>
          maySee(person, member) ||
          (isBoard && names.has(text) && member.organizationId === person.organizationId),
      );
    });
  };
}
