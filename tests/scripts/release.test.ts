/** A release of a small repository, made by the script itself. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';

const script = fileURLToPath(new URL('../../scripts/release.ts', import.meta.url));
const folder = mkdtempSync(path.join(tmpdir(), 'release-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string) => path.join(folder, name);
const text = (name: string) => readFileSync(at(name), 'utf8');
const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, encoding: 'utf8' }).trim();
const identity = { GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a@a.example' };
const env = { ...process.env, ...identity, GIT_COMMITTER_NAME: 'a', GIT_COMMITTER_EMAIL: 'a@a.example' };
const release = (...args: string[]) =>
  spawnSync(process.execPath, [script, ...args], { cwd: folder, encoding: 'utf8', env });

function commit(subject: string, files: Record<string, string>): void {
  for (const [name, content] of Object.entries(files)) writeFileSync(at(name), content);
  git('add', '--all');
  execFileSync('git', ['commit', '--quiet', '--message', subject], { cwd: folder, env });
}

const contractOf = (...paths: string[]) =>
  stringify({
    openapi: '3.1.0',
    paths: Object.fromEntries(
      paths.map((name) => [name, { get: { responses: { '200': { description: 'OK' } } } }]),
    ),
  });

describe('npm run release', () => {
  beforeAll(() => {
    git('init', '--quiet');
    mkdirSync(at('api'));
    mkdirSync(at('database'));
    commit('Begin', {
      'package.json': JSON.stringify({ name: 'a', version: '1.0.0', scripts: { openapi: 'node --version' } }),
      'openapi.yaml': contractOf('/a'),
      'api/released.yaml': 'info:\n  version: 1.0.0\npaths: {}\n',
    });
  });

  it('releases for the first time what the version says, and leaves a baseline, a changelog and a tag', () => {
    const { status, stdout, stderr } = release();
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain('Released 1.0.0');
    expect(git('tag', '--list')).toBe('v1.0.0');
    expect(git('status', '--porcelain')).toBe('');
    expect(git('log', '-1', '--format=%s')).toBe('Release 1.0.0');
    expect(text('CHANGELOG.md')).toMatch(/^# Changelog\n\nMade by .*\n\n## 1\.0\.0 \(\d{4}-\d\d-\d\d\)\n/);
    expect(parse(text('api/released.yaml'))).toMatchObject({
      info: { version: '1.0.0' },
      paths: { '/a': { get: { 'x-since': '1.0.0' } } },
    });
  });

  it('refuses where nothing has been done', () => {
    // The release itself is the last commit, and tagged.
    expect(release().stderr).toContain('Nothing has been committed since v1.0.0.');
  });

  it('says what it would do without doing it, with what changes for callers and for the database', () => {
    commit('Tell of b as well', {
      'openapi.yaml': contractOf('/a', '/b'),
      'database/0002_b.sql': 'select 1;',
    });
    const head = git('rev-parse', 'HEAD');
    const { status, stdout } = release('--dry-run');
    expect(status).toBe(0);
    expect(stdout).toContain('Would release 1.1.0 after v1.0.0');
    expect(stdout).toContain('### New in the contract\n\n- `GET /b`');
    expect(stdout).toContain('- `database/0002_b.sql`');
    expect(stdout).toContain('### Changes\n\n- Tell of b as well');
    expect([git('rev-parse', 'HEAD'), git('status', '--porcelain'), git('tag', '--list')]).toEqual([
      head,
      '',
      'v1.0.0',
    ]);
  });

  it('is never less than what breaks, and more when it is asked to be', () => {
    commit('Drop a', { 'openapi.yaml': contractOf('/b') });
    const { stdout } = release('--dry-run', 'patch');
    expect(stdout).toContain('Would release 2.0.0');
    expect(stdout).toContain('### Breaks callers\n\n- `GET /a is gone`');
    expect(release('--dry-run', 'everything').stderr).toContain('Say one of patch, minor, major');
  });

  it('puts the next one on top, raises the version and keeps since when things are there', () => {
    commit('Keep a after all', { 'openapi.yaml': contractOf('/a', '/b') });
    expect(release().stdout).toContain('Released 1.1.0');
    expect(JSON.parse(text('package.json')).version).toBe('1.1.0');
    const changelog = text('CHANGELOG.md');
    expect(changelog.indexOf('## 1.1.0')).toBeLessThan(changelog.indexOf('## 1.0.0'));
    expect(changelog.match(/^# Changelog$/gm)).toHaveLength(1);
    expect(parse(text('api/released.yaml'))).toMatchObject({
      paths: { '/a': { get: { 'x-since': '1.0.0' } }, '/b': { get: { 'x-since': '1.1.0' } } },
    });
  });

  it('refuses what is not committed', () => {
    writeFileSync(at('stray'), '');
    expect(release()).toMatchObject({ status: 1, stderr: expect.stringContaining('not committed') });
  });
});
