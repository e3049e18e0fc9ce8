import type { FileStorage } from '../../application/ports/reports.ts';

/** Files of this process, which end with it. */
export class MemoryStorage implements FileStorage {
  readonly #files = new Map<string, Buffer>();

  async put(key: string, bytes: Buffer): Promise<void> {
    this.#files.set(key, bytes);
  }

  async get(key: string): Promise<Buffer | null> {
    return this.#files.get(key) ?? null;
  }

  async delete(key: string): Promise<void> {
    this.#files.delete(key);
  }
}
