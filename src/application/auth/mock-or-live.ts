import type { CallScope, Reply, UpstreamGate, UpstreamReplies } from '../ports/reply.ts';
import { failureOf } from '../ports/upstream-error.ts';

/**
 * Asks a service, or the mock world when the service has no URL and mock answers are allowed. A configured
 * service that is down is never stood in for: who somebody is must not be made up.
 */
export async function liveOrUnconfiguredMock<T>(
  gate: UpstreamGate,
  scope: CallScope,
  ask: (upstreams: UpstreamReplies) => Promise<Reply<T>>,
): Promise<Reply<T>> {
  try {
    return await ask(gate.live(scope));
  } catch (error) {
    const mock = failureOf(error) === 'not_configured' ? gate.mock(scope) : null;
    if (mock === null) throw error;
    return ask(mock);
  }
}
