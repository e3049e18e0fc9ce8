/**
 * Writes openapi.yaml and docs/endpoints.md from the table of routes. Examples are real answers of the application in mock mode,
 * on a fixed day of the sample world, so that the file is the same on every machine.
 */
import { readFile } from 'node:fs/promises';
import request from 'supertest';
import { stringify } from 'yaml';
import { demoPeople } from '../mocks/world/demo-people.ts';
import { readConfig } from '../src/config.ts';
import { makeContainer } from '../src/container.ts';
import type { Route } from '../src/presentation/http/route.ts';
import type { Examples } from '../src/presentation/openapi/document.ts';
import { openApiDocument } from '../src/presentation/openapi/document.ts';
import { readReleased, sinceOf } from './contract/released.ts';
import { endpointsPage } from './endpoints.ts';
import { writeOrCheck } from './generated.ts';

const result = readConfig({
  LOG_LEVEL: 'silent',
  DATABASE: 'none',
  RATE_STANDARD_PER_MINUTE: '10000',
  RATE_AUTH_PER_15_MINUTES: '1000',
});
if (!result.ok) throw new Error(result.problems.join('\n'));
const { app, routes, close } = await makeContainer({ ...result.config, CLOCK_START: '2026-03-10T12:00:00Z' });

/** Someone of the sample world whom an example is about, logged in. */
async function loggedIn(key: string) {
  const person = demoPeople().find(({ email }) => email.startsWith(`${key}@`));
  if (person === undefined) throw new Error(`the sample world has nobody called ${key}`);
  const credentials = { email: person.email, password: person.password };
  const { body } = await request(app).post('/api/v1/auth/login').send(credentials);
  const { accessToken, refreshToken } = body.data as { accessToken: string; refreshToken: string };
  return { person, credentials, accessToken, refreshToken };
}

const learner = await loggedIn('thriving');
const trainer = await loggedIn('trainer');
const orgAdmin = await loggedIn('org-admin');
const callers: Partial<Record<Route['access'], { caller: typeof learner; id: string }>> = {
  trainer: { caller: trainer, id: 'me' },
  organization: { caller: orgAdmin, id: orgAdmin.person.organizationId },
};

/** Items of a list that an example shows; lists of numbers are shown whole. */
const shownItems = 2;

/** Without what differs from run to run: ids, secrets and the milliseconds that the run itself took. */
function steady(value: unknown): unknown {
  const text = JSON.stringify(value, (key, part: unknown) => {
    if (Array.isArray(part) && typeof part[0] === 'object') return part.slice(0, shownItems);
    if (key === 'requestId') return 'req-1';
    if (key === 'accessToken') return 'eyJhbGciOiJIUzI1NiJ9.…';
    if (key === 'refreshToken') return 'works-once';
    if (['calculatedAt', 'asOf', 'cacheExpiry', 'refreshedAt'].includes(key) && typeof part === 'string')
      return part.replace(/T.*/, 'T12:00:00.000Z');
    return part;
  });
  return JSON.parse(text) as unknown;
}

/** Who shows a route that is not for everyone. */
const ownCallers: Partial<Record<string, typeof learner>> = {
  'gamification.points': orgAdmin,
};

const bodies: Record<string, object> = {
  'auth.login': learner.credentials,
  'auth.refresh': { refreshToken: learner.refreshToken },
  'me.preferences': { leaderboardPrivacy: 'public' },
  'gamification.points': {
    userId: learner.person.id,
    source: 'course',
    reference: 'c-of-elsewhere',
    occurredAt: '2026-03-10T09:00:00Z',
  },
};

const examples: Record<string, unknown> = {};
// Logging out comes last: it ends the session that the others use.
for (const route of [...routes].sort(
  (a, b) => Number(a.id === 'auth.logout') - Number(b.id === 'auth.logout'),
)) {
  if (route.live !== undefined || route.file !== undefined) continue;
  if (route.example !== undefined) {
    examples[route.id] = { success: true, data: route.example, meta: { requestId: 'req-1' } };
    continue;
  }
  const { caller, id } = callers[route.access] ?? { caller: ownCallers[route.id] ?? learner, id: 'me' };
  const answer = await request(app)
    [route.method](`/api/v1${route.path.replaceAll(/:[A-Za-z]+/g, id)}`)
    .set('Authorization', `Bearer ${caller.accessToken}`)
    .set('Idempotency-Key', 'an-example-key')
    .send(bodies[route.id]);
  if (answer.status !== (route.creates ? 201 : 200))
    throw new Error(`${route.id} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  examples[route.id] = steady(answer.body);
}

const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string };
const document = openApiDocument(routes, examples as Examples, version);
await close();
await writeOrCheck(
  'openapi.yaml',
  stringify(document, { lineWidth: 0, aliasDuplicateObjects: false }),
  'npm run openapi',
);
await writeOrCheck(
  'docs/endpoints.md',
  endpointsPage(routes, sinceOf(await readReleased())),
  'npm run openapi',
);
process.exit();
