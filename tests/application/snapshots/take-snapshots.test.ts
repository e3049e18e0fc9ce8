import { describe, expect, it } from 'vitest';
import { velocity } from '../../../src/application/analytics/learner/velocity.ts';
import { sectionsOf } from '../../../src/application/analytics/registry.ts';
import { RpcError } from '../../../src/application/ports/rpc.ts';
import type { NewSnapshot, SnapshotKind } from '../../../src/application/ports/snapshots.ts';
import { MemorySnapshots } from '../../../src/infrastructure/snapshots/memory-snapshots.ts';
import { callScope, failure, reply } from '../../fixtures/stubs.ts';
import { member, now } from '../gamification/world.ts';
import { day, id, servicesOf, staffed, taking } from './world.ts';

/** Keeps what it is given beside what it would keep. */
class Noting extends MemorySnapshots {
  readonly rows: NewSnapshot[] = [];
  readonly calls: number[] = [];

  override async save(snapshots: readonly NewSnapshot[], at: number): Promise<number> {
    this.rows.push(...snapshots);
    this.calls.push(snapshots.length);
    return super.save(snapshots, at);
  }

  metricsOf(kind: SnapshotKind, subject: string): string[] {
    const own = this.rows.filter((row) => row.kind === kind && row.subject === subject);
    return own.map(({ metric }) => metric);
  }

  get learners(): string[] {
    const ids = this.rows.filter(({ kind }) => kind === 'learner').map(({ subject }) => subject);
    return [...new Set(ids)].sort();
  }
}

const roster = staffed(12);
const everyone = Array.from({ length: 12 }, (_, n) => id(n + 1));

describe('taking the snapshots of an organization', () => {
  it('keeps the figures of the organization, its trainers and its learners, under the day and definition', async () => {
    const snapshots = new Noting();
    const { work, progress } = taking({ live: servicesOf({ members: roster }), snapshots });
    const taken = await work();
    expect(taken).toMatchObject({ subjects: 15, failed: 0, poor: 0 });
    expect(taken.saved).toBe(snapshots.rows.length);
    const organization = snapshots.metricsOf('organization', 'org-1');
    for (const { id: metric } of sectionsOf('organization').values()) expect(organization).toContain(metric);
    expect(organization).toContain('organization.department-pace');
    expect(organization).toContain('comparison.skill-enrolments');
    expect(snapshots.metricsOf('trainer', 't-1')).toContain('trainer.course-performance');
    expect(snapshots.learners).toEqual(everyone);
    expect(new Set(snapshots.rows.map((row) => row.day))).toEqual(new Set(['2026-03-10']));
    expect(new Set(snapshots.rows.map((row) => row.organizationId))).toEqual(new Set(['org-1']));
    expect(progress).toEqual([[15, 15, `learner:${id(12)}`]]);
  });

  it('keeps an answer with its age, its sources and what was missing, and the smallest group of the day', async () => {
    const snapshots = new Noting();
    const live = servicesOf(
      { members: roster },
      { content: { views: () => failure('content', 'not_configured') } },
    );
    await taking({ live, snapshots, minimumCohort: 12 }).work();
    const kept = snapshots.rows.find(({ metric }) => metric === 'learner.engagement');
    expect(kept?.data).toMatchObject({
      minimumCohort: 12,
      figures: { partsBasis: 'fixed_reference' },
      meta: {
        asOf: new Date(now).toISOString(),
        sources: expect.arrayContaining([expect.objectContaining({ service: 'courses' })]),
        missing: expect.arrayContaining([expect.objectContaining({ reason: 'not_configured' })]),
      },
    });
  });

  it('keeps each course of a trainer by itself, as its row is told', async () => {
    const snapshots = new Noting();
    const course = { publishedAt: now - 90 * day, totalTopics: 10, level: null, skillIds: [] };
    const courses = [
      { ...course, courseId: 'c-1', title: 'One' },
      { ...course, courseId: 'c-2', title: null },
    ];
    const trainerCourses = (trainerId: string) =>
      reply('courses', trainerId === 't-1' ? courses : [], 'realtime', now);
    await taking({
      live: servicesOf({ members: roster }, { courses: { trainerCourses } }),
      snapshots,
    }).work();
    const kept = snapshots.rows.filter(({ kind }) => kind === 'course');
    expect(new Set(kept.map(({ subject }) => subject))).toEqual(new Set(['c-1', 'c-2']));
    const own = kept.find((one) => one.subject === 'c-1' && one.metric === 'trainer.course-performance');
    expect(own?.data).toMatchObject({ figures: { courseId: 'c-1', title: 'One' }, minimumCohort: 10 });
    const { missing } = (own?.data.meta ?? { missing: [{ field: 'courses' }] }) as {
      missing: { field: string }[];
    };
    expect(missing.every(({ field }) => !field.startsWith('courses'))).toBe(true);
  });

  it('leaves out who did nothing in 30 days, who is not active and who is only a trainer', async () => {
    const snapshots = new Noting();
    const members = [...staffed(3), member(9, { userId: 'u-900', isActive: false })];
    const lastActivity = { [id(1)]: now - 29 * day, [id(2)]: now - 31 * day, [id(3)]: null };
    await taking({ live: servicesOf({ members, lastActivity }), snapshots }).work();
    expect(snapshots.learners).toEqual([id(1)]);
  });

  it('counts an assessment or an exercise as doing something, and goes on without these lists', async () => {
    const lastActivity = { [id(1)]: now - 90 * day, [id(2)]: now - 90 * day, [id(3)]: now - day };
    const members = staffed(3);
    const attempts = { attempts: 1, passed: 0, meanScore: null, lastSubmittedAt: now - day };
    const done = { items: [{ userId: id(1), ...attempts }], nextCursor: null };
    const assessment = { organizationResults: () => reply('assessment', done, 'realtime', now) };
    const both = new Noting();
    await taking({ live: servicesOf({ members, lastActivity }, { assessment }), snapshots: both }).work();
    expect(both.learners).toEqual([id(1), id(3)]);
    const down = { organizationResults: () => failure('assessment', 'not_configured') };
    const alone = new Noting();
    const live = servicesOf({ members, lastActivity }, { assessment: down });
    await taking({ live, snapshots: alone }).work();
    expect(alone.learners).toEqual([id(3)]);
  });

  it('takes everybody where nothing is dated: nobody is then known to be idle', async () => {
    const snapshots = new Noting();
    const lastActivity = { [id(1)]: null, [id(2)]: null };
    await taking({ live: servicesOf({ members: staffed(2), lastActivity }), snapshots }).work();
    expect(snapshots.learners).toEqual([id(1), id(2)]);
  });

  it('counts a learner who fails and keeps all others', async () => {
    const snapshots = new Noting();
    const { progress: fine } = servicesOf({ members: roster }).courses ?? {};
    const live = servicesOf(
      { members: roster },
      {
        courses: {
          progress: (userId) =>
            userId === id(4) ? failure('courses') : (fine?.(userId) ?? failure('courses')),
        },
      },
    );
    const { work, progress } = taking({ live, snapshots });
    // The sample of the learning culture reads this learner as well, so that answer is not good enough.
    expect(await work()).toMatchObject({ subjects: 15, failed: 1 });
    expect(snapshots.metricsOf('learner', id(4))).not.toContain('learner.velocity');
    expect(snapshots.learners).toEqual(expect.arrayContaining(everyone.filter((one) => one !== id(4))));
    expect(progress.at(-1)?.[0]).toBe(15);
  });

  it.each(['stale', 'mock'] as const)('keeps nothing that stands on a %s reply', async (origin) => {
    const snapshots = new Noting();
    const live = servicesOf(
      { members: staffed(2) },
      { courses: { progress: () => reply('courses', [], origin, now) } },
    );
    const taken = await taking({ live, snapshots }).work();
    expect(snapshots.metricsOf('learner', id(1))).not.toContain('learner.velocity');
    expect(taken.poor).toBeGreaterThan(0);
    expect(JSON.stringify(snapshots.rows)).not.toContain(`"${origin}"`);
  });

  it('never asks the mock world, and has nothing to do where there is no service', async () => {
    const snapshots = new Noting();
    const members = staffed(3);
    const down = { progress: () => failure('courses') };
    const live = servicesOf({ members }, { courses: down });
    await taking({ live, mock: servicesOf({ members }), snapshots }).work();
    expect(snapshots.metricsOf('learner', id(1))).not.toContain('learner.velocity');
    const nowhere = {
      organization: () => failure('directory', 'not_configured'),
      members: () => failure('directory', 'not_configured'),
    };
    const taken = await taking({ live: { directory: nowhere }, mock: servicesOf({ members }) }).work();
    expect(taken).toEqual({ subjects: 0, failed: 0, saved: 0, poor: 0 });
  });

  it('puts nothing into the cache, out of which it would push what people look at', async () => {
    const { work, run } = taking({ live: servicesOf({ members: roster }) });
    await work();
    const subject = { kind: 'learner', id: id(1), organizationId: 'org-1' } as const;
    const question = { analytic: velocity, subject, query: {}, completeness: 'partial' } as const;
    expect((await run(question, callScope())).form).toBe('live');
    expect((await run(question, callScope())).form).toBe('cached');
  });

  it('gives each subject a memo of its own, so that memory does not grow with people', async () => {
    const { work, scopes } = taking({ live: servicesOf({ members: roster }) });
    await work();
    expect(new Set(scopes.map(({ memo }) => memo)).size).toBe(16);
  });

  it('works on four subjects at a time', async () => {
    let [running, most] = [0, 0];
    const live = servicesOf(
      { members: staffed(40) },
      {
        skills: {
          forUser: async () => {
            running += 1;
            most = Math.max(most, running);
            await new Promise((resolve) => setTimeout(resolve, 1));
            running -= 1;
            return reply('skills', [], 'realtime', now);
          },
        },
      },
    );
    await taking({ live }).work();
    // The skills of one person are read for two answers, one after the other, and once within one.
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(4);
  });
});

describe('going on with snapshots', () => {
  it('begins after whom the cursor names, who may have left since, and counts on', async () => {
    const snapshots = new Noting();
    const members = staffed(12).filter(({ userId }) => userId !== id(7));
    const { work, progress } = taking({ live: servicesOf({ members }), snapshots });
    const taken = await work({ cursor: `learner:${id(7)}` });
    expect(taken.subjects).toBe(5);
    expect(snapshots.learners).toEqual(everyone.slice(7));
    expect(snapshots.metricsOf('organization', 'org-1')).toEqual([]);
    expect(progress).toEqual([[14, 14, `learner:${id(12)}`]]);
  });

  it('begins with the learners after the last trainer, and has nothing to do after the last learner', async () => {
    const { work } = taking({ live: servicesOf({ members: roster }) });
    expect((await work({ cursor: 'trainer:t-2' })).subjects).toBe(12);
    expect((await work({ cursor: 'organization:org-1' })).subjects).toBe(14);
    expect((await work({ cursor: `learner:${id(12)}` })).subjects).toBe(0);
  });

  it('says how far it is after every twenty subjects', async () => {
    const { work, progress } = taking({ live: servicesOf({ members: staffed(40) }) });
    await work();
    expect(progress).toEqual([
      [20, 43, `learner:${id(17)}`],
      [40, 43, `learner:${id(37)}`],
      [43, 43, `learner:${id(40)}`],
    ]);
  });

  it('ends when it is told to, and a step that was not finished is done again', async () => {
    const leaving = new AbortController();
    const snapshots = new Noting();
    const world = taking({ live: servicesOf({ members: staffed(40) }), snapshots });
    const cursors: string[] = [];
    const ending = world.work({
      signal: leaving.signal,
      progress: (_done, _total, cursor) => {
        cursors.push(cursor);
        leaving.abort(new Error('the process stops'));
      },
    });
    await expect(ending).rejects.toThrow('the process stops');
    expect(cursors).toEqual([`learner:${id(17)}`]);
    expect(snapshots.learners).toEqual(Array.from({ length: 17 }, (_, n) => id(n + 1)));
    await world.work({ cursor: cursors[0] ?? null });
    expect(snapshots.learners).toHaveLength(40);
  });

  it('ends when the database is away, and says nothing of progress that was not kept', async () => {
    const snapshots = new MemorySnapshots();
    snapshots.save = () => Promise.reject(new RpcError('unavailable', 'no connection'));
    const { work, progress } = taking({ live: servicesOf({ members: roster }), snapshots });
    await expect(work()).rejects.toMatchObject({ code: 'unavailable' });
    expect(progress).toEqual([]);
  });

  it('counts a subject whose figures the database refuses, and goes on', async () => {
    const snapshots = new Noting();
    const save = snapshots.save.bind(snapshots);
    snapshots.save = (rows, at) =>
      rows.some(({ subject }) => subject === id(2))
        ? Promise.reject(new RpcError('invalid', 'not well-formed'))
        : save(rows, at);
    const taken = await taking({ live: servicesOf({ members: roster }), snapshots }).work();
    expect(taken).toMatchObject({ subjects: 15, failed: 1 });
    expect(snapshots.learners).toEqual(everyone.filter((one) => one !== id(2)));
  });

  it('fails when it cannot be known who is there', async () => {
    const live = servicesOf({ members: roster }, { directory: { members: () => failure('directory') } });
    await expect(taking({ live }).work()).rejects.toMatchObject({ failure: 'unavailable' });
  });
});
