/**
 * `npm run smoke:folder [-- --keep]`: does the Dockerfile's steps in a plain folder, starts what came of them as it is
 * deployed (production, nobody's user, nothing writable but `data`), asks it, and weighs it. Exit codes: 0, 1.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ended, freePort } from './debian-server.ts';
import { buildPlainly, type PlainImage, placeOf } from './deploy/plain-image.ts';
import {
  asInProduction,
  type DrillApi,
  logIn,
  print,
  root,
  startApi,
  startServices,
} from './deploy/world.ts';

const { values: options } = parseArgs({ options: { keep: { type: 'boolean', default: false } } });
const mostMegabytes = 300;
/** As in the Dockerfile. */
const nobodysUser = 1000;
const isRoot = process.getuid?.() === 0;

function megabytesOf(directory: string): number {
  const { stdout } = spawnSync('du', ['-sk', directory], { encoding: 'utf8' });
  return Number(stdout.split('\t')[0]) / 1024;
}

let isGood = true;
function check(what: string, holds: boolean, seen: unknown): void {
  isGood &&= holds;
  print(`${holds ? 'holds ' : 'BROKEN'}  ${what}${holds ? '' : `: ${JSON.stringify(seen)}`}`);
}

async function checkStatus(api: DrillApi, at: string, status: number, headers: Record<string, string> = {}) {
  const answer = await fetch(api.url + at, { headers });
  const text = await answer.text();
  check(`${at} answers ${status}`, answer.status === status, [answer.status, text.slice(0, 200)]);
  return text;
}

async function ask(api: DrillApi, image: PlainImage): Promise<void> {
  for (const at of ['/live', '/started', '/ready', '/docs', '/docs/assets/swagger-ui.css'])
    await checkStatus(api, at, 200);
  check('/ is the dashboard', (await checkStatus(api, '/', 200)).includes('<script'), null);
  check(
    '/openapi.yaml is the contract',
    (await checkStatus(api, '/openapi.yaml', 200)).includes('openapi: 3.1'),
    null,
  );
  await checkStatus(api, '/metrics', 401);
  await checkStatus(api, '/metrics', 200, { authorization: `Bearer ${asInProduction.METRICS_TOKEN}` });
  const learner = await logIn(api.url, 'thriving');
  const velocity = await checkStatus(api, '/api/v1/analytics/learner/velocity/me', 200, learner);
  check('its figures are live', JSON.parse(velocity).meta.dataSource === 'realtime', velocity.slice(0, 300));
  const points = await checkStatus(api, '/api/v1/gamification/stats/me', 200, learner);
  check('its database works', JSON.parse(points).success === true, points.slice(0, 300));
  const [file = '', ...args] = image.healthcheck;
  const { PATH = '' } = process.env;
  const probe = spawnSync(file, args, { env: { PATH, PORT: new URL(api.url).port } });
  check('the health check says yes', probe.status === 0, probe.status);
  const deaf = spawnSync(file, args, { env: { PATH, PORT: '1' } });
  check('and no where nobody listens', deaf.status === 1, deaf.status);
}

/** One of the nine services, as deploy/compose.yaml starts it; only on another port. */
async function smokeMocks(image: PlainImage): Promise<void> {
  const [file = '', ...args] = image.entrypoint;
  const port = await freePort();
  const elsewhere = args.map((word) =>
    word === '4000' ? String(port) : word === '0.0.0.0' ? '127.0.0.1' : word,
  );
  const child = spawn(file, [...elsewhere, '--service', 'courses'], {
    cwd: placeOf(image),
    env: { PATH: process.env.PATH ?? '', ...image.env },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    ...(isRoot ? { uid: nobodysUser, gid: nobodysUser } : {}),
  });
  const [said] = await Promise.race([once(child, 'message'), once(child, 'exit')]);
  check('the stage of the mocks starts a service', typeof said === 'object', said);
  child.kill('SIGTERM');
  await ended(child);
}

async function smoke(home: string): Promise<void> {
  chmodSync(home, 0o755);
  const stages = buildPlainly(root, home, (step) => print(`        ${step}`));
  const [image, mocks] = [stages.get('api'), stages.get('mocks')];
  if (image === undefined || mocks === undefined) throw new Error('the Dockerfile has no stage api or mocks');
  await smokeMocks(mocks);
  const app = placeOf(image);
  const megabytes = megabytesOf(app);
  check(
    `weighs at most ${mostMegabytes} MB (${megabytes.toFixed(0)})`,
    megabytes <= mostMegabytes,
    megabytes,
  );
  const world = await startServices();
  // Root may write everywhere; as somebody else a file that is written outside data/ is an error.
  if (isRoot) chownSync(path.join(app, 'data'), nobodysUser, nobodysUser);
  else print('        not root: what is written outside data/ is not noticed');
  const startedAt = performance.now();
  const api = await startApi({
    env: { ...image.env, ...asInProduction, ...world.env },
    cwd: app,
    command: image.entrypoint,
    ...(isRoot ? { uid: nobodysUser } : {}),
  });
  try {
    print(`        started in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
    await ask(api, image);
    await api.stop();
    check('ends by itself when it is told to', api.process.exitCode === 0, api.process.exitCode);
    check('logs no error', api.errors.length === 0, api.errors);
  } finally {
    await api.stop();
    await world.close();
  }
}

const home = mkdtempSync(path.join(tmpdir(), 'folder-'));
try {
  await smoke(home);
} finally {
  if (options.keep) print(`kept in ${home}`);
  else rmSync(home, { recursive: true, force: true });
}
process.exitCode = isGood ? 0 : 1;
