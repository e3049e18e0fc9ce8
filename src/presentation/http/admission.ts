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
  /** The same while others are being refused, ms. A refusal takes as long, or balancers would send all others here too. */
  shortPatienceMs: number;
  /** Whoever has been let in for longer when the loop rests only waits for services, which takes no time here, ms. */
  lingeringMs: number;
  /** The first while of a process, whose code has not been compiled yet: all may wait for long, flood or not. */
  warmUpMs: number;
}

export const usualBounds = {
  leastInFlight: 8,
  shortPatienceMs: 50,
  lingeringMs: 250,
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
const mostForgivenMs = 1000;
/** Pieces of work at once that nobody waits for, while the loop has no rest. */
const fewUnasked = 2;
/** Work that nobody waits for may begin again when nobody was refused for as long, ms. */
const calmMs = 1000;
/** Refusing is over when nobody was refused for as long, ms. */
const reliefMs = 150;
/** When so many times as many come as leave it is a flood; a queue that only stands, or is worked off, is none. */
const flood = 2;
/** Nor is it over at once, ms: whoever has waited through it would be served late, in the place of those who have not. */
const floodedMs = 250;

const never = Number.NEGATIVE_INFINITY;
const nobody: Readonly<Record<Priority, number>> = { interactive: never, export: never, prefetch: never };

/** Who asks to be let in. Of the two one is called, once, at once or later. */
export interface Applicant {
  priority: Priority;
  /** Has to call `leave`, once, when it is over. */
  letIn: (leave: () => void) => void;
  refuse: () => void;
}
/** Somebody who is worked on. */
interface Place {
  since: number;
}
interface Waiting extends Applicant {
  since: number;
  /** How many had come, and how many had left or only waited for services, until then. */
  came: number;
  left: number;
}

/**
 * Bounds how many requests are worked on at once. While the loop of events has rests everybody is let in. While it has
 * none, as many are worked on as it takes to keep it busy, and no more: the bound grows by a tenth whenever the loop
 * rests though somebody waits, and shrinks by a tenth when it had no rest for long (additive increase and
 * multiplicative decrease find the same point; Chiu and Jain 1989). Whoever comes beyond it waits for his turn, so that a
 * burst, a pause or a moment of too much refuses nobody; whoever only waits for services does not count. In a flood the
 * last comes first, and when it does not end the first are refused (adaptive LIFO and CoDel, as for requests in Maurer,
 * Fail at Scale, ACM Queue 2015; Nichols and Jacobson 2012). So who is let in is served in time, and who is not is told
 * so soon. Time is what `observe` is told;
 * nobody waits where nobody observes.
 */
export class Admission {
  readonly #bounds: AdmissionBounds;
  readonly #waiting: Record<Priority, Waiting[]> = { interactive: [], export: [], prefetch: [] };
  #waitingCount = 0;
  #limit: number;
  /** Who takes time of the loop, as far as is known, the longest first. */
  readonly #working = new Set<Place>();
  /** How many have been let in for so long that they can only wait for services. */
  #lingering = 0;
  #now = 0;
  #busyAt = never;
  #restlessMs = 0;
  /** Of the last pause what is still forgiven, ms. */
  #pauseMs = 0;
  #came = 0;
  #left = 0;
  /** How many had come, and had left, at the looks of the last while, the first of them first. */
  readonly #looks: { at: number; came: number; left: number }[] = [];
  /** When there was a flood last. */
  #floodAt = never;
  /** When somebody of a priority, or of one that goes before it, was refused last. */
  #refusedAt = nobody;

  constructor(bounds: AdmissionBounds) {
    this.#bounds = bounds;
    this.#limit = Math.min(bounds.mostInFlight, 2 * bounds.leastInFlight);
  }

  get inFlight(): number {
    return this.#working.size + this.#lingering;
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

  get #isWarmingUp(): boolean {
    return this.#now < this.#bounds.warmUpMs;
  }

  /** How long somebody may wait now, ms. */
  #patienceMs(priority: Priority): number {
    const { patienceMs, shortPatienceMs } = this.#bounds;
    if (this.#isRefusing(priority)) return Math.min(shortPatienceMs, patienceMs);
    return patienceMs + this.#pauseMs;
  }

  /** Since somebody has come far more have come than have left, and the loop has no rest. */
  #isFlood(waiting: Waiting | undefined): boolean {
    if (waiting === undefined || this.#busyAt < this.#now || this.#isWarmingUp) return false;
    const [came, left] = [this.#came - waiting.came, this.#left - waiting.left];
    return came - flood * left > 2 * this.#bounds.leastInFlight;
  }

  /** Somebody was refused a moment ago, and it is a flood still: else what waits is worked off, or nearly. */
  #isRefusing(priority: Priority): boolean {
    if (this.#now - this.#refusedAt[priority] >= reliefMs || this.#isWarmingUp) return false;
    const [first] = this.#looks;
    return first === undefined || this.#came - first.came > flood * (this.#left - first.left);
  }

  #hasRoomFor(priority: Priority): boolean {
    if (this.inFlight >= this.#mostFor(priority)) return false;
    if (!this.#isBusy) return true;
    const share = this.#isShortOf(priority) ? shareOf[priority] : 1;
    return this.#working.size < this.#limit * share;
  }

  /** Somebody as urgent, or more, has been refused a moment ago. */
  #isShortOf(priority: Priority): boolean {
    return this.#now - this.#refusedAt[priority] < calmMs;
  }

  #mostFor(priority: Priority): number {
    return this.#bounds.mostInFlight * shareOf[priority];
  }

  /** Lets somebody in, lets him wait, or refuses him. @returns withdraws who waits. */
  apply(applicant: Applicant): (() => void) | undefined {
    const { priority } = applicant;
    this.#came += 1;
    if (this.#hasRoomFor(priority)) {
      this.#enter(applicant);
      return undefined;
    }
    const isWithin = this.inFlight + this.#waitingCount < this.#mostFor(priority);
    if (!this.#isBusy || !isWithin) {
      this.#refuse(applicant);
      return undefined;
    }
    const waiting = { ...applicant, since: this.#now, came: this.#came, left: this.#left };
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
      this.#overlookLingering();
      if (this.#waitingCount > 0) this.#move(Math.ceil(grow * Math.max(this.#limit, this.#working.size)));
    }
    if (this.#restlessMs >= steadyMs) {
      this.#restlessMs = 0;
      this.#move(Math.floor(shrink * this.#limit));
    }
    this.#looks.push({ at: this.#now, came: this.#came, left: this.#left });
    while ((this.#looks[0]?.at ?? this.#now) < this.#now - reliefMs) this.#looks.shift();
    if (priorities.some((priority) => this.#isFlood(this.#waiting[priority][0]))) this.#floodAt = this.#now;
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
    const place = { since: this.#now };
    this.#working.add(place);
    letIn(() => {
      if (this.#working.delete(place)) this.#left += 1;
      else this.#lingering -= 1;
      this.#letIn();
    });
  }

  /**
   * A service that hangs would keep all others out, who do not need it. To be called when the loop rests: without a
   * rest nobody is kept out by who waits for services, and who has long been inside may wait for the loop.
   */
  #overlookLingering(): void {
    for (const place of this.#working) {
      if (this.#now - place.since < this.#bounds.lingeringMs) break;
      this.#working.delete(place);
      this.#lingering += 1;
      this.#left += 1;
    }
  }

  #refuse({ priority, refuse }: Applicant): void {
    const at = { ...this.#refusedAt };
    for (const after of priorities.slice(priorities.indexOf(priority))) at[after] = this.#now;
    this.#refusedAt = at;
    refuse();
  }

  /** In their order; in a flood, and while others are refused, the last comes first, who has waited least. */
  #letIn(): void {
    for (const priority of priorities) {
      const line = this.#waiting[priority];
      for (let next = line[0]; next !== undefined && this.#hasRoomFor(priority); next = line[0]) {
        const isLastFirst = this.#isRefusing(priority) || this.#now - this.#floodAt < floodedMs;
        next = isLastFirst ? (line.pop() ?? next) : (line.shift() ?? next);
        this.#waitingCount -= 1;
        this.#enter(next);
      }
    }
  }

  #giveUp(): void {
    for (const priority of priorities) {
      const line = this.#waiting[priority];
      for (let first = line[0]; first !== undefined; first = line[0]) {
        if (this.#now - first.since < this.#patienceMs(priority)) break;
        line.shift();
        this.#waitingCount -= 1;
        this.#refuse(first);
      }
    }
  }
}
