import type { AnswerCache } from '../ports/answer-cache.ts';
import type { EdgePurge } from '../ports/edge-purge.ts';
import type { Seal } from '../ports/seal.ts';

/** Tags under which a shared cache keeps an answer; sealed, because they name people. */
export const edgeTags = (tags: readonly string[], seal: Seal): string[] =>
  tags.map((tag) => seal.close('tag', tag));

/** The same cache; what is purged from it is purged at the edge after it, so that nobody fills the edge from it again. */
export const purgingEdge = (cache: AnswerCache, edge: EdgePurge, seal: Seal): AnswerCache => ({
  peek: (key) => cache.peek(key),
  get: (key, tags) => cache.get(key, tags),
  begin: (key, tags, signal) => cache.begin(key, tags, signal),
  era: () => cache.era(),
  purge: async (tags, reason) => {
    await cache.purge(tags, reason);
    await edge.purge(edgeTags(tags, seal), reason);
  },
});
