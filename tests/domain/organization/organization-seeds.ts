import fc from 'fast-check';
import type { AttemptSummary } from '../../../src/domain/learning/attempt.ts';
import type { OrganizationEnrolment } from '../../../src/domain/learning/enrolment.ts';
import type { Member } from '../../../src/domain/learning/person.ts';
import type { PracticeSummary, QuestionSummary } from '../../../src/domain/learning/practice.ts';
import type { OrganizationSkill } from '../../../src/domain/learning/skill.ts';
import {
  type Practice,
  practiceBuilder,
  type Questions,
  questionsBuilder,
  type Results,
  resultsBuilder,
  type Skills,
  skillsBuilder,
} from '../../../src/domain/organization/columns.ts';
import { type People, peopleBuilder } from '../../../src/domain/organization/people.ts';
import { type Roll, rollBuilder } from '../../../src/domain/organization/roll.ts';
import { seededRandom } from '../../../src/domain/statistics/random.ts';
import { ago, now, rollRow } from '../analytics/seeds.ts';

export const setting = { now, zone: 'UTC', minimumCohort: 10 };

export const member = (changes: Partial<Member> = {}): Member => ({
  userId: 'u-1',
  organizationId: 'o-1',
  fullName: 'Somebody Real',
  departmentId: 'd-1',
  departmentName: 'Department 1',
  teamId: null,
  managerId: null,
  position: null,
  roles: ['learner'],
  hiredAt: null,
  isActive: true,
  ...changes,
});

/** So many people of one department, `a-0`, `a-1` …; null = of none, `none-0` … */
export const team = (departmentId: string | null, size: number): Member[] =>
  Array.from({ length: size }, (_, index) =>
    member({
      userId: `${departmentId ?? 'none'}-${index}`,
      departmentId,
      departmentName: departmentId && `Department ${departmentId}`,
    }),
  );

export const place = (changes: Partial<OrganizationEnrolment> = {}): OrganizationEnrolment => ({
  ...rollRow(),
  courseId: 'c-1',
  ...changes,
});

export const result = (userId: string, meanScore: number | null): AttemptSummary => ({
  userId,
  attempts: 1,
  passed: 0,
  meanScore,
  lastSubmittedAt: null,
});

export function peopleOf(members: readonly Member[], zone = 'UTC'): People {
  const builder = peopleBuilder(zone);
  builder.add(members);
  return builder.done();
}

export function rollOf(people: People, rows: readonly OrganizationEnrolment[], at = now): Roll {
  const builder = rollBuilder(people, at);
  builder.add(rows);
  return builder.done();
}

export function resultsOf(people: People, rows: readonly AttemptSummary[]): Results {
  const builder = resultsBuilder(people);
  builder.add(rows);
  return builder.done();
}

export function skillsOf(people: People, rows: readonly OrganizationSkill[]): Skills {
  const builder = skillsBuilder(people);
  builder.add(rows);
  return builder.done();
}

export function practiceOf(people: People, rows: readonly PracticeSummary[]): Practice {
  const builder = practiceBuilder(people);
  builder.add(rows);
  return builder.done();
}

export function questionsOf(people: People, rows: readonly QuestionSummary[]): Questions {
  const builder = questionsBuilder(people);
  builder.add(rows);
  return builder.done();
}

/** All lists of an organization, as its services send them. */
export interface Lists {
  members: Member[];
  rows: OrganizationEnrolment[];
  results: AttemptSummary[];
  skills: OrganizationSkill[];
  practice: PracticeSummary[];
  questions: QuestionSummary[];
}

export interface Columns {
  people: People;
  roll: Roll;
  results: Results;
  skills: Skills;
  practice: Practice;
  questions: Questions;
}

export function columnsOf(lists: Lists): Columns {
  const people = peopleOf(lists.members);
  return {
    people,
    roll: rollOf(people, lists.rows),
    results: resultsOf(people, lists.results),
    skills: skillsOf(people, lists.skills),
    practice: practiceOf(people, lists.practice),
    questions: questionsOf(people, lists.questions),
  };
}

/** The same items in another order (Fisher and Yates). */
export function shuffled<T>(items: readonly T[], seed: number): T[] {
  const random = seededRandom(seed);
  const order = [...items];
  for (let last = order.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    [order[last], order[other]] = [order[other] as T, order[last] as T];
  }
  return order;
}

export const shuffledLists = (lists: Lists, seed: number): Lists => ({
  members: shuffled(lists.members, seed),
  rows: shuffled(lists.rows, seed + 1),
  results: shuffled(lists.results, seed + 2),
  skills: shuffled(lists.skills, seed + 3),
  practice: shuffled(lists.practice, seed + 4),
  questions: shuffled(lists.questions, seed + 5),
});

interface Plan {
  sizes: number[];
  /** How much is known of people: nothing, some, all. */
  known: number;
  seed: number;
}

const statuses = ['enrolled', 'in_progress', 'completed', 'withdrawn'] as const;

function listsOf({ sizes, known, seed }: Plan): Lists {
  const random = seededRandom(seed);
  const whole = (most: number) => Math.floor(random() * (most + 1));
  const perhaps = <T>(value: T): T | null => (random() < known ? value : null);
  const members = sizes.flatMap((size, index) => team(index === 0 ? null : `d-${index}`, size));
  const rows = members.flatMap(({ userId }) =>
    Array.from({ length: whole(3) }, (_, course) => {
      const enrolledAt = ago(whole(500) - 10);
      return place({
        userId,
        courseId: `c-${course}`,
        enrolledAt: perhaps(enrolledAt),
        dueAt: perhaps(ago(whole(120) - 60)),
        status: statuses[whole(3)] ?? 'enrolled',
        completedTopics: perhaps(whole(40)),
        totalTopics: perhaps(whole(40)),
        lastActivityAt: perhaps(ago(whole(100) - 5)),
        completedAt: perhaps(ago(whole(100) - 5)),
        withdrawnAt: perhaps(ago(whole(100))),
      });
    }),
  );
  return {
    members,
    rows,
    results: members.map(({ userId }) => result(userId, perhaps(whole(1000) / 10))),
    skills: members.flatMap(({ userId }) =>
      ['s-1', 's-2', 's-3'].map((skillId) => ({ userId, skillId, level: whole(4) })),
    ),
    practice: members.map(({ userId }) => ({ userId, sessions: whole(30), solved: 0, lastAt: null })),
    questions: members.map(({ userId }) => ({ userId, questions: whole(9), resolved: whole(9) })),
  };
}

/** Organizations of every kind: empty, of one department, all small, all unknown. */
export const anyLists: fc.Arbitrary<Lists> = fc
  .record<Plan>({
    sizes: fc.array(fc.oneof(fc.nat(12), fc.nat(40)), { maxLength: 6 }),
    known: fc.constantFrom(0, 0.3, 0.9, 1),
    seed: fc.nat(),
  })
  .map(listsOf);
