import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { gather } from '../../../src/application/analytics/gather.ts';
import { engagement } from '../../../src/application/analytics/learner/engagement.ts';
import type { ContentView } from '../../../src/domain/learning/content.ts';
import type { Enrolment } from '../../../src/domain/learning/enrolment.ts';
import { failure, reply, stoppedClock, stubStores, stubUpstreams } from '../../fixtures/stubs.ts';

const now = stoppedClock().now();
const subject = { kind: 'learner', id: 'u-1', organizationId: null } as const;
const enrolment: Enrolment = {
  courseId: 'course-1',
  courseTitle: null,
  trainerId: null,
  organizationId: null,
  enrolledAt: null,
  dueAt: null,
  completedAt: null,
  status: 'in_progress',
  assignment: null,
  totalTopics: null,
  completions: [],
};

describe('gathering what an answer stands on', () => {
  it('asks for the rolls of courses while an optional source is still awaited', async () => {
    const views = Promise.withResolvers<Awaited<ReturnType<typeof reply<ContentView[]>>>>();
    const enrollments = vi.fn(() => reply('courses', []));
    const upstreams = stubUpstreams({
      courses: { progress: () => reply('courses', [enrolment]), enrollments },
      content: { views: () => views.promise },
      assessment: { attempts: () => failure('assessment') },
      devlab: { sessions: () => failure('devlab') },
      rag: { questions: () => failure('rag') },
      directory: { logins: () => failure('directory') },
    });
    const gathering = gather(engagement, upstreams, { subject, query: {}, now }, stubStores());
    await nextTurn();
    expect(enrollments).toHaveBeenCalledExactlyOnceWith('course-1');
    views.resolve(await reply('content', []));
    expect((await gathering).values).toMatchObject({ rolls: [[]], views: [], attempts: null });
    expect(enrollments).toHaveBeenCalledTimes(1);
  });
});
