import { z } from 'zod';
import { type CourseFacts, peopleOn } from '../../../domain/analytics/course-facts.ts';
import {
  teachingEffectiveness as computeEffectiveness,
  teachingParts,
} from '../../../domain/analytics/teaching-effectiveness.ts';
import { type PeerCourse, peersOf } from '../../../domain/analytics/teaching-peers.ts';
import { satisfactionTrends } from '../../../domain/analytics/teaching-satisfaction.ts';
import { peerCoursesOf } from '../../organization/peer-courses.ts';
import { type AnalyticRequest, defineAnalytic } from '../define.ts';
import { amount, codes, count, percent, score } from '../fields.ts';
import { courseFacts, rollsAttemptsAndFeedback, trainerCourses } from './course-sources.ts';
import { courseQuestion, trainerQuery } from './query.ts';

const part = codes(teachingParts, 'a part');
const fromHandIns = ['parts.passRate', 'parts.firstTryPass', 'parts.learningGain', 'learningGain'];
const fromRatings = [
  'parts.satisfaction',
  'satisfaction.average',
  'satisfaction.trend',
  'satisfaction.responses',
];
/** What any part counts in. */
const whole = ['overallScore', 'strengths', 'improvements'];
const all = [...fromHandIns, ...fromRatings, ...whole, 'parts.completion', 'passRateVsPeers', 'peers.n'];

/** Comparable courses of other trainers; null where they are not known. */
function peersAmong(
  facts: readonly CourseFacts[] | null,
  candidates: readonly PeerCourse[] | null,
  { subject, query }: AnalyticRequest<{ courseId?: string | undefined }>,
) {
  if (facts === null || candidates === null) return null;
  const asked = facts.filter(
    ({ course }) => query.courseId === undefined || course.courseId === query.courseId,
  );
  const own = asked.map(({ course: { courseId, level }, roll }) => ({
    courseId,
    level,
    people: peopleOn(roll ?? [], subject.organizationId).length,
  }));
  return peersOf(own, subject.id, candidates);
}

export const teachingEffectiveness = defineAnalytic({
  id: 'trainer.teaching-effectiveness',
  version: 2,
  path: '/analytics/trainer/teaching-effectiveness/:trainerId',
  subject: 'trainer',
  summary: 'How well a trainer teaches, and beside comparable courses',
  definition: {
    formula:
      'overallScore = mean of the known parts, at least three. passRate = share of the latest scored hand-ins per person, course and assessment that passed, firstTryPass = share of the first hand-ins that passed, baselines left out of both. completion = topics finished of those that should be by now, over those going on or completed, as in the course health. learningGain: per person and course first baseline score against last post-course score; cohensD = difference of the means over the pooled standard deviation with its 95 % interval; as a part Cohen’s U3 = 100 Φ(d), 50 when nothing is gained. satisfaction = Bayesian average of the latest rating per person and course (prior 3.5, worth five), 1–5 mapped to 0–100; average = their mean; trend = Theil–Sen over monthly means of at least three ratings, told when Mann–Kendall gives p < 0.1. passRateVsPeers: delta = passRate less the mean of comparable courses of others (same level, half to one and a half times the people), percentile = 100 Φ(z) among them. strengths: parts ≥ 75; improvements: parts < 55. A figure over several courses leaves out courses in which too few people are behind it, unless these are enough together. All are rounded so that no single person shows. startDate and endDate choose people by the day they enrolled; without them all count.',
    unit: 'percent and score, 0–100; ratings 1–5; Cohen’s d in pooled standard deviations',
    population:
      'people of the trainer’s organization on the rolls of the trainer’s courses; peers: comparable courses of others',
    nullRule:
      'Fewer people than the minimum behind a figure: suppressed. Nobody, or scores that do not vary: insufficient_data. Fewer than three parts: no score. While the service behind a part fails: no part, score, strengths or improvements. Fewer than three months: no trend. Peers not known: insufficient_data; fewer peer courses than the minimum: suppressed.',
  },
  query: trainerQuery,
  result: z.object({
    overallScore: score('mean of the known parts').nullable(),
    parts: z.object({
      passRate: percent('latest scored hand-ins that passed').nullable(),
      completion: percent('topics finished of those that should be by now').nullable(),
      learningGain: percent(
        'share of those before a course whom the average person after it surpasses',
      ).nullable(),
      satisfaction: percent('Bayesian average rating, 1–5 mapped to 0–100').nullable(),
      firstTryPass: percent('first hand-ins that passed').nullable(),
    }),
    passRateVsPeers: z
      .object({
        delta: amount('pass rate less the mean of comparable courses (points)'),
        percentile: percent('place among comparable courses, 100 Φ(z)').nullable(),
      })
      .nullable(),
    learningGain: z
      .object({
        cohensD: amount('scores after less scores before (pooled standard deviations)'),
        low: amount('lower end of the 95 % interval'),
        high: amount('upper end of the 95 % interval'),
        n: count('pairs of scores'),
      })
      .nullable(),
    satisfaction: z.object({
      average: z.number().min(1).max(5).meta({ description: 'mean rating (1–5)' }).nullable(),
      trend: codes(satisfactionTrends, 'of the monthly means').nullable(),
      responses: count('ratings').nullable(),
    }),
    strengths: z.array(part).nullable().meta({ description: 'parts of at least 75' }),
    improvements: z.array(part).nullable().meta({ description: 'parts under 55' }),
    peers: z.object({ n: count('comparable courses of others').nullable() }),
  }),
  cache: 'trainer',
  rate: 'standard',
  sources: trainerCourses,
  optional: (upstreams, { subject, now }) =>
    subject.organizationId === null
      ? {}
      : { candidates: peerCoursesOf(upstreams, subject.organizationId, now) },
  dependent: {
    services: ['courses', 'assessment'],
    required: ['rolls'],
    start: rollsAttemptsAndFeedback,
  },
  affects: {
    courses: all,
    rolls: all,
    attempts: [...fromHandIns, ...whole, 'passRateVsPeers'],
    feedback: [...fromRatings, ...whole],
    candidates: ['passRateVsPeers', 'peers.n'],
  },
  compute: (found, request, setting) =>
    computeEffectiveness(
      courseFacts(found, request),
      peersAmong(courseFacts(found, request), found.candidates ?? null, request),
      courseQuestion(request, setting),
      setting,
    ),
});
