import { rollOn } from './courses.ts';
import { iso } from './iso.ts';
import { pageOfRows, windowOf } from './paging.ts';
import type { MockRoutes } from './route.ts';
import { type Course, findCourse } from './world/courses.ts';
import type { View } from './world/desk.ts';
import { findHistory } from './world/history.ts';
import { studyOf } from './world/study.ts';
import { remember, type World, type WorldDay } from './world/world.ts';

const wireContents = ({ topics }: Course) =>
  topics.flatMap(({ topicId, contents }) => contents.map((content) => ({ topicId, ...content })));

const wireView = ({ content, topicId, at, seconds, completed }: View) => ({
  contentId: content.contentId,
  type: content.type,
  topicId,
  at: iso(at),
  secondsSpent: seconds,
  completed,
});

/** Sums over what every learner of the course has viewed. */
function usageOf(day: WorldDay, course: Course) {
  const usage = new Map(
    wireContents(course).map(({ contentId }) => [
      contentId,
      { contentId, views: 0, completions: 0, secondsSpent: 0, viewers: new Set<string>() },
    ]),
  );
  for (const enrolment of rollOn(day, course)) {
    for (const { content, seconds, completed } of studyOf(day, enrolment).views) {
      const row = usage.get(content.contentId);
      if (row === undefined) continue;
      row.views += 1;
      row.completions += completed ? 1 : 0;
      row.secondsSpent += seconds ?? 0;
      row.viewers.add(enrolment.learner.userId);
    }
  }
  return [...usage.values()].map(({ viewers, ...row }) => ({ ...row, uniqueViewers: viewers.size }));
}

/** Content Studio: what there is to see, and who saw it. */
export const contentRoutes = (world: World): MockRoutes => ({
  'GET /courses/:id/contents': (request) => {
    const course = findCourse(world.day(), request.params.id ?? '');
    return course && pageOfRows(request, wireContents(course));
  },
  'GET /courses/:id/usage': (request) => {
    const day = world.day();
    const course = findCourse(day, request.params.id ?? '');
    return (
      course &&
      pageOfRows(
        request,
        remember(day, `usage ${course.index}`, () => usageOf(day, course)),
      )
    );
  },
  'GET /users/:id/views': (request) => {
    const history = findHistory(world.day(), request.params.id ?? '');
    if (history === undefined) return undefined;
    const { from, to } = windowOf(request);
    return pageOfRows(request, history.views.filter(({ at }) => at >= from && at <= to).map(wireView));
  },
});
