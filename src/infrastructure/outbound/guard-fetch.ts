import { Agent, type Dispatcher, setGlobalDispatcher } from 'undici';
import { TargetError, type Targets } from './targets.ts';

/** Largest body that a library may be sent, as it travels. */
const largestBytes = 64 * 1024 * 1024;

/** Refuses whatever is at no configured origin, also when a redirect leads there. */
const onlyTo =
  (targets: Targets): Dispatcher.DispatcherComposeInterceptor =>
  (dispatch) =>
  (options, handler) => {
    if (!targets.allows(String(options.origin))) throw new TargetError('nobody has configured this origin');
    return dispatch(options, handler);
  };

/**
 * Puts the same bounds on `fetch`, which libraries call: configured hosts only, no private ones behind names, no
 * proxies of the environment. It holds for the whole process, so only a process's first file may call it.
 */
export function guardFetch(targets: Targets): void {
  const agent = new Agent({
    connect: { timeout: 5000, lookup: targets.lookup },
    maxResponseSize: largestBytes,
  });
  setGlobalDispatcher(agent.compose(onlyTo(targets)));
}
