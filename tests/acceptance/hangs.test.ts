import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { call, clearFaults, type Demo, logIn, personWho, setFault, startDemo } from './demo-process.ts';
import { dashboardOf, services, shortLived, wait } from './faulty.ts';

describe('a service that hangs', () => {
  let demo: Demo;
  beforeAll(async () => {
    demo = await startDemo([], { ...shortLived, MOCK_FALLBACK: 'never' });
  });
  afterEach(async () => {
    await clearFaults(demo);
    await wait(5500);
  });
  afterAll(() => demo?.stop());

  it.each(services)('answers within its budget while %s hangs', async (service) => {
    const learner = await logIn(
      demo,
      personWho(demo, ({ note }) => /thriving/i.test(note)),
    );
    await setFault(demo, service, { hang: true });
    await dashboardOf(learner);
    const health = await call(`${demo.api}/health`);
    expect(health.status).toBe(200);
  });
});
