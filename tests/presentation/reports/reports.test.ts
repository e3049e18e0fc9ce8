/** Reports over HTTP, from the order to the file, in the sample world and in memory. */
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoPeople } from '../../../mocks/world/demo-people.ts';
import { readConfig } from '../../../src/config.ts';
import { type Container, makeContainer } from '../../../src/container.ts';

let container: Container;
const tokens = new Map<string, string>();

const person = (name: string) => {
  const found = demoPeople().find(({ email }) => email.startsWith(`${name}@`));
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found;
};

beforeAll(async () => {
  const read = readConfig({
    LOG_LEVEL: 'silent',
    DATABASE: 'none',
    MOCK_LEARNERS: '240',
    RATE_AUTH_PER_15_MINUTES: '100',
    CLOCK_START: '2026-03-10T12:00:00Z',
  });
  if (!read.ok) throw new Error(read.problems.join('\n'));
  container = await makeContainer(read.config);
  for (const name of ['trainer', 'thriving', 'fading', 'org-admin', 'elsewhere']) {
    const { email, password } = person(name);
    const { body } = await request(container.app).post('/api/v1/auth/login').send({ email, password });
    tokens.set(name, body.data.accessToken);
  }
});
afterAll(async () => {
  await container.stopWork();
  await container.close();
});

const asked = (who: string) => ({ Authorization: `Bearer ${tokens.get(who)}` });
let keys = 0;
const newKey = () => {
  keys += 1;
  return `key-number-${keys}`;
};
const order = (who: string, body: object, key = newKey()) =>
  request(container.app).post('/api/v1/reports').set(asked(who)).set('Idempotency-Key', key).send(body);

/** Asks until the report is finished. */
async function finished(who: string, statusUrl: string) {
  const seen = async () => (await request(container.app).get(statusUrl).set(asked(who))).body.data;
  await expect.poll(async () => (await seen()).status).toBeOneOf(['ready', 'failed']);
  return seen();
}

async function reported(who: string, body: object) {
  const ordered = await order(who, body);
  expect(ordered.status).toBe(202);
  return finished(who, ordered.body.data.statusUrl);
}

const fetched = (url: string) =>
  request(container.app)
    .get(url)
    .buffer()
    .parse((response, done) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => done(null, Buffer.concat(parts)));
    });

describe('a report', () => {
  it.each([
    ['trainer', 'trainer', 'pdf', 'he', /^%PDF-1\./],
    ['org-admin', 'organization', 'xlsx', 'en', /^PK/],
    ['thriving', 'learner', 'html', 'ar', /^<!doctype html>\n<html lang="ar" dir="rtl">/],
    ['trainer', 'trainer', 'csv', 'en', /^\ufeffTrainer report/],
  ])('%s gets a %s report as %s in %s', async (who, type, format, language, begins) => {
    const subjectId = type === 'organization' ? person(who).organizationId : 'me';
    const done = await reported(who, { type, subjectId, format, language });
    expect(done).toMatchObject({ status: 'ready', type, format, language, failure: null });
    expect(done.progress).toMatchObject({ done: done.progress.total });
    const file = await fetched(done.download.url);
    expect(file.status).toBe(200);
    expect(file.headers['content-disposition']).toBe(
      `attachment; filename="${type}-report-2026-03-10.${format}"`,
    );
    expect(file.headers['cache-control']).toBe('no-store');
    expect((file.body as Buffer).toString('utf8')).toMatch(begins);
  });

  it('says that it is made of sample data, and holds the figures that the dashboard shows', async () => {
    const done = await reported('trainer', { type: 'trainer', subjectId: 'me', format: 'json' });
    const report = JSON.parse((await fetched(done.download.url)).body.toString());
    const { body } = await request(container.app).get('/api/v1/dashboards/trainer/me').set(asked('trainer'));
    const shown = body.data.sections.coursePerformance.data;
    const [section] = report.sections;
    expect(report).toMatchObject({ dataSource: 'mock', inputDigest: done.inputDigest, asOf: done.asOf });
    expect(section.id).toBe('trainer.course-performance');
    expect(section.figures.find((one: { label: string }) => one.label === 'totalLearners').cell.value).toBe(
      shown.totalLearners,
    );
    expect(section.tables[0].rows.map((row: { value: unknown }[]) => row[0]?.value)).toEqual(
      shown.courses.map(({ title }: { title: string }) => title),
    );
  });

  it('can be fetched once per link, by whoever has it, and HEAD uses no link up', async () => {
    const done = await reported('thriving', { type: 'learner', subjectId: 'me', format: 'csv' });
    const { url } = done.download;
    expect((await request(container.app).head(url)).status).toBe(405);
    const answers = await Promise.all([1, 2, 3].map(() => request(container.app).get(url)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404, 404]);
    const again = await request(container.app).get(`/api/v1/reports/${done.reportId}`).set(asked('thriving'));
    expect((await request(container.app).get(again.body.data.download.url)).status).toBe(200);
    const guessed = url.replace(/token=.*/, `token=${'A'.repeat(43)}`);
    expect((await request(container.app).get(guessed)).status).toBe(404);
  });

  it('is the same for the same key and request, and refuses the key for another', async () => {
    const body = { type: 'learner', subjectId: 'me', format: 'json' };
    const [first, second] = [
      await order('thriving', body, 'the-same-key'),
      await order('thriving', body, 'the-same-key'),
    ];
    expect([first.status, second.status]).toEqual([202, 202]);
    expect(second.body.data.reportId).toBe(first.body.data.reportId);
    const other = await order('thriving', { ...body, format: 'csv' }, 'the-same-key');
    expect([other.status, other.body.error.code]).toEqual([422, 'UNPROCESSABLE']);
    const foreign = await order('fading', body, 'the-same-key');
    expect(foreign.body.data.reportId).not.toBe(first.body.data.reportId);
  });

  it.each([
    ['thriving', { type: 'learner', subjectId: person('fading').id, format: 'csv' }, 403],
    ['elsewhere', { type: 'learner', subjectId: person('fading').id, format: 'csv' }, 404],
    ['thriving', { type: 'trainer', subjectId: 'me', format: 'csv' }, 404],
    ['trainer', { type: 'organization', subjectId: 'org-1', format: 'csv' }, 403],
    ['elsewhere', { type: 'organization', subjectId: 'org-1', format: 'csv' }, 404],
    ['org-admin', { type: 'learner', subjectId: 'nobody-at-all', format: 'csv' }, 404],
  ])('is not for %s of %j: %i', async (who, body, status) => {
    expect((await order(who, body)).status).toBe(status);
  });

  it('is nobody else’s to see, to fetch or to delete', async () => {
    const done = await reported('thriving', { type: 'learner', subjectId: 'me', format: 'csv' });
    const url = `/api/v1/reports/${done.reportId}`;
    for (const who of ['fading', 'trainer', 'org-admin', 'elsewhere']) {
      expect((await request(container.app).get(url).set(asked(who))).status).toBe(404);
      expect((await request(container.app).delete(url).set(asked(who))).status).toBe(404);
    }
    expect((await request(container.app).delete(url).set(asked('thriving'))).status).toBe(200);
    expect((await request(container.app).get(url).set(asked('thriving'))).status).toBe(404);
    expect((await request(container.app).get(done.download.url)).status).toBe(404);
  });

  it('names every field that is wrong', async () => {
    const first = await order('thriving', {
      type: 'me',
      format: 'doc',
      language: 'xx',
      startDate: 'soon',
      more: 1,
    });
    const fields = first.body.error.details.map(({ field }: { field: string }) => field);
    expect([first.status, ...fields.toSorted()]).toEqual([
      400,
      ...['body.format', 'body.language', 'body.more', 'body.startDate', 'body.subjectId', 'body.type'],
    ]);
    const learner = { type: 'learner', subjectId: 'me', format: 'csv' };
    const second = await order('thriving', { ...learner, courseId: 'c-1', startDate: '2026-03-01' });
    expect(second.body.error.details).toEqual([
      { field: 'body.courseId', message: 'goes with type trainer only' },
      { field: 'body.endDate', message: 'is missing' },
    ]);
    const third = await order('thriving', { ...learner, startDate: '2026-03-02', endDate: '2026-03-01' });
    expect(third.body.error.details).toEqual([
      { field: 'body.endDate', message: 'must not be before startDate' },
    ]);
    const keyless = await request(container.app).post('/api/v1/reports').set(asked('thriving')).send(learner);
    expect(keyless.body.error.details).toEqual([{ field: 'headers.Idempotency-Key', message: 'is missing' }]);
  });

  it('ends as failed, with a code, when the course is not the trainer’s', async () => {
    const done = await reported('trainer', {
      ...{ type: 'trainer', subjectId: 'me', format: 'csv', courseId: 'c-of-nobody' },
    });
    expect(done).toMatchObject({ status: 'failed', failure: 'not_found', download: null });
  });
});

describe('a weekly report', () => {
  const url = '/api/v1/me/weekly-report';
  it('is set, shown and ended by a trainer', async () => {
    const choice = { format: 'pdf', language: 'he', weekday: 7, hour: 7 };
    const set = await request(container.app).post(url).set(asked('trainer')).send(choice);
    expect([set.status, set.body.data.schedule]).toEqual([
      200,
      { ...choice, courseId: null, delivery: 'none', zone: expect.stringMatching(/\//) },
    ]);
    const shown = await request(container.app).get(url).set(asked('trainer'));
    expect(shown.body.data).toEqual(set.body.data);
    expect((await request(container.app).delete(url).set(asked('trainer'))).status).toBe(200);
    expect((await request(container.app).delete(url).set(asked('trainer'))).status).toBe(404);
  });

  it('is for trainers, and goes only where a way is set up', async () => {
    const choice = { format: 'pdf', weekday: 1, hour: 0 };
    expect((await request(container.app).post(url).set(asked('thriving')).send(choice)).status).toBe(404);
    const mail = await request(container.app)
      .post(url)
      .set(asked('trainer'))
      .send({ ...choice, delivery: 'email' });
    expect(mail.body.error.details).toEqual([
      { field: 'body.delivery', message: 'must be one of none here' },
    ]);
  });
});
