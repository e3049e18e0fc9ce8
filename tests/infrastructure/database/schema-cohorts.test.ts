import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { PeerRoundSources } from '../../../src/application/ports/cohorts.ts';
import {
  keptPeerComparison,
  learnerLevels,
  peerComparison,
  peerFigures,
} from '../../../src/domain/analytics/peer-comparison.ts';
import { AppError } from '../../../src/domain/errors.ts';
import { makeRpcCohorts } from '../../../src/infrastructure/database/rpc-cohorts.ts';
import { anyLists, type Columns, columnsOf, setting } from '../../domain/organization/organization-seeds.ts';
import { atOnce, now, onBoth, onPostgres, someone } from './schema-world.ts';

const said = { asOf: now, isKnown: true };
const sources: PeerRoundSources = {
  directory: said,
  courses: said,
  assessment: said,
  devlab: said,
  rag: 'not_configured',
};
const levels = ['own', 'any', ...learnerLevels] as const;
type Level = (typeof levels)[number];

/** What is told, or the code of the refusal. */
function toldOf(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
}

onBoth('cohorts', ({ call, sql }) => {
  const store = makeRpcCohorts({ call });
  async function keep(organizationId: string, lists: Columns, round = now): Promise<void> {
    await store.save(organizationId, round, [...peerFigures(lists)]);
    await store.finish(organizationId, round, now, sources);
  }
  const standing = (organizationId: string, userId: string, level: Level = 'any', since = now) =>
    store.standing({ organizationId, userId, level, since });

  it('tell of everybody at every level exactly what the walk through the organization tells', async () => {
    const told = { answers: 0, refusals: 0 };
    await fc.assert(
      fc.asyncProperty(
        anyLists.filter(({ members }) => members.length > 0),
        fc.constantFrom(5, 10),
        fc.nat(),
        async (lists, minimumCohort, seed) => {
          const organizationId = someone();
          const columns = columnsOf(lists);
          await keep(organizationId, columns);
          const ids = [...columns.people.places.keys()];
          for (const level of levels) {
            const userId = ids[(seed + levels.indexOf(level)) % ids.length] ?? '';
            const asked = { ...setting, minimumCohort };
            const filters = { level: level === 'any' ? null : level, skillId: null, courseId: null };
            const walked = toldOf(() =>
              peerComparison(userId, { ...columns, withSkill: null, onCourse: null }, filters, asked),
            );
            const found = await standing(organizationId, userId, level);
            expect(found).not.toBeNull();
            const answer = toldOf(() => found && keptPeerComparison(found.standing, found.others, asked));
            expect(answer).toEqual(walked);
            told[typeof walked === 'string' ? 'refusals' : 'answers'] += 1;
          }
        },
      ),
      { numRuns: 25 },
    );
    expect(told.answers).toBeGreaterThan(10);
    expect(told.refusals).toBeGreaterThan(10);
  });

  it('count exactly over many blocks of values, for people with and without a value', async () => {
    const [organizationId, size] = [someone(), 1001];
    // Many alike, many different, some unknown.
    const valueOfPerson = (n: number) => (n % 10 === 0 ? null : n % 3 === 0 ? 50 : (n * 7919) % 1000);
    const metrics = (value: number | null) => ({
      average_score: value,
      topics_per_week: null,
      completion_percent: null,
      practice_sessions: value,
      questions_asked: null,
    });
    const people = Array.from({ length: size }, (_, n) => ({
      userId: `p-${n}`,
      level: 'beginner' as const,
      completedCourses: 0,
      figures: metrics(valueOfPerson(n)),
    }));
    await store.save(organizationId, now, people);
    await store.finish(organizationId, now, now, sources);
    for (let n = 0; n < size; n += 25) {
      const value = valueOfPerson(n);
      const others = people.flatMap(({ figures }, place) =>
        place === n || figures.practice_sessions === null ? [] : [figures.practice_sessions],
      );
      const sorted = others.sort((a, b) => a - b);
      const [low, high] = [
        sorted[Math.floor((others.length - 1) / 2)],
        sorted[Math.floor(others.length / 2)],
      ];
      const found = await standing(organizationId, `p-${n}`, 'own');
      expect(found?.standing.metrics.practice_sessions).toEqual({
        value,
        known: others.length,
        total: others.reduce((sum, one) => sum + Math.min(200, one), 0),
        median: ((low ?? 0) + (high ?? 0)) / 2,
        below: value === null ? 0 : others.filter((one) => one < value).length,
        equal: value === null ? 0 : others.filter((one) => one === value).length,
      });
      expect(found?.standing.metrics.questions_asked).toMatchObject({ known: 0, median: null });
    }
  });

  const one = (userId: string, score: number) => ({
    userId,
    level: 'beginner' as const,
    completedCourses: 0,
    figures: {
      average_score: score,
      topics_per_week: null,
      completion_percent: null,
      practice_sessions: null,
      questions_asked: null,
    },
  });
  const scoreOf = async (organizationId: string, userId: string) =>
    (await standing(organizationId, userId))?.standing.metrics.average_score;

  it('are of a whole reading: one that goes on changes nothing, an earlier one comes too late', async () => {
    const [organizationId, a, b, c] = [someone(), someone(), someone(), someone()];
    await store.save(organizationId, 2, [one(a, 10), one(b, 20)]);
    expect(await standing(organizationId, a)).toBeNull();
    await store.finish(organizationId, 2, now, sources);
    await store.save(organizationId, 3, [one(a, 90), one(c, 95)]);
    expect(await scoreOf(organizationId, a)).toMatchObject({ value: 10, known: 1, median: 20 });
    expect(await standing(organizationId, c)).toBeNull();
    await store.finish(organizationId, 3, now, sources);
    expect(await scoreOf(organizationId, a)).toMatchObject({ value: 90, known: 1, median: 95 });
    expect(await standing(organizationId, b)).toBeNull();
    await store.save(organizationId, 1, [one(b, 1)]);
    await store.finish(organizationId, 1, now, sources);
    expect(await scoreOf(organizationId, a)).toMatchObject({ median: 95 });
    expect(await standing(organizationId, a, 'any', now + 1)).toBeNull();
    expect((await standing(organizationId, a))?.sources).toEqual(sources);
  });

  it('are of one organization', async () => {
    const [here, there, a] = [someone(), someone(), someone()];
    await store.save(here, 1, [one(a, 10), one(someone(), 30)]);
    await store.finish(here, 1, now, sources);
    await store.save(there, 1, [one(a, 70), one(someone(), 80)]);
    await store.finish(there, 1, now, sources);
    expect(await scoreOf(here, a)).toMatchObject({ value: 10, median: 30 });
    expect(await scoreOf(there, a)).toMatchObject({ value: 70, median: 80 });
  });

  it('are exported and erased with the person, a reading under way too', async () => {
    const [organizationId, a, b] = [someone(), someone(), someone()];
    await store.save(organizationId, 1, [one(a, 10), one(b, 20)]);
    await store.finish(organizationId, 1, now, sources);
    await store.save(organizationId, 2, [one(a, 11)]);
    const kept = (await call('export_user', { user_id: a })) as { tables: Record<string, unknown[]> };
    expect(kept.tables.peer_figures).toHaveLength(2);
    const erasure = { salt: 'a salt of a test', requested_by: null, reason: 'asked for', now };
    expect(await call('erase_user', { user_id: a, ...erasure })).toMatchObject({
      counts: { peer_figures: 2 },
    });
    expect(await standing(organizationId, a)).toBeNull();
    const [left] = await sql('select count(*)::text as n from internal.peer_figures where user_id = $1', [a]);
    expect(left?.n).toBe('0');
  });

  it.each([
    ['save_peer_figures', { organization_id: '', round: 1, people: [] }],
    ['save_peer_figures', { organization_id: 'o', round: 1, people: {} }],
    [
      'save_peer_figures',
      { organization_id: 'o', round: 1, people: [{ userId: 'no id!', level: 'expert' }] },
    ],
    [
      'save_peer_figures',
      { organization_id: 'o', round: 1, people: [{ userId: 'a', level: 'god', completedCourses: 1 }] },
    ],
    ['finish_peer_figures', { organization_id: 'o', round: 1, as_of: null, sources: {} }],
    ['peer_standing', { organization_id: 'o', user_id: 'a', level: 'god', since: 0 }],
  ])('%s refuses what is not well-formed: %j', async (fn, args) => {
    await expect(call(fn, args)).rejects.toMatchObject({ code: 'invalid' });
  });
});

onPostgres('cohorts of organizations that are read at once', ({ call }) => {
  it('are all there in the end', async () => {
    const store = makeRpcCohorts({ call });
    const organizations = await atOnce(8, async (n) => {
      const [organizationId, userId] = [someone(), someone()];
      await call('save_peer_figures', {
        organization_id: organizationId,
        round: 1,
        people: [userId, someone()].map((id) => ({
          userId: id,
          level: 'expert',
          completedCourses: 9,
          average_score: n,
        })),
      });
      await store.finish(organizationId, 1, now, sources);
      return { organizationId, userId };
    });
    for (const asked of organizations) {
      const found = await store.standing({ ...asked, level: 'expert', since: 0 });
      expect(found?.standing.size).toBe(1);
    }
  });
});
