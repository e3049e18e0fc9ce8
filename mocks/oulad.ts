/**
 * The nine services fed from the Open University Learning Analytics Dataset, as if it were one of the days of
 * its 2013 presentations. Kuzilek J., Hlosta M., Zdrahal Z. (2017), Open University Learning Analytics dataset,
 * Scientific Data 4:170171, CC BY 4.0. The data are not part of this repository; nothing after `now` is shown.
 */
import { fileURLToPath } from 'node:url';
import type { Service } from '../src/domain/provenance.ts';
import { type DemoPerson, demoPeople } from './oulad/demo-people.ts';
import { makePeople } from './oulad/people.ts';
import { readOuladData } from './oulad/read-data.ts';
import { assessmentRoutes } from './oulad/routes-assessment.ts';
import { contentRoutes } from './oulad/routes-content.ts';
import { coursesRoutes } from './oulad/routes-courses.ts';
import { authRoutes, directoryRoutes } from './oulad/routes-people.ts';
import { devlabRoutes, learnerAiRoutes, ragRoutes, skillsRoutes } from './oulad/routes-unknown.ts';
import type { MockRoutes } from './route.ts';

export { ouladInstant } from './oulad/course-days.ts';
export type { DemoPerson } from './oulad/demo-people.ts';
export { hasOuladData } from './oulad/read-data.ts';

/** Where the data are: `OULAD_DIR`, else beside the project. */
export function ouladDirectory(configured = process.env.OULAD_DIR): string {
  return configured || fileURLToPath(new URL('../../shared/data/oulad', import.meta.url));
}

/** Reads the data once (about a second). `now` may move; every answer is about its instant. */
export function loadOuladServices({
  dir,
  now,
}: {
  dir: string;
  now: () => number;
}): Record<Service, MockRoutes> {
  const data = readOuladData(dir);
  const people = makePeople(data, now);
  return {
    auth: authRoutes(people),
    directory: directoryRoutes(people),
    courses: coursesRoutes(data, people, now),
    content: contentRoutes(data, people, now),
    assessment: assessmentRoutes(data, people, now),
    skills: skillsRoutes,
    learnerAi: learnerAiRoutes,
    devlab: devlabRoutes,
    rag: ragRoutes,
  };
}

/** Whom to log in as when it is `now` in a presentation. */
export function ouladPeople({
  dir,
  now,
  courseId = 'BBB-2013B',
}: {
  dir: string;
  now: number;
  courseId?: string;
}): DemoPerson[] {
  return demoPeople(readOuladData(dir), courseId, now);
}
