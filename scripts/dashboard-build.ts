/** Builds the dashboard when it is missing or older than what it is made of; quick to find out. */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const here = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const sources = ['dashboard', 'client/src', 'package-lock.json'];
const target = here('public');
const lock = here('node_modules/.dashboard-build');
const fresh = `${target}.new`;

/** Milliseconds; 0 = there is nothing. */
function changedAt(path: string): number {
  const found = statSync(here(path), { throwIfNoEntry: false });
  if (found === undefined) return 0;
  if (!found.isDirectory()) return found.mtimeMs;
  return Math.max(0, ...readdirSync(here(path)).map((name) => changedAt(`${path}/${name}`)));
}

const isBuilt = () => changedAt('public/index.html') > Math.max(...sources.map(changedAt));

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Several demos may start at once: one builds, the others wait for it. False = somebody else is building. */
function take(): boolean {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    const owner =
      statSync(lock, { throwIfNoEntry: false }) && Number(readFileSync(lock, 'utf8') || process.pid);
    // Whoever was killed while building has left its mark behind.
    if (owner && !isAlive(owner)) rmSync(lock, { force: true });
    return false;
  }
}

/** In a process of its own: a build sets NODE_ENV to production, which the demo's processes would inherit. */
async function runVite(): Promise<void> {
  const program = createRequire(import.meta.url)
    .resolve('vite/package.json')
    .replace(/package\.json$/, 'bin/vite.js');
  const args = [
    program,
    'build',
    here('dashboard'),
    '--outDir',
    fresh,
    '--emptyOutDir',
    '--logLevel',
    'error',
  ];
  await promisify(execFile)(process.execPath, args);
}

/** True when it had to be built. @throws whatever is wrong with the sources. */
export async function buildDashboard(): Promise<boolean> {
  while (!isBuilt()) {
    if (!take()) {
      await delay(200);
      continue;
    }
    try {
      if (isBuilt()) return false;
      await runVite();
      // In one go, so that nobody is served half of it.
      rmSync(target, { recursive: true, force: true });
      renameSync(fresh, target);
      return true;
    } finally {
      rmSync(lock, { force: true });
    }
  }
  return false;
}
