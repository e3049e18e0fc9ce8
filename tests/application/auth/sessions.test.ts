import { describe, expect, it } from 'vitest';
import { makeAuthorizer } from '../../../src/application/auth/authorize.ts';
import { makeLoginPace } from '../../../src/application/auth/login-pace.ts';
import { makeSessionUseCases } from '../../../src/application/auth/sessions.ts';
import type { UpstreamGate } from '../../../src/application/ports/reply.ts';
import type { TokenClaims } from '../../../src/application/ports/tokens.ts';
import type { Viewer } from '../../../src/domain/identity/viewer.ts';
import { ids } from '../../../src/infrastructure/auth/ids.ts';
import { MemorySessions } from '../../../src/infrastructure/auth/memory-sessions.ts';
import { digest } from '../../../src/infrastructure/digest.ts';
import { MemoryPreferences } from '../../../src/infrastructure/gamification/memory-preferences.ts';
import { callScope, failure, reply, stoppedClock, stubGate } from '../../fixtures/stubs.ts';

const clock = stoppedClock();
const ada = {
  id: 'u-1',
  email: 'ada@x',
  fullName: 'Ada',
  roles: ['learner' as const],
  organizationId: 'org-1',
  locale: null,
  timeZone: 'UTC',
};
const fresh = <T>(service: 'auth' | 'directory' | 'courses', value: T) =>
  reply(service, value, 'realtime', clock.now());
const auth = {
  login: ({ password }: { password: string }) => fresh('auth', password === 'right' ? ada : null),
  user: () => fresh('auth', ada),
};

/** What the tokens say, the latest last. */
const signed: TokenClaims[] = [];

/** How long callers were kept waiting, ms. */
const pauses: number[] = [];

const useCases = (gate: UpstreamGate = stubGate({ auth }), sessions = new MemorySessions(clock)) =>
  makeSessionUseCases({
    gate,
    signer: {
      sign: (claims) => {
        signed.push(claims);
        return { token: `token of ${claims.userId}`, expiresInSeconds: 900 };
      },
    },
    pace: makeLoginPace({ clock, digest, pause: async (ms) => void pauses.push(ms) }),
    sessions,
    preferences: new MemoryPreferences(),
    clock,
    ids,
    digest,
    refreshTokenMs: 86_400_000,
  });

const viewer = (changes: Partial<Viewer> = {}): Viewer => ({
  id: 'u-1',
  organizationId: 'org-1',
  roles: ['learner'],
  tokenId: 't',
  sessionId: 's',
  expiresAt: 0,
  asOf: 0,
  ...changes,
});

describe('a session', () => {
  it('begins with the right password, in the shape of the contract', async () => {
    expect(await useCases().login({ email: 'ada@x', password: 'right' }, callScope())).toEqual({
      accessToken: 'token of u-1',
      expiresIn: 900,
      sessionId: expect.any(String),
      refreshToken: expect.stringMatching(/^[\w-]{43}$/),
      user: { id: 'u-1', email: 'ada@x', fullName: 'Ada', roles: ['learner'], organizationId: 'org-1' },
    });
    await expect(useCases().login({ email: 'ada@x', password: 'wrong' }, callScope())).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
    });
  });

  it('cannot begin while Auth is down, whatever the mock world would say; without a URL it begins there', async () => {
    const login = (kind: 'unavailable' | 'not_configured') =>
      useCases(stubGate({ auth: { login: () => failure('auth', kind) } }, { auth })).login(
        { email: 'ada@x', password: 'right' },
        callScope(),
      );
    await expect(login('unavailable')).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    expect((await login('not_configured')).user.id).toBe('u-1');
  });

  it('refuses an unknown account and a wrong password alike, however long Auth takes, and slower each time', async () => {
    const took = { ms: 0 };
    const slow = {
      login: async ({ email, password }: { email: string; password: string }) => {
        clock.advance(email === 'ada@x' ? 80 : took.ms);
        return fresh('auth', email === 'ada@x' && password === 'right' ? ada : null);
      },
    };
    const cases = useCases(stubGate({ auth: slow }));
    const attempt = async (email: string, password = 'wrong') => {
      pauses.length = 0;
      const startedAt = clock.now();
      const error = await cases.login({ email, password }, callScope()).catch((one: Error) => one.message);
      return [error, clock.now() - startedAt + pauses.reduce((sum, ms) => sum + ms, 0), pauses.length];
    };
    const refused = 'E-mail, password or token is not valid.';
    for (const extra of [0, 0, 0, 250, 500, 1000, 2000, 2000]) {
      const waits = extra === 0 ? 1 : 2;
      expect(await attempt('ada@x')).toEqual([refused, 250 + extra, waits]);
      expect(await attempt('nobody@x')).toEqual([refused, 250 + extra, waits]);
    }
    // Nobody is locked out, and whoever gets in begins anew.
    expect((await attempt('ada@x', 'right'))[2]).toBe(1);
    expect(await attempt('ada@x')).toEqual([refused, 250, 1]);
    clock.advance(16 * 60_000);
    expect(await attempt('nobody@x')).toEqual([refused, 250, 1]);
    took.ms = 260;
    expect(await attempt('somebody@x')).toEqual([refused, 500, 1]);
  });

  it('costs an unknown account the same work as a wrong password: no port is called more or less often', async () => {
    const workOf = async (email: string) => {
      const calls: string[] = [];
      const called = <A extends unknown[], R>(name: string, work: (...args: A) => R) => {
        return (...args: A): R => {
          calls.push(name);
          return work(...args);
        };
      };
      const sessions = new MemorySessions(clock);
      const cases = makeSessionUseCases({
        gate: stubGate({
          auth: {
            login: called('auth.login', () => fresh('auth', null)),
            user: called('auth.user', () => fresh('auth', email === 'ada@x' ? ada : null)),
          },
        }),
        signer: { sign: called('sign', () => ({ token: 't', expiresInSeconds: 900 })) },
        pace: makeLoginPace({
          ...{ clock: { now: called('now', () => clock.now()) }, digest: called('digest', digest) },
          pause: called('pause', async () => undefined),
        }),
        sessions: Object.assign(sessions, { save: called('save', sessions.save.bind(sessions)) }),
        preferences: new MemoryPreferences(),
        ...{ clock, ids, digest, refreshTokenMs: 86_400_000 },
      });
      for (let time = 0; time < 5; time += 1)
        await cases.login({ email, password: 'wrong' }, callScope()).catch(() => undefined);
      return calls;
    };
    const work = await workOf('ada@x');
    expect(work.filter((name) => name === 'auth.login')).toHaveLength(5);
    expect(work).not.toContain('auth.user');
    expect(await workOf('nobody@x')).toEqual(work);
  });

  it('goes on with each refresh token once: of 50 concurrent uses one wins, and the reuse ends it', async () => {
    const cases = useCases();
    const { refreshToken } = await cases.login({ email: 'ada@x', password: 'right' }, callScope());
    const results = await Promise.allSettled(
      Array.from({ length: 50 }, () => cases.refresh(refreshToken, callScope())),
    );
    const won = results.filter((result) => result.status === 'fulfilled');
    expect(won).toHaveLength(1);
    const next = won[0]?.value.refreshToken ?? '';
    await expect(cases.refresh(next, callScope())).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
  });

  it('takes a change of roles at the next refresh, and goes on with what it knows while Auth is down', async () => {
    const sessions = new MemorySessions(clock);
    const { refreshToken } = await useCases(stubGate({ auth }), sessions).login(
      { email: 'ada@x', password: 'right' },
      callScope(),
    );
    const promoted = { ...auth, user: () => fresh('auth', { ...ada, roles: ['trainer' as const] }) };
    const second = await useCases(stubGate({ auth: promoted }), sessions).refresh(refreshToken, callScope());
    expect(second.user.roles).toEqual(['trainer']);
    const down = stubGate({ auth: { user: () => failure('auth') } });
    const third = await useCases(down, sessions).refresh(second.refreshToken, callScope());
    expect(third.user).toEqual({
      id: 'u-1',
      email: null,
      fullName: null,
      roles: ['trainer'],
      organizationId: 'org-1',
    });
  });

  it('after a change of roles gives no token that stands on what was said before it', async () => {
    const sessions = new MemorySessions(clock);
    const asked = { at: clock.now() };
    const old = stubGate({ auth: { ...auth, login: () => reply('auth', ada, 'realtime', asked.at) } });
    const { refreshToken } = await useCases(old, sessions).login(
      { email: 'ada@x', password: 'right' },
      callScope(),
    );
    clock.advance(1000);
    // Told while the log-in was on its way: its family is later than that, what it stands on is not.
    await sessions.endUser('u-1', clock.now());
    expect(signed.at(-1)?.asOf).toBe(asked.at);
    await expect(useCases(old, sessions).refresh(refreshToken, callScope())).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
    });
    const late = await useCases(old, sessions).login({ email: 'ada@x', password: 'right' }, callScope());
    const down = useCases(stubGate({ auth: { user: () => failure('auth') } }), sessions);
    await down.refresh(late.refreshToken, callScope());
    expect(signed.at(-1)?.asOf).toBe(asked.at);
    expect(sessions.isRevoked(viewer({ asOf: asked.at, sessionId: null }))).toBe(true);
  });

  it('ends for a user whom Auth no longer knows', async () => {
    const sessions = new MemorySessions(clock);
    const { refreshToken } = await useCases(stubGate({ auth }), sessions).login(
      { email: 'ada@x', password: 'right' },
      callScope(),
    );
    const gone = useCases(stubGate({ auth: { user: () => fresh('auth', null) } }), sessions);
    await expect(gone.refresh(refreshToken, callScope())).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
  });

  it('ends at once with a log-out, refresh tokens included', async () => {
    const sessions = new MemorySessions(clock);
    const cases = useCases(stubGate({ auth }), sessions);
    const { refreshToken } = await cases.login({ email: 'ada@x', password: 'right' }, callScope());
    const consumed = await sessions.consume(digest(refreshToken), clock.now());
    const familyId = consumed.outcome === 'ok' ? consumed.record.familyId : '';
    await cases.logout(viewer({ sessionId: familyId, expiresAt: clock.now() + 1000 }));
    expect(sessions.isRevoked({ id: 'u-9', asOf: 0, tokenId: 't', sessionId: null })).toBe(true);
    expect(sessions.isRevoked({ id: 'u-9', asOf: 0, tokenId: 'another', sessionId: familyId })).toBe(true);
  });

  it('says who the caller is, without a name while Auth is down', async () => {
    const me = await useCases(stubGate({ auth: { user: () => failure('auth') } })).me(
      viewer({ roles: ['trainer'] }),
      callScope(),
    );
    expect(me.user).toEqual({
      id: 'u-1',
      email: null,
      fullName: null,
      roles: ['trainer'],
      organizationId: 'org-1',
    });
    expect(me.capabilities).toEqual([
      { subject: 'learner', of: ['self', 'taught'] },
      { subject: 'trainer', of: ['self'] },
      { subject: 'person', of: ['self'] },
    ]);
  });
});

describe('authorization', () => {
  const member = (changes: object = {}) => ({
    userId: 'u-2',
    organizationId: 'org-1',
    fullName: null,
    departmentId: null,
    departmentName: null,
    teamId: null,
    managerId: null,
    position: null,
    roles: [],
    hiredAt: null,
    isActive: null,
    ...changes,
  });
  const enrolment = (changes: object) => ({
    courseId: 'c',
    courseTitle: null,
    trainerId: 't-1',
    organizationId: null,
    enrolledAt: null,
    dueAt: null,
    completedAt: null,
    status: 'in_progress' as const,
    assignment: null,
    totalTopics: null,
    completions: [],
    ...changes,
  });
  const ref = { kind: 'learner', id: 'u-2' } as const;
  const trainer = viewer({ id: 't-1', roles: ['trainer'] });
  const gateWith = (progress: ReturnType<typeof enrolment>[]) =>
    stubGate({
      directory: { user: () => fresh('directory', member()) },
      courses: { progress: () => fresh('courses', progress) },
    });

  it('asks nobody about oneself', async () => {
    const subject = await makeAuthorizer(stubGate({}), clock).authorize(
      viewer(),
      { kind: 'learner', id: 'u-1' },
      callScope(),
    );
    expect(subject).toEqual({ kind: 'learner', id: 'u-1', organizationId: 'org-1', relation: 'self' });
  });

  it('lets a trainer see those who are enrolled with the trainer, and not those who have withdrawn', async () => {
    const authorize = (status: 'in_progress' | 'withdrawn') =>
      makeAuthorizer(gateWith([enrolment({ status })]), clock).authorize(trainer, ref, callScope());
    expect(await authorize('in_progress')).toMatchObject({ organizationId: 'org-1', relation: 'taught' });
    await expect(authorize('withdrawn')).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  it('does not ask for the courses of another tenant’s learner, and answers as for nobody', async () => {
    const elsewhere = stubGate({
      directory: { user: () => fresh('directory', member({ organizationId: 'org-2' })) },
    });
    const nobody = stubGate({ directory: { user: () => fresh('directory', null) } });
    const refusal = (gate: UpstreamGate) =>
      makeAuthorizer(gate, clock)
        .authorize(trainer, ref, callScope())
        .catch((error: Error) => error.message);
    expect(await refusal(elsewhere)).toBe(await refusal(nobody));
  });

  it('asks nobody about the own organization of an org_admin, whom Directory’s silence takes nothing', async () => {
    const down = stubGate({ directory: { organization: () => failure('directory') } });
    const authorize = (id: string, roles: Viewer['roles']) =>
      makeAuthorizer(down, clock).authorize(viewer({ roles }), { kind: 'organization', id }, callScope());
    expect(await authorize('org-1', ['org_admin'])).toEqual({
      kind: 'organization',
      id: 'org-1',
      organizationId: 'org-1',
      relation: 'own_organization',
    });
    for (const [id, role] of [
      ['org-2', 'org_admin'],
      ['org-1', 'admin'],
    ] as const)
      await expect(authorize(id, [role])).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
  });

  const orgAdmin = viewer({ roles: ['org_admin'] });
  const minutesOld = (minutes: number, dataSource: 'stale' | 'cached' = 'stale') =>
    stubGate({
      directory: { user: () => reply('directory', member(), dataSource, clock.now() - minutes * 60_000) },
    });

  it('decides reads on facts of a silent Directory for a quarter of an hour, and never longer than a token lives', async () => {
    let hears = true;
    const authorize = (minutes: number, dataSource?: 'cached', tokenLifeMs?: number) =>
      makeAuthorizer(minutesOld(minutes, dataSource), clock, () => hears, tokenLifeMs).authorize(
        orgAdmin,
        ref,
        callScope(),
      );
    expect((await authorize(15)).organizationId).toBe('org-1');
    expect((await authorize(6, undefined, 7 * 60_000)).organizationId).toBe('org-1');
    const unavailable = { code: 'UPSTREAM_UNAVAILABLE' };
    await expect(authorize(15.1)).rejects.toMatchObject(unavailable);
    await expect(authorize(8, undefined, 7 * 60_000)).rejects.toMatchObject(unavailable);
    await expect(authorize(6, 'cached')).rejects.toMatchObject(unavailable);
    // What others make known does not arrive: old facts may be of before it.
    hears = false;
    await expect(authorize(6)).rejects.toMatchObject(unavailable);
  });

  it('takes or ends nothing of a person on facts older than five minutes', async () => {
    const decided = (minutes: number) =>
      makeAuthorizer(minutesOld(minutes), clock).authorizePerson(orgAdmin, 'u-2', callScope());
    expect((await decided(5)).isKnown).toBe(true);
    await expect(decided(6)).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
  });

  it('decides nothing on what was said of somebody before a change that we were told of', async () => {
    const gate = minutesOld(1);
    const told = makeAuthorizer(gate, clock);
    told.forget(['u-2']);
    const all = makeAuthorizer(gate, clock);
    all.forgetAll();
    for (const authorizer of [told, all])
      await expect(authorizer.authorize(orgAdmin, ref, callScope())).rejects.toMatchObject({
        code: 'UPSTREAM_UNAVAILABLE',
      });
    const other = makeAuthorizer(gate, clock);
    other.forget(['u-3']);
    expect((await other.authorize(orgAdmin, ref, callScope())).id).toBe('u-2');
  });

  it('decides nothing on made-up or old facts: a Directory that is down is a 503', async () => {
    const mock = { directory: { user: () => fresh('directory', member()) } };
    const down = stubGate({ directory: { user: () => failure('directory') } }, mock);
    const old = stubGate({
      directory: { user: () => reply('directory', member(), 'stale', clock.now() - 16 * 60_000) },
    });
    for (const gate of [down, old]) {
      await expect(
        makeAuthorizer(gate, clock).authorize(viewer({ roles: ['admin'] }), ref, callScope()),
      ).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    }
  });

  it('remembers a permission for five seconds, for this token and this subject only', async () => {
    const authorizer = makeAuthorizer(gateWith([enrolment({})]), clock);
    await authorizer.authorize(trainer, ref, callScope());
    expect(authorizer.peek(trainer, ref)).toBeDefined();
    expect(authorizer.peek({ ...trainer, tokenId: 'another' }, ref)).toBeUndefined();
    expect(authorizer.peek(trainer, { kind: 'learner', id: 'u-3' })).toBeUndefined();
    clock.advance(5001);
    expect(authorizer.peek(trainer, ref)).toBeUndefined();
  });
});
