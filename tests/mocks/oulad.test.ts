import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasOuladData, loadOuladServices, ouladInstant, ouladPeople } from '../../mocks/oulad.ts';
import { ask, portsOver } from './oulad-asking.ts';

const key = 'code_module,code_presentation';
/** Register late, so that they are nobody yet in the tests about others. */
const batch = Array.from({ length: 12 }, (_, index) => `${20 + index}`);
/** Made-up rows in the shape of the data, so that every rule is checked where the data are absent. */
const tables: Record<string, string[]> = {
  courses: [
    `${key},module_presentation_length`,
    'XXX,2013B,100',
    'XXX,2013J,100',
    'YYY,2013B,100',
    'ZZZ,2013B,100',
  ],
  assessments: [
    `${key},id_assessment,assessment_type,date,weight`,
    'XXX,2013B,1,TMA,10,40',
    'XXX,2013B,2,TMA,30,60',
    'XXX,2013B,3,Exam,,100',
    'XXX,2013B,4,CMA,20,0',
    'XXX,2013J,5,TMA,10,100',
    'YYY,2013B,6,TMA,10,100',
    'ZZZ,2013B,7,CMA,80,100',
  ],
  student_info: [
    `${key},id_student,num_of_prev_attempts,studied_credits,final_result`,
    'XXX,2013B,10,0,60,Pass',
    'XXX,2013B,11,0,60,Withdrawn',
    'XXX,2013B,12,1,60,Fail',
    'XXX,2013B,13,0,60,Withdrawn',
    'XXX,2013J,14,0,60,Pass',
    'YYY,2013B,15,0,60,Pass',
    ...batch.map((id) => `ZZZ,2013B,${id},0,60,Pass`),
  ],
  student_registration: [
    `${key},id_student,date_registration,date_unregistration`,
    'XXX,2013B,10,-20,',
    'XXX,2013B,11,-5,25',
    'XXX,2013B,12,,',
    'XXX,2013B,13,15,',
    'XXX,2013J,14,-10,',
    'YYY,2013B,15,-10,',
    ...batch.map((id) => `ZZZ,2013B,${id},70,`),
  ],
  student_assessment: [
    'id_assessment,id_student,date_submitted,is_banked,score',
    '1,10,10,0,80',
    '2,10,33,0,',
    '4,10,24,0,100',
    '4,11,24,0,0',
    '1,12,-1,1,70',
    '6,15,9,0,39',
    ...batch.slice(0, 10).map((id) => `7,${id},84,0,90`),
    '7,30,86,0,90',
  ],
  daily_clicks: [
    `${key},id_student,day,clicks,rows`,
    'XXX,2013B,10,-3,5,1',
    'XXX,2013B,10,9,5,1',
    'XXX,2013B,10,40,5,1',
    'XXX,2013B,11,98,1,1',
  ],
};

const dir = mkdtempSync(join(tmpdir(), 'oulad-'));
let now = 0;
const goTo = (presentation: string, day: number) => {
  now = Date.parse(ouladInstant(presentation, day));
};

beforeAll(() => {
  for (const [name, rows] of Object.entries(tables))
    writeFileSync(join(dir, `${name}.csv.gz`), gzipSync(`${rows.join('\r\n')}\r\n`));
});
afterAll(() => rmSync(dir, { recursive: true }));

const load = () => loadOuladServices({ dir, now: () => now });
const ports = () => portsOver(load());
const always = { from: 0, to: Date.parse('2100-01-01') };
const noon = (day: string) => Date.parse(`${day}T12:00:00Z`);

async function roll(courseId: string, userId: string) {
  const rows = await ports().courses.enrollments(courseId);
  return rows?.find((row) => row.userId === userId);
}

describe('the tables', () => {
  it('are there only when all of them are', () => {
    expect(hasOuladData(dir)).toBe(true);
    expect(hasOuladData(join(dir, 'nowhere'))).toBe(false);
  });
});

describe('a roll', () => {
  it('holds who has registered by today, and from the start those whose registration day is unknown', async () => {
    const ids = async () => (await ports().courses.enrollments('XXX-2013B'))?.map(({ userId }) => userId);
    goTo('XXX-2013B', -1);
    expect(await ids()).toEqual(['10', '11']);
    goTo('XXX-2013B', 0);
    expect(await ids()).toEqual(['10', '11', '12']);
    goTo('XXX-2013B', 15);
    expect(await ids()).toEqual(['10', '11', '12', '13']);
    expect(await roll('XXX-2013B', '12')).toMatchObject({ enrolledAt: null });
  });

  it('shows a withdrawal on the day of unregistration, not before', async () => {
    goTo('XXX-2013B', 24);
    expect(await roll('XXX-2013B', '11')).toMatchObject({ status: 'in_progress', withdrawnAt: null });
    goTo('XXX-2013B', 25);
    expect(await roll('XXX-2013B', '11')).toMatchObject({
      status: 'withdrawn',
      withdrawnAt: noon('2013-02-26'),
    });
  });

  it('shows results only when the presentation is over', async () => {
    const statuses = async () =>
      (await ports().courses.enrollments('XXX-2013B'))?.map(({ status, completedAt }) => [
        status,
        completedAt,
      ]);
    goTo('XXX-2013B', 99);
    expect(await statuses()).toEqual([
      ['in_progress', null],
      ['withdrawn', null],
      ['in_progress', null],
      ['enrolled', null],
    ]);
    goTo('XXX-2013B', 100);
    expect(await statuses()).toEqual([
      ['completed', Date.parse('2013-05-12T11:00:00Z')],
      ['withdrawn', null],
      ['in_progress', null],
      ['withdrawn', null],
    ]);
    expect(await roll('XXX-2013B', '13')).toMatchObject({ withdrawnAt: null });
  });

  it('counts topics and dates the last click by what has happened', async () => {
    goTo('XXX-2013B', 24);
    expect(await roll('XXX-2013B', '10')).toMatchObject({
      completedTopics: 2,
      totalTopics: 4,
      lastActivityAt: noon('2013-02-10'),
      dueAt: Date.parse('2013-05-12T22:59:59Z'),
    });
    expect(await roll('XXX-2013B', '12')).toMatchObject({ completedTopics: 1, lastActivityAt: null });
  });
});

describe('attempts', () => {
  const of = async (userId: string) =>
    (await ports().assessment.attempts(userId, always))?.map(
      ({ assessmentId, score, passed, submittedAt, dueAt }) => ({
        assessmentId,
        score,
        passed,
        submittedAt,
        dueAt,
      }),
    );

  it('are overdue from the day after the due day until they are handed in, late but with their due date', async () => {
    goTo('XXX-2013B', 30);
    expect((await of('10'))?.map(({ assessmentId }) => assessmentId)).not.toContain('a-2');
    const dueAt = Date.parse('2013-03-03T23:59:59Z');
    const unmarked = { assessmentId: 'a-2', score: null, passed: null, dueAt };
    goTo('XXX-2013B', 31);
    expect(await of('10')).toContainEqual({ ...unmarked, submittedAt: null });
    goTo('XXX-2013B', 33);
    expect(await of('10')).toContainEqual({ ...unmarked, submittedAt: noon('2013-03-06') });
  });

  it('are not missed by those who were not registered on the due day', async () => {
    goTo('XXX-2013B', 60);
    expect((await of('11'))?.map(({ assessmentId }) => assessmentId)).toEqual(['a-4', 'a-1']);
    expect((await of('13'))?.map(({ assessmentId }) => assessmentId)).toEqual(['a-4', 'a-2']);
  });

  it('keep a real zero and judge 39 as failed', async () => {
    goTo('XXX-2013B', 60);
    expect(await of('11')).toContainEqual(expect.objectContaining({ score: 0, passed: false }));
    expect(await of('15')).toEqual([expect.objectContaining({ score: 39, passed: false })]);
  });

  it('keep a banked score, with nothing due for it', async () => {
    goTo('XXX-2013B', 5);
    expect(await of('12')).toEqual([
      { assessmentId: 'a-1', score: 70, passed: true, submittedAt: noon('2013-01-31'), dueAt: null },
    ]);
  });

  it('say nothing about an exam whose results nobody recorded', async () => {
    goTo('XXX-2013B', 120);
    const attempts = await ports().assessment.courseAttempts('XXX-2013B');
    expect(attempts?.map(({ assessmentId }) => assessmentId)).not.toContain('a-3');
  });

  it('are filtered by the window', async () => {
    goTo('XXX-2013B', 60);
    const window = { from: noon('2013-02-20'), to: noon('2013-02-28') };
    const routes = load().assessment;
    const query = { from: new Date(window.from).toISOString(), to: new Date(window.to).toISOString() };
    expect(ask(routes, 'GET /users/10/attempts', query)).toMatchObject({ items: [{ assessmentId: 'a-4' }] });
  });

  it('add up to a summary per learner, without a mean where nothing was marked', async () => {
    goTo('XXX-2013B', 60);
    const { items } = await ports().assessment.organizationResults('oulad', null);
    expect(items).toEqual([
      { userId: '10', attempts: 3, passed: 2, meanScore: 90, lastSubmittedAt: noon('2013-03-06') },
      { userId: '11', attempts: 1, passed: 0, meanScore: 0, lastSubmittedAt: noon('2013-02-25') },
      { userId: '12', attempts: 1, passed: 1, meanScore: 70, lastSubmittedAt: noon('2013-01-31') },
      { userId: '13', attempts: 0, passed: 0, meanScore: null, lastSubmittedAt: null },
      { userId: '15', attempts: 1, passed: 0, meanScore: 39, lastSubmittedAt: noon('2013-02-10') },
    ]);
  });
});

describe('views', () => {
  it('are one per day with clicks, up to today', async () => {
    goTo('XXX-2013B', 39);
    const views = await ports().content.views('10', always);
    expect(views?.map(({ at }) => at)).toEqual([noon('2013-01-29'), noon('2013-02-10')]);
    expect(views?.[0]).toMatchObject({ secondsSpent: null, completed: null, topicId: null });
  });

  it('are an empty list for someone who never clicked and unknown where no clicks were recorded', async () => {
    goTo('XXX-2013B', 39);
    expect(await ports().content.views('12', always)).toEqual([]);
    expect(await ports().content.views('15', always)).toBeNull();
  });

  it('add up to the usage of the course by today, and to none where clicks are not in the data', async () => {
    goTo('XXX-2013B', 9);
    expect(await ports().content.usage('XXX-2013B')).toEqual([
      { contentId: 'XXX-2013B-day', views: 2, uniqueViewers: 1, completions: null, secondsSpent: null },
    ]);
    goTo('XXX-2013J', 9);
    expect(await ports().content.usage('XXX-2013J')).toBeNull();
  });

  it('begin with the course, which is published on its day 0', async () => {
    goTo('XXX-2013B', 9);
    const [course] = (await ports().courses.trainerCourses('trainer-XXX')) ?? [];
    expect(course?.publishedAt).toBe(noon('2013-02-01'));
  });
});

describe('people', () => {
  it('can log in with the one password, in any case of the e-mail', async () => {
    goTo('XXX-2013B', 20);
    const { auth } = ports();
    const email = 'Student-10@oulad.example';
    expect(await auth.login({ email, password: 'oulad-demo' })).toMatchObject({ id: '10', fullName: null });
    expect(await auth.login({ email, password: 'other' })).toBeNull();
    expect(await auth.login({ email: 'nobody@oulad.example', password: 'oulad-demo' })).toBeNull();
  });

  it('exist from their first registration on', async () => {
    goTo('XXX-2013B', 20);
    expect(await ports().directory.user('14')).toBeNull();
    expect(await ports().courses.progress('14')).toBeNull();
    expect((await ports().courses.trainerCourses('trainer-XXX'))?.map(({ courseId }) => courseId)).toEqual([
      'XXX-2013B',
    ]);
    goTo('XXX-2013J', -10);
    expect(await ports().directory.user('14')).toMatchObject({ organizationId: 'oulad', roles: ['learner'] });
  });

  it('of another organization are not members of this one', async () => {
    goTo('XXX-2013B', 20);
    const members = async (id: string) =>
      (await ports().directory.members(id, null)).items.map(({ userId }) => userId);
    expect(await members('other')).toEqual(['outsider']);
    expect(await members('oulad')).not.toContain('outsider');
    expect(await ports().directory.organization('oulad')).toMatchObject({
      size: 10,
      timeZone: 'Europe/London',
    });
    expect(await ports().directory.organization('nowhere')).toBeNull();
  });

  it('of a demo can log in at its instant, and are the same every time', async () => {
    goTo('XXX-2013B', 20);
    const people = ouladPeople({ dir, now, courseId: 'XXX-2013B' });
    expect(people).toEqual(ouladPeople({ dir, now, courseId: 'XXX-2013B' }));
    expect(people.map(({ userId }) => userId)).toContain('trainer-XXX');
    for (const { email, password, userId } of people)
      expect(await ports().auth.login({ email, password })).toMatchObject({ id: userId });
  });
});

describe('what the data do not hold', () => {
  it('is not known, never an empty list', async () => {
    goTo('XXX-2013B', 60);
    const { skills, learnerAi, devlab, rag, directory, courses, content } = ports();
    expect(
      await Promise.all([
        skills.forUser('10'),
        skills.demand('oulad'),
        learnerAi.learningPaths('10'),
        learnerAi.recommendations('10'),
        devlab.sessions('10', always),
        rag.questions('10', always),
        directory.goals('oulad'),
        directory.logins('10', always),
        courses.feedback('XXX-2013B'),
        content.contents('XXX-2013B'),
      ]),
    ).toEqual(Array(10).fill(null));
  });
});

describe('pages', () => {
  it('are as long as asked for and lose or repeat nobody', () => {
    goTo('XXX-2013B', 60);
    const { directory } = load();
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const query: Record<string, string> = cursor === null ? { limit: '2' } : { limit: '2', cursor };
      const page = ask(directory, 'GET /organizations/oulad/members', query) as {
        items: { userId: string }[];
        nextCursor: string | null;
      };
      expect(page.items.length).toBeLessThanOrEqual(2);
      seen.push(...page.items.map(({ userId }) => userId));
      cursor = page.nextCursor;
    } while (cursor !== null);
    // Five students by then, three trainers, two administrators.
    expect(seen).toHaveLength(10);
    expect(new Set(seen).size).toBe(10);
    expect(seen).toEqual([...seen].sort());
  });

  it('refuse a cursor that is not theirs', () => {
    const { directory } = load();
    expect(() => ask(directory, 'GET /organizations/oulad/members', { cursor: 'x' })).toThrow('cursor');
  });
});
