/** What a drill has begun and has to end, whatever happens in between. */
export interface Undoing {
  after: (undo: () => unknown) => void;
  /** The last first, once; whoever asks again waits for the same end. */
  undo: () => Promise<void>;
}

export function undoing(): Undoing {
  const steps: (() => unknown)[] = [];
  let running: Promise<void> | undefined;
  const undoAll = async () => {
    for (let step = steps.pop(); step !== undefined; step = steps.pop()) await step();
  };
  return {
    after: (undo) => void steps.push(undo),
    undo: () => {
      running ??= undoAll();
      return running;
    },
  };
}

/** For a whole drill: whoever ends it with Ctrl-C finds no servers left either. */
export function undoingAtSignals(): Undoing {
  const all = undoing();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void all.undo().finally(() => process.exit(130)));
  return all;
}
