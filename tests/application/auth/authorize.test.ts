/** What a refusal tells of people of other tenants, by what is asked on its way. */
import { describe, expect, it } from 'vitest';
import { type Authorizer, makeAuthorizer, type SubjectRef } from '../../../src/application/auth/authorize.ts';
import type { CallScope, UpstreamGate, UpstreamReplies } from '../../../src/application/ports/reply.ts';
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
      ).rejects.toMatchObject({
        ...{ code: 'UPSTREAM_UNAVAILABLE', message: 'It cannot be decided now who may see this.' },
        retryAfterSeconds: 5,
      });
  });

  it('is said of the sample world at once: there is nothing newer', async () => {
    const { asked, authorizer } = asking([says(null, 'mock')]);
    await expect(authorizer.authorize(viewer, learner('u-9'), callScope())).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    expect(asked).toHaveLength(1);
  });

  it('is asked anew of Directory itself, not of what this request was told before', async () => {
    const scopes: CallScope[] = [];
    const stubbed = stubGate({
      directory: { user: () => says(null, scopes.length === 1 ? 'cached' : 'realtime')() },
    });
    const gate: UpstreamGate = {
      ...stubbed,
      live: (scope) => {
        scopes.push(scope);
        return stubbed.live(scope);
      },
    };
    const scope = callScope();
    await makeAuthorizer(gate, clock)
      .authorize(viewer, learner('u-9'), scope)
      .catch(() => undefined);
    expect(scopes.map(({ asksAnew, memo }) => [asksAnew, memo === scope.memo])).toEqual([
      [undefined, true],
      [true, false],
    ]);
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

describe('of decisions', () => {
  const self = (id: string, token = 0) => ({ ...viewer, id, tokenId: `t-${token}` });
  /** Decisions that the viewers' own words make: nobody is asked. */
  async function decideAbout(authorizer: Authorizer, id: string, times: number): Promise<void> {
    for (let token = 0; token < times; token += 1)
      await authorizer.authorize(self(id, token), learner(id), callScope());
  }

  it('50,000 are remembered, and with one more all but it are forgotten', async () => {
    const { authorizer } = asking([]);
    const isRemembered = (token: number) => authorizer.peek(self('u-1', token), learner('u-1')) !== undefined;
    await decideAbout(authorizer, 'u-1', 50_000);
    expect([isRemembered(0), isRemembered(49_999)]).toEqual([true, true]);
    await authorizer.authorize(self('u-2'), learner('u-2'), callScope());
    expect([isRemembered(0), isRemembered(49_999)]).toEqual([false, false]);
    expect(authorizer.peek(self('u-2'), learner('u-2'))).toBeDefined();
  });

  it('those that are forgotten make room for others', async () => {
    const { authorizer } = asking([]);
    await decideAbout(authorizer, 'u-1', 1);
    await decideAbout(authorizer, 'u-2', 25_000);
    authorizer.forget(['u-2']);
    await decideAbout(authorizer, 'u-3', 25_000);
    expect(authorizer.peek(self('u-1'), learner('u-1'))).toBeDefined();
  });
});

describe('what was said before a subject was forgotten', () => {
  const admin = { ...viewer, roles: ['org_admin'] as const };
  const own = { ...elsewhere, organizationId: 'org-1' };
  const ids = (count: number) => Array.from({ length: count }, (_, index) => `f-${index}`);

  /** Whether a word of so many ms ago decides about somebody. */
  function world() {
    const moving = stoppedClock();
    let saidAt = 0;
    const gate = stubGate({ directory: { user: () => reply('directory', own, 'cached', saidAt) } });
    const authorizer = makeAuthorizer(gate, moving);
    const decides = async (id: string, ago: number) => {
      saidAt = moving.now() - ago;
      const deciding = authorizer.authorize({ ...admin, tokenId: `${id} ${ago}` }, learner(id), callScope());
      return deciding.then(
        () => true,
        () => false,
      );
    };
    return { moving, authorizer, decides };
  }

  it('decides nothing about it, and all about those of whom nothing is known to have changed', async () => {
    const { moving, authorizer, decides } = world();
    authorizer.forget(ids(50_000));
    moving.advance(10);
    expect([await decides('f-0', 11), await decides('f-0', 10), await decides('other', 11)]).toEqual([
      false,
      true,
      true,
    ]);
  });

  it('decides nothing about anybody, once more are forgotten than 50,000', async () => {
    const { moving, authorizer, decides } = world();
    authorizer.forget(['f-0']);
    moving.advance(10);
    authorizer.forget(ids(50_001).slice(1));
    moving.advance(10);
    for (const id of ['f-0', 'other'])
      expect([id, await decides(id, 21), await decides(id, 20)]).toEqual([id, false, true]);
    expect([await decides('f-1', 11), await decides('f-1', 10)]).toEqual([false, true]);
  });

  it('is by the last time that it was forgotten', async () => {
    const { moving, authorizer, decides } = world();
    authorizer.forget(['f-0', 'f-1']);
    moving.advance(10);
    authorizer.forget(['f-0', ...ids(50_001).slice(2)]);
    moving.advance(10);
    // The one that nobody can tell apart any more is f-1.
    expect([await decides('f-0', 11), await decides('f-0', 10)]).toEqual([false, true]);
    expect([await decides('f-1', 21), await decides('f-1', 20), await decides('other', 20)]).toEqual([
      false,
      true,
      true,
    ]);
  });
});
