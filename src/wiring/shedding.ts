import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestHandler } from 'express';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { Logger } from '../application/ports/logger.ts';
import type { OnRequestEnd } from '../application/ports/request-end.ts';
import type { Config } from '../config.ts';
import { ids } from '../infrastructure/auth/ids.ts';
import { watchLoop } from '../infrastructure/load/watch-loop.ts';
import {
  LoadShedder,
  type Priority,
  priorities,
  refusingEarly,
  shedding,
  usualBounds,
} from '../presentation/http/load-shedder.ts';

/** After so long without a refusal it is over, ms. */
const calmMs = 10_000;

export interface Shedding {
  handler: RequestHandler;
  /** In front of the router; true = refused. */
  refuse: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** Begins to watch the loop of events. */
  start: () => void;
  stop: () => void;
}

/** Keeps the process from taking on more than it can do in time; one WARN when that begins. */
export function openShedding(
  config: Config,
  metrics: Registry,
  logger: Logger,
  onRequestEnd: OnRequestEnd,
): Shedding {
  const shedder = new LoadShedder({ ...usualBounds, mostInFlight: config.MAX_IN_FLIGHT });
  const registers = [metrics];
  const shed = new Counter({
    name: 'http_requests_shed_total',
    help: 'Requests that were refused at once because there was too much to do, by priority',
    labelNames: ['priority'],
    registers,
  });
  for (const priority of priorities) shed.inc({ priority }, 0);
  new Gauge({
    name: 'http_requests_in_flight',
    help: 'Requests that are being worked on; probes, streams and what comes ready from the cache do not count',
    registers,
    collect() {
      this.set(shedder.inFlight);
    },
  });
  new Gauge({
    name: 'http_requests_in_flight_limit',
    help: 'How many may be, as the event loop does now',
    registers,
    collect() {
      this.set(shedder.limit);
    },
  });
  let isOver: NodeJS.Timeout | undefined;
  const note = () => {
    if (isOver !== undefined) {
      isOver.refresh();
      return;
    }
    logger.warn({ limit: shedder.limit }, 'overloaded: requests are refused');
    isOver = setTimeout(() => {
      isOver = undefined;
      logger.info({ limit: shedder.limit }, 'no longer overloaded');
    }, calmMs).unref();
  };
  let stop: (() => void) | undefined;
  const onShed = (priority: Priority) => {
    shed.inc({ priority });
    note();
  };
  return {
    handler: shedding(shedder, onShed),
    refuse: refusingEarly(shedder, onShed, ids.uuid, onRequestEnd, config.SESSION_COOKIES),
    start: () => {
      stop = watchLoop((state) => shedder.observe(state));
    },
    stop: () => {
      stop?.();
      clearTimeout(isOver);
    },
  };
}
