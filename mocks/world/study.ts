/** What somebody does in one enrolment, sitting by sitting, up to where the past ends. Instants are epoch ms. */
import { faceAssessment, missedWork, takeAssessment } from './attempts.ts';
import type { Content, Topic } from './courses.ts';
import { type Desk, hoursOf, pass, sit, workingDay } from './desk.ts';
import type { Enrolment } from './enrolments.ts';
import { organizationAt } from './organizations.ts';
import { between, seededRandom } from './random.ts';
import type { Skill } from './skill-catalogue.ts';
import { dayMs, type WorldDay } from './world.ts';

export interface Study
  extends Pick<
    Desk,
    | 'enrolment'
    | 'course'
    | 'dueAt'
    | 'views'
    | 'completions'
    | 'attempts'
    | 'practice'
    | 'questions'
    | 'sittings'
  > {
  enrolledAt: number;
  status: 'enrolled' | 'in_progress' | 'completed' | 'withdrawn';
  completedAt: number | null;
  withdrawnAt: number | null;
  /** The end of the last sitting; null = has not begun. */
  lastActivityAt: number | null;
}

/** Of three units per topic so many are worked through in one sitting, on average. */
const unitsPerSitting = 1.5;
/** Days off come on top of the gaps between sittings. */
const restShare = 0.9;
/** Who is so far over the due day gives up. */
const graceDays = 30;
/** A baseline is for those who have been here long enough to be asked. */
const askedAfterDays = 14;

const looksIn = 0.12;
const notMeasured = 0.04;
const asks = 0.12;

function view(desk: Desk, { topicId }: Topic, content: Content): number {
  const { random, views, questions } = desk;
  const seconds = Math.round(content.durationSeconds * (0.7 + 0.7 * random()));
  if (random() < looksIn) {
    // Looked in, and came back.
    const short = Math.round(seconds * 0.2);
    views.push({ content, topicId, at: desk.at, seconds: short, completed: false });
    pass(desk, short + 60);
  }
  views.push({
    content,
    topicId,
    at: desk.at,
    seconds: random() < notMeasured ? null : seconds,
    completed: true,
  });
  pass(desk, seconds);
  if (random() < asks) {
    const drawn = random();
    questions.push({ at: desk.at, topicId, resolved: drawn < 0.75 ? true : drawn < 0.92 ? false : null });
  }
  pass(desk, between(random, 10, 120));
  return seconds;
}

/** An exercise in DevLab. */
function exercise(desk: Desk, skill: Skill): void {
  const { random, practice } = desk;
  const { learner, run } = desk.enrolment;
  const startedAt = desk.at;
  pass(desk, between(random, 300, 2100));
  const drawn = random();
  const solves = 0.35 + 0.5 * learner.ability;
  const status = drawn < solves ? 'solved' : drawn < solves + 0.1 ? 'abandoned' : 'failed';
  const reached = status === 'solved' ? between(random, 65, 100) : between(random, 10, 59);
  practice.push({
    sessionId: `session-${learner.index}-${run.number}-${practice.length + 1}`,
    skill,
    exerciseId: `exercise-${skill.skillId.slice('skill-'.length)}-${between(random, 1, 12)}`,
    startedAt,
    endedAt: desk.at,
    status,
    score: status === 'abandoned' ? null : reached,
    attempts: between(random, 1, 5),
  });
}

/** The topic is done; then an exercise for some, and the assessment that is open now. */
function finish(desk: Desk, topic: Topic, seconds: number, now: number): void {
  const { random, course, completions, enrolment } = desk;
  completions.push({ topic, at: desk.at, seconds });
  const coded = topic.skills.find(({ isCode }) => isCode);
  if (coded && random() < 0.3 + 0.4 * enrolment.learner.diligence) exercise(desk, coded);
  for (const assessment of course.assessments) {
    if (assessment.afterTopics === completions.length) faceAssessment(desk, assessment, now);
  }
}

/** Works through the units of a course, one sitting after the other. */
function workThrough(desk: Desk, firstDay: number, now: number): void {
  const { random, course, enrolment } = desk;
  const units = course.topics.flatMap((topic) => topic.contents.map((content) => ({ topic, content })));
  // Who does not finish stops short of the last topic.
  const most = enrolment.fate === 'finishes' ? units.length : units.length - 3;
  const plannedGap = (restShare * course.lengthDays * enrolment.pace * unitsPerSitting) / units.length;
  // The diligent keep to a rhythm.
  const uneven = 0.9 - 0.7 * enrolment.learner.diligence;
  let done = 0;
  let topicSeconds = 0;
  const work = () => {
    const until = done + (random() < 0.5 ? 1 : 2);
    for (const { topic, content } of units.slice(done, Math.min(until, most))) {
      topicSeconds += view(desk, topic, content);
      done += 1;
      if (content !== topic.contents.at(-1)) continue;
      finish(desk, topic, topicSeconds, now);
      topicSeconds = 0;
    }
  };
  let day = firstDay;
  while (done < most && day < desk.dueAt + graceDays * dayMs && sit(desk, day, work)) {
    const slower = enrolment.fate === 'fades' ? 1 + (1.2 * done) / units.length : 1;
    const gap = Math.max(1, Math.round(plannedGap * slower * (1 + uneven * (2 * random() - 1))));
    day = workingDay(desk, day + gap * dayMs);
  }
}

/** The day on which somebody begins, the day after being enrolled at the earliest. */
function firstDayOf(desk: Desk, today: number): number {
  const { enrolledAgo, run } = desk.enrolment;
  const begins = today - Math.min(enrolledAgo - 1, run.startAgo) * dayMs;
  const hesitates = enrolledAgo > 5 ? between(desk.random, 0, 2) : 0;
  return workingDay(desk, begins + hesitates * dayMs);
}

function study(desk: Desk, today: number): void {
  const { enrolment, course, random } = desk;
  if (enrolment.fate === 'never_starts') return;
  const firstDay = firstDayOf(desk, today);
  const [baseline] = course.assessments;
  const isAsked = enrolment.learner.joinedAgo >= askedAfterDays && random() < 0.85;
  if (baseline && isAsked) sit(desk, firstDay, () => takeAssessment(desk, baseline, today));
  workThrough(desk, isAsked ? workingDay(desk, firstDay + dayMs) : firstDay, today);
}

function newDesk(enrolment: Enrolment, today: number): Desk {
  const { run, withdrawnAgo, endsAgo, seed } = enrolment;
  const { lastHour } = organizationAt(run.class.organization);
  return {
    enrolment,
    course: run.course,
    random: seededRandom(seed ^ 0x5bd1e995),
    dueAt: hoursOf(today - run.dueAgo * dayMs, lastHour),
    end: today - Math.max(0, withdrawnAgo ?? 0, endsAgo ?? 0) * dayMs,
    at: 0,
    views: [],
    completions: [],
    attempts: [],
    practice: [],
    questions: [],
    sittings: [],
  };
}

/** When somebody left the course; whoever had finished it has not left it. */
function withdrawnAtOf({ enrolment, completions, course }: Desk, today: number): number | null {
  const { withdrawnAgo, learner } = enrolment;
  if (withdrawnAgo === null || completions.length === course.topics.length) return null;
  return hoursOf(today - withdrawnAgo * dayMs, organizationAt(learner.organization).firstHour);
}

function statusOf(desk: Desk, withdrawnAt: number | null): Study['status'] {
  if (withdrawnAt !== null) return 'withdrawn';
  if (desk.completions.length === desk.course.topics.length) return 'completed';
  return desk.sittings.length > 0 ? 'in_progress' : 'enrolled';
}

/** Everything about one enrolment. */
export function studyOf(day: WorldDay, enrolment: Enrolment): Study {
  const today = day.today * dayMs;
  const desk = newDesk(enrolment, today);
  study(desk, today);
  const { enrolledAgo, learner, seed } = enrolment;
  const enrolledAt = hoursOf(today - enrolledAgo * dayMs, organizationAt(learner.organization).firstHour);
  const withdrawnAt = withdrawnAtOf(desk, today);
  const status = statusOf(desk, withdrawnAt);
  desk.attempts.push(...missedWork(desk, enrolledAt, withdrawnAt ?? today));
  desk.sittings.sort((a, b) => a.from - b.from);
  return {
    ...desk,
    enrolledAt: enrolledAt + (seed % 60) * 60_000,
    status,
    completedAt: status === 'completed' ? (desk.completions.at(-1)?.at ?? null) : null,
    withdrawnAt,
    lastActivityAt: desk.sittings.reduce<number | null>((last, { to }) => Math.max(last ?? 0, to), null),
  };
}
