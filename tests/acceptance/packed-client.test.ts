/** The client as it is shipped: packed, unpacked in a project of its own, type-checked there, and run against the API. */
import { execFile, fork } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const project = mkdtempSync(path.join(tmpdir(), 'client-'));
const installed = (name: string) => path.join(project, 'node_modules', name);

const program = `
import { createClient, isApiError, type AnswerOf } from 'learning-analytics-client';

type Velocity = AnswerOf<'get', '/api/v1/analytics/learner/velocity/{userId}'>;

const client = createClient({ baseUrl: process.argv[2] ?? '' });
const { user } = await client.login({ email: 'thriving@org-1.example', password: 'demo-thriving' });
const velocity: Velocity = await client.get('/api/v1/analytics/learner/velocity/{userId}', {
  params: { path: { userId: 'me' } },
});
const pace: number | null = velocity.data.currentPace;

// @ts-expect-error: a learner has to be named
const unnamed = client.get('/api/v1/analytics/learner/velocity/{userId}').catch(() => undefined);
// @ts-expect-error: there is no such path
const nowhere = client.get('/api/v1/nowhere').catch(() => undefined);
await Promise.all([unnamed, nowhere]);

const sections: string[] = [];
for await (const part of client.dashboard('learner', 'me', { include: ['velocity', 'mastery'] })) {
  if (part.type === 'section') sections.push(part.name);
  if (part.type === 'section' && part.name === 'mastery') part.section.data?.overallPercent?.toFixed();
}

let refused = '';
try {
  await client.get('/api/v1/analytics/organization/learning-velocity/{orgId}', { params: { path: { orgId: 'org-1' } } });
} catch (error) {
  if (!isApiError(error)) throw error;
  refused = error.problem.code;
  if (error.problem.code === 'VALIDATION_ERROR') error.problem.details.map(({ field }) => field);
}

const states: string[] = [];
const leaving = new AbortController();
const onState = (state: string) => { states.push(state); leaving.abort(); };
for await (const { type } of client.events({ signal: leaving.signal, onState })) states.push(type);
await client.logout();
console.log(JSON.stringify({ user: user.roles, isNumber: typeof pace === 'number', source: velocity.meta.dataSource, sections: sections.sort(), refused, states, after: client.session() }));
`;

const tsconfig = {
  compilerOptions: {
    target: 'es2022',
    lib: ['es2023', 'dom', 'dom.iterable'],
    module: 'nodenext',
    strict: true,
    noEmit: true,
    types: ['node'],
    typeRoots: [path.join(root, 'node_modules/@types')],
  },
  files: ['program.ts'],
};

let api = '';
let stop = () => {};

/** The API alone, in mock mode: nothing behind it. */
async function startApi(): Promise<void> {
  const child = fork(path.join(root, 'src/main.ts'), [], {
    env: {
      ...process.env,
      PORT: '0',
      DATABASE: 'none',
      JOBS: 'off',
      MOCK_LEARNERS: '200',
      LOG_LEVEL: 'error',
    },
  });
  stop = () => child.kill('SIGTERM');
  api = await new Promise((resolve, reject) => {
    child.once('message', (message) => resolve((message as { url: string }).url));
    child.once('exit', (code) => reject(new Error(`the API ended with code ${code}`)));
  });
}

async function install(): Promise<void> {
  await run('npm', ['pack', '-w', 'learning-analytics-client', '--pack-destination', project], { cwd: root });
  const [tarball = ''] = readdirSync(project).filter((name) => name.endsWith('.tgz'));
  mkdirSync(installed('learning-analytics-client'), { recursive: true });
  await run('tar', [
    '-xzf',
    path.join(project, tarball),
    '--strip-components=1',
    '-C',
    installed('learning-analytics-client'),
  ]);
  // What npm would fetch for it, from where it is already: the registry may be out of reach.
  for (const name of ['openapi-fetch', 'openapi-typescript-helpers'])
    cpSync(path.join(root, 'node_modules', name), installed(name), { recursive: true });
  writeFileSync(path.join(project, 'package.json'), JSON.stringify({ name: 'fresh', type: 'module' }));
  writeFileSync(path.join(project, 'tsconfig.json'), JSON.stringify(tsconfig));
  writeFileSync(path.join(project, 'program.ts'), program);
}

describe('The packed client', () => {
  beforeAll(async () => {
    await Promise.all([startApi(), install()]);
  });
  afterAll(() => {
    stop();
    rmSync(project, { recursive: true, force: true });
  });

  it('holds what it needs and nothing else', () => {
    const files = readdirSync(installed('learning-analytics-client'), {
      recursive: true,
      withFileTypes: true,
    });
    const names = files.filter((entry) => entry.isFile()).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['index.js', 'index.d.ts', 'swr.js', 'tanstack-query.js']));
    expect(names.filter((name) => !/\.(js|d\.ts)$|^(package\.json|README\.md)$/.test(name))).toEqual([]);
  });

  it('has types that a fresh project can use', async () => {
    const { stdout } = await run(path.join(root, 'node_modules/.bin/tsc'), ['-p', project], {
      cwd: project,
    }).catch((error: { stdout: string }) => error);
    expect(stdout).toBe('');
  });

  it('asks, follows and gives up against the API', async () => {
    const { stdout } = await run(process.execPath, [path.join(project, 'program.ts'), api], { cwd: project });
    expect(JSON.parse(stdout)).toEqual({
      user: ['learner'],
      isNumber: true,
      source: 'mock',
      sections: ['mastery', 'velocity'],
      refused: 'FORBIDDEN',
      states: ['open'],
      after: null,
    });
  });
});
