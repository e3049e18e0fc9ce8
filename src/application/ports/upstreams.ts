/**
 * What we read from the nine services, as domain types. Every method answers the whole truth or throws
 * `UpstreamError`; null means "the service does not know this person or thing" (its 404), which is
 * unknown, not zero; an empty list means "really none".
 *
 * Reads about one person or course collect all pages. Reads about a whole organization answer one page,
 * so that a caller can stream them in constant memory (`eachItem` in ports/page.ts).
 */
import type { Attempt, AttemptSummary } from '../../domain/learning/attempt.ts';
import type { ContentItem, ContentUsage, ContentView } from '../../domain/learning/content.ts';
import type {
  Course,
  CourseEnrolment,
  CourseFeedback,
  Enrolment,
  OrganizationEnrolment,
} from '../../domain/learning/enrolment.ts';
import type { Goal, Member, Organization, User } from '../../domain/learning/person.ts';
import type {
  Login,
  PracticeSession,
  PracticeSummary,
  Question,
  QuestionSummary,
} from '../../domain/learning/practice.ts';
import type { CourseRecommendation, LearningPath } from '../../domain/learning/recommendation.ts';
import type { LearnerSkill, OrganizationSkill, SkillDemand } from '../../domain/learning/skill.ts';
import type { Page } from './page.ts';

/** A closed window of instants, epoch milliseconds: from ≤ t ≤ to. */
export interface Window {
  from: number;
  to: number;
}

/** A public key as JWKS holds it. */
export interface JsonWebKey {
  kid: string | undefined;
  kty: string;
  alg: string | undefined;
  use: string | undefined;
  [member: string]: unknown;
}

export interface AuthPort {
  /** Null on bad credentials (401). */
  login(credentials: { email: string; password: string }): Promise<User | null>;
  user(userId: string): Promise<User | null>;
  jwks(): Promise<JsonWebKey[]>;
}

export interface DirectoryPort {
  organization(organizationId: string): Promise<Organization | null>;
  members(organizationId: string, cursor: string | null): Promise<Page<Member>>;
  user(userId: string): Promise<Member | null>;
  goals(organizationId: string): Promise<Goal[] | null>;
  logins(userId: string, window: Window): Promise<Login[] | null>;
}

export interface CoursesPort {
  progress(userId: string): Promise<Enrolment[] | null>;
  trainerCourses(trainerId: string): Promise<Course[] | null>;
  enrollments(courseId: string): Promise<CourseEnrolment[] | null>;
  feedback(courseId: string): Promise<CourseFeedback[] | null>;
  organizationEnrollments(
    organizationId: string,
    cursor: string | null,
  ): Promise<Page<OrganizationEnrolment>>;
}

export interface ContentPort {
  contents(courseId: string): Promise<ContentItem[] | null>;
  usage(courseId: string): Promise<ContentUsage[] | null>;
  views(userId: string, window: Window): Promise<ContentView[] | null>;
}

export interface AssessmentPort {
  attempts(userId: string, window: Window): Promise<Attempt[] | null>;
  courseAttempts(courseId: string): Promise<Attempt[] | null>;
  organizationResults(organizationId: string, cursor: string | null): Promise<Page<AttemptSummary>>;
}

export interface SkillsPort {
  forUser(userId: string): Promise<LearnerSkill[] | null>;
  organizationSkills(organizationId: string, cursor: string | null): Promise<Page<OrganizationSkill>>;
  demand(organizationId: string): Promise<SkillDemand[] | null>;
}

export interface LearnerAiPort {
  learningPaths(userId: string): Promise<LearningPath[] | null>;
  recommendations(userId: string): Promise<CourseRecommendation[] | null>;
}

export interface DevlabPort {
  sessions(userId: string, window: Window): Promise<PracticeSession[] | null>;
  organizationPractice(organizationId: string, cursor: string | null): Promise<Page<PracticeSummary>>;
}

export interface RagPort {
  questions(userId: string, window: Window): Promise<Question[] | null>;
  organizationQuestions(organizationId: string, cursor: string | null): Promise<Page<QuestionSummary>>;
}

export interface Upstreams {
  auth: AuthPort;
  directory: DirectoryPort;
  courses: CoursesPort;
  content: ContentPort;
  assessment: AssessmentPort;
  skills: SkillsPort;
  learnerAi: LearnerAiPort;
  devlab: DevlabPort;
  rag: RagPort;
}
