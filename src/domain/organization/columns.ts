import type { AttemptSummary } from '../learning/attempt.ts';
import type { PracticeSummary, QuestionSummary } from '../learning/practice.ts';
import type { OrganizationSkill } from '../learning/skill.ts';
import { PairSet } from './pair-set.ts';
import type { People } from './people.ts';

/** Columns by place; NaN = not known. A person's second row replaces the first: it says the same or later. */
export interface Results {
  meanScore: Float32Array;
  attempts: Uint32Array;
  passed: Uint32Array;
}

export interface Practice {
  sessions: Uint32Array;
  solved: Uint32Array;
}

export interface Questions {
  asked: Uint32Array;
  resolved: Uint32Array;
}

/** Who has reached what: people by skill, department and level. */
export interface Skills {
  skillIds: readonly string[];
  /** Index = (skill × departments + department) × levels + (level − 1): people with at least that level. */
  reached: Uint32Array;
}

export const skillLevels = 4;

interface Builder<Row, Columns> {
  add(rows: readonly Row[]): void;
  done(): Columns;
}

function byPlace<Row extends { userId: string }>(people: People, set: (place: number, row: Row) => void) {
  return (rows: readonly Row[]) => {
    for (const row of rows) {
      const place = people.places.get(row.userId);
      if (place !== undefined) set(place, row);
    }
  };
}

export function resultsBuilder(people: People): Builder<AttemptSummary, Results> {
  const size = people.places.size;
  const columns = {
    meanScore: new Float32Array(size).fill(Number.NaN),
    attempts: new Uint32Array(size),
    passed: new Uint32Array(size),
  };
  const add = byPlace<AttemptSummary>(people, (place, { meanScore, attempts, passed }) => {
    columns.meanScore[place] = meanScore ?? Number.NaN;
    columns.attempts[place] = attempts;
    columns.passed[place] = passed;
  });
  return { add, done: () => columns };
}

export function practiceBuilder(people: People): Builder<PracticeSummary, Practice> {
  const size = people.places.size;
  const columns = { sessions: new Uint32Array(size), solved: new Uint32Array(size) };
  const add = byPlace<PracticeSummary>(people, (place, { sessions, solved }) => {
    columns.sessions[place] = sessions;
    columns.solved[place] = solved;
  });
  return { add, done: () => columns };
}

export function questionsBuilder(people: People): Builder<QuestionSummary, Questions> {
  const size = people.places.size;
  const columns = { asked: new Uint32Array(size), resolved: new Uint32Array(size) };
  const add = byPlace<QuestionSummary>(people, (place, { questions, resolved }) => {
    columns.asked[place] = questions;
    columns.resolved[place] = resolved;
  });
  return { add, done: () => columns };
}

/** More skills than this are a service gone wrong; those beyond are left out. */
const mostSkills = 5000;

export function skillsBuilder(people: People): Builder<OrganizationSkill, Skills> {
  const departments = people.departments.length;
  const numbers = new Map<string, number>();
  const counts: Uint32Array[] = [];
  const seen = new PairSet();

  function numberOf(skillId: string): number | undefined {
    const known = numbers.get(skillId);
    if (known !== undefined || counts.length >= mostSkills) return known;
    numbers.set(skillId, counts.length);
    counts.push(new Uint32Array(departments * skillLevels));
    return counts.length - 1;
  }

  const add = byPlace<OrganizationSkill>(people, (place, { skillId, level }) => {
    const skill = numberOf(skillId);
    if (skill === undefined || !seen.add(place, skill)) return;
    const own = counts[skill];
    const from = (people.departmentOf[place] ?? 0) * skillLevels;
    for (
      let reached = 1;
      own !== undefined && reached <= Math.min(skillLevels, Math.floor(level));
      reached += 1
    )
      own[from + reached - 1] = (own[from + reached - 1] ?? 0) + 1;
  });

  return {
    add,
    done: () => {
      const reached = new Uint32Array(counts.length * departments * skillLevels);
      counts.forEach((column, skill) => {
        reached.set(column, skill * departments * skillLevels);
      });
      return { skillIds: [...numbers.keys()], reached };
    },
  };
}

/** People with at least `level` (above 0, at most 4; half levels count as the next one) in a skill, in one department or in all. */
export function peopleWith(
  { skillIds, reached }: Skills,
  departments: number,
  skillId: string,
  level: number,
  department?: number,
): number {
  const skill = skillIds.indexOf(skillId);
  const whole = Math.ceil(level);
  if (skill < 0 || whole < 1 || whole > skillLevels) return 0;
  const at = (one: number) => reached[(skill * departments + one) * skillLevels + whole - 1] ?? 0;
  if (department !== undefined) return at(department);
  return Array.from({ length: departments }, (_, one) => at(one)).reduce((sum, count) => sum + count, 0);
}
