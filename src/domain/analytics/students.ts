/** A trainer's learners with all their places, and what is said of each of them. */
import { isBehindPlan, isInactive, type Learner, lowScore, type Place } from './at-risk.ts';
import { attemptsByPerson, type CountedCourse, scoreOf, withoutDust } from './course-facts.ts';

export const courseLevels = ['beginner', 'intermediate', 'advanced', 'expert', 'unknown'] as const;
export const performanceStates = ['struggling', 'onTrack', 'excelling', 'noGradeYet'] as const;
export const handInCounts = ['one', 'two', 'three', 'fourPlus'] as const;
/** Tens of a score; 100 lies in the last. */
export const bins = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'] as const;
export type Bin = (typeof bins)[number];
export type Level = (typeof courseLevels)[number];
export type PerformanceState = (typeof performanceStates)[number];
export type HandInCount = (typeof handInCounts)[number];

const binWidth = 10;
const excellentScore = 85;

const isLevel = (level: string | undefined): level is Level => courseLevels.some((known) => known === level);

function levelOf({ course }: CountedCourse): Level {
  const level = course.level?.trim().toLowerCase();
  return isLevel(level) ? level : 'unknown';
}

/** Nobody without a grade is judged. */
export function performanceOf(learner: Learner, now: number): PerformanceState {
  const { score, places } = learner;
  if (score === null) return 'noGradeYet';
  const isLate = places.some(({ row }) => isBehindPlan(row, now)) && isInactive(learner, now);
  if (score < lowScore || isLate) return 'struggling';
  return score >= excellentScore ? 'excelling' : 'onTrack';
}

export interface Student extends Learner {
  places: readonly StudentPlace[];
}

export interface StudentPlace extends Place {
  courseId: string;
  level: Level;
  isHidden: boolean;
}

/** People with all their places in these courses; a grade is the mean of the courses' scores. */
export function studentsOf(courses: readonly CountedCourse[], now: number): Student[] {
  const places = courses.flatMap((course): StudentPlace[] => {
    const own = attemptsByPerson(course.attempts ?? [], course.people ?? []);
    const [level, isHidden] = [levelOf(course), course.isSuppressed];
    return (course.people ?? []).map((row) => ({
      courseId: course.course.courseId,
      row,
      attempts: own.get(row.userId) ?? [],
      level,
      isHidden,
    }));
  });
  return [...Map.groupBy(places, ({ row }) => row.userId)].map(([userId, own]) => {
    const scores = own.flatMap(({ attempts }) => scoreOf(attempts, now) ?? []);
    const sum = scores.reduce((total, score) => total + score, 0);
    return { userId, places: own, score: scores.length === 0 ? null : withoutDust(sum / scores.length) };
  });
}

/** Only in courses that are suppressed. */
export const isHidden = ({ places }: Student): boolean => places.every((place) => place.isHidden);

export const binOf = (score: number) => bins[Math.min(bins.length - 1, Math.floor(score / binWidth))] ?? '0';

/** How often one person handed in each assessment of one course. */
export const handInsOf = ({ attempts }: Place, now: number): number[] => {
  const ids = new Map(attempts.map((attempt) => [attempt.attemptId, attempt]));
  const handedIn = [...ids.values()].filter(({ submittedAt }) => submittedAt !== null && submittedAt <= now);
  return [...Map.groupBy(handedIn, ({ assessmentId }) => assessmentId).values()].map(({ length }) => length);
};
