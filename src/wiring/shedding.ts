import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Clock } from '../application/ports/clock.ts';
import type { Logger } from '../application/ports/logger.ts';
import type { OnRequestEnd } from '../application/ports/request-end.ts';
import type { Tracing } from '../application/ports/tracing.ts';
import type { Config } from '../config.ts';
import { ids } from '../infrastructure/auth/ids.ts';
import { watchLoop } from '../infrastructure/load/watch-loop.ts';
import { Admission, priorities, usualBounds } from '../presentation/http/admission.ts';
import type { CachedLane } from '../presentation/http/cached-lane.ts';
import { makeShedding, type Shedding } from '../presentation/http/load-shedder.ts';

/** After so long without a refusal, or old figures in its place, it is over, ms. */
const calmMs = 10_000;

export interface OpenShedding extends Shedding {
  /** Begins to watch the loop of events. */
  start: () => void;
  stop: () => void;
}

export interface SheddingNeeds {
  config: Config;
  /** Made before what begins work that nobody waits for, which has to ask it. */
  admission: Admission;
  metrics: Registry;
  logger: Logger;
  clock: Clock;
  bind: Tracing['bind'];
  lane: CachedLane;
  onRequestEnd: OnRequestEnd;
}

export const openAdmission = ({ MAX_IN_FLIGHT: mostInFlight, MAX_WAIT_MS: patienceMs }: Config): Admission =>
  new Admission({ ...usualBounds, mostInFlight, patienceMs });

/** Keeps the process from taking on more than it can do in time; one WARN when that begins. */
export function openShedding(needs: SheddingNeeds): OpenShedding {
  const { admission, config, metrics, logger, clock, bind, lane, onRequestEnd } = needs;
  const registers = [metrics];
  const shed = new Counter({
    name: 'http_requests_shed_total',
    help: 'Requests that were refused at once because there was too much to do, by priority',
    labelNames: ['priority'],
    registers,
  });
  const spared = new Counter({
    name: 'http_requests_spared_total',
    help: 'Requests that were given old figures because there was too much to do, by priority',
    labelNames: ['priority'],
    registers,
  });
  for (const counter of [shed, spared]) for (const priority of priorities) counter.inc({ priority }, 0);
  const waited = new Histogram({
    name: 'http_request_wait_seconds',
    help: 'How long requests waited that were let in, but not at once; http_request_seconds begins after it',
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1],
    registers,
  });
  new Gauge({
    name: 'http_requests_in_flight',
    help: 'Requests that are being worked on; probes, streams and what comes from the cache do not count',
    registers,
    collect() {
      this.set(admission.inFlight);
    },
  });
  new Gauge({
    name: 'http_requests_waiting',
    help: 'Requests that wait to be let in',
    registers,
    collect() {
      this.set(admission.waiting);
    },
  });
  new Gauge({
    name: 'http_requests_in_flight_limit',
    help: 'How many may be in flight, as the event loop does now',
    registers,
    collect() {
      this.set(admission.limit);
    },
  });
  let isOver: NodeJS.Timeout | undefined;
  const note = () => {
    if (isOver !== undefined) {
      isOver.refresh();
      return;
    }
    logger.warn({ limit: admission.limit }, 'overloaded: requests are refused, or given old figures');
    isOver = setTimeout(() => {
      isOver = undefined;
      logger.info({ limit: admission.limit }, 'no longer overloaded');
    }, calmMs).unref();
  };
  let stop: (() => void) | undefined;
  const shedding = makeShedding({
    admission,
    clock,
    newId: ids.uuid,
    bind,
    lane,
    takesCookies: config.SESSION_COOKIES,
    onShed: (priority) => {
      shed.inc({ priority });
      note();
    },
    onSpared: (priority) => {
      spared.inc({ priority });
      note();
    },
    onWaited: (ms) => waited.observe(ms / 1000),
    onRequestEnd,
  });
  return {
    ...shedding,
    start: () => {
      stop = watchLoop((state) => admission.observe(state));
    },
    stop: () => {
      stop?.();
      admission.stop();
      clearTimeout(isOver);
    },
  };
}
