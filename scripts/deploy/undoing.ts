/** What a drill has begun and has to end, whatever happens in between. */
export interface Undoing {
  after: (undo: () => unknown) => void;
  /** The last first. */
  undo: () => Promise<void>;
}

export function undoing(): Undoing {
  const steps: (() => unknown)[] = [];
  return {
    after: (undo) => void steps.push(undo),
    undo: async () => {
      for (let step = steps.pop(); step !== undefined; step = steps.pop()) await step();
    },
  };
}
