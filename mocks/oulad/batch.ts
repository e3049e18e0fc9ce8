import type { Assessment, OuladEnrolment, Submission } from './data.ts';

/** Above this share of equal days nobody handed in by hand. */
const batchShare = 0.9;
/** Fewer people may well hand in on the same day. */
const leastSubmissions = 10;

function mostFrequent(days: readonly number[]): { day: number; share: number } | null {
  const counts = new Map<number, number>();
  for (const day of days) counts.set(day, (counts.get(day) ?? 0) + 1);
  const [top] = [...counts].sort((a, b) => b[1] - a[1]);
  return top === undefined ? null : { day: top[0], share: top[1] / days.length };
}

/**
 * The computer-marked assignments of BBB and DDD carry one and the same submission day for (nearly) everyone,
 * two to six days after the due day: the day on which the results were recorded, not the day of handing in. Taken
 * literally, every student would be late every time, and everyone would have missed the work for those days. So
 * that day is taken as the due day: who is in the batch was on time, who comes after it was late.
 */
function batchDay(assessment: Assessment, submissions: readonly Submission[]): number | null {
  const days = submissions.filter(({ banked }) => !banked).map(({ day }) => day);
  const top = days.length < leastSubmissions ? null : mostFrequent(days);
  return top !== null && top.share >= batchShare && top.day > assessment.dueDay ? top.day : null;
}

/** Moves the due day of what was recorded for everyone at once. */
export function settleBatches(enrolments: Iterable<OuladEnrolment>): void {
  const byAssessment = new Map<Assessment, Submission[]>();
  for (const { submissions } of enrolments) {
    for (const submission of submissions) {
      const known = byAssessment.get(submission.assessment);
      if (known === undefined) byAssessment.set(submission.assessment, [submission]);
      else known.push(submission);
    }
  }
  for (const [assessment, submissions] of byAssessment)
    assessment.dueDay = batchDay(assessment, submissions) ?? assessment.dueDay;
}
