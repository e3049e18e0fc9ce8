/** Why a call of a database function did not end well. All but the last two are said by the function itself. */
export const rpcErrorCodes = [
  'invalid',
  'not_found',
  'conflict',
  /** Somebody whom it is about was erased; nothing was written. */
  'gone',
  'unprocessable',
  /** The same request is being worked on; asking again later gets its result. */
  'in_flight',
  /** The database has no such function, or not with these arguments: it was not migrated as this program needs it. */
  'unknown_function',
  /** Nothing our functions say: no connection, too slow, a broken rule of a table. */
  'unavailable',
] as const;
export type RpcErrorCode = (typeof rpcErrorCodes)[number];

/** The message is for logs: a function's own words, or what failed without the values that were given. */
export class RpcError extends Error {
  readonly code: RpcErrorCode;

  constructor(code: RpcErrorCode, message: string) {
    super(message);
    this.name = 'RpcError';
    this.code = code;
  }
}

export interface RpcOptions {
  /** The function changes nothing and may be answered by a replica that is some seconds behind. */
  readOnly?: boolean;
  /** Work of a job: it may take ten minutes, whatever the limit of other calls is. No request waits for it. */
  isLong?: boolean;
}

/**
 * The only way to the database: every read and every write is an SQL function in schema `api` (ADR 4), and
 * each is one transaction.
 */
export interface Rpc {
  /**
   * Calls a function with named arguments, whatever can be written as JSON; `undefined` counts as not given.
   * Answers what the function's jsonb reads as: numbers above 2^53 lose digits (send them as text), instants
   * are ISO text. Nothing is retried; after `unavailable` a write may or may not have happened.
   * @throws RpcError
   */
  call(fn: string, args: Readonly<Record<string, unknown>>, options?: RpcOptions): Promise<unknown>;
}
