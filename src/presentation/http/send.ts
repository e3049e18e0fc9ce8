import compression from 'compression';
import type { Request, Response } from 'express';

const compressionThreshold = 1024;
const compress = compression({ threshold: compressionThreshold });

export interface SendHeaders {
  etag?: string;
  cacheControl: string;
  cacheStatus?: string;
  contentType?: string;
}

const weak = (tag: string): string => tag.trim().replace(/^W\//, '');

/** RFC 9110 13.1.2, weak comparison. */
function isUnchanged(request: Request, etag: string): boolean {
  const header = request.headers['if-none-match'];
  if (header === undefined || (request.method !== 'GET' && request.method !== 'HEAD')) return false;
  return header.trim() === '*' || header.split(',').some((tag) => weak(tag) === weak(etag));
}

function write(request: Request, response: Response, bytes: Buffer): void {
  response.setHeader('Content-Length', bytes.length);
  response.end(request.method === 'HEAD' ? undefined : bytes);
}

/** Ends a response with bytes that are ready, or with 304; large ones are compressed when the client can. */
export function send(
  request: Request,
  response: Response,
  status: number,
  bytes: Buffer,
  { etag, cacheControl, cacheStatus, contentType = 'application/json; charset=utf-8' }: SendHeaders,
): void {
  response.statusCode = status;
  response.setHeader('Cache-Control', cacheControl);
  if (cacheStatus !== undefined) response.setHeader('Cache-Status', cacheStatus);
  if (etag !== undefined) {
    response.setHeader('ETag', etag);
    if (isUnchanged(request, etag)) {
      response.statusCode = 304;
      response.end();
      return;
    }
  }
  response.setHeader('Content-Type', contentType);
  if (bytes.length < compressionThreshold || request.headers['accept-encoding'] === undefined) {
    write(request, response, bytes);
    return;
  }
  compress(request, response, () => write(request, response, bytes));
}
