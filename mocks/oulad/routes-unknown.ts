import type { MockRoutes } from '../route.ts';

/** OULAD says nothing about these: every answer is "not known" (404), never an empty list and never a zero. */
const notKnown = (...paths: string[]): MockRoutes =>
  Object.fromEntries(paths.map((path) => [`GET ${path}`, () => undefined]));

export const skillsRoutes = notKnown('/users/:id/skills', '/organizations/:id/skills', '/skills/demand');
export const learnerAiRoutes = notKnown('/users/:id/learning-paths', '/users/:id/recommendations');
export const devlabRoutes = notKnown('/users/:id/sessions', '/organizations/:id/practice');
export const ragRoutes = notKnown('/users/:id/questions', '/organizations/:id/questions');
