import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type ByCommand, promises } from '../../scripts/prove/promises.ts';
import { linesOf, type TestReport, verdictOfCommand, verdictOfTests } from '../../scripts/prove/verdicts.ts';

const report = (...cases: [string, string][]): TestReport => ({
  testResults: [
    {
      name: '/somewhere/tests/a.test.ts',
      status: 'passed',
      assertionResults: cases.map(([fullName, status]) => ({ fullName, status, duration: 250 })),
    },
  ],
});
const command: ByCommand = { script: 'drill', figure: /^figure (.*)$/gm, minutes: 2 };

describe('a promise', () => {
  it('is kept when all its tests have passed, and says how many', () => {
    const whole = report(['a one', 'passed'], ['a two', 'passed'], ['b', 'failed']);
    expect(verdictOfTests({ tests: ['tests/a.test.ts › a '] }, whole)).toEqual({
      outcome: 'ok',
      figure: '2 tests, 0.5 s',
    });
  });

  it.each<[string, TestReport, string]>([
    ['a test that failed', report(['a', 'passed'], ['b', 'failed']), 'failed: b'],
    ['a test that was skipped', report(['a', 'pending']), 'pending: a'],
    ['a file without tests', report(), 'tests/a.test.ts did not run'],
    ['a file that did not run', { testResults: [] }, 'tests/a.test.ts did not run'],
  ])('is broken by %s', (_name, given, figure) => {
    expect(verdictOfTests({ tests: ['tests/a.test.ts'] }, given)).toEqual({ outcome: 'BROKEN', figure });
  });

  it('that a command shows says its last figure, and is broken by its exit and by its time', () => {
    expect(verdictOfCommand(command, 0, 'figure 1\nfigure 2 %\nend')).toEqual({
      outcome: 'ok',
      figure: '2 %',
    });
    expect(verdictOfCommand(command, 0, 'end').outcome).toBe('ok');
    const broken = verdictOfCommand(command, 1, 'figure 3');
    expect(broken).toEqual({ outcome: 'BROKEN', figure: 'npm run drill ended with 1; 3' });
    expect(verdictOfCommand(command, null, '').figure).toBe('npm run drill took longer than 2 minutes');
    expect(linesOf({ area: 'x', promise: 'y', by: command }, broken)[0]).toMatch(
      /^BROKEN {4}x {13}y — npm run drill/,
    );
  });

  it('of a drill shows all that the drill reports, and is broken by any of it and by silence', () => {
    const drill: ByCommand = { script: 'drill', minutes: 2 };
    const [good, bad] = ['holds   goodput: 92 %', 'BROKEN  p99: 15 ×'];
    const kept = verdictOfCommand(drill, 0, `begins\n${good}\n`);
    expect(linesOf({ area: 'x', promise: 'y', by: drill }, kept)).toEqual([
      'ok        x             y — 1 of 1 hold',
      `          ${good}`,
    ]);
    expect(verdictOfCommand(drill, 0, `${good}\n${bad}`)).toEqual({
      outcome: 'BROKEN',
      figure: '1 of 2 hold',
      parts: [good, bad],
    });
    expect(verdictOfCommand(drill, 0, '').outcome).toBe('BROKEN');
  });

  it('names tests that there are', () => {
    for (const { by } of promises) {
      if (!('tests' in by)) continue;
      for (const reference of by.tests) {
        const [file = '', part = ''] = reference.split(' › ');
        expect(existsSync(file), file).toBe(true);
        expect(readFileSync(file, 'utf8'), reference).toContain(part);
      }
    }
  });
});

describe('the page about security', () => {
  const page = readFileSync('docs/security.md', 'utf8');
  const rows = page.split('\n').filter((line) => line.startsWith('| '));
  /** A file, and each of the tests that are named after it. */
  const references = [...page.matchAll(/`(tests\/[^`]+)`((?:,? “[^”]+”)*)/g)].map(
    ([, file = '', names = '']) => ({
      file,
      names: [...names.matchAll(/“([^”]+)”/g)].map(([, name = '']) => name),
    }),
  );

  it('names tests that there are', () => {
    expect(references.length).toBeGreaterThan(30);
    for (const { file, names } of references) {
      expect(existsSync(file), file).toBe(true);
      for (const name of names) expect(readFileSync(file, 'utf8'), `${file} “${name}”`).toContain(name);
    }
  });

  it('covers each of the OWASP API Top 10 with a test', () => {
    for (let risk = 1; risk <= 10; risk += 1) {
      const row = rows.find((line) => line.startsWith(`| API${risk}:2023 `));
      expect(row, `API${risk}`).toMatch(/`tests\//);
    }
  });

  it('names npm scripts that there are', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      scripts: Record<string, string>;
    };
    const named = [...page.matchAll(/`npm run ([a-z:-]+)/g)].map(([, name = '']) => name);
    expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
  });
});
