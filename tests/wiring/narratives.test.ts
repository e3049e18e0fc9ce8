import { afterEach, describe, expect, it } from 'vitest';
import { usualPreferences } from '../../src/application/ports/gamification.ts';
import { readConfig } from '../../src/config.ts';
import { openFlags } from '../../src/wiring/flags.ts';
import { openNarratives } from '../../src/wiring/narratives.ts';
import { silentLogger, stoppedClock } from '../fixtures/stubs.ts';
import { makeHttpServer } from '../infrastructure/upstreams/http-server.ts';

const server = makeHttpServer();
const item = { kind: 'risk', facts: [{ code: 'missed_work', value: 40 }] } as const;

function writing(): void {
  server.handle((_request, response) => {
    const text = JSON.stringify({ texts: ['Work is missing.'] });
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ candidates: [{ content: { parts: [{ text }] }, finishReason: 'STOP' }] }));
  });
}

async function told(environment: Record<string, string>, organizationId = 'org-1') {
  const result = readConfig(environment);
  if (!result.ok) throw new Error(result.problems.join('\n'));
  const narrate = await openNarratives(
    result.config,
    { of: async () => usualPreferences },
    { countsOf: undefined },
    stoppedClock(),
    silentLogger,
    (await openFlags(result.config)).isOn,
  );
  const { meta } = await narrate([item], {
    about: { userId: 'u-1', organizationId },
    language: 'en',
    signal: new AbortController().signal,
  });
  return meta;
}

describe('Words in a process', () => {
  const environment = () => ({ GEMINI_API_KEY: 'a-key', GEMINI_MODEL: 'm-1', GEMINI_URL: server.baseUrl() });
  afterEach(() => server.handle((_, response) => response.end()));

  it('are the model’s where a key is configured', async () => {
    writing();
    expect(await told(environment())).toEqual({ source: 'model', model: 'm-1' });
  });

  it.each([
    ['without a key', { GEMINI_API_KEY: '' }],
    ['with no calls a day', { NARRATIVE_CALLS_PER_DAY: '0' }],
    ['where they are switched off', { FLAGS: '{"narratives": {"organizations": {"org-1": false}}}' }],
    ['for an organization that wants none', { NARRATIVE_OFF_ORGANIZATIONS: 'org-2, org-1' }],
  ])('are the rules’ %s', async (_name, changes) => {
    writing();
    expect(await told({ ...environment(), ...changes })).toEqual({ source: 'rules', model: null });
    expect(server.requests).toHaveLength(0);
  });

  it('are configured by sound values, or the process does not start', () => {
    const result = readConfig({
      NARRATIVE_OFF_ORGANIZATIONS: 'org 1',
      GEMINI_URL: 'ftp://x',
      GEMINI_MODEL: '../m',
    });
    expect(result.ok ? [] : result.problems.map((problem) => problem.split(':')[0])).toEqual([
      'GEMINI_MODEL',
      'GEMINI_URL',
      'NARRATIVE_OFF_ORGANIZATIONS',
    ]);
  });
});
