import { Counter, Histogram, type OpenMetricsContentType, Registry } from 'prom-client';
import { callerRoles, countedRole, type OnRequestEnd } from '../../application/ports/request-end.ts';
import { type DataSource, dataSources } from '../../domain/provenance.ts';
import { type Tally, tallies } from './tally.ts';

/** From a cached answer to the end of a request's budget, seconds. */
const durationBuckets = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

const methods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PATCH', 'DELETE', 'OPTIONS']);

/** `2xx`; requests whose caller has left stand apart, for nobody's service was bad. */
const classOf = (status: number) => (status === 499 ? 'left' : `${Math.floor(status / 100)}xx`);

type Words<T> = Map<string, T>;
const level = <T>(): Words<T> => new Map<string, T>();

/** What stands below a word, made when it is first asked for. */
function below<T>(words: Words<T>, word: string, make: () => T): T {
  const known = words.get(word);
  if (known !== undefined) return known;
  const made = make();
  words.set(word, made);
  return made;
}

/**
 * Rate, errors and duration per route pattern and role. Labels are bounded: patterns are declared, roles, classes
 * and methods are lists; whatever is asked at no address of ours counts under `none`.
 */
export function makeRequestFigures(registry: Registry): OnRequestEnd {
  const requests = tallies({
    name: 'http_requests_total',
    help: 'Requests by route pattern, role of the caller and class of the status; left = the caller did',
    labelNames: ['method', 'route', 'role', 'status'],
    registers: [registry],
  });
  // prom-client takes exemplars in a registry of OpenMetrics only; in ours they are left out where not asked for.
  const traced = new Registry<OpenMetricsContentType>();
  traced.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  const durations = new Histogram<'route' | 'trace_id'>({
    name: 'http_request_seconds',
    help: 'How long requests took, by route pattern',
    labelNames: ['route'],
    buckets: durationBuckets,
    enableExemplars: true,
    registers: [traced],
  });
  registry.registerMetric(durations);
  const refusals = new Counter({
    name: 'http_requests_limited_total',
    help: 'Requests that were refused because there were too many, by route pattern',
    labelNames: ['route'],
    registers: [registry],
  });
  const sources = tallies({
    name: 'http_answers_total',
    help: 'Answers of analytics by where their figures came from',
    labelNames: ['source'],
    registers: [registry],
  });
  const withheld = new Counter({
    name: 'http_figures_suppressed_total',
    help: 'Figures that were withheld to protect small groups, by route pattern',
    labelNames: ['route'],
    registers: [registry],
  });
  /**
   * By method, route, role and status, one below the other: joining them to one key costs more than all the rest.
   * Bounded as the labels are.
   */
  const known: Words<Words<Words<Words<Tally>>>> = new Map();
  const tallyOf = (method: string, route: string, role: string, status: string): Tally => {
    const ofMethod = below(known, method, level<Words<Words<Tally>>>);
    const ofRoute = below(ofMethod, route, level<Words<Tally>>);
    const ofRole = below(ofRoute, role, level<Tally>);
    return below(ofRole, status, () => requests({ method, route, role, status }));
  };
  for (const role of callerRoles) tallyOf('GET', 'none', role, '2xx');
  const bySource = Object.fromEntries(dataSources.map((source) => [source, sources({ source })])) as Record<
    DataSource,
    Tally
  >;
  return ({ method, route, status, ms, viewer, code, dataSource, suppressed, traceId, isSampled }) => {
    const counted = methods.has(method) ? method : 'other';
    tallyOf(counted, route, countedRole(viewer), classOf(status))();
    // One that nobody records leads nowhere.
    const exemplarLabels = traceId === undefined || !isSampled ? {} : { trace_id: traceId };
    durations.observe({ labels: { route }, value: ms / 1000, exemplarLabels });
    if (code === 'RATE_LIMIT_EXCEEDED') refusals.inc({ route });
    if (suppressed !== undefined) withheld.inc({ route }, suppressed);
    if (dataSource !== undefined) bySource[dataSource]();
  };
}
