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

/** JSON lines on standard error by default; written asynchronously, flushed by `flush()` at the end. */
export function makeLogger(level: LevelWithSilent, destination?: DestinationStream): Logger {
  const stream =
    destination ?? pino.destination({ dest: 2, sync: false, minLength: 4096, periodicFlush: flushMs });
  return pino({ level, base: null, redact: { paths: redactedPaths, censor: '[redacted]' } }, stream);
}
