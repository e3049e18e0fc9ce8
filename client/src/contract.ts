/** Names for what openapi.yaml says, over the generated types. */
import type { Client, ClientPathsWithMethod, MaybeOptionalInit, MethodResponse } from 'openapi-fetch';
import type { paths } from './schema.ts';

export type Api = Client<paths, 'application/json'>;
export type Method = 'get' | 'post' | 'patch' | 'delete';
export type PathOf<M extends Method> = ClientPathsWithMethod<Api, M>;

/** What a call may say besides where it goes. */
export interface CallOptions {
  signal?: AbortSignal;
  /** Milliseconds for the whole call, with a refresh of the session if one is needed. */
  timeoutMs?: number;
}

type Asked<M extends Method, P extends PathOf<M>> = Exclude<MaybeOptionalInit<paths[P], M>, undefined>;

/** Parameters and body of a call, as openapi.yaml has them, and how long it may take. */
export type CallInit<M extends Method, P extends PathOf<M>> = Pick<
  Asked<M, P>,
  Extract<keyof Asked<M, P>, 'params' | 'body'>
> &
  CallOptions;

/** The last argument of a call; it may be left out where nothing in it is needed. */
export type CallArgs<M extends Method, P extends PathOf<M>> =
  object extends CallInit<M, P> ? [init?: CallInit<M, P>] : [init: CallInit<M, P>];

/** The envelope of a call that went well: `data`, and in `meta` where it comes from and how old it is. */
export type AnswerOf<M extends Method, P extends PathOf<M>> = MethodResponse<Api, M, P>;
