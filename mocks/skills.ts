import { iso } from './iso.ts';
import { pageOf, pageOfRows } from './paging.ts';
import type { MockRoutes } from './route.ts';
import { demandOf } from './world/demand.ts';
import { findHistory, historyAt } from './world/history.ts';
import { organizationNumber } from './world/organizations.ts';
import { ranksOf } from './world/ranks.ts';
import type { LearnerSkill } from './world/skill-levels.ts';
import { remember, type World } from './world/world.ts';

const wireSkill = ({ skill, level, requiredLevel, acquiredAt, history }: LearnerSkill) => ({
  skillId: skill.skillId,
  name: skill.name,
  category: skill.category,
  level,
  requiredLevel,
  importance: skill.importance,
  prerequisites: skill.prerequisites,
  acquiredAt: iso(acquiredAt),
  history: history.map((step) => ({ at: iso(step.at), level: step.level })),
});

/** Skills Engine: who can do what, and what is asked for. */
export const skillsRoutes = (world: World): MockRoutes => ({
  'GET /users/:id/skills': (request) => {
    const history = findHistory(world.day(), request.params.id ?? '');
    return history && pageOfRows(request, history.skills.map(wireSkill));
  },
  'GET /organizations/:id/skills': (request) => {
    const day = world.day();
    const found = ranksOf(day, request.params.id ?? '');
    return (
      found &&
      pageOf(request, found.ranks, (rank) => {
        const [{ userId }, { skills }] = historyAt(day, found.organization, rank);
        return skills.map(({ skill: { skillId }, level }) => ({ userId, skillId, level }));
      })
    );
  },
  'GET /skills/demand': (request) => {
    const day = world.day();
    const number = organizationNumber(day, request.query.organizationId ?? '');
    if (number === undefined) return undefined;
    return pageOfRows(
      request,
      remember(day, `demand ${number}`, () => demandOf(day, number)),
    );
  },
});
