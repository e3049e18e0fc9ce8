import { pageOf, windowOf } from '../paging.ts';
import type { MockRoutes } from '../route.ts';
import type { Assessment, OuladData, OuladEnrolment, Student, Submission } from './data.ts';
import { enrolmentsBy, isEnrolledBy, missedBy, submissionsBy, todayOf } from './known.ts';
import { ouladOrganization, type People } from './people.ts';

/** "The score lower than 40 is interpreted as Fail" (documentation of the data set, table studentAssessment). */
const passMark = 40;

const passedOf = (score: number | null): boolean | null => (score === null ? null : score >= passMark);

/** How often someone tried is not in the data, only the last state: `attemptNo` and `startedAt` are null. */
function attempt(enrolment: OuladEnrolment, assessment: Assessment, submission: Submission | null) {
  const { userId, presentation } = enrolment;
  const { days, courseId } = presentation;
  const score = submission?.score ?? null;
  return {
    attemptId: `${assessment.topicId}-${userId}`,
    userId,
    assessmentId: assessment.topicId,
    courseId,
    kind: 'postcourse',
    itemDifficulty: null,
    attemptNo: null,
    score,
    passMark,
    passed: passedOf(score),
    startedAt: null,
    submittedAt: submission === null ? null : days.noon(submission.day),
    // A banked result was handed in for an earlier presentation: in this one nothing was due.
    dueAt: submission?.banked ? null : days.end(assessment.dueDay),
    weight: assessment.weight,
    skills: [],
  };
}

/** What was handed in by now, and what is overdue. */
function attemptsOf(enrolment: OuladEnrolment, now: number) {
  const today = todayOf(enrolment.presentation, now);
  return [
    ...submissionsBy(enrolment, today.day).map((given) => attempt(enrolment, given.assessment, given)),
    ...missedBy(enrolment, today).map((assessment) => attempt(enrolment, assessment, null)),
  ];
}

type WireAttempt = ReturnType<typeof attempt>;

function isIn({ submittedAt, dueAt }: WireAttempt, { from, to }: { from: number; to: number }): boolean {
  const at = Date.parse(submittedAt ?? dueAt ?? '');
  return Number.isNaN(at) || (at >= from && at <= to);
}

/** One learner's line: what was handed in; the plain mean of what was marked, null when nothing was. */
function summaryOf(student: Student, now: number) {
  const given = enrolmentsBy(student, now)
    .flatMap((enrolment) => attemptsOf(enrolment, now))
    .filter(({ submittedAt }) => submittedAt !== null);
  const scores = given.flatMap(({ score }) => (score === null ? [] : [score]));
  const dates = given.flatMap(({ submittedAt }) => submittedAt ?? []).sort();
  return {
    userId: student.userId,
    attempts: given.length,
    passed: given.filter(({ passed }) => passed).length,
    meanScore: scores.length === 0 ? null : scores.reduce((sum, score) => sum + score, 0) / scores.length,
    lastSubmittedAt: dates.at(-1) ?? null,
  };
}

/** Assessment: tutor-marked and computer-marked assignments and exams. */
export function assessmentRoutes(data: OuladData, people: People, now: () => number): MockRoutes {
  const students: readonly Student[] = [...data.students.values()];
  return {
    'GET /users/:id/attempts': (request) => {
      const person = people.find(request.params.id ?? '');
      if (person === undefined) return undefined;
      const window = windowOf(request);
      const at = now();
      const enrolments = person.student ? enrolmentsBy(person.student, at) : [];
      return pageOf(request, enrolments, (enrolment) =>
        attemptsOf(enrolment, at).filter((one) => isIn(one, window)),
      );
    },
    'GET /courses/:id/attempts': (request) => {
      const presentation = data.presentations.get(request.params.id ?? '');
      if (presentation === undefined) return undefined;
      const at = now();
      const { day } = todayOf(presentation, at);
      return pageOf(request, presentation.enrolments, (enrolment) =>
        isEnrolledBy(enrolment, day) ? attemptsOf(enrolment, at) : [],
      );
    },
    'GET /organizations/:id/results': (request) => {
      if (request.params.id !== ouladOrganization.id) return undefined;
      const at = now();
      return pageOf(request, students, (student) =>
        enrolmentsBy(student, at).length > 0 ? [summaryOf(student, at)] : [],
      );
    },
  };
}
