import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { type Container, makeContainer } from '../../src/container.ts';

/** The whole application in this process, over sample data and without a database. */
describe('the audit log of a process', () => {
  let container: Container;
  const server = createServer((request, response) => container.listener(request, response));
  let url: string;
  beforeAll(async () => {
    const read = readConfig({ DATABASE: 'none', LOG_LEVEL: 'silent', JOBS: 'off' });
    if (!read.ok) throw new Error(read.problems.join('\n'));
    container = await makeContainer(read.config);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1`;
  });
  afterAll(async () => {
    server.closeAllConnections();
    server.close();
    await container.close();
  });

  const tokens = new Map<string, string>();
  const bearerOf = async (who: string) => {
    if (!tokens.has(who)) await logIn(who);
    return `Bearer ${tokens.get(who)}`;
  };

  async function logIn(who: string) {
    const body = JSON.stringify({ email: `${who}@org-1.example`, password: `demo-${who}` });
    const headers = { 'content-type': 'application/json' };
    const { data } = await (await fetch(`${url}/auth/login`, { method: 'POST', headers, body })).json();
    tokens.set(who, data.accessToken);
    const asked = (path: string) =>
      fetch(url + path, {
        headers: { authorization: `Bearer ${data.accessToken}`, 'x-request-id': `of-${who}` },
      });
    return { id: data.user.id as string, asked };
  }

  it('says who read whose figures, by which route and rule, also when caches answered', async () => {
    const [learner, admin] = [await logIn('fading'), await logIn('org-admin')];
    const path = `/analytics/learner/velocity/${learner.id}`;
    // What is one's own is nobody's to watch; what caches answer was read all the same.
    expect((await learner.asked('/analytics/learner/velocity/me')).status).toBe(200);
    for (const _ of [1, 2, 3]) expect((await admin.asked(path)).status).toBe(200);
    expect((await admin.asked('/analytics/learner/velocity/u-nobody')).status).toBe(404);
    const entries = async () => {
      const { data } = await (await admin.asked('/audit')).json();
      return data.entries as { action: string; subjectKind: string; detail: { reads: number } }[];
    };
    const ofLearners = async () =>
      (await entries()).filter(
        ({ action, subjectKind }) => action === 'data.read' && subjectKind === 'learner',
      );
    const sum = async () => (await ofLearners()).reduce((reads, { detail }) => reads + detail.reads, 0);
    await expect.poll(sum, { interval: 250 }).toBe(3);
    for (const line of await ofLearners())
      expect(line).toMatchObject({
        ...{ actorId: admin.id, subjectId: learner.id, outcome: 'done', requestId: 'of-org-admin' },
        detail: {
          route: '/api/v1/analytics/learner/velocity/:userId',
          rule: 'learner.own_organization',
        },
      });
    // The admin of the organization is not shown for whom: it may be somebody of another one.
    expect(await entries()).toContainEqual(
      expect.objectContaining({
        ...{ actorId: admin.id, action: 'data.refused', outcome: 'denied', subjectId: null },
        detail: { route: '/api/v1/analytics/learner/velocity/:userId', rule: 'learner.not_found' },
      }),
    );
    expect(await entries()).toContainEqual(
      expect.objectContaining({
        subjectKind: 'organization',
        detail: expect.objectContaining({ route: '/api/v1/audit', rule: 'organization.own_organization' }),
      }),
    );
  });

  it('says who was refused whose figures, and by which rule', async () => {
    const [learner, trainer, admin] = [
      await logIn('thriving'),
      await logIn('trainer'),
      await logIn('org-admin'),
    ];
    const other = (await logIn('newcomer')).id;
    const chosen = await fetch(`${url}/me/preferences`, {
      method: 'PATCH',
      headers: { authorization: await bearerOf('fading'), 'content-type': 'application/json' },
      body: JSON.stringify({ predictiveAnalytics: false }),
    });
    expect(chosen.status).toBe(200);
    const fading = (await logIn('fading')).id;
    const refused = [
      { who: learner, path: `/dashboards/learner/${other}`, rule: 'learner.forbidden', of: other },
      {
        who: learner,
        path: '/analytics/organization/learning-culture/org-1',
        rule: 'organization.forbidden',
      },
      { who: learner, path: '/audit', rule: 'organization.forbidden', of: 'org-1' },
      { who: learner, path: '/reports/no-report', rule: 'report.not_found', of: null },
      {
        ...{ who: trainer, path: `/analytics/predictive/drop-off-risk/${fading}` },
        ...{ rule: 'learner.prediction_opted_out', of: fading },
      },
    ];
    for (const { who, path } of refused) expect((await who.asked(path)).status, path).toBeOneOf([403, 404]);
    const lines = async () => {
      const { data } = await (await admin.asked('/audit')).json();
      return data.entries as {
        action: string;
        actorId: string;
        subjectId: string;
        detail: { rule: string };
      }[];
    };
    for (const { who, rule, of = 'org-1' } of refused)
      await expect.poll(lines, { interval: 250 }).toContainEqual(
        expect.objectContaining({
          ...{ actorId: who.id, action: 'data.refused', subjectId: of },
          detail: expect.objectContaining({ rule }),
        }),
      );
  });
});
