import { type DestinationStream, type LevelWithSilent, type Logger, pino } from 'pino';

const secrets = [
  'password',
  'token',
  'accessToken',
  'refreshToken',
  'secret',
  'email',
  'fullName',
  'authorization',
  'cookie',
];

/** What must never be logged, wherever in an object it turns up on the first two levels. */
const redactedPaths = [
  ...secrets,
  ...secrets.map((name) => `*.${name}`),
  'req.headers.authorization',
  'req.headers.cookie',
  'req.headers["x-api-key"]',
  'res.headers["set-cookie"]',
];

/** A line is on its way at the latest after this long, however quiet the process is. */
const flushMs = 500;

/** Standard error, written asynchronously. */
export const standardError = () =>
  pino.destination({ dest: 2, sync: false, minLength: 4096, periodicFlush: flushMs });

/** JSON lines; `flush()` before the end writes what is left. */
export function makeLogger(level: LevelWithSilent, destination: DestinationStream): Logger {
  return pino({ level, base: null, redact: { paths: redactedPaths, censor: '[redacted]' } }, destination);
}

/**
 * The request log's own writer: its fields are known, so that looking through each line for secrets would only
 * cost (it was the dearest part of a cached answer).
 */
export function makeRequestLog(
  level: LevelWithSilent,
  destination: DestinationStream,
): (fields: object) => void {
  const log = pino({ level, base: null }, destination);
  return (fields) => log.info(fields, 'request');
}
