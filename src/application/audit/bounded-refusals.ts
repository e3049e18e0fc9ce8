import type { Viewer } from '../../domain/identity/viewer.ts';
import type { Refusal } from '../ports/read-log.ts';

/** Refusals of one caller that have no lines of their own. */
export interface ManyRefused {
  viewer: Viewer;
  /** From 1. */
  refusals: number;
  /** Epoch ms. */
  firstAt: number;
  lastAt: number;
}

interface Period {
  viewer: Viewer;
  /** Epoch ms. */
  since: number;
  /** Subject, reason and route of those that got a line. */
  lines: Set<string>;
  more: ManyRefused | null;
}

/** As long as thresholds of abuse count. */
const periodMs = 10 * 60_000;
const linesPerPeriod = 20;
/** Callers whose periods run at once; about 10 MB. */
const mostCallers = 5000;

/**
 * Who is refused what, so bounded that nobody can fill the audit log by asking: in ten minutes a caller gets a line for
 * each of the first twenty different things, and one with the number of all else, repeated or not.
 */
export class BoundedRefusals {
  /** By caller, the oldest period first. */
  readonly #periods = new Map<string, Period>();
  #over: ManyRefused[] = [];

  /** Whether this one gets a line of its own; else it is counted. */
  isALine(refusal: Refusal, now: number): boolean {
    const { viewer, subject, reason, route } = refusal;
    const period = this.#periodOf(viewer, now);
    const thing = `${subject.kind} ${subject.id} ${reason} ${route}`;
    if (!period.lines.has(thing) && period.lines.size < linesPerPeriod) {
      period.lines.add(thing);
      return true;
    }
    period.more ??= { viewer, refusals: 0, firstAt: now, lastAt: now };
    period.more.refusals += 1;
    period.more.lastAt = now;
    return false;
  }

  /** Numbers of the periods that are over, each once. */
  ended(now: number): readonly ManyRefused[] {
    for (const [caller, { since }] of this.#periods) {
      if (now - since < periodMs) break;
      this.#end(caller);
    }
    return this.#over.splice(0);
  }

  /** Numbers of all periods, which are then over. */
  endAll(): readonly ManyRefused[] {
    return this.ended(Number.POSITIVE_INFINITY);
  }

  #periodOf(viewer: Viewer, now: number): Period {
    const running = this.#periods.get(viewer.id);
    if (running !== undefined && now - running.since < periodMs) return running;
    this.#end(viewer.id);
    const [oldest] = this.#periods.keys();
    if (oldest !== undefined && this.#periods.size >= mostCallers) this.#end(oldest);
    const period = { viewer, since: now, lines: new Set<string>(), more: null };
    this.#periods.set(viewer.id, period);
    return period;
  }

  #end(caller: string): void {
    const more = this.#periods.get(caller)?.more;
    this.#periods.delete(caller);
    if (more) this.#over.push(more);
  }
}
