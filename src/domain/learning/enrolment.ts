/** Someone's place in a course. All instants are epoch milliseconds (UTC); null = unknown or not happened. */

export type EnrolmentStatus = 'enrolled' | 'in_progress' | 'completed' | 'withdrawn';

/** One finishing of a topic; the same topic may appear more than once, the first counts. */
export interface TopicCompletion {
  topicId: string;
  topicTitle: string | null;
  skillIds: string[];
  completedAt: number;
  durationSeconds: number | null;
}

/** A learner's own view of one enrolment (Course Builder, `/progress/:userId`). */
export interface Enrolment {
  courseId: string;
  courseTitle: string | null;
  trainerId: string | null;
  organizationId: string | null;
  enrolledAt: number | null;
  dueAt: number | null;
  completedAt: number | null;
  status: EnrolmentStatus;
  assignment: 'self' | 'assigned' | null;
  totalTopics: number | null;
  completions: TopicCompletion[];
}

/** One row of a course's roll (Course Builder, `/courses/:id/enrollments`). */
export interface CourseEnrolment {
  userId: string;
  organizationId: string | null;
  enrolledAt: number | null;
  dueAt: number | null;
  status: EnrolmentStatus;
  completedTopics: number | null;
  totalTopics: number | null;
  lastActivityAt: number | null;
  completedAt: number | null;
  withdrawnAt: number | null;
}

/** A row of an organization's roll, in user order. */
export interface OrganizationEnrolment extends CourseEnrolment {
  courseId: string;
}

/** A course as its trainer's list shows it. */
export interface Course {
  courseId: string;
  title: string | null;
  publishedAt: number | null;
  totalTopics: number | null;
  level: string | null;
  skillIds: string[];
}

/** One learner's rating of a course, 1–5; the comment's text is never read. */
export interface CourseFeedback {
  userId: string;
  rating: number | null;
  submittedAt: number | null;
}
