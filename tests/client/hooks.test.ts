import { QueryClient } from '@tanstack/react-query';
import { describe, expect, it } from 'vitest';
import { answerArguments, shownAnswer } from '../../client/src/swr.ts';
import { answerOptions } from '../../client/src/tanstack-query.ts';
import { clientOf, json, never, refusal } from './api.ts';

const velocity = '/api/v1/analytics/learner/velocity/{userId}';
const mine = { params: { path: { userId: 'me' } } };
const hour = 3_600_000;

describe('For TanStack Query an answer', () => {
  it('is fetched by its options, and kept by the contract’s time', async () => {
    const { client } = clientOf(() => json({ currentPace: 2 }));
    const options = answerOptions(client, velocity, mine);
    expect(await new QueryClient().fetchQuery(options)).toMatchObject({ data: { currentPace: 2 } });
    expect(options.gcTime).toBe(4 * hour);
  });

  it('belongs to its viewer', async () => {
    const { client, login } = clientOf(() => json({}));
    const before = answerOptions(client, velocity, mine).queryKey;
    await login();
    expect(answerOptions(client, velocity, mine).queryKey).not.toEqual(before);
  });

  it('is asked for again only where that may help', async () => {
    const { client, pathsAsked } = clientOf(() => refusal(403, 'FORBIDDEN'));
    await expect(new QueryClient().fetchQuery(answerOptions(client, velocity, mine))).rejects.toMatchObject({
      problem: { code: 'FORBIDDEN' },
    });
    expect(pathsAsked()).toHaveLength(1);
  });

  it('is given up with its query', async () => {
    const { client, asked } = clientOf(never);
    const queries = new QueryClient();
    const options = answerOptions(client, velocity, mine);
    const left = queries.fetchQuery(options).catch(() => 'left');
    await expect.poll(() => asked.length).toBe(1);
    await queries.cancelQueries({ queryKey: options.queryKey });
    expect(await left).toBe('left');
    expect(asked[0]?.signal.aborted).toBe(true);
  });
});

describe('For SWR an answer', () => {
  it('is fetched with when it came, under its viewer’s key', async () => {
    const { client, login } = clientOf(() => json({ currentPace: 2 }));
    await login();
    const [key, fetcher] = answerArguments(client, velocity, mine);
    expect(key).toEqual(['learning-analytics', 'u-1', velocity, JSON.stringify(mine.params)]);
    const received = await fetcher();
    expect(received.answer.data.currentPace).toBe(2);
    expect(shownAnswer(velocity, received, received.at + 4 * hour)).toBe(received.answer);
    expect(shownAnswer(velocity, received, received.at + 4 * hour + 1)).toBeUndefined();
  });

  it('is not asked for while nobody knows of whom', () => {
    const { client } = clientOf(() => json({}));
    expect(answerArguments(client, velocity, null)[0]).toBeNull();
  });

  it('is asked for again only where that may help', async () => {
    const { client } = clientOf(() => refusal(403, 'FORBIDDEN'));
    const [, fetcher, { shouldRetryOnError }] = answerArguments(client, velocity, mine);
    const error: unknown = await fetcher().catch((thrown: unknown) => thrown);
    expect(shouldRetryOnError(error)).toBe(false);
  });
});
