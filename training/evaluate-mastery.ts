/** `npm run evaluate:mastery -- FILE`: how well the mastery model foresees the answers in any file of them. */
import { readAnswers } from './mastery/answers.ts';
import { folds, foreseenByFold } from './mastery/folds.ts';
import { aucOf, brierOf, calibrationCurve, calibrationError, type Foretold } from './quality.ts';

const say = (line: string) => process.stdout.write(`${line}\n`);

function figures(rows: readonly Foretold[]): string {
  if (rows.length === 0) return 'no answers';
  const auc = aucOf(rows);
  const shown =
    auc === null
      ? 'none (all answers alike)'
      : `${auc.value.toFixed(4)} (${auc.low.toFixed(4)}–${auc.high.toFixed(4)})`;
  const ece = calibrationError(calibrationCurve(rows).filter(({ people }) => people > 0));
  const answers = `${rows.length} answers`;
  return `AUC ${shown}, Brier ${brierOf(rows).brier.toFixed(4)}, ECE ${ece.toFixed(4)}, ${answers}`;
}

async function evaluate(path: string): Promise<void> {
  const { answers, learners, items, skills } = await readAnswers(path);
  if (learners.length < folds)
    throw new Error(`${learners.length} learners cannot be dealt out to ${folds} folds`);
  const right = answers.filter(({ isRight }) => isRight).length / answers.length;
  say(
    `${answers.length} answers of ${learners.length} learners to ${items.length} items on ${skills.length} skills, ${(100 * right).toFixed(1)} % right`,
  );
  const byFold = foreseenByFold(answers);
  for (const [fold, rows] of byFold.entries()) say(`fold ${fold + 1}: ${figures(rows)}`);
  say(`all folds: ${figures(byFold.flat())}`);
}

const [path] = process.argv.slice(2);
try {
  if (path === undefined)
    throw new Error('which file? npm run evaluate:mastery -- FILE (learner,item,skill,correct,order)');
  await evaluate(path);
} catch (error) {
  process.stderr.write(`${path ?? 'evaluate:mastery'}: ${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
