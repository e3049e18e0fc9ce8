import { z } from 'zod';
import { enrollmentTrends } from '../../../domain/analytics/course-figures.ts';
import { coursePerformance as computeCoursePerformance } from '../../../domain/analytics/course-performance.ts';
import { defineAnalytic } from '../define.ts';
import { amount, codes, count, id, percent, score, text } from '../fields.ts';
import { courseFacts, rollsAttemptsAndFeedback, trainerCourses } from './course-sources.ts';
import { courseQuestion, trainerQuery } from './query.ts';

const rating = (description: string) => amount(`${description} (rating, 1–5)`).min(1).max(5);

export const coursePerformance = defineAnalytic({
  id: 'trainer.course-performance',
  version: 1,
  path: '/analytics/trainer/course-performance/:trainerId',
  subject: 'trainer',
  summary: 'How the courses of a trainer do: places, completion, scores and ratings',
  definition: {
    formula:
      'enrollments = people of the trainer’s organization on the roll (each once); with startDate or endDate those who enrolled in the range, without all. active = enrolled or in progress and last activity in the 14 days before now. completionPercent = 100 × completions / enrollments; over all courses places are added up. A person’s score = mean of the latest scored hand-in per assessment by assessment weight (unknown weight counts 1); averageScore = mean, medianScore = median of the people’s scores. averageRating = (sum of ratings + 5 × prior) / (ratings + 5), prior = mean of all the trainer’s ratings; each person’s latest rating counts. enrollmentTrend: enrolments per week over the last 12 whole weeks, whatever the range; rising or falling only when Mann–Kendall gives p < 0.1 (Theil–Sen sign). Means, medians and percents of n people are rounded to the smallest step of 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50 or 100 % of their range for which n × step ≥ range.',
    unit: 'people and places; percent and score, 0–100; rating, 1–5',
    population:
      'the people of the trainer’s own organization in the trainer’s courses; peers are not compared',
    nullRule:
      'A course with fewer people than the minimum (usually 10) is suppressed, and with it the smallest others until at least two courses with together at least the minimum are; the courses asked for one by one follow the same rule. Counts by state from which a small one could be recomputed, completionPercent of a suppressed count, means of fewer than the minimum of scores or ratings: suppressed. Totals from which a suppressed figure could be recomputed: suppressed. active is null when no activity is known, enrollmentTrend under 10 enrolments in the 12 weeks, a share or mean of nobody always: insufficient_data.',
  },
  query: trainerQuery,
  result: z.object({
    totalCourses: count('courses of the trainer, or 1 when one is asked for').nullable(),
    totalLearners: count('different people in these courses').nullable(),
    completionPercent: percent('completions of all places in these courses').nullable(),
    averageRating: rating('Bayesian average of all ratings of these courses').nullable(),
    courses: z
      .array(
        z.object({
          courseId: id('a course of the trainer'),
          title: text('its title').nullable(),
          enrollments: count('people enrolled, in whatever state they are now').nullable(),
          active: count('going on and seen within the last 14 days').nullable(),
          completions: count('people who completed it').nullable(),
          withdrawals: count('people who withdrew').nullable(),
          completionPercent: percent('completions of all enrolments').nullable(),
          averageScore: score('mean of the people’s scores').nullable(),
          medianScore: score('median of the people’s scores').nullable(),
          averageRating: rating('Bayesian average, prior worth 5 ratings').nullable(),
          ratings: count('people who rated it').nullable(),
          enrollmentTrend: codes(
            enrollmentTrends,
            'weekly enrolments of the last 12 whole weeks, by Mann–Kendall at 0.1',
          ).nullable(),
        }),
      )
      .nullable()
      .meta({ description: 'by course id' }),
  }),
  cache: 'trainer',
  rate: 'standard',
  sources: trainerCourses,
  dependent: {
    services: ['courses', 'assessment'],
    required: ['rolls'],
    start: rollsAttemptsAndFeedback,
  },
  affects: {
    courses: ['totalCourses', 'totalLearners', 'completionPercent', 'averageRating', 'courses'],
    rolls: ['totalLearners', 'completionPercent', 'courses[].enrollments'],
    attempts: ['courses[].averageScore', 'courses[].medianScore'],
    feedback: ['averageRating', 'courses[].averageRating', 'courses[].ratings'],
  },
  compute: (found, request, setting) =>
    computeCoursePerformance(courseFacts(found, request), courseQuestion(request, setting), setting),
});
