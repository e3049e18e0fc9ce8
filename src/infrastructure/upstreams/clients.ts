import type { Upstreams } from '../../application/ports/upstreams.ts';
import type { Service } from '../../domain/provenance.ts';
import { makeAssessmentClient } from './assessment.ts';
import { makeAuthClient } from './auth.ts';
import { makeContentClient } from './content.ts';
import { makeCoursesClient } from './courses.ts';
import { makeDevlabClient } from './devlab.ts';
import { makeDirectoryClient } from './directory.ts';
import { makeLearnerAiClient } from './learner-ai.ts';
import { makeRagClient } from './rag.ts';
import { makeSkillsClient } from './skills.ts';
import type { Wire } from './wire.ts';

/** The nine clients; each is made over a wire, live or mock. */
export const clients: { [S in Service]: (wire: Wire) => Upstreams[S] } = {
  auth: makeAuthClient,
  directory: makeDirectoryClient,
  courses: makeCoursesClient,
  content: makeContentClient,
  assessment: makeAssessmentClient,
  skills: makeSkillsClient,
  learnerAi: makeLearnerAiClient,
  devlab: makeDevlabClient,
  rag: makeRagClient,
};
