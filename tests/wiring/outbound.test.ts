import { expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { targetsOf } from '../../src/wiring/outbound.ts';
import { silentLogger } from '../fixtures/stubs.ts';

/** Whom the process calls by `fetch`, each by the variable that names it. */
const callees = {
  COURSE_MS_URL: 'https://courses.example',
  SENTRY_DSN: 'https://key@defects.example/7',
  REPORTS_WEBHOOK_URL: 'https://reports.example/in',
  EDGE_PURGE_URL: 'https://purges.example',
};

it('everybody whom the configuration names may be called, and nobody else', () => {
  const read = readConfig({ ...callees, REPORTS_WEBHOOK_SECRET: 's'.repeat(40) });
  if (!read.ok) throw new Error(read.problems.join('\n'));
  const targets = targetsOf(read.config, silentLogger);
  for (const url of Object.values(callees)) expect(targets.allows(new URL(url).origin), url).toBe(true);
  expect(targets.allows('https://elsewhere.example')).toBe(false);
});
