import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rowsByPerson, runCohort, withSortedColumns } from '../../../src/domain/prediction/cohort.ts';
import {
  type CourseRisk,
  dropOffRisk,
  dropOffRisks,
  type LearnerAsked,
} from '../../../src/domain/prediction/drop-off-risk.ts';
import { signalsOf } from '../../../src/domain/prediction/signals.ts';
import { readDropOffModel } from '../../../src/infrastructure/models/drop-off-risk.ts';
import {
  attempt,
  course,
  daysAgo,
  handIns,
  ladder,
  learner,
  now,
  plainModel,
  row,
  setting,
  usage,
  viewsOf,
} from './risk-seeds.ts';

const riskOf = (
  who: string | LearnerAsked,
  changes: Parameters<typeof course>[0] = {},
  model = plainModel,
): CourseRisk => dropOffRisk(typeof who === 'string' ? learner(who) : who, course(changes), model, setting);

const sumOf = ({ baselineLogOdds, factors }: CourseRisk): number =>
  factors.reduce((sum, { contribution }) => sum + contribution, baselineLogOdds ?? Number.NaN);
const logit = (probability: number | null): number =>
  probability === null ? Number.NaN : Math.log(probability / (1 - probability));
const factorOf = (risk: CourseRisk, code: string) => risk.factors.find((factor) => factor.code === code);
const silence = {
  riskProbability: null,
  riskLevel: null,
  notPassingProbability: null,
  factors: [],
  model: null,
};

describe('dropOffRisk', () => {
  it('is the same for the same seed: 20 people, of whom the tenth stands in the middle', () => {
    const risk = riskOf('u9');
    // By hand: 9 of 20 finished less and 1 as much → (10 + ½)/20 = 52.5, rounded to 52 of a step of 5 → 50 or 55.
    expect(factorOf(risk, 'progress')).toEqual({
      code: 'progress',
      contribution: expect.closeTo(-0, 9),
      value: 55,
      peerPercentile: 50,
    });
    // 18 have a score: 8 below, own half → 8.5/18 = 47.2 → 50 by steps of 10.
    expect(factorOf(risk, 'score')).toMatchObject({ value: 86, peerPercentile: 50, contribution: 0 });
    // Handed in: nothing is missing, as with 17 others → 9/20 = 45.
    expect(factorOf(risk, 'missed_work')).toMatchObject({ value: 0, peerPercentile: 45, contribution: -0.5 });
    expect(factorOf(risk, 'recency')).toMatchObject({ value: 4.5, peerPercentile: 50, contribution: 0 });
    // Nobody left: log(0.005).
    expect(factorOf(risk, 'run_attrition')?.contribution).toBeCloseTo(Math.log(0.005) + 4, 9);
    expect(risk).toMatchObject({ status: 'ok', model: 'drop-off-risk', horizonDays: 28 });
  });

  it('counts missing work by the peers who have done it and by how long it is missing', () => {
    // 18 of 20 handed in what was due 14 of 28 days ago: half of a missing piece.
    expect(factorOf(riskOf('u19'), 'missed_work')).toMatchObject({ value: 50, peerPercentile: 95 });
  });

  it('has factors that add up to the log-odds, for everybody and with every knowledge', () => {
    const model = readDropOffModel();
    for (let place = 0; place < 20; place += 1) {
      for (const views of [null, viewsOf(place)]) {
        const risk = riskOf(learner(`u${place}`, { views }), { usage }, model);
        expect(sumOf(risk)).toBeCloseTo(logit(risk.riskProbability), 9);
      }
    }
  });

  it('looks at activity where views and usage are known, and at recency only where they are not', () => {
    const risk = riskOf(learner('u3', { views: viewsOf(4) }), { usage });
    // log((4 + 1)/(200/20 + 1)) = −0.79
    expect(factorOf(risk, 'activity')).toMatchObject({
      value: 0.45,
      contribution: 0.79,
      peerPercentile: null,
    });
    expect(factorOf(risk, 'recency')).toBeUndefined();
    expect(factorOf(riskOf('u3'), 'activity')).toBeUndefined();
  });

  it('does not count views of other courses or views to come', () => {
    const strange = viewsOf(4).map((view, index) =>
      index < 2 ? { ...view, contentId: 'elsewhere' } : { ...view, at: now + 1 },
    );
    const none = riskOf(learner('u3', { views: [] }), { usage });
    expect(riskOf(learner('u3', { views: strange }), { usage })).toEqual(none);
  });

  it('says nothing of those who are not on the roll, have left or have finished', () => {
    const roll = [
      ...ladder(20),
      row('gone', { status: 'withdrawn', withdrawnAt: daysAgo(1) }),
      row('done', { status: 'completed' }),
    ];
    for (const userId of ['nobody', 'gone', 'done'])
      expect(riskOf(userId, { roll })).toMatchObject({ ...silence, status: 'not_enrolled' });
  });

  it('says nothing before day 7, even where the rule would apply', () => {
    const rule = { engagementScore: 20, paceTrendPercent: -50, lastActiveAt: daysAgo(9) };
    const roll = (days: number) => ladder(20).map((one) => ({ ...one, enrolledAt: daysAgo(days) }));
    expect(riskOf(learner('u1', { rule }), { roll: roll(6.9) })).toMatchObject({
      ...silence,
      status: 'not_enough_data',
    });
    expect(riskOf(learner('u1', { rule }), { roll: roll(7) }).status).toBe('ok');
    expect(riskOf(learner('u1', { rule }), { publishedAt: daysAgo(3) }).status).toBe('not_enough_data');
  });

  it('counts the days of someone who joined late from then on', () => {
    const roll = ladder(20).map((one) => (one.userId === 'u5' ? { ...one, enrolledAt: daysAgo(3) } : one));
    expect(riskOf('u5', { roll }).status).toBe('not_enough_data');
    expect(riskOf('u6', { roll }).status).toBe('ok');
  });

  it('says nothing when the roll is not known or tells no dates at all', () => {
    const roll = ladder(20).map((one) => ({ ...one, enrolledAt: null }));
    expect(riskOf('u5', { roll: null })).toMatchObject({ ...silence, status: 'not_enough_data' });
    expect(riskOf('u5', { roll })).toMatchObject({ ...silence, status: 'not_enough_data' });
  });

  it('takes the rule, marked and without a probability, in a run of fewer than ten, else says nothing', () => {
    const few = { roll: ladder(9), attempts: handIns(9) };
    const rule = { engagementScore: 49, paceTrendPercent: -21, lastActiveAt: daysAgo(8) };
    expect(riskOf('u1', few)).toMatchObject({ ...silence, status: 'not_enough_data' });
    expect(riskOf(learner('u1', { rule }), few)).toMatchObject({
      status: 'ok',
      model: 'rule-v1',
      riskProbability: null,
      notPassingProbability: null,
      horizonDays: null,
      riskLevel: 'critical',
      factors: [
        { code: 'low_engagement', contribution: 40, value: 49, peerPercentile: null },
        { code: 'falling_pace', contribution: 30, value: -21, peerPercentile: null },
        { code: 'inactive_7_days', contribution: 30, value: 8, peerPercentile: null },
      ],
    });
    expect(riskOf('u1', { roll: ladder(10), attempts: handIns(10) }).model).toBe('drop-off-risk');
  });

  it('says nothing of one of whom fewer than two signals are known', () => {
    const roll = ladder(20).map((one) => ({ ...one, lastActivityAt: null }));
    expect(riskOf('u5', { roll, attempts: null })).toMatchObject({ ...silence, status: 'not_enough_data' });
    expect(riskOf('u5', { attempts: null }).model).toBe('drop-off-risk');
  });

  it('does not count those who have left, other runs or other organizations as peers', () => {
    const strangers = Array.from({ length: 30 }, (_, index) => [
      row(`left${index}`, { status: 'withdrawn', withdrawnAt: daysAgo(50), completedTopics: 0 }),
      row(`run${index}`, { dueAt: daysAgo(-300), completedTopics: 0 }),
      row(`org${index}`, { organizationId: 'other', completedTopics: 0 }),
    ]).flat();
    const attempts = [
      ...handIns(20),
      ...strangers.map(({ userId }) => attempt(userId, 'essay', { score: 1 })),
    ];
    expect(riskOf('u9', { roll: [...ladder(20), ...strangers], attempts })).toEqual(riskOf('u9'));
  });

  it('takes leaving lately as a sign of the run', () => {
    const left = Array.from({ length: 5 }, (_, index) =>
      row(`left${index}`, { status: 'withdrawn', withdrawnAt: daysAgo(5) }),
    );
    // 5 of 25 left: 20 %.
    const risk = riskOf('u9', { roll: [...ladder(20), ...left] });
    expect(factorOf(risk, 'run_attrition')).toMatchObject({ value: 20, peerPercentile: null });
  });

  it('does not take a score that is not there for a low one', () => {
    const risk = riskOf('u19');
    expect(factorOf(risk, 'score')).toEqual({
      code: 'score',
      contribution: 0,
      value: null,
      peerPercentile: null,
    });
  });

  it('does not know what happens after now', () => {
    const later = [
      attempt('u19', 'essay', { attemptId: 'x', submittedAt: now + 1, score: 100 }),
      attempt('u3', 'next', { submittedAt: null, dueAt: now + 1 }),
    ];
    expect(riskOf('u19', { attempts: [...handIns(20), ...later] })).toEqual(riskOf('u19'));
  });

  it('is the same in whatever order rows and attempts arrive, and however often', () => {
    const roll = [
      ...ladder(20),
      ...ladder(5).map((one) => ({ ...one, completedTopics: 0, lastActivityAt: null })),
    ];
    const lists = fc.tuple(
      fc.shuffledSubarray(roll, { minLength: roll.length }),
      fc.shuffledSubarray([...handIns(20), ...handIns(20)], { minLength: 40 }),
    );
    fc.assert(
      fc.property(lists, fc.integer({ min: 0, max: 19 }), ([shuffled, attempts], place) => {
        const risk = riskOf(`u${place}`, { roll: shuffled, attempts });
        expect(risk).toEqual(riskOf(`u${place}`));
      }),
      { numRuns: 30 },
    );
  });

  it('never foretells less when somebody does worse, with the committed model', () => {
    const model = readDropOffModel();
    const worse = fc.record({
      topics: fc.integer({ min: 0, max: 20 }),
      less: fc.integer({ min: 0, max: 20 }),
      views: fc.integer({ min: 0, max: 40 }),
      fewer: fc.integer({ min: 0, max: 40 }),
    });
    const risk = (topics: number, views: number) => {
      const roll = ladder(20).map((one) => (one.userId === 'u7' ? { ...one, completedTopics: topics } : one));
      return riskOf(learner('u7', { views: viewsOf(views) }), { roll, usage }, model);
    };
    fc.assert(
      fc.property(worse, ({ topics, less, views, fewer }) => {
        const [good, bad] = [
          risk(topics, views),
          risk(Math.max(0, topics - less), Math.max(0, views - fewer)),
        ];
        expect(bad.riskProbability).toBeGreaterThanOrEqual(good.riskProbability ?? 1);
        expect(bad.notPassingProbability).toBeGreaterThanOrEqual(good.notPassingProbability ?? 1);
      }),
    );
  });

  it('tells ranks in steps in which no single peer shows', () => {
    for (let place = 0; place < 20; place += 1) {
      for (const { code, peerPercentile } of riskOf(`u${place}`).factors) {
        // 20 people: steps of 5; of the 18 with a hand-in: of 10.
        if (peerPercentile !== null)
          expect([code, peerPercentile % (code === 'score' || code === 'lateness' ? 10 : 5)]).toEqual([
            code,
            0,
          ]);
      }
    }
  });
});

describe('recent activity', () => {
  const factor = (days: readonly number[]) => {
    const views = days.map((ago) => ({ ...viewsOf(1)[0], contentId: 'c1', at: daysAgo(ago) }) as never);
    return factorOf(riskOf(learner('u3', { views }), { usage }), 'recent_activity');
  };

  it('is the views of the last 14 days against what the mean comes to in 14 of the run’s days and a week', () => {
    // The run is 40 days old: 10 views a viewer make 10 · 14/47 = 2.98; log((2 + 1)/(2.98 + 1)) = −0.28.
    expect(factor([1, 13.9, 14, 20])).toMatchObject({ value: 0.76, contribution: expect.closeTo(0.28, 9) });
  });

  it('falls as the same views lie further back', () => {
    expect(factor([20, 21, 22])?.value).toBeLessThan(factor([1, 2, 3])?.value ?? 0);
  });
});

describe('dropOffRisks', () => {
  const rule = { engagementScore: 20, paceTrendPercent: -50, lastActiveAt: daysAgo(9) };
  const risksOf = (who: LearnerAsked, courses: Parameters<typeof course>[0][]) =>
    dropOffRisks(who, courses.map(course), plainModel, setting);

  it('names the model, its people and its horizon, and what it was told, beside the figures and not in them', () => {
    const { data, prediction } = risksOf(learner('u3'), [{}]);
    expect(prediction?.model).toMatchObject({ id: 'drop-off-risk', population: 'made up', horizonDays: 28 });
    expect(prediction?.inputs).toMatchObject([{ courseId: 'course', model: 'drop-off-risk' }]);
    expect(JSON.stringify(data)).not.toContain('inputs');
  });

  it('is as high overall as the highest course of the model, whatever the rule says of another', () => {
    const small = { courseId: 'small', roll: ladder(5), attempts: handIns(5) };
    const { data, prediction } = risksOf(learner('u3', { rule }), [{}, small]);
    expect(data.risks.map(({ model, riskLevel }) => [model, riskLevel])).toEqual([
      ['drop-off-risk', data.overall],
      ['rule-v1', 'critical'],
    ]);
    expect(data.overall).not.toBe('critical');
    expect(prediction?.model.id).toBe('drop-off-risk');
  });

  it('names the rule where it spoke alone, which is of nobody and has no horizon', () => {
    const { data, missing, prediction } = risksOf(learner('u3', { rule }), [{ roll: ladder(5) }]);
    expect(prediction?.model).toMatchObject({ id: 'rule-v1', horizonDays: null, auc: null });
    expect(data.overall).toBeNull();
    expect(missing.map(({ field }) => field)).toEqual(['risks[].riskProbability', 'overall']);
  });

  it('has foretold nothing where nothing can be foretold', () => {
    const { data, missing, prediction } = risksOf(learner('nobody'), [{}]);
    expect(data.risks[0]).toMatchObject({ status: 'not_enrolled', riskProbability: null });
    expect(prediction).toBeUndefined();
    expect(missing.map(({ field }) => field)).toEqual(['overall']);
    expect(risksOf(learner('u3'), []).data).toEqual({ risks: [], overall: null });
  });

  it('says as much of each of everybody sorted as one by one', () => {
    const [run, people] = [course(), rowsByPerson(ladder(20), 'acme')];
    const cohort = runCohort(people, ladder(20)[0] ?? { dueAt: null }, run.attempts, setting);
    for (const userId of people.keys())
      expect(signalsOf(withSortedColumns(cohort), userId, null, 10)).toEqual(
        signalsOf(cohort, userId, null, 10),
      );
  });
});
