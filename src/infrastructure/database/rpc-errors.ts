import { RpcError, type RpcErrorCode } from '../../application/ports/rpc.ts';

/** What our functions raise (`internal.raise`), of which PostgREST makes the HTTP status xyz, and what lacks them. */
const words: Readonly<Record<string, RpcErrorCode>> = {
  PT400: 'invalid',
  PT404: 'not_found',
  PT409: 'conflict',
  PT410: 'gone',
  PT422: 'unprocessable',
  PT425: 'in_flight',
  // PostgreSQL's undefined_function, and PostgREST's word for it.
  42883: 'unknown_function',
  PGRST202: 'unknown_function',
};

const textOf = (error: unknown, field: 'code' | 'message'): string => {
  const value = error instanceof Object && field in error ? (error as Record<string, unknown>)[field] : '';
  return typeof value === 'string' ? value : '';
};

/** Class 22 quotes the values that were given; they may be about a person and are left out. */
function causeOf(code: string, message: string): string {
  if (code === '') return message;
  return code.startsWith('22') ? code : `${code} ${message}`;
}

/** The one error that all adapters make of what a driver throws or answers. */
export function rpcErrorOf(fn: string, error: unknown): RpcError {
  if (error instanceof RpcError) return error;
  const code = textOf(error, 'code');
  const message = textOf(error, 'message');
  const word = words[code];
  return word ? new RpcError(word, message) : new RpcError('unavailable', `${fn}: ${causeOf(code, message)}`);
}

/** @throws RpcError for a name that could be anything but a function of ours. */
export function checkFunctionName(fn: string): void {
  if (!/^[a-z_]{1,63}$/.test(fn)) throw new RpcError('unavailable', 'not the name of a function');
}
