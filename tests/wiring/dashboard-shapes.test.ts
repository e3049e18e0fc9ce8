import request from 'supertest';
import { expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { makeContainer } from '../../src/container.ts';

it('a page holds nothing but what its route promises, though the server checks its sections alone', async () => {
  const read = readConfig({ DATABASE: 'none', LOG_LEVEL: 'silent', JOBS: 'off' });
  if (!read.ok) throw new Error(read.problems.join('\n'));
  const { listener, routes, close } = await makeContainer(read.config);
  try {
    for (const [audience, id, who] of [
      ['learner', 'me', 'thriving'],
      ['trainer', 'me', 'trainer'],
      ['organization', 'org-1', 'org-admin'],
    ]) {
      const login = { email: `${who}@org-1.example`, password: `demo-${who}` };
      const { body } = await request(listener).post('/api/v1/auth/login').send(login).expect(200);
      const page = await request(listener)
        .get(`/api/v1/dashboards/${audience}/${id}`)
        .set('authorization', `Bearer ${body.data.accessToken}`)
        .expect(200);
      const route = routes.find((one) => one.id === `dashboards.${audience}`);
      const { requestId: _, ...meta } = page.body.meta;
      expect(route?.data.parse(page.body.data)).toEqual(page.body.data);
      expect(route?.meta?.parse(meta)).toEqual(meta);
    }
  } finally {
    await close();
  }
}, 30_000);
