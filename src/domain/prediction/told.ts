/** What of a prediction is put into words: codes and numbers, the most important first; never a title or a name. */
import type { Fact, Narratable } from '../narrative/narrative.ts';
import type { Missing } from '../provenance.ts';
import { round, roundOrNull } from '../statistics/summary.ts';
import { dayNumber } from '../time.ts';
import type { CourseRisk } from './drop-off-risk.ts';
import type { Forecast, outlookCodes } from './forecast.ts';
import type { Recommendation } from './recommendations.ts';

/** Nobody plans by weeks that are further away; the dates are in the figures. */
const farWeeks = 104;

/** So many reasons are told; the others are in the figures. */
const mostReasons = 3;

/** Someone whose work is later than the run's may still be early: then there is no number of days to tell. */
const valueTold = (code: string, value: number | null): number | null =>
  code === 'lateness' && value !== null && value <= 0 ? null : value;

type ToldRisk = Pick<CourseRisk, 'model' | 'riskLevel' | 'riskProbability' | 'horizonDays'> & {
  factors: readonly CourseRisk['factors'][number][] | null;
  interventions: readonly CourseRisk['interventions'][number][] | null;
};

/**
 * A course's risk: its level with the probability in percent, how far ahead that looks or that a rule of thumb said it,
 * up to three factors that raise it, the strongest first, and what to do. Null where nothing was foretold.
 */
export function toldOfRisk(risk: ToldRisk): Narratable | null {
  const { model, riskLevel, riskProbability, horizonDays, factors, interventions } = risk;
  if (riskLevel === null || factors === null) return null;
  const raising = factors
    .filter(({ contribution }) => contribution > 0)
    .sort((a, b) => b.contribution - a.contribution)
    .slice(0, mostReasons);
  return {
    kind: 'risk',
    facts: [
      {
        code: `risk_level_${riskLevel}`,
        value: riskProbability === null ? null : round(100 * riskProbability),
      },
      model === 'rule-v1'
        ? { code: 'rule_of_thumb', value: null }
        : { code: 'horizon_days', value: horizonDays },
      ...raising.map(({ code, value }) => ({ code, value: valueTold(code, value) })),
      ...(interventions ?? []).map(({ code }) => ({ code, value: null })),
    ],
  };
}

/**
 * A forecast: what is done; with a target date the chance of being on time and what is likely to be done by then, without
 * one how many weeks from `today` those who go on still need (p50 and p90), for where work is due on fixed days the
 * dates lag behind; what is likely to be done in four weeks; the next score. What is not known, or two years away, is left
 * out. Null where nothing is known.
 * @param today calendar day in the zone of the forecast's days
 */
export function toldOfForecast(forecast: Omit<Forecast, 'narrative'>, today: string): Narratable | null {
  const { currentPercent, completion, targetDate, onTimeProbability, grade, outlook } = forecast;
  const weeksTo = (day: string | null | undefined): number | null => {
    const weeks = day ? (dayNumber(day) - dayNumber(today)) / 7 : farWeeks;
    return weeks < farWeeks ? round(weeks) : null;
  };
  const likelyBy = (when: (typeof outlookCodes)[number]) =>
    outlook?.find(({ code }) => code === when)?.percent.p50 ?? null;
  const end: Fact[] =
    targetDate === null
      ? [
          { code: 'weeks_to_finish', value: weeksTo(completion?.p50) },
          { code: 'weeks_at_worst', value: weeksTo(completion?.p90) },
        ]
      : [
          {
            code: 'on_time_percent',
            value: onTimeProbability === null ? null : round(100 * onTimeProbability),
          },
          { code: 'percent_by_target', value: likelyBy('target_date') },
        ];
  const all: Fact[] = [
    { code: 'percent_done', value: currentPercent },
    ...end,
    { code: 'percent_in_a_month', value: likelyBy('four_weeks') },
    { code: 'next_score', value: roundOrNull(grade?.value ?? null) },
  ];
  const facts = all.filter(({ value }) => value !== null);
  return facts.length === 0 ? null : { kind: 'forecast', facts };
}

/** Why a course is recommended, and how long it takes; of gaps it is told how many are closed. */
export function toldOfRecommendation({ reasons, closes, estimatedWeeks }: Recommendation): Narratable | null {
  const facts: Fact[] = reasons.map(({ code, value }) => ({
    code,
    value: code === 'closes_gap' ? closes.length : value,
  }));
  if (estimatedWeeks !== null) facts.push({ code: 'estimated_weeks', value: estimatedWeeks });
  return facts.length === 0 ? null : { kind: 'recommendation', facts };
}

/** Whether a failed source has left a figure open: then there is nothing to say about it either. */
export const isLeftOpen = (field: string, missing: readonly Missing[]): boolean =>
  missing.some((row) => row.field === field && row.reason === 'unavailable');
