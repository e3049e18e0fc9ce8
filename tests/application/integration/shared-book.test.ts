import { describe, expect, it } from 'vitest';
import { ServiceBook } from '../../../src/application/integration/service-book.ts';
import { makeServiceFigures } from '../../../src/application/integration/service-figures.ts';
import { makeTellBook } from '../../../src/application/integration/tell-book.ts';
import type { SharedBook, SharedSlot, SlotNews } from '../../../src/application/ports/shared-book.ts';
import { stoppedClock } from '../../fixtures/stubs.ts';

const minute = 60_000;
const asked = (at: number) =>
  ({ service: 'courses', outcome: 'ok', at, durationMs: 10, attempts: 1 }) as const;

/** Takes news, or refuses them as often as it is told to. */
function receiver(refusals = 0) {
  const told: { news: readonly SlotNews[]; number: number }[] = [];
  let left = refusals;
  const add: SharedBook['add'] = async (news, { number }) => {
    told.push({ news, number });
    left -= 1;
    return left < 0;
  };
  return { told, add };
}

const callsIn = (news: readonly SlotNews[]) =>
  news.map(({ size, counts }) => `${size} ${counts.get('courses')?.calls ?? 0}`);

describe('what a process tells of the services', () => {
  it('is what is new since the last time, and once per slot that it is alive', async () => {
    const [clock, book, shared] = [stoppedClock(), new ServiceBook(true), receiver()];
    const tell = makeTellBook({ book, shared, clock, teller: 'p' });
    await tell();
    book.note(asked(clock.now()));
    book.note(asked(clock.now()));
    await tell();
    await tell();
    clock.advance(minute);
    await tell();
    expect(shared.told.map(({ news }) => callsIn(news))).toEqual([
      ['minute 0', 'hour 0'],
      ['minute 2', 'hour 2'],
      ['minute 0', 'hour 0'],
    ]);
  });

  it('is told again under its number while it was not taken, and what is newer after it', async () => {
    const [clock, book, shared] = [stoppedClock(), new ServiceBook(true), receiver(1)];
    const tell = makeTellBook({ book, shared, clock, teller: 'p' });
    book.note(asked(clock.now()));
    await tell();
    book.note(asked(clock.now()));
    await tell();
    expect(shared.told.map(({ number, news }) => [number, ...callsIn(news)])).toEqual([
      [1, 'minute 1', 'hour 1'],
      [1, 'minute 1', 'hour 1'],
      [2, 'minute 1', 'hour 1'],
    ]);
  });

  it('is nothing that nobody would read any more', async () => {
    const [clock, book, shared] = [stoppedClock(), new ServiceBook(true), receiver()];
    book.note(asked(clock.now() - 2 * 60 * minute));
    await makeTellBook({ book, shared, clock, teller: 'p' })();
    const sizes = shared.told[0]?.news.filter(({ counts }) => counts.size > 0).map(({ size }) => size);
    expect(sizes).toEqual(['hour']);
  });
});

describe('figures of the services', () => {
  const buckets = [0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
  const slot = (from: number): SharedSlot => ({
    from,
    counts: new Map([['courses', { calls: 4, failures: 1, retries: 2, buckets }]]),
  });
  function figuresWith(slots: readonly SharedSlot[] | undefined) {
    const clock = stoppedClock();
    const startedAt = clock.now() - 5 * minute;
    const book = new ServiceBook(true);
    book.note(asked(clock.now()));
    let reads = 0;
    const read = async () => {
      reads += 1;
      return slots;
    };
    const shared = { read };
    const { figures, minutes } = makeServiceFigures({
      book,
      shared,
      tell: async () => undefined,
      clock,
      startedAt,
    });
    return { figures, minutes, clock, startedAt, reads: () => reads };
  }

  it('are of all processes from when on they are known', async () => {
    const from = stoppedClock().now() - 30 * minute;
    const { figures } = figuresWith([slot(from + minute), slot(from)]);
    const seen = await figures('24h');
    expect(seen).toMatchObject({ isShared: true, since: from });
    expect(seen.services.find(({ service }) => service === 'courses')).toMatchObject({
      calls: 8,
      failures: 2,
      retries: 4,
      failurePercent: 25,
    });
  });

  it('are never said to be of before the time that was asked for', async () => {
    const { figures, clock } = figuresWith([slot(0)]);
    expect((await figures('1h')).since).toBe(clock.now() - 60 * minute);
  });

  it.each([
    ['nobody can be asked', undefined],
    ['nobody has told anything', []],
  ])('are of this process alone, since its start, when %s', async (_when, slots) => {
    const { figures, startedAt } = figuresWith(slots);
    const seen = await figures('7d');
    expect(seen).toMatchObject({ isShared: false, since: startedAt });
    expect(seen.services.find(({ service }) => service === 'courses')?.calls).toBe(1);
  });

  it('tell the median of each minute, of all processes or of this one', async () => {
    const together = await figuresWith([slot(1), slot(2)]).minutes();
    expect(together.get('courses')).toEqual([7.5, 7.5]);
    expect(together.get('rag')).toEqual([]);
    const { minutes, clock } = figuresWith(undefined);
    clock.advance(minute);
    expect((await minutes()).get('courses')).toHaveLength(1);
  });

  it('are read once a second, however many look', async () => {
    const { figures, clock, reads } = figuresWith([slot(1)]);
    await Promise.all([figures('1h'), figures('1h')]);
    clock.advance(999);
    await figures('1h');
    expect(reads()).toBe(1);
    clock.advance(1);
    await figures('1h');
    expect(reads()).toBe(2);
  });
});
