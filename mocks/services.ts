import type { Service } from '../src/domain/provenance.ts';
import { assessmentRoutes } from './assessment.ts';
import { authRoutes } from './auth.ts';
import { contentRoutes } from './content.ts';
import { coursesRoutes } from './courses.ts';
import { devlabRoutes } from './devlab.ts';
import { directoryRoutes } from './directory.ts';
import { learnerAiRoutes } from './learner-ai.ts';
import { ragRoutes } from './rag.ts';
import type { MockRoutes } from './route.ts';
import { skillsRoutes } from './skills.ts';
import { makeWorld, type WorldOptions } from './world/world.ts';

/** The nine services of one world: the same id is the same person in each of them. */
export function worldServices(options: WorldOptions): Record<Service, MockRoutes> {
  const world = makeWorld(options);
  return {
    auth: authRoutes(world),
    directory: directoryRoutes(world),
    courses: coursesRoutes(world),
    content: contentRoutes(world),
    assessment: assessmentRoutes(world),
    skills: skillsRoutes(world),
    learnerAi: learnerAiRoutes(world),
    devlab: devlabRoutes(world),
    rag: ragRoutes(world),
  };
}
