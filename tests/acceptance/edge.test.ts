import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { findVarnish, installVarnish } from '../../scripts/varnish-server.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const hint = 'there is no varnishd, and it cannot be installed here (Debian: apt-get install varnish)';

const runLeakTest = (...args: string[]): Promise<{ code: number | null; stdout: string }> =>
  new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ['scripts/leak-test.ts', '--requests', '500', ...args],
      // Small: what leaks does so in any world, and most of the time goes into answers about organizations.
      { cwd: root, env: { ...process.env, MOCK_LEARNERS: '150' } },
      (_error, stdout) => resolve({ code: child.exitCode, stdout }),
    );
  });

function suite(): void {
  it('nobody gets what is another’s, and a good part of the answers comes from there', async () => {
    const { code, stdout } = await runLeakTest();
    expect(code, stdout).toBe(0);
    expect(stdout).toMatch(/^500 requests .*, [1-9]\d* from the edge .*, 0 violations/m);
  });

  it('it would be noticed if the cache gave one’s answer to another', async () => {
    const { code, stdout } = await runLeakTest('--sabotage', 'key');
    expect(code, stdout).toBe(1);
    expect(stdout).toContain('another answer than directly');
  });

  it('it would be noticed if credentials reached the cache', async () => {
    const { code, stdout } = await runLeakTest('--sabotage', 'strip');
    expect(code, stdout).toBe(1);
    expect(stdout).toContain('credentials reached a sealed address');
  });
}

/** Installs it where we may; a machine where we may not is told from one where it is there. */
function isThere(): boolean {
  if (findVarnish() !== undefined) return true;
  try {
    installVarnish();
    return true;
  } catch {
    return false;
  }
}

if (isThere()) describe('behind a shared cache', suite);
else if (process.env.CI !== 'true') it.skip(`behind a shared cache: ${hint}`, () => undefined);
else
  it('behind a shared cache', () => {
    throw new Error(hint);
  });
