import type { z } from 'zod';
import type { EnqueueOptions, Figures, QueueSettings } from '../ports/jobs.ts';

/** How far a run is, for its handler to read and to say. */
export interface RunHandle {
  id: string;
  /** What was kept by `progress` last, of this attempt or an earlier one; null = from the start. */
  cursor: unknown;
  /**
   * Keeps how far the run is. What was done before it is not done again; what came after it may be, after a crash.
   * `total` null = not known; without a cursor the last one stays.
   * @throws RunLostError when another process has taken the run over.
   */
  progress(done: number, total: number | null, cursor?: unknown): Promise<void>;
}

/** What a job is given when it runs. */
export interface JobContext<Data> {
  data: Data;
  slot: string;
  run: RunHandle;
  /** Aborted when time is up, the process stops or the run is lost: end soon, by throwing. */
  signal: AbortSignal;
  /** Epoch ms at which this attempt began. */
  now: number;
  /** Whether no attempt follows when this one fails now. */
  isLast(): boolean;
  /** Gets a run of another slot or job done; see `JobQueue`. */
  enqueue(name: string, data: unknown, options?: EnqueueOptions): Promise<string>;
}

/** One job = one file = one of these. */
export interface JobDefinition<Schema extends z.ZodType> extends QueueSettings {
  summary: string;
  /** Five fields; null = only when somebody asks. A schedule delivers `{}`. */
  schedule: string | null;
  /** IANA time zone of the schedule. */
  zone: string;
  data: Schema;
  /** What the work is for: equal slots are the same work, which is done once. */
  slotOf(dueAt: number, data: z.output<Schema>): string;
  /** Whose run it is; null = the platform's. */
  organizationOf?(data: z.output<Schema>): string | null;
  run(context: JobContext<z.output<Schema>>): Promise<Figures>;
}

/** A job whose data are checked where they come in. */
export interface Job extends QueueSettings {
  summary: string;
  schedule: string | null;
  zone: string;
  /** @throws ZodError for data that are not the job's. */
  read(data: unknown): ReadData;
}

/** A job and its data. */
export interface ReadData {
  data: unknown;
  organizationId: string | null;
  slotOf(dueAt: number): string;
  run(context: Omit<JobContext<unknown>, 'data'>): Promise<Figures>;
}

/** The definition with the type of its data shut in. */
export function defineJob<Schema extends z.ZodType>(definition: JobDefinition<Schema>): Job {
  const { data: schema, slotOf, organizationOf, run, ...settings } = definition;
  return {
    ...settings,
    read: (given) => {
      const data = schema.parse(given);
      return {
        data,
        organizationId: organizationOf?.(data) ?? null,
        slotOf: (dueAt) => slotOf(dueAt, data),
        run: (context) => run({ ...context, data }),
      };
    },
  };
}
