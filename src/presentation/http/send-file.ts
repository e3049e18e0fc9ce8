import type { Request, Response } from 'express';
import type { Result } from './route.ts';
import { headersOf, send } from './send.ts';

type File = Extract<Result, { file: unknown }>['file'];

/** A file to be saved, never shown in the place of this origin: what stands in it is not all ours. */
export function sendFile(request: Request, response: Response, { bytes, contentType, fileName }: File): void {
  headersOf(response).push('Content-Disposition', `attachment; filename="${fileName}"`);
  send(request, response, 200, bytes, { cacheControl: 'no-store', contentType });
}
