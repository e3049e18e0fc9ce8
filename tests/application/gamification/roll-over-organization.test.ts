import { describe, expect, it } from 'vitest';
import { rollOverOrganization } from '../../../src/application/gamification/roll-over-organization.ts';
import { MemoryGamificationWrites } from '../../../src/infrastructure/gamification/memory-gamification-writes.ts';
import { makeMemoryKept } from '../../../src/infrastructure/gamification/memory-kept.ts';
import { MemoryLedger } from '../../../src/infrastructure/gamification/memory-ledger.ts';
import { reply, stubUpstreams } from '../../fixtures/stubs.ts';
import { at, directoryOf, member, quiet, session } from './world.ts';

const now = at('2026-03-10T12:00:00Z');

function world(signal = new AbortController().signal) {
  const ledger = new MemoryLedger();
  const writes = new MemoryGamificationWrites(ledger);
  const done: number[] = [];
  const members = [member(1), member(2), member(3, { isActive: false }), member(4, { roles: ['trainer'] })];
  const live = quiet({
    directory: directoryOf(members),
    devlab: {
      sessions: () => reply('devlab', [session({ startedAt: at('2026-03-09T08:00:00Z'), status: 'solved' })]),
    },
  });
  const run = () =>
    rollOverOrganization('org-1', {
      open: () => stubUpstreams(live),
      stores: { ledger, kept: makeMemoryKept(writes) },
      writes,
      correlationId: 'run-1',
      now,
      signal,
      onProgress: async (people) => void done.push(people),
    });
  return { run, writes, done };
}

describe('rolling an organization over', () => {
  it('closes the day of its learners who are there, keeps what they have earned, and says how far it is', async () => {
    const { run, writes, done } = world();
    const figures = await run();
    expect(figures).toMatchObject({ people: 2, activities: 2, freezes: 0, incomplete: 0 });
    expect(figures.achievements).toBeGreaterThan(0);
    expect(done).toEqual([2]);
    expect(await writes.activityDaysOf('u-1', null)).toEqual([
      { day: '2026-03-09', source: 'practice_session' },
    ]);
    expect((await writes.achievementsOf('u-1')).map(({ code }) => code)).toContain('first_solution');
    expect(await writes.activityDaysOf('u-3', null)).toEqual([]);
    expect(await writes.activityDaysOf('u-4', null)).toEqual([]);
  });

  it('changes nothing when it is done again', async () => {
    const { run } = world();
    await run();
    expect(await run()).toMatchObject({ people: 2, activities: 0, freezes: 0, achievements: 0 });
  });

  it('ends when it is told to', async () => {
    const { run, done } = world(AbortSignal.abort(new Error('the process stops')));
    await expect(run()).rejects.toThrow('the process stops');
    expect(done).toEqual([]);
  });
});
