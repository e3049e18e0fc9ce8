import type { Attempt } from '../learning/attempt.ts';
import type { LearnerSkill } from '../learning/skill.ts';
import {
  aged,
  answered,
  atLarge,
  type Belief,
  chanceOfRight,
  inSkill,
  itemBelief,
  noPractice,
  type Practice,
} from '../mastery/model.ts';
import { usualMasteryModel } from '../mastery/usual-model.ts';
import type { Computed, Missing } from '../provenance.ts';
import { round, roundOrNull } from '../statistics/summary.ts';
import { dayMs } from '../time.ts';

export const masteryStatuses = ['mastered', 'in_progress', 'not_started'] as const;
export const masteryLevels = ['beginner', 'intermediate', 'advanced', 'expert'] as const;

export interface MasteredSkill {
  skillId: string;
  skillName: string | null;
  /** Evidence-weighted, 0–100; null without attempts and without a level. */
  masteryPercent: number | null;
  level: (typeof masteryLevels)[number] | null;
  status: (typeof masteryStatuses)[number];
  /** Chance 0–1 that the next attempt is right; null without attempts. */
  successProbability: number | null;
  /** Scored attempts on the skill; null when attempts are not known. */
  evidence: number | null;
  acquiredAt: string | null;
  weeksToMaster: number | null;
}

export interface Mastery {
  overallPercent: number | null;
  masteredSkills: number | null;
  inProgressSkills: number | null;
  skills: MasteredSkill[] | null;
  distribution: Record<(typeof masteryLevels)[number], number> | null;
}

const masteredPercent = 85;
const leastEvidence = 3;
/** A level of the Skills Engine counts as this many attempts that went so. */
const levelEvidence = 2;
const expertLevel = 4;
const levelBounds = [40, 65, 85] as const;
/** Paces are told from this many weeks of practice on. */
const leastWeeks = 1;
const longestWeeks = 104;

/** One answer to one item, as far as one skill is concerned. */
interface Answer {
  skillId: string;
  item: string;
  rating: number | null;
  isRight: boolean;
  /** 0–1. */
  share: number;
  at: number;
}

const defaultPassMark = 60;

/** Right = the score on the skill reaches the pass mark (60 where none is given). */
function answersOf(attempts: readonly Attempt[], now: number): Answer[] {
  const unique = new Map(attempts.map((attempt) => [attempt.attemptId, attempt]));
  return [...unique.values()]
    .flatMap(({ assessmentId, itemDifficulty, passMark, score, skills, submittedAt }) =>
      submittedAt === null || submittedAt > now
        ? []
        : skills.flatMap((skill): Answer[] => {
            const own = skill.score ?? score;
            if (own === null) return [];
            const isRight = own >= (passMark ?? defaultPassMark);
            return [
              {
                skillId: skill.skillId,
                item: assessmentId,
                rating: itemDifficulty,
                isRight,
                share: own / 100,
                at: submittedAt,
              },
            ];
          }),
    )
    .sort((a, b) => a.at - b.at || a.item.localeCompare(b.item) || a.skillId.localeCompare(b.skillId));
}

interface Practised {
  practice: Practice;
  answers: Answer[];
  /** Mean difficulty of the items answered, logits. */
  difficulty: number;
}

interface Practising {
  all: Practice;
  /** Epoch ms of the last answer; undefined = none. */
  last: number | undefined;
  skills: Map<string, Practised>;
}

const daysBetween = (from: number | undefined, to: number) => (from === undefined ? 0 : (to - from) / dayMs);
const notPractised: Practised = { practice: noPractice(inSkill), answers: [], difficulty: 0 };

/** Runs the model over all answers in order: practice at large and per skill, beliefs about items. */
function practise(answers: readonly Answer[]): Practising {
  const items = new Map<string, Belief>();
  const skills = new Map<string, Practised>();
  let all = noPractice(atLarge);
  let last: number | undefined;
  for (const answer of answers) {
    const known = skills.get(answer.skillId) ?? notPractised;
    const difficulty = items.get(answer.item) ?? itemBelief(answer.rating);
    const before = {
      all: aged(all, daysBetween(last, answer.at)),
      skills: [aged(known.practice, daysBetween(known.answers.at(-1)?.at, answer.at))],
      difficulty,
    };
    const after = answered(usualMasteryModel.level, before, answer.isRight);
    const count = known.answers.length;
    skills.set(answer.skillId, {
      practice: after.skills[0] ?? known.practice,
      answers: [...known.answers, answer],
      difficulty: (known.difficulty * count + difficulty.mean) / (count + 1),
    });
    items.set(answer.item, after.difficulty);
    all = after.all;
    last = answer.at;
  }
  return { all, last, skills };
}

/** The chance that the next answer is right, today. */
function chanceToday(
  { all, last }: Practising,
  { practice, answers, difficulty }: Practised,
  now: number,
): number {
  const inSkillToday = aged(practice, daysBetween(answers.at(-1)?.at, now));
  const atLargeToday = aged(all, daysBetween(last, now));
  return chanceOfRight(usualMasteryModel, atLargeToday, inSkillToday, difficulty);
}

/**
 * Mean share of points of all attempts and of the level (worth two attempts), pulled to nothing by one attempt
 * without points. Each better answer raises it and each worse one lowers it; no answer makes it certain.
 */
function masteryPercentOf(answers: readonly Answer[], level: number | null): number | null {
  if (answers.length === 0 && level === null) return null;
  const levelWeight = level === null ? 0 : levelEvidence;
  const points =
    answers.reduce((sum, { share }) => sum + share, 0) + levelWeight * ((level ?? 0) / expertLevel);
  const doubt = answers.length === 0 ? 0 : 1 / (answers.length + 1);
  return (100 * points) / (answers.length + levelWeight + doubt);
}

function levelWord(percent: number | null): MasteredSkill['level'] {
  if (percent === null) return null;
  const reached = levelBounds.filter((bound) => percent >= bound).length;
  return masteryLevels[reached] ?? 'beginner';
}

/** Weeks until 85 % at the pace since the first answer; null when there is no way up or it is too far. */
function weeksToMaster(percent: number | null, answers: readonly Answer[], now: number): number | null {
  const first = answers[0];
  if (percent === null || first === undefined) return null;
  if (percent >= masteredPercent) return 0;
  const start = first.share * 100;
  const weeks = (now - first.at) / (7 * dayMs);
  const pace = weeks < leastWeeks ? 0 : (percent - start) / weeks;
  const left = pace <= 0 ? Number.POSITIVE_INFINITY : (masteredPercent - percent) / pace;
  return left > longestWeeks ? null : round(left);
}

function statusOf(
  percent: number | null,
  evidence: number,
  skill: LearnerSkill | undefined,
): MasteredSkill['status'] {
  const proven = percent !== null && percent >= masteredPercent && evidence >= leastEvidence;
  if (proven || (skill?.acquiredAt ?? null) !== null) return 'mastered';
  return evidence > 0 || (skill?.level ?? 0) > 0 ? 'in_progress' : 'not_started';
}

function describe(
  skillId: string,
  skill: LearnerSkill | undefined,
  practising: Practising,
  knowsAttempts: boolean,
  now: number,
): MasteredSkill {
  const practised = practising.skills.get(skillId);
  const answers = practised?.answers ?? [];
  const percent = masteryPercentOf(answers, skill?.level ?? null);
  const status = statusOf(percent, answers.length, skill);
  const acquiredAt = skill?.acquiredAt ?? null;
  return {
    skillId,
    skillName: skill?.name ?? null,
    masteryPercent: roundOrNull(percent),
    level: levelWord(percent),
    status,
    successProbability: practised === undefined ? null : round(chanceToday(practising, practised, now), 3),
    evidence: knowsAttempts ? answers.length : null,
    acquiredAt: acquiredAt === null ? null : new Date(acquiredAt).toISOString(),
    weeksToMaster: status === 'mastered' ? 0 : weeksToMaster(percent, answers, now),
  };
}

const unknownMastery: Mastery = {
  overallPercent: null,
  masteredSkills: null,
  inProgressSkills: null,
  skills: null,
  distribution: null,
};

function distributionOf(skills: readonly MasteredSkill[]): NonNullable<Mastery['distribution']> {
  const count = (level: (typeof masteryLevels)[number]) =>
    skills.filter((skill) => skill.level === level).length;
  return {
    beginner: count('beginner'),
    intermediate: count('intermediate'),
    advanced: count('advanced'),
    expert: count('expert'),
  };
}

/**
 * How far a learner has come in each skill. Two figures that must not be taken for each other:
 * `successProbability` is the model's chance that the next attempt is right (item difficulty, ability at large and in the skill, counts of right and
 * wrong, recency with a half-life of 30 days); `masteryPercent` is the share of points over all evidence. A skill is
 * mastered at 85 % with at least three attempts, or when the Skills Engine says it was acquired.
 *
 * Unit: percent 0–100; probability 0–1; weeks. Null rule: no attempt, no probability; neither attempt nor level, no
 * percentage; attempts not known: no evidence, and the level stands alone. Source: ANALYTICS definition "Mastery", version 2; the model is in `domain/mastery/model.ts`.
 * @param skills null when the Skills Engine knows nothing; attempts then stand alone.
 * @param attempts null when they are not known.
 */
export function mastery(
  skills: readonly LearnerSkill[] | null,
  attempts: readonly Attempt[] | null,
  now: number,
): Computed<Mastery> {
  const practised = practise(answersOf(attempts ?? [], now));
  if (skills === null && practised.skills.size === 0)
    return { data: unknownMastery, missing: noEvidence(attempts) };
  const bySkill = new Map((skills ?? []).map((skill) => [skill.skillId, skill]));
  const ids = [...new Set([...bySkill.keys(), ...practised.skills.keys()])].sort();
  const described = ids.map((id) => describe(id, bySkill.get(id), practised, attempts !== null, now));
  const known = described.flatMap(({ masteryPercent }) => masteryPercent ?? []);
  const overallPercent =
    known.length === 0 ? null : round(known.reduce((sum, value) => sum + value, 0) / known.length);
  return {
    data: {
      overallPercent,
      masteredSkills: described.filter(({ status }) => status === 'mastered').length,
      inProgressSkills: described.filter(({ status }) => status === 'in_progress').length,
      skills: described,
      distribution: distributionOf(described),
    },
    missing: overallPercent === null ? [{ field: 'overallPercent', reason: 'insufficient_data' }] : [],
  };
}

/** Attempts are known, but none of them is on a skill: that is too little to go on, and not nobody's fault. */
function noEvidence(attempts: readonly Attempt[] | null): Missing[] {
  if (attempts === null) return [];
  const fields = Object.keys(unknownMastery) as (keyof Mastery)[];
  return fields.map((field) => ({ field, reason: 'insufficient_data' }));
}
