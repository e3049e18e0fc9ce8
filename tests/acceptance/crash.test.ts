/** Nothing that was acknowledged is lost, doubled or left unpublished by kill -9: a short run of the crash test. */
import { describe, expect, it } from 'vitest';
import { describeOnPostgres } from '../infrastructure/database/test-database.ts';
import { runScript } from '../scripts/run-script.ts';

async function survives(engine: string): Promise<void> {
  const args = ['--engine', engine, '--kills', '3', '--awards', '60', '--callers', '10', '--seed', '7'];
  const { code, output } = await runScript('scripts/crash-test.ts', args);
  expect(output).not.toContain('BROKEN');
  expect(output).toContain(`${engine}: 60 awards from 10 callers, 3 kills, seed 7`);
  expect(output).toMatch(/awards acknowledged +60;/);
  expect(output).toMatch(/kills +3,/);
  expect(output.match(/^ {2}holds {3}/gm)).toHaveLength(9);
  expect(output).toMatch(/finds (\d+) of \1 forgeries/);
  expect(code).toBe(0);
}

describe('a process that awards points over the embedded database', () => {
  it('keeps what it has acknowledged when it is killed', () => survives('pglite'));
});

describeOnPostgres('a process that awards points over PostgreSQL', () => {
  it('keeps what it has acknowledged when it is killed', () => survives('postgres'));
});

describe('the crash test', () => {
  it.each([
    [['--engine', 'oracle'], '--engine must be'],
    [['--kills', 'many'], '--kills must be'],
    [['--awards', '0'], '--awards must be'],
    [['--bogus'], '--bogus'],
  ])('refuses %j', async (args, complaint) => {
    const { code, output } = await runScript('scripts/crash-test.ts', args);
    expect(output).toContain(complaint);
    expect(output).toContain('Usage: npm run crash-test');
    expect(code).toBe(64);
  });

  it('says what it needs for PostgreSQL when there is no server', async () => {
    const env = { TEST_DATABASE_URL: '' };
    const { code, output } = await runScript('scripts/crash-test.ts', ['--engine', 'postgres'], env);
    expect(output).toContain('npm run with-postgres -- npm run crash-test');
    expect(code).toBe(69);
  });
});
