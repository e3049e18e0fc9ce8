import { describe, expect, it } from 'vitest';
import { makeAwardPoints } from '../../../src/application/gamification/award-points.ts';
import type { Award, GamificationWrites } from '../../../src/application/ports/gamification-writes.ts';
import { RpcError } from '../../../src/application/ports/rpc.ts';
import { AppError } from '../../../src/domain/errors.ts';
import type { Claim } from '../../../src/domain/gamification/claim.ts';
import type { Role } from '../../../src/domain/identity/roles.ts';
import { digest } from '../../../src/infrastructure/digest.ts';
import { MemoryGamificationWrites } from '../../../src/infrastructure/gamification/memory-gamification-writes.ts';
import { makeMemoryKept } from '../../../src/infrastructure/gamification/memory-kept.ts';
import { MemoryLedger } from '../../../src/infrastructure/gamification/memory-ledger.ts';
import { callScope, failure, reply, stoppedClock, stubUpstreams } from '../../fixtures/stubs.ts';
import { attempt, enrolment, now, quiet } from './world.ts';

const minute = 60_000;
const viewer = (...roles: Role[]) => ({
  id: 'a-1',
  organizationId: 'org-1',
  roles,
  tokenId: 't',
  sessionId: null,
  expiresAt: 0,
  asOf: 0,
});
const claim = (changes: Partial<Claim> = {}): Claim => ({
  userId: 'u-1',
  source: 'course',
  reference: 'c-9',
  occurredAt: now - minute,
  ...changes,
});

const taken = { state: 'taken', holder: 'this attempt' } as const;

/** Writes that fail by name unless they are given. */
const failing = (given: Partial<GamificationWrites>): GamificationWrites =>
  new Proxy(given, {
    get: (known, method: keyof GamificationWrites) =>
      known[method] ?? (() => Promise.reject(new Error(`${method} is not stubbed`))),
  }) as GamificationWrites;

type Live = Parameters<typeof stubUpstreams>[0];

const zoned = (timeZone: string): Live => ({
  directory: {
    organization: () => reply('directory', { id: 'org-1', name: null, timeZone, size: null, industry: null }),
  },
});

interface Given {
  live?: Live;
  writes?: GamificationWrites;
  isConfigured?: boolean;
  mock?: Live | null;
  organizationId?: string | null;
}

function awarding({ live = {}, mock = null, isConfigured = true, ...given }: Given = {}) {
  const clock = stoppedClock(now);
  const [ledger, mockLedger] = [new MemoryLedger(), new MemoryLedger()];
  const writes = new MemoryGamificationWrites(ledger);
  const mockWrites = new MemoryGamificationWrites(mockLedger);
  const purged: string[] = [];
  const authorized: string[] = [];
  const awardPoints = makeAwardPoints({
    gate: {
      live: () => stubUpstreams(quiet(live)),
      mock: () => mock && stubUpstreams(quiet(mock)),
      isConfigured: () => isConfigured,
    },
    authorizer: {
      peek: () => undefined,
      authorize: async (_viewer, ref) => {
        authorized.push(`${ref.kind} ${ref.id}`);
        if (ref.id === 'u-elsewhere') throw new AppError('NOT_FOUND', 'There is no such subject.');
        const organizationId = given.organizationId === undefined ? 'org-1' : null;
        return { ...ref, organizationId, relation: 'own_organization' };
      },
    },
    stores: {
      live: { ledger, kept: makeMemoryKept(writes) },
      mock: { ledger: mockLedger, kept: makeMemoryKept(mockWrites) },
    },
    writes: {
      live: given.writes ?? writes,
      mock: mockWrites,
    },
    cache: { purge: (tags) => void purged.push(...tags) },
    clock,
    digest,
  });
  const award = (
    changes: Partial<Claim> = {},
    { key = 'key-0001', as = viewer('admin') }: { key?: string; as?: ReturnType<typeof viewer> } = {},
  ) => awardPoints(as, claim(changes), key, callScope({ deadlineAt: now + 8000 }));
  return { award, clock, ledger, mockLedger, purged, authorized };
}

describe('awarding points', () => {
  it('answers the entry, the achievements earned with it and the total, and purges what is cached', async () => {
    const { award, ledger, purged, authorized } = awarding();
    const { awarded, dataSource } = await award();
    const entry = { ...claim(), points: 100 };
    expect(awarded).toMatchObject({ isNew: true, entry, totalPoints: 100 });
    expect(awarded.achievements).toEqual([
      { code: 'hundred_points', tier: 'bronze', earnedAt: now - minute },
    ]);
    expect(dataSource).toBe('realtime');
    expect(await ledger.entriesOf('u-1')).toEqual([entry]);
    expect(purged).toEqual(['learner:u-1']);
    expect(authorized).toEqual(['learner u-1']);
  });

  it('tells an achievement once', async () => {
    const { award } = awarding();
    await award();
    const second = await award({ reference: 'c-10' }, { key: 'key-0002' });
    expect(second.awarded).toMatchObject({ isNew: true, achievements: [], totalPoints: 200 });
  });

  it.each([['learner', 'trainer'], ['learner'], ['trainer']] as const)(
    'is not for a %s, whoever it is about',
    async (...roles) => {
      const { award, authorized } = awarding();
      await expect(award({}, { as: viewer(...roles) })).rejects.toMatchObject({ code: 'FORBIDDEN' });
      expect(authorized).toEqual([]);
    },
  );

  it.each(['admin', 'org_admin'] as const)('is not for an %s about themselves', async (role) => {
    const { award, ledger, authorized } = awarding();
    const own = award({ userId: 'a-1' }, { as: viewer(role) });
    await expect(own).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(await ledger.entriesOf('a-1')).toEqual([]);
    expect(authorized).toEqual([]);
  });

  it('is for an org_admin of whom the authorizer lets through, and of nobody else', async () => {
    const { award, ledger } = awarding();
    const as = viewer('org_admin');
    expect(await award({}, { as })).toMatchObject({ awarded: { isNew: true } });
    const elsewhere = award({ userId: 'u-elsewhere' }, { as, key: 'key-0002' });
    await expect(elsewhere).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await ledger.entriesOf('u-elsewhere')).toEqual([]);
  });

  it('lets a clock be five minutes ahead, for which it happened now, and no more', async () => {
    const { award } = awarding();
    const { awarded } = await award({ occurredAt: now + 5 * minute });
    expect(awarded.entry.occurredAt).toBe(now);
    await expect(award({ occurredAt: now + 5 * minute + 1 })).rejects.toMatchObject({
      code: 'VALIDATION_ERROR',
      details: [{ field: 'body.occurredAt', message: 'must not be in the future' }],
    });
  });

  it.each([
    ['America/New_York', '2026-03-09T03:30:00Z', '2026-03-08'],
    ['Asia/Kathmandu', '2026-03-09T18:30:00Z', '2026-03-10'],
  ])('falls under the cap of the day in %s', async (timeZone, instant, day) => {
    const seen: Award[] = [];
    const writes = failing({
      takeKey: async () => taken,
      award: async (award) => {
        seen.push(award);
        return { isNew: true, entry: award.entry, achievements: [], totalPoints: 0 };
      },
    });
    const { award } = awarding({ live: zoned(timeZone), writes });
    await award({ occurredAt: Date.parse(instant) });
    await award({ source: 'streak_day', reference: day, occurredAt: Date.parse(instant) });
    expect(seen.map((one) => one.day)).toEqual([day, day]);
  });

  it('of a day of a streak on another day is refused by the field, and its key is free', async () => {
    const { award } = awarding();
    const day = { source: 'streak_day', occurredAt: now } as const;
    await expect(award({ ...day, reference: '2026-03-09' })).rejects.toMatchObject({
      code: 'VALIDATION_ERROR',
      details: [{ field: 'body.occurredAt', message: 'must be on the day of reference in UTC' }],
    });
    expect(await award({ ...day, reference: '2026-03-10' })).toMatchObject({
      awarded: { entry: { points: 10 } },
    });
  });
});

describe('awarding an assessment', () => {
  const scored = (score: number | null) =>
    awarding({
      live: {
        assessment: {
          attempts: () =>
            reply('assessment', [attempt({ assessmentId: 'a-7', score, submittedAt: now - minute })]),
        },
      },
    });
  const ofAssessment = { source: 'assessment', reference: 'a-7' } as const;

  it('is worth the score that Assessment knows', async () => {
    expect((await scored(83).award(ofAssessment)).awarded).toMatchObject({ entry: { points: 83 } });
  });

  it('without a scored attempt is refused, leaves nothing and frees its key', async () => {
    const { award, ledger } = scored(null);
    await expect(award(ofAssessment)).rejects.toMatchObject({
      code: 'INSUFFICIENT_DATA',
      details: [{ field: 'body.reference', message: 'no_scored_attempt' }],
    });
    expect(await ledger.entriesOf('u-1')).toEqual([]);
    expect(await award()).toMatchObject({ awarded: { isNew: true } });
  });

  it('of a learner whom Assessment does not know has no score either', async () => {
    const { award } = awarding({ live: { assessment: { attempts: () => reply('assessment', null) } } });
    await expect(award(ofAssessment)).rejects.toMatchObject({ code: 'INSUFFICIENT_DATA' });
  });

  it('is not possible while Assessment is silent, and asks to come back', async () => {
    const { award } = awarding({ live: { assessment: { attempts: () => failure('assessment') } } });
    await expect(award(ofAssessment)).rejects.toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
      retryAfterSeconds: 5,
      details: [{ field: 'assessment', message: 'unavailable' }],
    });
    expect(await award()).toMatchObject({ awarded: { entry: { points: 100 } } });
  });
});

describe('an award under a key', () => {
  it('is answered as it was when it is sent again, also while every service is silent', async () => {
    let isDown = false;
    const silent = { ...zoned('UTC').directory };
    const { award, ledger } = awarding({
      live: {
        directory: {
          organization: (id) =>
            isDown ? failure('directory') : (silent.organization?.(id) ?? failure('directory')),
        },
        courses: { progress: () => (isDown ? failure('courses') : reply('courses', [])) },
      },
    });
    const first = await award();
    isDown = true;
    expect(await award()).toEqual(first);
    await expect(award({}, { key: 'key-0002' })).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    expect(await ledger.entriesOf('u-1')).toHaveLength(1);
  });

  it.each([
    [{ userId: 'u-2' }],
    [{ source: 'skill' as const }],
    [{ reference: 'c-10' }],
    [{ occurredAt: now - 2 * minute }],
  ])('is refused when the same key comes with %j', async (changes) => {
    const { award } = awarding();
    await award();
    await expect(award(changes)).rejects.toMatchObject({
      code: 'UNPROCESSABLE',
      details: [{ field: 'headers.Idempotency-Key', message: 'used_for_another_request' }],
    });
  });

  it('of another caller is another key', async () => {
    const { award } = awarding();
    await award();
    const other = { ...viewer('admin'), id: 'a-2' };
    expect(await award({ reference: 'c-10' }, { as: other })).toMatchObject({ awarded: { isNew: true } });
  });

  it('that somebody holds is refused with the time to come back', async () => {
    const writes = failing({ takeKey: () => Promise.reject(new RpcError('in_flight', 'held')) });
    await expect(awarding({ writes }).award()).rejects.toMatchObject({
      code: 'CONFLICT',
      retryAfterSeconds: 1,
      details: [{ field: 'headers.Idempotency-Key', message: 'in_flight' }],
    });
  });

  it('does not free the key that another caller took between holding and awarding', async () => {
    const released: string[] = [];
    const writes = failing({
      takeKey: async () => taken,
      releaseKey: async (_hash, holder) => void released.push(holder),
      award: () => Promise.reject(new RpcError('in_flight', 'held by another')),
    });
    await expect(awarding({ writes }).award()).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(released).toEqual([]);
  });

  it('is given back by the attempt that holds it, and nobody else, when nothing comes of it', async () => {
    const released: string[][] = [];
    const writes = failing({
      takeKey: async () => taken,
      releaseKey: async (...held) => void released.push(held),
    });
    const live: Live = { directory: { organization: () => failure('directory') } };
    await expect(awarding({ writes, live }).award()).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    expect(released).toEqual([[expect.any(String), 'this attempt']]);
  });

  it('is used by the attempt that holds it, in the name of whoever awards', async () => {
    const seen: Award[] = [];
    const writes = failing({
      takeKey: async () => taken,
      award: async (award) => {
        seen.push(award);
        return { isNew: true, entry: award.entry, achievements: [], totalPoints: 0 };
      },
    });
    await awarding({ writes }).award();
    expect(seen).toMatchObject([{ holder: 'this attempt', actorId: 'a-1' }]);
  });

  it('is held as long as the request may take and a little more', async () => {
    const leases: number[] = [];
    const writes = failing({
      takeKey: async (_key, _now, seconds) => {
        leases.push(seconds);
        throw new RpcError('unavailable', 'away');
      },
    });
    const { award, purged } = awarding({ writes });
    await expect(award()).rejects.toMatchObject({ name: 'RpcError', code: 'unavailable' });
    expect(leases).toEqual([13]);
    expect(purged).toEqual([]);
  });

  it('keeps the first failure when its key cannot be freed either', async () => {
    const writes = failing({ takeKey: async () => taken });
    const { award } = awarding({ writes, live: { directory: { organization: () => failure('directory') } } });
    await expect(award()).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
  });
});

describe('achievements of an award', () => {
  const completed = Array.from({ length: 5 }, (_, n) =>
    enrolment({ courseId: `c-${n}`, completedAt: now - (n + 2) * minute, status: 'completed' }),
  );
  const knowing: Live = { courses: { progress: () => reply('courses', completed) } };

  it('are all that the services and the ledger with the new entry give', async () => {
    const { awarded } = await awarding({ live: knowing }).award();
    const told = new Set(awarded.achievements.map(({ code }) => code));
    expect(told).toEqual(new Set(['first_course', 'course_explorer', 'hundred_points']));
    expect(awarded.achievements).toHaveLength(3);
  });

  it('that stand on several services wait while one of them is silent; the award does not', async () => {
    const { award } = awarding({ live: { ...knowing, rag: { questions: () => failure('rag') } } });
    const { awarded } = await award();
    expect(awarded).toMatchObject({ isNew: true, entry: { points: 100 } });
    expect(awarded.achievements.map(({ code }) => code)).toEqual(['first_course', 'course_explorer']);
  });

  it('do not wait for a service that nobody has', async () => {
    const { award } = awarding({
      live: { ...knowing, rag: { questions: () => failure('rag', 'not_configured') } },
    });
    const { awarded } = await award();
    expect(awarded.achievements.map(({ code }) => code)).toContain('hundred_points');
  });
});

describe('awarding to people of the mock world', () => {
  it('is possible, says so, and writes nothing into the live ledger', async () => {
    const { award, ledger, mockLedger } = awarding({ isConfigured: false, mock: {} });
    expect(await award()).toMatchObject({ dataSource: 'mock', awarded: { isNew: true, totalPoints: 100 } });
    expect(await ledger.entriesOf('u-1')).toEqual([]);
    expect(await mockLedger.entriesOf('u-1')).toHaveLength(1);
  });

  it('is impossible where there is no mock world', async () => {
    const { award } = awarding({ isConfigured: false, mock: null });
    await expect(award()).rejects.toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
      details: [{ field: 'directory', message: 'not_configured' }],
    });
  });
});

it('somebody without an organization is awarded by the days of UTC', async () => {
  const { award } = awarding({
    organizationId: null,
    live: { directory: { organization: () => failure('directory') } },
  });
  expect(await award()).toMatchObject({ awarded: { isNew: true } });
});
