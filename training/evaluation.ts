/** What fits are worth on people they were not made from. */
import { type Fit, predict, stageOf, variantOf } from '../src/domain/prediction/model.ts';
import { type Signals, signalNames } from '../src/domain/prediction/signals.ts';
import type { CourseDay, Outcome } from './course-days.ts';
import { laterFrom, type OutcomeFit } from './fitting.ts';
import {
  type Auc,
  aucOf,
  type Bin,
  brierOf,
  calibrationCurve,
  calibrationError,
  calibrationSlope,
  type Foretold,
} from './quality.ts';

export interface Judged extends Foretold {
  courseId: string;
  baseRate: number;
}

/** Which rows are judged, and what the services are taken to know. */
export interface Question {
  /** Only rows of the data's own panels: people who are registered for one course. */
  panelOnly: boolean;
  /** Without figures of content use, as where no service has any. */
  withoutActivity: boolean;
}

const activities: ReadonlySet<string> = new Set(['activity', 'recent_activity']);

function signalsAt({ inputs }: CourseDay, row: number, { withoutActivity }: Question): Signals {
  const entries = signalNames.map((name) => {
    const input = inputs[name][row] ?? Number.NaN;
    const isKnown = !Number.isNaN(input) && !(withoutActivity && activities.has(name));
    return [name, { input: isKnown ? input : null, value: null, peerPercentile: null }] as const;
  });
  return Object.fromEntries(entries) as Signals;
}

/** What the fits say of everybody of these days, by the variant that a request would take. */
export function judge(
  days: readonly CourseDay[],
  outcome: Outcome,
  fits: readonly OutcomeFit[],
  question: Question,
): Judged[] {
  const fitFor = (signals: Signals, dueWork: number): Fit => {
    const [variant, stage] = [variantOf(signals), stageOf(dueWork, laterFrom)];
    const found = fits.find((fit) => fit.variant === variant && [stage, 'any'].includes(fit.stage));
    if (found === undefined) throw new Error(`no fit for ${variant}, ${stage}`);
    return { target: 'withdraws', ...found };
  };
  return days.flatMap((day) =>
    day.userIds.flatMap((_, row) => {
      if (question.panelOnly && day.inPanel[row] !== 1) return [];
      const signals = signalsAt(day, row, question);
      const { logOdds, baseRate } = predict(fitFor(signals, day.dueWork), signals);
      return [{ courseId: day.courseId, logOdds, baseRate, happened: day.outcomes[outcome][row] === 1 }];
    }),
  );
}

export interface Figures {
  people: number;
  rate: number;
  foretold: number;
  auc: Auc | null;
  brier: number;
  baseBrier: number;
  skill: number;
  slope: number | null;
  ece: number;
  curve: Bin[];
}

/** Of a few dozen people of whom hardly anybody leaves, no slope can be told. */
const leastForSlope = 20;

export function figuresOf(rows: readonly Judged[]): Figures {
  const { brier, base, skill } = brierOf(rows);
  const happened = rows.filter((row) => row.happened).length;
  const curve = calibrationCurve(rows);
  const canTell = Math.min(happened, rows.length - happened) >= leastForSlope;
  return {
    people: rows.length,
    rate: happened / rows.length,
    foretold: curve.reduce((sum, bin) => sum + bin.people * bin.foretold, 0) / rows.length,
    auc: aucOf(rows),
    brier,
    baseBrier: base,
    skill,
    slope: canTell ? calibrationSlope(rows) : null,
    ece: calibrationError(curve),
    curve,
  };
}
