import { AppError } from '../../domain/errors.ts';
import type { Viewer } from '../../domain/identity/viewer.ts';
import { type LiveType, liveStreamsOf } from '../../domain/live.ts';
import type { StoredEvent } from '../events/stored-event.ts';
import type { Clock } from '../ports/clock.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { Logger } from '../ports/logger.ts';
import type { Sessions } from '../ports/sessions.ts';
import { shownOf } from './live-event.ts';

/** An event on its way to viewers; one object for all who get it. */
export interface LiveEvent {
  position: number;
  type: LiveType;
  data: unknown;
}

/** Why a stream ends before its reader leaves. */
export const endReasons = [
  'token_expired',
  'token_revoked',
  'shutting_down',
  'unavailable',
  'switched_off',
] as const;
export type EndReason = (typeof endReasons)[number];

/** The reader's side of a stream. What is written after the reader has left goes nowhere. */
export interface LiveSink {
  /** Bytes that were written and have not left this process. */
  waitingBytes(): number;
  /** The first words: where the stream begins, and after how long to come back when it breaks. */
  begin(position: number, retryMs: number): void;
  event(event: LiveEvent): void;
  /** Nothing has happened; keeps what is between us from closing an idle connection. */
  beat(): void;
  /** The last words. */
  end(reason: EndReason, retryMs: number): void;
  /** Without last words: the reader would not take them. */
  drop(): void;
  /** Resolves when what waits has left, or the reader has. */
  drained(): Promise<void>;
}

/** A stream that was granted. It counts until `leave`, which may be called more than once. */
export interface LiveStream {
  /** Begins to write; once. */
  attach(sink: LiveSink): void;
  leave(): void;
}

export interface LiveHubDeps {
  log: EventLog;
  sessions: Pick<Sessions, 'isRevoked'>;
  clock: Clock;
  logger: Pick<Logger, 'warn' | 'info'>;
  random: () => number;
  streamsPerUser: number;
  /** How often the log is looked at while streams are open and nobody says that there is something. */
  pollMs: number;
}

/** A reader that leaves more than this to be sent is too slow. */
const mostWaitingBytes = 32 * 1024;
/** Events that happen while a reader is told of earlier ones; more, and it begins anew. */
const mostHeld = 500;
const replayPage = 100;
const beatMs = 15_000;
/** How often tokens are looked at: with the revocations of other processes it stays below five seconds. */
const sweepMs = 1000;
/** Readers whose streams end together come back one by one. */
const retryMs = { least: 1000, spread: 4000 };

class Reader implements LiveStream {
  readonly viewer: Viewer;
  readonly streams: readonly string[];
  readonly #hub: LiveHub;
  readonly #after: number;
  #sink: LiveSink | undefined;
  /** Null once everything earlier was told. */
  #held: LiveEvent[] | null = [];
  #last = 0;
  #wroteAt = 0;

  constructor(hub: LiveHub, viewer: Viewer, after: number) {
    this.#hub = hub;
    this.viewer = viewer;
    this.streams = liveStreamsOf(viewer);
    this.#after = after;
  }

  attach(sink: LiveSink): void {
    this.#sink = sink;
    const start = this.#hub.follow(this);
    if (start === null) {
      this.end('shutting_down');
      return;
    }
    this.#last = Math.min(this.#after, start);
    this.#wroteAt = this.#hub.now();
    sink.begin(this.#last, this.#hub.retryMs());
    if (this.#last === start) this.#held = null;
    else void this.#catchUp(start);
  }

  leave(): void {
    this.#sink = undefined;
    this.#hub.left(this);
  }

  take(event: LiveEvent): void {
    if (this.#held === null) {
      this.#write(event);
      return;
    }
    this.#held.push(event);
    if (this.#held.length > mostHeld) this.end('unavailable');
  }

  end(reason: EndReason): void {
    const sink = this.#sink;
    this.leave();
    sink?.end(reason, this.#hub.retryMs());
  }

  /** Something at least every 15 s. Whoever has not taken the last word by then does not listen. */
  beat(now: number): void {
    if (now - this.#wroteAt < beatMs) return;
    if ((this.#sink?.waitingBytes() ?? 0) > 0) {
      this.#drop();
      return;
    }
    this.#wroteAt = now;
    this.#sink?.beat();
  }

  #write(event: LiveEvent): void {
    const sink = this.#sink;
    if (sink === undefined || event.position <= this.#last) return;
    this.#last = event.position;
    this.#wroteAt = this.#hub.now();
    sink.event(event);
    if (sink.waitingBytes() > mostWaitingBytes) this.#drop();
  }

  #drop(): void {
    const sink = this.#sink;
    this.leave();
    sink?.drop();
  }

  /** What happened before the hub's place; what happens meanwhile is held. */
  async #catchUp(start: number): Promise<void> {
    try {
      for (let from = this.#last, isLast = false; !isLast; ) {
        const page = await this.#hub.earlier(this.streams, from, start, replayPage);
        for (const event of page) {
          const live = liveEventOf(event);
          if (live !== null) this.#write(live);
        }
        isLast = page.length < replayPage;
        from = page.at(-1)?.position ?? start;
        await this.#sink?.drained();
        if (this.#sink === undefined) return;
      }
    } catch {
      this.end('unavailable');
      return;
    }
    const held = this.#held ?? [];
    this.#held = null;
    for (const event of held) this.#write(event);
  }
}

function liveEventOf(event: StoredEvent): LiveEvent | null {
  const shown = shownOf(event);
  return shown && { position: event.position, ...shown };
}

const tooMany = (most: number) =>
  new AppError('RATE_LIMIT_EXCEEDED', `More than ${most} streams at once.`, { retryAfterSeconds: 5 });

/**
 * The open streams of this process. One place in the log for all of them: the log is read when somebody says that
 * there is something (`wake`), and from time to time in any case, so that nothing depends on having been told. What is
 * read goes in the log's order to whoever may see it, so a position says all that a reader has had.
 */
export class LiveHub {
  readonly #deps: LiveHubDeps;
  readonly #following = new Map<string, Set<Reader>>();
  readonly #readers = new Set<Reader>();
  readonly #perUser = new Map<string, number>();
  /** Everything up to here was handed out; null while nobody listens. */
  #position: number | null = null;
  #starting: Promise<void> | undefined;
  #reading: Promise<void> | undefined;
  #readAgain = false;
  #isAway = false;
  #isClosed = false;
  #timers: NodeJS.Timeout[] = [];

  constructor(deps: LiveHubDeps) {
    this.#deps = deps;
  }

  /** How many streams are open. */
  get size(): number {
    return this.#readers.size;
  }

  /**
   * @param lastEventId position up to which the reader has had everything; undefined = it begins now. So does one that
   *   names a position that there is not.
   * @throws AppError RATE_LIMIT_EXCEEDED; RpcError when it cannot be known where the log is.
   */
  async open(viewer: Viewer, lastEventId: number | undefined): Promise<LiveStream> {
    const { streamsPerUser } = this.#deps;
    const count = this.#perUser.get(viewer.id) ?? 0;
    if (count >= streamsPerUser) throw tooMany(streamsPerUser);
    const reader = new Reader(this, viewer, lastEventId ?? Number.MAX_SAFE_INTEGER);
    this.#perUser.set(viewer.id, count + 1);
    this.#readers.add(reader);
    if (this.#isClosed) return reader;
    this.#startTimers();
    try {
      await this.#findPlace();
      // The reader may come from a process that is further than this one.
      if (lastEventId !== undefined && lastEventId > (this.#position ?? 0)) await this.#read();
      return reader;
    } catch (error) {
      reader.leave();
      throw error;
    }
  }

  /** There may be something new. */
  wake(): void {
    if (this.#readers.size === 0 || this.#position === null) return;
    this.#read().then(
      () => this.#sayBack(),
      () => this.#sayAway(),
    );
  }

  /** Ends the streams of those who may not have one any more. */
  async review(reason: EndReason, mayListen: (viewer: Viewer) => Promise<boolean>): Promise<void> {
    for (const reader of [...this.#readers]) if (!(await mayListen(reader.viewer))) reader.end(reason);
  }

  /** Ends all streams; whoever comes now is sent away at once, to come back elsewhere. */
  close(): void {
    this.#isClosed = true;
    for (const reader of [...this.#readers]) reader.end('shutting_down');
  }

  now(): number {
    return this.#deps.clock.now();
  }

  retryMs(): number {
    return Math.round(retryMs.least + retryMs.spread * this.#deps.random());
  }

  earlier(streams: readonly string[], from: number, upTo: number, limit: number) {
    return this.#deps.log.of(streams, from, upTo, limit);
  }

  /** @returns from where on the reader hears of everything; null = of nothing any more. */
  follow(reader: Reader): number | null {
    if (this.#isClosed || this.#position === null) return null;
    for (const stream of reader.streams)
      this.#following.set(stream, (this.#following.get(stream) ?? new Set()).add(reader));
    return this.#position;
  }

  left(reader: Reader): void {
    if (!this.#readers.delete(reader)) return;
    const { id } = reader.viewer;
    const count = (this.#perUser.get(id) ?? 1) - 1;
    if (count > 0) this.#perUser.set(id, count);
    else this.#perUser.delete(id);
    for (const stream of reader.streams) {
      const readers = this.#following.get(stream);
      readers?.delete(reader);
      if (readers?.size === 0) this.#following.delete(stream);
    }
    if (this.#readers.size > 0) return;
    this.#position = null;
    for (const timer of this.#timers.splice(0)) clearInterval(timer);
  }

  #startTimers(): void {
    if (this.#timers.length > 0) return;
    this.#timers = [
      setInterval(() => this.wake(), this.#deps.pollMs).unref(),
      setInterval(() => this.#sweep(), sweepMs).unref(),
    ];
  }

  #findPlace(): Promise<void> {
    if (this.#position !== null) return Promise.resolve();
    this.#starting ??= this.#deps.log
      .end()
      .then((end) => {
        if (this.#readers.size > 0) this.#position ??= end;
      })
      .finally(() => {
        this.#starting = undefined;
      });
    return this.#starting;
  }

  /** Whoever asks while a read goes on gets one that has begun later. */
  #read(): Promise<void> {
    this.#readAgain = true;
    this.#reading ??= this.#readOn().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #readOn(): Promise<void> {
    for (let isAll = true; this.#readAgain || !isAll; ) {
      this.#readAgain = false;
      const from = this.#position;
      if (from === null) return;
      const page = await this.#deps.log.since(from);
      // All have left meanwhile, and perhaps others have come.
      if (this.#position !== from) continue;
      this.#position = page.position;
      for (const event of page.events) this.#handOut(event);
      isAll = page.isAll;
    }
  }

  #handOut(event: StoredEvent): void {
    const readers = this.#following.get(event.stream);
    const live = readers === undefined ? null : liveEventOf(event);
    if (readers === undefined || live === null) return;
    for (const reader of [...readers]) reader.take(live);
  }

  #sweep(): void {
    const { clock, sessions } = this.#deps;
    const now = clock.now();
    for (const reader of [...this.#readers]) {
      if (sessions.isRevoked(reader.viewer)) reader.end('token_revoked');
      else if (reader.viewer.expiresAt <= now) reader.end('token_expired');
      else reader.beat(now);
    }
  }

  #sayAway(): void {
    if (!this.#isAway) this.#deps.logger.warn({}, 'live events wait: they cannot be read');
    this.#isAway = true;
  }

  #sayBack(): void {
    if (this.#isAway) this.#deps.logger.info({}, 'live events are read again');
    this.#isAway = false;
  }
}
