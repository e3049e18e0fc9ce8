import { describe, expect, it } from 'vitest';
import { makeAuthorizer } from '../../../src/application/auth/authorize.ts';
import type { Reply } from '../../../src/application/ports/reply.ts';
import type { Role } from '../../../src/domain/identity/roles.ts';
import type { Viewer } from '../../../src/domain/identity/viewer.ts';
import type { Member } from '../../../src/domain/learning/person.ts';
import { callScope, reply, stoppedClock, stubGate } from '../../fixtures/stubs.ts';

const clock = stoppedClock();
const viewer = (id: string, roles: readonly Role[], organizationId: string | null = 'org-1'): Viewer => ({
  ...{ id, organizationId, roles, tokenId: `t-${id}`, sessionId: null },
  ...{ expiresAt: clock.now() + 900_000, asOf: 0 },
});
const member = (userId: string): Member => ({
  ...{ userId, organizationId: 'org-1', roles: [], fullName: null, departmentId: null, departmentName: null },
  ...{ teamId: null, managerId: null, position: null, hiredAt: null, isActive: null },
});
const taughtBy = (trainerId: string | null) => ({
  ...{ courseId: 'c', courseTitle: null, trainerId, organizationId: null, enrolledAt: null, dueAt: null },
  ...{
    completedAt: null,
    status: 'in_progress' as const,
    assignment: null,
    totalTopics: null,
    completions: [],
  },
});

/** Directory knows whoever is asked for, but `nobody`; `asked` says what was looked up. */
function world(progress: readonly ReturnType<typeof taughtBy>[] | null = []) {
  const asked: string[] = [];
  const now = <T>(service: 'directory' | 'courses', value: T): Promise<Reply<T>> =>
    reply(service, value, 'realtime', clock.now());
  const gate = stubGate({
    directory: {
      user: (id) => {
        asked.push(`user ${id}`);
        return now('directory', id === 'nobody' ? null : member(id));
      },
      organization: (id) => {
        asked.push(`organization ${id}`);
        const organization = { id, name: null, timeZone: null, size: null, industry: null };
        return now('directory', id === 'nobody' ? null : organization);
      },
    },
    courses: {
      progress: (id) => {
        asked.push(`progress ${id}`);
        return now('courses', progress === null ? null : [...progress]);
      },
    },
  });
  return { asked, authorizer: makeAuthorizer(gate, clock) };
}

describe('a permission', () => {
  it('says what lets the viewer in, and whose the subject is', async () => {
    const { authorizer } = world([taughtBy(null), taughtBy('m-1')]);
    const of = (who: Viewer, kind: 'learner' | 'organization', id: string) =>
      authorizer.authorize(who, { kind, id }, callScope());
    const learner = { kind: 'learner', id: 'u-2', organizationId: 'org-1' };
    expect(await of(viewer('u-2', []), 'learner', 'u-2')).toEqual({ ...learner, relation: 'self' });
    expect(await of(viewer('m-1', ['trainer']), 'learner', 'u-2')).toEqual({
      ...learner,
      relation: 'taught',
    });
    expect(await of(viewer('a-1', ['org_admin']), 'learner', 'u-2')).toEqual({
      ...learner,
      relation: 'own_organization',
    });
    const admin = viewer('a-2', ['admin'], null);
    expect(await of(admin, 'learner', 'u-2')).toEqual({ ...learner, relation: 'any' });
    expect(await of(admin, 'organization', 'org-9')).toEqual({
      ...{ kind: 'organization', id: 'org-9', organizationId: 'org-9', relation: 'any' },
    });
    await expect(of(admin, 'organization', 'nobody')).rejects.toMatchObject({
      ...{ code: 'NOT_FOUND', message: 'There is no such subject.' },
    });
    await expect(of(viewer('u-3', []), 'learner', 'u-2')).rejects.toMatchObject({
      ...{ code: 'FORBIDDEN', message: 'You may not see this.' },
    });
  });

  it('costs a look at the courses only where it could make a difference', async () => {
    const { asked, authorizer } = world(null);
    const ask = (who: Viewer) =>
      authorizer.authorize(who, { kind: 'learner', id: 'u-2' }, callScope()).catch(() => undefined);
    await ask(viewer('a-1', ['org_admin']));
    await ask(viewer('m-9', ['trainer'], 'org-9'));
    expect(asked).toEqual(['user u-2', 'user u-2']);
    expect(await ask(viewer('m-1', ['trainer']))).toBeUndefined();
    expect(asked).toContain('progress u-2');
  });

  it('about a person says whether anybody knows of the person', async () => {
    const { asked, authorizer } = world();
    const of = (who: Viewer, id: string) => authorizer.authorizePerson(who, id, callScope());
    expect(await of(viewer('u-2', []), 'u-2')).toEqual({ id: 'u-2', organizationId: 'org-1', isKnown: true });
    expect(asked).toEqual([]);
    const admin = viewer('a-2', ['admin'], null);
    expect(await of(admin, 'u-2')).toEqual({ id: 'u-2', organizationId: 'org-1', isKnown: true });
    expect(await of(admin, 'nobody')).toEqual({ id: 'nobody', organizationId: null, isKnown: false });
    // Teaching somebody is no reason: nobody is asked who does.
    await expect(of(viewer('m-1', ['trainer']), 'u-2')).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(asked).toEqual(['user u-2', 'user nobody', 'user u-2']);
  });

  it('is remembered for less than five seconds, and not when its subject or everything is forgotten', async () => {
    const { authorizer } = world();
    const [admin, ref] = [viewer('a-2', ['admin'], null), { kind: 'learner', id: 'u-2' } as const];
    const remember = () => authorizer.authorize(admin, ref, callScope());
    await remember();
    clock.advance(4999);
    expect(authorizer.peek(admin, ref)).toEqual({
      ...{ ...ref, organizationId: 'org-1', relation: 'any' },
    });
    clock.advance(1);
    expect(authorizer.peek(admin, ref)).toBeUndefined();
    await remember();
    authorizer.forget(['u-3']);
    expect(authorizer.peek(admin, ref)).toBeDefined();
    authorizer.forget(['u-2']);
    expect(authorizer.peek(admin, ref)).toBeUndefined();
    await remember();
    authorizer.forgetAll();
    expect(authorizer.peek(admin, ref)).toBeUndefined();
  });

  it.each(['forget', 'forgetAll'] as const)(
    'is not remembered when it was decided during a %s',
    async (how) => {
      const { authorizer } = world();
      const [admin, ref] = [viewer('a-2', ['admin'], null), { kind: 'learner', id: 'u-2' } as const];
      const deciding = authorizer.authorize(admin, ref, callScope());
      if (how === 'forget') authorizer.forget(['somebody else']);
      else authorizer.forgetAll();
      await deciding.catch(() => undefined);
      expect(authorizer.peek(admin, ref)).toBeUndefined();
    },
  );
});
