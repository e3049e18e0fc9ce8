/** What Learner AI proposes. Instants are epoch milliseconds; null = unknown. */
export interface LearningPath {
  pathId: string;
  title: string | null;
  steps: {
    order: number;
    courseId: string | null;
    topicId: string | null;
    status: string | null;
    estimatedHours: number | null;
  }[];
  targetDate: number | null;
}

export interface CourseRecommendation {
  courseId: string;
  title: string | null;
  skillIds: string[];
  reason: string | null;
  score: number | null;
}
