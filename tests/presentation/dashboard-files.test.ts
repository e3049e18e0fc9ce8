import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import request from 'supertest';
import { afterAll, describe, expect, it } from 'vitest';
import { makeDashboardFiles } from '../../src/presentation/http/dashboard-files.ts';
import { appWith } from '../fixtures/app.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'dashboard-files-'));
mkdirSync(path.join(folder, 'assets'));
writeFileSync(path.join(folder, 'index.html'), '<!doctype html><title>page</title>');
writeFileSync(path.join(folder, 'assets', 'index-abc.js'), 'export {};'.repeat(500));
writeFileSync(path.join(folder, 'secret.txt'), 'not for the web');
const app = appWith([], { dashboard: makeDashboardFiles(folder) });
const strict = /^default-src 'none';script-src 'self';style-src 'self';img-src 'self';connect-src 'self';/;

describe('the files of the dashboard', () => {
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('are its page at the root, which is asked for again each time, under a strict policy', async () => {
    const answer = await request(app).get('/').expect(200);
    expect(answer.text).toContain('<title>page</title>');
    expect(answer.headers['cache-control']).toBe('no-cache');
    expect(answer.headers['content-security-policy']).toMatch(strict);
    expect(answer.headers['content-security-policy']).not.toContain('unsafe');
    await request(app).get('/').set('if-none-match', String(answer.headers.etag)).expect(304);
  });

  it('are kept for good where their name changes with them, and travel small', async () => {
    const answer = await request(app).get('/assets/index-abc.js').set('accept-encoding', 'gzip').expect(200);
    expect(answer.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(answer.headers['content-encoding']).toBe('gzip');
    expect(answer.headers['content-security-policy']).toMatch(strict);
  });

  it('are no others, and what is not there is a problem as everywhere, kept by nobody', async () => {
    for (const address of [
      '/secret.txt',
      '/assets/gone.js',
      '/assets/../secret.txt',
      '/index.html',
      '/assets',
    ]) {
      const answer = await request(app).get(address);
      expect([address, answer.status, answer.body.error?.code]).toEqual([address, 404, 'NOT_FOUND']);
      expect(answer.headers['cache-control']).toBe('no-store');
    }
  });

  it('leave the API’s policy as it is', async () => {
    const answer = await request(app).get('/api/v1/nothing').expect(404);
    expect(answer.headers['content-security-policy']).toBe("default-src 'none';frame-ancestors 'none'");
  });

  it('are not missed where they have not been built', async () => {
    const without = appWith([], { dashboard: makeDashboardFiles(path.join(folder, 'nowhere')) });
    await request(without).get('/').expect(404);
  });
});
