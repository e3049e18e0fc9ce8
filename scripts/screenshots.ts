/** Pictures of the dashboard for the README, from the demo on a fixed day: `npm run screenshots`. */
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { logIn, personWho, startDemo } from '../tests/acceptance/demo-process.ts';
import { ensureChromium, launchChromium } from './chromium.ts';

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
}

const pictures: Picture[] = [
  { name: 'learner-light', who: 'thriving', theme: 'light' },
  { name: 'learner-dark', who: 'thriving', theme: 'dark' },
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
  { name: 'newcomer', who: 'newcomer', theme: 'dark', language: 'he', fullPage: true },
];

async function take(browser: Browser, api: string, session: object | null, picture: Picture): Promise<void> {
  const { name, theme, language = 'en', width = 1280, height = 860, fullPage = false } = picture;
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
  await page.clock.runFor(1000);
  await new Promise((resolve) => setTimeout(resolve, 600));
  await page.screenshot({ path: `${folder}${name}.png`, fullPage });
  await context.close();
}

ensureChromium();
mkdirSync(folder, { recursive: true });
const demo = await startDemo([], { CLOCK_START: now, MOCK_LEARNERS: '1200' });
const browser = await launchChromium();
try {
  for (const picture of process.argv.includes('--all') ? [...pictures, ...others] : pictures) {
    const { who } = picture;
    const session =
      who === null
        ? null
        : await logIn(
            demo,
            personWho(demo, ({ email }) => email === `${who}@org-1.example`),
          );
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
