/** What the tests share that make services fail: short-lived answers, so that each rung below them is seen. */
import { expect } from 'vitest';
import { timed } from '../fixtures/lateness.ts';
import type { Session } from './demo-process.ts';
import type { Section } from './sections.ts';

export const services = [
  'auth',
  'directory',
  'courses',
  'content',
  'assessment',
  'skills',
  'learnerAi',
  'devlab',
  'rag',
];
export const down = { errorRate: 1, status: 503 };
export const budgetMs = 8000;
/** What it takes beyond its deadline to say so, and to be heard. */
export const slackMs = 1500;

/** Answers are fresh for a second and never served while a new one is made: each rung can be seen in turn. */
export const shortLived = {
  CACHE_LEARNER_SECONDS: '1',
  CACHE_TRAINER_SECONDS: '1',
  CACHE_ORGANIZATION_SECONDS: '1',
  CACHE_REVALIDATE_SECONDS: '0',
  CACHE_STAND_IN_MS: '0',
  UPSTREAM_REPLY_SECONDS: '0',
  ORGANIZATION_REPLY_SECONDS: '0',
};
/** On a busy machine an answer that is made anew may take seconds. */
export const patient = { CACHE_PATIENCE_MS: '60000' };
export const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

export const sections = [
  'velocity',
  'skillGap',
  'engagement',
  'mastery',
  'performance',
  'contentEffectiveness',
];

export async function dashboardOf(session: Session, of = 'learner/me'): Promise<Record<string, Section>> {
  const { value: answer, ownMs } = await timed(() => session.get(`/dashboards/${of}`));
  expect(answer.status).toBe(200);
  expect(ownMs).toBeLessThan(budgetMs + slackMs);
  return answer.body.data.sections as Record<string, Section>;
}
