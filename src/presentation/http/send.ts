import type { IncomingMessage, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import compression from 'compression';
import type { Request, Response } from 'express';
import { type CacheRule, cacheHeaders } from './cache-headers.ts';

export const compressionThreshold = 1024;
const compress = compression({ threshold: compressionThreshold });

/** Up to so many bytes are packed at once, in some 0.1 ms: as a stream, in another thread, they take three times as long. */
const packedAtOnceBytes = 16 * 1024;

/** Not with a quality of nought. */
const gzip = /(?:^|,) *gzip *(?:; *q=(?:1(?:\.0*)?|0?\.\d*[1-9]\d*) *)?(?:,|$)/;

/** Whether a caller takes what is packed so. */
export function acceptsGzip({ headers }: IncomingMessage): boolean {
  const encodings = headers['accept-encoding'];
  return typeof encodings === 'string' && gzip.test(encodings);
}

/** What an answer depends on beside its address. */
export const varyOf = (takesCookies: boolean): string =>
  takesCookies ? 'Authorization, X-API-Key, Cookie, Origin' : 'Authorization, X-API-Key, Origin';

export interface SendHeaders {
  etag?: string;
  cacheControl: CacheRule;
  cacheStatus?: string;
  /** Seconds since the figures were worked out. */
  age?: number;
  contentType?: string;
}

/**
 * Headers that an answer will carry, names and values in turn, gathered until it is sent: writing them in one go
 * costs a fraction of setting each.
 */
export const headersOf = (response: Response): string[] => response.locals.headers as string[];

const weak = (tag: string): string => tag.trim().replace(/^W\//, '');

/** RFC 9110 13.1.2, weak comparison. */
export function isUnchanged(request: IncomingMessage, etag: string): boolean {
  const header = request.headers['if-none-match'];
  if (header === undefined || (request.method !== 'GET' && request.method !== 'HEAD')) return false;
  // A browser sends the one tag that it was given.
  return (
    header === etag || header.trim() === '*' || header.split(',').some((tag) => weak(tag) === weak(etag))
  );
}

/** Compression looks at headers one by one, so here they are set so. */
function sendCompressed(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  headers: string[],
  bytes: Buffer,
): void {
  response.statusCode = status;
  for (let at = 0; at < headers.length; at += 2) {
    const [name = '', value = ''] = [headers[at], headers[at + 1]];
    // Of cookies each has a line of its own.
    if (name === 'Set-Cookie') response.appendHeader(name, value);
    else response.setHeader(name, value);
  }
  compress(request as Request, response as Response, () =>
    response.end(request.method === 'HEAD' ? undefined : bytes),
  );
}

/** Texts of moderate size, for whom asks as most clients do: all in one piece. */
function sendPacked(response: ServerResponse, status: number, headers: string[], bytes: Buffer): void {
  const packed = gzipSync(bytes);
  const varyAt = headers.findIndex((text, at) => at % 2 === 0 && text === 'Vary');
  if (varyAt < 0) headers.push('Vary', 'Accept-Encoding');
  else headers[varyAt + 1] += ', Accept-Encoding';
  headers.push('Content-Encoding', 'gzip', 'Content-Length', String(packed.length));
  response.writeHead(status, headers);
  endWith(response, packed);
}

/** Bodies up to this size travel in one piece with their headers. */
export const onePieceBytes = 16 * 1024;

/**
 * Latin-1 takes bytes for characters and back without a change, and Node joins a string of it with the headers to
 * one write; a Buffer would be a second piece, and two pieces cost a third of a cached answer.
 */
function endWith(response: ServerResponse, bytes: Buffer): void {
  if (bytes.length > onePieceBytes) response.end(bytes);
  else response.end(bytes.toString('latin1'), 'latin1');
}

/** Ends a response with bytes that are ready, or with 304; large ones are compressed when the client can. */
export function sendWith(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  headers: string[],
  bytes: Buffer,
  { etag, cacheControl, cacheStatus, age, contentType = 'application/json; charset=utf-8' }: SendHeaders,
): void {
  headers.push(...cacheHeaders(cacheControl));
  if (cacheStatus !== undefined) headers.push('Cache-Status', cacheStatus);
  if (age !== undefined) headers.push('Age', String(age));
  if (etag !== undefined) {
    headers.push('ETag', etag);
    if (isUnchanged(request, etag)) {
      response.writeHead(304, headers).end();
      return;
    }
  }
  headers.push('Content-Type', contentType);
  const isPackable = bytes.length >= compressionThreshold && request.headers['accept-encoding'] !== undefined;
  const isText = request.method !== 'HEAD' && contentType.includes('json');
  if (isPackable && isText && bytes.length <= packedAtOnceBytes && acceptsGzip(request)) {
    sendPacked(response, status, headers, bytes);
    return;
  }
  headers.push('Content-Length', String(bytes.length));
  if (isPackable) {
    sendCompressed(request, response, status, headers, bytes);
    return;
  }
  response.writeHead(status, headers);
  if (request.method === 'HEAD') response.end();
  else endWith(response, bytes);
}

/** The same with the headers that were gathered for an answer. */
export function send(
  request: Request,
  response: Response,
  status: number,
  bytes: Buffer,
  own: SendHeaders,
): void {
  sendWith(request, response, status, headersOf(response), bytes, own);
}
