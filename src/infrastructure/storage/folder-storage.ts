import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { FileStorage } from '../../application/ports/reports.ts';

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';

/** Keys are ours; a key that leads anywhere else is a defect. */
function fileIn(directory: string, key: string): string {
  if (!/^[A-Za-z0-9_-]+(\.[A-Za-z0-9]+)?$/.test(key)) throw new Error('this is no key of a file');
  return path.join(directory, key);
}

/** Files in a folder that all processes share; only their user may read them. */
export const makeFolderStorage = (directory: string): FileStorage => ({
  put: async (key, bytes) => {
    const file = fileIn(directory, key);
    await mkdir(directory, { recursive: true, mode: 0o700 });
    // Whoever reads sees all of a file or none.
    const part = `${file}.part`;
    await writeFile(part, bytes, { mode: 0o600, flush: true });
    await rename(part, file);
  },
  get: async (key) => {
    try {
      return await readFile(fileIn(directory, key));
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  },
  delete: async (key) => {
    const file = fileIn(directory, key);
    await Promise.all([rm(file, { force: true }), rm(`${file}.part`, { force: true })]);
  },
});
