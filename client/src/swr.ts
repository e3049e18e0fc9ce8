/** Hooks for SWR (https://swr.vercel.app). */
import useSWR, { type SWRConfiguration, type SWRResponse } from 'swr';
import type { AnalyticsClient } from './client.ts';
import type { AnswerOf, CallArgs, CallInit, PathOf } from './contract.ts';
import { freshnessOf } from './freshness.ts';
import { type ApiError, isApiError, mayPass } from './problem.ts';

interface Received<A> {
  answer: A;
  at: number;
}

/** What is asked, by whom: another viewer's answer never shows. Null = nothing to ask yet. */
type Key = readonly [string, string, string] | null;

/**
 * The answer of a path, kept and shown again by the contract's times. Give `null` as init while a parameter is not
 * known yet.
 */
export function useAnswer<P extends PathOf<'get'>>(
  client: AnalyticsClient,
  path: P,
  init?: CallInit<'get', P> | null,
  options: SWRConfiguration<Received<AnswerOf<'get', P>>, ApiError> = {},
): Omit<SWRResponse<Received<AnswerOf<'get', P>>, ApiError>, 'data' | 'mutate'> & {
  answer: AnswerOf<'get', P> | undefined;
  /** Ask again now. */
  refresh: () => Promise<unknown>;
} {
  const key: Key =
    init === null ? null : [client.session()?.user.id ?? '', path, JSON.stringify(init?.params ?? null)];
  const { data, mutate, ...state } = useSWR<Received<AnswerOf<'get', P>>, ApiError, Key>(
    key,
    async () => {
      const args = [init ?? undefined] as CallArgs<'get', P>;
      return { answer: await client.get(path, ...args), at: Date.now() };
    },
    { shouldRetryOnError: (error) => isApiError(error) && mayPass(error.problem), ...options },
  );
  const isShown = data !== undefined && Date.now() - data.at <= freshnessOf(path).revalidateSeconds * 1000;
  return { ...state, answer: isShown ? data.answer : undefined, refresh: () => mutate() };
}
