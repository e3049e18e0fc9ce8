import { describe, expect, it } from 'vitest';
import { unlockAchievements } from '../../../src/application/gamification/unlock-achievements.ts';
import { MemoryGamificationWrites } from '../../../src/infrastructure/gamification/memory-gamification-writes.ts';
import { makeMemoryKept } from '../../../src/infrastructure/gamification/memory-kept.ts';
import { MemoryLedger } from '../../../src/infrastructure/gamification/memory-ledger.ts';
import { failure, reply, stubUpstreams } from '../../fixtures/stubs.ts';
import { enrolment, entry, now, quiet } from './world.ts';

const minute = 60_000;
const oneCourse = [enrolment({ completedAt: now - minute, status: 'completed' })];

function unlocking(live: Parameters<typeof quiet>[0]) {
  const ledger = new MemoryLedger();
  const writes = new MemoryGamificationWrites(ledger);
  const run = () =>
    unlockAchievements('u-1', {
      upstreams: stubUpstreams(quiet(live)),
      stores: { ledger, kept: makeMemoryKept(writes) },
      writes,
      calendar: { now, zone: 'UTC' },
      correlationId: 'run-1',
    });
  return { run, ledger, writes };
}
const codes = (achievements: readonly { code: string }[]) => achievements.map(({ code }) => code).sort();

describe('unlocking achievements', () => {
  it('keeps what is earned by now, and answers it once', async () => {
    const { run, writes } = unlocking({ courses: { progress: () => reply('courses', oneCourse) } });
    expect(codes(await run())).toEqual(['first_course', 'hundred_points']);
    expect(await run()).toEqual([]);
    expect(await writes.achievementsOf('u-1')).toEqual([
      { code: 'first_course', tier: 'bronze', earnedAt: now - minute },
      { code: 'hundred_points', tier: 'bronze', earnedAt: now - minute },
    ]);
  });

  it('counts what only the ledger still knows', async () => {
    const { run, ledger } = unlocking({});
    await ledger.record([entry('u-1', { points: 100 })], 'org-1');
    expect(codes(await run())).toEqual(['hundred_points']);
  });

  it('waits with points, streaks and days for a silent service, and keeps what stands on the others', async () => {
    const { run } = unlocking({
      courses: { progress: () => reply('courses', oneCourse) },
      skills: { forUser: () => failure('skills', 'timeout') },
    });
    expect(codes(await run())).toEqual(['first_course']);
  });

  it('writes nothing for somebody who has earned nothing, or whom nobody can be asked about', async () => {
    const { run, writes } = unlocking({});
    writes.unlock = () => Promise.reject(new Error('nothing was to be written'));
    expect(await run()).toEqual([]);
    const silent = unlocking({ courses: { progress: () => failure('courses') } });
    silent.writes.unlock = writes.unlock;
    expect(await silent.run()).toEqual([]);
  });
});
