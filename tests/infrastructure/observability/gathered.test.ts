/** What is gathered to be cheap, and is not lost for that: lines of the log, counts. */
import { spawnSync } from 'node:child_process';
import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { tallies } from '../../../src/infrastructure/observability/tally.ts';

const logger = new URL('../../../src/infrastructure/observability/logger.ts', import.meta.url).href;

/** What a process writes to its standard error that says two lines and ends so. */
function saidBy(end: string): string {
  const code = `import { standardError } from '${logger}';
    const out = standardError();
    out.write('first\\n');
    out.write('second\\n');
    ${end}`;
  return spawnSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8' }).stderr;
}

describe('lines of the log', () => {
  it('are written in order when the process is ended at once', () => {
    expect(saidBy('process.exit(1);')).toBe('first\nsecond\n');
  });

  it('are written when a flush says so, however few they are', () => {
    expect(saidBy(`out.flush(() => process.kill(process.pid, 'SIGKILL'));`)).toBe('first\nsecond\n');
  });
});

describe('a tally', () => {
  const text = async (registry: Registry) =>
    (await registry.metrics()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));

  it('is read as what was counted under each label, from nought on, and counts on', async () => {
    const registry = new Registry();
    const of = tallies({ name: 'n', help: 'h', labelNames: ['kind'], registers: [registry] });
    const [one, other] = [of({ kind: 'one' }), of({ kind: 'other' })];
    one();
    one();
    expect(await text(registry)).toEqual(['n{kind="one"} 2', 'n{kind="other"} 0']);
    expect(await text(registry)).toEqual(['n{kind="one"} 2', 'n{kind="other"} 0']);
    other();
    one();
    expect(await text(registry)).toEqual(['n{kind="one"} 3', 'n{kind="other"} 1']);
  });
});
