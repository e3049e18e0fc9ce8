/**
 * `npm run release [-- patch|minor|major] [-- --dry-run]`: the next version (at least what the changes of the contract
 * ask for), CHANGELOG.md, the baseline `api/released.yaml`, a commit and a tag. `--dry-run` says what it would do.
 */
import { execFileSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { changelogSection, withSection } from './contract/changelog.ts';
import { type Contract, compareContracts } from './contract/compare.ts';
import { baselineOf, readReleased, releasedFile } from './contract/released.ts';
import { type Bump, bumped, bumps, isAtLeast, leastBump } from './contract/versions.ts';

const { values, positionals } = parseArgs({
  options: { 'dry-run': { type: 'boolean', default: false } },
  allowPositionals: true,
});

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}

const run = (command: string, args: string[]): string =>
  execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim();
const lines = (text: string) => text.split('\n').filter((line) => line !== '');

const wanted = positionals[0] as Bump | undefined;
if (wanted !== undefined && !bumps.includes(wanted)) fail(`Say one of ${bumps.join(', ')}, or nothing.`);
if (!values['dry-run'] && run('git', ['status', '--porcelain']) !== '')
  fail('There are changes that are not committed: a release is made of what is.');

const released = await readReleased();
const contract = parse(await readFile('openapi.yaml', 'utf8')) as Contract;
const { version: current } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string };
const changes = compareContracts(released, contract);

/** The tag of the last release; none before the first. */
const lastTag = lines(run('git', ['tag', '--list', `v${released.info.version}`])).at(0);
const least = leastBump(released.info.version, changes);
const bump = wanted !== undefined && bumps.indexOf(wanted) > bumps.indexOf(least) ? wanted : least;
const asked = lastTag === undefined ? current : bumped(released.info.version, bump);
// Whoever broke something has raised the version with it.
const version = isAtLeast(current, asked) ? current : asked;

const range = lastTag === undefined ? 'HEAD' : `${lastTag}..HEAD`;
const subjects = lines(run('git', ['log', '--no-merges', '--format=%s', range]));
if (subjects.length === 0) fail(`Nothing has been committed since ${lastTag}.`);
const migrations =
  lastTag === undefined
    ? []
    : lines(run('git', ['diff', '--name-only', '--diff-filter=A', range, '--', 'database/*.sql']));
const day = new Date().toISOString().slice(0, 10);
const section = changelogSection({ version, day, changes, migrations, subjects });

if (values['dry-run']) {
  console.log(`Would release ${version} after ${lastTag ?? 'nothing'}:\n\n${section}`);
} else {
  if (version !== current) run('npm', ['version', version, '--no-git-tag-version', '--ignore-scripts']);
  const changelog = await readFile('CHANGELOG.md', 'utf8').catch(() => '');
  await writeFile('CHANGELOG.md', withSection(changelog, section));
  await mkdir('api', { recursive: true });
  await writeFile(releasedFile, baselineOf(contract, version, released));
  run('npm', ['run', '--silent', 'openapi']);
  run('git', ['add', '--all']);
  run('git', ['commit', '--quiet', '--message', `Release ${version}`]);
  run('git', ['tag', '--annotate', `v${version}`, '--message', `Release ${version}`]);
  console.log(`Released ${version}: push the commit and the tag v${version}.`);
}
