import { peopleOn } from '../../domain/analytics/course-facts.ts';
import { latestResults, percentOf } from '../../domain/analytics/course-parts.ts';
import type { PeerCourse } from '../../domain/analytics/teaching-peers.ts';
import type { Course } from '../../domain/learning/enrolment.ts';
import { draw, seededRandom, seedOf } from '../../domain/statistics/random.ts';
import { aFewAtOnce } from '../a-few-at-once.ts';
import { Origins } from '../origins.ts';
import type { Reply, UpstreamReplies } from '../ports/reply.ts';
import { peopleOf } from './walks.ts';

/** Trainers of an organization whose courses are read; more are not needed to compare with. */
const mostTrainers = 60;
const atOnce = 4;

/** A sample of the trainers, the same one every time. */
function someOf(trainerIds: readonly string[], seed: string): string[] {
  const ids = [...trainerIds].sort();
  if (ids.length <= mostTrainers) return ids;
  const random = seededRandom(seedOf(seed));
  const chosen = new Set<string>();
  while (chosen.size < mostTrainers) chosen.add(draw(ids, random) ?? '');
  return [...chosen].sort();
}

/** The courses of an organization's trainers (of at most 60 of them), with their sizes and pass rates. */
export const peerCoursesOf = (
  upstreams: UpstreamReplies,
  organizationId: string,
  now: number,
): Promise<Reply<PeerCourse[] | null>> =>
  upstreams.shared(
    `peer courses ${organizationId}`,
    ['courses', 'assessment', 'directory'],
    async (asked) => {
      const { value: people, ...from } = await peopleOf(asked, organizationId, now);
      if (people === null) return { ...from, service: 'courses', value: null };
      const origins = new Origins(now);
      origins.note(from);
      const found = new Map<string, PeerCourse>();

      async function readCourse(trainerId: string, { courseId, level }: Course): Promise<void> {
        const [roll, attempts] = await Promise.all([
          asked.courses.enrollments(courseId),
          asked.assessment.courseAttempts(courseId),
        ]);
        const own = peopleOn(origins.note(roll).value ?? [], organizationId);
        const results = latestResults(origins.note(attempts).value ?? [], own, now);
        const passRate = percentOf(results, ({ passed }) => passed);
        if (passRate !== null)
          found.set(courseId, { courseId, trainerId, level, people: own.length, passRate });
      }

      await aFewAtOnce(someOf(people.trainerIds, organizationId), atOnce, async (trainerId) => {
        const courses = origins.note(await asked.courses.trainerCourses(trainerId)).value ?? [];
        for (const course of courses) await readCourse(trainerId, course);
      });
      const courses = [...found.values()].sort((a, b) => (a.courseId < b.courseId ? -1 : 1));
      return { value: courses, service: 'courses', ...origins.worst };
    },
  );
