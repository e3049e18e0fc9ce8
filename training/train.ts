/**
 * Makes the model and its card from the data, by hand: `npm run train`. With `--evaluate <directory>` it says instead
 * how good the committed model is on presentations in that directory, and writes nothing.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readOuladData } from '../mocks/oulad/read-data.ts';
import { ouladDirectory } from '../mocks/oulad.ts';
import { levelEdges } from '../src/domain/prediction/levels.ts';
import type { DropOffModel } from '../src/domain/prediction/model.ts';
import { round } from '../src/domain/statistics/summary.ts';
import { readActivity } from './activity.ts';
import { cardOf, type SplitFigures } from './card.ts';
import { type CourseDay, everyCourseDay, horizonDays, type Outcome, outcomes } from './course-days.ts';
import { type Figures, figuresOf, type Judged, judge } from './evaluation.ts';
import { fitsOf, laterFrom, modelFits, type OutcomeFit } from './fitting.ts';
import { ouladServices } from './oulad-services.ts';
import { alertOf, aucOf } from './quality.ts';

const modelPath = fileURLToPath(new URL('../src/infrastructure/models/drop-off-risk.json', import.meta.url));
const cardPath = fileURLToPath(new URL('../docs/model-card-drop-off-risk.md', import.meta.url));

const population =
  'people enrolled and not withdrawn on course days 7–200 of nine presentations of the Open University in 2013';
const judgedDay = 28;
const otherDays = [14, 42, 56, 98, 154];

type Fits = Record<Outcome, OutcomeFit[]>;

const forEachOutcome = <T>(of: (outcome: Outcome) => T): Record<Outcome, T> =>
  Object.fromEntries(outcomes.map((outcome) => [outcome, of(outcome)])) as Record<Outcome, T>;

const startsIn = (letter: string) => (day: CourseDay) => day.courseId.endsWith(letter);
const onDay = (days: readonly CourseDay[], wanted: number) => days.filter(({ day }) => day === wanted);

const panel = { panelOnly: true, withoutActivity: false };
const everybody = { panelOnly: false, withoutActivity: false };

function splitFigures(name: string, fits: Fits, test: readonly CourseDay[]): SplitFigures {
  const on = (days: readonly CourseDay[], outcome: Outcome, question = panel): Figures =>
    figuresOf(judge(days, outcome, fits[outcome], question));
  const both = (days: readonly CourseDay[], question = panel) => ({
    withdraws: on(days, 'withdraws', question),
    failsOrWithdraws: on(days, 'fails_or_withdraws', question),
  });
  const day28 = onDay(test, judgedDay);
  return {
    name,
    day28: forEachOutcome((outcome) => on(day28, outcome)),
    withoutActivity: forEachOutcome((outcome) =>
      on(day28, outcome, { panelOnly: true, withoutActivity: true }),
    ),
    perCourse: day28.map((day) => ({ courseId: day.courseId, ...both([day]) })),
    otherDays: otherDays.map((day) => ({ day, ...both(onDay(test, day), everybody) })),
  };
}

const rounded = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (_, member: unknown) => (typeof member === 'number' ? round(member, 4) : member)),
  );

interface Trained {
  model: DropOffModel & { data: string; metrics: unknown };
  card: string;
}

function train(days: readonly CourseDay[]): Trained {
  const splits = [
    { name: 'trained on 2013B, tested on 2013J', train: startsIn('B'), test: startsIn('J') },
    { name: 'trained on 2013J, tested on 2013B', train: startsIn('J'), test: startsIn('B') },
  ].map((split) => {
    const trainDays = days.filter(split.train);
    const fits = forEachOutcome((outcome) => fitsOf(trainDays, outcome));
    return { name: split.name, fits, test: days.filter(split.test) };
  });
  const pooledRows = forEachOutcome((outcome): Judged[] =>
    splits.flatMap(({ fits, test }) => judge(onDay(test, judgedDay), outcome, fits[outcome], panel)),
  );
  const weekly = splits.flatMap(({ fits, test }) =>
    judge(
      test.filter(({ day }) => day % 7 === 0),
      'withdraws',
      fits.withdraws,
      everybody,
    ),
  );
  const pooled = forEachOutcome((outcome) => figuresOf(pooledRows[outcome]));
  const figures = splits.map(({ name, fits, test }) => splitFigures(name, fits, test));
  const model: DropOffModel = {
    id: 'drop-off-risk',
    version: 2,
    horizonDays,
    population,
    auc: round(pooled.withdraws.auc?.value ?? 0, 4),
    brier: round(pooled.withdraws.brier, 4),
    calibrationSlope: round(pooled.withdraws.slope ?? 0, 4),
    laterFrom,
    levels: levelEdges,
    fits: modelFits(days),
  };
  const isFrom = (times: number) => (row: Judged) => {
    const probability = 1 / (1 + Math.exp(-row.logOdds));
    return probability >= times * row.baseRate;
  };
  const alerts = Object.entries(levelEdges).map(([level, times]) => ({
    level,
    times,
    day28: alertOf(pooledRows.withdraws, isFrom(times)),
    allDays: alertOf(weekly, isFrom(times)),
  }));
  const enrolments = new Set(
    days.flatMap(({ courseId, userIds }) => userIds.map((id) => `${courseId} ${id}`)),
  );
  const rows = days.reduce((sum, { userIds }) => sum + userIds.length, 0);
  const metrics = figures.map(({ name, day28 }) => ({ split: name, day28 }));
  return {
    model: {
      ...model,
      data: 'OULAD 2013, CC BY 4.0: Kuzilek J., Hlosta M., Zdrahal Z. (2017), Scientific Data 4:170171',
      metrics: rounded(metrics),
    },
    card: cardOf({ model, splits: figures, pooled, alerts, people: enrolments.size, rows }),
  };
}

function readDays(dir: string): CourseDay[] {
  // The services hold their own copy of the data; one more is a second of reading.
  return everyCourseDay(readOuladData(dir), ouladServices(dir), readActivity(dir));
}

const say = (line: string) => process.stdout.write(`${line}\n`);

/** Leaving at any later time has no fits of its own in the model: only its ranking can be judged. */
function evaluate(dir: string): void {
  const { fits } = JSON.parse(readFileSync(modelPath, 'utf8')) as DropOffModel;
  const days = onDay(readDays(dir), judgedDay);
  for (const outcome of ['withdraws', 'fails_or_withdraws'] as const) {
    const own = fits.filter(({ target }) => target === outcome);
    for (const [name, question] of Object.entries({ panel, everybody })) {
      const rows = judge(days, outcome, own, question);
      if (rows.length === 0) continue;
      const { curve: _, ...figures } = figuresOf(rows);
      say(`day ${judgedDay}, ${name}, ${outcome} ${JSON.stringify(rounded(figures))}`);
    }
  }
  const leaving = fits.filter(({ target }) => target === 'withdraws');
  const later = aucOf(judge(days, 'withdraws_later', leaving, panel));
  say(`day ${judgedDay}, panel, withdraws_later, ranked by withdraws: AUC ${JSON.stringify(rounded(later))}`);
}

const place = process.argv.indexOf('--evaluate');
if (place >= 0) {
  evaluate(process.argv[place + 1] ?? ouladDirectory());
} else {
  const { model, card } = train(readDays(ouladDirectory()));
  writeFileSync(modelPath, `${JSON.stringify(model, null, 2)}\n`);
  writeFileSync(cardPath, card);
  say(card.slice(card.indexOf('## Goals'), card.indexOf('## Figures by split')).trimEnd());
}
