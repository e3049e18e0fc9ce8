/** Who goes first when not all can: people who wait, then files that are made for later, then what nobody has asked for yet. */
export const priorities = ['interactive', 'export', 'prefetch'] as const;
export type Priority = (typeof priorities)[number];

/** The part of the most, and of the bound while others are being refused, up to which requests are let in. */
const shareOf: Record<Priority, number> = { interactive: 1, export: 0.75, prefetch: 0.5 };

/** What the loop of events was like since it was looked at last. */
export interface LoopState {
  /** How long that was, ms; longer than planned when the loop was late. */
  elapsedMs: number;
  /** Part of the time in which it had something to do, 0–1; a machine that is busy with others delays an idle loop too. */
  utilization: number;
}

export interface AdmissionBounds {
  /** Most requests at once, those that wait too, however well the loop does. */
  mostInFlight: number;
  /** Fewest that are worked on at once, however badly. */
  leastInFlight: number;
  /** How long a request may wait for its turn, ms. */
  patienceMs: number;
  /** The same while others are being refused: whoever waited longer would only pass it on. */
  shortPatienceMs: number;
  /** The same in the first while of a process, whose code has not been compiled yet. */
  warmUpPatienceMs: number;
  warmUpMs: number;
}

export const usualBounds = {
  leastInFlight: 8,
  shortPatienceMs: 5,
  warmUpPatienceMs: 1000,
  warmUpMs: 10_000,
} as const;

/** More than this, and requests wait for the loop; less, and it waits for others. */
const busy = 0.9;
const grow = 1.1;
const shrink = 0.9;
/**
 * So long without a rest, and there is more in flight than it takes to keep the loop busy; so long without a moment
 * that had none, and it has time for everybody, ms.
 */
const steadyMs = 100;
/** Longer than this between two looks, and the process stood still; of that no more is counted as waiting for a turn, ms. */
const stoodStillMs = 40;
/** What came meanwhile comes at once: all may wait for longer by the pause, a quarter of what has passed since less. */
const forgiven = 0.25;
const mostForgivenMs = 200;
/** Pieces of work at once that nobody waits for, while the loop has no rest. */
const fewUnasked = 2;
/** Refusals are over when there was none for as long, ms. */
const calmMs = 1000;

const never = Number.NEGATIVE_INFINITY;
const nobody: Readonly<Record<Priority, number>> = { interactive: never, export: never, prefetch: never };

/** Who asks to be let in. Of the two one is called, once, at once or later. */
export interface Applicant {
  priority: Priority;
  letIn: () => void;
  refuse: () => void;
}
interface Waiting extends Applicant {
  since: number;
}

/**
 * Bounds how many requests are worked on at once. While the loop of events has rests everybody is let in. While it has
 * none, as many are worked on as it takes to keep it busy, and no more: the bound grows by a tenth whenever the loop
 * rests though somebody waits, and shrinks by a tenth when it had no rest for long (additive increase and
 * multiplicative decrease find the same point; Chiu and Jain 1989). Whoever comes beyond it waits for his turn for a
 * moment, so that a burst or a pause refuses nobody; once that is not enough, hardly at all (CoDel,
 * Nichols and Jacobson 2012, as for requests in Maurer, Fail at Scale, ACM Queue 2015). So who is let in is served in
 * time, and who is not is told so at once. Time is what `observe` is told; nobody waits where nobody observes.
 */
export class Admission {
  readonly #bounds: AdmissionBounds;
  readonly #waiting: Record<Priority, Waiting[]> = { interactive: [], export: [], prefetch: [] };
  #waitingCount = 0;
  #limit: number;
  #inFlight = 0;
  #now = 0;
  #busyAt = never;
  #restlessMs = 0;
  /** Of the last pause what is still forgiven, ms. */
  #pauseMs = 0;
  /** When somebody of a priority, or of one that goes before it, was refused last. */
  #refusedAt = nobody;

  constructor(bounds: AdmissionBounds) {
    this.#bounds = bounds;
    this.#limit = Math.min(bounds.mostInFlight, 2 * bounds.leastInFlight);
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  get waiting(): number {
    return this.#waitingCount;
  }

  /** The loop had no rest a moment ago. */
  get #isBusy(): boolean {
    return this.#now - this.#busyAt < steadyMs;
  }

  /** How many are worked on at once now. */
  get limit(): number {
    return this.#isBusy ? this.#limit : this.#bounds.mostInFlight;
  }

  /**
   * How many pieces of work that nobody waits for may be under way: none a moment after somebody was refused, and few
   * while the loop has no rest, or many answers that grow old at once would be made anew before people are served.
   */
  get mostUnasked(): number {
    if (this.#isShortOf('prefetch')) return 0;
    return this.#isBusy ? fewUnasked : Number.POSITIVE_INFINITY;
  }

  /** How long somebody may wait now, ms. */
  #patienceMs(priority: Priority): number {
    const { patienceMs, shortPatienceMs, warmUpMs, warmUpPatienceMs } = this.#bounds;
    if (this.#now < warmUpMs) return Math.max(warmUpPatienceMs, patienceMs);
    return this.#isShortOf(priority) ? shortPatienceMs : patienceMs + this.#pauseMs;
  }

  #hasRoomFor(priority: Priority): boolean {
    if (!this.#isBusy) return this.#inFlight < this.#mostFor(priority);
    const share = this.#isShortOf(priority) ? shareOf[priority] : 1;
    return this.#inFlight < this.#limit * share;
  }

  /** Somebody as urgent, or more, has been refused a moment ago. */
  #isShortOf(priority: Priority): boolean {
    return this.#now - this.#refusedAt[priority] < calmMs;
  }

  #mostFor(priority: Priority): number {
    return this.#bounds.mostInFlight * shareOf[priority];
  }

  /** Lets somebody in, lets him wait, or refuses him. Whoever was let in has to `leave`. @returns withdraws who waits. */
  apply(applicant: Applicant): (() => void) | undefined {
    const { priority } = applicant;
    if (this.#hasRoomFor(priority)) {
      this.#enter(applicant);
      return undefined;
    }
    const isWithin = this.#inFlight + this.#waitingCount < this.#mostFor(priority);
    if (!this.#isBusy || !isWithin) {
      this.#refuse(applicant);
      return undefined;
    }
    const waiting = { ...applicant, since: this.#now };
    const line = this.#waiting[priority];
    line.push(waiting);
    this.#waitingCount += 1;
    return () => {
      const place = line.indexOf(waiting);
      if (place < 0) return;
      line.splice(place, 1);
      this.#waitingCount -= 1;
    };
  }

  leave(): void {
    this.#inFlight -= 1;
    this.#letIn();
  }

  /** To be called again and again, at best each hundredth of a second. */
  observe({ elapsedMs, utilization }: LoopState): void {
    this.#now += Math.min(elapsedMs, stoodStillMs);
    const leftMs = Math.max(0, this.#pauseMs - forgiven * elapsedMs);
    this.#pauseMs = elapsedMs > stoodStillMs ? Math.max(leftMs, Math.min(elapsedMs, mostForgivenMs)) : leftMs;
    if (utilization > busy) {
      this.#busyAt = this.#now;
      this.#restlessMs += elapsedMs;
    } else {
      this.#restlessMs = 0;
      if (this.#waitingCount > 0) this.#move(Math.ceil(grow * Math.max(this.#limit, this.#inFlight)));
    }
    if (this.#restlessMs >= steadyMs) {
      this.#restlessMs = 0;
      this.#move(Math.floor(shrink * this.#limit));
    }
    // There is time for everybody: what was refused before says nothing of those who come now.
    if (!this.#isBusy) this.#refusedAt = nobody;
    this.#letIn();
    this.#giveUp();
  }

  /** Nobody observes any more: who waits is let in. */
  stop(): void {
    this.#busyAt = never;
    this.#letIn();
  }

  #move(limit: number): void {
    const { leastInFlight, mostInFlight } = this.#bounds;
    this.#limit = Math.min(mostInFlight, Math.max(Math.min(leastInFlight, mostInFlight), limit));
  }

  #enter({ letIn }: Applicant): void {
    this.#inFlight += 1;
    letIn();
  }

  #refuse({ priority, refuse }: Applicant): void {
    const at = { ...this.#refusedAt };
    for (const after of priorities.slice(priorities.indexOf(priority))) at[after] = this.#now;
    this.#refusedAt = at;
    refuse();
  }

  #letIn(): void {
    for (const priority of priorities) {
      const line = this.#waiting[priority];
      while (line.length > 0 && this.#hasRoomFor(priority)) this.#take(line, (next) => this.#enter(next));
    }
  }

  #giveUp(): void {
    for (const priority of priorities) {
      const line = this.#waiting[priority];
      const latest = this.#now - this.#patienceMs(priority);
      while (line[0] !== undefined && line[0].since <= latest) this.#take(line, (next) => this.#refuse(next));
    }
  }

  #take(line: Waiting[], then: (next: Waiting) => void): void {
    const next = line.shift();
    if (next === undefined) return;
    this.#waitingCount -= 1;
    then(next);
  }
}
