/** One request as a mock service sees it. */
export interface MockRequest {
  params: Record<string, string>;
  query: Record<string, string>;
  body: unknown;
}

/** A refusal a mock service wants to give (401 on bad credentials). */
export class MockRefusal extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.name = 'MockRefusal';
    this.status = status;
  }
}

/** Answers wire JSON (the shapes of the read contract); `undefined` = 404. */
export type MockHandler = (request: MockRequest) => unknown;

/** `GET /users/:id` → handler; paths without `/api/v1`. One such table per service, served over HTTP or in process. */
export type MockRoutes = Record<string, MockHandler>;
