import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** How long a lock may be without content: between the making of the file and the writing of the number. */
const writingMs = 200;

/** The directory is used by a process that lives. */
export class DirectoryHeldError extends Error {
  readonly pid: number;

  constructor(directory: string, pid: number, file: string) {
    super(
      `${directory} is in use by process ${pid}; only one process may open an embedded database. ` +
        `Stop it, or set DATABASE_URL. If that is no process of ours, delete ${file}`,
    );
    this.name = 'DirectoryHeldError';
    this.pid = pid;
  }
}

/**
 * What tells a process from a later one with the same number (in a container always a small one): Linux's
 * start time in ticks since boot. Elsewhere empty, and the number alone decides.
 */
async function startOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The second field is the command in brackets and may hold spaces; the start time is the 22nd.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The process that holds a lock with this content, or null when it is gone. */
async function holderOf(content: string): Promise<number | null> {
  const [number = '', start = ''] = content.split(' ');
  const pid = Number(number);
  if (!Number.isInteger(pid) || pid < 1 || !exists(pid)) return null;
  const startNow = await startOf(pid);
  return start === '' || startNow === '' || start === startNow ? pid : null;
}

async function make(file: string): Promise<boolean> {
  try {
    const handle = await open(file, 'wx', 0o600);
    await handle.writeFile(`${process.pid} ${await startOf(process.pid)}`);
    await handle.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function contentOf(file: string): Promise<string> {
  const content = await readFile(file, 'utf8').catch(() => '');
  if (content !== '') return content;
  await delay(writingMs);
  return readFile(file, 'utf8').catch(() => '');
}

/** Of any number of processes that find the same dead lock one moves it away; the others look again. */
async function clear(file: string): Promise<void> {
  const aside = `${file}.${process.pid}`;
  await rename(file, aside).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  await rm(aside, { force: true });
}

/**
 * Takes a directory for this process, making it when it is missing. The lock of a process that has died is
 * taken over. Works between processes of one machine, not over a network's file system.
 * @returns how to let go.
 * @throws DirectoryHeldError
 */
export async function lockDirectory(directory: string): Promise<() => Promise<void>> {
  const file = path.resolve(directory, 'lock');
  await mkdir(directory, { recursive: true });
  while (!(await make(file))) {
    const content = await contentOf(file);
    const holder = await holderOf(content);
    if (holder !== null) throw new DirectoryHeldError(directory, holder, file);
    // Somebody may have been quicker than us between the two looks.
    if ((await contentOf(file)) === content) await clear(file);
  }
  return () => rm(file, { force: true });
}
