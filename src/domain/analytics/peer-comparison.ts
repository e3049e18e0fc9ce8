import { AppError } from '../errors.ts';
import type { Practice, Questions, Results } from '../organization/columns.ts';
import type { People } from '../organization/people.ts';
import type { Roll } from '../organization/roll.ts';
import { filtersAreSafe } from '../privacy/filters.ts';
import { hideOne } from '../privacy/rounding.ts';
import type { Computed } from '../provenance.ts';
import type { Setting } from '../setting.ts';
import { midRankPercentile } from '../statistics/ranks.ts';
import { round } from '../statistics/summary.ts';
import { missingNotes } from './department-cells.ts';

export const peerMetrics = [
  'average_score',
  'topics_per_week',
  'completion_percent',
  'practice_sessions',
  'questions_asked',
] as const;
export type PeerMetric = (typeof peerMetrics)[number];
export const peerInsights = ['above_peers', 'below_peers'] as const;
export const learnerLevels = ['beginner', 'intermediate', 'advanced', 'expert'] as const;
export type LearnerLevel = (typeof learnerLevels)[number];

export interface PeerComparison {
  metrics: {
    metric: PeerMetric;
    value: number | null;
    peerMedian: number | null;
    peerMean: number | null;
    percentile: number | null;
  }[];
  cohort: {
    scope: 'organization';
    size: number;
    filters: { level: LearnerLevel | null; skillId: string | null; courseId: string | null };
  };
  insights: { code: (typeof peerInsights)[number]; metric: PeerMetric; deltaPercent: number }[];
}

/** What the lists of an organization say; null = not known. */
export interface PeerSources {
  people: People;
  roll: Roll;
  results: Results | null;
  practice: Practice | null;
  questions: Questions | null;
  /** Places of those who have the skill, or take the course, that was asked for; null = not asked for. */
  withSkill: ReadonlySet<number> | null;
  onCourse: ReadonlySet<number> | null;
}

/** Least completed courses of each level, highest first. */
const levelFrom: readonly [LearnerLevel, number][] = [
  ['expert', 6],
  ['advanced', 3],
  ['intermediate', 1],
  ['beginner', 0],
];
/** Greatest value that counts in the mean. */
const ranges: Record<PeerMetric, number> = {
  average_score: 100,
  topics_per_week: 10,
  completion_percent: 100,
  practice_sessions: 200,
  questions_asked: 200,
};
/** Distance from the peers' median that is worth a word, percent. */
const notableDelta = 20;

/** A learner's level by completed courses: intermediate from 1, advanced from 3, expert from 6. */
export const learnerLevel = (completed: number): LearnerLevel =>
  levelFrom.find(([, least]) => completed >= least)?.[0] ?? 'beginner';

/** A metric of a person; NaN = not known. Nothing on a list that was read is a true zero. */
function figureOf(metric: PeerMetric, sources: PeerSources, place: number): number {
  const { roll, results, practice, questions } = sources;
  const column: Record<PeerMetric, () => number | undefined> = {
    average_score: () => results?.meanScore[place],
    topics_per_week: () => roll.pace[place],
    completion_percent: () => (100 * (roll.completions[place] ?? 0)) / (roll.enrolments[place] ?? 0),
    practice_sessions: () => practice?.sessions[place],
    questions_asked: () => questions?.asked[place],
  };
  return column[metric]() ?? Number.NaN;
}

function medianOf(sorted: Float64Array): number {
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2;
}

const tooSmall = (minimum: number) =>
  new AppError(
    'COHORT_TOO_SMALL',
    `There are fewer than ${minimum} peers, or so few others that they could be told apart.`,
    {
      details: [{ field: 'cohort', message: 'suppressed' }],
    },
  );

/**
 * Where a learner stands among the others of the organization, of the same level unless another is asked for, narrowed
 * by a skill or a course. Medians, means and mid-rank percentiles over the peers whose figure is known, rounded so that
 * no one of them can be had from it; never a name, an id, a least or a greatest value.
 *
 * Unit: by metric (score 0–100; topics per week; percent; sessions; questions); percentile 0–100. Null rule: a figure
 * known of fewer peers than the minimum is suppressed. Source: ANALYTICS definition "Peer", version 1.
 * @param level null = of every level.
 * @throws AppError COHORT_TOO_SMALL for fewer peers than the minimum, or when the filters leave out so few that two
 * answers would tell of them; INSUFFICIENT_DATA when the learner is in no list of the organization.
 */
export function peerComparison(
  userId: string,
  sources: PeerSources,
  filters: { level: LearnerLevel | 'own' | null; skillId: string | null; courseId: string | null },
  setting: Setting,
): Computed<PeerComparison> {
  const { people, roll, withSkill, onCourse } = sources;
  const own = people.places.get(userId);
  if (own === undefined)
    throw new AppError('INSUFFICIENT_DATA', 'The organization does not list this learner.', {
      details: [{ field: 'metrics', message: 'insufficient_data' }],
    });
  const { missing, note } = missingNotes();
  const levelOf = (place: number) => learnerLevel(roll.completions[place] ?? 0);
  const level = filters.level === 'own' ? levelOf(own) : filters.level;

  const others = Array.from({ length: people.places.size }, (_, place) => place).filter(
    (place) => place !== own,
  );
  const conditions = [
    ...(level === null ? [] : [(place: number) => levelOf(place) === level]),
    ...(withSkill === null ? [] : [(place: number) => withSkill.has(place)]),
    ...(onCourse === null ? [] : [(place: number) => onCourse.has(place)]),
  ];
  const peers = others.filter((place) => conditions.every((holds) => holds(place)));
  if (peers.length < setting.minimumCohort || !filtersAreSafe(others, conditions, setting.minimumCohort))
    throw tooSmall(setting.minimumCohort);

  const metrics = peerMetrics.map((metric) => {
    const value = figureOf(metric, sources, own);
    const known = Float64Array.from(
      peers.map((place) => figureOf(metric, sources, place)).filter((one) => !Number.isNaN(one)),
    ).sort();
    const told = Number.isNaN(value) ? null : round(value, 2);
    if (told === null) note('metrics[].value', 'insufficient_data');
    if (known.length < setting.minimumCohort) {
      for (const field of ['peerMedian', 'peerMean', 'percentile'])
        note(`metrics[].${field}`, known.length === 0 ? 'insufficient_data' : 'suppressed');
      return { metric, value: told, peerMedian: null, peerMean: null, percentile: null };
    }
    // One peer beyond the range would stand out of any rounding.
    const mean = known.reduce((sum, one) => sum + Math.min(one, ranges[metric]), 0) / known.length;
    const percentile = told === null ? null : midRankPercentile(value, [...known, value]);
    if (percentile === null) note('metrics[].percentile', 'insufficient_data');
    return {
      metric,
      value: told,
      peerMedian: hideOne(medianOf(known), known.length, ranges[metric]),
      peerMean: hideOne(mean, known.length, ranges[metric]),
      percentile: percentile === null ? null : hideOne(percentile, known.length),
    };
  });
  const insights = metrics.flatMap(({ metric, value, peerMedian }) => {
    if (value === null || peerMedian === null || peerMedian === 0) return [];
    const deltaPercent = round((100 * (value - peerMedian)) / peerMedian);
    if (Math.abs(deltaPercent) < notableDelta) return [];
    return [
      { code: deltaPercent > 0 ? ('above_peers' as const) : ('below_peers' as const), metric, deltaPercent },
    ];
  });
  return {
    data: {
      metrics,
      cohort: {
        scope: 'organization',
        size: peers.length,
        filters: { level, skillId: filters.skillId, courseId: filters.courseId },
      },
      insights,
    },
    missing,
  };
}
