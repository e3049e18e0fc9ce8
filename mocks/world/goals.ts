import { departmentsOf } from './organizations.ts';
import { between, hash, seededRandom, stream } from './random.ts';
import { skills } from './skill-catalogue.ts';
import type { WorldSize } from './world.ts';

export interface Goal {
  id: string;
  name: string;
  weight: number;
  targetSkills: { skillId: string; requiredLevel: number }[];
  /** Null = nobody measures it. */
  kpi: { value: number; target: number; unit: string } | null;
}

const names = ['Ship faster', 'Keep customers', 'Lower risk', 'Grow leaders'];
const units = ['days', 'percent', 'percent', 'percent'];

/** What an organization wants to achieve: four goals, each about skills that its departments need. */
export function goalsOf(size: WorldSize, organization: number): Goal[] {
  const random = seededRandom(hash(size.seed, stream.goal, organization));
  const required = departmentsOf(size, organization).flatMap((department) => department.required);
  const needed =
    required.length > 0 ? required.map(({ skillId }) => skillId) : skills.map(({ skillId }) => skillId);
  return names.map((name, place) => {
    const first = between(random, 0, needed.length - 1);
    const wanted = new Set([0, 3, 6].map((step) => needed[(first + step) % needed.length] ?? ''));
    const target = between(random, 60, 95);
    return {
      id: `goal-${organization + 1}-${place + 1}`,
      name,
      weight: names.length - place,
      targetSkills: [...wanted].map((skillId) => ({ skillId, requiredLevel: between(random, 2, 4) })),
      kpi:
        place === names.length - 1
          ? null
          : { value: between(random, 30, target), target, unit: units[place] ?? 'percent' },
    };
  });
}
