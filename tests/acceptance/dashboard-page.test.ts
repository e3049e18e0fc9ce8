/** The dashboard as people meet it: a real browser, the real demo, and services that are made to fail. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { findChromium, launchChromium } from '../../scripts/chromium.ts';
import { buildDashboard } from '../../scripts/dashboard-build.ts';
import { clearFaults, type Demo, logIn, personWho, setFault, startDemo } from './demo-process.ts';
import { down, shortLived, wait } from './faulty.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const isThere = findChromium() !== undefined;
if (!isThere && process.env.CI !== 'true')
  process.stderr.write('No Chromium: the dashboard is not tried in a browser.\n');

const firstViewBytes = 250 * 1024;

let demo: Demo;
let browser: Browser;
let context: BrowserContext;
const folder = mkdtempSync(path.join(tmpdir(), 'downloads-'));
const complaints: string[] = [];
const addresses = new Set<string>();

describe.skipIf(!isThere && process.env.CI !== 'true')('the dashboard in a browser', () => {
  beforeAll(async () => {
    await buildDashboard();
    [demo, browser] = await Promise.all([
      // Jobs are on because reports are made by one; without a database nothing else is begun by the clock.
      startDemo([], { ...shortLived, JOBS: 'on', PRIVACY_MINIMUM_COHORTS: 'org-2=1000' }),
      launchChromium(),
    ]);
  });
  afterAll(async () => {
    await browser?.close();
    await demo?.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  afterEach(async () => {
    await context?.close();
    await clearFaults(demo);
  });

  async function open(options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
    context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    // As a poll may take.
    context.setDefaultTimeout(60_000);
    const page = await context.newPage();
    page.on('request', (request) => addresses.add(new URL(request.url()).origin));
    page.on('console', (message) => {
      if (/Content Security Policy|TypeError/.test(message.text())) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(demo.api);
    return page;
  }

  async function openAs(name: string, options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
    const page = await open(options);
    await page.locator('.demo button', { hasText: new RegExp(`^${name}`) }).click();
    await page.waitForSelector('.top');
    return page;
  }

  const settled = (page: Page) =>
    page.waitForFunction(
      () =>
        document.querySelector('[data-card]') !== null &&
        document.querySelector('[data-card][data-state="loading"]') === null,
    );
  const stateOf = (page: Page, card: string) =>
    page.locator(`[data-card="${card}"]`).getAttribute('data-state');
  const bodyOf = (page: Page, card: string) => page.locator(`[data-card="${card}"] .card-body`).innerText();

  async function violations(page: Page): Promise<string[]> {
    await page.evaluate(axe);
    return page.evaluate(async () => {
      const { axe } = globalThis as typeof globalThis & {
        axe: {
          run: (
            of: Document,
            how: object,
          ) => Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
        };
      };
      const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
      const { violations: found } = await axe.run(document, { runOnly: tags });
      return found.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
    });
  }

  it('waits for a leaderboard that is made for the first time, and says so', async () => {
    // Nobody has asked yet: everybody is read, which takes longer than a request may.
    await setFault(demo, 'rag', { latencyMs: 350 });
    const page = await openAs('thriving');
    const board = page.locator('[data-card="leaderboard"]');
    await board.getByText('being worked out for the first time').waitFor();
    expect(await board.getAttribute('data-state')).toBe('loading');
    await page.locator('[data-card="leaderboard"][data-state="ok"]').waitFor();
    expect(await board.locator('tbody tr').count()).toBeGreaterThan(5);
  });

  it('lets people in by e-mail and password, and tells who mistyped', async () => {
    const page = await open();
    await page.getByLabel('E-mail').fill('thriving@org-1.example');
    await page.getByLabel('Password').fill('wrong');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.getByRole('alert').innerText()).toContain('do not fit');
    await page.getByLabel('Password').fill('demo-thriving');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'My learning' }).waitFor();
  });

  it('calls old figures old and sample data sample data', async () => {
    await setFault(demo, 'assessment', down);
    // Of an organization about which nobody has asked yet.
    const page = await openAs('elsewhere');
    await settled(page);
    const sample = page.locator('[data-card="performance"]');
    expect(await sample.getAttribute('data-source')).toBe('mock');
    expect(await sample.locator('.provenance summary').innerText()).toContain('Sample data');
    await clearFaults(demo);
    await setFault(demo, 'skills', down);
    await wait(1100);
    await page.reload();
    await settled(page);
    const old = page.locator('[data-card="skillGap"]');
    expect(await old.getAttribute('data-source')).toBe('stale');
    expect(await old.locator('.provenance summary').innerText()).toContain('Out of date');
    expect(await violations(page)).toEqual([]);
  });

  it('shows a learner every analytic with its age, beside a table for each chart', async () => {
    const page = await openAs('thriving');
    await settled(page);
    for (const card of [
      'velocity',
      'skillGap',
      'engagement',
      'mastery',
      'performance',
      'contentEffectiveness',
      'peers',
      'demand',
      'dropOff',
      'forecast',
      'recommendations',
      'leaderboard',
      'streak',
      'achievements',
    ])
      expect([card, await stateOf(page, card)]).toEqual([card, expect.stringMatching(/^(ok|partial)$/)]);
    expect(await page.locator('[data-card="velocity"] .age').innerText()).toMatch(/^as of /);
    await page.locator('[data-card="velocity"] .chart summary').click();
    expect(await page.locator('[data-card="velocity"] tbody tr').count()).toBeGreaterThan(2);
    expect(await page.locator('.chart canvas').count()).toBe(await page.locator('.chart').count());
    expect(await bodyOf(page, 'dropOff')).toMatch(/Because of: .+/);
    expect(await bodyOf(page, 'recommendations')).toMatch(/Because of: .+/);
    expect(await bodyOf(page, 'forecast')).toContain('Done by about');
    await page.getByLabel('Forecast of').selectOption('skill');
    await settled(page);
    expect(await stateOf(page, 'forecast')).toMatch(/^(ok|partial)$/);
    await page.getByLabel('Period').selectOption('alltime');
    await page.locator('[data-card="leaderboard"][data-state="ok"]').waitFor();
    expect(await violations(page)).toEqual([]);
  });

  it('shows what was put into words as plain text, and who did', async () => {
    await open();
    await context.route('**/predictive/recommendations/**', async (route) => {
      const answer = await route.fetch();
      const told = await answer.json();
      const [first] = told.data.recommendations;
      first.narrative = '<img src=x onerror=alert(1)> It closes two gaps.';
      told.meta.narrative = { source: 'model', model: 'a-model' };
      await route.fulfill({ response: answer, json: told });
    });
    const [page] = context.pages() as [Page];
    await page.locator('.demo button', { hasText: /^fading/ }).click();
    const words = page.locator('[data-card="recommendations"] [data-narrative="model"]').first();
    await words.waitFor();
    expect(await words.innerText()).toContain('<img src=x onerror=alert(1)> It closes two gaps.');
    expect(await words.innerText()).toContain('Worded by a language model: a-model');
    expect(await words.locator('img').count()).toBe(0);
  });

  it('leads a trainer from the list to a learner and back, by keyboard', async () => {
    const page = await openAs('trainer');
    await settled(page);
    expect(await stateOf(page, 'coursePerformance')).toMatch(/ok|partial/);
    await page.locator('.people a').first().focus();
    await page.keyboard.press('Enter');
    await page.waitForURL(/#\/learner\/u-/);
    await settled(page);
    expect(await stateOf(page, 'mastery')).toMatch(/ok|partial/);
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('H1');
    // Predictions are few in an hour: those of others are made when they are asked for.
    expect(await stateOf(page, 'forecast')).toBe('waiting');
    await page.locator('[data-card="forecast"] .card-body button').click();
    await settled(page);
    expect(await stateOf(page, 'forecast')).toMatch(/^(ok|partial)$/);
    await page.getByRole('link', { name: 'Back to my courses' }).click();
    await page.getByRole('heading', { level: 1, name: 'My courses' }).waitFor();
  });

  it('shows an organization without any person, also in the dark', async () => {
    const page = await openAs('org-admin', { colorScheme: 'dark' });
    await settled(page);
    for (const card of [
      'learningVelocity',
      'strategicAlignment',
      'departmentAnalytics',
      'learningCulture',
      'demand',
    ])
      expect([card, await stateOf(page, card)]).toEqual([card, expect.stringMatching(/^(ok|partial)$/)]);
    expect(await page.locator('main').innerHTML()).not.toMatch(/u-\d{6}/);
    expect(await violations(page)).toEqual([]);
  });

  it('says that there is too little, that a group is too small, and that somebody is not one’s own', async () => {
    const page = await openAs('newcomer');
    await settled(page);
    expect(await stateOf(page, 'velocity')).toBe('empty');
    expect(await bodyOf(page, 'velocity')).toContain('Not enough yet');
    await page.evaluate(() => {
      location.hash = '#/learner/u-000000';
    });
    await page.locator('[data-card="velocity"][data-state="denied"]').waitFor();
    expect(await bodyOf(page, 'velocity')).toContain('You may not see these figures.');
    await settled(page);
    expect(await violations(page)).toEqual([]);
    await context.close();
    const other = await openAs('elsewhere');
    await settled(other);
    expect(await stateOf(other, 'peers')).toBe('suppressed');
  });

  it('shows skeletons while sections are on their way, and one failed card with a way to try again', async () => {
    const page = await openAs('thriving', { reducedMotion: 'reduce' });
    await settled(page);
    let isCut = true;
    await page.route('**/api/v1/dashboards/**', (route) => (isCut ? route.abort() : route.continue()));
    await page.reload();
    await page.locator('[data-card="velocity"][data-state="unavailable"]').waitFor();
    expect(await bodyOf(page, 'velocity')).toContain('The server cannot be reached.');
    expect(await violations(page)).toEqual([]);
    isCut = false;
    await setFault(demo, 'courses', { latencyMs: 1200 });
    await wait(1100);
    await page.locator('[data-card="velocity"] button').click();
    expect(await stateOf(page, 'velocity')).toBe('loading');
    expect(await page.locator('[data-card="velocity"]').getAttribute('aria-busy')).toBe('true');
    // Whoever asked for calm sees nothing move.
    expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);
    await page.locator('[data-card="velocity"]:is([data-state="ok"], [data-state="partial"])').waitFor();
    expect(await stateOf(page, 'mastery')).toBe('unavailable');
  });

  it('speaks three languages, two of them from right to left', async () => {
    const page = await openAs('thriving');
    await settled(page);
    for (const [language, direction, title] of [
      ['he', 'rtl', 'הלמידה שלי'],
      ['ar', 'rtl', 'تعلّمي'],
      ['en', 'ltr', 'My learning'],
    ] as const) {
      await page.locator('.choices select').first().selectOption(language);
      await page.getByRole('heading', { level: 1, name: title }).waitFor();
      expect(
        await page.evaluate(() => [document.documentElement.lang, document.documentElement.dir]),
      ).toEqual([language, direction]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    }
    await page.locator('.choices select').first().selectOption('ar');
    await page.reload();
    await page.getByRole('heading', { level: 1, name: 'تعلّمي' }).waitFor();
    await settled(page);
    expect(await violations(page)).toEqual([]);
  });

  it('renews a session unseen, and asks to log in when that fails', async () => {
    const page = await openAs('thriving');
    await settled(page);
    const spoil = (keys: string[]) =>
      page.evaluate((spoilt) => {
        const key = 'learning-analytics.session';
        const kept = JSON.parse(sessionStorage.getItem(key) ?? '{}');
        sessionStorage.setItem(
          key,
          JSON.stringify({ ...kept, ...Object.fromEntries(spoilt.map((name) => [name, 'spoilt'])) }),
        );
      }, keys);
    await spoil(['accessToken']);
    await page.reload();
    await settled(page);
    expect(await stateOf(page, 'velocity')).toMatch(/ok|partial/);
    await spoil(['accessToken', 'refreshToken']);
    await page.reload();
    await expect.poll(() => page.getByRole('alert').innerText()).toContain('Your session has ended');
    expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
  });

  it('moves the points as they are earned', async () => {
    const page = await openAs('thriving');
    await page.locator('[data-live="open"]').waitFor();
    await settled(page);
    const points = () => page.locator('[data-figure="points"]').innerText();
    const before = await points();
    const admin = await logIn(
      demo,
      personWho(demo, ({ email }) => email === 'org-admin@org-1.example'),
    );
    const learner = personWho(demo, ({ email }) => email === 'thriving@org-1.example');
    const response = await fetch(`${demo.api}/api/v1/gamification/points`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${admin.accessToken}`,
        'content-type': 'application/json',
        'idempotency-key': 'the-page-moves',
      },
      body: JSON.stringify({
        userId: learner.id,
        source: 'course',
        reference: 'c-shown-live',
        occurredAt: new Date().toISOString(),
      }),
    });
    expect(response.status).toBeLessThan(300);
    await expect.poll(points).not.toBe(before);
    expect(await page.getByRole('status').innerText()).not.toBe('');
  });

  it('orders a report, shows how far it is, and gives a page that prints', async () => {
    const page = await openAs('trainer', { acceptDownloads: true });
    await settled(page);
    const panel = page.locator('[data-panel="reports"]');
    await panel.getByLabel('Format').selectOption({ label: 'Page (HTML)' });
    await panel.getByLabel('Language').selectOption({ label: 'עברית' });
    await panel.getByRole('button', { name: 'Order a report' }).click();
    await panel.locator('[data-report="ready"]').waitFor();
    expect(await violations(page)).toEqual([]);
    // A reload loses no order.
    await page.reload();
    await panel.locator('[data-report="ready"]').waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      panel.getByRole('button', { name: 'Download' }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^trainer-report-\d{4}-\d\d-\d\d\.html$/);
    const file = path.join(folder, download.suggestedFilename());
    await download.saveAs(file);
    const report = await context.newPage();
    const asked: string[] = [];
    report.on('request', (request) => asked.push(request.url()));
    report.on('console', (message) => complaints.push(message.text()));
    await report.goto(`file://${file}`);
    expect(asked).toHaveLength(1);
    expect(await report.evaluate(() => [document.dir, document.documentElement.lang])).toEqual(['rtl', 'he']);
    expect(await report.locator('h1').innerText()).toBe('דוח מדריך');
    expect(await report.locator('figure svg').count()).toBeGreaterThan(0);
    expect(await violations(report)).toEqual([]);
    await report.emulateMedia({ media: 'print' });
    const pages = (await report.pdf({ preferCSSPageSize: true })).toString('latin1');
    expect(pages.match(/\/MediaBox \[0 0 (\d+)/)?.[1]).toBe('594');
    expect(pages.match(/\/Type \/Page\b/g)?.length).toBeGreaterThan(2);
    await report.close();
    await panel.getByRole('button', { name: 'Delete' }).click();
    await expect.poll(() => panel.locator('.order').count()).toBe(0);
  });

  it('sets a weekly report, and says which ways of delivery are not there', async () => {
    const page = await openAs('trainer');
    const panel = page.locator('[data-panel="weekly"]');
    await panel.locator('[data-weekly="none"]').waitFor();
    await panel.getByLabel('Day').selectOption('Thursday');
    await panel.getByLabel('Delivery').selectOption('By e-mail');
    await panel.getByRole('button', { name: 'Save' }).click();
    await panel.getByText('This way of delivery is not set up here.').waitFor();
    await panel.getByLabel('Delivery').selectOption('I fetch it here');
    await panel.getByRole('button', { name: 'Save' }).click();
    await panel.locator('[data-weekly="set"]').waitFor();
    expect(await panel.getByRole('status').innerText()).toContain('Thursday, 7:00');
    await panel.getByRole('button', { name: 'End it' }).click();
    await panel.locator('[data-weekly="none"]').waitFor();
  });

  it('prints what matters, and fits a phone', async () => {
    const page = await openAs('trainer', { viewport: { width: 390, height: 800 } });
    await settled(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    expect(await violations(page)).toEqual([]);
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('.top').isVisible()).toBe(false);
    expect(await page.locator('[data-card="coursePerformance"]').isVisible()).toBe(true);
    const pdf = await page.pdf({ format: 'A4' });
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
  });

  it('is light, and says so to caches', async () => {
    const page = await openAs('thriving');
    await settled(page);
    await page.reload();
    await settled(page);
    const files = await page.evaluate(() =>
      performance.getEntriesByType('resource').map((entry) => new URL(entry.name).pathname),
    );
    const assets = ['/', ...files.filter((file) => file.startsWith('/assets/'))];
    const sizes = await Promise.all(
      assets.map(async (asset) => {
        const answer = await context.request.get(demo.api + asset, {
          headers: { 'accept-encoding': 'gzip' },
        });
        const headers = answer.headers();
        expect(headers['content-security-policy']).toContain("script-src 'self'");
        expect(headers['cache-control']).toBe(
          asset === '/' ? 'no-cache' : 'public, max-age=31536000, immutable',
        );
        expect(headers['content-encoding'] ?? 'small').toMatch(/gzip|small/);
        return gzipSync(await answer.body()).length;
      }),
    );
    expect(assets.length).toBeGreaterThan(2);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(firstViewBytes);
  });

  it('has asked nobody but this server, and broken no rule of its own', () => {
    expect([...addresses]).toEqual([demo.api]);
    expect(complaints).toEqual([]);
    expect(existsSync(new URL('../../public/index.html', import.meta.url))).toBe(true);
  });
});
