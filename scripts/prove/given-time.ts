import { readFileSync } from 'node:fs';

/** What the processors of this machine have done since its start, in ticks. */
interface Ticks {
  busy: number;
  /** Wanted, but given to other machines on the same hardware. */
  stolen: number;
}

/** From `/proc/stat`; none where the system does not say. */
function ticks(): Ticks {
  try {
    const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n', 1);
    const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, stolen = 0] = line
      .trim()
      .split(/\s+/)
      .slice(1)
      .map(Number);
    return { busy: user + nice + system + irq + softirq, stolen };
  } catch {
    return { busy: 0, stolen: 0 };
  }
}

/** Of the time in which processors were wanted since the last question, the part that this machine was given, 0–1. */
export function givenTime(): () => number {
  let before = ticks();
  return () => {
    const now = ticks();
    const busy = now.busy - before.busy;
    const wanted = busy + now.stolen - before.stolen;
    before = now;
    return wanted > 0 ? busy / wanted : 1;
  };
}
