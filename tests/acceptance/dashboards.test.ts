/** Dashboards whole and in pieces, over real sockets, and what they cost the services. */
import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { isRefusal, logInAll, sessionWho, tenantsOf } from './asking.ts';
import {
  clearFaults,
  type Demo,
  forgetRequests,
  requestsOf,
  type Session,
  setFault,
  startDemo,
} from './demo-process.ts';
import { eventsOf, type Section, sectionsIn } from './sections.ts';

const openapi = readFileSync(new URL('../../openapi.yaml', import.meta.url), 'utf8');
/** As openapi.yaml lists them. */
function sectionsOf(audience: string): string[] {
  const { paths } = parse(openapi) as {
    paths: Record<string, { get: { parameters: { name: string; description: string }[] } }>;
  };
  const [, dashboard] =
    Object.entries(paths).find(([path]) => path.includes(`/dashboards/${audience}/`)) ?? [];
  const list = dashboard?.get.parameters.find(({ name }) => name === 'include')?.description ?? '';
  return list.slice(list.indexOf(':') + 2).split(', ');
}

let demo: Demo;
let sessions: Session[];
let otherTrainer: string;
/** Of an organization that nobody here asks about. */
let quiet: string;
beforeAll(async () => {
  demo = await startDemo();
  const [all, tenants] = await Promise.all([logInAll(demo), tenantsOf(demo)]);
  sessions = all;
  quiet = tenants.get('org-3')?.find(({ roles }) => roles.includes('learner'))?.userId ?? '';
  otherTrainer = tenants.get('org-2')?.find(({ roles }) => roles.includes('trainer'))?.userId ?? '';
});
afterEach(() => clearFaults(demo));
afterAll(() => demo?.stop());

const as = (note: string) => sessionWho(sessions, note);

/** What was asked of each service since it was forgotten, `METHOD path` each. */
async function askedOf(): Promise<Record<string, string[]>> {
  const services = Object.keys(demo.services);
  const logs = await Promise.all(services.map((service) => requestsOf(demo, service)));
  const lines = logs.map((log) =>
    log.map(({ method, path }) => `${method} ${path}`).filter((line) => !line.includes('/health')),
  );
  return Object.fromEntries(services.map((service, index) => [service, lines[index] ?? []]));
}

async function readsOnce(): Promise<void> {
  for (const [service, lines] of Object.entries(await askedOf()))
    expect(new Set(lines).size, `${service}: ${lines.join('; ')}`).toBe(lines.length);
}

/** Nothing but the way in which it was served may differ. */
const figuresIn = (sections: Record<string, Section>) =>
  Object.fromEntries(
    Object.entries(sections).map(([name, { status, data, meta, error }]) => [
      name,
      { status, data, error, missing: meta?.missing, metric: meta?.metric, asOf: meta?.asOf },
    ]),
  );

const wholeOf = async (session: Session, path: string): Promise<Record<string, Section>> => {
  const { status, body } = await session.get(path);
  expect(status, JSON.stringify(body)).toBe(200);
  return body.data.sections as Record<string, Section>;
};
const piecesOf = async (session: Session, path: string): Promise<Record<string, Section>> =>
  sectionsIn(await eventsOf(demo, session, path));

describe('a dashboard that nobody has asked for before', () => {
  it.each<[audience: string, form: 'whole' | 'in pieces', note: string, id: () => string]>([
    ['learner', 'whole', 'thriving', () => 'me'],
    ['trainer', 'whole', 'a trainer', () => 'me'],
    ['organization', 'whole', 'an org_admin', () => 'org-1'],
    ['learner', 'in pieces', 'fading', () => 'me'],
    ['trainer', 'in pieces', 'an admin', () => otherTrainer],
    ['organization', 'in pieces', 'an admin', () => 'org-2'],
  ])('of a %s, %s, reads each thing once; the other form is the same', async (audience, form, note, id) => {
    const session = as(note);
    const path = `/dashboards/${audience}/${id()}`;
    const [first, other] = form === 'whole' ? [wholeOf, piecesOf] : [piecesOf, wholeOf];
    await forgetRequests(demo);
    const sections = await first(session, path);
    await readsOnce();
    expect(Object.keys(sections).sort()).toEqual(sectionsOf(audience).sort());
    for (const [name, { status, data, meta }] of Object.entries(sections)) {
      expect(['ok', 'partial'], name).toContain(status);
      expect(['realtime', 'cached'], name).toContain(meta?.dataSource);
      expect(data, name).not.toBeNull();
    }

    await forgetRequests(demo);
    const again = await other(session, path);
    expect(figuresIn(again)).toEqual(figuresIn(sections));
    expect(Object.values(again).map(({ meta }) => meta?.dataSource)).toEqual(
      Object.values(again).map(() => 'cached'),
    );
    // Whose it is may have to be asked again; the figures are at hand.
    const { directory, ...others } = await askedOf();
    expect(Object.values(others).flat()).toEqual([]);
    expect(directory?.length).toBeLessThanOrEqual(1);
  });

  it('is sent piece by piece: what waits for a slow service keeps nothing else waiting', async () => {
    // Long beside what the others need on a busy machine.
    await setFault(demo, 'skills', { latencyMs: 2000 });
    const { frames } = await eventsOf(demo, as('an admin'), '/dashboards/organization/org-3');
    const arrival = (name: string) => frames.find(({ data }) => data.name === name)?.atMs ?? Number.NaN;
    for (const name of ['strategicAlignment', 'departmentAnalytics'])
      expect(arrival(name), name).toBeGreaterThan(1950);
    for (const name of ['learningVelocity', 'learningCulture'])
      expect(arrival(name), name).toBeLessThan(arrival('strategicAlignment'));
  });
});

describe('include', () => {
  it.each([
    ['learner', 'a brand-new', 'me', ['mastery', 'skillGap']],
    ['trainer', 'a trainer', 'me', ['studentDistribution']],
    ['organization', 'an org_admin', 'org-1', ['learningCulture', 'learningVelocity']],
  ])('picks sections of the %s dashboard in both forms', async (audience, note, id, names) => {
    const path = `/dashboards/${audience}/${id}?include=${names.join(',')}`;
    for (const form of [wholeOf, piecesOf])
      expect(Object.keys(await form(as(note), path)).sort()).toEqual([...names].sort());
  });

  it('asks no service for what was not picked', async () => {
    await forgetRequests(demo);
    await wholeOf(as('another'), '/dashboards/learner/me?include=skillGap');
    // The directory tells the organization's time zone.
    const { directory: _zone, skills, ...others } = await askedOf();
    expect(skills?.length).toBeGreaterThan(0);
    expect(Object.values(others).flat()).toEqual([]);
  });

  it.each(['learner/me', 'trainer/me', 'organization/org-1'])(
    'with a section that %s has not is a 400 that names it, in both forms',
    async (path) => {
      const session = as(
        path.startsWith('learner') ? 'thriving' : path.startsWith('t') ? 'a trainer' : 'an org_admin',
      );
      const [known] = sectionsOf(path.slice(0, path.indexOf('/')));
      for (const unknown of ['astrology', '__proto__', ' velocity', 'VELOCITY', '']) {
        const asked = `/dashboards/${path}?include=${known},${encodeURIComponent(unknown)}`;
        for (const accept of ['application/json', 'text/event-stream']) {
          const answer = await session.get(asked, { accept });
          isRefusal(answer, 400, 'VALIDATION_ERROR');
          expect(answer.body.error.details).toEqual([
            { field: 'query.include.1', message: expect.stringContaining(`“${unknown}”`) },
          ]);
        }
      }
    },
  );
});

describe('events', () => {
  it('of what one may not see are the usual problem', async () => {
    const accept = 'text/event-stream';
    const learner = as('thriving');
    isRefusal(await learner.get('/dashboards/learner/u-000001', { accept }), 403, 'FORBIDDEN');
    isRefusal(await learner.get('/dashboards/learner/u-000003', { accept }), 404, 'NOT_FOUND');
    isRefusal(await learner.get('/dashboards/trainer/me', { accept }), 404, 'NOT_FOUND');
    isRefusal(await learner.get('/dashboards/organization/org-1', { accept }), 403, 'FORBIDDEN');
    isRefusal(await as('a trainer').get('/dashboards/organization/org-2', { accept }), 404, 'NOT_FOUND');
  });

  it('of a caller who leaves trouble nobody else', async () => {
    const session = as('an admin');
    await setFault(demo, 'courses', { latencyMs: 1000 });
    const callers = Array.from({ length: 20 }, () => new AbortController());
    const left = callers.map(({ signal }) =>
      eventsOf(demo, session, `/dashboards/learner/${quiet}`, signal).catch(() => 'left'),
    );
    await new Promise((resolve) => setTimeout(resolve, 100));
    const stays = piecesOf(session, `/dashboards/learner/${quiet}`);
    for (const caller of callers) caller.abort();
    expect(new Set(await Promise.all(left))).toEqual(new Set(['left']));
    expect(Object.keys(await stays).sort()).toEqual(sectionsOf('learner').sort());
    expect(demo.stderr()).not.toMatch(/"level":(50|60)/);
  });
});
