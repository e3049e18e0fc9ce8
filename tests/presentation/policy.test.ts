/** Every role × every route about a subject × own, other, other tenant, missing, on the whole application in memory. */
import type { Express } from 'express';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoPeople } from '../../mocks/world/demo-people.ts';
import { readConfig } from '../../src/config.ts';
import { type Container, makeContainer } from '../../src/container.ts';
import type { Policy } from '../../src/domain/identity/policy.ts';
import type { Role } from '../../src/domain/identity/roles.ts';
import { makeTokenSigner } from '../../src/infrastructure/auth/tokens.ts';
import { asking } from '../mocks/world-asking.ts';

const config = readConfig({
  DATABASE: 'none',
  LOG_LEVEL: 'silent',
  MOCK_LEARNERS: '240',
  RATE_STANDARD_PER_MINUTE: '100000',
  RATE_PREDICTIVE_PER_HOUR: '100000',
});
if (!config.ok) throw new Error(config.problems.join('\n'));

const people = demoPeople();
const personWho = (text: string) => {
  const person = people.find(({ note }) => note.includes(text));
  if (person === undefined) throw new Error(`nobody is ${text}`);
  return person;
};
const learner = personWho('thriving');
const trainer = personWho('a trainer');
const orgAdmin = personWho('org_admin');
const admin = personWho('admin of the platform');
const stranger = personWho('another organization');

/** Somebody else who teaches in an organization. */
function otherTrainerIn(organizationId: string): string {
  const members = asking().list<{ userId: string; roles: string[] }>(
    'directory',
    '/organizations/:id/members',
    organizationId,
  );
  const found = members.find(({ userId, roles }) => roles.includes('trainer') && userId !== trainer.id);
  if (found === undefined) throw new Error(`nobody else teaches in ${organizationId}`);
  return found.userId;
}

const ids: Record<Role, string> = {
  learner: learner.id,
  trainer: trainer.id,
  org_admin: orgAdmin.id,
  admin: admin.id,
};
const roles = ['learner', 'trainer', 'org_admin', 'admin'] as const;

/** What each role (learner, trainer, org_admin, admin) is answered about each subject of a policy. */
type Table = Record<string, { id: string; answers: Record<Role, number> }>;
const answers = (...[ofLearner, ofTrainer, ofOrgAdmin, ofAdmin]: [number, number, number, number]) => ({
  learner: ofLearner,
  trainer: ofTrainer,
  org_admin: ofOrgAdmin,
  admin: ofAdmin,
});

const learnerTable = (untaught: string): Table => ({
  own: { id: 'me', answers: answers(200, 200, 200, 200) },
  taught: { id: personWho('fading').id, answers: answers(403, 200, 200, 200) },
  other: { id: untaught, answers: answers(403, 403, 200, 200) },
  otherTenant: { id: stranger.id, answers: answers(404, 404, 404, 200) },
  missing: { id: 'u-999999', answers: answers(404, 404, 404, 404) },
});
const trainerTable: Table = {
  // Only who teaches is a trainer, whatever else they may see.
  own: { id: 'me', answers: answers(404, 200, 404, 404) },
  ownById: { id: trainer.id, answers: answers(403, 200, 200, 200) },
  other: { id: otherTrainerIn('org-1'), answers: answers(403, 403, 200, 200) },
  otherTenant: { id: otherTrainerIn('org-2'), answers: answers(404, 404, 404, 200) },
  noTrainer: { id: personWho('fading').id, answers: answers(404, 404, 404, 404) },
  noTrainerElsewhere: { id: stranger.id, answers: answers(404, 404, 404, 404) },
  orgAdmin: { id: orgAdmin.id, answers: answers(404, 404, 404, 404) },
  missing: { id: 's-9999', answers: answers(404, 404, 404, 404) },
};
const organizationTable: Table = {
  own: { id: 'org-1', answers: answers(403, 403, 200, 200) },
  otherTenant: { id: 'org-2', answers: answers(404, 404, 404, 200) },
  missing: { id: 'org-999', answers: answers(404, 404, 404, 404) },
  // Nobody is an organization.
  person: { id: trainer.id, answers: answers(404, 404, 404, 404) },
  me: { id: 'me', answers: answers(404, 404, 404, 404) },
};

/** All that is kept of somebody: not for whoever teaches them, and for an admin also of those who have left. */
const personTable: Table = {
  ownById: { id: learner.id, answers: answers(200, 403, 200, 200) },
  trainerById: { id: trainer.id, answers: answers(403, 200, 200, 200) },
  taught: { id: personWho('fading').id, answers: answers(403, 403, 200, 200) },
  otherTenant: { id: stranger.id, answers: answers(404, 404, 404, 200) },
  // Not even an administrator acts on an id under which nothing is kept: any word can be one.
  missing: { id: 'u-999999', answers: answers(404, 404, 404, 404) },
};

describe('every role on every route about a subject', () => {
  let container: Container;
  let app: Express;
  const signer = makeTokenSigner(
    {
      secret: config.config.JWT_SECRET,
      issuer: config.config.JWT_ISSUER,
      audience: config.config.JWT_AUDIENCE,
      lifeSeconds: 900,
    },
    { now: () => Date.now() },
  );
  beforeAll(async () => {
    container = await makeContainer(config.config);
    app = container.app;
  });
  afterAll(() => container.close());

  const tokenOf = (role: Role) =>
    signer.sign({
      userId: ids[role],
      organizationId: learner.organizationId,
      roles: [role],
      tokenId: `t-${role}`,
      sessionId: 's',
      asOf: Date.now(),
    }).token;

  const ask = (role: Role, path: string, id: string) =>
    request(app)
      .get(`/api/v1${path.replace(/:\w+/, id)}`)
      .set('authorization', `Bearer ${tokenOf(role)}`);

  /** A learner of the same organization whom the demo's trainer does not teach. */
  async function untaught(): Promise<string> {
    for (let index = 4; index < 300; index += 1) {
      const id = `u-${String(index).padStart(6, '0')}`;
      const seen = await ask('org_admin', '/analytics/learner/skill-gap/:userId', id);
      if (seen.status !== 200) continue;
      const byTrainer = await ask('trainer', '/analytics/learner/skill-gap/:userId', id);
      if (byTrainer.status === 403) return id;
    }
    throw new Error('everybody is taught by one trainer');
  }

  /** Every route of a policy, asked by every role about every subject of its table. */
  async function wrongAnswers(policy: Policy, table: Table, atLeast: number): Promise<string[]> {
    // A path without a parameter is about the caller alone.
    const routes = container.routes.filter(({ access, path }) => access === policy && path.includes(':'));
    expect(routes.length).toBeGreaterThanOrEqual(atLeast);
    const wrong: string[] = [];
    for (const { path } of routes) {
      for (const [name, { id, answers: wanted }] of Object.entries(table)) {
        for (const role of roles) {
          const { status } = await ask(role, path, id);
          // A person without a course has no pace yet; that is an answer about them, and so a permission.
          const allowed = status === 422 ? 200 : status;
          if (allowed !== wanted[role]) wrong.push(`${role} ${path} ${name}: ${status}, not ${wanted[role]}`);
        }
      }
    }
    return wrong;
  }

  it('answers about a learner as the policy says', async () => {
    expect(await wrongAnswers('learner', learnerTable(await untaught()), 11)).toEqual([]);
  });

  it('answers about a trainer as the policy says', async () => {
    expect(await wrongAnswers('trainer', trainerTable, 5)).toEqual([]);
  });

  it('answers about an organization as the policy says', async () => {
    expect(await wrongAnswers('organization', organizationTable, 5)).toEqual([]);
  });

  it('answers about all that is kept of a person as the policy says', async () => {
    // What somebody orders is told of by tests of its own.
    const routes = container.routes.filter(
      ({ path, tag }) => /^\/(people|me)(\/|$)/.test(path) && tag !== 'reports',
    );
    expect(routes.map(({ id }) => id)).toEqual([
      'me.preferences',
      'me.export',
      'me.erase',
      'people.export',
      'people.erase',
    ]);
    const wrong: string[] = [];
    for (const [name, { id, answers: wanted }] of Object.entries(personTable))
      for (const role of roles) {
        const exported = (await ask(role, '/people/:userId/export', id)).status;
        if (exported !== wanted[role]) wrong.push(`${role} export ${name}: ${exported}`);
        // Whoever may erase is asked for the right id; nobody is erased here.
        const erased = await request(app)
          .delete(`/api/v1/people/${id}`)
          .set('authorization', `Bearer ${tokenOf(role)}`)
          .send({ confirm: 'somebody-else' });
        const allowed = erased.status === 400 ? 200 : erased.status;
        if (allowed !== wanted[role]) wrong.push(`${role} erase ${name}: ${erased.status}`);
      }
    expect(wrong).toEqual([]);
  });

  it('answers about the audit log as about the organization', async () => {
    const wrong: string[] = [];
    for (const [name, { id, answers: wanted }] of Object.entries(organizationTable))
      for (const role of roles) {
        const { status } = await ask(role, `/audit?organizationId=${id}`, '');
        // `me` stands for a caller in a path, not in a query; here it is an id of nobody.
        if (status !== wanted[role]) wrong.push(`${role} ${name}: ${status}, not ${wanted[role]}`);
      }
    expect(wrong).toEqual([]);
  });

  it('answers about nobody but the caller where the path names nobody', async () => {
    const routes = container.routes.filter(({ access, path }) => access === 'learner' && !path.includes(':'));
    expect(routes.length).toBeGreaterThanOrEqual(2);
    for (const { path } of routes)
      for (const role of roles)
        expect([200, 422], `${role} ${path}`).toContain((await ask(role, path, '')).status);
  });

  it('lets a role open nothing by itself: each policy knows whose it is', async () => {
    // An org_admin of another organization, with every role there is.
    const { token } = signer.sign({
      userId: stranger.id,
      organizationId: stranger.organizationId,
      roles: ['learner', 'trainer', 'org_admin'],
      tokenId: 't-all',
      sessionId: 's',
      asOf: Date.now(),
    });
    const subjects: Record<Policy, string> = {
      learner: learner.id,
      trainer: trainer.id,
      organization: 'org-1',
    };
    const wrong: string[] = [];
    for (const { access, path } of container.routes) {
      if (access === 'public' || access === 'signed_in' || !path.includes(':')) continue;
      const { status } = await request(app)
        .get(`/api/v1${path.replace(/:\w+/, subjects[access])}`)
        .set('authorization', `Bearer ${token}`);
      if (status !== 404) wrong.push(`${path}: ${status}`);
    }
    expect(wrong).toEqual([]);
  });
});
