/** A hook for SWR (https://swr.vercel.app). */
import useSWR, { type SWRConfiguration, type SWRResponse } from 'swr';
import type { AnalyticsClient } from './client.ts';
import type { AnswerOf, CallArgs, CallInit, PathOf } from './contract.ts';
import { freshnessOf } from './freshness.ts';
import { type ApiError, isApiError, mayPass } from './problem.ts';

/** An answer, and when it came, epoch ms. */
interface Received<A> {
  answer: A;
  at: number;
}

/** What is asked, and by whom: another viewer's answer never shows. */
type Key = readonly [prefix: 'learning-analytics', viewer: string, path: string, params: string];

/** What `useSWR` and `preload` take. `null` as init = a parameter is not known yet, so nothing is asked. */
export const answerArguments = <P extends PathOf<'get'>>(
  client: AnalyticsClient,
  path: P,
  init?: CallInit<'get', P> | null,
) =>
  [
    init === null
      ? null
      : ([
          'learning-analytics',
          client.session()?.user.id ?? '',
          path,
          JSON.stringify(init?.params ?? null),
        ] satisfies Key),
    async (): Promise<Received<AnswerOf<'get', P>>> => {
      const args = [init ?? undefined] as CallArgs<'get', P>;
      return { answer: await client.get(path, ...args), at: Date.now() };
    },
    { shouldRetryOnError: (error: unknown) => isApiError(error) && mayPass(error.problem) },
  ] as const;

/** The answer, as long as the contract lets it be shown while it is asked for anew. */
export const shownAnswer = <A>(
  path: PathOf<'get'>,
  received: Received<A> | undefined,
  now = Date.now(),
): A | undefined =>
  received !== undefined && now - received.at <= freshnessOf(path).revalidateSeconds * 1000
    ? received.answer
    : undefined;

type Response<P extends PathOf<'get'>> = SWRResponse<Received<AnswerOf<'get', P>>, ApiError>;

/** The answer of a path, kept and shown again by the contract's times. */
export function useAnswer<P extends PathOf<'get'>>(
  client: AnalyticsClient,
  path: P,
  init?: CallInit<'get', P> | null,
  options: SWRConfiguration<Received<AnswerOf<'get', P>>, ApiError> = {},
): Pick<Response<P>, 'error' | 'isLoading' | 'isValidating'> & {
  answer: AnswerOf<'get', P> | undefined;
  /** Ask again now. */
  refresh: () => Promise<unknown>;
} {
  const [key, fetcher, usual] = answerArguments(client, path, init);
  const { data, error, isLoading, isValidating, mutate } = useSWR<
    Received<AnswerOf<'get', P>>,
    ApiError,
    Key | null
  >(key, fetcher, { ...usual, ...options });
  return { answer: shownAnswer(path, data), error, isLoading, isValidating, refresh: () => mutate() };
}
