import { z } from 'zod';
import { engagement } from '../../../domain/analytics/engagement.ts';
import { velocity } from '../../../domain/analytics/velocity.ts';
import { AppError } from '../../../domain/errors.ts';
import type { Enrolment } from '../../../domain/learning/enrolment.ts';
import {
  type CourseAsked,
  dropOffRisks,
  riskModels,
  riskStatuses,
} from '../../../domain/prediction/drop-off-risk.ts';
import { interventionCodes, urgencies } from '../../../domain/prediction/interventions.ts';
import { riskLevels } from '../../../domain/prediction/levels.ts';
import { type RuleInputs, ruleFactors } from '../../../domain/prediction/rules.ts';
import { signalNames } from '../../../domain/prediction/signals.ts';
import { toldOfRisk } from '../../../domain/prediction/told.ts';
import type { Setting } from '../../../domain/setting.ts';
import { type AnalyticRequest, defineAnalytic, lastDaysWindow } from '../define.ts';
import {
  amount,
  codes,
  count,
  historyDays,
  id,
  idQuery,
  languageQuery,
  percent,
  probability,
  text,
} from '../fields.ts';
import { dayRange } from '../range.ts';

const query = z.strictObject({ courseId: idQuery('only this course'), language: languageQuery });
type Request = AnalyticRequest<z.output<typeof query>>;

const isGoingOn = ({ status }: Pick<Enrolment, 'status'>) =>
  status === 'enrolled' || status === 'in_progress';

/** The courses that are asked about: the one that is named, else all that the learner is going on in. */
const askedOf = (progress: readonly Enrolment[] | null, { courseId }: Request['query']): Enrolment[] =>
  (progress ?? []).filter((one) => (courseId === undefined ? isGoingOn(one) : one.courseId === courseId));

/** Each trainer of the asked courses once: their lists say when a course was published. */
const trainersOf = (enrolments: readonly Enrolment[]): string[] => [
  ...new Set(enrolments.flatMap(({ trainerId }) => trainerId ?? [])),
];

/** A course that the learner is not in; there is nothing to look up. */
const notTaken = (courseId: string): CourseAsked => ({
  ...{ courseId, title: null, roll: [], attempts: null, usage: null, publishedAt: null },
});

type ActivitySources = Parameters<typeof engagement>[1];

/** What `rule-v1` looks at; too little history for a pace is a pace that cannot be compared. */
function ruleInputsOf(sources: ActivitySources, subject: Request['subject'], setting: Setting): RuleInputs {
  const range = dayRange({}, setting);
  const learner = { userId: subject.id, organizationId: subject.organizationId };
  const { overallScore, lastActiveAt } = engagement(learner, sources, null, range, setting).data;
  return {
    engagementScore: overallScore,
    paceTrendPercent: paceTrendOf(sources.enrolments, subject.id, setting),
    lastActiveAt: lastActiveAt === null ? null : Date.parse(lastActiveAt),
  };
}

function paceTrendOf(progress: readonly Enrolment[] | null, userId: string, setting: Setting): number | null {
  try {
    return velocity(userId, progress, dayRange({}, setting), setting).data.trendPercent;
  } catch (error) {
    if (error instanceof AppError && error.code === 'INSUFFICIENT_DATA') return null;
    throw error;
  }
}

const told = [
  'riskProbability',
  'riskLevel',
  'notPassingProbability',
  'baselineLogOdds',
  'factors',
  'interventions',
  'narrative',
];
/** All that the model says. */
const everything = [
  ...['status', 'model', 'horizonDays', ...told].map((name) => `risks[].${name}`),
  'overall',
];
/** What stands on the rule alone. */
const byRule = told.map((name) => `risks[model=rule-v1].${name}`);

export const dropOffRisk = defineAnalytic({
  id: 'predictive.drop-off-risk',
  version: 2,
  path: '/analytics/predictive/drop-off-risk/:userId',
  subject: 'learner',
  summary: 'How likely a learner is to leave a course within four weeks, why, and what to do',
  definition: {
    formula:
      'Logistic regression, trained on the 2013 presentations of the Open University (docs/model-card-drop-off-risk.md), on signals relative to the same run of the course: missing work, lateness, scores, progress, own views (all, and those of the last 14 days), days since the last activity where views are not known, and how many left the run lately. contribution = coefficient × (value − mean); with baselineLogOdds the contributions add up to the log-odds of riskProbability. Levels by multiples of the base rate: medium ≥ 1, high ≥ 2, critical ≥ 3. Where there is too little for the model, rule-v1 (model says so; contributions are points): +40 engagement under 50, +30 pace fell by more than 20 %, +30 nothing in 7 days. A reason to talk to somebody, for no decision about anybody.',
    unit: 'probability 0–1 of leaving within horizonDays; contributions in log-odds (rule-v1: points)',
    population:
      'meta.model says of whom the model was made; peers: those of the learner’s organization in the same run (same course and due date) who have not left, at least ten',
    nullRule:
      'Course day under 7, or a roll that nobody knows: not_enough_data. Fewer than ten peers, or fewer than two signals: rule-v1, which gives a level and no probability, and where it has too little too: not_enough_data. Not going on in the course: not_enrolled. Not asked from whoever is foretold: a person who has switched predictions off is 403 PREDICTION_OPTED_OUT for others. A signal without a ranking has no peerPercentile. Where nothing is foretold there is no narrative. overall counts what the model says.',
  },
  query,
  result: z.object({
    risks: z
      .array(
        z.object({
          courseId: id('a course'),
          title: text('its title').nullable(),
          status: codes(riskStatuses, 'whether anything can be foretold').nullable(),
          model: codes(riskModels, 'who says it').nullable(),
          riskProbability: probability('of leaving within horizonDays').nullable(),
          riskLevel: codes(riskLevels, 'against the base rate').nullable(),
          horizonDays: count('how far ahead, days').nullable(),
          notPassingProbability: probability('of failing or leaving by the end').nullable(),
          baselineLogOdds: amount('log-odds to which the contributions are added').nullable(),
          factors: z
            .array(
              z.object({
                code: codes([...signalNames, ...ruleFactors], 'what was looked at'),
                contribution: amount('above 0 raises the risk (log-odds; rule-v1: points)'),
                value: amount(
                  'what it is: percent, days or points; activity as a multiple of what is usual in the run',
                ).nullable(),
                peerPercentile: percent('place among those of the run').nullable(),
              }),
            )
            .nullable(),
          interventions: z
            .array(
              z.object({
                code: codes(interventionCodes, 'what to do'),
                urgency: codes(urgencies, 'how soon'),
                dueHours: count('by when, hours from now'),
              }),
            )
            .nullable(),
          narrative: text(
            'level, strongest reasons and what to do, in words (meta.narrative: whose)',
          ).nullable(),
        }),
      )
      .nullable(),
    overall: codes(riskLevels, 'the highest level that the model gives to a course').nullable(),
  }),
  cache: 'predictive',
  rate: 'predictive',
  sources: ({ courses }, { subject }) => ({ progress: courses.progress(subject.id) }),
  optional: ({ content, assessment, devlab, rag }, { subject, now }) => {
    const window = lastDaysWindow(now, historyDays);
    return {
      views: content.views(subject.id, window),
      ownAttempts: assessment.attempts(subject.id, window),
      sessions: devlab.sessions(subject.id, window),
      questions: rag.questions(subject.id, window),
    };
  },
  dependent: {
    services: ['courses', 'assessment', 'content'],
    after: 'required',
    start: ({ courses, assessment, content }, { progress }, request) => {
      const asked = askedOf(progress, request.query);
      const of = <T>(read: (courseId: string) => T): T[] => asked.map(({ courseId }) => read(courseId));
      return {
        rolls: of((courseId) => courses.enrollments(courseId)),
        attempts: of((courseId) => assessment.courseAttempts(courseId)),
        usage: of((courseId) => content.usage(courseId)),
        catalogues: trainersOf(asked).map((trainerId) => courses.trainerCourses(trainerId)),
      };
    },
  },
  own: ({ models }) => ({ model: models.dropOffRisk() }),
  affects: {
    progress: ['risks', 'overall'],
    rolls: everything,
    attempts: everything,
    usage: everything,
    catalogues: everything,
    views: everything,
    ownAttempts: byRule,
    sessions: byRule,
    questions: byRule,
    model: ['risks', 'overall'],
  },
  compute: (found, request, setting) => {
    const { progress, views, model, ownAttempts: attempts, sessions, questions } = found;
    const { subject, query: asked } = request;
    if (progress === null || model === null) return { data: { risks: null, overall: null }, missing: [] };
    const published = new Map(
      found.catalogues?.flat().flatMap((one) => (one === null ? [] : [[one.courseId, one.publishedAt]])),
    );
    const courses = askedOf(progress, asked).map(
      ({ courseId, courseTitle }, place): CourseAsked => ({
        courseId,
        title: courseTitle,
        roll: found.rolls?.[place] ?? null,
        attempts: found.attempts?.[place] ?? null,
        usage: found.usage?.[place] ?? null,
        publishedAt: published.get(courseId) ?? null,
      }),
    );
    const isTaken = courses.length > 0 || asked.courseId === undefined;
    const rule = ruleInputsOf(
      { views, attempts, sessions, questions, logins: null, enrolments: progress },
      subject,
      setting,
    );
    const learner = { userId: subject.id, organizationId: subject.organizationId, views, rule };
    return dropOffRisks(learner, isTaken ? courses : [notTaken(asked.courseId ?? '')], model, setting);
  },
  words: {
    field: 'risks[].narrative',
    items: ({ data }) => (data.risks ?? []).map(toldOfRisk),
    placed: (data, texts) => ({
      ...data,
      risks: data.risks?.map((risk, place) => ({ ...risk, narrative: texts[place] ?? null })) ?? null,
    }),
  },
});
