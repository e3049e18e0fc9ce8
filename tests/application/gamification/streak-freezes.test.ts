import { describe, expect, it } from 'vitest';
import { recordActivity } from '../../../src/application/gamification/record-activity.ts';
import { endedDay, rollOverStreaks } from '../../../src/application/gamification/streak-freezes.ts';
import { RpcError } from '../../../src/application/ports/rpc.ts';
import type { LedgerEntry } from '../../../src/domain/gamification/points.ts';
import type { PracticeSession } from '../../../src/domain/learning/practice.ts';
import { addDays, dayOf, startOfDay } from '../../../src/domain/time.ts';
import { MemoryGamificationWrites } from '../../../src/infrastructure/gamification/memory-gamification-writes.ts';
import { makeMemoryKept } from '../../../src/infrastructure/gamification/memory-kept.ts';
import { MemoryLedger } from '../../../src/infrastructure/gamification/memory-ledger.ts';
import { failure, reply, stubUpstreams } from '../../fixtures/stubs.ts';
import { at, enrolment, quiet, session } from './world.ts';

const hour = 3_600_000;

/** Ten courses, and so one freeze, from the day after on. */
const tenCourses = (instant: number) =>
  Array.from({ length: 10 }, (_, n) =>
    enrolment({ courseId: `c-${n}`, completedAt: instant, status: 'completed' }),
  );
const practiceAt = (...instants: number[]): PracticeSession[] =>
  instants.map((startedAt) => session({ sessionId: `s-${startedAt}`, startedAt }));

interface Given {
  now: number;
  zone?: string;
  practice?: readonly number[];
  coursesAt?: number;
  live?: Parameters<typeof quiet>[0];
  writes?: MemoryGamificationWrites;
  entries?: readonly LedgerEntry[];
}

async function rolling({ now, zone = 'UTC', practice = [], coursesAt, live = {}, ...given }: Given) {
  const ledger = new MemoryLedger();
  await ledger.record(given.entries ?? [], 'org-1');
  const writes = given.writes ?? new MemoryGamificationWrites(ledger);
  const upstreams = stubUpstreams(
    quiet({
      devlab: { sessions: () => reply('devlab', practiceAt(...practice)) },
      courses: { progress: () => reply('courses', coursesAt === undefined ? [] : tenCourses(coursesAt)) },
      ...live,
    }),
  );
  const stores = { ledger, kept: makeMemoryKept(writes) };
  const deps = { upstreams, stores, writes, calendar: { now, zone }, correlationId: 'run-1' };
  const run = (...userIds: string[]) => rollOverStreaks(userIds, deps);
  return { run, writes };
}

/** Noon of a day in a zone. */
const noon = (day: string, zone: string) => startOfDay(day, zone) + 12 * hour;

describe('rolling streaks over', () => {
  it('keeps what was done on the days that are over, and not today', async () => {
    const { run, writes } = await rolling({
      now: at('2026-03-10T12:00:00Z'),
      practice: [at('2026-03-09T08:00:00Z'), at('2026-03-09T09:00:00Z'), at('2026-03-10T08:00:00Z')],
    });
    expect(await run('u-1')).toEqual({ activities: 1, freezes: 0, incomplete: [] });
    expect(await writes.activityDaysOf('u-1', null)).toEqual([
      { day: '2026-03-09', source: 'practice_session' },
    ]);
    expect(await run('u-1', 'u-1')).toEqual({ activities: 0, freezes: 0, incomplete: [] });
  });

  it.each([
    ['spring forward', 'America/New_York', '2026-03-07'],
    ['on the day of 23 hours', 'America/New_York', '2026-03-08'],
    ['on the day of 25 hours', 'America/New_York', '2026-11-01'],
    ['on a leap day', 'Europe/Berlin', '2028-02-29'],
    ['without a leap day', 'Europe/Berlin', '2027-02-28'],
    ['at the end of a year', 'Pacific/Auckland', '2026-12-31'],
    ['fourteen hours before UTC', 'Pacific/Kiritimati', '2026-05-05'],
    ['eleven hours after UTC', 'Pacific/Pago_Pago', '2026-05-05'],
    ['in a zone of quarters', 'Asia/Kathmandu', '2026-05-05'],
  ])('saves the missed day once it is over, and not a minute before: %s', async (_name, zone, missed) => {
    const before = addDays(missed, -1);
    const midnight = startOfDay(addDays(missed, 1), zone);
    const lived = { zone, practice: [noon(before, zone)], coursesAt: noon(addDays(missed, -3), zone) };
    const early = await rolling({ ...lived, now: midnight - 60_000 });
    expect((await early.run('u-1')).freezes).toBe(0);
    expect(await early.writes.freezesOf('u-1')).toEqual([]);
    const late = await rolling({ ...lived, now: midnight });
    expect(endedDay({ now: midnight, zone })).toBe(missed);
    expect((await late.run('u-1')).freezes).toBe(1);
    expect(await late.writes.freezesOf('u-1')).toEqual([missed]);
    expect(dayOf(midnight, zone)).toBe(addDays(missed, 1));
  });

  it('saves each day once, and again nothing when it runs again', async () => {
    const { run, writes } = await rolling({
      now: at('2026-03-10T12:00:00Z'),
      practice: [at('2026-03-08T08:00:00Z')],
      coursesAt: at('2026-03-01T08:00:00Z'),
    });
    expect((await run('u-1')).freezes).toBe(1);
    expect(await run('u-1')).toEqual({ activities: 0, freezes: 0, incomplete: [] });
    expect(await writes.freezesOf('u-1')).toEqual(['2026-03-09']);
  });

  it('saves nothing without a freeze, and nothing of a streak that is dead', async () => {
    const now = at('2026-03-10T12:00:00Z');
    const without = await rolling({ now, practice: [at('2026-03-08T08:00:00Z')] });
    expect((await without.run('u-1')).freezes).toBe(0);
    const dead = await rolling({ now, coursesAt: at('2026-03-09T08:00:00Z') });
    expect((await dead.run('u-1')).freezes).toBe(0);
  });

  it('counts days that were kept like those of the services, when the services forget', async () => {
    const ledger = new MemoryLedger();
    const writes = new MemoryGamificationWrites(ledger);
    await writes.recordActivity('u-1', {
      day: '2026-03-08',
      source: 'practice_session',
      occurredAt: at('2026-03-08T08:00:00Z'),
    });
    const course = (n: number): LedgerEntry => ({
      userId: 'u-1',
      source: 'course',
      reference: `c-${n}`,
      points: 100,
      occurredAt: at('2026-02-01T08:00:00Z'),
    });
    const entries = Array.from({ length: 10 }, (_, n) => course(n));
    const { run } = await rolling({ now: at('2026-03-10T12:00:00Z'), writes, entries });
    expect(await run('u-1')).toEqual({ activities: 0, freezes: 1, incomplete: [] });
    expect(await writes.freezesOf('u-1')).toEqual(['2026-03-09']);
  });

  it('saves no day while a service is silent, keeps what is known, and says who is to be asked again', async () => {
    const { run, writes } = await rolling({
      now: at('2026-03-10T12:00:00Z'),
      practice: [at('2026-03-08T08:00:00Z')],
      coursesAt: at('2026-03-01T08:00:00Z'),
      live: { content: { views: () => failure('content') } },
    });
    expect(await run('u-1')).toMatchObject({ freezes: 0, incomplete: ['u-1'] });
    expect(await writes.freezesOf('u-1')).toEqual([]);
    expect(await writes.activityDaysOf('u-1', '2026-03-08')).toEqual([
      { day: '2026-03-08', source: 'practice_session' },
    ]);
  });

  it('goes on for the others when one person’s services are silent', async () => {
    const { run, writes } = await rolling({
      now: at('2026-03-10T12:00:00Z'),
      live: {
        devlab: {
          sessions: (userId) =>
            userId === 'u-1' ? failure('devlab') : reply('devlab', practiceAt(at('2026-03-09T08:00:00Z'))),
        },
      },
    });
    expect(await run('u-1', 'u-2')).toEqual({ activities: 1, freezes: 0, incomplete: ['u-1'] });
    expect(await writes.activityDaysOf('u-2', null)).toHaveLength(1);
  });

  it('stops when the database is away', async () => {
    const writes = new MemoryGamificationWrites(new MemoryLedger());
    writes.activityDaysOf = () => Promise.reject(new RpcError('unavailable', 'away'));
    const { run } = await rolling({ now: at('2026-03-10T12:00:00Z'), writes });
    await expect(run('u-1')).rejects.toMatchObject({ code: 'unavailable' });
  });
});

describe('recording an activity', () => {
  const now = at('2026-03-10T12:00:00Z');
  const activity = (occurredAt: number) => ({ userId: 'u-1', source: 'content_viewed', occurredAt });

  it('keeps it once, under the day of the organization', async () => {
    const writes = new MemoryGamificationWrites(new MemoryLedger());
    const calendar = { now, zone: 'America/Los_Angeles' };
    expect(await recordActivity(activity(at('2026-03-10T06:30:00Z')), writes, calendar)).toBe(true);
    expect(await recordActivity(activity(at('2026-03-10T06:30:00Z')), writes, calendar)).toBe(false);
    expect(await writes.activityDaysOf('u-1', null)).toEqual([
      { day: '2026-03-09', source: 'content_viewed' },
    ]);
  });

  it('does not keep what has not happened yet', async () => {
    const writes = new MemoryGamificationWrites(new MemoryLedger());
    expect(await recordActivity(activity(now + 1), writes, { now, zone: 'UTC' })).toBe(false);
    expect(await recordActivity(activity(now), writes, { now, zone: 'UTC' })).toBe(true);
    expect(await writes.activityDaysOf('u-1', null)).toHaveLength(1);
  });
});
