import { pageOf, pageOfRows } from '../paging.ts';
import type { MockRoutes } from '../route.ts';
import { inOrder, type OuladData, type OuladEnrolment, type Presentation, type Student } from './data.ts';
import { enrolmentsBy, isEnrolledBy, lastClickBy, statusBy, submissionsBy, todayOf } from './known.ts';
import { ouladOrganization, type People } from './people.ts';

/** What a roll and a learner's own progress have in common. */
function commonOf(enrolment: OuladEnrolment, day: number) {
  const { presentation, registeredDay } = enrolment;
  const { days, length, assessments } = presentation;
  const status = statusBy(enrolment, day);
  return {
    courseId: presentation.courseId,
    organizationId: ouladOrganization.id,
    enrolledAt: registeredDay === null ? null : days.noon(registeredDay),
    dueAt: days.end(length),
    status,
    completedAt: status === 'completed' ? days.noon(length) : null,
    totalTopics: assessments.length,
  };
}

function progressOf(enrolment: OuladEnrolment, now: number) {
  const { presentation } = enrolment;
  const { day } = todayOf(presentation, now);
  return {
    ...commonOf(enrolment, day),
    courseTitle: presentation.title,
    trainerId: presentation.trainerId,
    assignment: null,
    completions: submissionsBy(enrolment, day).map(({ assessment, day: on }) => ({
      topicId: assessment.topicId,
      topicTitle: assessment.title,
      skillIds: [],
      completedAt: presentation.days.noon(on),
      durationSeconds: null,
    })),
  };
}

/** Someone whose result says "withdrawn" without a day has left at an unknown time: null. */
function withdrawnAt(enrolment: OuladEnrolment, day: number): string | null {
  const { unregisteredDay, presentation } = enrolment;
  return unregisteredDay === null || unregisteredDay > day ? null : presentation.days.noon(unregisteredDay);
}

function rollRow(enrolment: OuladEnrolment, now: number) {
  const { presentation, userId } = enrolment;
  const { day } = todayOf(presentation, now);
  const lastClick = lastClickBy(enrolment, day);
  return {
    userId,
    ...commonOf(enrolment, day),
    completedTopics: submissionsBy(enrolment, day).length,
    lastActivityAt: lastClick === null ? null : presentation.days.noon(lastClick),
    withdrawnAt: withdrawnAt(enrolment, day),
  };
}

/** A presentation opens on its day 0. */
export const publishedAtOf = ({ days }: Presentation): string => days.noon(0);

/** The level and the skills of a module are not in the data. */
const wireCourse = (presentation: Presentation) => ({
  courseId: presentation.courseId,
  title: presentation.title,
  publishedAt: publishedAtOf(presentation),
  totalTopics: presentation.assessments.length,
  level: null,
  skillIds: [],
});

/** A presentation is on a trainer's list from its first registration on. */
function coursesOf(data: OuladData, trainerId: string, now: number): Presentation[] {
  return [...data.presentations.values()]
    .filter((presentation) => presentation.trainerId === trainerId)
    .filter((presentation) => courseRoll(presentation, now).length > 0)
    .sort((a, b) => inOrder(a.courseId, b.courseId));
}

function courseRoll(presentation: Presentation, now: number): OuladEnrolment[] {
  const { day } = todayOf(presentation, now);
  return presentation.enrolments.filter((enrolment) => isEnrolledBy(enrolment, day));
}

/** Course Builder: a presentation is a course, its assessments are the topics. */
export function coursesRoutes(data: OuladData, people: People, now: () => number): MockRoutes {
  const students: readonly Student[] = [...data.students.values()];
  return {
    'GET /progress/:userId': (request) => {
      const person = people.find(request.params.userId ?? '');
      if (person === undefined) return undefined;
      const at = now();
      const enrolments = person.student ? enrolmentsBy(person.student, at) : [];
      return pageOf(request, enrolments, (enrolment) => [progressOf(enrolment, at)]);
    },
    'GET /trainers/:id/courses': (request) => {
      const trainer = people.find(request.params.id ?? '');
      if (!trainer?.roles.includes('trainer')) return undefined;
      return pageOfRows(request, coursesOf(data, trainer.userId, now()).map(wireCourse));
    },
    'GET /courses/:id/enrollments': (request) => {
      const presentation = data.presentations.get(request.params.id ?? '');
      if (presentation === undefined) return undefined;
      const at = now();
      return pageOf(request, courseRoll(presentation, at), (enrolment) => [rollRow(enrolment, at)]);
    },
    // Nobody was asked for a rating in these data.
    'GET /courses/:id/feedback': () => undefined,
    'GET /organizations/:id/enrollments': (request) => {
      if (request.params.id !== ouladOrganization.id) return undefined;
      const at = now();
      return pageOf(request, students, (student) =>
        enrolmentsBy(student, at).map((enrolment) => rollRow(enrolment, at)),
      );
    },
  };
}
