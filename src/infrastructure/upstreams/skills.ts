import { z } from 'zod';
import type { SkillsPort } from '../../application/ports/upstreams.ts';
import { uniqueBy } from './tidy.ts';
import { path, type Wire } from './wire.ts';
import {
  list,
  orElse,
  orNone,
  row,
  wireCount,
  wireId,
  wireInstant,
  wireInstantOrNull,
  wireLevel,
  wireLevelOrNull,
  wireScore,
  wireText,
} from './wire-types.ts';

const learnerSkill = row({
  skillId: wireId,
  name: wireText,
  category: wireText,
  level: wireLevel,
  requiredLevel: wireLevelOrNull,
  importance: orElse(row({ business: wireScore, market: wireScore, career: wireScore }), () => ({
    business: null,
    market: null,
    career: null,
  })),
  prerequisites: list(wireId),
  acquiredAt: wireInstantOrNull,
  history: orNone(row({ at: wireInstant, level: wireLevel })),
});

const organizationSkill = row({ userId: wireId, skillId: wireId, level: wireLevel });

const demand = z.object({
  skillId: wireId,
  name: wireText,
  learners: wireCount,
  requiredBy: wireCount,
  openGaps: wireCount,
  enrollments: wireCount,
  monthly: z.array(z.object({ month: z.string().regex(/^\d{4}-\d{2}$/), enrollments: wireCount })),
});

/** Skills Engine: who can do what, and what is asked for. */
export const makeSkillsClient = (wire: Wire): SkillsPort => ({
  forUser: async (userId) => {
    const skills = await wire.collection(path`/users/${userId}/skills`, learnerSkill, {}, { userId });
    return skills && uniqueBy(skills, ({ skillId }) => skillId);
  },
  organizationSkills: async (organizationId, cursor) => {
    const at = path`/organizations/${organizationId}/skills`;
    const page = await wire.page(at, organizationSkill, cursor, {}, { organizationId });
    return { ...page, items: uniqueBy(page.items, ({ userId, skillId }) => `${userId} ${skillId}`) };
  },
  demand: async (organizationId) => {
    const skills = await wire.collection('/skills/demand', demand, { organizationId }, { organizationId });
    return skills && uniqueBy(skills, ({ skillId }) => skillId);
  },
});
