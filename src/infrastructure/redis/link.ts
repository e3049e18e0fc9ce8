import { Cluster } from 'ioredis';
import type { Logger } from '../../application/ports/logger.ts';
import { impatient, makeRedisClient, type RedisClient } from './client.ts';

/** Sends one command; texts come back as Buffers. */
export type Call = (command: string, ...args: (string | Buffer | number)[]) => Promise<unknown>;

export interface RedisLinkOptions {
  /** One node, or several of a cluster. */
  urls: readonly string[];
  /** Longest time that anybody waits for a reply. Three such waits of one request stay below 50 ms. */
  waitMs: number;
  logger: Pick<Logger, 'warn' | 'info' | 'debug'>;
}

const probeEveryMs = 100;
/** A server that refuses (full, wrong type) is complained of once in this time. */
const complaintMs = 60_000;

/** Error replies by which a server says that it cannot serve at all. Any other is about the command or its key. */
const outages = ['LOADING', 'MASTERDOWN', 'CLUSTERDOWN', 'READONLY', 'NOAUTH', 'WRONGPASS', 'NOPERM'];

const isReply = (error: unknown): error is Error => error instanceof Error && error.name === 'ReplyError';
const isOutage = (error: unknown): boolean =>
  !isReply(error) || outages.some((word) => error.message.startsWith(word));

class Late extends Error {}

/** As the promise, or Late. A reply that has come while this process was busy is not late. */
function within<T>(promise: Promise<T>, ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => setImmediate(() => reject(new Late('no reply in time'))), ms);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/**
 * The way to Redis, which nobody has to wait for: the first reply that is missing or late shuts it, then callers
 * are told `undefined` at once until a probe in the background has been answered. Never throws; an outage is one
 * WARN.
 */
export class RedisLink {
  readonly #client: RedisClient;
  readonly #options: RedisLinkOptions;
  readonly #onUp: (() => void)[] = [];
  readonly #call: Call;
  #isUp = false;
  /** Whether somebody has asked anyway, and in vain, since the way was open. */
  #hasWaited = false;
  #isClosed = false;
  /** Told of, so that its end is told too. */
  #isOutage = false;
  #hasComplained = false;
  #probeTimer: NodeJS.Timeout | undefined;
  #complaintTimer: NodeJS.Timeout | undefined;

  constructor(options: RedisLinkOptions) {
    this.#options = options;
    this.#client = makeRedisClient(options.urls, options.waitMs);
    this.#call = (command, ...args) => {
      this.#gather();
      return this.#client.callBuffer(command, ...args);
    };
    this.#client.on('ready', () => void this.#probe());
    this.#client.on('close', () => this.#shut());
  }

  /** Whether it is worth asking. */
  get isUp(): boolean {
    return this.#isUp;
  }

  /** Whether there is a connection, however slow. */
  get isConnected(): boolean {
    return this.#client.status === 'ready';
  }

  /** Whether it is known that there is nobody to ask; a late reply alone does not say so. */
  get isAway(): boolean {
    return !this.#isUp && (this.#isOutage || !this.isConnected);
  }

  get urls(): readonly string[] {
    return this.#options.urls;
  }

  /** Called each time the way opens. */
  onUp(listener: () => void): void {
    this.#onUp.push(listener);
  }

  /** Connects; comes back when it is open, and at the latest after the given time. */
  async open(waitMs: number): Promise<void> {
    const opened = new Promise<void>((resolve) => this.onUp(resolve));
    this.#client.connect().catch(() => this.#shut());
    await within(opened, waitMs).catch(() => this.#sayOutage());
  }

  /** What Redis answers; undefined when it does not, or refuses. */
  async ask<T>(operation: (call: Call) => Promise<T>): Promise<T | undefined> {
    return this.#isUp ? this.#attempt(operation) : undefined;
  }

  /**
   * The same also while the way is shut because of a late reply: for what is dear to go without. A reply that is late
   * then is the last that anybody waits for until the way is open again.
   */
  async askAnyway<T>(operation: (call: Call) => Promise<T>): Promise<T | undefined> {
    if (!this.#isUp && (this.#hasWaited || this.isAway)) return undefined;
    const reply = await this.#attempt(operation);
    this.#hasWaited ||= !this.#isUp && reply === undefined;
    return reply;
  }

  /**
   * The same even while the way is shut, and with the patience of the client itself: for what has to be said as soon as
   * there is a connection.
   */
  insist<T>(operation: (call: Call) => Promise<T>): Promise<T | undefined> {
    return this.isConnected
      ? this.#attempt(operation, 2 * impatient.commandTimeout)
      : Promise.resolve(undefined);
  }

  /** For what nobody waits for: as long as the connection stands, and a late reply is no outage. */
  async tell(operation: (call: Call) => Promise<unknown>): Promise<boolean> {
    if (!this.isConnected) return false;
    try {
      await operation(this.#call);
      return true;
    } catch (error) {
      if (!isOutage(error)) this.complain(error);
      return false;
    }
  }

  /** For use within an operation, by a library that has no `call`. */
  send<T>(operation: (call: Call) => Promise<T>): Promise<T> {
    return operation(this.#call);
  }

  /** Every node that holds keys: a cluster's scripts have to be brought to each. */
  async toEveryNode(operation: (call: Call) => Promise<unknown>): Promise<unknown> {
    if (!(this.#client instanceof Cluster)) return operation(this.#call);
    const nodes = this.#client.nodes('master');
    const [reply] = await Promise.all(
      nodes.map((node) => operation((command, ...args) => node.callBuffer(command, ...args))),
    );
    return reply;
  }

  /**
   * What one event leads to (a request, a reply) goes out in one write: ioredis would write each command by itself, and a
   * write costs more than all else of a command.
   */
  #gather(): void {
    if (this.#client instanceof Cluster) return;
    const { stream } = this.#client;
    if (stream === undefined || stream.writableCorked > 0) return;
    stream.cork();
    // Behind all that the event's promises still lead to.
    queueMicrotask(() => process.nextTick(() => stream.uncork()));
  }

  /** A refusal that costs speed only (memory full, a value of another type): said once in a while. */
  complain(error: unknown): void {
    if (this.#hasComplained) return;
    this.#hasComplained = true;
    this.#complaintTimer = setTimeout(() => {
      this.#hasComplained = false;
    }, complaintMs).unref();
    const reason = isReply(error) ? error.message.split(' ', 1)[0] : 'unreadable';
    this.#options.logger.warn({ reason }, 'Redis refuses; what it would keep is kept in this process only');
  }

  close(): void {
    this.#isClosed = true;
    this.#isUp = false;
    clearTimeout(this.#probeTimer);
    clearTimeout(this.#complaintTimer);
    this.#client.disconnect();
  }

  async #attempt<T>(
    operation: (call: Call) => Promise<T>,
    waitMs = this.#options.waitMs,
  ): Promise<T | undefined> {
    try {
      return await within(operation(this.#call), waitMs);
    } catch (error) {
      if (isOutage(error)) this.#shut();
      else this.complain(error);
      return undefined;
    }
  }

  #shut(): void {
    this.#isUp = false;
    if (this.#isClosed || this.#probeTimer !== undefined) return;
    this.#probeTimer = setTimeout(() => {
      this.#probeTimer = undefined;
      void this.#probe();
    }, probeEveryMs).unref();
  }

  async #probe(): Promise<void> {
    if (this.#isUp || this.#isClosed) return;
    const isAnswering =
      this.#client.status === 'ready' &&
      (await within(this.#pingAll(), this.#options.waitMs).catch(() => undefined)) !== undefined;
    if (this.#isClosed || this.#isUp) return;
    if (!isAnswering) {
      this.#sayOutage();
      this.#shut();
      return;
    }
    this.#isUp = true;
    this.#hasWaited = false;
    if (this.#isOutage) this.#options.logger.info({}, 'Redis is back');
    this.#isOutage = false;
    for (const listener of this.#onUp) listener();
  }

  /** Each node that holds keys, also to be connected to it before anybody waits. */
  async #pingAll(): Promise<unknown> {
    return this.toEveryNode((call) => call('PING'));
  }

  /** Not at the first late reply: a pause of some milliseconds is no news. */
  #sayOutage(): void {
    if (this.#isOutage || this.#isUp || this.#isClosed) return;
    this.#isOutage = true;
    this.#options.logger.warn({}, 'Redis cannot be reached; each process goes on with its own memory');
  }
}
