import { iso } from './iso.ts';
import { pageOf, pageOfRows, windowOf } from './paging.ts';
import type { MockRoutes } from './route.ts';
import { findHistory, historyAt } from './world/history.ts';
import { ranksOf } from './world/ranks.ts';
import type { World } from './world/world.ts';

/** RAG Assistant: that something was asked, never what. */
export const ragRoutes = (world: World): MockRoutes => ({
  'GET /users/:id/questions': (request) => {
    const history = findHistory(world.day(), request.params.id ?? '');
    if (history === undefined) return undefined;
    const { from, to } = windowOf(request);
    const inWindow = history.questions.filter(({ at }) => at >= from && at <= to);
    return pageOfRows(
      request,
      inWindow.map((question) => ({ ...question, at: iso(question.at) })),
    );
  },
  'GET /organizations/:id/questions': (request) => {
    const day = world.day();
    const found = ranksOf(day, request.params.id ?? '');
    return (
      found &&
      pageOf(request, found.ranks, (rank) => {
        const [{ userId }, { questions }] = historyAt(day, found.organization, rank);
        const resolved = questions.filter((question) => question.resolved === true).length;
        return [{ userId, questions: questions.length, resolved }];
      })
    );
  },
});
