/** What of each analytic a report shows, in which order and as what. One table; the words for it are in words.ts. */
import type { Word } from './words.ts';

/** How a value is to be read; `code` is one of ours and has a word in every language. */
export const kinds = [
  'count',
  'decimal',
  'percent',
  'score',
  'probability',
  'weeks',
  'minutes',
  'interval',
  'day',
  'instant',
  'month',
  'code',
  'codes',
  'text',
] as const;
export type Kind = (typeof kinds)[number];

/** Where in the result the name stands for an id: a list, and in each of its items the id and the name. */
export interface NamedBy {
  rows: string;
  id: string;
  name: string;
}

/**
 * Dotted path into the result, its kind, its label where that is not the last step of the path, and where an id has
 * its name.
 */
export type FieldView = readonly [path: string, kind: Kind, label?: Word, named?: NamedBy];

export type ChartView =
  /** A list of the result, one point each. */
  | { kind: 'line'; label: Word; rows: string; x: string; y: string; max?: number }
  /** A list of numbers, in bins of ten. */
  | { kind: 'columns'; label: Word; rows: string }
  /** Figures beside each other. */
  | { kind: 'bars'; label: Word; of: readonly FieldView[]; max?: number };

export interface TableView {
  label: Word;
  rows: string;
  columns: readonly FieldView[];
}

export interface View {
  figures: readonly FieldView[];
  /** Paths of the figures that a summary tells of. */
  highlights: readonly string[];
  charts: readonly ChartView[];
  tables: readonly TableView[];
}

export const views: Readonly<Record<string, View>> = {
  'learner.velocity': {
    figures: [
      ['currentPace', 'decimal'],
      ['targetPace', 'decimal'],
      ['status', 'code'],
      ['trend', 'code'],
      ['trendPercent', 'percent'],
      ['remainingTopics', 'count'],
      ['estimatedCompletion', 'day'],
    ],
    highlights: ['currentPace', 'status', 'trend'],
    charts: [
      { kind: 'line', label: 'topicsCompleted', rows: 'weekly', x: 'weekStart', y: 'topicsCompleted' },
    ],
    tables: [
      {
        label: 'milestones',
        rows: 'milestones',
        columns: [
          ['name', 'text', 'course'],
          ['completedAt', 'instant'],
          ['daysToComplete', 'count'],
        ],
      },
    ],
  },
  'learner.skill-gap': {
    figures: [
      ['coveragePercent', 'percent'],
      ['totalGaps', 'count'],
      ['criticalGaps', 'count'],
    ],
    highlights: ['coveragePercent', 'criticalGaps'],
    charts: [],
    tables: [
      {
        label: 'gaps',
        rows: 'gaps',
        columns: [
          ['skillName', 'text', 'skill'],
          ['category', 'text'],
          ['currentLevel', 'decimal'],
          ['requiredLevel', 'decimal'],
          ['gap', 'decimal'],
          ['priority', 'code'],
          ['estimatedWeeksToClose', 'weeks'],
        ],
      },
    ],
  },
  'learner.engagement': {
    figures: [
      ['overallScore', 'score'],
      ['level', 'code', 'engagementLevel'],
      ['trend', 'code'],
      ['trendPercent', 'percent'],
      ['activeDays', 'count'],
      ['sessionsPerWeek', 'decimal'],
      ['averageSessionMinutes', 'minutes'],
      ['lastActiveAt', 'instant'],
      ['peerPercentile', 'decimal'],
    ],
    highlights: ['overallScore', 'level', 'trend'],
    charts: [
      { kind: 'line', label: 'scoreByWeek', rows: 'weekly', x: 'weekStart', y: 'score', max: 100 },
      {
        kind: 'bars',
        label: 'partsOfScore',
        of: [
          ['parts.consistency', 'score'],
          ['parts.time', 'score'],
          ['parts.quality', 'score'],
          ['parts.diversity', 'score'],
        ],
        max: 100,
      },
      {
        kind: 'bars',
        label: 'minutesByType',
        of: [
          ['byType.video', 'minutes'],
          ['byType.reading', 'minutes'],
          ['byType.practice', 'minutes'],
          ['byType.assessment', 'minutes'],
          ['byType.discussion', 'minutes'],
        ],
      },
    ],
    tables: [],
  },
  'learner.mastery': {
    figures: [
      ['overallPercent', 'percent', 'masteryPercent'],
      ['masteredSkills', 'count'],
      ['inProgressSkills', 'count'],
    ],
    highlights: ['overallPercent', 'masteredSkills'],
    charts: [
      {
        kind: 'bars',
        label: 'skillsByLevel',
        of: [
          ['distribution.beginner', 'count'],
          ['distribution.intermediate', 'count'],
          ['distribution.advanced', 'count'],
          ['distribution.expert', 'count'],
        ],
      },
    ],
    tables: [
      {
        label: 'skills',
        rows: 'skills',
        columns: [
          ['skillName', 'text', 'skill'],
          ['masteryPercent', 'percent'],
          ['level', 'code'],
          ['status', 'code'],
          ['successProbability', 'probability'],
          ['weeksToMaster', 'weeks'],
        ],
      },
    ],
  },
  'learner.performance': {
    figures: [
      ['averageScore', 'score'],
      ['medianScore', 'score'],
      ['trend', 'code'],
      ['assessmentsTaken', 'count'],
      ['passRatePercent', 'interval'],
      ['expectedNextScore', 'interval'],
      ['tardiness.onTime', 'count'],
      ['tardiness.late', 'count'],
      ['tardiness.missing', 'count'],
      ['tardiness.floating', 'count'],
    ],
    highlights: ['averageScore', 'trend', 'passRatePercent'],
    charts: [
      { kind: 'line', label: 'recentScores', rows: 'recentScores', x: 'submittedAt', y: 'score', max: 100 },
    ],
    tables: [
      {
        label: 'bySkill',
        rows: 'bySkill',
        columns: [
          ['skillName', 'text', 'skill'],
          ['averageScore', 'score'],
          ['attempts', 'count'],
          ['trend', 'code'],
        ],
      },
    ],
  },
  'learner.content-effectiveness': {
    figures: [
      ['mostEffective', 'code'],
      ['leastEffective', 'code'],
    ],
    highlights: ['mostEffective'],
    charts: [],
    tables: [
      {
        label: 'contentTypes',
        rows: 'byType',
        columns: [
          ['contentType', 'code'],
          ['effectivenessScore', 'score'],
          ['completionPercent', 'percent'],
          ['gain', 'interval'],
          ['items', 'count'],
          ['minutes', 'minutes'],
        ],
      },
      {
        label: 'recommendations',
        rows: 'recommendations',
        columns: [
          ['code', 'code', 'recommendation'],
          ['contentType', 'code'],
        ],
      },
    ],
  },
  'trainer.course-performance': {
    figures: [
      ['totalCourses', 'count'],
      ['totalLearners', 'count'],
      ['completionPercent', 'percent'],
      ['averageRating', 'decimal'],
    ],
    highlights: ['totalCourses', 'totalLearners', 'completionPercent', 'averageRating'],
    charts: [],
    tables: [
      {
        label: 'courses',
        rows: 'courses',
        columns: [
          ['title', 'text', 'course'],
          ['enrollments', 'count'],
          ['active', 'count'],
          ['completions', 'count'],
          ['withdrawals', 'count'],
          ['completionPercent', 'percent'],
          ['averageScore', 'score'],
          ['averageRating', 'decimal'],
          ['enrollmentTrend', 'code'],
        ],
      },
    ],
  },
  'trainer.course-health': {
    figures: [
      ['healthy', 'count'],
      ['watch', 'count'],
      ['atRisk', 'count', 'coursesAtRisk'],
    ],
    highlights: ['healthy', 'watch', 'atRisk'],
    charts: [
      {
        kind: 'bars',
        label: 'coursesByHealth',
        of: [
          ['healthy', 'count'],
          ['watch', 'count'],
          ['atRisk', 'count', 'coursesAtRisk'],
        ],
      },
    ],
    tables: [
      {
        label: 'courses',
        rows: 'courses',
        columns: [
          ['title', 'text', 'course'],
          ['healthScore', 'score'],
          ['status', 'code'],
          ['parts.completion', 'score'],
          ['parts.engagement', 'score'],
          ['parts.outcomes', 'score'],
          ['parts.retention', 'score'],
          ['parts.satisfaction', 'score'],
        ],
      },
    ],
  },
  'trainer.student-distribution': {
    figures: [
      ['totalLearners', 'count'],
      ['quartiles.p25', 'score'],
      ['quartiles.p50', 'score'],
      ['quartiles.p75', 'score'],
      ['quartiles.p90', 'score'],
    ],
    highlights: ['totalLearners', 'quartiles.p50'],
    charts: [
      { kind: 'columns', label: 'scoreHistogram', rows: 'scoreHistogram' },
      {
        kind: 'bars',
        label: 'byProgress',
        of: [
          ['byProgress.notStarted', 'count'],
          ['byProgress.inProgress', 'count'],
          ['byProgress.completed', 'count'],
          ['byProgress.withdrawn', 'count'],
        ],
      },
      {
        kind: 'bars',
        label: 'byPerformance',
        of: [
          ['byPerformance.struggling', 'count'],
          ['byPerformance.onTrack', 'count'],
          ['byPerformance.excelling', 'count'],
          ['byPerformance.noGradeYet', 'count'],
        ],
      },
      {
        kind: 'bars',
        label: 'skillsByLevel',
        of: [
          ['byLevel.beginner', 'count'],
          ['byLevel.intermediate', 'count'],
          ['byLevel.advanced', 'count'],
          ['byLevel.expert', 'count'],
          ['byLevel.unknown', 'count'],
        ],
      },
    ],
    tables: [
      {
        label: 'learnersAtRisk',
        rows: 'atRisk',
        columns: [
          ['fullName', 'text', 'learner'],
          ['riskProbability', 'probability'],
          ['reasons', 'codes'],
        ],
      },
    ],
  },
  'trainer.teaching-effectiveness': {
    figures: [
      ['overallScore', 'score'],
      ['passRateVsPeers.delta', 'decimal', 'passRateVsPeers'],
      ['passRateVsPeers.percentile', 'decimal', 'peerPercentile'],
      ['learningGain.cohensD', 'decimal'],
      ['satisfaction.average', 'decimal', 'averageRating'],
      ['satisfaction.trend', 'code', 'satisfactionTrend'],
      ['satisfaction.responses', 'count'],
      ['peers.n', 'count', 'peers'],
      ['strengths', 'codes'],
      ['improvements', 'codes'],
    ],
    highlights: ['overallScore', 'satisfaction.average', 'satisfaction.trend'],
    charts: [
      {
        kind: 'bars',
        label: 'partsOfScore',
        of: [
          ['parts.passRate', 'score'],
          ['parts.completion', 'score'],
          ['parts.learningGain', 'score'],
          ['parts.satisfaction', 'score'],
          ['parts.firstTryPass', 'score'],
        ],
        max: 100,
      },
    ],
    tables: [],
  },
  'organization.learning-velocity': {
    figures: [
      ['overallPace', 'decimal', 'currentPace'],
      ['targetPace', 'decimal'],
      ['trend', 'code'],
      ['onTrackPercent', 'percent'],
      ['learners', 'count'],
      ['active', 'count'],
      ['completionWeeks.median', 'weeks', 'completionWeeksMedian'],
      ['completionWeeks.p90', 'weeks', 'completionWeeksP90'],
    ],
    highlights: ['learners', 'overallPace', 'trend', 'onTrackPercent'],
    charts: [{ kind: 'line', label: 'paceByMonth', rows: 'monthly', x: 'month', y: 'pace' }],
    tables: [
      {
        label: 'departments',
        rows: 'departments',
        columns: [
          ['name', 'text', 'department'],
          ['learners', 'count'],
          ['pace', 'decimal'],
          ['onTrackPercent', 'percent'],
        ],
      },
    ],
  },
  'organization.strategic-alignment': {
    figures: [
      ['overallPercent', 'percent', 'alignmentPercent'],
      ['estimatedWeeksToClose', 'weeks'],
    ],
    highlights: ['overallPercent'],
    charts: [],
    tables: [
      {
        label: 'goals',
        rows: 'goals',
        columns: [
          ['name', 'text', 'goal'],
          ['weight', 'decimal'],
          ['alignmentPercent', 'percent'],
          ['aligned', 'count'],
          ['total', 'count'],
          ['status', 'code'],
        ],
      },
      {
        label: 'gaps',
        rows: 'criticalGaps',
        columns: [
          ['name', 'text', 'skill'],
          ['shortfall', 'decimal'],
        ],
      },
      {
        label: 'actions',
        rows: 'actions',
        columns: [
          ['code', 'code', 'action'],
          ['skillId', 'text', 'skill', { rows: 'criticalGaps', id: 'skillId', name: 'name' }],
          ['people', 'count'],
        ],
      },
    ],
  },
  'organization.department-analytics': {
    figures: [],
    highlights: [],
    charts: [],
    tables: [
      {
        label: 'departments',
        rows: 'departments',
        columns: [
          ['name', 'text', 'department'],
          ['learners', 'count'],
          ['completionPercent', 'percent'],
          ['engagementScore', 'score'],
          ['averageScore', 'score'],
          ['skillsCovered', 'count'],
          ['trend', 'code'],
        ],
      },
    ],
  },
  'organization.learning-culture': {
    figures: [['overallScore', 'score']],
    highlights: ['overallScore'],
    charts: [
      { kind: 'line', label: 'scoreByMonth', rows: 'history', x: 'month', y: 'score', max: 100 },
      {
        kind: 'bars',
        label: 'partsOfScore',
        of: [
          ['parts.voluntaryParticipation', 'score'],
          ['parts.voluntaryCompletion', 'score'],
          ['parts.knowledgeSharing', 'score'],
          ['parts.mentoring', 'score'],
          ['parts.continuity', 'score'],
        ],
        max: 100,
      },
    ],
    tables: [],
  },
};
