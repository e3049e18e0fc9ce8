/** The forecast’s model card, written from what was judged. */
import type { CourseFigures, Horizon, Row, ScoreRow } from './forecast-figures.ts';

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
const two = (value: number) => value.toFixed(2);

/** Counts of work are whole: an end that misses one by a rounding error has not missed it. */
const almost = 1e-9;
const isWithin = ({ low, high, came }: Pick<Row, 'low' | 'high' | 'came'>) =>
  came >= low - almost && came <= high + almost;

const coverage = (rows: readonly Pick<Row, 'low' | 'high' | 'came'>[]) =>
  mean(rows.map((row) => Number(isWithin(row))));

function progressLine(courseId: string, rows: readonly Row[]): string {
  const own = mean(rows.map(({ middle, came }) => Math.abs(middle - came)));
  const same = mean(rows.map(({ samePace, came }) => Math.abs(samePace - came)));
  const width = mean(rows.map(({ low, high }) => high - low));
  return `| ${courseId} | ${rows.length} | ${percent(coverage(rows))} | ${two(width)} | ${two(own)} | ${two(same)} |`;
}

function scoreLine(courseId: string, rows: readonly ScoreRow[]): string {
  const own = mean(rows.map(({ value, came }) => Math.abs(value - came)));
  const last = mean(rows.map((row) => Math.abs(row.last - row.came)));
  return `| ${courseId} | ${rows.length} | ${two(own)} | ${two(last)} | ${percent(coverage(rows))} |`;
}

const progressHead =
  '| course | forecasts | within p10–p90 | width | mean absolute error | same pace as the last two weeks |\n|---|---|---|---|---|---|';
const scoreHead =
  '| course | scores | mean absolute error | repeating the last score | within the 80 % interval |\n|---|---|---|---|---|';

const progressTable = (figures: readonly CourseFigures[], horizon: Horizon) =>
  [progressHead, ...figures.map(({ courseId, progress }) => progressLine(courseId, progress[horizon]))].join(
    '\n',
  );
const scoreTable = (figures: readonly CourseFigures[]) =>
  [scoreHead, ...figures.map(({ courseId, scores }) => scoreLine(courseId, scores))].join('\n');

export function forecastCard(all: readonly CourseFigures[]): string {
  const asked = all.filter(({ courseId }) => courseId.startsWith('BBB'));
  return `# Model card: forecast

Written by \`npm run evaluate:forecast\` from the data; do not edit.

- What it says: when a learner will have finished what is under way (p10, p50, p90), the chance of being on time, how much will be finished in four weeks and on the target date, and the next score.
- How: 1,000 paths of weekly amounts drawn from the learner’s own last twelve weeks in blocks of four, from the mean week of the run by the worth of three weeks, each path as a whole faster or slower (log-normal, .5), with the run’s own rate of leaving; the score is the mean of the own scores, recent ones counting more, shrunk to the run’s mean. Nothing is fitted to a person beyond the own weeks. Three numbers (block, worth, spread) were set by looking at these very courses: the figures are no test on data kept back.
- Data: OULAD 2013, CC BY 4.0: Kuzilek J., Hlosta M., Zdrahal Z. (2017), Scientific Data 4:170171.
- Population: everybody going on in a course on every seventh day from 28 to 182, one in ten each day; work that was credited from before is left out, and so is the exam, whose hand-ins are not in the data.
- What is judged: the number of assessments completed by a day (four weeks later; the end of the course), people who leave or stop included. The dates in \`completion\` are of those who go on: in these courses work is due on fixed days that no service tells in advance, and most of it late, so dates far ahead lag behind the calendar; trust \`outlook\` more than \`completion\` there.
- Not for: marks, dismissal, or any decision about a person that nobody looks at; not for courses that are shorter than a few weeks.

## Goals

BBB 2013B and 2013J: p10–p90 covers 75–85 %, and the middle is nearer than the same pace as in the last two weeks.

In four weeks:

${progressTable(asked, 'four_weeks')}

By the end of the course:

${progressTable(asked, 'end_of_course')}

The next score, against repeating the last one:

${scoreTable(asked)}

## All courses

In four weeks:

${progressTable(all, 'four_weeks')}

By the end of the course:

${progressTable(all, 'end_of_course')}

The next score:

${scoreTable(all)}
`;
}
