import { describe, expect, it } from 'vitest';
import { History, type Read } from '../../scripts/history.ts';

const rules = { servers: 2, reachMs: 100, freshMs: 2000, staleMs: 1000, callMs: 500 };

/** Of u-1, asked for at a time and answered at once with figures that are up to date unless told otherwise. */
function readAt(startedAt: number, found: Partial<Read['found']> = {}, server = 0): Read {
  const usual = { person: 'u-1', version: 0, asOf: startedAt, isStale: false };
  return { person: 'u-1', server, startedAt, endedAt: startedAt, found: { ...usual, ...found } };
}

/** A history in which u-1 changed at 1000 and process 0 acknowledged the purge at 1010. */
function purged() {
  const history = new History(rules);
  history.acknowledge('u-1', history.change('u-1', 1000), 0, 1010);
  const judge = (read: Read) => {
    const before = history.violations.length;
    history.judge(read, history.required('u-1', read.server, read.startedAt));
    return history.violations.slice(before).map(({ kind }) => kind);
  };
  return { history, judge };
}

describe('a history of reads and purges', () => {
  it('shows what comes back in the process that acknowledged, at once, and elsewhere after the reach', () => {
    const { history, judge } = purged();
    expect(judge(readAt(1010, { asOf: 900 }, 0))).toEqual(['purged']);
    expect(judge(readAt(1109, { asOf: 900 }, 1))).toEqual([]);
    expect(judge(readAt(1110, { asOf: 900 }, 1))).toEqual(['purged']);
    expect(judge(readAt(1010, { version: 1 }, 0))).toEqual([]);
    expect(history.reaches()).toEqual([100]);
    expect(history.mostStaleMs).toBe(110);
  });

  it('lets a read that began before the acknowledgement end with what it found', () => {
    const { history } = purged();
    const required = new History(rules).required('u-1', 0, 1005);
    history.judge(readAt(1005, { asOf: 900 }), required);
    expect(history.violations).toEqual([]);
  });

  it('shows figures that are older than may be served, fresh or stale', () => {
    const { judge } = purged();
    const of = (age: number, isStale: boolean) =>
      judge(readAt(9000, { version: 1, asOf: 9000 - age, isStale }));
    expect([of(2000, false), of(2001, false)]).toEqual([[], ['too old']]);
    expect([of(3000, true), of(3001, true)]).toEqual([[], ['too old']]);
  });

  it('shows figures that look younger than what they were made from', () => {
    const { history, judge } = purged();
    history.change('u-1', 2000);
    expect(judge(readAt(2600, { version: 1, asOf: 2500 }))).toEqual([]);
    expect(judge(readAt(2600, { version: 1, asOf: 2501 }))).toEqual(['wrong age']);
  });

  it('shows figures of another person', () => {
    expect(purged().judge(readAt(500, { person: 'u-2' }))).toEqual(['of another person']);
  });
});
