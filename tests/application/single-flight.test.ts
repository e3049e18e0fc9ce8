import { describe, expect, it } from 'vitest';
import { makeSingleFlight } from '../../src/application/single-flight.ts';

const stay = () => new AbortController().signal;
/** Work that ends when it is told to. */
function work() {
  let finish: (value: string) => void = () => undefined;
  let signal: AbortSignal | undefined;
  let starts = 0;
  const start = (given: AbortSignal) => {
    starts += 1;
    signal = given;
    return new Promise<string>((resolve) => {
      finish = resolve;
    });
  };
  return {
    start,
    finish: (value: string) => finish(value),
    aborted: () => signal?.aborted,
    starts: () => starts,
  };
}
const soon = () => new Promise((resolve) => setTimeout(resolve, 1));

describe('a single flight', () => {
  it('runs once for all who ask meanwhile, and again for who asks afterwards', async () => {
    const flight = makeSingleFlight<string>();
    const { start, finish, starts } = work();
    const all = [1, 2, 3].map(() => flight.run('key', stay(), start));
    await soon();
    finish('done');
    expect(await Promise.all(all)).toEqual(['done', 'done', 'done']);
    expect(starts()).toBe(1);
    await soon();
    void flight.run('key', stay(), start);
    await soon();
    expect(starts()).toBe(2);
  });

  it('keeps keys apart', async () => {
    const flight = makeSingleFlight<string>();
    expect(await Promise.all(['a', 'b'].map((key) => flight.run(key, stay(), async () => key)))).toEqual([
      'a',
      'b',
    ]);
  });

  it('goes on for the followers when the one who began it leaves', async () => {
    const flight = makeSingleFlight<string>();
    const { start, finish, aborted } = work();
    const leader = new AbortController();
    const first = flight.run('key', leader.signal, start);
    const second = flight.run('key', stay(), start);
    await soon();
    leader.abort();
    await expect(first).rejects.toMatchObject({ failure: 'cancelled' });
    expect(aborted()).toBe(false);
    finish('done');
    expect(await second).toBe('done');
  });

  it('stops when the last one has left, and nobody joins what is being stopped', async () => {
    const flight = makeSingleFlight<string>();
    const { start, aborted } = work();
    const callers = [new AbortController(), new AbortController()];
    const waiting = callers.map(({ signal }) => flight.run('key', signal, start).catch(() => 'left'));
    await soon();
    for (const caller of callers) caller.abort();
    expect(await Promise.all(waiting)).toEqual(['left', 'left']);
    expect(aborted()).toBe(true);
    expect(await flight.run('key', stay(), async () => 'new')).toBe('new');
  });

  it('gives the same error to all, and starts anew afterwards', async () => {
    const flight = makeSingleFlight<string>();
    const fail = () => Promise.reject(new Error('no'));
    const results = await Promise.allSettled([
      flight.run('key', stay(), fail),
      flight.run('key', stay(), fail),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await flight.run('key', stay(), async () => 'yes')).toBe('yes');
  });

  it('does not start for somebody who has left already', async () => {
    const { start, starts } = work();
    await expect(makeSingleFlight<string>().run('key', AbortSignal.abort(), start)).rejects.toMatchObject({
      failure: 'cancelled',
    });
    expect(starts()).toBe(0);
  });
});
