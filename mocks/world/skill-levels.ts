/** What somebody can do: what they brought with them, and what they have learned since. */
import type { Learner } from './people.ts';
import { share, stream } from './random.ts';
import { type Skill, skills } from './skill-catalogue.ts';
import type { Study } from './study.ts';
import { dayMs, historyDays, type WorldDay } from './world.ts';

export interface LearnerSkill {
  skill: Skill;
  /** 0 missing … 4 expert. */
  level: number;
  /** Null = nobody requires it of this learner. */
  requiredLevel: number | null;
  /** When it first was as high as required (3 where nothing is); null = never yet. */
  acquiredAt: number | null;
  history: { at: number; level: number }[];
}

/** Finished topics and passed assessments that a level takes, all in all. */
const evidenceFor = [0, 2, 5, 9, 14];
const proficient = 3;

/** Instants at which something was learned, by skill. */
function evidenceOf(studies: readonly Study[]): Map<string, number[]> {
  const evidence = new Map<string, number[]>();
  const add = (skillId: string, at: number) => {
    const known = evidence.get(skillId);
    if (known) known.push(at);
    else evidence.set(skillId, [at]);
  };
  const seen = new Set<string>();
  for (const { completions, attempts } of studies) {
    for (const { topic, at } of completions) {
      // A topic that is taken again teaches nothing new.
      if (seen.has(topic.topicId)) continue;
      seen.add(topic.topicId);
      for (const { skillId } of topic.skills) add(skillId, at);
    }
    for (const { assessment, score, submittedAt } of attempts) {
      if (submittedAt === null || score === null || score < assessment.passMark) continue;
      if (assessment.kind === 'baseline' || seen.has(assessment.assessmentId)) continue;
      seen.add(assessment.assessmentId);
      for (const { skillId } of assessment.skills) add(skillId, submittedAt);
    }
  }
  for (const instants of evidence.values()) instants.sort((a, b) => a - b);
  return evidence;
}

/** Half bring nothing, some a little, few more than that. */
function broughtLevel(day: WorldDay, learner: Learner, index: number): number {
  const drawn = share(day.seed, stream.skill, learner.index, index);
  if (drawn < 0.5) return 0;
  return drawn < 0.85 ? 1 : 2;
}

function historyOf(brought: number, since: number, learned: readonly number[]): LearnerSkill['history'] {
  const history = brought > 0 ? [{ at: since, level: brought }] : [];
  const before = evidenceFor[brought] ?? 0;
  for (const [place, at] of learned.entries()) {
    const level = evidenceFor.lastIndexOf(before + place + 1);
    if (level > brought) history.push({ at, level });
  }
  return history;
}

/** The skills that are required of a learner or that they have learned something of, in the catalogue's order. */
export function skillsOf(day: WorldDay, learner: Learner, studies: readonly Study[]): LearnerSkill[] {
  const evidence = evidenceOf(studies);
  const since = (day.today - Math.min(learner.joinedAgo, historyDays)) * dayMs;
  const required = new Map(learner.department?.required.map(({ skillId, level }) => [skillId, level]));
  return skills.flatMap((skill, index) => {
    const learned = evidence.get(skill.skillId) ?? [];
    const requiredLevel = required.get(skill.skillId) ?? null;
    if (requiredLevel === null && learned.length === 0) return [];
    const history = historyOf(broughtLevel(day, learner, index), since, learned);
    const enough = requiredLevel ?? proficient;
    return [
      {
        skill,
        level: history.at(-1)?.level ?? 0,
        requiredLevel,
        acquiredAt: history.find(({ level }) => level >= enough)?.at ?? null,
        history,
      },
    ];
  });
}
