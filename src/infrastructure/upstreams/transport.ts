/** One request to one service, before anyone has looked at the answer. Paths start with `/` and carry no `/api/v1`. */
export interface WireRequest {
  method: 'GET' | 'POST';
  path: string;
  query: Record<string, string>;
  body?: unknown;
}

/**
 * Carries a request to a service and brings back the parsed JSON body of a 2xx answer.
 * @throws UpstreamError classified: 404 → not_found, other 4xx → rejected (429 with retryAfterMs → unavailable),
 * 5xx and sockets → unavailable, no JSON → invalid_response, aborted → cancelled.
 */
export type Transport = (request: WireRequest) => Promise<unknown>;
