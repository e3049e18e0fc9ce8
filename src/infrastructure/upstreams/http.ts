import axios, {
  type AxiosAdapter,
  AxiosError,
  AxiosHeaders,
  type AxiosResponse,
  type InternalAxiosRequestConfig,
  mergeConfig,
} from 'axios';
import { noTracing, type Span, type Tracing } from '../../application/ports/tracing.ts';
import { UpstreamError } from '../../application/ports/upstream-error.ts';
import type { Service } from '../../domain/provenance.ts';
import { parseShallow } from './parse-shallow.ts';
import type { ServiceTokens } from './service-tokens.ts';
import type { Transport, WireRequest } from './transport.ts';

/** Largest reply we read, per page. */
export const maxReplyBytes = 5 * 1024 * 1024;
/** The same of all pages of one call: a list of one person or course that is longer has no end. */
export const maxCallBytes = 4 * maxReplyBytes;

/** What one call carries besides its request. */
export interface HttpCall {
  signal: AbortSignal;
  requestId: string;
  traceparent: string | undefined;
  tracestate?: string | undefined;
}

export interface HttpTransportOptions {
  service: Service;
  baseUrl: string;
  tokens: ServiceTokens;
  adapter: AxiosAdapter;
  tracing?: Tracing;
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
    const once = parseShallow(String(text));
    return typeof once === 'string' ? parseShallow(once) : once;
  } catch {
    // The parser's own error quotes the body, which may be somebody's.
    throw new UpstreamError('invalid_response', 'the reply is not JSON');
  }
}

/** A URLSearchParams for each call would cost more than the call's own URL. */
function uriOf(path: string, query: Record<string, string>): string {
  const pairs = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return pairs.length === 0 ? path : `${path}?${pairs.join('&')}`;
}

function judge({ status, data, headers }: AxiosResponse): unknown {
  if (status >= 200 && status < 300) return parseBody(data);
  const wait = retryAfterMs(headers['retry-after']);
  const options = wait === undefined ? {} : { retryAfterMs: wait };
  if (status === 404) throw new UpstreamError('not_found', 'status 404');
  if (status === 429 || status >= 500) throw new UpstreamError('unavailable', `status ${status}`, options);
  throw new UpstreamError('rejected', `status ${status}`, { status });
}

const timeouts = new Set<string>([AxiosError.ETIMEDOUT, AxiosError.ECONNABORTED]);
/** What came is too large, not what its encoding says, or not HTTP. */
const unreadable = /^(ERR_BAD_RESPONSE|Z_|ERR_STREAM_PREMATURE|HPE_)/;

/**
 * axios' own errors in our words. They are not kept as cause: they hold the request's headers, and with
 * them the service token.
 */
function classify(error: unknown): UpstreamError {
  if (error instanceof UpstreamError) return error;
  if (axios.isCancel(error)) return new UpstreamError('cancelled', 'the call was aborted');
  const code = (error instanceof AxiosError ? error.code : undefined) ?? 'unknown';
  if (unreadable.test(code))
    return new UpstreamError('invalid_response', `the reply is too large or cannot be read (${code})`);
  if (timeouts.has(code)) return new UpstreamError('timeout', `the service did not answer in time (${code})`);
  return new UpstreamError('unavailable', `the service cannot be reached (${code})`);
}

/**
 * What all calls to a service have in common, put together by axios once. `request()` would merge it anew for each call,
 * and its headers, interceptors and transformations, of which there are none: that cost as much as the call itself.
 */
const settingsOf = ({ baseUrl, adapter }: HttpTransportOptions) =>
  mergeConfig(
    {
      baseURL: `${baseUrl}/api/v1`,
      adapter,
      proxy: false,
      maxRedirects: 0,
      maxBodyLength: 64 * 1024,
      responseType: 'text',
      // Replies are parsed here, not by axios, which would hide what is wrong with them.
      validateStatus: () => true,
    },
    {},
  );

/**
 * Carries requests to one service over HTTP. No redirects, no proxies, JSON only, at most 5 MB a page and 20 MB a call;
 * aborting the call's signal closes its socket.
 */
export function makeHttpTransport(options: HttpTransportOptions): (call: HttpCall) => Transport {
  const settings = settingsOf(options);
  const { service, tokens, adapter, tracing = noTracing } = options;
  return ({ signal, requestId, traceparent, tracestate }) => {
    let bytesLeft = maxCallBytes;
    async function exchange({ method, path, query, body }: WireRequest, span: Span): Promise<unknown> {
      const parent = span.traceparent ?? traceparent;
      const config: InternalAxiosRequestConfig = {
        ...settings,
        method,
        url: uriOf(path, query),
        headers: Object.assign(new AxiosHeaders(), {
          Accept: 'application/json',
          Authorization: `Bearer ${tokens.tokenFor(service)}`,
          'X-Request-Id': requestId,
          ...(parent === undefined ? {} : { traceparent: parent }),
          ...(parent === undefined || tracestate === undefined ? {} : { tracestate }),
          ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        }),
        signal,
        maxContentLength: Math.min(maxReplyBytes, bytesLeft),
        ...(body === undefined ? {} : { data: JSON.stringify(body) }),
      };
      try {
        const reply: AxiosResponse<string> = await adapter(config);
        bytesLeft = Math.max(0, bytesLeft - Buffer.byteLength(reply.data));
        span.set({ 'http.response.status_code': reply.status });
        return judge(reply);
      } catch (error) {
        throw classify(error);
      }
    }
    return (request) => {
      const attributes = { 'http.request.method': request.method, 'peer.service': service };
      const start = { name: `${request.method} ${service}`, kind: 'client', attributes } as const;
      return tracing.span(start, (span) => exchange(request, span));
    };
  };
}
