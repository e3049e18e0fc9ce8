/** Reports over a database: made by the queue's jobs, delivered every week, deleted with their people. */

import { mkdtemp, readdir, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SMTPServer } from 'smtp-server';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoPeople } from '../../mocks/world/demo-people.ts';
import { readConfig } from '../../src/config.ts';
import { type Container, makeContainer } from '../../src/container.ts';
import { type OtlpReceiver, startOtlpReceiver } from '../fixtures/otlp-receiver.ts';

const cronSecret = 'a secret that is long enough to be one';
const mails: { to: string[]; text: string }[] = [];
const smtp = new SMTPServer({
  ...{ authOptional: true, disabledCommands: ['STARTTLS', 'AUTH'], logger: false },
  onData: (stream, { envelope }, done) => {
    const parts: Buffer[] = [];
    stream.on('data', (part: Buffer) => parts.push(part));
    stream.on('end', () => {
      mails.push({
        to: envelope.rcptTo.map(({ address }) => address),
        text: Buffer.concat(parts).toString(),
      });
      done();
    });
  },
});

let container: Container;
let folder: string;
let receiver: OtlpReceiver;
const tokens = new Map<string, string>();
const person = (name: string) => {
  const found = demoPeople().find(({ email }) => email.startsWith(`${name}@`));
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found;
};
const asked = (who: string) => ({ Authorization: `Bearer ${tokens.get(who)}` });
const files = async () => (await readdir(folder)).sort();
const cron = async (job: string) => {
  const answer = await request(container.app)
    .get(`/api/v1/cron/${job}`)
    .set({ Authorization: `Bearer ${cronSecret}` });
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return answer.body.data;
};

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'reports-'));
  receiver = await startOtlpReceiver();
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', () => resolve()));
  const read = readConfig({
    ...{
      LOG_LEVEL: 'silent',
      DATA_DIR: path.join(folder, 'data'),
      REPORTS_DIR: folder,
      MOCK_LEARNERS: '240',
    },
    ...{
      RATE_AUTH_PER_15_MINUTES: '100',
      RATE_STANDARD_PER_MINUTE: '10000',
      CLOCK_START: '2026-03-10T12:00:00Z',
      CRON_SECRET: cronSecret,
    },
    SMTP_URL: `smtp://127.0.0.1:${(smtp.server.address() as AddressInfo).port}`,
    SMTP_FROM: 'reports@learning.example',
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
  });
  if (!read.ok) throw new Error(read.problems.join('\n'));
  container = await makeContainer(read.config);
  container.startWork();
  for (const name of ['trainer', 'fading', 'org-admin', 'admin']) {
    const { email, password } = person(name);
    const { body } = await request(container.app).post('/api/v1/auth/login').send({ email, password });
    tokens.set(name, body.data.accessToken);
  }
});
afterAll(async () => {
  await receiver.close();
  await new Promise<void>((resolve) => smtp.close(() => resolve()));
  await rm(folder, { recursive: true, force: true });
});

async function reported(who: string, body: object) {
  const ordered = await request(container.app)
    .post('/api/v1/reports')
    .set(asked(who))
    .set('Idempotency-Key', `${who}-${JSON.stringify(body).length}-key`)
    .send(body);
  expect(ordered.status, JSON.stringify(ordered.body)).toBe(202);
  const seen = async () =>
    (await request(container.app).get(ordered.body.data.statusUrl).set(asked(who))).body.data;
  await expect.poll(async () => (await seen()).status, { interval: 100 }).toBeOneOf(['ready', 'failed']);
  return seen();
}

describe('reports over a database', () => {
  it('are made by the queue, and how far they are is seen at their job', async () => {
    const done = await reported('trainer', {
      type: 'trainer',
      subjectId: 'me',
      format: 'html',
      language: 'he',
    });
    expect(done).toMatchObject({ status: 'ready', failure: null });
    const job = await request(container.app).get(`/api/v1/jobs/${done.progress.jobId}`).set(asked('admin'));
    expect(job.body.data).toMatchObject({ name: 'make-report', done: 5, total: 5 });
    expect(await files()).toContain(`${done.reportId}.html`);
    const answers = await Promise.all([1, 2, 3].map(() => request(container.app).get(done.download.url)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404, 404]);
  });

  it('come every week at the trainer’s hour, once, by e-mail to the address that Auth knows', async () => {
    const { zone } = (
      await request(container.app)
        .post('/api/v1/me/weekly-report')
        .set(asked('trainer'))
        .send({ format: 'csv', language: 'ar', weekday: 2, hour: 0, delivery: 'email' })
    ).body.data.schedule;
    expect(zone).toMatch(/\//);
    expect((await cron('weekly-reports')).state).toBe('done');
    await expect.poll(() => mails.length, { interval: 100 }).toBeGreaterThan(0);
    const [mail] = mails.splice(0);
    expect(mail?.to).toEqual([person('trainer').email]);
    expect(mail?.text).toContain('filename=trainer-report-2026-03-10.csv');
  });

  it('go, with their files, when the person they are about is erased, and their links end', async () => {
    const body = { type: 'learner', subjectId: person('fading').id, format: 'json' };
    const [own, foreign] = [await reported('fading', body), await reported('org-admin', body)];
    const names = [own, foreign].map(({ reportId }) => `${reportId}.json`);
    expect(await files()).toEqual(expect.arrayContaining(names));
    const erased = await request(container.app)
      .delete('/api/v1/me')
      .set(asked('fading'))
      .send({ confirm: person('fading').id });
    expect(erased.status, JSON.stringify(erased.body)).toBe(200);
    expect((await request(container.app).get(foreign.download.url)).status).toBe(404);
    expect((await cron('report-clean-up')).state).toBe('done');
    for (const name of names) expect(await files()).not.toContain(name);
  });
});

describe('the database', () => {
  it('shows in the figures of the process, and in the traces of requests', async () => {
    const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
    await request(container.listener)
      .get('/api/v1/me/export')
      .set(asked('trainer'))
      .set('traceparent', `00-${trace}-00f067aa0ba902b7-01`)
      .expect(200);
    const { text } = await request(container.app).get('/metrics');
    expect(text).toMatch(/database_calls_total\{function="export_user",outcome="ok"\} [1-9]/);
    expect(text).toMatch(/database_call_seconds_count [1-9]/);
    await container.stopWork();
    await container.close();
    const spans = receiver.spans.filter(({ traceId }) => traceId === trace);
    expect(spans.map(({ name }) => name)).toContain('api.export_user');
    expect(JSON.stringify(receiver.texts)).not.toContain(person('trainer').id);
  });
});
