/** Asking again, unseen, where the server says when that helps. */
/** Why somebody waits: figures are made for the first time, or the server has more to do than it can. */
export type WaitReason = 'being_made' | 'overloaded';

/** Longest wait in all, milliseconds. */
const patienceMs: Record<WaitReason, number> = { being_made: 60_000, overloaded: 15_000 };

/** What is read of a problem that the client throws. */
interface Told {
  code: string;
  retryAfterSeconds?: number | null;
  details?: readonly { message: string }[];
}
const problemIn = (thrown: unknown): Told | undefined =>
  thrown instanceof Error && 'problem' in thrown ? (thrown.problem as Told) : undefined;

/** Null where it is not worth asking again, or nobody can say when: while a service is away that is told at once. */
function waitFor(thrown: unknown): { reason: WaitReason; ms: number } | null {
  const { code, retryAfterSeconds, details = [] } = problemIn(thrown) ?? { code: '' };
  if (retryAfterSeconds === undefined || retryAfterSeconds === null) return null;
  const ms = retryAfterSeconds * 1000;
  if (code === 'OVERLOADED') return { reason: 'overloaded', ms };
  const isMade = code === 'UPSTREAM_UNAVAILABLE' && details.some(({ message }) => message === 'in_progress');
  return isMade ? { reason: 'being_made', ms } : null;
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/**
 * Asks until there is an answer, for as long as the server says when to come back.
 * @param onWait is told before each wait.
 * @throws what was thrown last
 */
export async function patiently<T>(
  ask: (signal: AbortSignal) => Promise<T>,
  signal: AbortSignal,
  onWait: (reason: WaitReason) => void = () => undefined,
  wait: (ms: number) => Promise<void> = pause,
): Promise<T> {
  for (let waitedMs = 0; ; ) {
    try {
      return await ask(signal);
    } catch (thrown) {
      const next = waitFor(thrown);
      waitedMs += next?.ms ?? 0;
      if (next === null || signal.aborted || waitedMs > patienceMs[next.reason]) throw thrown;
      onWait(next.reason);
      await wait(next.ms);
    }
  }
}
