/** An API of a few lines behind a client: each test says what it answers, and reads what it was asked. */
import { type ClientOptions, createClient } from '../../client/src/index.ts';

export interface Asked {
  method: string;
  path: string;
  token: string | null;
  headers: Headers;
  body: string;
  signal: AbortSignal;
}

type Answers = (asked: Asked) => Response | Promise<Response>;

export const json = (data: unknown, headers: Record<string, string> = {}) =>
  Response.json({ success: true, data, meta: { requestId: 'r-1' } }, { headers });

export const refusal = (status: number, code: string, headers: Record<string, string> = {}) =>
  Response.json(
    { success: false, status, error: { code, message: 'no', details: [] }, meta: { requestId: 'r-1' } },
    { status, headers: { ...headers, 'content-type': 'application/problem+json' } },
  );

export const granted = (number: number, id = 'u-1') => ({
  accessToken: `access-${number}`,
  refreshToken: `refresh-${number}`,
  expiresIn: 900,
  user: { id, email: null, fullName: null, roles: [], organizationId: 'org-1' },
});

/** A body that comes in the given pieces and then ends; or, without an end, waits for whoever reads to leave. */
export const streamOf = (pieces: readonly string[], ends = true) =>
  new Response(
    new ReadableStream<Uint8Array>({
      start(controller) {
        for (const piece of pieces) controller.enqueue(new TextEncoder().encode(piece));
        if (ends) controller.close();
      },
    }),
    { headers: { 'content-type': 'text/event-stream' } },
  );

/** A client over the given answers, and the list of what it asks. Log-ins are granted `access-1`. */
export function clientOf(answers: Answers, options: ClientOptions = {}) {
  const asked: Asked[] = [];
  const client = createClient({
    baseUrl: 'https://api.example',
    fetch: async (request) => {
      const url = new URL(request.url);
      const one: Asked = {
        method: request.method,
        path: url.pathname + url.search,
        token: request.headers.get('authorization')?.replace('Bearer ', '') ?? null,
        headers: request.headers,
        body: await request.clone().text(),
        signal: request.signal,
      };
      asked.push(one);
      request.signal.throwIfAborted();
      return one.path === '/api/v1/auth/login' ? json(granted(1)) : answers(one);
    },
    ...options,
  });
  const pathsAsked = () => asked.map(({ path }) => path.replace('/api/v1', ''));
  return { client, asked, pathsAsked, login: () => client.login({ email: 'a@b.example', password: 'x' }) };
}

/** Never answers; gives up with the request. */
export const never = ({ signal }: Asked) =>
  new Promise<Response>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error));
  });
