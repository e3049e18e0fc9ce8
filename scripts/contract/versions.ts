/** Semantic versions, as far as releases here need them. */

export const bumps = ['patch', 'minor', 'major'] as const;
export type Bump = (typeof bumps)[number];

type Version = readonly [major: number, minor: number, patch: number];

/** @throws Error when it is no plain `1.2.3`. */
export function versionOf(text: string): Version {
  const [, major, minor, patch] = /^(\d+)\.(\d+)\.(\d+)$/.exec(text) ?? [];
  if (major === undefined) throw new Error(`${text} is no version`);
  return [Number(major), Number(minor), Number(patch)];
}

export function bumped(text: string, bump: Bump): string {
  const [major, minor, patch] = versionOf(text);
  const next = { major: [major + 1, 0, 0], minor: [major, minor + 1, 0], patch: [major, minor, patch + 1] };
  return next[bump].join('.');
}

/** The least bump that says that something breaks: before 1.0.0 the minor number does (semver.org, 4). */
export const breakingBump = (released: string): Bump => (versionOf(released)[0] === 0 ? 'minor' : 'major');

/** The least bump for changes of the contract. */
export function leastBump(
  released: string,
  changes: { breaking: readonly string[]; added: readonly string[] },
): Bump {
  if (changes.breaking.length > 0) return breakingBump(released);
  return changes.added.length > 0 ? 'minor' : 'patch';
}

/** Whether a version is at least the released one with a bump. */
export function isAtLeast(text: string, least: string): boolean {
  const [a, b] = [versionOf(text), versionOf(least)];
  const at = a.findIndex((number, place) => number !== b[place]);
  return at < 0 || (a[at] ?? 0) > (b[at] ?? 0);
}
