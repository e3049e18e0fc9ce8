/** One learner's whole past, from which all nine services answer. */
import type { Attempt, Practice, Question, Sitting, View } from './desk.ts';
import { enrolmentsOf } from './enrolments.ts';
import { organizationAt } from './organizations.ts';
import { findPerson, type Learner, learnerOf } from './people.ts';
import { between, hash, seededRandom, stream } from './random.ts';
import { type LearnerSkill, skillsOf } from './skill-levels.ts';
import { type Study, studyOf } from './study.ts';
import { dayMs, historyDays, remember, type WorldDay } from './world.ts';

export interface Login {
  at: number;
  seconds: number;
}

/** Everything in order of time. */
export interface History {
  studies: Study[];
  views: View[];
  attempts: Attempt[];
  practice: Practice[];
  questions: Question[];
  logins: Login[];
  skills: LearnerSkill[];
}

const nothing: History = {
  studies: [],
  views: [],
  attempts: [],
  practice: [],
  questions: [],
  logins: [],
  skills: [],
};

const minute = 60_000;
/** Days between visits without learning anything. */
const idleGapDays = 16;

/** Visits just to look around, while the learner is there. */
function idleVisits(day: WorldDay, learner: Learner): Sitting[] {
  const random = seededRandom(hash(day.seed, stream.logins, learner.index));
  const { firstHour, weekend } = organizationAt(learner.organization);
  const visits: Sitting[] = [];
  let ago = Math.min(historyDays, learner.joinedAgo) - between(random, 0, idleGapDays);
  for (; ago > Math.max(0, learner.leftAgo ?? 0); ago -= between(random, 4, 2 * idleGapDays - 4)) {
    const at = (day.today - ago) * dayMs;
    const from = at + (firstHour * 60 + between(random, 0, 300)) * minute;
    const seconds = between(random, 40, 400);
    if (!weekend.includes(new Date(at).getUTCDay())) visits.push({ from, to: from + seconds * 1000 });
  }
  return visits;
}

/** Sittings that touch are one visit; people log in a moment before and leave a moment after. */
function loginsOf(sittings: readonly Sitting[]): Login[] {
  const visits: Sitting[] = [];
  for (const { from, to } of [...sittings].sort((a, b) => a.from - b.from)) {
    const last = visits.at(-1);
    if (last && from - minute <= last.to) last.to = Math.max(last.to, to + minute);
    else visits.push({ from: from - minute, to: to + minute });
  }
  return visits.map(({ from, to }) => ({ at: from, seconds: Math.round((to - from) / 1000) }));
}

const whenOf = ({ submittedAt, dueAt }: Attempt) => submittedAt ?? dueAt ?? 0;

function makeHistory(day: WorldDay, learner: Learner): History {
  const studies = enrolmentsOf(day, learner).map((enrolment) => studyOf(day, enrolment));
  const sittings = studies.flatMap((study) => study.sittings);
  return {
    studies,
    views: studies.flatMap(({ views }) => views).sort((a, b) => a.at - b.at),
    attempts: studies.flatMap(({ attempts }) => attempts).sort((a, b) => whenOf(a) - whenOf(b)),
    practice: studies.flatMap(({ practice }) => practice).sort((a, b) => a.startedAt - b.startedAt),
    questions: studies.flatMap(({ questions }) => questions).sort((a, b) => a.at - b.at),
    logins: loginsOf([...sittings, ...idleVisits(day, learner)]),
    skills: skillsOf(day, learner, studies),
  };
}

export const historyOf = (day: WorldDay, learner: Learner): History =>
  remember(day, `history ${learner.index}`, () => makeHistory(day, learner));

/** The past of whoever has an id; staff have learned nothing; undefined = nobody. */
export function findHistory(day: WorldDay, userId: string): History | undefined {
  const person = findPerson(day, userId);
  if (person === undefined) return undefined;
  return person.kind === 'learner' ? historyOf(day, person) : nothing;
}

export const historyAt = (day: WorldDay, organization: number, rank: number): [Learner, History] => {
  const learner = learnerOf(day, { organization, rank });
  return [learner, historyOf(day, learner)];
};
