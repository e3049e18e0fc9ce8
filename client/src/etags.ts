import type { Fetch } from './session.ts';

interface Kept {
  etag: string;
  text: string;
  contentType: string;
}

/** Answers that are kept at most; the one that was asked for longest ago goes first. */
const keptAtMost = 200;

export interface EtagCache {
  fetch: Fetch;
  /** When somebody else logs in: nobody may be shown another one's answer. */
  clear(): void;
}

/**
 * Asks again with the ETag of what is kept, and gives that when the API says that it is still good (304). What is kept
 * belongs to `owner`, an id of who is logged in; answers to nobody in particular are kept under the empty one.
 */
export function etagCache(fetch: Fetch, owner: () => string): EtagCache {
  const kept = new Map<string, Kept>();

  const keep = (key: string, value: Kept) => {
    kept.delete(key);
    kept.set(key, value);
    const [oldest] = kept.keys();
    if (kept.size > keptAtMost && oldest !== undefined) kept.delete(oldest);
  };

  const asked: Fetch = async (request) => {
    if (request.method !== 'GET' || request.headers.get('accept') === 'text/event-stream')
      return fetch(request);
    const whose = owner();
    const key = JSON.stringify([whose, request.url]);
    const known = kept.get(key);
    const headers = new Headers(request.headers);
    if (known !== undefined) headers.set('if-none-match', known.etag);
    const response = await fetch(new Request(request, { headers }));
    if (response.status === 304 && known !== undefined) {
      keep(key, known);
      const answered = new Headers(response.headers);
      answered.set('content-type', known.contentType);
      answered.delete('content-length');
      return new Response(known.text, { status: 200, headers: answered });
    }
    const etag = response.headers.get('etag');
    if (response.status !== 200 || etag === null) return response;
    const text = await response.text();
    if (whose === owner())
      keep(key, { etag, text, contentType: response.headers.get('content-type') ?? 'application/json' });
    const answered = new Headers(response.headers);
    // The body is decoded by now, and as long as it is.
    answered.delete('content-length');
    answered.delete('content-encoding');
    return new Response(text, { status: 200, headers: answered });
  };
  return { fetch: asked, clear: () => kept.clear() };
}
