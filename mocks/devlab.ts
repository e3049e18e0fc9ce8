import { iso } from './iso.ts';
import { pageOf, pageOfRows, windowOf } from './paging.ts';
import type { MockRoutes } from './route.ts';
import type { Practice } from './world/desk.ts';
import { findHistory, historyAt } from './world/history.ts';
import { ranksOf } from './world/ranks.ts';
import type { World } from './world/world.ts';

const wireSession = ({
  sessionId,
  exerciseId,
  skill,
  startedAt,
  endedAt,
  status,
  score,
  attempts,
}: Practice) => ({
  sessionId,
  exerciseId,
  skillId: skill.skillId,
  startedAt: iso(startedAt),
  endedAt: iso(endedAt),
  status,
  score,
  attempts,
});

/** DevLab: practice. */
export const devlabRoutes = (world: World): MockRoutes => ({
  'GET /users/:id/sessions': (request) => {
    const history = findHistory(world.day(), request.params.id ?? '');
    if (history === undefined) return undefined;
    const { from, to } = windowOf(request);
    const inWindow = history.practice.filter(({ startedAt }) => startedAt >= from && startedAt <= to);
    return pageOfRows(request, inWindow.map(wireSession));
  },
  'GET /organizations/:id/practice': (request) => {
    const day = world.day();
    const found = ranksOf(day, request.params.id ?? '');
    return (
      found &&
      pageOf(request, found.ranks, (rank) => {
        const [{ userId }, { practice }] = historyAt(day, found.organization, rank);
        const solved = practice.filter(({ status }) => status === 'solved').length;
        return [
          { userId, sessions: practice.length, solved, lastAt: iso(practice.at(-1)?.startedAt ?? null) },
        ];
      })
    );
  },
});
