/**
 * `npm run build:vercel`: `vercel build` without an account, on a copy of the files that git knows; then the output is
 * started by itself and asked. The output stays in `.vercel/output`.
 */
import { execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { smoke } from './smoke.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const builder = path.join(root, 'scripts/vercel/node_modules/vercel/dist/vc.js');

/** What the host's own settings page says; there is no account to ask. */
const project = {
  projectId: 'prj_local',
  orgId: 'team_local',
  projectName: 'learning-analytics',
  settings: { framework: 'express', nodeVersion: '24.x' },
};

async function copyOfWhatGitKnows(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'vercel-build-'));
  const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  for (const file of files.split('\0').filter((name) => name !== '')) {
    await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
    await cp(path.join(root, file), path.join(folder, file));
  }
  await mkdir(path.join(folder, '.vercel'));
  await writeFile(path.join(folder, '.vercel/project.json'), JSON.stringify(project));
  return folder;
}

/** Starts the output with nothing of this process but what is needed. @returns what was asked of it. */
async function tryOut(folder: string): Promise<string[]> {
  const { PATH = '' } = process.env;
  const child = fork(path.join(root, 'scripts/vercel/serve.ts'), [folder], {
    cwd: tmpdir(),
    env: { PATH, VERCEL: '1', DATABASE: 'none', LOG_LEVEL: 'warn', MOCK_LEARNERS: '150' },
  });
  try {
    const [message] = await Promise.race([once(child, 'message'), once(child, 'exit')]);
    if (typeof message !== 'object') throw new Error(`the output does not start: code ${message}`);
    return await smoke((message as { url: string }).url);
  } finally {
    child.kill('SIGTERM');
  }
}

const folder = await copyOfWhatGitKnows();
try {
  const env = { ...process.env, VERCEL_TELEMETRY_DISABLED: '1', NO_UPDATE_NOTIFIER: '1', HOME: folder };
  execFileSync(process.execPath, [builder, 'build', '--yes'], { cwd: folder, env, stdio: 'inherit' });
  for (const line of await tryOut(folder)) console.log(line);
  await rm(path.join(root, '.vercel/output'), { recursive: true, force: true });
  await cp(path.join(folder, '.vercel/output'), path.join(root, '.vercel/output'), { recursive: true });
  console.log('Built, started and asked: .vercel/output');
} finally {
  await rm(folder, { recursive: true, force: true });
}
