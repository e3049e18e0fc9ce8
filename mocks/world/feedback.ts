import { hash, seededRandom, share, stream } from './random.ts';
import type { Study } from './study.ts';
import { dayMs, type WorldDay } from './world.ts';

export interface Feedback {
  userId: string;
  /** 1–5. */
  rating: number;
  comment: string | null;
  at: number;
}

const answers = 0.6;
const comments = [
  'Too long.',
  'Hard to follow in places.',
  'Good, more exercises please.',
  'Useful.',
  'Excellent.',
];

/** What a learner said about a course a day or two after finishing it; most of them do. */
export function feedbackOf(day: WorldDay, { enrolment, course, completedAt }: Study): Feedback[] {
  const random = seededRandom(hash(day.seed, stream.feedback, enrolment.seed));
  if (completedAt === null || random() > answers) return [];
  const at = completedAt + Math.round((0.1 + 1.5 * random()) * dayMs);
  if (at >= day.today * dayMs) return [];
  // A course is liked or it is not; people differ around that.
  const liked = 3.2 + 1.4 * share(day.seed, stream.feedback, course.index);
  const rating = Math.min(5, Math.max(1, Math.round(liked + 2 * (random() - 0.5))));
  return [
    {
      userId: enrolment.learner.userId,
      rating,
      comment: random() < 0.4 ? (comments[rating - 1] ?? null) : null,
      at,
    },
  ];
}
