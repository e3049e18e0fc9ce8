import { isOnlyOwn } from '../../domain/identity/policy.ts';
import { untilKnown } from '../people/without-forgotten.ts';
import type { Audit, AuditBatch } from '../ports/audit.ts';
import type { Clock } from '../ports/clock.ts';
import type { Ids } from '../ports/ids.ts';
import type { Logger } from '../ports/logger.ts';
import type { Forgotten } from '../ports/people.ts';
import type { Read, ReadLog, Refusal } from '../ports/read-log.ts';
import { RpcError } from '../ports/rpc.ts';
import { BoundedRefusals, type ManyRefused } from './bounded-refusals.ts';

/** For operators, counted from the start of the process on. */
export interface ReadLogFigures {
  /** Reads, and refusals of them, that are in the audit log. */
  written: number;
  /** Reads that are not and will not be: there was no room for them while the database was away. */
  dropped: number;
}

export interface ReadsOnRecordDeps {
  audit: Pick<Audit, 'addBatch'>;
  forgotten: Pick<Forgotten, 'among'>;
  clock: Clock;
  ids: Pick<Ids, 'uuid'>;
  logger: Logger;
  /** Most lines that wait. */
  most?: number;
  /** Most lines of one write: whoever else writes to the audit log waits for it. */
  mostAtOnce?: number;
}

type Entry = AuditBatch['entries'][number];

/** What is one line: reads of one subject by one reader at one address under one rule since the last flush, or refusals. */
type Line = { firstAt: number; lastAt: number; reads: number } & (
  | { first: Read }
  | { refused: Refusal }
  | { many: ManyRefused }
);

/** About 10 MB. */
const usualMost = 10_000;
const usualMostAtOnce = 200;

const readOf = (first: Read, { firstAt, lastAt, reads }: Line): Entry => ({
  actorId: first.viewer?.id ?? null,
  action: 'data.read',
  subjectKind: first.subject.kind,
  subjectId: first.subject.id,
  organizationId: first.subject.organizationId,
  outcome: 'done',
  requestId: first.requestId,
  detail: {
    route: first.route,
    rule: `${first.subject.kind}.${first.relation}`,
    reads,
    until: new Date(lastAt).toISOString(),
  },
  occurredAt: firstAt,
});

/** In the log of the organization of whoever tried: another's must not hear of them, nor they of it. */
const refusalBy = ({ id, organizationId }: Refusal['viewer'], occurredAt: number) =>
  ({ actorId: id, action: 'data.refused', organizationId, outcome: 'denied', occurredAt }) as const;

const refusalOf = ({ viewer, subject, reason, route, requestId }: Refusal, at: number): Entry => ({
  ...refusalBy(viewer, at),
  subjectKind: subject.kind,
  subjectId: subject.id,
  requestId,
  detail: { route, rule: `${subject.kind}.${reason}` },
});

const manyRefusedOf = ({ viewer, refusals, firstAt, lastAt }: ManyRefused): Entry => ({
  ...refusalBy(viewer, firstAt),
  subjectKind: null,
  subjectId: null,
  requestId: null,
  detail: { refusals, until: new Date(lastAt).toISOString() },
});

function entryOf(line: Line): Entry {
  if ('first' in line) return readOf(line.first, line);
  return 'refused' in line ? refusalOf(line.refused, line.firstAt) : manyRefusedOf(line.many);
}

/** That some reads are missing is on record too. */
const gapOf = (reads: number, since: number, until: number): Entry => ({
  actorId: null,
  action: 'audit.gap',
  subjectKind: null,
  subjectId: null,
  organizationId: null,
  outcome: 'failed',
  requestId: null,
  detail: { reads, until: new Date(until).toISOString() },
  occurredAt: since,
});

/**
 * Puts reads of others' data, and refusals of them, into the audit log, beside the answers and never before them. Equal reads of a moment are
 * one line with their number. What waits is bounded: while the database is away the reads that there is no room for are
 * counted, and their number is the first that is written afterwards. A process that is killed loses what came since the
 * last flush, and how often who was refused beyond the lines of a period.
 */
export class ReadsOnRecord implements ReadLog {
  readonly #deps: Required<ReadsOnRecordDeps>;
  #waiting = new Map<string, Line>();
  readonly #refusals = new BoundedRefusals();
  /** What was being written when the database went away: again under the same id, as it may be there. */
  #unsure: { batch: AuditBatch; reads: number } | null = null;
  #gap: { reads: number; since: number; until: number } | null = null;
  #isAway = false;
  #written = 0;
  #dropped = 0;
  #flushing: Promise<void> | null = null;

  constructor(deps: ReadsOnRecordDeps) {
    this.#deps = { most: usualMost, mostAtOnce: usualMostAtOnce, ...deps };
  }

  note(read: Read): void {
    const { viewer, subject, relation, route } = read;
    if (viewer !== null && isOnlyOwn(subject, viewer.id)) return;
    const now = this.#deps.clock.now();
    const key = `${viewer?.id ?? ''} ${subject.kind} ${subject.id} ${relation} ${route}`;
    const line = this.#waiting.get(key);
    if (line === undefined) this.#wait(key, { first: read, firstAt: now, lastAt: now, reads: 1 });
    else {
      line.reads += 1;
      line.lastAt = now;
    }
  }

  refused(refusal: Refusal): void {
    // Whoever is no trainer and asks for what a trainer has asks for nobody else's.
    if (refusal.subject.id === refusal.viewer.id) return;
    const now = this.#deps.clock.now();
    // Beyond its lines it is counted, and the number written when the period is over.
    if (!this.#refusals.isALine(refusal, now)) return;
    const { viewer, subject, reason, route } = refusal;
    const key = `refused ${viewer.id} ${subject.kind} ${subject.id} ${reason} ${route} ${now}`;
    this.#wait(key, { refused: refusal, firstAt: now, lastAt: now, reads: 1 });
  }

  #wait(key: string, line: Line): void {
    if (this.#waiting.size < this.#deps.most) this.#waiting.set(key, line);
    else this.#drop(line.reads);
  }

  /** Numbers of refusals whose period is over. */
  #tell(counted: readonly ManyRefused[]): void {
    for (const many of counted) {
      const { viewer, refusals, firstAt, lastAt } = many;
      this.#wait(`refused ${viewer.id} ${firstAt}`, { many, firstAt, lastAt, reads: refusals });
    }
  }

  #drop(reads: number): void {
    const now = this.#deps.clock.now();
    this.#gap = { since: now, ...this.#gap, until: now, reads: (this.#gap?.reads ?? 0) + reads };
    this.#dropped += reads;
  }

  figures(): ReadLogFigures & { waiting: number } {
    return { written: this.#written, dropped: this.#dropped, waiting: this.#waiting.size };
  }

  /** Writes everything, also numbers of periods that are not over. Never rejects. */
  async close(): Promise<void> {
    await this.flush();
    this.#tell(this.#refusals.endAll());
    await this.flush();
  }

  /** Writes what waits; what cannot be written waits on. Never rejects. */
  flush(): Promise<void> {
    this.#tell(this.#refusals.ended(this.#deps.clock.now()));
    this.#flushing ??= this.#flush().finally(() => {
      this.#flushing = null;
    });
    return this.#flushing;
  }

  async #flush(): Promise<void> {
    const { logger } = this.#deps;
    try {
      for (;;) {
        this.#unsure ??= this.#take();
        if (this.#unsure === null) break;
        const { batch, reads } = this.#unsure;
        await this.#write(batch);
        this.#written += reads;
        this.#unsure = null;
      }
      if (this.#isAway) logger.info({}, 'reads are put on record again');
      this.#isAway = false;
    } catch (error) {
      if (error instanceof RpcError && error.code === 'invalid') this.#giveUp();
      if (!this.#isAway) logger.warn({}, 'reads wait to be put on record: the audit log cannot be written');
      this.#isAway = true;
    }
  }

  /** What the database will never take must not keep the rest waiting. */
  #giveUp(): void {
    this.#drop(this.#unsure?.reads ?? 0);
    this.#unsure = null;
  }

  /** What is written next; null = nothing waits. */
  #take(): { batch: AuditBatch; reads: number } | null {
    const gap = this.#gap;
    this.#gap = null;
    const lines = [...this.#waiting].slice(0, this.#deps.mostAtOnce);
    for (const [key] of lines) this.#waiting.delete(key);
    const entries = [
      ...(gap === null ? [] : [gapOf(gap.reads, gap.since, gap.until)]),
      ...lines.map(([, line]) => entryOf(line)),
    ];
    if (entries.length === 0) return null;
    const reads = lines.reduce((sum, [, line]) => sum + line.reads, 0);
    return { batch: { id: this.#deps.ids.uuid(), entries }, reads };
  }

  /** Whoever was erased is not named again. */
  #write({ id, entries }: AuditBatch): Promise<void> {
    const { audit, forgotten } = this.#deps;
    // Callers choose request ids: one may be the id of whoever was erased.
    const words = entries
      .flatMap(({ actorId, subjectId, requestId }) => [actorId, subjectId, requestId])
      .filter((word) => word !== null);
    return untilKnown(async () => {
      const gone = words.length === 0 ? new Set<string>() : await forgotten.among([...new Set(words)]);
      const known = (id: string | null) => (id !== null && gone.has(id) ? null : id);
      const tellable = entries.map((entry) => {
        const { actorId, subjectId, requestId } = entry;
        const isAbout = [actorId, subjectId].some((id) => id !== null && gone.has(id));
        return {
          ...entry,
          actorId: known(actorId),
          subjectId: known(subjectId),
          requestId: isAbout ? null : known(requestId),
        };
      });
      await audit.addBatch({ id, entries: tellable });
    });
  }
}
