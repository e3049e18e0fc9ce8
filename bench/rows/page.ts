import { ensureChromium, launchChromium } from '../../scripts/chromium.ts';
import { buildDashboard } from '../../scripts/dashboard-build.ts';
import { median } from '../figures.ts';
import { startApi, type World } from '../world.ts';
import { ms, type Row, times } from './row.ts';

/** Where the page keeps who is logged in: `key` of dashboard/src/api.ts. */
const sessionKey = 'learning-analytics.session';
/** A card with its figures: the page can be read and used. */
const ready = '[data-card="velocity"]:is([data-state="ok"], [data-state="partial"])';

/**
 * From asking for the learner's page to its first figures, in a browser that has its files, each time of somebody nobody
 * has asked about. Beside it what the same browser needs for a picture of the same server: that is the machine's.
 */
export async function pageRows(world: World, rounds: number): Promise<Row[]> {
  ensureChromium();
  await buildDashboard();
  const { url } = await startApi(world);
  const browser = await launchChromium();
  try {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    const page = await context.newPage();
    const timeTo = async (address: string, selector: string): Promise<number> => {
      await page.goto('about:blank');
      await page.goto(address);
      await page.waitForSelector(selector);
      return page.evaluate(() => performance.now());
    };
    const [pages, pictures]: [number[], number[]] = [[], []];
    for (let round = -1; round < rounds; round += 1) {
      const picture = await timeTo(`${url}/icon.svg`, 'svg');
      const { id, organizationId, headers } = world.somebody();
      const session = {
        user: { id, organizationId, roles: ['learner'], email: `${id}@bench.example`, fullName: id },
        accessToken: headers.authorization.slice('Bearer '.length),
      };
      await page.evaluate(([key, text]) => sessionStorage.setItem(key, text), [
        sessionKey,
        JSON.stringify(session),
      ] as const);
      const whole = await timeTo(url, ready);
      if (round < 0) continue;
      pictures.push(picture);
      pages.push(whole);
    }
    const [seen, least] = [median(pages), median(pictures)];
    return [
      {
        what: `learner's page to its first figures, in a browser that has its files (${times(seen / least)} a picture)`,
        seen: ms(seen),
        goal: '≤ 1500 ms',
        holds: seen <= 1500,
      },
    ];
  } finally {
    await browser.close();
  }
}
