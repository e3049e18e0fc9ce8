/** Reports of defects to Sentry, or whatever speaks as it does. Loaded only where there is an address. */
import { createStackParser, createTransport } from '@sentry/core';
import { nodeStackLineParser, ServerRuntimeClient } from '@sentry/core/server';
import type { Clock } from '../../application/ports/clock.ts';
import type { Defect, ErrorReporter, ReportOutcome } from '../../application/ports/error-reporter.ts';
import { scrubbedMessage } from './scrub.ts';

export interface SentryOptions {
  dsn: string;
  environment: string;
  clock: Clock;
  /** Told of each report, by what has become of it. */
  onReport: (outcome: ReportOutcome) => void;
}

/** One defect that everybody meets would else be told thousands of times. */
const mostPerMinute = 30;
const minuteMs = 60_000;
const sendTimeoutMs = 5000;
const closeTimeoutMs = 1500;

const root = new URL('../../../', import.meta.url).pathname;
const parse = createStackParser(nodeStackLineParser());

/** Where it happened: functions, files below our folder and lines. Without the message, which stands before them. */
function framesOf({ stack = '', message }: Error) {
  const at = stack.indexOf(message);
  const below = at < 0 ? stack : stack.slice(at + message.length);
  return parse(below).map((frame) => {
    const { filename } = frame;
    return filename === undefined
      ? frame
      : { ...frame, filename: filename.replace(/^file:\/\//, '').replace(root, '') };
  });
}

function eventOf({ message, error, facts }: Defect) {
  const tags = { ...facts };
  if (error === undefined) return { level: 'error' as const, message, tags };
  const value = scrubbedMessage(error) ?? message;
  const type = /^[A-Za-z]{1,64}$/.test(error.name) ? error.name : 'Error';
  return {
    level: 'error' as const,
    tags,
    exception: { values: [{ type, value, stacktrace: { frames: framesOf(error) } }] },
  };
}

/** A reporter that tells what went wrong, where, and in which request, and nothing about anybody. */
export function openSentry({ dsn, environment, clock, onReport }: SentryOptions): ErrorReporter {
  const client = new ServerRuntimeClient({
    dsn,
    environment,
    platform: 'node',
    // Nothing looks over anybody's shoulder: no console, no requests, no local variables, no name of the machine.
    integrations: [],
    serverName: '',
    sendClientReports: false,
    tracesSampleRate: 0,
    tracePropagationTargets: [],
    stackParser: parse,
    transport: (options) =>
      createTransport(options, async ({ body }) => {
        const response = await fetch(options.url, {
          method: 'POST',
          headers: { 'content-type': 'application/x-sentry-envelope' },
          body: body as string,
          signal: AbortSignal.timeout(sendTimeoutMs),
        });
        await response.body?.cancel();
        return { statusCode: response.status };
      }),
  });
  client.init();
  client.on('afterSendEvent', (_event, { statusCode }) =>
    onReport(statusCode !== undefined && statusCode < 300 ? 'sent' : 'failed'),
  );
  let window = { from: Number.NEGATIVE_INFINITY, reports: 0 };
  return {
    report: (defect) => {
      const now = clock.now();
      if (now - window.from >= minuteMs) window = { from: now, reports: 0 };
      window.reports += 1;
      if (window.reports > mostPerMinute) onReport('held_back');
      else client.captureEvent(eventOf(defect));
    },
    close: async () => void (await client.close(closeTimeoutMs)),
  };
}
