import { describe, expect, it } from 'vitest';
import { ApiError, type Problem } from '../../client/src/index.ts';
import { patiently, type WaitReason } from '../../dashboard/src/patience.ts';

const told = { status: 503, message: '', requestId: null };
const overloaded: Problem = { ...told, code: 'OVERLOADED', details: [], retryAfterSeconds: 2 };
const away: Problem = { ...told, code: 'UPSTREAM_UNAVAILABLE', details: [], retryAfterSeconds: 5 };
const beingMade: Problem = { ...away, details: [{ field: 'organization', message: 'in_progress' }] };

/** Asks a server that says these, one after the other, and the last one again and again. */
async function asked(answers: readonly (Problem | string)[], signal = new AbortController().signal) {
  const waits: [WaitReason, number][] = [];
  let turn = 0;
  let reason: WaitReason | undefined;
  const ask = async () => {
    const answer = answers[Math.min(turn, answers.length - 1)];
    turn += 1;
    if (typeof answer === 'string') return answer;
    throw new ApiError(answer as Problem);
  };
  const wait = async (ms: number) => void waits.push([reason as WaitReason, ms]);
  const outcome = await patiently(
    ask,
    signal,
    (next) => {
      reason = next;
    },
    wait,
  ).catch((thrown: ApiError) => thrown.problem.code);
  return { outcome, waits };
}

describe('a page that is told when to come back', () => {
  it('comes back then, and says why it waits', async () => {
    expect(await asked([overloaded, beingMade, 'an answer'])).toEqual({
      outcome: 'an answer',
      waits: [
        ['overloaded', 2000],
        ['being_made', 5000],
      ],
    });
  });

  it('gives up after a while: sooner where the server has too much to do', async () => {
    const [crowded, made] = [await asked([overloaded]), await asked([beingMade])];
    expect([crowded.outcome, crowded.waits.length]).toEqual(['OVERLOADED', 7]);
    expect([made.outcome, made.waits.length]).toEqual(['UPSTREAM_UNAVAILABLE', 12]);
  });

  it.each<[string, Problem]>([
    ['a service that is away', away],
    ['a server that does not say when', { ...overloaded, retryAfterSeconds: null }],
    ['no connection', { code: 'NETWORK', message: '' }],
  ])('tells of %s at once', async (_name, problem) => {
    expect(await asked([problem, 'an answer'])).toEqual({ outcome: problem.code, waits: [] });
  });

  it('asks no more once its reader has gone', async () => {
    const left = new AbortController();
    left.abort();
    expect(await asked([overloaded, 'an answer'], left.signal)).toEqual({
      outcome: 'OVERLOADED',
      waits: [],
    });
  });
});
