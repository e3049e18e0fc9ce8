import { readFileSync } from 'node:fs';

/**
 * For how long a process's first thread, which is Node's loop, was ready to go on but had no processor, ms since its
 * start; NaN where the system does not say (it is Linux's schedstat). What it waits is the machine's doing, not its own.
 */
export function processorWaitMs(pid: number | undefined): number {
  try {
    const [, waitedNs] = readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'utf8').split(' ');
    return Number(waitedNs) / 1e6;
  } catch {
    return Number.NaN;
  }
}
