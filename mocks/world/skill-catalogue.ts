/** The skills of all organizations, in the order in which they build on each other within a category. */
export interface Skill {
  skillId: string;
  name: string;
  category: string;
  /** Practised in DevLab. */
  isCode: boolean;
  /** skillIds that must come first. */
  prerequisites: string[];
  importance: { business: number; market: number; career: number };
}

type Row = readonly [slug: string, name: string, business: number, market: number, career: number];

const table: Record<string, readonly Row[]> = {
  programming: [
    ['python', 'Python', 72, 95, 88],
    ['typescript', 'TypeScript', 68, 84, 80],
    ['testing', 'Software testing', 78, 66, 62],
    ['architecture', 'Software architecture', 74, 78, 90],
  ],
  data: [
    ['sql', 'SQL', 90, 88, 75],
    ['statistics', 'Statistics', 70, 74, 72],
    ['visualisation', 'Data visualisation', 66, 63, 58],
    ['machine-learning', 'Machine learning', 64, 98, 92],
  ],
  operations: [
    ['linux', 'Linux', 55, 60, 52],
    ['containers', 'Containers', 62, 82, 70],
    ['cloud', 'Cloud services', 82, 93, 85],
    ['incident-response', 'Incident response', 80, 57, 55],
  ],
  security: [
    ['privacy', 'Data protection', 92, 61, 48],
    ['secure-coding', 'Secure coding', 86, 79, 73],
    ['threat-modelling', 'Threat modelling', 71, 69, 67],
  ],
  business: [
    ['project-planning', 'Project planning', 76, 58, 65],
    ['negotiation', 'Negotiation', 69, 55, 68],
    ['financial-basics', 'Financial basics', 73, 50, 57],
    ['product-discovery', 'Product discovery', 67, 71, 74],
  ],
  communication: [
    ['writing', 'Clear writing', 75, 52, 60],
    ['feedback', 'Giving feedback', 65, 45, 63],
    ['presenting', 'Presenting', 60, 48, 66],
    ['coaching', 'Coaching', 63, 54, 71],
    ['leadership', 'Leading a team', 84, 76, 94],
  ],
};

const coded = new Set(['programming', 'data', 'operations', 'security']);
const notCoded = new Set(['privacy', 'incident-response', 'visualisation', 'threat-modelling']);

export const skills: readonly Skill[] = Object.entries(table).flatMap(([category, rows]) =>
  rows.map(([slug, name, business, market, career], place) => ({
    skillId: `skill-${slug}`,
    name,
    category,
    isCode: coded.has(category) && !notCoded.has(slug),
    prerequisites: rows.slice(Math.max(0, place - 1), place).map(([before]) => `skill-${before}`),
    importance: { business, market, career },
  })),
);

/** Any number, also a larger one than there are skills. */
export function skillAt(index: number): Skill {
  const skill = skills[index % skills.length];
  if (skill === undefined) throw new RangeError(`there is no skill ${index}`);
  return skill;
}
