/** What the parent and the process that is killed say to each other. */
export interface Published {
  id: string;
  stream: string;
  version: number;
}

/** A call of a database function. */
export interface Ask {
  id: number;
  fn: string;
  args: Readonly<Record<string, unknown>>;
}

export type Told =
  | { kind: 'ready' }
  | { kind: 'answered'; id: number; answer: unknown }
  | { kind: 'refused'; id: number; code: string; message: string }
  | { kind: 'published'; event: Published };
