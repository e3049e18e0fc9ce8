import type { Attempt } from '../learning/attempt.ts';
import { type ContentType, type ContentView, contentTypes } from '../learning/content.ts';
import type { Enrolment } from '../learning/enrolment.ts';
import type { Computed, Missing } from '../provenance.ts';
import { bootstrapInterval } from '../statistics/bootstrap.ts';
import type { Interval } from '../statistics/intervals.ts';
import { seedOf } from '../statistics/random.ts';
import { midRankPercentile } from '../statistics/ranks.ts';
import { shrunkenMeanOfSum } from '../statistics/shrinkage.ts';
import { minimumForMean, round } from '../statistics/summary.ts';
import { type Calendar, dayOf } from '../time.ts';
import { topicsFinished } from './topics.ts';

export const contentRecommendations = [
  'more_of_most_effective',
  'finish_what_is_started',
  'try_other_types',
] as const;

export interface TypeEffectiveness {
  contentType: ContentType;
  /** .6 gain percentile + .4 completion, 0–100; null when either is. */
  effectivenessScore: number | null;
  /** Share of views that were completed; null where that is not recorded. */
  completionPercent: number | null;
  /** Normalised gain in percent of what was left to gain, with a 95 % interval; null for fewer than three. */
  gain: Interval | null;
  /** Different pieces of content. */
  items: number;
  /** Null where nothing was measured. */
  minutes: number | null;
}

export interface ContentEffectiveness {
  byType: TypeEffectiveness[] | null;
  mostEffective: ContentType | null;
  leastEffective: ContentType | null;
  recommendations:
    | { code: (typeof contentRecommendations)[number]; contentType: ContentType | null }[]
    | null;
}

/** A view of which it is known what kind of content it was of. */
type TypedView = ContentView & { type: ContentType };

/** Two scores in a row on one skill, and what was seen between them. */
interface Step {
  gain: number;
  types: ReadonlySet<ContentType>;
}

const gainWeight = 0.6;
const completionWeight = 0.4;
/** The learner's common mean is worth this many gains of a type. */
const strength = 3;
const poorCompletionPercent = 50;

const isTyped = (view: ContentView): view is TypedView => view.type !== null;

/** Normalised gain (Hake 1998): share of what was left to gain, percent, −100 to 100. */
function normalisedGain(before: number, after: number): number {
  if (after < before) return before === 0 ? 0 : (100 * (after - before)) / before;
  return before === 100 ? 0 : (100 * (after - before)) / (100 - before);
}

interface SkillScore {
  skillId: string;
  score: number;
  at: number;
}

function skillScores(attempts: readonly Attempt[], now: number): SkillScore[] {
  const unique = new Map(attempts.map((attempt) => [attempt.attemptId, attempt]));
  return [...unique.values()]
    .flatMap(({ submittedAt, score, skills }) =>
      submittedAt === null || submittedAt > now
        ? []
        : skills.flatMap((skill) => {
            const own = skill.score ?? score;
            return own === null ? [] : [{ skillId: skill.skillId, score: own, at: submittedAt }];
          }),
    )
    .sort((a, b) => a.at - b.at || a.skillId.localeCompare(b.skillId) || a.score - b.score);
}

/** Which skills a topic teaches, from the learner's own completions. */
function skillsByTopic(enrolments: readonly Enrolment[], now: number): Map<string, readonly string[]> {
  return new Map(topicsFinished(enrolments, now).map(({ topicId, skillIds }) => [topicId, skillIds]));
}

function stepsOf(
  scores: readonly SkillScore[],
  views: readonly TypedView[],
  topics: ReadonlyMap<string, readonly string[]>,
): Step[] {
  return [...Map.groupBy(scores, ({ skillId }) => skillId)].flatMap(([skillId, own]) =>
    own.slice(1).map((after, index) => {
      const before = own[index] as SkillScore;
      const between = views.filter(
        ({ at, topicId }) =>
          at > before.at && at <= after.at && (topics.get(topicId ?? '') ?? []).includes(skillId),
      );
      return {
        gain: normalisedGain(before.score, after.score),
        types: new Set(between.map(({ type }) => type)),
      };
    }),
  );
}

function completionOf(views: readonly ContentView[]): number | null {
  const recorded = views.flatMap(({ completed }) => completed ?? []);
  return recorded.length === 0 ? null : round((100 * recorded.filter(Boolean).length) / recorded.length);
}

function minutesOf(views: readonly ContentView[]): number | null {
  const measured = views.flatMap(({ secondsSpent }) => secondsSpent ?? []);
  return measured.length === 0 ? null : round(measured.reduce((sum, seconds) => sum + seconds, 0) / 60);
}

/** Mean gain of a type, pulled to the learner's mean over all types. */
function gainOf(type: ContentType, steps: readonly Step[], seed: string): Interval | null {
  const all = steps.filter(({ types }) => types.size > 0).map(({ gain }) => gain);
  const own = steps.filter(({ types }) => types.has(type)).map(({ gain }) => gain);
  if (own.length < minimumForMean) return null;
  const common = all.reduce((sum, gain) => sum + gain, 0) / all.length;
  const interval = bootstrapInterval(
    own,
    (sum) => shrunkenMeanOfSum(sum, own.length, common, strength),
    seedOf(`${seed} ${type}`),
  );
  return interval && { value: round(interval.value), low: round(interval.low), high: round(interval.high) };
}

/** The gain's place among all of the learner's gains: who else gained how much is not known here. */
function scoreOf(gain: Interval | null, completion: number | null, steps: readonly Step[]): number | null {
  const all = steps.filter(({ types }) => types.size > 0).map((step) => step.gain);
  const percentile = gain === null ? null : midRankPercentile(gain.value, all);
  return percentile === null || completion === null
    ? null
    : round(gainWeight * percentile + completionWeight * completion);
}

function describe(
  type: ContentType,
  views: readonly TypedView[],
  steps: readonly Step[],
  seed: string,
): TypeEffectiveness {
  const own = views.filter((view) => view.type === type);
  const completionPercent = completionOf(own);
  const gain = gainOf(type, steps, seed);
  return {
    contentType: type,
    effectivenessScore: scoreOf(gain, completionPercent, steps),
    completionPercent,
    gain,
    items: new Set(own.map(({ contentId }) => contentId)).size,
    minutes: minutesOf(own),
  };
}

/** Best first; a comparison needs two that can be compared. */
function ranked(types: readonly TypeEffectiveness[]): TypeEffectiveness[] {
  const scored = types.filter(({ effectivenessScore }) => effectivenessScore !== null);
  if (scored.length < 2) return [];
  return scored.sort(
    (a, b) =>
      (b.effectivenessScore ?? 0) - (a.effectivenessScore ?? 0) || a.contentType.localeCompare(b.contentType),
  );
}

function recommendationsOf(
  types: readonly TypeEffectiveness[],
  best: ContentType | null,
): NonNullable<ContentEffectiveness['recommendations']> {
  const unfinished = types
    .filter(
      ({ completionPercent }) => completionPercent !== null && completionPercent < poorCompletionPercent,
    )
    .map(({ contentType }) => ({ code: 'finish_what_is_started' as const, contentType }));
  return [
    ...(best === null ? [] : [{ code: 'more_of_most_effective' as const, contentType: best }]),
    ...unfinished,
    ...(types.length === 1 ? [{ code: 'try_other_types' as const, contentType: null }] : []),
  ];
}

const unknownEffectiveness: ContentEffectiveness = {
  byType: null,
  mostEffective: null,
  leastEffective: null,
  recommendations: null,
};

function missingOf(
  byType: readonly TypeEffectiveness[],
  views: readonly ContentView[],
  best: ContentType | null,
): Missing[] {
  const rows: [boolean, string][] = [
    [views.length > 0 && byType.length === 0, 'byType'],
    [views.length > 0 && byType.length === 0, 'recommendations'],
    [best === null, 'mostEffective'],
    [best === null, 'leastEffective'],
    [byType.some(({ gain }) => gain === null), 'byType[].gain'],
    [byType.some(({ effectivenessScore }) => effectivenessScore === null), 'byType[].effectivenessScore'],
    [byType.some(({ completionPercent }) => completionPercent === null), 'byType[].completionPercent'],
    [byType.some(({ minutes }) => minutes === null), 'byType[].minutes'],
  ];
  return rows.filter(([isMissing]) => isMissing).map(([, field]) => ({ field, reason: 'insufficient_data' }));
}

/**
 * Which kinds of content help a learner. A gain is the step between two scores in a row on one skill, normalised to
 * what was left to gain (Hake 1998); it is credited to every kind of content seen between the two on topics of that
 * skill. A kind's gain is the mean of its steps pulled to the learner's mean of all (credibility 3), with a seeded
 * bootstrap interval. effectivenessScore = .6 the gain's percentile among all of the learner's gains + .4 completion.
 *
 * Unit: percent; scores 0–100. Null rule: fewer than three gains of a kind: no gain and no score; what no service
 * records (minutes, completion, kind) is null; a comparison needs two kinds with a score. Source: ANALYTICS definition
 * "Content effectiveness", version 1.
 * @param views null when they are not known: every figure is then null.
 * @param attempts null when they are not known: gains and scores are then null.
 * @param enrolments tell which topic teaches which skill; null as for attempts.
 * @param range days (both included) of the views to look at; null = all.
 */
export function contentEffectiveness(
  userId: string,
  views: readonly ContentView[] | null,
  attempts: readonly Attempt[] | null,
  enrolments: readonly Enrolment[] | null,
  range: { first: string; last: string } | null,
  { now, zone }: Calendar,
): Computed<ContentEffectiveness> {
  if (views === null) return { data: unknownEffectiveness, missing: [] };
  const unique = [...new Map(views.map((view) => [`${view.contentId} ${view.at}`, view])).values()];
  const own = unique
    .filter(({ at }) => at <= now)
    .filter(({ at }) => range === null || (dayOf(at, zone) >= range.first && dayOf(at, zone) <= range.last))
    .sort((a, b) => a.at - b.at || a.contentId.localeCompare(b.contentId));
  const typed = own.filter(isTyped);
  const steps = stepsOf(skillScores(attempts ?? [], now), typed, skillsByTopic(enrolments ?? [], now));
  const seed = `${userId} ${dayOf(now, zone)}`;
  const byType = contentTypes
    .filter((type) => typed.some((view) => view.type === type))
    .map((type) => describe(type, typed, steps, seed));
  const order = ranked(byType);
  const best = order[0]?.contentType ?? null;
  // Views of no known kind say that there was something, and not what.
  const known = own.length === 0 || typed.length > 0;
  return {
    data: {
      byType: known ? byType : null,
      mostEffective: best,
      leastEffective: order.at(-1)?.contentType ?? null,
      recommendations: known ? recommendationsOf(byType, best) : null,
    },
    missing: missingOf(byType, own, best),
  };
}
