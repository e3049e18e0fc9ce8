/** Forty made-up learners of two runs, and what the committed model says of them. */
import { dropOffRisk } from '../../src/domain/prediction/drop-off-risk.ts';
import { seededRandom } from '../../src/domain/statistics/random.ts';
import { readDropOffModel } from '../../src/infrastructure/models/drop-off-risk.ts';
import {
  attempt,
  course,
  daysAgo,
  learner,
  row,
  setting,
  usage,
  viewsOf,
} from '../domain/prediction/risk-seeds.ts';

/** A run in which everything is drawn, with so many pieces of work due. */
function madeUpRun(pieces: number) {
  const random = seededRandom(pieces);
  const roll = Array.from({ length: 60 }, (_, index) =>
    row(`u${index}`, {
      completedTopics: Math.floor(random() * 11),
      lastActivityAt: daysAgo(random() * 30),
      ...(index >= 55 ? { status: 'withdrawn' as const, withdrawnAt: daysAgo(random() * 40) } : {}),
    }),
  );
  const attempts = roll.flatMap(({ userId }) =>
    Array.from({ length: pieces }, (_, piece) => {
      const dueAt = daysAgo(7 * piece + 5);
      const isDone = random() < 0.8;
      return attempt(userId, `work${piece}`, {
        dueAt,
        score: isDone ? Math.floor(random() * 101) : null,
        submittedAt: isDone ? dueAt + (random() - 0.8) * 6 * 86_400_000 : null,
      });
    }),
  );
  return course({ roll, attempts, usage });
}

const told = (value: number | null) => (value === null ? null : Number(value.toFixed(6)));

/** Twenty of a run at its beginning and twenty of a later one; every other one has views that are known. */
export function fortyRisks() {
  const model = readDropOffModel();
  return [1, 5].flatMap((pieces) => {
    const run = madeUpRun(pieces);
    return Array.from({ length: 20 }, (_, index) => {
      const views = index % 2 === 0 ? viewsOf(index) : null;
      const risk = dropOffRisk(learner(`u${index}`, { views }), run, model, setting);
      return {
        pieces,
        learner: `u${index}`,
        riskProbability: told(risk.riskProbability),
        riskLevel: risk.riskLevel,
        notPassingProbability: told(risk.notPassingProbability),
        factors: Object.fromEntries(risk.factors.map(({ code, contribution }) => [code, told(contribution)])),
      };
    });
  });
}
