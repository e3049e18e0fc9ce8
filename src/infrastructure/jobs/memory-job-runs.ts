import type { Clock } from '../../application/ports/clock.ts';
import type { Ids } from '../../application/ports/ids.ts';
import type {
  Begun,
  JobRun,
  JobRuns,
  RunClaim,
  RunEnd,
  RunKey,
  RunStep,
} from '../../application/ports/jobs.ts';
import { RpcError } from '../../application/ports/rpc.ts';

interface Kept {
  run: JobRun;
  cursor: unknown;
  leaseUntil: number;
  touchedAt: number;
}

/** What JSON makes of a value, so that nobody holds on to what another changes. */
const copied = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null));

/** Runs of this process, which end with it: for tests and where there is no database. */
export class MemoryJobRuns implements JobRuns {
  readonly #clock: Clock;
  readonly #ids: Pick<Ids, 'uuid'>;
  /** In the order in which they were queued. */
  readonly #runs = new Map<string, Kept>();

  constructor(clock: Clock, ids: Pick<Ids, 'uuid'>) {
    this.#clock = clock;
    this.#ids = ids;
  }

  async queue(key: RunKey, now: number): Promise<JobRun> {
    return { ...this.#of(key, now).run };
  }

  async begin(key: RunKey, now: number, leaseMs: number): Promise<Begun> {
    const kept = this.#of(key, now);
    const at = this.#clock.now();
    if (kept.run.state === 'done') return { outcome: 'done', run: { ...kept.run } };
    if (kept.run.state === 'running' && kept.leaseUntil > at)
      return { outcome: 'held', run: { ...kept.run }, waitMs: Math.ceil(kept.leaseUntil - at) };
    const attempt = kept.run.attempts + 1;
    const startedAt = kept.run.startedAt ?? now;
    kept.run = { ...kept.run, state: 'running', attempts: attempt, startedAt, finishedAt: null };
    kept.leaseUntil = at + leaseMs;
    kept.touchedAt = now;
    const claim = { id: kept.run.id, attempt };
    return { outcome: 'begun', run: { ...kept.run }, claim, cursor: copied(kept.cursor) };
  }

  async progress(claim: RunClaim, leaseMs: number, step?: RunStep): Promise<boolean> {
    const kept = this.#claimed(claim);
    if (kept === undefined) return false;
    kept.leaseUntil = this.#clock.now() + leaseMs;
    if (step === undefined) return true;
    kept.run = { ...kept.run, done: step.done, total: step.total };
    if ('cursor' in step) kept.cursor = copied(step.cursor);
    return true;
  }

  async finish(claim: RunClaim, end: RunEnd, now: number): Promise<boolean> {
    const kept = this.#claimed(claim);
    if (kept === undefined) return false;
    const finishedAt = end.state === 'queued' ? null : now;
    const failure = end.state === 'done' ? null : end.failure.slice(0, 500);
    const figures = end.state === 'done' ? end.figures : {};
    kept.run = { ...kept.run, state: end.state, finishedAt, failure, figures };
    kept.touchedAt = now;
    return true;
  }

  async get(id: string): Promise<JobRun | null> {
    const kept = this.#byId(id);
    return kept === undefined ? null : { ...kept.run };
  }

  async ofJob(name: string, limit: number): Promise<readonly JobRun[]> {
    const all = [...this.#runs.values()].filter(({ run }) => run.name === name).reverse();
    return all.slice(0, limit).map(({ run }) => ({ ...run }));
  }

  async latest(): Promise<readonly JobRun[]> {
    const newest = new Map([...this.#runs.values()].map(({ run }) => [run.name, { ...run }]));
    return [...newest.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async prune(before: number): Promise<number> {
    const goesOn = ({ run, leaseUntil }: Kept) => run.state === 'running' && leaseUntil >= this.#clock.now();
    const old = [...this.#runs].filter(([, kept]) => kept.touchedAt < before && !goesOn(kept));
    for (const [key] of old) this.#runs.delete(key);
    return old.length;
  }

  #of({ name, slot, organizationId }: RunKey, now: number): Kept {
    const key = `${name} ${slot}`;
    const known = this.#runs.get(key);
    if (known !== undefined) {
      if (known.run.organizationId === organizationId) return known;
      throw new RpcError('conflict', "this slot is another organization's");
    }
    const run: JobRun = {
      id: this.#ids.uuid(),
      name,
      slot,
      organizationId,
      state: 'queued',
      done: 0,
      total: null,
      attempts: 0,
      startedAt: null,
      finishedAt: null,
      failure: null,
      figures: {},
    };
    const made: Kept = { run, cursor: null, leaseUntil: 0, touchedAt: now };
    this.#runs.set(key, made);
    return made;
  }

  #byId(id: string): Kept | undefined {
    return [...this.#runs.values()].find(({ run }) => run.id === id);
  }

  #claimed({ id, attempt }: RunClaim): Kept | undefined {
    const kept = this.#byId(id);
    return kept?.run.attempts === attempt && kept.run.state === 'running' ? kept : undefined;
  }
}
