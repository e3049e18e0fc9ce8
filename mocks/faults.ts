import { z } from 'zod';

/** What can go wrong with a mock service on demand; all of it at once where that makes sense. */
export const faultsSchema = z.strictObject({
  /** Only paths (below /api/v1) that start so; default all. */
  path: z.string().optional(),
  /** Milliseconds before the answer, and up to how many more by chance. */
  latencyMs: z.number().min(0).default(0),
  jitterMs: z.number().min(0).default(0),
  /** Share of requests, 0–1, that are answered with `status`. */
  errorRate: z.number().min(0).max(1).default(0),
  status: z.int().min(300).max(599).default(503),
  /** Sent with `status`; 429 is the usual one. */
  retryAfterSeconds: z.int().min(0).optional(),
  /** Takes the request and never answers. */
  hang: z.boolean().default(false),
  /** Closes the socket instead of answering. */
  reset: z.boolean().default(false),
  malformedJson: z.boolean().default(false),
  /** Valid JSON of another shape. */
  wrongShape: z.boolean().default(false),
  /** `{}` with status 200. */
  empty200: z.boolean().default(false),
  /** `{error}` with status 200. */
  errorBody200: z.boolean().default(false),
  /** A JSON string that holds the JSON. */
  doubleEncoded: z.boolean().default(false),
  /** Milliseconds over which the body trickles out. */
  slowBodyMs: z.number().min(0).default(0),
});
export type Faults = z.output<typeof faultsSchema>;

export const noFaults: Faults = faultsSchema.parse({});

/** The body as the faults leave it. */
export function spoil(faults: Faults, body: unknown): string {
  if (faults.empty200) return '{}';
  if (faults.errorBody200) return '{"error":"something went wrong"}';
  if (faults.wrongShape) return '{"unexpected":[1,2,3]}';
  const json = JSON.stringify(body);
  if (faults.malformedJson) return json.slice(0, Math.max(1, Math.floor(json.length / 2)));
  return faults.doubleEncoded ? JSON.stringify(json) : json;
}
