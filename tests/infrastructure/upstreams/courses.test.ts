import { describe, expect, it } from 'vitest';
import { allItems } from '../../../src/application/ports/page.ts';
import { makeCoursesClient } from '../../../src/infrastructure/upstreams/courses.ts';
import { failureFrom, lowerUuid, makeService, testWire, upperUuid, utc } from './service.ts';

const service = makeService();
const client = () => makeCoursesClient(testWire());
const day = (number: number) => `2026-01-${String(number).padStart(2, '0')}T00:00:00Z`;

const wireEnrolment = {
  courseId: 'c1',
  courseTitle: 'Welding',
  trainerId: 't1',
  organizationId: 'o1',
  enrolledAt: day(1),
  dueAt: day(31),
  completedAt: null,
  status: 'in_progress',
  assignment: 'assigned',
  totalTopics: 10,
  completions: [
    { topicId: 'p1', topicTitle: 'Safety', skillIds: ['s1'], completedAt: day(2), durationSeconds: 900 },
  ],
};
const enrolment = {
  ...wireEnrolment,
  enrolledAt: utc(day(1)),
  dueAt: utc(day(31)),
  completions: [{ ...wireEnrolment.completions[0], completedAt: utc(day(2)) }],
};
const wireRow = {
  userId: 'u1',
  organizationId: 'o1',
  enrolledAt: day(1),
  dueAt: null,
  status: 'in_progress',
  completedTopics: 3,
  totalTopics: 10,
  lastActivityAt: day(5),
  completedAt: null,
  withdrawnAt: null,
};
const row = { ...wireRow, enrolledAt: utc(day(1)), lastActivityAt: utc(day(5)) };

describe('courses client: progress of one learner', () => {
  it('answers enrolments with their completions', async () => {
    service.answer('/progress/u1', { items: [wireEnrolment] });
    expect(await client().progress('u1')).toEqual([enrolment]);
    expect(service.asked[0]?.query).toEqual({});
  });

  it('knows none from unknown, and both from an invalid reply', async () => {
    service.answer('/progress/u1', { items: [], nextCursor: null });
    expect(await client().progress('u1')).toEqual([]);
    service.answer('/progress/u1', {}, 404);
    expect(await client().progress('u1')).toBeNull();
    service.answer('/progress/u1', {});
    expect(await failureFrom(client().progress('u1'))).toBe('invalid_response');
    service.answer('/progress/u1', { error: 'database is down' });
    expect(await failureFrom(client().progress('u1'))).toBe('invalid_response');
  });

  it('calls a missing array of completions invalid, not nothing completed', async () => {
    service.answer('/progress/u1', { items: [{ ...wireEnrolment, completions: undefined }] });
    expect(await failureFrom(client().progress('u1'))).toBe('invalid_response');
  });

  it('reads numbers as text, naive times as UTC, ids in lower case', async () => {
    const wire = {
      ...wireEnrolment,
      courseId: upperUuid,
      totalTopics: '10',
      enrolledAt: '2026-01-01 00:00:00',
    };
    service.answer('/progress/u1', { items: [wire] });
    expect(await client().progress('u1')).toEqual([{ ...enrolment, courseId: lowerUuid }]);
  });

  it.each([
    ['COMPLETED', 'completed'],
    ['In-Progress', 'in_progress'],
    ['active', 'in_progress'],
    ['cancelled', 'withdrawn'],
  ])('reads the status %s as %s', async (status, expected) => {
    service.answer('/progress/u1', { items: [{ ...wireEnrolment, status }] });
    expect((await client().progress('u1'))?.[0]?.status).toBe(expected);
  });

  it('refuses an unknown status and answers null for an unknown assignment', async () => {
    service.answer('/progress/u1', { items: [{ ...wireEnrolment, status: 'paused' }] });
    expect(await failureFrom(client().progress('u1'))).toBe('invalid_response');
    service.answer('/progress/u1', { items: [{ ...wireEnrolment, assignment: 'lottery' }] });
    expect((await client().progress('u1'))?.[0]?.assignment).toBeNull();
  });

  it('keeps a course once, the enrolment that was touched last', async () => {
    const old = { ...wireEnrolment, status: 'withdrawn', completions: [] };
    service.answer('/progress/u1', { items: [old, wireEnrolment, { ...wireEnrolment, courseId: 'c2' }] });
    expect(await client().progress('u1')).toEqual([enrolment, { ...enrolment, courseId: 'c2' }]);
  });

  it('leaves out the enrolments of others when everyone comes back', async () => {
    const other = { ...wireEnrolment, userId: 'u2', courseId: 'c2' };
    service.answer('/progress/u1', { items: [other, { ...wireEnrolment, userId: 'u1' }] });
    expect(await client().progress('u1')).toEqual([enrolment]);
  });
});

describe('courses client: lists of a trainer, a course, an organization', () => {
  const wireCourse = {
    courseId: 'c1',
    title: 'Welding',
    publishedAt: day(1),
    totalTopics: 10,
    level: 'beginner',
    skillIds: ['s1'],
  };

  it("answers a trainer's courses once each, without another trainer's", async () => {
    const others = { ...wireCourse, courseId: 'c9', trainerId: 't9' };
    service.answerPages('/trainers/t1/courses', [[wireCourse, others], [wireCourse], []]);
    expect(await client().trainerCourses('t1')).toEqual([{ ...wireCourse, publishedAt: utc(day(1)) }]);
  });

  it("answers a course's roll over all pages, the last one empty", async () => {
    service.answerPages('/courses/c1/enrollments', [[wireRow], [{ ...wireRow, userId: 'u2' }], []]);
    expect(await client().enrollments('c1')).toEqual([row, { ...row, userId: 'u2' }]);
    expect(service.asked.map(({ query }) => query.cursor)).toEqual([undefined, '1', '2']);
  });

  it('stops when the cursor of a roll repeats', async () => {
    service.answer('/courses/c1/enrollments', { items: [wireRow], nextCursor: 'same' });
    expect(await failureFrom(client().enrollments('c1'))).toBe('invalid_response');
    expect(service.asked).toHaveLength(2);
  });

  it.each([
    ['touched last', { lastActivityAt: day(9), completedTopics: 1 }],
    ['further, when both were touched at once', { completedTopics: 4 }],
    ['completed, when nothing else tells them apart', { status: 'completed' }],
  ])('keeps of a learner twice on a roll the row that is %s', async (_, better) => {
    service.answer('/courses/c1/enrollments', {
      items: [wireRow, { ...wireRow, ...better }],
      nextCursor: null,
    });
    const kept = await client().enrollments('c1');
    expect(kept).toHaveLength(1);
    expect(kept?.[0]).toMatchObject({
      ...better,
      ...('lastActivityAt' in better ? { lastActivityAt: utc(day(9)) } : {}),
    });
  });

  it('leaves out the roll of other courses when the filter is ignored', async () => {
    const items = [
      { ...wireRow, courseId: 'c2' },
      { ...wireRow, userId: 'u2', courseId: 'c1' },
    ];
    service.answer('/courses/c1/enrollments', { items, nextCursor: null });
    expect((await client().enrollments('c1'))?.map(({ userId }) => userId)).toEqual(['u2']);
  });

  it("answers each learner's last rating and never the comment", async () => {
    const items = [
      { userId: 'u1', rating: '2', comment: 'private', submittedAt: day(1) },
      { userId: 'u1', rating: 4, comment: 'private', submittedAt: day(2) },
      { userId: 'u2', rating: 0, comment: 'private', submittedAt: day(2) },
    ];
    service.answer('/courses/c1/feedback', { items, nextCursor: null });
    expect(await client().feedback('c1')).toEqual([
      { userId: 'u1', rating: 4, submittedAt: utc(day(2)) },
      { userId: 'u2', rating: null, submittedAt: utc(day(2)) },
    ]);
  });

  it("answers one page of an organization's roll: own rows, once per learner and course", async () => {
    const items = [
      { ...wireRow, courseId: 'c1' },
      { ...wireRow, courseId: 'c1' },
      { ...wireRow, courseId: 'c2' },
      { ...wireRow, courseId: 'c3', organizationId: 'o2' },
    ];
    service.answer('/organizations/o1/enrollments', { items, nextCursor: 'n' });
    expect(await client().organizationEnrollments('o1', null)).toEqual({
      items: [
        { ...row, courseId: 'c1' },
        { ...row, courseId: 'c2' },
      ],
      nextCursor: 'n',
    });
  });

  it("stops when the cursor of an organization's roll repeats, and ends on an empty page", async () => {
    const all = () => allItems((cursor) => client().organizationEnrollments('o1', cursor));
    service.answer('/organizations/o1/enrollments', { items: [], nextCursor: 'same' });
    expect(await failureFrom(all())).toBe('invalid_response');
    service.answerPages('/organizations/o1/enrollments', [[{ ...wireRow, courseId: 'c1' }], []]);
    expect(await all()).toEqual([{ ...row, courseId: 'c1' }]);
  });
});
