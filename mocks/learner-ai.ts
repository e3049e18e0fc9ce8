import { iso } from './iso.ts';
import { pageOfRows } from './paging.ts';
import type { MockRoutes } from './route.ts';
import { findHistory } from './world/history.ts';
import { findPerson } from './world/people.ts';
import { pathOf, proposalsFor } from './world/proposals.ts';
import type { World } from './world/world.ts';

/** Learner AI: proposed paths and courses. */
export const learnerAiRoutes = (world: World): MockRoutes => ({
  'GET /users/:id/learning-paths': (request) => {
    const day = world.day();
    const person = findPerson(day, request.params.id ?? '');
    const history = person && findHistory(day, person.userId);
    if (history === undefined) return undefined;
    const path = person?.kind === 'learner' ? pathOf(day, person, history) : null;
    return pageOfRows(request, path ? [{ ...path, targetDate: iso(path.targetDate) }] : []);
  },
  'GET /users/:id/recommendations': (request) => {
    const day = world.day();
    const person = findPerson(day, request.params.id ?? '');
    const history = person && findHistory(day, person.userId);
    if (history === undefined) return undefined;
    const proposals = person?.kind === 'learner' ? proposalsFor(day, person, history) : [];
    return pageOfRows(
      request,
      proposals.map(({ course, reason, score }) => ({
        courseId: course.courseId,
        title: course.title,
        skillIds: course.skills.map(({ skillId }) => skillId),
        reason,
        score,
      })),
    );
  },
});
