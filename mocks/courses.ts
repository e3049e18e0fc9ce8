import { iso } from './iso.ts';
import { pageOf, pageOfRows } from './paging.ts';
import type { MockRoutes } from './route.ts';
import { type Course, courseAt, findCourse } from './world/courses.ts';
import { type Enrolment, rollOf } from './world/enrolments.ts';
import { feedbackOf } from './world/feedback.ts';
import { findHistory, historyAt } from './world/history.ts';
import { organizationAt } from './world/organizations.ts';
import { findPerson, type Person, trainerNumber, trainersIn } from './world/people.ts';
import { ranksOf } from './world/ranks.ts';
import { countIn, indexAt } from './world/shares.ts';
import { type Study, studyOf } from './world/study.ts';
import { dayMs, remember, type World, type WorldDay } from './world/world.ts';

function wireProgress({ course, enrolment, completions, ...study }: Study) {
  return {
    courseId: course.courseId,
    courseTitle: course.title,
    trainerId: course.trainerId,
    organizationId: organizationAt(course.organization).id,
    enrolledAt: iso(study.enrolledAt),
    dueAt: iso(study.dueAt),
    completedAt: iso(study.completedAt),
    status: study.status,
    assignment: enrolment.assignment,
    totalTopics: course.topics.length,
    completions: completions.map(({ topic, at, seconds }) => ({
      topicId: topic.topicId,
      topicTitle: topic.title,
      skillIds: topic.skills.map(({ skillId }) => skillId),
      completedAt: iso(at),
      durationSeconds: seconds,
    })),
  };
}

function wireRow({ course, enrolment, ...study }: Study) {
  return {
    userId: enrolment.learner.userId,
    organizationId: organizationAt(course.organization).id,
    enrolledAt: iso(study.enrolledAt),
    dueAt: iso(study.dueAt),
    status: study.status,
    completedTopics: study.completions.length,
    totalTopics: course.topics.length,
    lastActivityAt: iso(study.lastActivityAt),
    completedAt: iso(study.completedAt),
    withdrawnAt: iso(study.withdrawnAt),
  };
}

const wireCourse = (day: WorldDay, { courseId, title, publishedAgo, topics, level, skills }: Course) => ({
  courseId,
  title,
  publishedAt: iso((day.today - publishedAgo) * dayMs),
  totalTopics: topics.length,
  level,
  skillIds: skills.map(({ skillId }) => skillId),
});

/** The courses that someone teaches; undefined for those who are no trainers. */
function coursesBy(day: WorldDay, person: Person | undefined): Course[] | undefined {
  const first = person?.kind === 'staff' ? trainerNumber(person) : undefined;
  if (person === undefined || first === undefined) return undefined;
  const { organization } = person;
  const courses = countIn(day.organizations, organization, day.courses);
  const found: Course[] = [];
  for (let rank = first; rank < courses; rank += trainersIn(day, organization)) {
    found.push(courseAt(day, indexAt(day.organizations, { organization, rank })));
  }
  return found;
}

/** A course's roll, worked out once a day. */
export const rollOn = (day: WorldDay, course: Course): Enrolment[] =>
  remember(day, `roll ${course.index}`, () => rollOf(day, course));

/** Course Builder: courses, their rolls and ratings, and everybody's progress. */
export const coursesRoutes = (world: World): MockRoutes => ({
  'GET /progress/:userId': (request) => {
    const history = findHistory(world.day(), request.params.userId ?? '');
    return history && pageOfRows(request, history.studies.map(wireProgress));
  },
  'GET /trainers/:id/courses': (request) => {
    const day = world.day();
    const courses = coursesBy(day, findPerson(day, request.params.id ?? ''));
    return (
      courses &&
      pageOfRows(
        request,
        courses.map((course) => wireCourse(day, course)),
      )
    );
  },
  'GET /courses/:id/enrollments': (request) => {
    const day = world.day();
    const course = findCourse(day, request.params.id ?? '');
    return course && pageOf(request, rollOn(day, course), (enrolment) => [wireRow(studyOf(day, enrolment))]);
  },
  'GET /courses/:id/feedback': (request) => {
    const day = world.day();
    const course = findCourse(day, request.params.id ?? '');
    return (
      course &&
      pageOf(request, rollOn(day, course), (enrolment) =>
        feedbackOf(day, studyOf(day, enrolment)).map(({ at, ...rest }) => ({
          ...rest,
          submittedAt: iso(at),
        })),
      )
    );
  },
  'GET /organizations/:id/enrollments': (request) => {
    const day = world.day();
    const found = ranksOf(day, request.params.id ?? '');
    return (
      found &&
      pageOf(request, found.ranks, (rank) =>
        historyAt(day, found.organization, rank)[1].studies.map((study) => ({
          courseId: study.course.courseId,
          ...wireRow(study),
        })),
      )
    );
  },
});
