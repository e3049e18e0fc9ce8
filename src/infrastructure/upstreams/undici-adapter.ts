import {
  type AxiosAdapter,
  AxiosError,
  AxiosHeaders,
  CanceledError,
  getAdapter,
  type InternalAxiosRequestConfig,
} from 'axios';
import { Agent, type Dispatcher } from 'undici';
import { TargetError, type Targets } from '../outbound/targets.ts';
import { exchange } from './exchange.ts';

/**
 * Connections per service: twice as many as the bulkhead lets through. A connection is free again a moment
 * after its caller has the answer; without spare ones the caller's next call waits for another's (ADR 7).
 */
const connectionsPerOrigin = 128;

const timeouts = new Set(['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']);

function asAxiosError(error: unknown, config: InternalAxiosRequestConfig): unknown {
  if (error instanceof AxiosError) return error;
  if (config.signal?.aborted) return new CanceledError('canceled', config);
  const code = (error as { code?: string }).code;
  const timedOut = code !== undefined && timeouts.has(code);
  return AxiosError.from(error as Error, timedOut ? AxiosError.ETIMEDOUT : code, config);
}

interface Base {
  origin: string;
  /** Without a slash at its end. */
  path: string;
}

/** The few bases that there are, taken apart once. */
const bases = new Map<string, Base>();

function baseOf(url: string): Base {
  const known = bases.get(url);
  if (known !== undefined) return known;
  const { origin, pathname } = new URL(url);
  const base = { origin, path: pathname.replace(/\/$/, '') };
  bases.set(url, base);
  return base;
}

async function dispatch(agent: Agent, config: InternalAxiosRequestConfig, targets: Targets | undefined) {
  const { signal, data, method } = config;
  const { origin, path } = baseOf(config.baseURL ?? '');
  if (targets?.allows(origin) === false) throw new TargetError('nobody has configured this origin');
  const request = {
    origin,
    path: path + uriOf(config),
    method: (method ?? 'get').toUpperCase() as Dispatcher.HttpMethod,
    headers: { ...config.headers.toJSON(), 'accept-encoding': 'gzip' } as Record<string, string>,
    body: (data as string | undefined) ?? null,
  };
  return exchange(agent, request, config.maxContentLength ?? -1, signal as AbortSignal | undefined);
}

function uriOf(config: InternalAxiosRequestConfig): string {
  const query = (config.params as URLSearchParams | undefined)?.toString() ?? '';
  return `${config.url ?? ''}${query === '' ? '' : `?${query}`}`;
}

/**
 * axios over an undici Agent with kept-alive connections: the same API at about two thirds of the CPU (ADR 7).
 * The signal closes the socket, redirects are not followed, proxies of the environment are not asked. With `targets`
 * it calls nobody else.
 */
export function makeUndiciAdapter(
  connections = connectionsPerOrigin,
  targets?: Targets,
): {
  adapter: AxiosAdapter;
  close: () => Promise<void>;
} {
  const agent = new Agent({
    connections,
    pipelining: 1,
    keepAliveTimeout: 10_000,
    keepAliveMaxTimeout: 60_000,
    connect: { timeout: 2_000, ...(targets === undefined ? {} : { lookup: targets.lookup }) },
    // The deadline of a call is its signal; these are only a second fence.
    headersTimeout: 60_000,
    bodyTimeout: 60_000,
  });
  const adapter: AxiosAdapter = async (config) => {
    try {
      const { status, headers, text } = await dispatch(agent, config, targets);
      return {
        data: text,
        status,
        statusText: '',
        // All that anybody here reads of a reply's head: axios would take every header apart.
        headers: Object.assign(new AxiosHeaders(), { 'retry-after': headers['retry-after'] }),
        config,
        request: null,
      };
    } catch (error) {
      throw asAxiosError(error, config);
    }
  };
  return { adapter, close: () => agent.destroy() };
}

/** axios' own adapter, for comparison and for tests that intercept node:http. */
export const stockAdapter = (): AxiosAdapter => getAdapter('http');
