import { describe, expect, it } from 'vitest';
import { registry } from '../../../src/application/analytics/registry.ts';
import { AppError } from '../../../src/domain/errors.ts';
import { policies } from '../../../src/domain/identity/policy.ts';
import type { Viewer } from '../../../src/domain/identity/viewer.ts';
import { makeSeal } from '../../../src/infrastructure/auth/seal.ts';
import { makeDecideAtEdge } from '../../../src/presentation/edge/decide-at-edge.ts';
import { openQuestion } from '../../../src/presentation/edge/question.ts';
import { callScope, stoppedClock } from '../../fixtures/stubs.ts';

const clock = stoppedClock();
const seal = makeSeal('a secret of the test');
const person = (id: string, role: Viewer['roles'][number], organizationId = 'org-1'): Viewer => ({
  id,
  organizationId,
  roles: [role],
  tokenId: id,
  sessionId: null,
  expiresAt: clock.now() + 60_000,
  asOf: 0,
});
const people: Record<string, Viewer> = {
  learner: person('u-1', 'learner'),
  trainer: person('t-1', 'trainer'),
  orgAdmin: person('o-1', 'org_admin'),
  otherOrgAdmin: person('o-2', 'org_admin', 'org-2'),
  admin: person('a-1', 'admin'),
};
const deps = {
  registry,
  subjects: policies,
  authenticator: {
    verifyCached: () => undefined,
    verify: async (token: string) => {
      const viewer = people[token];
      if (viewer === undefined) throw new AppError('UNAUTHORIZED', 'no');
      return viewer;
    },
  },
  hearOfRevocations: async () => undefined,
  seal,
  clock,
  scope: callScope,
};
const decide = makeDecideAtEdge(deps);

const velocity = '/api/v1/analytics/learner/velocity';
const organization = '/api/v1/analytics/organization/learning-culture';
function ask(url: string, token: string, headers: Record<string, string> = {}, method = 'GET') {
  const all: Record<string, string> = { authorization: `Bearer ${token}`, ...headers };
  return decide({ method, url, header: (name) => all[name] ?? null });
}
const questionOf = (path: string | null) =>
  path === null ? null : openQuestion(path.replace('/api/edge/', ''), seal, clock.now());

describe('at the edge', () => {
  it('what is too long for a sealed address goes on to the origin, which says what is wrong with it', async () => {
    expect(await ask(`${velocity}/me?x=${'y'.repeat(1000)}`, 'learner')).not.toBeNull();
    expect(await ask(`${velocity}/me?x=${'y'.repeat(2000)}`, 'learner')).toBeNull();
  });

  it('one’s own figures are asked for by a sealed question, however one calls oneself', async () => {
    const question = {
      analyticId: 'learner.velocity',
      subject: { kind: 'learner', id: 'u-1', organizationId: 'org-1' },
      query: '',
    };
    expect(questionOf(await ask(`${velocity}/me`, 'learner'))).toEqual(question);
    expect(await ask(`${velocity}/u-1`, 'learner')).toBe(await ask(`${velocity}/me`, 'learner'));
  });

  it('only what is one’s own alone may be answered there where the audit log must have every read', async () => {
    const withRecord = makeDecideAtEdge({ ...deps, subjects: ['learner'] });
    const askWithRecord = (url: string, token: string) =>
      withRecord({
        ...{ method: 'GET', url },
        header: (name) => (name === 'authorization' ? `Bearer ${token}` : null),
      });
    for (const [url, token] of [
      [`${organization}/org-1`, 'orgAdmin'],
      ['/api/v1/analytics/trainer/course-health/me', 'trainer'],
    ] as const) {
      expect(await ask(url, token), url).not.toBeNull();
      expect(await askWithRecord(url, token), url).toBeNull();
    }
    expect(await askWithRecord(`${velocity}/me`, 'learner')).not.toBeNull();
  });

  it('everyone who answers for an organization asks the same question about it', async () => {
    const own = await ask(`${organization}/org-1`, 'orgAdmin');
    expect(questionOf(own)?.subject).toEqual({
      kind: 'organization',
      id: 'org-1',
      organizationId: 'org-1',
    });
    people.colleague = person('o-3', 'org_admin');
    expect(await ask(`${organization}/org-1`, 'colleague')).toBe(own);
  });

  it('the order of parameters makes no second question, their values do', async () => {
    const board = '/api/v1/gamification/leaderboard';
    const one = await ask(`${board}?period=monthly&limit=5`, 'learner');
    expect(one).toBe(await ask(`${board}?limit=5&period=monthly`, 'learner'));
    expect(one).not.toBe(await ask(`${board}?limit=6&period=monthly`, 'learner'));
    expect(questionOf(one)?.query).toBe('limit=5&period=monthly');
  });

  it.each<[string, () => Promise<string | null>]>([
    ['somebody else’s figures', () => ask(`${velocity}/u-2`, 'learner')],
    ['what a trainer may see of a learner only by teaching', () => ask(`${velocity}/u-1`, 'trainer')],
    ['what an org_admin may see of a learner only by membership', () => ask(`${velocity}/u-1`, 'orgAdmin')],
    ['what an admin may see of anybody', () => ask(`${organization}/org-1`, 'admin')],
    ['another organization', () => ask(`${organization}/org-1`, 'otherOrgAdmin')],
    ['an organization to one who only belongs to it', () => ask(`${organization}/org-1`, 'learner')],
    [
      'a trainer’s figures to one who is none',
      () => ask('/api/v1/analytics/trainer/course-health/me', 'learner'),
    ],
    ['a bad token', () => ask(`${velocity}/me`, 'nobody')],
    ['no token', () => ask(`${velocity}/me`, '', { authorization: '' })],
    ['another scheme', () => ask(`${velocity}/me`, '', { authorization: 'Basic learner' })],
    ['another method', () => ask(`${velocity}/me`, 'learner', {}, 'POST')],
    ['a cookie', () => ask(`${velocity}/me`, 'learner', { cookie: 'a=b' })],
    ['another origin', () => ask(`${velocity}/me`, 'learner', { origin: 'https://else.example' })],
    ['a conditional request', () => ask(`${velocity}/me`, 'learner', { 'if-none-match': '*' })],
    ['a full answer', () => ask(`${velocity}/me?completeness=full`, 'learner')],
    ['a parameter given twice', () => ask(`${velocity}/me?a=1&a=2`, 'learner')],
    ['an id that is none', () => ask(`${velocity}/a%20b`, 'learner')],
    ['a path with something after it', () => ask(`${velocity}/me/more`, 'learner')],
    ['a route that is no analytic', () => ask('/api/v1/auth/me', 'learner')],
    ['a URL that is none', () => ask('http://[', 'learner')],
  ])('%s goes to the origin as it came', async (_what, asking) => {
    expect(await asking()).toBeNull();
  });

  it('a question can be opened on its day and the next, not later and not by another secret', async () => {
    const sealed = String(await ask(`${velocity}/me`, 'learner')).replace('/api/edge/', '');
    const dayMs = 86_400_000;
    const isOpen = [-dayMs, 0, dayMs, 2 * dayMs].map(
      (later) => openQuestion(sealed, seal, clock.now() + later) !== null,
    );
    expect(isOpen).toEqual([false, true, true, false]);
    expect(openQuestion(sealed, makeSeal('another'), clock.now())).toBeNull();
  });
});
