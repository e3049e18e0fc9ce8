/**
 * A thousand real students of the three courses of 2013B on day 28, through HTTP, against what the training makes of
 * the same day from the tables. No row of the data stands in this file.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readOuladData } from '../../mocks/oulad/read-data.ts';
import { ouladDirectory } from '../../mocks/oulad.ts';
import { seededRandom } from '../../src/domain/statistics/random.ts';
import { readDropOffModel } from '../../src/infrastructure/models/drop-off-risk.ts';
import { readActivity } from '../../training/activity.ts';
import { courseDayRows } from '../../training/course-days.ts';
import { judge } from '../../training/evaluation.ts';
import { ouladServices } from '../../training/oulad-services.ts';
import {
  type Answer,
  call,
  type Demo,
  logIn,
  personWho,
  type Session,
  startDemo,
} from '../acceptance/demo-process.ts';
import { expectForetold, expectSentences, reasonsOf } from '../acceptance/foretold.ts';
import { hasOuladFor } from '../acceptance/oulad-tables.ts';

const present = hasOuladFor('a thousand predictions');
const today = 28;
const asked = 1000;
const atOnce = 8;
const courses = ['BBB-2013B', 'DDD-2013B', 'FFF-2013B'];

interface Foretold {
  userId: string;
  courseId: string;
  leaving: number;
  notPassing: number;
}

const sigmoid = (logOdds: number) => 1 / (1 + Math.exp(-logOdds));

/** Everybody who was going on, by the functions of the training. */
function offline(): Foretold[] {
  const dir = ouladDirectory();
  const { presentations } = readOuladData(dir);
  const [services, activityOn] = [ouladServices(dir), readActivity(dir)];
  const { fits } = readDropOffModel();
  return courses.flatMap((courseId) => {
    const presentation = presentations.get(courseId);
    if (presentation === undefined) throw new Error(`no ${courseId}`);
    const rows = courseDayRows(presentation, today, services, activityOn);
    const of = (target: 'withdraws' | 'fails_or_withdraws', withoutActivity: boolean) =>
      judge(
        [rows],
        target,
        fits.filter((fit) => fit.target === target),
        { panelOnly: false, withoutActivity },
      );
    // Content Studio tells of a student's views only where it knows those of all the student's courses.
    const hasViews = (userId: string) =>
      courses.every(
        (other) =>
          presentations.get(other)?.clicksKnownTo === Number.POSITIVE_INFINITY ||
          !presentations.get(other)?.enrolments.some((enrolment) => enrolment.userId === userId),
      );
    const [known, unknown] = [false, true].map((without) => ({
      leaving: of('withdraws', without),
      notPassing: of('fails_or_withdraws', without),
    }));
    return rows.userIds.map((userId, place) => {
      const told = hasViews(userId) ? known : unknown;
      const at = (list: readonly { logOdds: number }[] | undefined) => sigmoid(list?.[place]?.logOdds ?? NaN);
      return { userId, courseId, leaving: at(told?.leaving), notPassing: at(told?.notPassing) };
    });
  });
}

/** The same draw every time. */
function drawn<T>(items: readonly T[], count: number): T[] {
  const random = seededRandom(28);
  return items
    .map((item) => ({ item, key: random() }))
    .sort((a, b) => a.key - b.key)
    .slice(0, count)
    .map(({ item }) => item);
}

interface Risk {
  courseId: string;
  status: string;
  model: string | null;
  riskProbability: number | null;
  riskLevel: string | null;
  notPassingProbability: number | null;
  baselineLogOdds: number | null;
  factors: { code: string; contribution: number }[];
}

describe.runIf(present)('the risks of a thousand students on day 28, over HTTP', () => {
  let demo: Demo;
  let admin: Session;
  const answers = new Map<string, Answer>();
  const sample = present ? drawn(offline(), asked) : [];
  const riskOf = ({ userId, courseId }: Foretold): Risk | undefined =>
    answers.get(`${userId} ${courseId}`)?.body.data.risks.find((risk: Risk) => risk.courseId === courseId);

  beforeAll(async () => {
    demo = await startDemo(['--data', 'oulad', '--day', String(today)], {
      RATE_PREDICTIVE_PER_HOUR: '1000000',
      UPSTREAM_REPLY_SECONDS: '300',
    });
    admin = await logIn(
      demo,
      personWho(demo, ({ roles }) => roles.includes('admin')),
    );
    // By course, so that each roll is read once or twice and not a thousand times.
    const queue = [...sample].sort((a, b) => (a.courseId < b.courseId ? -1 : 1));
    const work = async () => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        const { userId, courseId } = next;
        const path = `/analytics/predictive/drop-off-risk/${userId}?courseId=${courseId}`;
        answers.set(`${userId} ${courseId}`, await admin.get(path));
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
  });
  afterAll(() => demo?.stop());

  it('are answers of the live services, all of them', () => {
    expect(sample).toHaveLength(asked);
    const origins = [...answers.values()].map(({ status, body }) => `${status} ${body.meta?.dataSource}`);
    // Replies are shared between answers: what another answer has read before is `cached`.
    expect([...new Set(origins)].sort()).toEqual(['200 cached', '200 realtime']);
  });

  it('equal those of the training to 1e-9, except for those who joined less than a week ago', () => {
    let compared = 0;
    for (const one of sample) {
      const risk = riskOf(one);
      if (risk?.status === 'not_enough_data') continue;
      expect(risk?.model).toBe('drop-off-risk');
      expect(Math.abs((risk?.riskProbability ?? NaN) - one.leaving)).toBeLessThan(1e-9);
      expect(Math.abs((risk?.notPassingProbability ?? NaN) - one.notPassing)).toBeLessThan(1e-9);
      compared += 1;
    }
    expect(compared).toBeGreaterThan(0.97 * asked);
  });

  it('have factors that add up to the log-odds, and levels of every kind', () => {
    const risks = sample.flatMap((one) => riskOf(one) ?? []).filter(({ status }) => status === 'ok');
    for (const { riskProbability, baselineLogOdds, factors } of risks) {
      const sum = factors.reduce((total, { contribution }) => total + contribution, baselineLogOdds ?? NaN);
      expect(Math.abs(sigmoid(sum) - (riskProbability ?? NaN))).toBeLessThan(1e-9);
    }
    expect(new Set(risks.map(({ riskLevel }) => riskLevel)).size).toBe(4);
    expect(new Set(risks.flatMap(({ factors }) => factors.map(({ code }) => code)))).toContain(
      'recent_activity',
    );
  });

  it('name the model, its people and its horizon, and stand in the audit log by the digest of their inputs', async () => {
    const [first] = sample;
    const { meta } = answers.get(`${first?.userId} ${first?.courseId}`)?.body ?? {};
    expect(meta.model).toMatchObject({
      id: 'drop-off-risk',
      horizonDays: 28,
      population: expect.any(String),
    });
    const headers = { authorization: `Bearer ${admin.accessToken}` };
    const made: { detail: Record<string, unknown> }[] = [];
    // Between them stands who has read them.
    for (let cursor: string | null = ''; cursor !== null && made.length < 100; ) {
      const at: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const log = await call(`${demo.api}/api/v1/audit?organizationId=oulad&limit=100${at}`, { headers });
      const { entries, nextCursor } = log.body.data;
      made.push(...entries.filter(({ action }: { action: string }) => action === 'prediction.made'));
      cursor = nextCursor;
    }
    const digests = new Set([...answers.values()].map(({ body }) => body.meta.model?.inputDigest));
    expect(made.length).toBeGreaterThanOrEqual(100);
    for (const { detail } of made) {
      expect(digests).toContain(detail.inputDigest);
      expect(Object.keys(detail).sort()).toEqual([
        'inputDigest',
        'metric',
        'metricVersion',
        'model',
        'modelVersion',
      ]);
    }
  });

  it('are told in words beside what else is foretold of a student, by the live services', async () => {
    const student = await logIn(
      demo,
      personWho(demo, ({ note }) => note.startsWith('fading')),
    );
    const get = (path: string) => student.get(`/analytics/${path}/me`);
    const risk = await get('predictive/drop-off-risk');
    expectForetold(risk, { id: 'drop-off-risk', horizonDays: 28 });
    expectSentences(risk.body.data.risks[0].narrative);
    const forecast = await get('predictive/forecast');
    // Day 28 of a course of 240 days.
    expectForetold(forecast, { id: 'forecast', horizonDays: 212 });
    expect(forecast.body.data.item.id).toBe('BBB-2013B');
    expectSentences(forecast.body.data.narrative);
  });

  it('stand beside what OULAD knows nothing of: skills, so no mastery and nothing to recommend, and no words', async () => {
    const student = await logIn(
      demo,
      personWho(demo, ({ note }) => note.startsWith('fading')),
    );
    const mastery = await student.get('/analytics/learner/mastery/me');
    const recommended = await student.get('/analytics/predictive/recommendations/me');
    for (const { status, body } of [mastery, recommended]) {
      expect(status).toBe(200);
      expect(body.meta).toMatchObject({ complete: false });
      expect(['realtime', 'cached']).toContain(body.meta.dataSource);
    }
    expect(mastery.body.data.skills).toBeNull();
    expect(reasonsOf(mastery)).toContain('skills: insufficient_data (skills)');
    expect(recommended.body.data).toEqual({ recommendations: null });
    expect(reasonsOf(recommended)).toContain('recommendations: insufficient_data (skills)');
    expect(recommended.body.meta).not.toHaveProperty('narrative');
  });

  it('are closed to everybody else at once when a student says so, and open to the student', async () => {
    const [person] = demo.people;
    if (person === undefined) throw new Error('the demo has nobody');
    const student = await logIn(demo, person);
    const path = `/analytics/predictive/drop-off-risk/${person.id}`;
    expect((await admin.get(path)).status).toBe(200);
    await call(`${demo.api}/api/v1/me/preferences`, {
      method: 'PATCH',
      headers: { authorization: `Bearer ${student.accessToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ predictiveAnalytics: false }),
    });
    const refused = await admin.get(path);
    expect([refused.status, refused.body.error.code]).toEqual([403, 'PREDICTION_OPTED_OUT']);
    const own = await student.get(path);
    expect(own.status).toBe(200);
    expect(own.body.data.risks[0].riskProbability).toBeGreaterThan(0);
  });
});
