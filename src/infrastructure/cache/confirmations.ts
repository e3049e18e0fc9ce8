import { setTimeout as delay } from 'node:timers/promises';

interface Awaited {
  confirmed: Set<string>;
  /** Called with each confirmation. */
  onConfirmed: () => void;
}

/** Who has confirmed what was told to all. */
export class Confirmations {
  readonly #awaited = new Map<string, Awaited>();

  /** From now on confirmations of this message count. To be ended. */
  begin(message: string): void {
    this.#awaited.set(message, { confirmed: new Set(), onConfirmed: () => undefined });
  }

  end(message: string): void {
    this.#awaited.delete(message);
  }

  /** One for a message that nobody waits for is late, and no news. */
  confirm(message: string, by: string): void {
    const awaited = this.#awaited.get(message);
    awaited?.confirmed.add(by);
    awaited?.onConfirmed();
  }

  /** Whether all of them have confirmed, at the latest after this long. */
  async all(message: string, names: readonly string[], waitMs: number): Promise<boolean> {
    const awaited = this.#awaited.get(message);
    if (awaited === undefined) return false;
    const areAll = () => names.every((name) => awaited.confirmed.has(name));
    if (areAll()) return true;
    const waiting = new AbortController();
    awaited.onConfirmed = () => {
      if (areAll()) waiting.abort();
    };
    await delay(waitMs, undefined, { signal: waiting.signal, ref: false }).catch(() => undefined);
    return areAll();
  }
}
