/** Options and a hook for TanStack Query (https://tanstack.com/query). */
import { queryOptions, useQuery } from '@tanstack/react-query';
import type { AnalyticsClient } from './client.ts';
import type { AnswerOf, CallArgs, CallInit, PathOf } from './contract.ts';
import { freshnessOf } from './freshness.ts';
import { type ApiError, isApiError, mayPass } from './problem.ts';

const mostRetries = 2;

/** What `useQuery`, `prefetchQuery` and `ensureQueryData` take. */
export const answerOptions = <P extends PathOf<'get'>>(
  client: AnalyticsClient,
  path: P,
  init?: CallInit<'get', P>,
) =>
  queryOptions<AnswerOf<'get', P>, ApiError>({
    // Who asks is part of what is asked: another viewer's answer never shows.
    queryKey: ['learning-analytics', client.session()?.user.id ?? '', path, init?.params ?? null],
    queryFn: ({ signal }) => {
      const args = [{ ...init, signal }] as CallArgs<'get', P>;
      return client.get(path, ...args);
    },
    gcTime: freshnessOf(path).revalidateSeconds * 1000,
    staleTime: 0,
    retry: (failures, error) => failures < mostRetries && isApiError(error) && mayPass(error.problem),
  });

/** The answer of a path, kept and shown again by the contract's times. */
export const useAnswer = <P extends PathOf<'get'>>(
  client: AnalyticsClient,
  path: P,
  init?: CallInit<'get', P>,
) => useQuery(answerOptions(client, path, init));
