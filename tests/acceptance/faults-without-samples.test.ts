import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { tenantsOf } from './asking.ts';
import { clearFaults, type Demo, logIn, personWho, setFault, startDemo } from './demo-process.ts';
import { dashboardOf, down, patient, services, shortLived, wait } from './faulty.ts';
import { eventsOf, isHonest, saysWhatIsMissing, sectionsIn } from './sections.ts';

describe('with sample data forbidden', () => {
  let demo: Demo;
  beforeAll(async () => {
    demo = await startDemo([], { ...shortLived, ...patient, MOCK_FALLBACK: 'never' });
  });
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
  });

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
});
