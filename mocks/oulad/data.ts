import type { CourseDays } from './course-days.ts';

/** One piece of assessed work of a presentation; also its topic. Days count from the start. */
export interface Assessment {
  topicId: string;
  title: string;
  /**
   * As in the data, with one exception: an exam without a day is at the end of the presentation, as the data's
   * documentation says. In BBB and DDD nearly all hand-ins of a computer-marked assignment carry one day, two
   * to six days after it was due: probably the day of recording. It is shown as it stands, as late.
   */
  dueDay: number;
  /** Percent of the final mark; coursework adds up to 100 and so does the exam. */
  weight: number | null;
  /** False when nobody's result is in the data (most exams): who sat it is then unknown. */
  recorded: boolean;
}

export interface Submission {
  assessment: Assessment;
  /** For a banked result the day it was credited (−1), not the day the work was done. */
  day: number;
  /** Transferred from an earlier presentation. */
  banked: boolean;
  /** 0–100; null = not marked or not recorded. */
  score: number | null;
}

export interface Presentation {
  courseId: string;
  title: string;
  trainerId: string;
  days: CourseDays;
  /** Days from the start to the end. */
  length: number;
  assessments: Assessment[];
  /** The last day for which clicks are in the data: −∞ = none at all, ∞ = the whole presentation. */
  clicksKnownTo: number;
  /** In user order. */
  enrolments: OuladEnrolment[];
}

/** One student in one presentation: everything, hindsight included. `known.ts` says what is known on a day. */
export interface OuladEnrolment {
  userId: string;
  presentation: Presentation;
  /** Null = not recorded. */
  registeredDay: number | null;
  /** Null = never, or not recorded. */
  unregisteredDay: number | null;
  outcome: 'passed' | 'failed' | 'withdrawn';
  /** By day. */
  submissions: Submission[];
  /** Ascending; days before the start are negative. */
  clickDays: readonly number[];
}

export interface Student {
  userId: string;
  enrolments: OuladEnrolment[];
}

export interface OuladData {
  /** By courseId. */
  presentations: Map<string, Presentation>;
  /** By userId, in user order (by code unit, as every list of people here). */
  students: Map<string, Student>;
}

/** Ascending by code unit. */
export const inOrder = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

/** The one order of people in every list. */
export const byUserId = (a: { userId: string }, b: { userId: string }): number => inOrder(a.userId, b.userId);
