import { Counter, Histogram, type Registry } from 'prom-client';
import {
  type AnswerLayer,
  answerLayers,
  type CacheFigures,
  type CacheLayer,
  cacheLayers,
  type Look,
  purgeOutcomes,
} from '../../application/ports/cache-figures.ts';
import type { SpanStart, Tracing } from '../../application/ports/tracing.ts';
import { type Tally, tallies } from './tally.ts';

interface LayerFigures {
  start: SpanStart;
  hit: Tally;
  miss: Tally;
}

/** Counts looks into each layer, and makes a span of each where the request is recorded. */
export function makeLook(registry: Registry, tracing: Tracing): Look {
  const looks = tallies({
    name: 'cache_looks_total',
    help: 'Looks into a layer of the cache, by whether it had what was wanted',
    labelNames: ['layer', 'found'],
    registers: [registry],
  });
  const layers = Object.fromEntries(
    cacheLayers.map((layer) => [
      layer,
      {
        start: { name: `cache ${layer}`, attributes: { 'app.cache.layer': layer } },
        hit: looks({ layer, found: 'hit' }),
        miss: looks({ layer, found: 'miss' }),
      },
    ]),
  ) as Record<CacheLayer, LayerFigures>;

  const isThere = (found: unknown) => found !== undefined;
  return (layer, look, isHit = isThere) => {
    const { start, hit, miss } = layers[layer];
    return tracing.span(start, (span) => {
      const told = (found: Awaited<ReturnType<typeof look>>) => {
        const wasThere = isHit(found);
        if (wasThere) hit();
        else miss();
        span.set({ 'app.cache.hit': wasThere });
        return found;
      };
      const found = look();
      return (
        found instanceof Promise ? found.then(told) : told(found as Awaited<typeof found>)
      ) as typeof found;
    });
  };
}

/** From just made to the longest that anything stands in. */
const ageBuckets = [1, 5, 15, 60, 300, 900, 3600, 14_400, 86_400];

/** Counts from the start of the process on. */
export function makeCacheFigures(registry: Registry): CacheFigures {
  const served = tallies({
    name: 'answers_served_total',
    help: 'Answers by where they came from',
    labelNames: ['layer'],
    registers: [registry],
  });
  const ages = new Histogram({
    name: 'answers_age_seconds',
    help: 'How old the figures of answers were',
    buckets: ageBuckets,
    registers: [registry],
  });
  const coalesced = new Counter({
    name: 'answers_coalesced_total',
    help: 'Requests that waited for an answer that was already being made',
    registers: [registry],
  });
  const purged = new Counter({
    name: 'purges_acknowledged_total',
    help: 'Purges by how they came to be acknowledged: confirmed by all, waited for, or owed to others',
    labelNames: ['how'],
    registers: [registry],
  });
  for (const how of purgeOutcomes) purged.inc({ how }, 0);
  const byLayer = Object.fromEntries(answerLayers.map((layer) => [layer, served({ layer })])) as Record<
    AnswerLayer,
    Tally
  >;
  return {
    served: (layer, ageSeconds) => {
      byLayer[layer]();
      ages.observe(ageSeconds);
    },
    coalesced: () => coalesced.inc(),
    purged: (how) => purged.inc({ how }),
  };
}
