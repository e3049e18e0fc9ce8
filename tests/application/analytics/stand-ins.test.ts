import { describe, expect, it } from 'vitest';
import type { Answer, Made } from '../../../src/application/analytics/answer.ts';
import { makeStandIns, type StandInsDeps } from '../../../src/application/analytics/stand-ins.ts';
import type { AnswerLayer } from '../../../src/application/ports/cache-figures.ts';
import { UpstreamError } from '../../../src/application/ports/upstream-error.ts';
import { AppError } from '../../../src/domain/errors.ts';
import { stoppedClock } from '../../fixtures/stubs.ts';

const answerOf = (cacheExpiry: string | null): Answer => ({
  data: Buffer.from('{}'),
  digest: 'd',
  expiresAt: 0,
  revalidateUntil: 0,
  keepUntil: 0,
  meta: {
    calculatedAt: '2026-03-01T00:00:00.000Z',
    asOf: '2026-03-01T00:00:00.000Z',
    dataSource: 'realtime',
    cacheExpiry,
    complete: true,
    sources: [],
    missing: [],
    metric: { id: 'learner.sample', version: 1 },
  },
});
const partial: Made = { answer: answerOf(null), form: 'live', layer: 'origin' };
const old: Made = { answer: answerOf(null), form: 'stale', layer: 'stale' };
const refusal = new AppError('UPSTREAM_UNAVAILABLE', 'A needed service cannot be reached.');
const down = new UpstreamError('unavailable', 'down', { service: 'courses' });

const standInsOf = (waits: Pick<StandInsDeps, 'standInMs' | 'patienceMs'>) => {
  const clock = stoppedClock();
  return { clock, standIns: makeStandIns({ clock, ...waits }) };
};

describe('what stood in', () => {
  it('is given again, and after its time while another try is made, up to four times as long', () => {
    const { clock, standIns } = standInsOf({ standInMs: 500 });
    standIns.note('a', old);
    clock.advance(499);
    expect(standIns.get('a')?.isTriedAgain).toBe(false);
    clock.advance(1);
    expect(standIns.get('a')).toMatchObject({ isTriedAgain: true });
    expect(standIns.get('a')?.again()).toEqual(old);
    clock.advance(1499);
    expect(standIns.get('a')).toBeDefined();
    clock.advance(1);
    expect(standIns.get('a')).toBeUndefined();
  });

  it('is tried again by one of those who ask in its time, for nobody else need', () => {
    const { clock, standIns } = standInsOf({ standInMs: 500 });
    standIns.note('a', old);
    clock.advance(500);
    const tries = () => standIns.get('a')?.isTriedAgain;
    expect([tries(), tries()]).toEqual([true, false]);
    clock.advance(500);
    expect([tries(), tries()]).toEqual([true, false]);
  });

  it('is at hand unless it is time for another try, or only a refusal', () => {
    const { clock, standIns } = standInsOf({ standInMs: 500 });
    standIns.note('a', partial);
    standIns.noteRefusal('b', refusal, down);
    expect(standIns.atHand('a', () => undefined)).toEqual({ ...partial, form: 'cached', layer: 'l1' });
    expect([standIns.atHand('b', () => undefined), standIns.atHand('c', () => undefined)]).toEqual([
      undefined,
      undefined,
    ]);
    clock.advance(500);
    expect(standIns.atHand('a', () => undefined)).toBeUndefined();
    standIns.get('a');
    expect(standIns.atHand('a', () => undefined)).toBeDefined();
  });

  it('never hides a kept answer that may be shown, and ends with a whole one', () => {
    const { clock, standIns } = standInsOf({ standInMs: 500 });
    const newer = { ...answerOf('2026-03-01T00:05:00.000Z'), revalidateUntil: clock.now() + 100 };
    standIns.note('a', old);
    expect([standIns.atHand('a', () => newer), standIns.atHand('a', () => old.answer)]).toEqual([
      undefined,
      old,
    ]);
    clock.advance(100);
    expect(standIns.atHand('a', () => newer)).toEqual(old);
    standIns.note('a', { answer: newer, form: 'live', layer: 'origin' });
    expect([standIns.atHand('a', () => undefined), standIns.get('a')]).toEqual([undefined, undefined]);
  });

  it('is what is shown while it is made anew, as long as it may be shown; after that while it goes on', () => {
    const { clock, standIns } = standInsOf({ standInMs: 500 });
    const shown = { ...old, answer: { ...old.answer, revalidateUntil: clock.now() + 300 } };
    standIns.noteMeanwhile('a', shown);
    clock.advance(299);
    expect(standIns.atHand('a', () => shown.answer)).toBe(shown);
    clock.advance(1);
    expect(standIns.atHand('a', () => shown.answer)).toBeUndefined();
    expect(standIns.get('a')).toMatchObject({ isTriedAgain: true });
    standIns.note('a', { ...old, layer: 'peer' });
    expect(standIns.get('a')).toBeUndefined();
  });

  it('is called kept when it was made here, never live', () => {
    const { standIns } = standInsOf({ standInMs: 500 });
    standIns.note('a', partial);
    expect(standIns.get('a')?.again()).toEqual({ ...partial, form: 'cached', layer: 'l1' });
  });

  it('is neither what is whole, nor another process’s, nor sample figures', () => {
    const { standIns } = standInsOf({ standInMs: 500 });
    const whole = answerOf('2026-03-01T00:05:00.000Z');
    const others: [Answer, AnswerLayer][] = [
      [whole, 'origin'],
      [whole, 'peer'],
      [answerOf(null), 'mock'],
    ];
    for (const [answer, layer] of others) standIns.note('a', { answer, form: 'live', layer });
    expect(standIns.get('a')).toBeUndefined();
  });

  it('is the old answer, however long that counted as fresh', () => {
    const { standIns } = standInsOf({ standInMs: 500 });
    standIns.note('a', { ...old, answer: answerOf('2026-03-01T00:05:00.000Z') });
    expect(standIns.get('a')?.again().form).toBe('stale');
  });

  it('is a refusal because a service is ill, thrown again', () => {
    const { standIns } = standInsOf({ standInMs: 500 });
    standIns.noteRefusal('a', refusal, down);
    expect(() => standIns.get('a')?.again()).toThrow(refusal);
  });

  it.each([
    ['somebody left', new UpstreamError('cancelled', 'gone')],
    ['there is no such service', new UpstreamError('not_configured', 'none')],
    ['figures are being worked out', new UpstreamError('timeout', 'goes on', { goesOn: true })],
    ['something else went wrong', new Error('a defect')],
  ])('is no refusal because %s', (_, cause) => {
    const { standIns } = standInsOf({ standInMs: 500 });
    standIns.noteRefusal('a', refusal, cause);
    expect(standIns.get('a')).toBeUndefined();
  });

  it('is no defect, which is not told again as if it were an answer', () => {
    const { standIns } = standInsOf({ standInMs: 500 });
    standIns.noteRefusal('a', new Error('a defect'), down);
    expect(standIns.get('a')).toBeUndefined();
  });

  it('is not remembered when nobody wants that', () => {
    const { standIns } = standInsOf({});
    standIns.note('a', old);
    standIns.noteRefusal('b', refusal, down);
    expect([standIns.get('a'), standIns.get('b')]).toEqual([undefined, undefined]);
  });
});

describe('patience', () => {
  const fresh: Made = { answer: answerOf('2026-03-01T00:05:00.000Z'), form: 'live', layer: 'origin' };

  it('gives what comes in time, and leaves nothing standing in', async () => {
    const { standIns } = standInsOf({ standInMs: 500, patienceMs: 1000 });
    expect(await standIns.inTime('a', Promise.resolve(fresh), old)).toBe(fresh);
    expect(standIns.get('a')).toBeUndefined();
  });

  it('gives the old when its end comes first, which stands in from then on', async () => {
    const { standIns } = standInsOf({ standInMs: 500, patienceMs: 5 });
    expect(await standIns.inTime('a', new Promise<Made>(() => undefined), old)).toBe(old);
    expect(standIns.get('a')?.again()).toEqual(old);
  });

  it('ends for all who wait for the same when it ends for the first, and begins anew after that', async () => {
    const { clock, standIns } = standInsOf({ standInMs: 500, patienceMs: 300 });
    const never = new Promise<Made>(() => undefined);
    const told: string[] = [];
    const first = standIns.inTime('a', never, old).then(() => told.push('first'));
    clock.advance(290);
    const second = standIns.inTime('a', never, old).then(() => told.push('second'));
    await second;
    expect(told).toEqual(['second']);
    await first;
    clock.advance(10);
    const isGiven = standIns.inTime('a', never, old).then(() => told.push('third'));
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(told).toEqual(['second', 'first']);
    await isGiven;
  });

  it('passes on a failure that comes in time', async () => {
    const { standIns } = standInsOf({ standInMs: 500, patienceMs: 1000 });
    await expect(standIns.inTime('a', Promise.reject(refusal), old)).rejects.toBe(refusal);
  });
});
