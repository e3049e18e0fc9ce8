/** Every role × every route about a subject × own, other, other tenant, missing, on the whole application in memory. */
import type { Express } from 'express';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoPeople } from '../../mocks/world/demo-people.ts';
import { readConfig } from '../../src/config.ts';
import { type Container, makeContainer } from '../../src/container.ts';
import type { Role } from '../../src/domain/identity/roles.ts';
import { makeTokenSigner } from '../../src/infrastructure/auth/tokens.ts';

const config = readConfig({ LOG_LEVEL: 'silent', RATE_STANDARD_PER_MINUTE: '100000' });
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

/** Who asks, and what each subject must answer: the learner itself is `own` for the learner alone. */
const expected: Record<
  Role,
  { id: string; own: number; taught: number; other: number; otherTenant: number; missing: number }
> = {
  learner: { id: learner.id, own: 200, taught: 403, other: 403, otherTenant: 404, missing: 404 },
  trainer: { id: trainer.id, own: 200, taught: 200, other: 403, otherTenant: 404, missing: 404 },
  org_admin: { id: orgAdmin.id, own: 200, taught: 200, other: 200, otherTenant: 404, missing: 404 },
  admin: { id: admin.id, own: 200, taught: 200, other: 200, otherTenant: 200, missing: 404 },
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
      userId: expected[role].id,
      organizationId: learner.organizationId,
      roles: [role],
      tokenId: `t-${role}`,
      sessionId: 's',
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

  it('answers as the policy says', async () => {
    const other = await untaught();
    const subjects = { taught: personWho('fading').id, other, otherTenant: stranger.id, missing: 'u-999999' };
    // A path without a parameter is about the caller alone.
    const routes = container.routes.filter(({ access, path }) => access === 'learner' && path.includes(':'));
    expect(routes.length).toBeGreaterThanOrEqual(7);
    const wrong: string[] = [];
    for (const { path } of routes) {
      for (const role of ['learner', 'trainer', 'org_admin', 'admin'] as const) {
        for (const [name, id] of [
          ['own', 'me'] as const,
          ...(Object.entries(subjects) as ['other', string][]),
        ]) {
          const { status } = await ask(role, path, id);
          // A person without a course has no pace yet; that is an answer about them, and so a permission.
          const allowed = status === 422 ? 200 : status;
          if (allowed !== expected[role][name])
            wrong.push(`${role} ${path} ${name}: ${status}, not ${expected[role][name]}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });
});
