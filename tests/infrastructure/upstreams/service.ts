import { HttpResponse, http, type JsonBodyType } from 'msw';
import { setupServer } from 'msw/node';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { failureOf } from '../../../src/application/ports/upstream-error.ts';
import { makeHttpTransport } from '../../../src/infrastructure/upstreams/http.ts';
import { stockAdapter } from '../../../src/infrastructure/upstreams/undici-adapter.ts';
import { makeWire, type Wire } from '../../../src/infrastructure/upstreams/wire.ts';

const baseUrl = 'http://service.test';

/** What a service was asked, in order. */
export interface Asked {
  method: string;
  path: string;
  query: Record<string, string>;
  headers: Headers;
  body: string;
}

/** One service under a test's control: it answers what `answer` was told, and 404 to everything else. */
export function makeService() {
  const asked: Asked[] = [];
  const server = setupServer();
  beforeAll(() => server.listen({ onUnhandledFrame: 'error' }));
  afterEach(() => {
    server.resetHandlers();
    asked.length = 0;
  });
  afterAll(() => server.close());

  const answerWith = (path: string, respond: (asked: Asked) => Response) =>
    server.use(
      http.all(`${baseUrl}/api/v1${path}`, async ({ request }) => {
        const url = new URL(request.url);
        const entry = {
          method: request.method,
          path: url.pathname,
          query: Object.fromEntries(url.searchParams),
          headers: request.headers,
          body: await request.text(),
        };
        asked.push(entry);
        return respond(entry);
      }),
    );
  return {
    asked,
    answerWith,
    /** Answers JSON; a status other than 200 only where the test is about it. */
    answer: (path: string, body: JsonBodyType, status = 200) =>
      answerWith(path, () => HttpResponse.json(body, { status })),
    /** Answers pages in order; the cursor is the number of the page. */
    answerPages: (path: string, pages: unknown[][]) =>
      answerWith(path, ({ query }) => {
        const index = Number(query.cursor ?? 0);
        const nextCursor = index + 1 < pages.length ? String(index + 1) : null;
        return HttpResponse.json({ items: pages[index], nextCursor } as JsonBodyType);
      }),
  };
}

/** The real wire over the real transport, with the adapter that msw can intercept. */
export function testWire(): Wire {
  const tokens = { tokenFor: (service: string) => `token-for-${service}` };
  const transport = makeHttpTransport({ service: 'courses', baseUrl, tokens, adapter: stockAdapter() });
  return makeWire(
    transport({ signal: new AbortController().signal, requestId: 'req-1', traceparent: undefined }),
  );
}

/** The class of failure of a call, or what it answered. */
export const failureFrom = (work: Promise<unknown>): Promise<unknown> => work.catch(failureOf);

export const utc = (text: string): number => Date.parse(text);
export const upperUuid = '0B8F3C1E-5D2A-4F6B-9C7D-1E2F3A4B5C6D';
export const lowerUuid = upperUuid.toLowerCase();
