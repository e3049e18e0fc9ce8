import type { Attempt } from '../learning/attempt.ts';
import type { Enrolment } from '../learning/enrolment.ts';
import type { PracticeSession } from '../learning/practice.ts';
import type { LearnerSkill } from '../learning/skill.ts';
import { type Calendar, dayOf } from '../time.ts';
import { type EarningSources, entriesOf, type LedgerEntry, type PointSource } from './points.ts';

/** What somebody says a learner has earned; what it is worth is not theirs to say. */
export interface Claim {
  userId: string;
  source: PointSource;
  /** As in the ledger. */
  reference: string;
  /** Epoch ms. */
  occurredAt: number;
}

const completed = ({ reference, occurredAt }: Claim): Enrolment => ({
  courseId: reference,
  courseTitle: null,
  trainerId: null,
  organizationId: null,
  enrolledAt: null,
  dueAt: null,
  completedAt: occurredAt,
  status: 'completed',
  assignment: null,
  totalTopics: null,
  completions: [],
});

const acquired = ({ reference, occurredAt }: Claim): LearnerSkill => ({
  skillId: reference,
  name: null,
  category: null,
  level: 0,
  requiredLevel: null,
  importance: { business: null, market: null, career: null },
  prerequisites: [],
  acquiredAt: occurredAt,
  history: [],
});

const practised = ({ reference, occurredAt }: Claim): PracticeSession => ({
  sessionId: reference,
  exerciseId: null,
  skillId: null,
  startedAt: occurredAt,
  endedAt: null,
  status: null,
  score: null,
  attempts: null,
});

const nothing: EarningSources = { enrolments: null, attempts: null, sessions: null, skills: null };

/** The claim as the service would say it that knows of such things. */
function sourcesOf(claim: Claim, attempts: readonly Attempt[]): EarningSources {
  switch (claim.source) {
    case 'course':
      return { ...nothing, enrolments: [completed(claim)] };
    case 'skill':
      return { ...nothing, skills: [acquired(claim)] };
    case 'practice':
      return { ...nothing, sessions: [practised(claim)] };
    case 'assessment':
      return {
        ...nothing,
        attempts: attempts.filter(({ assessmentId }) => assessmentId === claim.reference),
      };
    case 'streak_day':
      return nothing;
  }
}

/**
 * The ledger's entry of a claim. Its points are those that the same thing earns by itself, so that an award and
 * an accrual never say two things.
 *
 * Unit: points, 0–100, without the daily cap. Null rule: null when Assessment knows no scored hand-in of the
 * assessment.
 * @param attempts the learner's own; looked at for an assessment only.
 */
export function claimedEntry(
  claim: Claim,
  attempts: readonly Attempt[],
  calendar: Calendar,
): LedgerEntry | null {
  const days = claim.source === 'streak_day' ? [claim.reference] : [];
  const [entry] = entriesOf(claim.userId, sourcesOf(claim, attempts), days, calendar);
  return entry === undefined ? null : { ...entry, occurredAt: claim.occurredAt };
}

/** Whether a claimed day of a streak is the day on which it is said to have happened; other claims have no day. */
export const isOnItsDay = ({ source, reference, occurredAt }: Claim, zone: string): boolean =>
  source !== 'streak_day' || reference === dayOf(occurredAt, zone);
