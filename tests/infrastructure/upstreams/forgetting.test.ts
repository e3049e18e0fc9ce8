import { describe, expect, it } from 'vitest';
import { makeAuthorizer } from '../../../src/application/auth/authorize.ts';
import { UpstreamError } from '../../../src/application/ports/upstream-error.ts';
import { clients } from '../../../src/infrastructure/upstreams/clients.ts';
import { makeGuardedUpstreams } from '../../../src/infrastructure/upstreams/guarded.ts';
import { viewer } from '../../fixtures/app.ts';
import { callScope, reply, stoppedClock, stubGate } from '../../fixtures/stubs.ts';

const memberNamed = (fullName: string, userId: string) => ({
  userId,
  organizationId: 'org-1',
  fullName,
  roles: [],
});

/** A gate whose Directory answers with what the test lets it answer. */
function makeWorld(hearsPurges = () => true) {
  const answers: {
    promise: Promise<unknown>;
    resolve: (name: string, id?: string) => void;
    reject: () => void;
  }[] = [];
  const gate = makeGuardedUpstreams({
    clients,
    transportFor: () => () => () => {
      const { promise, resolve, reject } = Promise.withResolvers<unknown>();
      answers.push({
        promise,
        resolve: (name, id = 'u-1') => resolve(memberNamed(name, id)),
        reject: () => reject(new UpstreamError('rejected', 'no')),
      });
      return promise;
    },
    mockTransportFor: null,
    settings: () => ({ retries: 0 }),
    clock: { now: () => Date.now() },
    random: () => 0.5,
    hooks: { onAsked: () => undefined, onCall: () => undefined, onBreaker: () => undefined },
    replyTtlMs: 60_000,
    lastKnownGoodMs: 60_000,
    shared: { budgetMs: 1000, ttlMs: 60_000, waitShare: 1, maxBytes: 1e6 },
    hearsPurges,
  });
  const scope = () => callScope({ deadlineAt: Date.now() + 5000 });
  const ask = (id = 'u-1') =>
    gate
      .live(scope())
      .directory.user(id)
      .then(({ value, dataSource }) => [value?.fullName, dataSource]);
  const asked = (count: number) => expect.poll(() => answers.length, { interval: 1 }).toBe(count);
  return { gate, answers, ask, asked, scope };
}

describe('what a service has said', () => {
  it('is asked anew once it is forgotten, and only about whom it was', async () => {
    const { gate, answers, ask, asked } = makeWorld();
    for (const [index, id] of ['u-1', 'u-2'].entries()) {
      const first = ask(id);
      await asked(index + 1);
      answers[index]?.resolve(id, id);
      await first;
    }
    gate.forget(['u-1']);
    expect(await ask('u-2')).toEqual(['u-2', 'cached']);
    const anew = ask('u-1');
    await asked(3);
    answers[2]?.resolve('renamed');
    expect(await anew).toEqual(['renamed', 'realtime']);
  });

  it('before it was forgotten is neither kept nor given to whoever asks afterwards', async () => {
    const { gate, answers, ask, asked } = makeWorld();
    const early = ask();
    await asked(1);
    gate.forget(['u-1']);
    const late = ask();
    await asked(2);
    answers[1]?.resolve('new');
    expect(await late).toEqual(['new', 'realtime']);
    answers[0]?.resolve('old');
    expect(await early).toEqual(['old', 'realtime']);
    expect(await ask()).toEqual(['new', 'cached']);
  });

  it('is asked anew by each request, alone, while purges of others may not be heard', async () => {
    let hears = true;
    const { answers, ask, asked } = makeWorld(() => hears);
    const before = ask();
    await asked(1);
    hears = false;
    const [one, other] = [ask(), ask()];
    await asked(3);
    for (const [index, name] of ['old', 'new', 'newer'].entries()) answers[index]?.resolve(name);
    expect(await Promise.all([before, one, other])).toEqual(
      ['old', 'new', 'newer'].map((name) => [name, 'realtime']),
    );
    const kept = ask();
    await asked(4);
    answers[3]?.resolve('newest');
    expect(await kept).toEqual(['newest', 'realtime']);
    hears = true;
    expect(await ask()).toEqual(['newest', 'cached']);
  });

  it('still stands in while the service is down', async () => {
    const { gate, answers, ask, asked } = makeWorld();
    const first = ask();
    await asked(1);
    answers[0]?.resolve('old');
    await first;
    gate.forget(['u-1']);
    const second = ask();
    await asked(2);
    answers[1]?.reject();
    expect(await second).toEqual(['old', 'stale']);
  });
});

describe('what was read of a whole organization', () => {
  it('is read anew once the organization is forgotten, and what was under way is not kept', async () => {
    const { gate, scope } = makeWorld();
    const runs: ((value: string) => void)[] = [];
    const walk = (id: string) =>
      gate
        .live(scope())
        .shared(`people ${id}`, ['directory'], async () => {
          const { promise, resolve } = Promise.withResolvers<string>();
          runs.push(resolve);
          return {
            value: await promise,
            service: 'directory' as const,
            dataSource: 'realtime' as const,
            asOf: Date.now(),
          };
        })
        .then(({ value }) => value);
    const begun = (count: number) => expect.poll(() => runs.length, { interval: 1 }).toBe(count);
    const early = walk('org-1');
    const other = walk('org-10');
    await begun(2);
    runs[1]?.('other');
    await other;
    gate.forget(['org-1']);
    const late = walk('org-1');
    await begun(3);
    runs[2]?.('new');
    runs[0]?.('old');
    expect(await Promise.all([early, late, walk('org-1'), walk('org-10')])).toEqual([
      'old',
      'new',
      'new',
      'other',
    ]);
    expect(runs).toHaveLength(3);
  });
});

describe('a decision', () => {
  it('about a subject that is forgotten is made anew, about others it stands', async () => {
    const clock = stoppedClock();
    const member = { userId: '', organizationId: 'org-1', roles: [] };
    const gate = stubGate({
      directory: { user: () => reply('directory', member as never, 'realtime', clock.now()) },
    });
    const authorizer = makeAuthorizer(gate, clock);
    const admin = { ...viewer, id: 'u-9', roles: ['admin' as const] };
    const refs = ['u-1', 'u-2'].map((id) => ({ kind: 'learner' as const, id }));
    for (const ref of refs) await authorizer.authorize(admin, ref, callScope());
    authorizer.forget(['u-1', 'u-3']);
    expect(refs.map((ref) => authorizer.peek(admin, ref)?.id)).toEqual([undefined, 'u-2']);
  });
});
