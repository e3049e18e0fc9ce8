import { streak } from '../gamification/streak.ts';
import type { ContentView } from '../learning/content.ts';
import type { Enrolment } from '../learning/enrolment.ts';
import type { Questions } from '../organization/columns.ts';
import type { People } from '../organization/people.ts';
import type { Computed } from '../provenance.ts';
import type { Setting } from '../setting.ts';
import { draw, seededRandom, seedOf } from '../statistics/random.ts';
import { round } from '../statistics/summary.ts';
import { addDays, addMonths, dayMs, dayOf, monthOf } from '../time.ts';
import { missingNotes, type Told, toldMean } from './department-cells.ts';
import { type KeptParts, keptTrend } from './kept-months.ts';
import { type PaceTrend, paceTrend } from './organization-velocity.ts';
import { topicsFinished } from './topics.ts';

export const cultureParts = [
  'voluntaryParticipation',
  'voluntaryCompletion',
  'knowledgeSharing',
  'mentoring',
  'continuity',
] as const;
export type CulturePart = (typeof cultureParts)[number];
export const cultureIndicators = [
  'voluntary_participation',
  'voluntary_completion',
  'knowledge_sharing',
  'mentoring',
  'continuity',
] as const;

export interface LearningCulture {
  overallScore: number | null;
  parts: Record<CulturePart, number | null>;
  indicators: { code: (typeof cultureIndicators)[number]; score: number | null; trend: PaceTrend | null }[];
  history: { month: string; score: number | null }[];
}

/** One person of the sample; null = not known. */
export interface SampledPerson {
  enrolments: readonly Enrolment[] | null;
  views: readonly ContentView[] | null;
}

const weights: Record<CulturePart, number> = {
  voluntaryParticipation: 0.35,
  voluntaryCompletion: 0.2,
  knowledgeSharing: 0.2,
  mentoring: 0.15,
  continuity: 0.1,
};
/** Fewer known parts than this make no score. */
const leastParts = 2;
const monthsShown = 12;
const yearDays = 365;
/** A streak counts as continuity from so many days, within the last so many. */
const continuityDays = 7;
export const continuityWindowDays = 90;

/** How many people are asked one by one. */
export const sampleSize = 60;

/** A sample of the people, the same one all day: the batch lists do not say who chose a course. */
export function samplePeople(people: People, seed: string): string[] {
  const ids = [...people.places.keys()].sort();
  const random = seededRandom(seedOf(seed));
  const chosen = new Set<string>();
  if (ids.length <= sampleSize) return ids;
  while (chosen.size < sampleSize) chosen.add(draw(ids, random) ?? '');
  return [...chosen].sort();
}

const isVoluntary = ({ assignment }: Enrolment): boolean => assignment === 'self';
/** Whether it is known of any course who chose it. */
const knowsAssignment = (enrolments: readonly Enrolment[]): boolean =>
  enrolments.length === 0 || enrolments.some(({ assignment }) => assignment !== null);

const percentOf = (isIt: boolean): number => (isIt ? 100 : 0);

/** Enrolled by choice within the last year: 100 or 0; NaN when it is not known. */
function participation({ enrolments }: SampledPerson, now: number): number {
  if (enrolments === null || !knowsAssignment(enrolments)) return Number.NaN;
  const since = now - yearDays * dayMs;
  const chosen = enrolments.filter(isVoluntary);
  const isIn = chosen.some(
    ({ enrolledAt }) => enrolledAt !== null && enrolledAt >= since && enrolledAt <= now,
  );
  return !isIn && chosen.some(({ enrolledAt }) => enrolledAt === null) ? Number.NaN : percentOf(isIn);
}

/** Share of the courses taken by choice that were completed; NaN for nobody's or unknown. */
function completion({ enrolments }: SampledPerson): number {
  const chosen = (enrolments ?? []).filter(isVoluntary);
  return (100 * chosen.filter(({ status }) => status === 'completed').length) / chosen.length;
}

/** A streak of seven days within the last ninety: 100 or 0; NaN when a part of the activity is not known. */
function continuity({ enrolments, views }: SampledPerson, { now, zone }: Setting): number {
  if (enrolments === null || views === null) return Number.NaN;
  const today = dayOf(now, zone);
  const first = addDays(today, -continuityWindowDays);
  const instants = [
    ...views.map(({ at }) => at),
    ...topicsFinished(enrolments, now).map(({ at }) => at),
  ].filter((at) => at <= now);
  const days = new Set(instants.map((at) => dayOf(at, zone)).filter((day) => day >= first));
  return percentOf(streak(days, [], today, new Set(), zone).longestStreak >= continuityDays);
}

/** Questions that were resolved, of all that were asked; NaN for those who asked none. */
function* sharing({ asked, resolved }: Questions): Generator<number> {
  for (const [place, count] of asked.entries())
    yield count === 0 ? Number.NaN : (100 * (resolved[place] ?? 0)) / count;
}

/** Share of the sample that finished a topic of a course taken by choice in each month. */
function historyOf(sample: readonly SampledPerson[], setting: Setting): { month: string; told: Told }[] {
  const thisMonth = monthOf(setting.now, setting.zone);
  const months = Array.from({ length: monthsShown }, (_, index) =>
    addMonths(thisMonth, index - monthsShown + 1),
  );
  const active = sample.map(({ enrolments }) =>
    enrolments === null || !knowsAssignment(enrolments)
      ? null
      : new Set(
          topicsFinished(enrolments.filter(isVoluntary), setting.now).map(({ at }) =>
            monthOf(at, setting.zone),
          ),
        ),
  );
  return months.map((month) => ({
    month,
    told: toldMean(
      active.map((own) => (own === null ? Number.NaN : percentOf(own.has(month)))),
      100,
      setting,
    ),
  }));
}

/**
 * Whether people learn because they want to. .35 voluntary participation (took a course by choice in the last year) +
 * .20 voluntary completion (completed of the courses taken by choice) + .20 knowledge sharing (questions resolved, of
 * those asked) + .15 mentoring (no service reports it) + .10 continuity (a streak of seven days in the last ninety).
 * What is said of choice and streaks rests on a sample of 60 people, the same one all day; knowledge sharing on all.
 * History: share of the sample that finished a topic by choice in the month, the one part that is dated; its trend is
 * that of these months. The other parts have the trend of what was told at the end of each month that is over.
 *
 * Unit: score 0–100. Null rule: a part that is not known gives its weight to the others, fewer than two make no score;
 * fewer people than the minimum: suppressed. Source: ANALYTICS definition "Learning culture", version 1.
 * @param sample null when nobody of it could be asked.
 * @param kept what was told at the end of months; null = it could not be read
 */
export function learningCulture(
  sample: readonly SampledPerson[] | null,
  questions: Questions | null,
  setting: Setting,
  kept: readonly KeptParts<CulturePart>[] | null = [],
): Computed<LearningCulture> {
  const { missing, note, take } = missingNotes();
  const known = sample ?? [];
  const unknown: Told = { value: null, reason: 'insufficient_data' };
  const parts: Record<CulturePart, number | null> = {
    voluntaryParticipation: take(
      'parts.voluntaryParticipation',
      toldMean(
        known.map((one) => participation(one, setting.now)),
        100,
        setting,
      ),
    ),
    voluntaryCompletion: take('parts.voluntaryCompletion', toldMean(known.map(completion), 100, setting)),
    knowledgeSharing: take(
      'parts.knowledgeSharing',
      questions === null ? unknown : toldMean(sharing(questions), 100, setting),
    ),
    mentoring: take('parts.mentoring', unknown),
    continuity: take(
      'parts.continuity',
      toldMean(
        known.map((one) => continuity(one, setting)),
        100,
        setting,
      ),
    ),
  };
  const told = cultureParts.flatMap((name) => {
    const value = parts[name];
    return value === null ? [] : [{ value, weight: weights[name] }];
  });
  const weight = told.reduce((sum, part) => sum + part.weight, 0);
  const overall =
    told.length < leastParts ? null : told.reduce((sum, part) => sum + part.value * part.weight, 0) / weight;
  if (overall === null) note('overallScore', 'insufficient_data');

  const history = historyOf(known, setting).map(({ month, told: score }) => ({
    month,
    score: take('history[].score', score),
  }));
  const ofHistory = paceTrend(history.slice(0, -1).flatMap(({ score }) => score ?? []));
  const indicators = cultureParts.map((name, index) => ({
    code: cultureIndicators[index] ?? 'continuity',
    score: parts[name],
    trend: name === 'voluntaryParticipation' ? ofHistory : keptTrend(name, parts[name], kept ?? [], setting),
  }));
  if (indicators.some(({ trend }) => trend === null))
    note('indicators[].trend', kept === null ? 'unavailable' : 'insufficient_data');
  return {
    data: {
      overallScore: overall === null ? null : round(overall),
      parts,
      indicators,
      history,
    },
    missing,
  };
}
