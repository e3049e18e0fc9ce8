/** Who is a learner is said once: an organization's figures, the peers in it and its leaderboard count the same people. */
import { describe, expect, it } from 'vitest';
import { mockTransport } from '../../../mocks/transport.ts';
import { peer } from '../../../src/application/analytics/comparison/peer.ts';
import type { Analytic } from '../../../src/application/analytics/define.ts';
import { leaderboard } from '../../../src/application/analytics/gamification/leaderboard.ts';
import { learningVelocity } from '../../../src/application/analytics/organization/learning-velocity.ts';
import { callScope } from '../../fixtures/stubs.ts';
import { clock, routes, running } from './running.ts';

const organizationId = 'org-1';
const run = running();

async function figuresOf<T>(analytic: Analytic, id: string, query = {}): Promise<T> {
  const subject = { kind: analytic.subject, id, organizationId } as const;
  const question = {
    analytic,
    subject,
    query: analytic.query.parse(query),
    completeness: 'partial',
  } as const;
  const { answer } = await run(question, callScope({ deadlineAt: clock.now() + 60_000 }));
  return JSON.parse(answer.data.toString()) as T;
}

async function members(): Promise<{ userId: string; roles: string[]; isActive: boolean }[]> {
  const { items } = (await mockTransport(routes.directory)({
    method: 'GET',
    path: `/organizations/${organizationId}/members`,
    query: { limit: '1000' },
    body: undefined,
    signal: new AbortController().signal,
    headers: {},
  } as never)) as { items: { userId: string; roles: string[]; isActive: boolean }[] };
  return items;
}

describe('who is a learner', () => {
  it('is the same for the figures of an organization, among peers and on the leaderboard', async () => {
    const people = new Map((await members()).map((member) => [member.userId, member]));
    const there = [...people.values()].filter(({ isActive }) => isActive);
    const learners = there.filter(({ roles }) => roles.includes('learner'));
    // Those who only lead have no role at all, and would be taken for learners by a rule of its own.
    expect(there.filter(({ roles }) => roles.length === 0).length).toBeGreaterThan(0);
    const own = learners[0]?.userId ?? '';
    const { learners: counted } = await figuresOf<{ learners: number }>(learningVelocity, organizationId);
    const { cohort } = await figuresOf<{ cohort: { size: number } }>(peer, own, { level: 'any' });
    const { participants } = await figuresOf<{ participants: number }>(leaderboard, own);
    expect([counted, cohort.size + 1, participants]).toEqual([
      learners.length,
      learners.length,
      learners.length,
    ]);
  });
});
