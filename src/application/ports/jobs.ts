/** Where a run stands. `queued` also when an attempt failed and another will follow. */
export const runStates = ['queued', 'running', 'done', 'failed'] as const;
export type RunState = (typeof runStates)[number];

/** What a run has to say when it is done: names and numbers, nothing about a person. */
export type Figures = Readonly<Record<string, number>>;

/** One slot of a job: what was to be done once, how far it is and how it ended. */
export interface JobRun {
  id: string;
  name: string;
  /** What the work is for: an hour, a day, with the organization where there is one. Unique per job. */
  slot: string;
  organizationId: string | null;
  state: RunState;
  done: number;
  /** Null = not known. */
  total: number | null;
  /** How often somebody began or went on with it. */
  attempts: number;
  /** Epoch ms. */
  startedAt: number | null;
  finishedAt: number | null;
  /** What kind of thing went wrong last, without anything about a person; null = nothing. */
  failure: string | null;
  figures: Figures;
}

/** A claim on a run. The attempt is a fence: whoever was overtaken by a later attempt changes nothing any more. */
export interface RunClaim {
  id: string;
  attempt: number;
}

export type Begun =
  | { outcome: 'begun'; run: JobRun; claim: RunClaim; cursor: unknown }
  /** This slot's work is done; there is nothing to do. */
  | { outcome: 'done'; run: JobRun }
  /** Somebody who was alive a moment ago is at it; after `waitMs` it is known whether they still are. */
  | { outcome: 'held'; run: JobRun; waitMs: number };

export interface RunKey {
  name: string;
  slot: string;
  organizationId: string | null;
}

/**
 * What is known of runs. Ours and not the queue's: a queue delivers at least once and forgets, a run is done once
 * per slot, can be looked at, and goes on where it was left.
 */
export interface JobRuns {
  /** Notes that a run is waited for; what is there already stays as it is. */
  queue(key: RunKey, now: number): Promise<JobRun>;
  /** Of any number of callers at once one has begun. A dead one's run is taken over with its cursor. */
  begin(key: RunKey, now: number, leaseMs: number): Promise<Begun>;
  /**
   * Says that one is alive and, when it is given, how far; a cursor that is left out stays.
   * @returns false when the claim is lost: stop.
   */
  progress(claim: RunClaim, leaseMs: number, step?: RunStep): Promise<boolean>;
  /** @returns false when the claim was lost. */
  finish(claim: RunClaim, end: RunEnd, now: number): Promise<boolean>;
  /** Null = there is no such run. */
  get(id: string): Promise<JobRun | null>;
  /** The newest first. */
  ofJob(name: string, limit: number): Promise<readonly JobRun[]>;
  /** The newest of each job, whole or of an organization, by name. */
  latest(): Promise<readonly JobRun[]>;
  /** Forgets runs that nobody has touched since. @returns how many. */
  prune(before: number): Promise<number>;
}

export interface RunStep {
  done: number;
  total: number | null;
  /** Where to go on; anything that can be written as JSON, null = from the start. */
  cursor?: unknown;
}

export type RunEnd =
  | { state: 'done'; figures: Figures }
  /** `queued` = it will be tried again. */
  | { state: 'queued' | 'failed'; failure: string };

/** An organization of which something is kept. */
export interface KnownOrganization {
  organizationId: string;
  /** IANA time zone. */
  zone: string;
}

export interface Organizations {
  /** In order of their ids, from after one on; an empty page is the end. */
  page(after: string | null, limit: number): Promise<readonly KnownOrganization[]>;
}

export interface EnqueueOptions {
  /** What makes two deliveries the same while one of them waits or runs; default: the slot. */
  key?: string;
  /** Higher is sooner; default: the job's own. */
  priority?: number;
  /** Epoch ms. */
  startAfter?: number;
}

/** How many deliveries of a queue stand where. `dead` = given up after the last attempt. */
export interface QueueFigures {
  waiting: number;
  active: number;
  failed: number;
  dead: number;
}

/** What a queue hands to whoever works. */
export interface Delivery {
  name: string;
  /** As it was enqueued; null for a delivery by schedule. */
  slot: string | null;
  data: unknown;
  /** Epoch ms at which it became due: what a schedule's slot is made from, the same at every attempt. */
  dueAt: number;
  /** Aborted when time is up, the process stops or the delivery was given to somebody else. */
  signal: AbortSignal;
  /** Whether no attempt follows when this one fails now. */
  isLast(): boolean;
}

/** How a queue treats the deliveries of one job. */
export interface QueueSettings {
  name: string;
  concurrency: number;
  priority: number;
  retryLimit: number;
  /** Seconds before the first retry; doubles with each. */
  retryDelaySeconds: number;
  timeoutSeconds: number;
}

export interface Schedule {
  name: string;
  /** Five fields. */
  cron: string;
  /** IANA time zone. */
  zone: string;
}

/** Gets work done later, at least once, and tries again. */
export interface JobQueue {
  /**
   * Answers the id of the run, the same for the same slot; a run that is done is not done again.
   * @throws Error for a job that nobody has defined or data that are not the job's.
   */
  enqueue(name: string, data: unknown, options?: EnqueueOptions): Promise<string>;
  /** From now on deliveries are worked on by this process. A handler that throws is asked again, later and later. */
  work(handle: (delivery: Delivery) => Promise<void>): Promise<void>;
  /** Delivers by the clock, once for all processes together; replaces the job's schedule. */
  schedule(schedule: Schedule): Promise<void>;
  figures(): Promise<Readonly<Record<string, QueueFigures>>>;
  /** Begins nothing new, waits for what runs up to `boundMs`, then interrupts it; it goes on elsewhere. */
  stop(boundMs: number): Promise<void>;
}
