import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { tenantsOf } from './asking.ts';
import {
  call,
  clearFaults,
  type Demo,
  forgetRequests,
  logIn,
  personWho,
  requestsOf,
  type Session,
  setFault,
  startDemo,
} from './demo-process.ts';
import { eventsOf, isHonest, type Section, saysWhatIsMissing, sectionsIn } from './sections.ts';

const services = [
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
const down = { errorRate: 1, status: 503 };
const budgetMs = 8000;
/** What a loaded test machine may add to a deadline. */
const slackMs = 1500;

/** Answers are fresh for a second and never served while a new one is made: each rung can be seen in turn. */
const shortLived = {
  CACHE_LEARNER_SECONDS: '1',
  CACHE_TRAINER_SECONDS: '1',
  CACHE_ORGANIZATION_SECONDS: '1',
  CACHE_REVALIDATE_SECONDS: '0',
  UPSTREAM_REPLY_SECONDS: '0',
  ORGANIZATION_REPLY_SECONDS: '0',
};
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const sections = ['velocity', 'skillGap', 'engagement', 'mastery', 'performance', 'contentEffectiveness'];

async function dashboardOf(session: Session, of = 'learner/me'): Promise<Record<string, Section>> {
  const answer = await session.get(`/dashboards/${of}`);
  expect(answer.status).toBe(200);
  expect(answer.ms).toBeLessThan(budgetMs + slackMs);
  return answer.body.data.sections as Record<string, Section>;
}

describe('with sample data allowed', () => {
  let demo: Demo;
  let learner: Session;
  beforeAll(async () => {
    demo = await startDemo([], shortLived);
    learner = await logIn(
      demo,
      personWho(demo, ({ note }) => /thriving/i.test(note)),
    );
  }, 60_000);
  afterEach(() => clearFaults(demo));
  afterAll(() => demo?.stop());

  it('reads each thing from each service once for a whole dashboard', async () => {
    await forgetRequests(demo);
    const page = await dashboardOf(learner);
    expect(Object.keys(page)).toEqual(sections);
    for (const service of services) {
      const asked = (await requestsOf(demo, service))
        .map(({ method, path }) => `${method} ${path}`)
        .filter((line) => line.startsWith('GET') && !line.includes('/health'));
      expect(new Set(asked).size, `${service}: ${asked.join('; ')}`).toBe(asked.length);
    }
  });

  it('goes down the ladder when Course Builder fails: realtime, cached, stale, and sample data for who is new', async () => {
    const velocity = () => learner.get('/analytics/learner/velocity/me');
    await wait(1100);
    expect((await velocity()).body.meta.dataSource).toBe('realtime');
    await setFault(demo, 'courses', down);
    expect((await velocity()).body.meta.dataSource).toBe('cached');
    await wait(1100);
    const stale = await velocity();
    expect(stale.status).toBe(200);
    expect(stale.body.meta.dataSource).toBe('stale');

    const fresh = await logIn(
      demo,
      personWho(demo, ({ note }) => /fading/i.test(note)),
    );
    const mock = await fresh.get('/analytics/learner/velocity/me');
    expect(mock.body.meta.dataSource).toBe('mock');
    expect(mock.headers.get('cache-control')).toBe('no-store');
    expect(new Set(mock.body.meta.sources.map((row: { dataSource: string }) => row.dataSource))).toEqual(
      new Set(['mock']),
    );

    await clearFaults(demo);
    await wait(6000);
    expect((await fresh.get('/analytics/learner/velocity/me')).body.meta.dataSource).toBe('realtime');
  });

  it.each(services)('keeps the page up and honest while %s is down', async (service) => {
    await dashboardOf(learner);
    await setFault(demo, service, down);
    await wait(1100);
    const page = await dashboardOf(learner);
    expect(Object.keys(page)).toEqual(sections);
    for (const section of Object.values(page)) {
      expect(['ok', 'partial']).toContain(section.status);
      isHonest(section);
    }
  });

  it('keeps the page up while all nine are down', async () => {
    await dashboardOf(learner);
    await Promise.all(services.map((service) => setFault(demo, service, down)));
    await wait(1100);
    const page = await dashboardOf(learner);
    for (const section of Object.values(page)) {
      expect(section.meta?.dataSource).toMatch(/stale|mock/);
      isHonest(section);
    }
  });
});

describe('with sample data forbidden', () => {
  let demo: Demo;
  beforeAll(async () => {
    demo = await startDemo([], { ...shortLived, MOCK_FALLBACK: 'never' });
  }, 60_000);
  afterEach(async () => {
    await clearFaults(demo);
    await wait(5500);
  });
  afterAll(() => demo?.stop());

  it('never shows sample data: what has no older answer is a 503 that says when to come back', async () => {
    const learner = await logIn(
      demo,
      personWho(demo, ({ note }) => /fading/i.test(note)),
    );
    await Promise.all(services.map((service) => setFault(demo, service, down)));
    const velocity = await learner.get('/analytics/learner/velocity/me');
    expect(velocity.status).toBe(503);
    expect(velocity.body.error.code).toBe('UPSTREAM_UNAVAILABLE');
    expect(Number(velocity.headers.get('retry-after'))).toBeGreaterThan(0);
    for (const section of Object.values(await dashboardOf(learner))) {
      expect(section.meta?.dataSource).not.toBe('mock');
    }
  });

  it('keeps trainer and organization pages up and honest while courses is down', async () => {
    const isAdmin = ({ roles }: { roles: string[] }) => roles.includes('admin');
    const [admin, tenants] = await Promise.all([logIn(demo, personWho(demo, isAdmin)), tenantsOf(demo)]);
    // Of another organization: what was read to compare a trainer with the colleagues is known of them too.
    const [known, unknown] = ['org-1', 'org-2'].map((id) =>
      tenants.get(id)?.find(({ roles }) => roles.includes('trainer')),
    );
    const seen = [`trainer/${known?.userId}`, 'organization/org-1'];
    const neverSeen = [`trainer/${unknown?.userId}`, 'organization/org-2'];
    const sectionsOf = async (page: string) => Object.entries(await dashboardOf(admin, page));
    for (const page of seen) await sectionsOf(page);
    await setFault(demo, 'courses', down);
    await wait(1100);

    for (const page of seen)
      for (const [name, section] of await sectionsOf(page)) {
        if (section.status === 'partial') saysWhatIsMissing(section, 'courses');
        else expect([name, section.status, section.meta?.dataSource]).toEqual([name, 'ok', 'stale']);
        isHonest(section);
      }
    for (const page of neverSeen) {
      const inPieces = sectionsIn(await eventsOf(demo, admin, `/dashboards/${page}`));
      const whole = await sectionsOf(page);
      for (const [name, section] of whole) {
        saysWhatIsMissing(section, 'courses');
        expect(inPieces[name]?.status).toBe(section.status);
      }
      // Goals, people and questions are known without courses; of a trainer nothing is.
      const statuses = new Set(whole.map(([, { status }]) => status));
      const some = page.startsWith('organization') ? ['partial', 'unavailable'] : ['unavailable'];
      expect([...statuses].sort()).toEqual(some);
    }
    const alone = await admin.get(`/analytics/trainer/course-health/${unknown?.userId}`);
    expect([alone.status, alone.body.error.code]).toEqual([503, 'UPSTREAM_UNAVAILABLE']);
    expect(Number(alone.headers.get('retry-after'))).toBeGreaterThan(0);

    await clearFaults(demo);
    await wait(6000);
    for (const [name, section] of (await Promise.all(neverSeen.map(sectionsOf))).flat())
      expect([name, section.status, section.meta?.dataSource]).toEqual([name, 'ok', 'realtime']);
  }, 30_000);

  it.each([
    ['malformed JSON', { malformedJson: true }, 502, 'UPSTREAM_INVALID'],
    ['another shape', { wrongShape: true }, 502, 'UPSTREAM_INVALID'],
    ['an empty 200', { empty200: true }, 502, 'UPSTREAM_INVALID'],
    ['a reset', { reset: true }, 503, 'UPSTREAM_UNAVAILABLE'],
  ])(
    'turns %s of a needed service into an error of its own, never into a zero',
    async (_name, fault, status, code) => {
      const admin = await logIn(
        demo,
        personWho(demo, ({ note }) => /new/i.test(note) && true),
      );
      await setFault(demo, 'skills', fault);
      const answer = await admin.get('/analytics/learner/skill-gap/me');
      expect(answer.status).toBe(status);
      expect(answer.body.error.code).toBe(code);
    },
  );

  it('reads through JSON inside a JSON string', async () => {
    const learner = await logIn(
      demo,
      personWho(demo, ({ note }) => /thriving/i.test(note)),
    );
    await setFault(demo, 'courses', { doubleEncoded: true });
    const answer = await learner.get('/analytics/learner/velocity/me');
    expect(answer.status).toBe(200);
    expect(answer.body.meta.dataSource).toBe('realtime');
  });

  it.each(services)('answers within its budget while %s hangs', async (service) => {
    const learner = await logIn(
      demo,
      personWho(demo, ({ note }) => /thriving/i.test(note)),
    );
    await setFault(demo, service, { hang: true });
    const started = performance.now();
    await dashboardOf(learner);
    expect(performance.now() - started).toBeLessThan(budgetMs + slackMs);
    const health = await call(`${demo.api}/health`);
    expect(health.status).toBe(200);
  });
});
