import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
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
import { dashboardOf, down, patient, sections, services, shortLived, wait } from './faulty.ts';
import { isHonest } from './sections.ts';

describe('with sample data allowed', () => {
  let demo: Demo;
  let learner: Session;
  beforeAll(async () => {
    demo = await startDemo([], { ...shortLived, ...patient });
    learner = await logIn(
      demo,
      personWho(demo, ({ note }) => /thriving/i.test(note)),
    );
  });
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
    // On a busy machine an answer may no longer be fresh when the next is asked for: then once more.
    await expect
      .poll(async () => {
        await clearFaults(demo);
        await wait(1100);
        const first = await velocity();
        await setFault(demo, 'courses', down);
        const second = await velocity();
        return [first, second].map(({ body }) => body.meta.dataSource);
      })
      .toEqual(['realtime', 'cached']);
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
