/** Pictures of the dashboard and of a report for the README, from the demo on a fixed day: `npm run screenshots`. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { call, logIn, personWho, type Session, startDemo } from '../tests/acceptance/demo-process.ts';
import { ensureChromium, launchChromium } from './chromium.ts';
import { directoryOf, installDebian } from './debian-server.ts';

const folder = fileURLToPath(new URL('../docs/images/', import.meta.url));
const now = '2026-03-10T12:00:00Z';

interface Picture {
  name: string;
  who: string | null;
  theme: 'light' | 'dark';
  language?: string;
  width?: number;
  height?: number;
  fullPage?: boolean;
  /** The card that the picture begins with; default: the top of the page. */
  from?: string;
}

const pictures: Picture[] = [
  { name: 'learner-light', who: 'thriving', theme: 'light' },
  { name: 'learner-dark', who: 'thriving', theme: 'dark' },
  { name: 'predictions-light', who: 'fading', theme: 'light', from: 'dropOff' },
  { name: 'predictions-dark', who: 'fading', theme: 'dark', from: 'dropOff' },
  { name: 'trainer-light', who: 'trainer', theme: 'light' },
  { name: 'organization-dark', who: 'org-admin', theme: 'dark' },
  { name: 'arabic', who: 'thriving', theme: 'light', language: 'ar' },
];
/** `--all` takes those too that nobody needs in the README. */
const others: Picture[] = [
  { name: 'login', who: null, theme: 'light' },
  { name: 'learner-full', who: 'thriving', theme: 'light', fullPage: true },
  { name: 'trainer-full', who: 'trainer', theme: 'light', fullPage: true },
  { name: 'organization-full', who: 'org-admin', theme: 'light', fullPage: true },
  { name: 'phone', who: 'thriving', theme: 'light', width: 390, fullPage: true },
  { name: 'trainer-hebrew', who: 'trainer', theme: 'light', language: 'he', fullPage: true },
  { name: 'organization-arabic', who: 'org-admin', theme: 'dark', language: 'ar', fullPage: true },
  { name: 'newcomer', who: 'newcomer', theme: 'dark', language: 'he', fullPage: true },
];

async function take(browser: Browser, api: string, session: object | null, picture: Picture): Promise<void> {
  const { name, theme, language = 'en', width = 1280, height = 860, fullPage = false, from } = picture;
  const context = await browser.newContext({ viewport: { width, height }, reducedMotion: 'reduce' });
  await context.addInitScript(
    ([kept, look, tongue]) => {
      if (kept !== 'null') sessionStorage.setItem('learning-analytics.session', kept ?? '');
      localStorage.setItem('learning-analytics.theme', look ?? '');
      localStorage.setItem('learning-analytics.language', tongue ?? '');
    },
    [JSON.stringify(session), theme, language],
  );
  const page = await context.newPage();
  await page.clock.install({ time: new Date(now) });
  page.on('console', (message) => {
    if (message.type() === 'error')
      process.stderr.write(`${name}: ${message.text()} ${message.location().url}\n`);
  });
  page.on('pageerror', (error) => process.stderr.write(`${name}: ${error.message}\n`));
  await page.goto(api);
  await page.waitForSelector('main h1');
  await page.waitForFunction(() => document.querySelector('[data-state="loading"]') === null);
  await page.waitForLoadState('load');
  if (from !== undefined)
    await page.locator(`[data-card="${from}"]`).evaluate((card) => {
      const bar = document.querySelector('.top')?.clientHeight ?? 0;
      scrollTo(0, card.getBoundingClientRect().top + scrollY - bar - 20);
    });
  await page.clock.runFor(1000);
  await new Promise((resolve) => setTimeout(resolve, 600));
  await page.screenshot({ path: `${folder}${name}.png`, fullPage });
  await context.close();
}

interface Paper {
  name: string;
  who: string;
  type: 'learner' | 'trainer' | 'organization';
  language: string;
  /** Pages of the PDF, from 1 on. */
  pages: readonly [first: number, last: number];
}

const papers: Paper[] = [{ name: 'report', who: 'trainer', type: 'trainer', language: 'en', pages: [1, 1] }];
const otherPapers: Paper[] = [
  { name: 'paper-trainer-he', who: 'trainer', type: 'trainer', language: 'he', pages: [1, 4] },
  { name: 'paper-learner-ar', who: 'thriving', type: 'learner', language: 'ar', pages: [1, 4] },
  { name: 'paper-organization-en', who: 'org-admin', type: 'organization', language: 'en', pages: [1, 4] },
];
/** Makes pictures of PDF pages. */
const painter = 'pdftoppm';
/** Pixels an inch. */
const sharpness = 90;

/** Orders a report as PDF and takes pictures of its pages. */
async function print(
  api: string,
  session: Session,
  { name, who, type, language, pages }: Paper,
): Promise<void> {
  const subjectId = type === 'organization' ? session.person.organizationId : 'me';
  const { body } = await call(`${api}/api/v1/reports`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${session.accessToken}`,
      'content-type': 'application/json',
      'idempotency-key': `picture-${who}-${name}`,
    },
    body: JSON.stringify({ type, subjectId, format: 'pdf', language }),
  });
  for (;;) {
    const { data } = (await session.get(`/reports/${body.data.reportId}`)).body;
    if (data.status === 'failed') throw new Error(`the report ${name} failed: ${data.failure}`);
    if (data.status !== 'ready') {
      await delay(200);
      continue;
    }
    const directory = mkdtempSync(path.join(tmpdir(), 'paper-'));
    const file = path.join(directory, 'report.pdf');
    writeFileSync(file, Buffer.from(await (await fetch(api + data.download.url)).arrayBuffer()));
    const [first, last] = pages.map(String) as [string, string];
    const single = first === last ? ['-singlefile'] : [];
    const range = ['-r', String(sharpness), '-f', first, '-l', last, ...single];
    execFileSync(path.join(directoryOf(painter) ?? '', painter), [
      '-png',
      ...range,
      file,
      path.join(folder, name),
    ]);
    rmSync(directory, { recursive: true });
    return;
  }
}

ensureChromium();
if (directoryOf(painter) === undefined) installDebian(painter, 'poppler-utils', () => undefined);
mkdirSync(folder, { recursive: true });
const isAll = process.argv.includes('--all');
// Reports are made by a job.
const demo = await startDemo([], { CLOCK_START: now, MOCK_LEARNERS: '1200', JOBS: 'on' });
const sessionOf = (name: string) =>
  logIn(
    demo,
    personWho(demo, ({ email }) => email === `${name}@org-1.example`),
  );
const browser = await launchChromium();
try {
  for (const paper of isAll ? [...papers, ...otherPapers] : papers)
    await print(demo.api, await sessionOf(paper.who), paper);
  for (const picture of isAll ? [...pictures, ...others] : pictures) {
    const session = picture.who === null ? null : await sessionOf(picture.who);
    const me = session && (await session.get('/auth/me')).body.data.user;
    const kept = session && {
      accessToken: session.accessToken,
      refreshToken: session.refreshToken,
      expiresIn: 900,
      user: me,
    };
    await take(browser, demo.api, kept, picture);
  }
} finally {
  await browser.close();
  await demo.stop();
}
