import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { makeCourseDays, startOf } from './course-days.ts';
import {
  type Assessment,
  byUserId,
  inOrder,
  type OuladData,
  type OuladEnrolment,
  type Presentation,
  type Student,
} from './data.ts';
import { numberOrNull, readTable, requiredNumber } from './read-table.ts';

const tables = [
  'courses',
  'assessments',
  'student_info',
  'student_registration',
  'student_assessment',
  'daily_clicks',
] as const;

/** True when every table we read is there. */
export function hasOuladData(dir: string): boolean {
  return tables.every((table) => existsSync(join(dir, `${table}.csv.gz`)));
}

const keyColumns = ['code_module', 'code_presentation'] as const;
type Key = Record<(typeof keyColumns)[number], string>;

const courseIdOf = (row: Key) => `${row.code_module}-${row.code_presentation}`;
const enrolmentKey = (courseId: string, userId: string) => `${courseId} ${userId}`;

type Presentations = Map<string, Presentation>;
type Enrolments = Map<string, OuladEnrolment>;

function found<T>(thing: T | undefined, key: string): T {
  if (thing === undefined) throw new Error(`the tables do not agree: ${key} is in one and not in another`);
  return thing;
}

function readPresentations(dir: string): Presentations {
  const presentations: Presentations = new Map();
  for (const row of readTable(dir, 'courses', [...keyColumns, 'module_presentation_length'])) {
    const courseId = courseIdOf(row);
    presentations.set(courseId, {
      courseId,
      title: `${row.code_module} ${row.code_presentation}`,
      trainerId: `trainer-${row.code_module}`,
      days: makeCourseDays(startOf(row.code_presentation)),
      length: requiredNumber(row.module_presentation_length),
      assessments: [],
      clicksKnownTo: Number.NEGATIVE_INFINITY,
      enrolments: [],
    });
  }
  return presentations;
}

type Place = { assessment: Assessment; courseId: string };

function readAssessments(dir: string, presentations: Presentations): Map<string, Place> {
  const places = new Map<string, Place>();
  const columns = [...keyColumns, 'id_assessment', 'assessment_type', 'date', 'weight'] as const;
  for (const row of readTable(dir, 'assessments', columns)) {
    const courseId = courseIdOf(row);
    const presentation = found(presentations.get(courseId), courseId);
    const assessment = {
      topicId: `a-${row.id_assessment}`,
      title: row.assessment_type,
      dueDay: numberOrNull(row.date) ?? presentation.length,
      weight: numberOrNull(row.weight),
      recorded: false,
    };
    presentation.assessments.push(assessment);
    places.set(row.id_assessment, { assessment, courseId });
  }
  for (const { assessments } of presentations.values()) numberTitles(assessments);
  return places;
}

/** `TMA 1`, `TMA 2`, … in the order of their due days. */
function numberTitles(assessments: Assessment[]): void {
  const counts = new Map<string, number>();
  assessments.sort((a, b) => a.dueDay - b.dueDay || inOrder(a.topicId, b.topicId));
  for (const assessment of assessments) {
    const kind = assessment.title;
    const number = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, number);
    assessment.title = `${kind} ${number}`;
  }
}

const outcomes: Record<string, OuladEnrolment['outcome']> = {
  Pass: 'passed',
  Distinction: 'passed',
  Fail: 'failed',
  Withdrawn: 'withdrawn',
};

function readOutcomes(dir: string): Map<string, OuladEnrolment['outcome']> {
  const known = new Map<string, OuladEnrolment['outcome']>();
  for (const row of readTable(dir, 'student_info', [...keyColumns, 'id_student', 'final_result'])) {
    const outcome = found(outcomes[row.final_result], `final result ${row.final_result}`);
    known.set(enrolmentKey(courseIdOf(row), row.id_student), outcome);
  }
  return known;
}

function readEnrolments(dir: string, presentations: Presentations): Enrolments {
  const outcomeOf = readOutcomes(dir);
  const enrolments: Enrolments = new Map();
  const columns = [...keyColumns, 'id_student', 'date_registration', 'date_unregistration'] as const;
  for (const row of readTable(dir, 'student_registration', columns)) {
    const courseId = courseIdOf(row);
    const key = enrolmentKey(courseId, row.id_student);
    enrolments.set(key, {
      userId: row.id_student,
      presentation: found(presentations.get(courseId), courseId),
      registeredDay: numberOrNull(row.date_registration),
      unregisteredDay: numberOrNull(row.date_unregistration),
      outcome: found(outcomeOf.get(key), key),
      submissions: [],
      clickDays: [],
    });
  }
  return enrolments;
}

function readSubmissions(dir: string, places: Map<string, Place>, enrolments: Enrolments): void {
  const columns = ['id_assessment', 'id_student', 'date_submitted', 'is_banked', 'score'] as const;
  for (const row of readTable(dir, 'student_assessment', columns)) {
    const { assessment, courseId } = found(places.get(row.id_assessment), row.id_assessment);
    const key = enrolmentKey(courseId, row.id_student);
    assessment.recorded = true;
    found(enrolments.get(key), key).submissions.push({
      assessment,
      day: requiredNumber(row.date_submitted),
      banked: row.is_banked === '1',
      score: numberOrNull(row.score),
    });
  }
  for (const { submissions } of enrolments.values()) submissions.sort((a, b) => a.day - b.day);
}

/** Clicks that end less than a week before the presentation does are taken to be all of them. */
const tailDays = 7;

function readClicks(dir: string, enrolments: Enrolments): void {
  const daysOf = new Map<OuladEnrolment, number[]>();
  const lastOf = new Map<Presentation, number>();
  for (const row of readTable(dir, 'daily_clicks', [...keyColumns, 'id_student', 'day'])) {
    const key = enrolmentKey(courseIdOf(row), row.id_student);
    const enrolment = found(enrolments.get(key), key);
    const day = requiredNumber(row.day);
    const days = daysOf.get(enrolment);
    if (days === undefined) daysOf.set(enrolment, [day]);
    else days.push(day);
    const { presentation } = enrolment;
    lastOf.set(presentation, Math.max(day, lastOf.get(presentation) ?? day));
  }
  for (const [enrolment, days] of daysOf) enrolment.clickDays = [...new Set(days)].sort((a, b) => a - b);
  for (const [presentation, last] of lastOf) {
    const isWhole = last > presentation.length - tailDays;
    presentation.clicksKnownTo = isWhole ? Number.POSITIVE_INFINITY : last;
  }
}

function gather(presentations: Presentations, enrolments: Enrolments): OuladData {
  const students = new Map<string, Student>();
  const sorted = [...enrolments.values()].sort(
    (a, b) => byUserId(a, b) || inOrder(a.presentation.courseId, b.presentation.courseId),
  );
  for (const enrolment of sorted) {
    const { userId, presentation } = enrolment;
    const student = students.get(userId) ?? { userId, enrolments: [] };
    student.enrolments.push(enrolment);
    presentation.enrolments.push(enrolment);
    students.set(userId, student);
  }
  return { presentations, students };
}

/** All of OULAD that we use, in memory. @throws Error when a table is absent or two do not agree. */
export function readOuladData(dir: string): OuladData {
  const presentations = readPresentations(dir);
  const places = readAssessments(dir, presentations);
  const enrolments = readEnrolments(dir, presentations);
  readSubmissions(dir, places, enrolments);
  readClicks(dir, enrolments);
  return gather(presentations, enrolments);
}
