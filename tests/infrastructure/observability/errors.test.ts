/** Reports of defects as their receiver gets them. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname, userInfo } from 'node:os';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { ReportOutcome } from '../../../src/application/ports/error-reporter.ts';
import { readConfig } from '../../../src/config.ts';
import { makeContainer } from '../../../src/container.ts';
import { scrubbedMessage } from '../../../src/infrastructure/observability/scrub.ts';
import { openSentry } from '../../../src/infrastructure/observability/sentry.ts';
import { noQuery, type Route } from '../../../src/presentation/http/route.ts';
import { defectOf } from '../../../src/wiring/errors.ts';
import { appWith } from '../../fixtures/app.ts';
import { stoppedClock } from '../../fixtures/stubs.ts';

const event = z.looseObject({
  environment: z.string(),
  tags: z.record(z.string(), z.string()),
  message: z.string().optional(),
  exception: z
    .object({
      values: z.array(
        z.looseObject({
          type: z.string(),
          value: z.string(),
          stacktrace: z.object({ frames: z.array(z.looseObject({ filename: z.string().optional() })) }),
        }),
      ),
    })
    .optional(),
});

/** A place that takes envelopes: a heading, then for each item its heading and itself, one to a line. */
async function startIngest(status = 200) {
  const events: z.output<typeof event>[] = [];
  const texts: string[] = [];
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const bytes = Buffer.concat(chunks);
    const text = (incoming.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString();
    texts.push(text);
    const [, heading = '{}', item = '{}'] = text.split('\n');
    if (JSON.parse(heading).type === 'event') events.push(event.parse(JSON.parse(item)));
    response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()));
  return { dsn: `http://key@127.0.0.1:${port}/42`, events, texts, close };
}

const secrets = [
  'dana.levi@org-1.example',
  'Dana Levi',
  'u-000017',
  'eyJhbGciOiJIUzI1NiJ9.e30.abc',
  '0501234567',
];

describe('a defect', () => {
  it('is reported with where it was, and without a word about anybody', async () => {
    const ingest = await startIngest();
    const outcomes: ReportOutcome[] = [];
    const reporter = openSentry({
      dsn: ingest.dsn,
      environment: 'test',
      clock: stoppedClock(),
      onReport: (outcome) => void outcomes.push(outcome),
    });
    const spoken = new Error(`no rows for ${secrets.join(' and ')}\n    at ${secrets[1]} (/home/x.js:1:1)`);
    Object.assign(spoken, { detail: `Key (email)=(${secrets[0]})`, user: { email: secrets[0] } });
    const ofEngine = new TypeError(`Cannot read properties of undefined (reading '${secrets[1]}')`);
    for (const err of [spoken, ofEngine])
      reporter.report(
        defectOf(
          { err, traceId: 't-1', route: '/api/v1/analytics/learner/velocity/:userId', viewer: secrets[2] },
          'defect',
        ),
      );
    reporter.report(defectOf({ fn: 'erase_user', email: secrets[0] }, 'the database lacks a function'));
    await reporter.close();
    await ingest.close();
    expect(outcomes).toEqual(['sent', 'sent', 'sent']);
    const [first, second, third] = ingest.events;
    expect(first).toMatchObject({
      environment: 'test',
      tags: { traceId: 't-1', route: '/api/v1/analytics/learner/velocity/:userId' },
      exception: { values: [{ type: 'Error', value: 'defect' }] },
    });
    const frames = first?.exception?.values[0]?.stacktrace.frames.map(({ filename }) => filename);
    expect(frames).toContain('tests/infrastructure/observability/errors.test.ts');
    expect(frames).not.toContain('/home/x.js');
    expect(second?.exception?.values[0]).toMatchObject({
      type: 'TypeError',
      value: 'Cannot read properties of undefined (reading [text])',
    });
    expect(third).toMatchObject({ message: 'the database lacks a function', tags: { fn: 'erase_user' } });
    const text = ingest.texts.join('\n');
    for (const secret of [...secrets, hostname(), process.cwd(), `/${userInfo().username}/`])
      expect(text.includes(secret), secret).toBe(false);
  });

  it('is not reported more than thirty times a minute, and a receiver that refuses is no other defect', async () => {
    const ingest = await startIngest(500);
    const clock = stoppedClock();
    const outcomes: ReportOutcome[] = [];
    const onReport = (outcome: ReportOutcome) => void outcomes.push(outcome);
    const reporter = openSentry({ dsn: ingest.dsn, environment: 'test', clock, onReport });
    for (let at = 0; at < 35; at += 1) reporter.report(defectOf({}, 'defect'));
    clock.advance(60_000);
    reporter.report(defectOf({}, 'defect'));
    await reporter.close();
    await ingest.close();
    expect(Object.groupBy(outcomes, (outcome) => outcome)).toMatchObject({
      held_back: expect.objectContaining({ length: 5 }),
      failed: expect.objectContaining({ length: 31 }),
    });
  });

  it('of the application gets there from its log', async () => {
    const ingest = await startIngest();
    const read = readConfig({ DATABASE: 'none', SENTRY_DSN: ingest.dsn, MOCK_LEARNERS: '50' });
    if (!read.ok) throw new Error(read.problems.join('\n'));
    const { logger, close, listener, flushReports } = await makeContainer(read.config, {
      write: () => undefined,
    });
    const route: Route = {
      id: 'x',
      method: 'get',
      path: '/broken',
      tag: 'operations',
      summary: 'Breaks',
      access: 'public',
      query: noQuery,
      data: z.object({}),
      rate: 'standard',
      errors: [],
      handle: () => Promise.reject(new RangeError('Invalid time value')),
    };
    const answer = await request(appWith([route], { logger }))
      .get('/api/v1/broken')
      .set('traceparent', '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01');
    expect(answer.status).toBe(500);
    await flushReports();
    const figures = (await request(listener).get('/metrics')).text.split('\n');
    expect(figures).toContain('errors_reported_total{outcome="sent"} 1');
    expect(figures).toContain('log_lines_total{level="error"} 1');
    await close();
    await ingest.close();
    expect(ingest.events).toMatchObject([
      {
        tags: { route: '/api/v1/broken', traceId: '4bf92f3577b34da6a3ce929d0e0e4736' },
        exception: { values: [{ type: 'RangeError', value: 'Invalid time value' }] },
      },
    ]);
  });
});

describe('what is left of a message', () => {
  it('is nothing unless the engine has written it', () => {
    expect(scrubbedMessage(new Error('x'))).toBeNull();
    expect(scrubbedMessage(new SyntaxError('Unexpected token D in Dana'))).toBeNull();
    expect(scrubbedMessage(new TypeError('x.map is not a function'))).toBe('x.map is not a function');
  });

  it('holds no quoted text, address, number or id, whatever stands around them', () => {
    const value = fc.oneof(
      fc.uuid(),
      fc.integer({ min: 0 }).map((number) => `dana.${number}@org-1.example`),
      fc.integer({ min: 0 }).map((number) => `https://dana-${number}.example/profile?x=y`),
      fc.constant('dana@org.example'),
      fc.integer({ min: 10 }).map((number) => `u-${number}`),
      fc.string({ minLength: 3, unit: fc.constantFrom(...'abc xyz') }).map((text) => `"${text}"`),
    );
    fc.assert(
      fc.property(value, fc.constantFrom('', '(', 'reading '), (secret, before) => {
        const left = scrubbedMessage(new TypeError(`Cannot use ${before}${secret} here`));
        expect(left).not.toContain(secret);
        expect(left?.startsWith('Cannot use ')).toBe(true);
      }),
      { numRuns: 40 },
    );
  });
});
