import { Counter, Histogram, type Registry } from 'prom-client';
import { RpcError } from '../../application/ports/rpc.ts';
import type { Tracing } from '../../application/ports/tracing.ts';
import type { WatchCall } from '../database/calls.ts';

/** Seconds, from a call at hand to the longest that a request waits for. */
const durationBuckets = [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/**
 * Counts and times calls of SQL functions, and makes a span of each where the request is recorded: its name, never its
 * arguments. Names are those of our own functions, and so bounded.
 */
export function makeWatchCall(registry: Registry, tracing: Tracing): WatchCall {
  const calls = new Counter({
    name: 'database_calls_total',
    help: 'Calls of SQL functions by how they ended',
    labelNames: ['function', 'outcome'],
    registers: [registry],
  });
  const durations = new Histogram({
    name: 'database_call_seconds',
    help: 'How long calls of SQL functions took, with the wait for a connection',
    buckets: durationBuckets,
    registers: [registry],
  });
  return (fn, call) => {
    const attributes = { 'db.system.name': 'postgresql', 'db.stored_procedure.name': fn } as const;
    return tracing.span({ name: `api.${fn}`, kind: 'client', attributes }, async () => {
      const end = durations.startTimer();
      try {
        const answer = await call();
        calls.inc({ function: fn, outcome: 'ok' });
        return answer;
      } catch (error) {
        calls.inc({ function: fn, outcome: error instanceof RpcError ? error.code : 'unavailable' });
        throw error;
      } finally {
        end();
      }
    });
  };
}
