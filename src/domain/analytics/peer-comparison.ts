import { AppError } from '../errors.ts';
import type { Practice, Questions, Results } from '../organization/columns.ts';
import type { People } from '../organization/people.ts';
import type { Roll } from '../organization/roll.ts';
import { filtersAreSafe } from '../privacy/filters.ts';
import { hideOne } from '../privacy/rounding.ts';
import type { Computed } from '../provenance.ts';
import type { Setting } from '../setting.ts';
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

/** A metric of a learner, and of the peers without the learner. Exact: not to be told as it is. */
export interface MetricStanding {
  /** The learner's own; null = not known. */
  value: number | null;
  /** Peers of whom it is known. */
  known: number;
  /** Their sum, each at most the greatest value that counts. */
  total: number;
  /** Null = known of nobody. */
  median: number | null;
  /** Peers with less, and with the same. */
  below: number;
  equal: number;
}

/** A learner among the peers that were asked for. Exact: not to be told as it is. */
export interface PeerStanding {
  /** Of the peers; null = any. */
  level: LearnerLevel | null;
  /** Peers. */
  size: number;
  metrics: Readonly<Record<PeerMetric, MetricStanding>>;
}

/** What the lists say of one person, for statistics that are kept. */
export interface PeerFigures {
  userId: string;
  level: LearnerLevel;
  completedCourses: number;
  /** Null = not known. */
  figures: Readonly<Record<PeerMetric, number | null>>;
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
function figureOf(metric: PeerMetric, sources: Omit<Lists, 'people'>, place: number): number {
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

type Lists = Pick<PeerSources, 'people' | 'roll' | 'results' | 'practice' | 'questions'>;

const nullIfUnknown = (value: number): number | null => (Number.isNaN(value) ? null : value);

const byMetric = <T>(of: (metric: PeerMetric) => T): Record<PeerMetric, T> =>
  Object.fromEntries(peerMetrics.map((metric) => [metric, of(metric)])) as Record<PeerMetric, T>;

/** Everybody of an organization with what peers are compared by. */
export function* peerFigures(lists: Lists): Generator<PeerFigures> {
  for (const [userId, place] of lists.people.places) {
    const completedCourses = lists.roll.completions[place] ?? 0;
    yield {
      userId,
      level: learnerLevel(completedCourses),
      completedCourses,
      figures: byMetric((metric) => nullIfUnknown(figureOf(metric, lists, place))),
    };
  }
}

/** A metric of one place among others. */
function metricStanding(
  metric: PeerMetric,
  sources: Lists,
  own: number,
  peers: readonly number[],
): MetricStanding {
  const value = nullIfUnknown(figureOf(metric, sources, own));
  const known = Float64Array.from(
    peers.map((place) => figureOf(metric, sources, place)).filter((one) => !Number.isNaN(one)),
  ).sort();
  return {
    value,
    known: known.length,
    // One peer beyond the range would stand out of any rounding.
    total: known.reduce((sum, one) => sum + Math.min(one, ranges[metric]), 0),
    median: known.length === 0 ? null : medianOf(known),
    below: value === null ? 0 : known.filter((one) => one < value).length,
    equal: value === null ? 0 : known.filter((one) => one === value).length,
  };
}

/** Mid-rank percentile of the learner in the group of the peers and the learner. */
const percentileOf = ({ below, equal, known }: MetricStanding): number =>
  (100 * (below + (equal + 1) / 2)) / (known + 1);

/**
 * What may be told of a standing that was worked out exactly; null rule and rounding as in `peerComparison`. That the group
 * is large enough has been looked at.
 */
function tellStanding(
  { level, size, metrics: standings }: PeerStanding,
  filters: { skillId: string | null; courseId: string | null },
  setting: Setting,
): Computed<PeerComparison> {
  const { missing, note } = missingNotes();
  const metrics = peerMetrics.map((metric) => {
    const standing = standings[metric];
    const { value, known, median, total } = standing;
    const told = value === null ? null : round(value, 2);
    if (told === null) note('metrics[].value', 'insufficient_data');
    if (known < setting.minimumCohort || median === null) {
      for (const field of ['peerMedian', 'peerMean', 'percentile'])
        note(`metrics[].${field}`, known === 0 ? 'insufficient_data' : 'suppressed');
      return { metric, value: told, peerMedian: null, peerMean: null, percentile: null };
    }
    if (told === null) note('metrics[].percentile', 'insufficient_data');
    return {
      metric,
      value: told,
      peerMedian: hideOne(median, known, ranges[metric]),
      peerMean: hideOne(total / known, known, ranges[metric]),
      percentile: told === null ? null : hideOne(percentileOf(standing), known),
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
      cohort: { scope: 'organization', size, filters: { level, ...filters } },
      insights,
    },
    missing,
  };
}

/**
 * `peerComparison` of a standing that was worked out beforehand, for no skill and no course.
 * @param others everybody of the organization but the learner, the peers among them.
 * @throws AppError COHORT_TOO_SMALL as `peerComparison` does.
 */
export function keptPeerComparison(
  standing: PeerStanding,
  others: number,
  setting: Setting,
): Computed<PeerComparison> {
  const { level, size } = standing;
  const { minimumCohort } = setting;
  // As many of each kind as decide it.
  const some = (people: number, isPeer: boolean) =>
    Array.from({ length: Math.min(people, minimumCohort) }, () => isPeer);
  const people = [...some(size, true), ...some(others - size, false)];
  const conditions = level === null ? [] : [(isPeer: boolean) => isPeer];
  if (size < minimumCohort || !filtersAreSafe(people, conditions, minimumCohort))
    throw tooSmall(minimumCohort);
  return tellStanding(standing, { skillId: null, courseId: null }, setting);
}

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

  const { skillId, courseId } = filters;
  const metrics = byMetric((metric) => metricStanding(metric, sources, own, peers));
  return tellStanding({ level, size: peers.length, metrics }, { skillId, courseId }, setting);
}
