/** What the OULAD files say of the courses of one trainer, as far as it had happened on 2 May 2013 at 18:00. */
import { numberIn, type Row, rowsOf } from './oulad-tables.ts';

/** Course day 90 of the presentations of 2013B. All days here count from their day 0, 1 February 2013. */
export const today = 90;

/** Day 0 of the presentations of 2013J is 1 October 2013: 28 + 31 + 30 + 31 + 30 + 31 + 31 + 30 days later. */
const startOf: Record<string, number> = { '2013B': 0, '2013J': 242 };

/** Summer time from 31 March 2013 (day 58), and until 28 October 2012 (day −96). */
const isSummer = (day: number): boolean => day >= 58 || day < -96;
const hoursTo = (day: number, hour: number): number => 24 * day + hour - (isSummer(day) ? 1 : 0);

/** Everything of a day is placed at noon in London, what is due at 23:59:59, and now it is six in the evening. */
const now = hoursTo(today, 18);
const noon = (day: number): number => hoursTo(day, 12);
const endOfDay = (day: number): number => hoursTo(day, 24) - 1 / 3600;

export interface HandIn {
  assessment: string;
  day: number;
  score: number | null;
  weight: number;
}

/** One student in one course. */
export interface Place {
  student: string;
  /** Null = not recorded. */
  registered: number | null;
  /** The day of leaving, when that has come. */
  left: number | null;
  lastClick: number | null;
  handIns: HandIn[];
  /** Assessments that were due while the student was there and were not handed in. */
  missed: number;
  course: { topics: number; lastDay: number };
}

export interface Course {
  id: string;
  lastDay: number;
  assessments: Row[];
  places: Place[];
}

const idOf = (row: Row): string => `${row.code_module}-${row.code_presentation}`;
const startIn = (row: Row): number => startOf[row.code_presentation ?? ''] ?? Number.NaN;

/** Days of clicks by student that have come. The largest of the files: only the last day of each is kept. */
function lastClicks(courseId: string): Map<string, number> {
  const last = new Map<string, number>();
  rowsOf('daily_clicks', (row) => {
    const day = Number(row.day) + startIn(row);
    const student = row.id_student ?? '';
    if (idOf(row) === courseId && day <= today) last.set(student, Math.max(day, last.get(student) ?? day));
    return false;
  });
  return last;
}

interface Dates {
  registered: number | null;
  left: number | null;
}

/** Days of a row of student_registration; nobody is known to have left before that has happened. */
function datesOf(row: Row): Dates {
  const at = (column: string) => {
    const day = numberIn(row, column);
    return day === null ? null : day + startIn(row);
  };
  const left = at('date_unregistration');
  return { registered: at('date_registration'), left: left !== null && left <= today ? left : null };
}

/** From the day of registration; where that is not recorded, from the start of the course. */
const isThere = (row: Row, day: number): boolean => (datesOf(row).registered ?? startIn(row)) <= day;

/** The students of a course who have registered, and what they have done. */
export function courseOf(id: string): Course {
  const [row = {}] = rowsOf('courses', (one) => idOf(one) === id);
  const start = startIn(row);
  const lastDay = start + Number(row.module_presentation_length);
  const assessments = rowsOf('assessments', (one) => idOf(one) === id);
  const dueOf = (one: Row) => start + (numberIn(one, 'date') ?? lastDay - start);
  const byId = new Map(assessments.map((one) => [one.id_assessment, one]));
  const results = rowsOf('student_assessment', ({ id_assessment }) => byId.has(id_assessment));
  const recorded = new Set(results.map((one) => one.id_assessment));
  const ofStudent = Map.groupBy(results, ({ id_student }) => id_student);
  const clicks = lastClicks(id);
  const registrations = rowsOf('student_registration', (one) => idOf(one) === id && isThere(one, today));

  const placeOf = (registration: Row): Place => {
    const student = registration.id_student ?? '';
    const { registered, left } = datesOf(registration);
    const handIns = (ofStudent.get(student) ?? [])
      .map((one) => ({
        assessment: one.id_assessment ?? '',
        day: start + Number(one.date_submitted),
        score: numberIn(one, 'score'),
        weight: Number(byId.get(one.id_assessment)?.weight),
      }))
      .filter(({ day }) => day <= today);
    const missed = assessments.filter((one) => {
      const due = dueOf(one);
      const wasThere = isThere(registration, due) && (left === null || left > due);
      const isHandedIn = handIns.some(({ assessment }) => assessment === one.id_assessment);
      return recorded.has(one.id_assessment) && due < today && wasThere && !isHandedIn;
    });
    return {
      student,
      registered,
      left,
      lastClick: clicks.get(student) ?? null,
      handIns,
      missed: missed.length,
      course: { topics: assessments.length, lastDay },
    };
  };
  return { id, lastDay, assessments, places: registrations.map(placeOf) };
}

/** Registrations of the whole university that have happened. */
export const everybody = (): Dates[] =>
  rowsOf('student_registration', (row) => isThere(row, today)).map(datesOf);

/**
 * Whole weeks of 168 hours from noon of registering to noon of leaving or to now. Summer time takes an hour: who
 * registers on day 0 and leaves on day 105 has been there for 15 weeks less an hour, so for 14 whole ones.
 */
export function stayOf({ registered, left }: Dates): { weeks: number; left: boolean }[] {
  if (registered === null) return [];
  const hours = (left === null ? now : noon(left)) - noon(registered);
  return [{ weeks: Math.max(0, Math.floor(hours / 168)), left: left !== null }];
}

/** The share of the time from registering to the end of the course that is over. */
export const elapsedOf = ({ registered, course: { lastDay } }: Place): number =>
  registered === null
    ? Number.NaN
    : Math.min(1, (now - noon(registered)) / (endOfDay(lastDay) - noon(registered)));

/** Mean of the marks by weight, all alike where the weights are 0; undefined without a mark. */
export function gradeOf({ handIns }: Place): number | undefined {
  const marked = handIns.flatMap(({ score, weight }) => (score === null ? [] : [{ score, weight }]));
  if (marked.length === 0) return undefined;
  const total = marked.reduce((sum, { weight }) => sum + weight, 0);
  return (
    marked.reduce((sum, { score, weight }) => sum + score * (total === 0 ? 1 : weight), 0) /
    (total === 0 ? marked.length : total)
  );
}

/** Handed in fewer than 75 % of what the elapsed share of the time asks for, and has not left. */
export const isBehind = (place: Place): boolean =>
  place.left === null && place.handIns.length < 0.75 * elapsedOf(place) * place.course.topics;
