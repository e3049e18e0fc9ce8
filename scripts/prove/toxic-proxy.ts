/** A TCP proxy in this process that spoils what a server says, by the eight toxics of Toxiproxy. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

export type Toxic =
  /** What the server says comes so much later. */
  | { type: 'latency'; ms: number }
  /** Nobody listens, and whoever was connected is cut off. */
  | { type: 'down' }
  | { type: 'bandwidth'; bytesPerSecond: number }
  /** The connection's end comes so much later. */
  | { type: 'slow_close'; ms: number }
  /** Nothing comes through; after so long the connection ends, with 0 never. */
  | { type: 'timeout'; ms: number }
  /** The connection is reset after so long. */
  | { type: 'reset_peer'; ms: number }
  /** What the server says comes in small pieces. */
  | { type: 'slicer'; bytes: number; ms: number }
  /** After so many bytes the connection ends. */
  | { type: 'limit_data'; bytes: number };
export type ToxicName = Toxic['type'];

interface Pair {
  near: Socket;
  far: Socket;
  /** Bytes that the server has said since the toxic came. */
  said: number;
}

/** Stands before one server; the server itself need not know. */
export class ToxicProxy {
  readonly #target: { port: number; host: string };
  readonly #pairs = new Set<Pair>();
  #server: Server | undefined;
  #port = 0;
  #toxic: Toxic | null = null;

  constructor(target: { port: number; host: string }) {
    this.#target = target;
  }

  get port(): number {
    return this.#port;
  }

  /** Connections that stand now. */
  get connections(): number {
    return this.#pairs.size;
  }

  async open(): Promise<void> {
    const server = createServer({ allowHalfOpen: true }, (near) => this.#join(near));
    this.#server = server;
    server.listen(this.#port, '127.0.0.1');
    await once(server, 'listening');
    this.#port = (server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    for (const { near, far } of this.#pairs) for (const socket of [near, far]) socket.destroy();
    if (server?.listening) await new Promise((resolve) => server.close(resolve));
  }

  async poison(toxic: Toxic): Promise<void> {
    this.#toxic = toxic;
    for (const pair of this.#pairs) {
      pair.said = 0;
      this.#strike(pair);
    }
    if (toxic.type === 'down') await this.close();
  }

  /** All is well again; what was dropped stays dropped, and its connections end. */
  async heal(): Promise<void> {
    const toxic = this.#toxic;
    this.#toxic = null;
    if (toxic?.type === 'down') await this.open();
    if (toxic?.type === 'timeout') for (const { near } of this.#pairs) near.destroy();
  }

  /** What some toxics do to a connection by themselves. */
  #strike({ near }: Pair): void {
    const toxic = this.#toxic;
    if (toxic?.type === 'reset_peer') setTimeout(() => near.resetAndDestroy(), toxic.ms).unref();
    if (toxic?.type === 'timeout' && toxic.ms > 0) setTimeout(() => near.destroy(), toxic.ms).unref();
  }

  #join(near: Socket): void {
    const far = connect(this.#target);
    const pair: Pair = { near, far, said: 0 };
    this.#pairs.add(pair);
    for (const socket of [near, far]) {
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
    }
    near.on('close', () => {
      this.#pairs.delete(pair);
      far.destroy();
    });
    far.on('close', () => near.destroy());
    near.on('data', (bytes: Buffer) => {
      if (this.#toxic?.type !== 'timeout') far.write(bytes);
    });
    near.on('end', () => far.end());
    void this.#tell(pair);
    this.#strike(pair);
  }

  /** Hands on what the server says, piece by piece. */
  async #tell(pair: Pair): Promise<void> {
    const { near, far } = pair;
    try {
      for await (const bytes of far) {
        await this.#spoil(pair, bytes as Buffer);
        if (near.destroyed) return;
      }
      if (this.#toxic?.type === 'slow_close') await delay(this.#toxic.ms, undefined, { ref: false });
    } catch {
      // The server is gone; so is the connection.
    }
    near.end();
  }

  async #spoil(pair: Pair, bytes: Buffer): Promise<void> {
    const { near } = pair;
    const toxic = this.#toxic;
    const wait = (ms: number) => delay(ms, undefined, { ref: false });
    switch (toxic?.type) {
      case 'timeout':
        return;
      case 'latency':
        await wait(toxic.ms);
        break;
      case 'bandwidth':
        await wait((1000 * bytes.length) / toxic.bytesPerSecond);
        break;
      case 'slicer':
        for (let at = 0; at < bytes.length && !near.destroyed; at += toxic.bytes) {
          near.write(bytes.subarray(at, at + toxic.bytes));
          await wait(toxic.ms);
        }
        return;
      case 'limit_data': {
        const left = Math.max(0, toxic.bytes - pair.said);
        pair.said += bytes.length;
        near.write(bytes.subarray(0, left));
        if (pair.said >= toxic.bytes) near.destroySoon();
        return;
      }
      default:
    }
    near.write(bytes);
  }
}
