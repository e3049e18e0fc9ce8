import type { Logger } from './application/ports/logger.ts';

/** One named step of going down, and the longest it may take. */
export interface ShutdownPhase {
  name: string;
  timeoutMs: number;
  run: () => Promise<void> | void;
}

/** Ends after `timeoutMs` at the latest, so that one stuck phase does not keep the next from its turn. */
async function bounded(phase: ShutdownPhase): Promise<'done' | 'timed_out'> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<'timed_out'>((resolve) => {
    timer = setTimeout(() => resolve('timed_out'), phase.timeoutMs);
  });
  try {
    return await Promise.race([Promise.resolve(phase.run()).then(() => 'done' as const), timeout]);
  } finally {
    clearTimeout(timer);
  }
}

/** Runs the phases in order, each in its own time, whatever happens in the others. Runs once. */
export function makeShutdown(phases: readonly ShutdownPhase[], logger: Logger): () => Promise<void> {
  let running: Promise<void> | undefined;
  const go = async () => {
    for (const phase of phases) {
      try {
        const outcome = await bounded(phase);
        const fields = { phase: phase.name, outcome };
        if (outcome === 'done') logger.info(fields, 'shutdown');
        else logger.warn(fields, 'shutdown');
      } catch (error) {
        logger.error({ phase: phase.name, err: error }, 'shutdown phase failed');
      }
    }
  };
  return () => {
    running ??= go();
    return running;
  };
}
