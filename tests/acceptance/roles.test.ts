/** Every read of openapi.yaml as every demo person; what each must answer is worked out here from docs and services. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type About,
  at,
  isRefusal,
  listedBy,
  logInAll,
  type Member,
  type Read,
  reads,
  sessionWho,
  tenantsOf,
} from './asking.ts';
import { type Answer, call, type Demo, type Session, startDemo } from './demo-process.ts';

/**
 * No reply is shared between answers, so that whatever was not asked before has to be realtime; and time enough for
 * whole organizations on a busy machine.
 */
const nothingShared = {
  UPSTREAM_REPLY_SECONDS: '0',
  ORGANIZATION_REPLY_SECONDS: '0',
  REQUEST_BUDGET_MS: '60000',
};

let demo: Demo;
let sessions: Session[];
let tenants: Map<string, Member[]>;
let members: Map<string, Member>;
/** Trainers of the courses that a learner takes. */
const trainersOf = new Map<string, string[]>();
/** Ids and names by organization. */
const words = new Map<string, Set<string>>();
let subjects: Record<Exclude<About, 'caller'>, string[]>;

const memberWho = (organizationId: string, fits: (member: Member) => boolean): Member => {
  const member = tenants.get(organizationId)?.find(fits);
  if (member === undefined) throw new Error(`nobody of ${organizationId} fits`);
  return member;
};

async function readTrainersOf(userId: string): Promise<string[]> {
  const rows = await listedBy<{ trainerId: string; status: string }>(demo, 'courses', `/progress/${userId}`);
  const ids = (rows ?? []).filter(({ status }) => status !== 'withdrawn').map(({ trainerId }) => trainerId);
  trainersOf.set(userId, ids);
  return ids;
}

async function untaughtBy(trainer: Member): Promise<string> {
  for (const { userId, roles } of tenants.get(trainer.organizationId) ?? []) {
    if (!roles.includes('learner')) continue;
    const trainers = await readTrainersOf(userId);
    if (trainers.length > 0 && !trainers.includes(trainer.userId)) return userId;
  }
  throw new Error('everybody is taught by one trainer');
}

async function readWords(): Promise<void> {
  for (const [organizationId, people] of tenants) {
    const trainers = people.filter(({ roles }) => roles.includes('trainer'));
    const lists = trainers.map(({ userId }) =>
      listedBy<{ courseId: string }>(demo, 'courses', `/trainers/${userId}/courses`),
    );
    const courses = (await Promise.all(lists)).flatMap((list) => list ?? []);
    const ofPeople = people.flatMap(({ userId, fullName, departmentId }) => [userId, fullName, departmentId]);
    const all = [organizationId, ...ofPeople, ...courses.map(({ courseId }) => courseId)];
    words.set(organizationId, new Set(all.filter((word) => word !== null)));
  }
}

beforeAll(async () => {
  demo = await startDemo([], nothingShared);
  [sessions, tenants] = await Promise.all([logInAll(demo), tenantsOf(demo)]);
  members = new Map([...tenants.values()].flat().map((member) => [member.userId, member]));
  await readWords();
  const [learner, fading, elsewhere, trainer] = ['thriving', 'fading', 'another', 'a trainer'].map(
    (note) => sessionWho(sessions, note).person.id,
  ) as [string, string, string, string];
  const isTrainer = ({ roles, userId }: Member) => roles.includes('trainer') && userId !== trainer;
  const known = [learner, fading, elsewhere, trainer];
  await Promise.all(known.map(readTrainersOf));
  const untaught = await untaughtBy(members.get(trainer) as Member);
  subjects = {
    learner: ['me', ...known, untaught, 'nobody-at-all'],
    trainer: [
      'me',
      trainer,
      memberWho('org-1', isTrainer).userId,
      memberWho('org-2', isTrainer).userId,
      learner,
      'nobody-at-all',
    ],
    organization: ['me', 'org-1', 'org-2', 'org-999', trainer],
  };
});
afterAll(() => demo?.stop());

const isOf =
  ({ person }: Session) =>
  (role: string) =>
    person.roles.includes(role);

/** What API.md says: 200, or the refusal. Null = there is no such subject. */
function statusFor(session: Session, about: About, id: string): 200 | 403 | 404 {
  const { person } = session;
  const has = isOf(session);
  if (about === 'caller') return 200;
  const member = members.get(id);
  const tenant = about === 'organization' ? (tenants.has(id) ? id : undefined) : member?.organizationId;
  const isNone = tenant === undefined || (about === 'trainer' && !member?.roles.includes('trainer'));
  if (isNone) return 404;
  if (has('admin')) return 200;
  if (tenant !== person.organizationId) return 404;
  if (has('org_admin')) return 200;
  if (about !== 'organization' && id === person.id) return 200;
  const isTaught = has('trainer') && trainersOf.get(id)?.includes(person.id) === true;
  return about === 'learner' && isTaught ? 200 : 403;
}

function stringsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value, ...value.split(/[^\w-]+/)];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => [key, ...stringsOf(part)]);
}

/** Words of a body that only people of other organizations have to do with. */
function foreignIn(body: Answer['body'], organizationId: string): string[] {
  const { instance: _asked, ...said } = body as Answer['body'] & { instance?: string };
  const others = [...words].filter(([id]) => id !== organizationId).map(([, set]) => set);
  const own = words.get(organizationId);
  return stringsOf(said).filter((text) => !own?.has(text) && others.some((set) => set.has(text)));
}

/** Where the figures of an analytic, or of each section of a dashboard, come from. */
function originsIn({ body }: Answer): string[] {
  if (body.meta.dataSource !== undefined) return [body.meta.dataSource];
  const sections = Object.values(body.data.sections ?? {}) as { meta: { dataSource: string } | null }[];
  return sections.flatMap(({ meta }) => meta?.dataSource ?? []);
}

const dataOf = ({ body }: Answer): unknown => {
  const sections = body.data.sections as Record<string, { data: unknown }> | undefined;
  return sections === undefined ? body.data : Object.values(sections).map(({ data }) => data);
};

const asked = new Set<string>();

/** Asks twice; everything about the two answers that is not as it has to be. */
async function wrongWith(session: Session, read: Read, subject: string): Promise<string[]> {
  const path = at(read, subject);
  const id = subject === 'me' ? session.person.id : subject;
  const status = statusFor(session, read.about, id);
  const [first, second] = [await session.get(path), await session.get(path)];
  const says = (text: string) => `${session.person.note}: ${path}: ${text}`;
  const tenant = read.about === 'organization' ? id : members.get(id)?.organizationId;
  const foreign = foreignIn(first.body, (status === 200 && tenant) || (session.person.organizationId ?? ''));
  const wrong = foreign.map((text) => says(`tells of ${text}`));
  if (status !== 200) {
    if (first.status !== status) return [...wrong, says(`${first.status} instead of ${status}`)];
    isRefusal(first, status, status === 403 ? 'FORBIDDEN' : 'NOT_FOUND');
    return wrong;
  }
  if (first.status === 422) {
    expect(['INSUFFICIENT_DATA', 'COHORT_TOO_SMALL'], path).toContain(first.body.error.code);
    return wrong;
  }
  if (first.status !== 200 || second.status !== 200)
    return [...wrong, says(`${first.status}, ${second.status} instead of 200`)];
  expect(first.headers.get('cache-control'), path).toMatch(/^(private|no-store)/);
  expect(dataOf(second), path).toEqual(dataOf(first));
  const key = at(read, id) + (read.about === 'caller' ? session.person.id : '');
  const origin = asked.has(key) ? 'cached' : 'realtime';
  asked.add(key);
  // The leaderboard of an organization is worked out once for all who see it, whoever asks first.
  const isShared = 'sections' in first.body.data || path.includes('/leaderboard');
  const wanted = (isShared ? ['realtime', 'cached'] : [origin]) as string[];
  return [
    ...wrong,
    ...originsIn(first).flatMap((is) => (wanted.includes(is) ? [] : says(`${is} instead of ${wanted}`))),
    ...originsIn(second).flatMap((is) => (is === 'cached' ? [] : says(`${is} instead of cached`))),
  ];
}

describe('every read as every demo person', () => {
  it.each(['learner', 'trainer', 'organization'] as const)(
    'with a %s for its subject is answered as the policy says: realtime, then cached, nothing of other tenants',
    async (about) => {
      const wrong: string[] = [];
      for (const session of sessions)
        for (const subject of subjects[about])
          for (const read of reads.filter((one) => one.about === about))
            wrong.push(...(await wrongWith(session, read, subject)));
      expect(wrong).toEqual([]);
    },
  );

  it('about the caller alone is answered to everyone', async () => {
    const wrong: string[] = [];
    const own = reads.filter(({ about, isOpen }) => about === 'caller' && !isOpen);
    expect(own.length).toBeGreaterThanOrEqual(3);
    for (const session of sessions)
      for (const read of own)
        if (read.path === '/auth/me') expect((await session.get(read.path)).status).toBe(200);
        else wrong.push(...(await wrongWith(session, read, 'me')));
    expect(wrong).toEqual([]);
  });

  it('about somebody of another organization is answered as about nobody', async () => {
    const session = sessionWho(sessions, 'thriving');
    const strangers = { learner: 'u-000003', trainer: subjects.trainer[3] ?? '', organization: 'org-2' };
    const plain = ({ body }: Answer) => ({ ...body, instance: '', meta: {} });
    for (const read of reads) {
      if (read.about === 'caller') continue;
      const other = await session.get(at(read, strangers[read.about]));
      const nobody = await session.get(at(read, 'nobody-at-all'));
      isRefusal(other, 404, 'NOT_FOUND');
      expect(plain(other)).toEqual(plain(nobody));
    }
  });

  it('needs a token where it is not open', async () => {
    for (const read of reads) {
      const answer = await call(`${demo.api}/api/v1${at(read, 'me')}`);
      if (read.isOpen) expect(answer.status).toBe(200);
      else isRefusal(answer, 401, 'UNAUTHORIZED');
    }
  });

  it('is announced in the capabilities of each role, and nothing else is', async () => {
    const capabilities = await Promise.all(
      ['thriving', 'a trainer', 'an org_admin', 'an admin'].map(async (note) => {
        const { body } = await sessionWho(sessions, note).get('/auth/me');
        const rows = body.data.capabilities as { subject: string; of: string[] }[];
        return Object.fromEntries(rows.map(({ subject, of }) => [subject, of]));
      }),
    );
    expect(capabilities).toEqual([
      { learner: ['self'], person: ['self'] },
      { learner: ['self', 'taught'], trainer: ['self'], person: ['self'] },
      {
        learner: ['self', 'own_organization'],
        trainer: ['own_organization'],
        organization: ['own_organization'],
        person: ['self', 'own_organization'],
      },
      {
        learner: ['self', 'any'],
        trainer: ['any'],
        organization: ['any'],
        person: ['self', 'any'],
      },
    ]);
  });
});
