import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { AxiosError } from 'axios';
import type { Dispatcher } from 'undici';

const unpack = promisify(gunzip);

type Headers = Record<string, string | string[] | undefined>;

export interface Exchanged {
  status: number;
  headers: Headers;
  text: string;
}

interface Received {
  status: number;
  headers: Headers;
  body: Buffer;
}

const tooLarge = (limit: number) =>
  new AxiosError(`maxContentLength size of ${limit} exceeded`, AxiosError.ERR_BAD_RESPONSE);

/** The bytes as they come, without a stream between: a stream for each reply costs as much as the rest of a call. */
function receive(
  dispatcher: Dispatcher,
  request: Dispatcher.DispatchOptions,
  limit: number,
  signal: AbortSignal | undefined,
): Promise<Received> {
  return new Promise((resolve, reject) => {
    let running: Dispatcher.DispatchController | undefined;
    let [status, bytes] = [0, 0];
    let headers: Headers = {};
    const chunks: Buffer[] = [];
    // One that still waits for a connection is ended when it gets one; nobody waits for that.
    const onAbort = () => {
      running?.abort(signal?.reason);
      reject(signal?.reason);
    };
    if (signal?.aborted) return onAbort();
    signal?.addEventListener('abort', onAbort, { once: true });
    const done = () => signal?.removeEventListener('abort', onAbort);
    dispatcher.dispatch(request, {
      onRequestStart: (controller) => {
        running = controller;
        if (signal?.aborted) controller.abort(signal.reason);
      },
      onResponseStart: (_controller, code, given) => {
        status = code;
        headers = given;
      },
      onResponseData: (controller, chunk) => {
        bytes += chunk.length;
        // This closes the socket: a reply without end must not fill memory.
        if (limit >= 0 && bytes > limit) controller.abort(tooLarge(limit));
        else chunks.push(chunk);
      },
      onResponseEnd: () => {
        done();
        resolve({
          status,
          headers,
          body: chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks),
        });
      },
      onResponseError: (_controller, error) => {
        done();
        reject(error);
      },
    });
  });
}

/** The limit counts what comes out, so that a bomb goes off outside. */
async function unpacked(body: Buffer, limit: number): Promise<Buffer> {
  try {
    return await unpack(body, limit >= 0 ? { maxOutputLength: Math.max(1, limit) } : {});
  } catch (error) {
    throw (error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE' ? tooLarge(limit) : error;
  }
}

/**
 * One request, and its whole reply as text, at most `limit` bytes of it, packed and unpacked (negative: no limit).
 * The signal closes the socket.
 * @throws what undici, the signal or zlib say, or AxiosError ERR_BAD_RESPONSE for too many bytes.
 */
export async function exchange(
  dispatcher: Dispatcher,
  request: Dispatcher.DispatchOptions,
  limit: number,
  signal: AbortSignal | undefined,
): Promise<Exchanged> {
  const { status, headers, body } = await receive(dispatcher, request, limit, signal);
  const plain = headers['content-encoding'] === 'gzip' ? await unpacked(body, limit) : body;
  return { status, headers, text: plain.toString('utf8') };
}
