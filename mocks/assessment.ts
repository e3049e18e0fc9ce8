import { rollOn } from './courses.ts';
import { iso } from './iso.ts';
import { pageOf, pageOfRows, windowOf } from './paging.ts';
import type { MockRoutes } from './route.ts';
import { findCourse } from './world/courses.ts';
import type { Attempt } from './world/desk.ts';
import { findHistory, historyAt } from './world/history.ts';
import type { Learner } from './world/people.ts';
import { ranksOf } from './world/ranks.ts';
import { studyOf } from './world/study.ts';
import type { World } from './world/world.ts';

const passedOf = ({ score, assessment }: Attempt) => (score === null ? null : score >= assessment.passMark);

const wireAttempt = (userId: string, attempt: Attempt) => ({
  attemptId: attempt.attemptId,
  userId,
  assessmentId: attempt.assessment.assessmentId,
  courseId: attempt.course.courseId,
  kind: attempt.assessment.kind,
  itemDifficulty: attempt.assessment.difficulty,
  attemptNo: attempt.attemptNo,
  score: attempt.score,
  passMark: attempt.assessment.passMark,
  passed: passedOf(attempt),
  startedAt: iso(attempt.startedAt),
  submittedAt: iso(attempt.submittedAt),
  dueAt: iso(attempt.dueAt),
  weight: attempt.assessment.weight,
  skills: attempt.skills,
});

/** One learner's line: what was handed in, and the plain mean of what was marked; null when nothing was. */
function wireSummary({ userId }: Learner, attempts: readonly Attempt[]) {
  const given = attempts.filter(({ submittedAt }) => submittedAt !== null);
  const scores = given.flatMap(({ score }) => score ?? []);
  const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
  return {
    userId,
    attempts: given.length,
    passed: given.filter(passedOf).length,
    meanScore: scores.length === 0 ? null : mean,
    lastSubmittedAt: iso(given.at(-1)?.submittedAt ?? null),
  };
}

/** Assessment: attempts, work that is missing, and results. */
export const assessmentRoutes = (world: World): MockRoutes => ({
  'GET /users/:id/attempts': (request) => {
    const userId = request.params.id ?? '';
    const history = findHistory(world.day(), userId);
    if (history === undefined) return undefined;
    const { from, to } = windowOf(request);
    const inWindow = history.attempts.filter(({ submittedAt, dueAt }) => {
      const at = submittedAt ?? dueAt ?? 0;
      return at >= from && at <= to;
    });
    return pageOfRows(
      request,
      inWindow.map((attempt) => wireAttempt(userId, attempt)),
    );
  },
  'GET /courses/:id/attempts': (request) => {
    const day = world.day();
    const course = findCourse(day, request.params.id ?? '');
    return (
      course &&
      pageOf(request, rollOn(day, course), (enrolment) =>
        studyOf(day, enrolment).attempts.map((attempt) => wireAttempt(enrolment.learner.userId, attempt)),
      )
    );
  },
  'GET /organizations/:id/results': (request) => {
    const day = world.day();
    const found = ranksOf(day, request.params.id ?? '');
    return (
      found &&
      pageOf(request, found.ranks, (rank) => {
        const [learner, { attempts }] = historyAt(day, found.organization, rank);
        return [wireSummary(learner, attempts)];
      })
    );
  },
});
