import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Parcel } from '../../../src/application/ports/reports.ts';
import type { SignedMessage } from '../../../src/application/ports/webhooks.ts';
import { makeDeliverByEmail } from '../../../src/infrastructure/reports/deliver-by-email.ts';
import { makeDeliverByWebhook } from '../../../src/infrastructure/reports/deliver-by-webhook.ts';
import { makeWebhookSignatures } from '../../../src/infrastructure/webhooks/signatures.ts';
import { stoppedClock } from '../../fixtures/stubs.ts';

const now = Date.parse('2026-03-10T12:00:00Z');
const parcel = (changes: Partial<Parcel> = {}): Parcel => ({
  report: {
    ...{ reportId: 'r-1', type: 'trainer', subjectId: 't-1', organizationId: 'org-1', requestedBy: 't-1' },
    ...{ format: 'pdf', createdAt: now, expiresAt: now + 1000, status: 'ready', inputDigest: 'd', asOf: now },
    ...{ storageKey: 'r-1.pdf', failure: null, runId: null },
    parameters: {
      ...{
        language: 'he',
        startDate: null,
        endDate: null,
        courseId: null,
        delivery: 'email',
        requestHash: 'h',
      },
    },
  },
  ...{
    email: 'trainer@example.org',
    fileName: 'trainer-report-2026-03-10.pdf',
    contentType: 'application/pdf',
  },
  ...{ bytes: Buffer.from('%PDF-1.3 the report'), path: '/api/v1/reports/r-1/download?token=t' },
  ...changes,
});
const { signal } = new AbortController();

describe('by e-mail', () => {
  const mails: { to: string[]; text: string }[] = [];
  let isFull = false;
  const server = new SMTPServer({
    ...{ authOptional: true, disabledCommands: ['STARTTLS'], logger: false },
    onAuth: ({ username, password }, _session, done) =>
      username === 'user' && password === 'secret' ? done(null, { user: username }) : done(new Error('no')),
    onData: (stream, { envelope }, done) => {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => {
        if (isFull) return done(Object.assign(new Error('full'), { responseCode: 452 }));
        mails.push({
          to: envelope.rcptTo.map(({ address }) => address),
          text: Buffer.concat(parts).toString(),
        });
        return done();
      });
    },
  });
  let url: string;
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
    url = `smtp://user:secret@127.0.0.1:${(server.server.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise<void>((resolve) => server.close(() => resolve())));
  const from = 'reports@learning.example';

  it('goes to the one address, with the file and no figure in its text', async () => {
    await makeDeliverByEmail({ url, from })(parcel(), signal);
    const [mail] = mails.splice(0);
    expect(mail?.to).toEqual(['trainer@example.org']);
    expect(mail?.text).toContain('From: reports@learning.example');
    expect(mail?.text).toContain('Message-ID: <r-1@learning.example>');
    expect(mail?.text).toContain('filename=trainer-report-2026-03-10.pdf');
    expect(mail?.text).toContain(Buffer.from('%PDF-1.3 the report').toString('base64'));
    expect(mail?.text).toMatch(/Subject: =\?UTF-8\?/);
    expect(mail?.text).not.toContain('t-1');
  });

  it('goes to nobody when there is no address, and fails when the server takes no mail', async () => {
    await makeDeliverByEmail({ url, from })(parcel({ email: null }), signal);
    expect(mails).toEqual([]);
    isFull = true;
    await expect(makeDeliverByEmail({ url, from })(parcel(), signal)).rejects.toThrow();
    isFull = false;
    const wrong = url.replace('secret', 'wrong');
    await expect(makeDeliverByEmail({ url: wrong, from })(parcel(), signal)).rejects.toThrow();
    expect(mails).toEqual([]);
  });

  it('lets no address add another header or another reader', async () => {
    const email = 'a@example.org\r\nBcc: all@example.org, b@example.org';
    await makeDeliverByEmail({ url, from })(parcel({ email }), signal).catch(() => undefined);
    for (const { to, text } of mails.splice(0)) {
      expect(to).not.toContain('all@example.org');
      expect(text).not.toMatch(/^Bcc:/im);
    }
  });
});

describe('by webhook', () => {
  const got: { headers: NodeJS.Dict<string | string[]>; body: Buffer }[] = [];
  let status = 204;
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    got.push({ headers: request.headers, body: Buffer.concat(parts) });
    response.writeHead(status, { Location: '/elsewhere' }).end();
  });
  let url: string;
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  });
  afterAll(() => new Promise<void>((resolve) => server.close(() => resolve())));
  const secret = 'a secret of at least thirty-two characters';
  const deliver = (given: Parcel) =>
    makeDeliverByWebhook({ url, secret, clock: stoppedClock(now) })(given, signal);

  it('tells where the report is, signed as services sign what they send', async () => {
    await deliver(parcel());
    const [one] = got.splice(0);
    const header = (name: string) => String(one?.headers[name]);
    expect(JSON.parse(one?.body.toString() ?? '')).toEqual({
      ...{ id: 'r-1', type: 'report_ready' },
      data: {
        ...{ reportId: 'r-1', type: 'trainer', format: 'pdf', subjectId: 't-1', requestedBy: 't-1' },
        ...{ organizationId: 'org-1', inputDigest: 'd', asOf: '2026-03-10T12:00:00.000Z' },
        downloadPath: '/api/v1/reports/r-1/download?token=t',
      },
    });
    const signed: SignedMessage = {
      ...{ timestamp: header('x-webhook-timestamp'), signature: header('x-webhook-signature') },
      service: 'courses',
      deliveryId: 'r-1',
      body: one?.body ?? Buffer.alloc(0),
    };
    expect(makeWebhookSignatures({ courses: [secret] }).signedAs(signed)).toBe('v2');
    expect(
      makeWebhookSignatures({ courses: ['another secret of thirty-two characters'] }).signedAs(signed),
    ).toBeNull();
    expect(header('x-webhook-id')).toBe('r-1');
  });

  it.each([500, 404, 302])('is tried again after %i', async (answer) => {
    status = answer;
    await expect(deliver(parcel())).rejects.toThrow();
    status = 204;
  });
});
