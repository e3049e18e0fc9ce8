import { pageOfRows, windowOf } from '../paging.ts';
import type { MockRoutes } from '../route.ts';
import type { OuladData, OuladEnrolment, Presentation, Student } from './data.ts';
import { clicksKnownBy, enrolmentsBy, isEnrolledBy, todayOf } from './known.ts';
import type { People } from './people.ts';

/**
 * One view per student, presentation and day with clicks. What was looked at is not in the data (only how often
 * something was), so its type is null, as are its length and whether it was finished.
 */
function viewsOf(enrolment: OuladEnrolment, day: number) {
  const { presentation, clickDays } = enrolment;
  return clickDays
    .filter((clicked) => clicked <= day)
    .map((clicked) => ({
      contentId: `${presentation.courseId}-day`,
      type: null,
      topicId: null,
      at: presentation.days.noon(clicked),
      secondsSpent: null,
      completed: null,
    }));
}

/** Undefined when clicks of one of the courses are not in the data up to that instant: then nobody knows. */
function viewsUntil(student: Student, now: number, until: number) {
  const enrolments = enrolmentsBy(student, now).map((enrolment) => ({
    enrolment,
    day: todayOf(enrolment.presentation, until).day,
  }));
  return enrolments.every(({ enrolment, day }) => clicksKnownBy(enrolment, day))
    ? enrolments.flatMap(({ enrolment, day }) => viewsOf(enrolment, day))
    : undefined;
}

/** The course as one piece of content. Undefined where the clicks of that day are not in the data: nobody knows. */
function usageOf({ courseId, clicksKnownTo, enrolments }: Presentation, day: number) {
  if (day > clicksKnownTo) return undefined;
  const days = enrolments
    .filter((enrolment) => isEnrolledBy(enrolment, day))
    .map(({ clickDays }) => clickDays.filter((clicked) => clicked <= day).length);
  const views = days.reduce((sum, count) => sum + count, 0);
  const uniqueViewers = days.filter((count) => count > 0).length;
  return [{ contentId: `${courseId}-day`, views, uniqueViewers, completions: null, secondsSpent: null }];
}

/** Content Studio: days with clicks. */
export const contentRoutes = (data: OuladData, people: People, now: () => number): MockRoutes => ({
  // What a course consists of is not in the data.
  'GET /courses/:id/contents': () => undefined,
  'GET /courses/:id/usage': (request) => {
    const presentation = data.presentations.get(request.params.id ?? '');
    const usage = presentation && usageOf(presentation, todayOf(presentation, now()).day);
    return usage && pageOfRows(request, usage);
  },
  'GET /users/:id/views': (request) => {
    const person = people.find(request.params.id ?? '');
    if (person === undefined) return undefined;
    const { from, to } = windowOf(request);
    const today = now();
    const views = person.student ? viewsUntil(person.student, today, Math.min(to, today)) : [];
    const inWindow = views?.filter(({ at }) => Date.parse(at) >= from);
    return inWindow && pageOfRows(request, inWindow);
  },
});
