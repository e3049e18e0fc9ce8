/** A learner at work in one enrolment: where they are in time, and what they leave behind. Instants are epoch ms. */
import type { Assessment, Content, Course, Topic } from './courses.ts';
import type { Enrolment } from './enrolments.ts';
import { organizationAt } from './organizations.ts';
import type { Random } from './random.ts';
import type { Skill } from './skill-catalogue.ts';
import { dayMs } from './world.ts';

export interface View {
  content: Content;
  topicId: string;
  at: number;
  /** Null = not measured. */
  seconds: number | null;
  completed: boolean;
}

export interface Completion {
  topic: Topic;
  at: number;
  seconds: number;
}

export interface Attempt {
  attemptId: string;
  assessment: Assessment;
  course: Course;
  attemptNo: number;
  /** 0–100; null = not marked yet, or not handed in. */
  score: number | null;
  startedAt: number | null;
  /** Null = not handed in. */
  submittedAt: number | null;
  dueAt: number | null;
  skills: { skillId: string; score: number | null }[];
}

export interface Practice {
  sessionId: string;
  skill: Skill;
  exerciseId: string;
  startedAt: number;
  endedAt: number;
  status: 'solved' | 'failed' | 'abandoned';
  score: number | null;
  attempts: number;
}

export interface Question {
  at: number;
  topicId: string;
  resolved: boolean | null;
}

/** Time spent without getting up. */
export interface Sitting {
  from: number;
  to: number;
}

export interface Desk {
  enrolment: Enrolment;
  course: Course;
  random: Random;
  dueAt: number;
  /** Nothing at or after this happens. */
  end: number;
  /** What the clock shows. */
  at: number;
  views: View[];
  completions: Completion[];
  attempts: Attempt[];
  practice: Practice[];
  questions: Question[];
  sittings: Sitting[];
}

const hourMs = 3_600_000;
const worksOnWeekend = 0.15;
/** Work may be handed in so long after its place in the plan. */
const daysAfterPlan = 7;
/** A sitting takes less than this, so that it ends on the day it began. */
const longestSittingHours = 3;

const startOfDay = (at: number) => Math.floor(at / dayMs) * dayMs;

/** The day of an instant, or the next working day when the learner rests. */
export function workingDay({ course, random }: Desk, at: number): number {
  const { weekend } = organizationAt(course.organization);
  let day = startOfDay(at);
  while (weekend.includes(new Date(day).getUTCDay()) && random() > worksOnWeekend) day += dayMs;
  return day;
}

/** Works for one sitting on a day. False, and nothing done, when that day is not over or the learner is gone by then. */
export function sit(desk: Desk, day: number, work: () => void): boolean {
  if (day + dayMs > desk.end) return false;
  const { firstHour, lastHour } = organizationAt(desk.course.organization);
  const free = lastHour - longestSittingHours - firstHour;
  // Two draws make the middle of the day busier than its ends.
  const begin = firstHour + (free * (desk.random() + desk.random())) / 2;
  const before = desk.at;
  desk.at = day + Math.round(begin * 3600) * 1000;
  const sitting = { from: desk.at, to: desk.at };
  desk.sittings.push(sitting);
  work();
  sitting.to = desk.at;
  desk.at = Math.max(before, 0);
  return true;
}

/** Time goes by. */
export function pass(desk: Desk, seconds: number): void {
  desk.at += seconds * 1000;
}

/** The last hour of work of the run's last day is at `dueAt`; earlier work is due in step with the plan. */
export function dueOf({ course, dueAt }: Desk, { kind, afterTopics }: Assessment): number | null {
  if (kind === 'baseline') return null;
  const early = Math.round((1 - afterTopics / course.topics.length) * course.lengthDays);
  return dueAt - Math.max(0, early - daysAfterPlan) * dayMs;
}

export const hoursOf = (day: number, hour: number): number => day + hour * hourMs;
