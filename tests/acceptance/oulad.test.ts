/**
 * One real student of BBB 2013B on course day 90, from the CSV files to the answers over HTTP. The arithmetic is
 * done here again, from the raw rows, without the product's code.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, call, type Demo, startDemo } from './demo-process.ts';
import { hasOuladFor, type Row, rowsOf } from './oulad-tables.ts';

const present = hasOuladFor('a student by hand');
const student = '496220';
const today = 90;

const isCourse = (row: Row) => row.code_module === 'BBB' && row.code_presentation === '2013B';
const isStudent = (row: Row) => row.id_student === student;

describe.runIf(present)('a student of BBB 2013B on day 90, by hand', () => {
  let demo: Demo;
  let get: (analytic: string) => Promise<Answer>;

  const assessments = present ? rowsOf('assessments', isCourse) : [];
  const idsOfCourse = new Set(assessments.map((row) => row.id_assessment));
  const submissions = present
    ? rowsOf(
        'student_assessment',
        (row) => isStudent(row) && idsOfCourse.has(row.id_assessment) && Number(row.date_submitted) <= today,
      )
    : [];
  const clickDays = present
    ? rowsOf('daily_clicks', (row) => isCourse(row) && isStudent(row) && Number(row.day) <= today).map(
        (row) => Number(row.day),
      )
    : [];
  const assessmentOf = (id: string | undefined) => assessments.find((row) => row.id_assessment === id) ?? {};
  const submittedDays = submissions.map((row) => Number(row.date_submitted));

  beforeAll(async () => {
    demo = await startDemo(['--data', 'oulad', '--day', String(today)]);
    const login = await call(`${demo.api}/api/v1/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: `student-${student}@oulad.example`, password: demo.people[0]?.password }),
    });
    const authorization = `Bearer ${login.body.data.accessToken}`;
    get = (analytic) =>
      call(`${demo.api}/api/v1/analytics/learner/${analytic}/me`, { headers: { authorization } });
  });
  afterAll(() => demo?.stop());

  it('finishes as many topics a week as the submissions of days 77 to 90 say, halved', async () => {
    const { status, body } = await get('velocity');
    expect(status).toBe(200);
    const within = (from: number, to: number) =>
      submittedDays.filter((day) => day >= from && day <= to).length;
    // 1 submission (day 90) in the last 14 days: 1 / 2 = 0.5 a week; none in days 63–76, so there is no percentage.
    expect(within(77, 90) / 2).toBe(0.5);
    expect(body.data.currentPace).toBe(within(77, 90) / 2);
    expect(within(63, 76)).toBe(0);
    expect(body.data.trendPercent).toBeNull();
    // 12 assessments, 4 submitted: 8 remain; the course ends on day 240, 150 days after day 90.
    const remaining = assessments.length - submissions.length;
    expect(remaining).toBe(8);
    expect(body.data.remainingTopics).toBe(remaining);
    expect(body.data.targetPace).toBeCloseTo(remaining / (150 / 7), 2);
    // Day 90 is Thursday, 2 May 2013: the week of Monday, 29 April.
    expect(body.data.weekly.at(-1)).toEqual({ weekStart: '2013-04-29', topicsCompleted: 1 });
  });

  it('scores what the marks say, weighted as the course weights them', async () => {
    const { status, body } = await get('performance');
    expect(status).toBe(200);
    const scores = submissions.map((row) => Number(row.score));
    const weights = submissions.map((row) => Number(assessmentOf(row.id_assessment).weight));
    // 59·5 + 64·18 + 100·1 + 68·18 = 2771; 2771 / 42 = 65.98
    const weighted = scores.reduce((sum, score, at) => sum + score * (weights[at] ?? 0), 0);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    expect([weighted, total]).toEqual([2771, 42]);
    expect(body.data.averageScore).toBeCloseTo(weighted / total, 1);
    // 59, 64, 68, 100: the middle two make 66.
    const sorted = [...scores].sort((a, b) => a - b);
    expect(body.data.medianScore).toBe(((sorted[1] ?? 0) + (sorted[2] ?? 0)) / 2);
    const lateness = submissions.map(
      (row) => Number(row.date_submitted) - Number(assessmentOf(row.id_assessment).date),
    );
    const missed = assessments.filter(
      (row) =>
        row.date !== '' &&
        Number(row.date) < today &&
        !submissions.some((one) => one.id_assessment === row.id_assessment),
    );
    // Due on days 19, 47, 54 and 89, submitted on 18, 54, 60 and 90; 14992 was due on day 89 and is not there.
    expect(body.data.tardiness).toEqual({
      total: submissions.length + missed.length,
      onTime: lateness.filter((days) => days <= 0).length,
      late: lateness.filter((days) => days > 0).length,
      missing: missed.length,
      floating: 0,
    });
    expect(body.data.tardiness).toMatchObject({ onTime: 1, late: 3, missing: 1 });
    // Four of four passed: Wilson's lower end is 4 / (4 + 1.96²) = 51.0 %.
    expect(body.data.passRatePercent).toEqual({ value: 100, low: 51, high: 100 });
  });

  it('was active on as many of days 77 to 90 as there are days with clicks or submissions', async () => {
    const { status, body } = await get('engagement');
    expect(status).toBe(200);
    const active = (from: number, to: number) =>
      new Set([...clickDays, ...submittedDays].filter((day) => day >= from && day <= to)).size;
    expect(active(77, 90)).toBe(7);
    expect(body.data.activeDays).toBe(active(77, 90));
    // Day 90 was Thursday, 2 May 2013; its events are placed at noon in London, 11:00 UTC.
    expect(body.data.lastActiveAt).toBe('2013-05-02T11:00:00.000Z');
    // Days 84–90: 3 active of 5, longest pause 3 of 7 days; days 77–83: 4 of 5, longest pause 1 of 7.
    const consistency = (days: number, gap: number) => (100 * (2 * Math.min(1, days / 5) + 1 - gap / 7)) / 3;
    expect([active(84, 90), active(77, 83)]).toEqual([3, 4]);
    expect(body.data.parts.consistency).toBeCloseTo((2 * consistency(3, 3) + consistency(4, 1)) / 3, 1);
  });

  it('shows what OULAD does not know as missing, and never as zero', async () => {
    const { body } = await get('engagement');
    expect(body.data.parts).toMatchObject({ time: null, diversity: null });
    expect(Object.values(body.data.byType)).toEqual([null, null, null, null, null]);
    const skills = await get('skill-gap');
    expect(Object.values(skills.body.data)).toEqual([null, null, null, null, null]);
    for (const answer of [body, skills.body]) {
      expect(answer.meta.missing.length).toBeGreaterThan(4);
      expect(answer.meta.dataSource).not.toBe('mock');
    }
  });
});
