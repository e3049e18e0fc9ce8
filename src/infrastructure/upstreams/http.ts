import axios, { type AxiosAdapter, AxiosError, type AxiosInstance, type AxiosResponse } from 'axios';
import { UpstreamError } from '../../application/ports/upstream-error.ts';
import type { Service } from '../../domain/provenance.ts';
import type { ServiceTokens } from './service-tokens.ts';
import type { Transport, WireRequest } from './transport.ts';

/** Largest reply we read, per page. */
export const maxReplyBytes = 5 * 1024 * 1024;

/** What one call carries besides its request. */
export interface HttpCall {
  signal: AbortSignal;
  requestId: string;
  traceparent: string | undefined;
}

export interface HttpTransportOptions {
  service: Service;
  baseUrl: string;
  tokens: ServiceTokens;
  adapter: AxiosAdapter;
}

/** Seconds or an HTTP date; anything else says nothing. */
function retryAfterMs(header: unknown): number | undefined {
  if (typeof header !== 'string') return undefined;
  if (/^\d+$/.test(header)) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - Date.now());
}

/** The body as JSON, whatever its content type says. Services send JSON inside a JSON string. */
function parseBody(text: unknown): unknown {
  try {
    const once: unknown = JSON.parse(String(text));
    return typeof once === 'string' ? JSON.parse(once) : once;
  } catch (cause) {
    throw new UpstreamError('invalid_response', 'the reply is not JSON', { cause });
  }
}

function judge({ status, data, headers }: AxiosResponse): unknown {
  if (status >= 200 && status < 300) return parseBody(data);
  const wait = retryAfterMs(headers['retry-after']);
  const options = wait === undefined ? {} : { retryAfterMs: wait };
  if (status === 404) throw new UpstreamError('not_found', 'status 404');
  if (status === 429 || status >= 500) throw new UpstreamError('unavailable', `status ${status}`, options);
  throw new UpstreamError('rejected', `status ${status}`);
}

/** axios' own errors in our words. */
function classify(error: unknown): UpstreamError {
  if (error instanceof UpstreamError) return error;
  if (axios.isCancel(error)) return new UpstreamError('cancelled', 'the call was aborted', { cause: error });
  if (error instanceof AxiosError && error.code === AxiosError.ERR_BAD_RESPONSE)
    return new UpstreamError('invalid_response', 'the reply is too large or cannot be read', {
      cause: error,
    });
  if (
    error instanceof AxiosError &&
    (error.code === AxiosError.ETIMEDOUT || error.code === AxiosError.ECONNABORTED)
  )
    return new UpstreamError('timeout', 'the service did not answer in time', { cause: error });
  return new UpstreamError('unavailable', 'the service cannot be reached', { cause: error });
}

function makeClient({ baseUrl, adapter }: HttpTransportOptions): AxiosInstance {
  return axios.create({
    baseURL: `${baseUrl}/api/v1`,
    adapter,
    proxy: false,
    maxRedirects: 0,
    maxContentLength: maxReplyBytes,
    maxBodyLength: 64 * 1024,
    responseType: 'text',
    // Bodies are parsed here, not by axios, which would hide what is wrong with them.
    transformResponse: (text: unknown) => text,
    validateStatus: () => true,
  });
}

/**
 * Carries requests to one service over HTTP. No redirects, no proxies, JSON only, at most 5 MB;
 * aborting the call's signal closes its socket.
 */
export function makeHttpTransport(options: HttpTransportOptions): (call: HttpCall) => Transport {
  const client = makeClient(options);
  const { service, tokens } = options;
  return ({ signal, requestId, traceparent }) =>
    async ({ method, path, query, body }: WireRequest) => {
      const headers = {
        Accept: 'application/json',
        Authorization: `Bearer ${tokens.tokenFor(service)}`,
        'X-Request-Id': requestId,
        ...(traceparent === undefined ? {} : { traceparent }),
      };
      try {
        const params = new URLSearchParams(query);
        return judge(await client.request({ method, url: path, params, headers, signal, data: body }));
      } catch (error) {
        throw classify(error);
      }
    };
}
