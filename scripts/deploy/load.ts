/** Callers of a drill: somebody of the sample world each, who ask one question after the other until told to stop. */
import { setTimeout as delay } from 'node:timers/promises';
import jwt from 'jsonwebtoken';
import { servicePrefix } from '../../src/environment.ts';
import { type DrillServices, drillSecrets } from './world.ts';

export interface Question {
  path: string;
  headers: Record<string, string>;
}

/** A token of our own making. */
function tokenOf(id: string, organizationId: string): string {
  return jwt.sign(
    { sub: id, org: organizationId, roles: ['learner'], jti: `drill ${id}`, sid: `drill ${id}` },
    drillSecrets.JWT_SECRET,
    { algorithm: 'HS256', issuer: 'learning-analytics', audience: 'learning-analytics', expiresIn: '1d' },
  );
}

/** What learners of an organization ask about themselves, each of whom is asked about in turn. */
export async function questionsOf({ env }: DrillServices, name: string): Promise<() => Question> {
  const url = `${env[`${servicePrefix.directory}_URL`]}/api/v1/organizations/org-1/members?limit=200`;
  const answer = await fetch(url, { headers: { authorization: 'Bearer drill' } });
  const { items } = (await answer.json()) as { items: { userId: string; roles: string[] }[] };
  const learners = items.filter(({ roles }) => roles.includes('learner'));
  if (learners.length === 0) throw new Error('nobody learns in this world');
  const questions = learners.map(({ userId }) => ({
    path: `/api/v1/analytics/learner/${name}/me`,
    headers: { authorization: `Bearer ${tokenOf(userId, 'org-1')}` },
  }));
  let next = 0;
  return () => questions[next++ % questions.length] as Question;
}

/** @param pauseMs between an answer and the next question of one caller. @returns how to stop. */
export function keepAsking(
  url: string,
  next: () => Question,
  callers: number,
  pauseMs: number,
): () => Promise<void> {
  const over = new AbortController();
  const caller = async () => {
    while (!over.signal.aborted) {
      const { path, headers } = next();
      // What comes back is for the metrics to tell.
      await fetch(url + path, { headers, signal: over.signal })
        .then((answer) => answer.arrayBuffer())
        .catch(() => undefined);
      await delay(pauseMs);
    }
  };
  const callersDone = Promise.all(Array.from({ length: callers }, caller));
  return async () => {
    over.abort();
    await callersDone;
  };
}
