import { UpstreamError } from './ports/upstream-error.ts';

interface Flight<T> {
  result: Promise<T>;
  controller: AbortController;
  waiting: number;
}

/** Runs a piece of work, or joins the one that runs under the same key. */
export interface SingleFlight<T> {
  /**
   * Contract: at most one `start` runs per key. All who ask meanwhile get its result or its error. A caller
   * whose signal is aborted is rejected at once with `UpstreamError` cancelled; the work goes on for the
   * others, whoever began it, and is aborted only when the last of them has left. The key must hold
   * everything the result depends on (tenant, scope). Nothing is kept after the work has ended.
   */
  run(key: string, signal: AbortSignal, start: (signal: AbortSignal) => Promise<T>): Promise<T>;
}

const cancelled = () => new UpstreamError('cancelled', 'the caller left');

export function makeSingleFlight<T>(): SingleFlight<T> {
  const flights = new Map<string, Flight<T>>();

  function takeOff(key: string, start: (signal: AbortSignal) => Promise<T>): Flight<T> {
    const controller = new AbortController();
    const forget = () => {
      if (flights.get(key) === flight) flights.delete(key);
    };
    // Started in a microtask, so that a synchronous throw is a rejection like any other.
    const result = Promise.resolve().then(() => start(controller.signal));
    const flight: Flight<T> = { result, controller, waiting: 0 };
    flights.set(key, flight);
    result.then(forget, forget);
    return flight;
  }

  function leave(key: string, flight: Flight<T>): void {
    flight.waiting -= 1;
    if (flight.waiting > 0) return;
    // Nobody may join work that is being aborted.
    if (flights.get(key) === flight) flights.delete(key);
    flight.controller.abort();
  }

  return {
    run: (key, signal, start) =>
      new Promise<T>((resolve, reject) => {
        if (signal.aborted) {
          reject(cancelled());
          return;
        }
        const flight = flights.get(key) ?? takeOff(key, start);
        flight.waiting += 1;
        const onAbort = () => {
          leave(key, flight);
          reject(cancelled());
        };
        signal.addEventListener('abort', onAbort, { once: true });
        flight.result.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
      }),
  };
}
