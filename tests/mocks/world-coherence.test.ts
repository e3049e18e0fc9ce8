import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeMockTransports } from '../../mocks/transport.ts';
import { clients } from '../../src/infrastructure/upstreams/clients.ts';
import { makeWire } from '../../src/infrastructure/upstreams/wire.ts';
import {
  asking,
  courseRoutes,
  learnerId,
  noon,
  organizationRoutes,
  userRoutes,
  type WirePage,
} from './world-asking.ts';

interface Enrolment {
  courseId: string;
  enrolledAt: string;
  dueAt: string;
  completedAt: string | null;
  status: string;
  totalTopics: number;
  completions: { topicId: string; completedAt: string; durationSeconds: number; skillIds: string[] }[];
}
interface Row {
  userId: string;
  courseId: string;
  enrolledAt: string;
  dueAt: string;
  completedAt: string | null;
  withdrawnAt: string | null;
  lastActivityAt: string | null;
  status: string;
  totalTopics: number;
  completedTopics: number;
}
interface View {
  contentId: string;
  topicId: string;
  at: string;
  secondsSpent: number | null;
  completed: boolean;
}
interface Attempt {
  attemptId: string;
  userId: string;
  courseId: string;
  score: number | null;
  passed: boolean | null;
  startedAt: string | null;
  submittedAt: string | null;
}
interface Session {
  startedAt: string;
  endedAt: string;
  status: string;
}
interface Question {
  at: string;
  topicId: string;
  resolved: boolean | null;
}

const world = asking();
const learners = fc.integer({ min: 0, max: 1199 }).map(learnerId);
const progress = (id: string) => world.list<Enrolment>('courses', '/progress/:userId', id);
const views = (id: string) => world.list<View>('content', '/users/:id/views', id);
const attempts = (id: string) => world.list<Attempt>('assessment', '/users/:id/attempts', id);
const sessions = (id: string) => world.list<Session>('devlab', '/users/:id/sessions', id);
const questions = (id: string) => world.list<Question>('rag', '/users/:id/questions', id);
const organizationOf = (id: string) =>
  (world.one('directory', '/users/:id', id) as { organizationId: string }).organizationId;
const byUser = <T extends { userId: string }>(rows: readonly T[]) =>
  new Map(rows.map((row) => [row.userId, row]));

describe('Course Builder', () => {
  it('says of every enrolment the same on the roll of the course, of the organization and to the learner', () => {
    fc.assert(
      fc.property(learners, (id) => {
        const summary = ({
          courseId,
          enrolledAt,
          dueAt,
          status,
          totalTopics,
          completedAt,
          completions,
        }: Enrolment) => ({
          courseId,
          enrolledAt,
          dueAt,
          status,
          totalTopics,
          completedAt,
          completedTopics: completions.length,
        });
        const mine = progress(id);
        const key = ({ courseId, dueAt }: { courseId: string; dueAt: string }) => `${courseId} ${dueAt}`;
        for (const enrolment of mine) {
          const { courseId } = enrolment;
          const roll = world
            .list<Row>('courses', '/courses/:id/enrollments', courseId)
            .filter(({ userId }) => userId === id);
          const row = roll.find(({ dueAt }) => dueAt === enrolment.dueAt);
          expect({ courseId, ...row }).toMatchObject(summary(enrolment));
          expect(roll.length).toBe(mine.filter((one) => one.courseId === courseId).length);
        }
        const rows = world
          .list<Row>('courses', '/organizations/:id/enrollments', organizationOf(id))
          .filter(({ userId }) => userId === id);
        expect(rows.map(key).sort()).toEqual(mine.map(key).sort());
      }),
      { numRuns: 40 },
    );
  });

  it('has everyone of every roll in the progress of that learner', () => {
    for (let number = 1; number <= 40; number += 1) {
      const id = `course-${String(number).padStart(2, '0')}`;
      const roll = world.list<Row>('courses', '/courses/:id/enrollments', id);
      const ids = roll.map(({ userId }) => userId);
      expect(ids).toEqual([...ids].sort());
      for (const { userId, dueAt } of roll)
        expect(progress(userId).some((one) => one.courseId === id && one.dueAt === dueAt)).toBe(true);
    }
  });

  it('keeps the states apart', () => {
    for (const row of world.list<Row>('courses', '/organizations/:id/enrollments', 'org-1')) {
      expect(row.completedAt !== null).toBe(row.status === 'completed');
      expect(row.withdrawnAt !== null).toBe(row.status === 'withdrawn');
      expect(row.completedTopics === row.totalTopics).toBe(row.status === 'completed');
      if (row.status === 'enrolled') expect(row.lastActivityAt).toBeNull();
      if (row.lastActivityAt !== null) expect(row.lastActivityAt > row.enrolledAt).toBe(true);
      if (row.withdrawnAt !== null && row.lastActivityAt !== null)
        expect(row.lastActivityAt < row.withdrawnAt).toBe(true);
    }
  });

  it('has ratings only of those who finished, after they did', () => {
    for (const id of ['course-01', 'course-02', 'course-03']) {
      const feedback = world.list<{ userId: string; rating: number; submittedAt: string }>(
        'courses',
        '/courses/:id/feedback',
        id,
      );
      expect(feedback.length).toBeGreaterThan(3);
      for (const { userId, rating, submittedAt } of feedback) {
        expect(
          progress(userId).some(
            (one) => one.courseId === id && one.completedAt !== null && one.completedAt < submittedAt,
          ),
        ).toBe(true);
        expect([1, 2, 3, 4, 5]).toContain(rating);
      }
    }
  });
});

describe('Content Studio', () => {
  it('saw every content of a topic before the topic was finished', () => {
    fc.assert(
      fc.property(learners, (id) => {
        const seen = views(id).filter(({ completed }) => completed);
        for (const { completions } of progress(id)) {
          for (const { topicId, completedAt } of completions) {
            const before = seen.filter((view) => view.topicId === topicId && view.at < completedAt);
            expect(new Set(before.map(({ contentId }) => contentId)).size).toBe(3);
          }
        }
      }),
    );
  });

  it('counts as usage of a course what its learners viewed', () => {
    for (const id of ['course-01', 'course-05', 'course-33']) {
      const users = new Set(
        world.list<Row>('courses', '/courses/:id/enrollments', id).map(({ userId }) => userId),
      );
      const ofCourse = [...users].flatMap((userId) =>
        views(userId)
          .filter(({ contentId }) => contentId.startsWith(`content-${id.slice('course-'.length)}-`))
          .map((view) => ({ userId, ...view })),
      );
      for (const usage of world.list<Record<string, unknown>>('content', '/courses/:id/usage', id)) {
        const own = ofCourse.filter(({ contentId }) => contentId === usage.contentId);
        expect(usage).toEqual({
          contentId: usage.contentId,
          views: own.length,
          uniqueViewers: new Set(own.map(({ userId }) => userId)).size,
          completions: own.filter(({ completed }) => completed).length,
          secondsSpent: own.reduce((sum, { secondsSpent }) => sum + (secondsSpent ?? 0), 0),
        });
      }
    }
  });
});

describe('Assessment', () => {
  it('shows the same attempts to the learner and on the course', () => {
    for (const id of ['course-01', 'course-08', 'course-39']) {
      const course = world.list<Attempt>('assessment', '/courses/:id/attempts', id);
      const users = [
        ...new Set(world.list<Row>('courses', '/courses/:id/enrollments', id).map(({ userId }) => userId)),
      ];
      const theirs = users.flatMap((userId) => attempts(userId).filter(({ courseId }) => courseId === id));
      const sorted = (all: Attempt[]) => [...all].sort((a, b) => a.attemptId.localeCompare(b.attemptId));
      expect(sorted(course)).toEqual(sorted(theirs));
      expect(new Set(course.map(({ attemptId }) => attemptId)).size).toBe(course.length);
    }
  });

  it('sums up for the organization what each learner handed in', () => {
    const results = byUser(
      world.list<{ userId: string }>('assessment', '/organizations/:id/results', 'org-2'),
    );
    expect(results.size).toBe(400);
    for (const [userId, summary] of results) {
      const given = attempts(userId).filter(({ submittedAt }) => submittedAt !== null);
      const scores = given.flatMap(({ score }) => score ?? []);
      const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
      expect(summary).toEqual({
        userId,
        attempts: given.length,
        passed: given.filter(({ passed }) => passed === true).length,
        meanScore: scores.length === 0 ? null : mean,
        lastSubmittedAt:
          given
            .map(({ submittedAt }) => submittedAt ?? '')
            .sort()
            .at(-1) ?? null,
      });
    }
  });
});

describe('Skills Engine, DevLab and RAG Assistant', () => {
  it('sum up for the organization what each learner has', () => {
    const practice = byUser(world.list<{ userId: string }>('devlab', '/organizations/:id/practice', 'org-3'));
    const asked = byUser(world.list<{ userId: string }>('rag', '/organizations/:id/questions', 'org-3'));
    const skills = world.list<{ userId: string; skillId: string; level: number }>(
      'skills',
      '/organizations/:id/skills',
      'org-3',
    );
    expect(practice.size).toBe(200);
    for (const userId of practice.keys()) {
      const own = sessions(userId);
      const solved = own.filter(({ status }) => status === 'solved').length;
      expect(practice.get(userId)).toEqual({
        userId,
        sessions: own.length,
        solved,
        lastAt: own.at(-1)?.startedAt ?? null,
      });
      const mine = questions(userId);
      expect(asked.get(userId)).toEqual({
        userId,
        questions: mine.length,
        resolved: mine.filter(({ resolved }) => resolved).length,
      });
      const levels = world.list<{ skillId: string; level: number }>('skills', '/users/:id/skills', userId);
      expect(skills.filter((row) => row.userId === userId)).toEqual(
        levels.map(({ skillId, level }) => ({ userId, skillId, level })),
      );
    }
  });

  it('count as demand what people have, lack and enrol for', () => {
    const demand = world.list<{
      skillId: string;
      learners: number;
      openGaps: number;
      enrollments: number;
      monthly: { month: string; enrollments: number }[];
    }>('skills', '/skills/demand', '', { organizationId: 'org-3' });
    const people = world
      .list<{ userId: string }>('devlab', '/organizations/:id/practice', 'org-3')
      .flatMap(({ userId }) =>
        world.list<{ skillId: string; level: number; requiredLevel: number | null }>(
          'skills',
          '/users/:id/skills',
          userId,
        ),
      );
    for (const { skillId, learners: able, openGaps, enrollments, monthly } of demand) {
      const own = people.filter((skill) => skill.skillId === skillId);
      expect(able).toBe(own.filter(({ level }) => level > 0).length);
      expect(openGaps).toBe(own.filter(({ level, requiredLevel }) => level < (requiredLevel ?? 0)).length);
      expect(monthly.length).toBe(12);
      expect(monthly.at(-1)?.month).toBe('2026-03');
      expect(monthly.reduce((sum, month) => sum + month.enrollments, 0)).toBeLessThanOrEqual(enrollments);
    }
    expect(demand.reduce((sum, { enrollments }) => sum + enrollments, 0)).toBeGreaterThan(100);
  });
});

describe('Directory', () => {
  it('saw a log-in around everything that anybody did', () => {
    fc.assert(
      fc.property(learners, (id) => {
        const logins = world
          .list<{ at: string; durationSeconds: number }>('directory', '/users/:id/logins', id)
          .map(({ at, durationSeconds }) => ({
            from: Date.parse(at),
            to: Date.parse(at) + durationSeconds * 1000,
          }));
        const instants = [
          ...views(id).map(({ at }) => at),
          ...questions(id).map(({ at }) => at),
          ...sessions(id).flatMap(({ startedAt, endedAt }) => [startedAt, endedAt]),
          ...attempts(id).flatMap(({ startedAt, submittedAt }) => [startedAt, submittedAt]),
          ...progress(id).flatMap(({ completions }) => completions.map(({ completedAt }) => completedAt)),
        ].flatMap((at) => (at === null ? [] : [Date.parse(at)]));
        for (const at of instants) expect(logins.some(({ from, to }) => from <= at && at <= to)).toBe(true);
      }),
    );
  });
});

describe('lists', () => {
  it('are the same in small pages as in large ones, and every page is full but the last', () => {
    for (const [routes, id] of [
      [
        userRoutes.filter(
          ([service, route]) => !(route === '/users/:id' && ['auth', 'directory'].includes(service)),
        ),
        learnerId(0),
      ],
      [organizationRoutes.filter(([, route]) => route !== '/organizations/:id'), 'org-3'],
      [courseRoutes, 'course-09'],
    ] as const) {
      for (const [service, route] of routes) {
        const small = world.list(service, route, id, { limit: '7' });
        expect(small).toEqual(world.list(service, route, id));
        const first = world.one(service, route, id, { limit: '7' }) as WirePage;
        expect(first.items.length).toBe(Math.min(7, small.length));
        expect(first.nextCursor === null).toBe(small.length <= 7);
      }
    }
  });

  it('keep to the window that is asked for, both ends included', () => {
    const all = views(learnerId(0));
    const [from, to] = [all[10]?.at ?? '', all[20]?.at ?? ''];
    expect(world.list('content', '/users/:id/views', learnerId(0), { from, to })).toEqual(all.slice(10, 21));
  });

  it('are unknown for whom nobody knows, and empty for staff', () => {
    for (const id of ['nobody', 'u-999999', 'u-1', 'u-001200', 's-9999', 'org-1', '']) {
      for (const [service, route] of userRoutes)
        expect(world.one(service, route, id), `${service} ${route} ${id}`).toBeUndefined();
    }
    for (const [service, route] of organizationRoutes)
      expect(world.one(service, route, 'org-4')).toBeUndefined();
    for (const [service, route] of courseRoutes)
      expect(world.one(service, route, 'course-41')).toBeUndefined();
    expect(world.one('skills', '/skills/demand', '', { organizationId: 'org-4' })).toBeUndefined();
    expect(world.one('courses', '/trainers/:id/courses', learnerId(0))).toBeUndefined();
    expect(progress('s-0001')).toEqual([]);
  });
});

describe('the wire contract', () => {
  const transports = makeMockTransports({ now: () => noon });
  const port = <S extends keyof typeof clients>(service: S) =>
    clients[service](makeWire(transports[service])) as ReturnType<(typeof clients)[S]>;
  const window = { from: 0, to: noon };

  it('is kept: the clients accept every reply about a person and lose nothing', async () => {
    await fc.assert(
      fc.asyncProperty(learners, async (id) => {
        expect(await port('auth').user(id)).toMatchObject({ id, roles: ['learner'] });
        expect(await port('directory').user(id)).toMatchObject({ userId: id });
        expect((await port('directory').logins(id, window))?.length).toBe(
          world.list('directory', '/users/:id/logins', id).length,
        );
        expect((await port('courses').progress(id))?.length).toBe(
          new Set(progress(id).map(({ courseId }) => courseId)).size,
        );
        expect((await port('content').views(id, window))?.length).toBe(views(id).length);
        expect((await port('assessment').attempts(id, window))?.length).toBe(attempts(id).length);
        expect((await port('devlab').sessions(id, window))?.length).toBe(sessions(id).length);
        expect((await port('rag').questions(id, window))?.length).toBe(questions(id).length);
        expect((await port('skills').forUser(id))?.length).toBe(
          world.list('skills', '/users/:id/skills', id).length,
        );
        expect(await port('learnerAi').learningPaths(id)).not.toBeNull();
        expect(await port('learnerAi').recommendations(id)).not.toBeNull();
      }),
      { numRuns: 30 },
    );
  });

  it('is kept for organizations, courses and trainers', async () => {
    const id = 'org-1';
    expect(await port('directory').organization(id)).toMatchObject({ id, timeZone: 'Asia/Jerusalem' });
    expect((await port('directory').members(id, null)).items.length).toBe(630);
    expect((await port('directory').goals(id))?.length).toBe(4);
    expect((await port('courses').organizationEnrollments(id, null)).items.length).toBeGreaterThan(900);
    expect((await port('assessment').organizationResults(id, null)).items.length).toBe(600);
    expect((await port('skills').organizationSkills(id, null)).items.length).toBe(1000);
    expect((await port('skills').demand(id))?.length).toBe(24);
    expect((await port('devlab').organizationPractice(id, null)).items.length).toBe(600);
    expect((await port('rag').organizationQuestions(id, null)).items.length).toBe(600);
    expect((await port('courses').trainerCourses('s-0001'))?.map(({ courseId }) => courseId)).toContain(
      'course-01',
    );
    expect((await port('courses').enrollments('course-01'))?.length).toBeGreaterThan(20);
    expect((await port('courses').feedback('course-01'))?.length).toBeGreaterThan(3);
    expect((await port('content').contents('course-01'))?.length).toBe(30);
    expect((await port('content').usage('course-01'))?.length).toBe(30);
    expect((await port('assessment').courseAttempts('course-01'))?.length).toBeGreaterThan(50);
    expect(await port('auth').jwks()).toEqual([]);
  });
});
