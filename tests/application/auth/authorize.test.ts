/** What a refusal tells of people of other tenants, by what is asked on its way. */
import { describe, expect, it } from 'vitest';
import { makeAuthorizer, type SubjectRef } from '../../../src/application/auth/authorize.ts';
import type { UpstreamReplies } from '../../../src/application/ports/reply.ts';
import type { Member } from '../../../src/domain/learning/person.ts';
import type { DataSource } from '../../../src/domain/provenance.ts';
import { viewer } from '../../fixtures/app.ts';
import { callScope, failure, reply, stoppedClock, stubGate } from '../../fixtures/stubs.ts';

const clock = stoppedClock();
const elsewhere = { organizationId: 'org-2', roles: ['learner'] } as unknown as Member;
const learner = (id: string): SubjectRef => ({ kind: 'learner', id });

/** An authorizer whose Directory answers in turn, and how often it was asked. */
function asking(answers: ((id: string) => ReturnType<UpstreamReplies['directory']['user']>)[]) {
  const asked: string[] = [];
  const gate = stubGate({
    directory: {
      user: (id) => {
        asked.push(id);
        const answer = answers[Math.min(asked.length, answers.length) - 1];
        if (answer === undefined) throw new Error('nothing is answered');
        return answer(id);
      },
    },
  });
  return { asked, authorizer: makeAuthorizer(gate, clock) };
}
const says =
  (user: Member | null, dataSource: DataSource = 'realtime') =>
  () =>
    reply('directory', user, dataSource, clock.now());

describe('that there is no such subject', () => {
  it.each([
    ['somebody of another tenant', elsewhere],
    ['nobody', null],
  ])('is said of %s after one question, whether or not a reply was kept', async (_who, user) => {
    for (const answers of [[says(user)], [says(user, 'cached'), says(user)]]) {
      const { asked, authorizer } = asking(answers);
      await expect(authorizer.authorize(viewer, learner('u-9'), callScope())).rejects.toMatchObject({
        code: 'NOT_FOUND',
      });
      // The first of two came from memory: Directory itself has heard one.
      expect(asked).toHaveLength(answers.length);
    }
  });

  it('is not said while Directory is silent, of whomever it was last asked about', async () => {
    const silent = () => failure('directory');
    for (const answer of [says(elsewhere, 'stale'), says(null, 'stale'), silent])
      await expect(
        asking([answer]).authorizer.authorize(viewer, learner('u-9'), callScope()),
      ).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
  });

  it('changes to what is so now', async () => {
    const moved = { ...elsewhere, organizationId: 'org-1' };
    const { authorizer } = asking([says(elsewhere, 'cached'), says(moved)]);
    const admin = { ...viewer, roles: ['org_admin'] as const };
    expect(await authorizer.authorize(admin, learner('u-9'), callScope())).toMatchObject({
      organizationId: 'org-1',
    });
  });
});

describe('what is allowed', () => {
  it('is asked once, and stands on the last word of the last minutes', async () => {
    const own = { ...elsewhere, organizationId: 'org-1' };
    const admin = { ...viewer, roles: ['org_admin'] as const };
    for (const source of ['cached', 'stale'] as const) {
      const { asked, authorizer } = asking([says(own, source)]);
      await authorizer.authorize(admin, learner('u-9'), callScope());
      expect(asked).toHaveLength(1);
    }
  });
});
