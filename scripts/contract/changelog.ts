import type { Changes } from './compare.ts';

export interface Release {
  version: string;
  /** ISO date. */
  day: string;
  changes: Changes;
  /** Migrations that a database needs before this release runs on it. */
  migrations: readonly string[];
  /** Subjects of the commits since the last release, newest first. */
  subjects: readonly string[];
}

const title = '# Changelog';
const intro = 'Made by `npm run release` from commits and from what has changed in the contract.';

const list = (heading: string, items: readonly string[]): string[] =>
  items.length === 0 ? [] : [`### ${heading}`, '', ...items.map((item) => `- ${item}`), ''];

const code = (text: string) => `\`${text}\``;

/** What a release says of itself. */
export function changelogSection({ version, day, changes, migrations, subjects }: Release): string {
  return [
    `## ${version} (${day})`,
    '',
    ...list('Breaks callers', changes.breaking.map(code)),
    ...list('New in the contract', changes.added.map(code)),
    ...list('Migrations: `npm run migrate` first', migrations.map(code)),
    ...list('Changes', subjects),
  ].join('\n');
}

/** The changelog with a release on top of what it had. */
export function withSection(changelog: string, section: string): string {
  const before = changelog.replace(`${title}\n\n${intro}\n\n`, '');
  return `${title}\n\n${intro}\n\n${section}${before === '' ? '' : `\n${before}`}`;
}
