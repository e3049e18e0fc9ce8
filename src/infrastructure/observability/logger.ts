import { createHmac } from 'node:crypto';
import { writeSync } from 'node:fs';
import { type DestinationStream, type LevelWithSilent, type Logger, type LoggerOptions, pino } from 'pino';
import type { OnRequestEnd } from '../../application/ports/request-end.ts';
import { makeClock } from '../clock.ts';

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
/** So many characters of lines go out at once: each write wakes another thread, which costs more than its lines. */
const mostGathered = 32_768;

/**
 * Standard error, written asynchronously. Lines are gathered here, because sonic-boom measures all that waits anew for
 * each line that comes.
 */
export function standardError(): DestinationStream & { flush: (done: (error?: Error) => void) => void } {
  const out = pino.destination({ dest: 2, sync: false, minLength: 1 });
  let lines = '';
  const handOver = () => {
    if (lines !== '') out.write(lines);
    lines = '';
  };
  setInterval(handOver, flushMs).unref();
  // Whatever ends the process: what was said before is read by whoever looks for the reason.
  process.once('exit', () => {
    if (lines !== '') writeSync(2, lines);
  });
  return {
    write: (line) => {
      lines += line;
      if (lines.length >= mostGathered) handOver();
    },
    flush: (done) => {
      handOver();
      out.flush(done);
    },
  };
}

/** Told of each line from WARN on, as it was before anything was taken out of it. */
export type OnTrouble = (
  level: 'warn' | 'error',
  fields: Readonly<Record<string, unknown>>,
  message: string,
) => void;

const [info, warn, error] = [30, 40, 50];

/** Without what drivers and libraries hang on their errors: rows, headers, whole requests. */
const plainError = (err: unknown): unknown =>
  err instanceof Error ? { name: err.name, message: err.message, stack: err.stack } : err;

/** JSON lines; `flush()` before the end writes what is left. */
export function makeLogger(
  level: LevelWithSilent,
  destination: DestinationStream,
  onTrouble: OnTrouble = () => undefined,
): Logger {
  const redact = { paths: redactedPaths, censor: '[redacted]' };
  const hooks: LoggerOptions['hooks'] = {
    logMethod(line, write, at) {
      const [fields, message] = line as unknown[];
      if (at >= warn) onTrouble(at >= error ? 'error' : 'warn', Object(fields), String(message));
      write.apply(this, line);
    },
  };
  return pino({ level, base: null, redact, hooks, serializers: { err: plainError } }, destination);
}

/** Beyond this many viewers their hashes are worked out anew. */
const mostHashes = 10_000;

/** One viewer's lines belong together; whose they are nobody can read without the key. 64 bits as hex. */
function makeHashOf(key: string): (id: string) => string {
  const known = new Map<string, string>();
  return (id) => {
    const before = known.get(id);
    if (before !== undefined) return before;
    if (known.size >= mostHashes) known.clear();
    const hash = createHmac('sha256', key).update(`log ${id}`).digest('hex').slice(0, 16);
    known.set(id, hash);
    return hash;
  };
}

export interface RequestLog {
  onRequestEnd: OnRequestEnd;
  setLevel: (level: LevelWithSilent) => void;
}

/** Known words as JSON: routes, methods, codes and the like are declared, so there is no end of them only by a defect. */
const mostWords = 10_000;

function makeQuote(): (word: string) => string {
  const known = new Map<string, string>();
  return (word) => {
    const before = known.get(word);
    if (before !== undefined) return before;
    if (known.size >= mostWords) known.clear();
    const quoted = JSON.stringify(word);
    known.set(word, quoted);
    return quoted;
  };
}

/**
 * The request log's own writer: its fields are known, so that looking through each line for secrets would only
 * cost (it was the dearest part of a cached answer), and so would pino, or `JSON.stringify` finding out anew what they
 * are. Lines look like those of pino.
 */
export function makeRequestLog(
  level: LevelWithSilent,
  destination: Pick<DestinationStream, 'write'>,
  viewerKey: string,
): RequestLog {
  const isOnAt = (least: LevelWithSilent) => (pino.levels.values[least] ?? Number.POSITIVE_INFINITY) <= info;
  let isOn = isOnAt(level);
  const { now } = makeClock();
  const hashOf = makeHashOf(viewerKey);
  const quote = makeQuote();
  const word = (name: string, text: string | undefined) =>
    text === undefined ? '' : `,"${name}":${quote(text)}`;
  /** What callers choose, so that it is never the same again. */
  const id = (name: string, text: string | undefined) =>
    text === undefined ? '' : `,"${name}":${JSON.stringify(text)}`;
  return {
    onRequestEnd: (end) => {
      if (!isOn) return;
      const { viewer, suppressed } = end;
      const hash = viewer === undefined ? '' : `,"viewer":"${hashOf(viewer.id)}"`;
      const who = `${id('requestId', end.requestId)}${id('traceId', end.traceId)}${end.isSampled ? ',"isSampled":true' : ''}`;
      const what = `${word('method', end.method)}${word('route', end.route)},"status":${end.status},"ms":${end.ms}`;
      const how = `${word('form', end.form)}${word('dataSource', end.dataSource)}${word('code', end.code)}`;
      const withheld = suppressed === undefined ? '' : `,"suppressed":${suppressed}`;
      destination.write(
        `{"level":${info},"time":${now()}${who}${what}${how}${withheld}${hash},"msg":"request"}\n`,
      );
    },
    setLevel: (next) => {
      isOn = isOnAt(next);
    },
  };
}
