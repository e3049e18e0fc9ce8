import type { Assessment } from './courses.ts';
import { type Attempt, type Desk, dueOf, pass, sit, workingDay } from './desk.ts';
import { between } from './random.ts';
import { dayMs } from './world.ts';

const mostTries = 4;
const triesAgain = 0.85;
/** Finals are marked by people, who take their time. */
const markingDays = 3;
/** Nobody is asked for work that was due when they had just come. */
const settlingDays = 3;

const bounded = (score: number) => Math.min(100, Math.max(0, Math.round(score)));

/** What somebody can do, less what is asked, more what an earlier try taught. */
function drawScore({ random, enrolment }: Desk, { kind, difficulty }: Assessment, attemptNo: number): number {
  const { ability, diligence } = enrolment.learner;
  const chance = (random() + random() + random() - 1.5) * 20;
  const untaught = kind === 'baseline' ? 22 : 0;
  return bounded(
    38 + 42 * ability + 12 * diligence - 7 * difficulty - untaught + 9 * (attemptNo - 1) + chance,
  );
}

const idOf = ({ enrolment: { learner, run } }: Desk, { assessmentId }: Assessment, attemptNo: number) =>
  `attempt-${learner.index}-${run.number}-${assessmentId}-${attemptNo}`;

function isMarked(desk: Desk, { kind }: Assessment, submittedAt: number, now: number): boolean {
  return kind !== 'postcourse' || submittedAt + markingDays * dayMs <= now || desk.random() < 0.5;
}

/** Takes an assessment now; who does not pass mostly tries again in the next days. */
export function takeAssessment(desk: Desk, assessment: Assessment, now: number, attemptNo = 1): void {
  const { random, course } = desk;
  const startedAt = desk.at;
  pass(desk, between(random, 480, 2100));
  const score = drawScore(desk, assessment, attemptNo);
  const skills = assessment.skills.map(({ skillId }) => ({
    skillId,
    score: bounded(score + between(random, -6, 6)),
  }));
  const marked = isMarked(desk, assessment, desk.at, now);
  desk.attempts.push({
    attemptId: idOf(desk, assessment, attemptNo),
    assessment,
    course,
    attemptNo,
    score: marked ? score : null,
    startedAt,
    submittedAt: desk.at,
    dueAt: dueOf(desk, assessment),
    skills: marked ? skills : skills.map(({ skillId }) => ({ skillId, score: null })),
  });
  const again = assessment.kind !== 'baseline' && marked && score < assessment.passMark;
  if (!again || attemptNo >= mostTries || random() > triesAgain) return;
  const day = workingDay(desk, desk.at + between(random, 1, 3) * dayMs);
  sit(desk, day, () => takeAssessment(desk, assessment, now, attemptNo + 1));
}

/** Most take an assessment at once, some put it off until it is late, some never come back to it. */
export function faceAssessment(desk: Desk, assessment: Assessment, now: number): void {
  const { random, enrolment } = desk;
  const drawn = random();
  const atOnce = 0.55 + 0.4 * enrolment.learner.diligence;
  if (drawn < atOnce) takeAssessment(desk, assessment, now);
  else if (drawn < atOnce + 0.12) {
    const due = Math.max(desk.at, dueOf(desk, assessment) ?? 0);
    sit(desk, workingDay(desk, due + between(random, 1, 5) * dayMs), () =>
      takeAssessment(desk, assessment, now),
    );
  }
}

/** Work whose day has passed and that was never handed in, while the learner was there. */
export function missedWork(desk: Desk, enrolledAt: number, until: number): Attempt[] {
  const given = new Set(desk.attempts.map(({ assessment }) => assessment));
  return desk.course.assessments.flatMap((assessment) => {
    const dueAt = dueOf(desk, assessment);
    if (dueAt === null || given.has(assessment)) return [];
    if (dueAt >= until || dueAt < enrolledAt + settlingDays * dayMs) return [];
    return [
      {
        attemptId: idOf(desk, assessment, 0),
        assessment,
        course: desk.course,
        attemptNo: 1,
        score: null,
        startedAt: null,
        submittedAt: null,
        dueAt,
        skills: assessment.skills.map(({ skillId }) => ({ skillId, score: null })),
      },
    ];
  });
}
