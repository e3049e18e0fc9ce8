import { z } from 'zod';
import { alertCodes } from '../../../domain/analytics/course-alerts.ts';
import { courseHealth as computeHealth, healthStatuses } from '../../../domain/analytics/course-health.ts';
import type { Baseline } from '../../../domain/analytics/course-survival.ts';
import type { ContentItem } from '../../../domain/learning/content.ts';
import type { Course } from '../../../domain/learning/enrolment.ts';
import type { Roll } from '../../../domain/organization/roll.ts';
import { kaplanMeierOfCounts } from '../../../domain/statistics/survival.ts';
import { rollOf } from '../../organization/walks.ts';
import { defineAnalytic } from '../define.ts';
import { amount, codes, count, id, percent, score, text } from '../fields.ts';
import { courseFacts, rollsAttemptsAndFeedback, trainerCourses } from './course-sources.ts';
import { chosenCourses, courseQuestion, trainerQuery } from './query.ts';

const askedOf = (courses: readonly Course[] | null, courseId: string | undefined): readonly Course[] =>
  courses === null ? [] : chosenCourses(courses, courseId);

/** The topics of each course in the order in which its contents come. */
function topicsOf(
  courses: readonly Course[],
  contents: readonly (readonly ContentItem[] | null)[] | null,
): Map<string, readonly string[]> {
  return new Map(
    courses.flatMap(({ courseId }, index) => {
      const items = contents?.[index];
      if (!items) return [];
      return [[courseId, [...new Set(items.flatMap(({ topicId }) => topicId ?? []))]] as const];
    }),
  );
}

/** Survival of all enrolments of the organization; `undefined` = there is none to ask about. */
function baselineOf(roll: Roll | null | undefined): Baseline {
  if (roll === undefined) return 'none';
  return roll && kaplanMeierOfCounts(roll.toWithdrawal.events, roll.toWithdrawal.censored);
}

const all = ['healthy', 'watch', 'atRisk', 'courses'];
/** What any part counts in. */
const whole = ['healthy', 'watch', 'atRisk', 'courses[].healthScore', 'courses[].status'];

export const courseHealth = defineAnalytic({
  id: 'trainer.course-health',
  version: 1,
  path: '/analytics/trainer/course-health/:trainerId',
  subject: 'trainer',
  summary: 'How healthy a trainer’s courses are, and what to look at',
  definition: {
    formula:
      'healthScore = .30 completion + .20 engagement + .20 outcomes + .20 retention + .10 satisfaction, the weights of unknown parts given to the others; healthy ≥ 75, watch ≥ 55, else at_risk. completion = 100 × min(1, Σ finished topics / Σ topics × share of the time from enrolment to due date) over those going on or completed. engagement = share of those going on with an activity in the last 14 days. outcomes = share of the latest scored hand-ins per person and assessment that passed, baselines left out. retention = 100 × Kaplan–Meier survival (event: withdrawal, whole weeks since enrolment) at the last week with enough people at risk, over that of the organization’s courses where it is known, at most 100. satisfaction = Bayesian average of the latest rating of each person (prior 3.5, worth five), 1–5 mapped to 0–100. survival = that curve up to that week, at most 52. Alerts: dropout_spike: Pettitt change point upwards in the weekly hazards with p < 0.1, or a hazard above three times the median of the other weeks; topic_where_most_stop: at least half of those who withdrew or were inactive for 28 days with topics left had finished equally many, the topic is the next one in the order of the contents; engagement_falling: hand-ins per person over the last eight whole weeks fall (Theil–Sen, Mann–Kendall p < 0.1), value = change along the line in percent of its start; rating_drop: mean rating of the last 90 days at least 0.5 below that before. Parts and alerts are rounded so that no single person shows. startDate and endDate choose people by the day they enrolled; without them all count.',
    unit: 'percent and score, 0–100; rating_drop in points of 1–5',
    population: 'people of the trainer’s organization on the roll of each course',
    nullRule:
      'Fewer people than the minimum behind a part: suppressed. Nobody or nothing measured: insufficient_data. Fewer than three parts: no score and status. While the service behind a part fails: no part, score, status or numbers of courses. Of a course with fewer people than the minimum, or the one that would give it away, only the title is told. Numbers of courses count those with a status.',
  },
  query: trainerQuery,
  result: z.object({
    healthy: count('courses with a health score of at least 75').nullable(),
    watch: count('courses with a health score of at least 55 and under 75').nullable(),
    atRisk: count('courses with a health score under 55').nullable(),
    courses: z
      .array(
        z.object({
          courseId: id('a course'),
          title: text('its title').nullable(),
          healthScore: score('weighted mean of the known parts').nullable(),
          status: codes(healthStatuses, 'healthy ≥ 75, watch ≥ 55').nullable(),
          parts: z.object({
            completion: percent('topics finished of those that should be by now').nullable(),
            engagement: percent('active in the last 14 days, of those going on').nullable(),
            outcomes: percent('latest scored hand-ins that passed').nullable(),
            retention: percent('still there, against the organization’s courses where known').nullable(),
            satisfaction: percent('Bayesian average rating, 1–5 mapped to 0–100').nullable(),
          }),
          survival: z
            .array(
              z.object({
                week: count('whole weeks since enrolment, 0–52'),
                remainingPercent: percent('not withdrawn by the end of the week (Kaplan–Meier)'),
              }),
            )
            .nullable(),
          alerts: z
            .array(
              z.object({
                code: codes(alertCodes, 'what to look at'),
                week: count('whole weeks since enrolment; of dropout_spike').optional(),
                topicId: id('the topic before which most stop; of topic_where_most_stop')
                  .nullable()
                  .optional(),
                value: amount(
                  'dropout_spike: hazard of the week (percent); topic_where_most_stop: share of those who stopped (percent); engagement_falling: change (percent, below 0); rating_drop: points of 1–5',
                ),
              }),
            )
            .nullable(),
        }),
      )
      .nullable(),
  }),
  cache: 'trainer',
  rate: 'standard',
  sources: trainerCourses,
  optional: (upstreams, { subject, now }) =>
    subject.organizationId === null
      ? {}
      : { organizationRoll: rollOf(upstreams, subject.organizationId, now) },
  dependent: {
    services: ['courses', 'assessment', 'content'],
    required: ['rolls'],
    start: (upstreams, found, request) => ({
      ...rollsAttemptsAndFeedback(upstreams, found, request),
      contents: askedOf(found.courses, request.query.courseId).map(({ courseId }) =>
        upstreams.content.contents(courseId),
      ),
    }),
  },
  affects: {
    courses: all,
    rolls: all,
    attempts: [...whole, 'courses[].parts.outcomes', 'courses[].alerts'],
    feedback: [...whole, 'courses[].parts.satisfaction', 'courses[].alerts'],
    contents: ['courses[].alerts[].topicId'],
    organizationRoll: [...whole, 'courses[].parts.retention'],
  },
  compute: (found, request, setting) => {
    const chosen = askedOf(found.courses, request.query.courseId);
    return computeHealth(
      courseFacts(found, request),
      courseQuestion(request, setting),
      { topicIds: topicsOf(chosen, found.contents), baseline: baselineOf(found.organizationRoll) },
      setting,
    );
  },
});
