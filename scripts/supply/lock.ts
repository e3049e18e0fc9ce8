/** What the manifest and the lock file say about packages, and what about it may not be. */
import { z } from 'zod';

const names = z.record(z.string(), z.string()).default({});

export const manifest = z.object({
  name: z.string(),
  dependencies: names,
  devDependencies: names,
  optionalDependencies: names,
  allowScripts: z.record(z.string(), z.boolean()).default({}),
});
export type Manifest = z.output<typeof manifest>;

const locked = z.object({
  version: z.string().optional(),
  resolved: z.string().optional(),
  integrity: z.string().optional(),
  license: z.string().optional(),
  link: z.boolean().default(false),
  dev: z.boolean().default(false),
  devOptional: z.boolean().default(false),
  hasInstallScript: z.boolean().default(false),
});
export const lock = z.object({ lockfileVersion: z.literal(3), packages: z.record(z.string(), locked) });
export type Lock = z.output<typeof lock>;

export interface Package {
  name: string;
  version: string;
  /** SPDX; null = its manifest does not say. */
  licence: string | null;
  /** Whether it is installed with the product, not only where it is developed. */
  isShipped: boolean;
}

const folder = 'node_modules/';
const exact = /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/;

const nameOf = (place: string) => place.slice(place.lastIndexOf(folder) + folder.length);
/** Not what is here in a workspace, nor the link to it. */
const isInstalled = (place: string, { link }: Lock['packages'][string]) => place.includes(folder) && !link;

const pinsOf = ({ dependencies, devDependencies, optionalDependencies }: Manifest) =>
  Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies });

/** Versions that are not exact: another day would install something else. */
export const loosePins = (one: Manifest): string[] =>
  pinsOf(one)
    .filter(([, version]) => !exact.test(version))
    .map(([name, version]) => `${one.name}: ${name} is ${version}, not one version`);

/** Direct dependencies that the lock file has in another version, or not at all. @param root where the manifest is, '' = at the top. */
export const notAsLocked = (one: Manifest, root: string, { packages }: Lock): string[] =>
  pinsOf(one).flatMap(([name, version]) => {
    const places = root === '' ? [`${folder}${name}`] : [`${root}/${folder}${name}`, `${folder}${name}`];
    const found = places.map((place) => packages[place]).find((entry) => entry !== undefined);
    return found?.version === version
      ? []
      : [`${one.name}: ${name} is ${version}, but ${found?.version ?? 'missing'} in the lock file`];
  });

/** Packages of which the lock file cannot tell whether they are what they were, or which come from elsewhere. */
export const unsealed = ({ packages }: Lock): string[] =>
  Object.entries(packages)
    .filter(([place, entry]) => isInstalled(place, entry))
    .flatMap(([place, { integrity = '', resolved }]) => [
      ...(integrity.startsWith('sha512-') ? [] : [`${nameOf(place)} has no SHA-512 in the lock file`]),
      ...(resolved === undefined || resolved.startsWith('https://registry.npmjs.org/')
        ? []
        : [`${nameOf(place)} comes from ${resolved}`]),
    ]);

/** Packages that want to run something when they are installed, of which nobody has said whether they may; and the reverse. */
export function unnamedScripts({ allowScripts }: Manifest, { packages }: Lock): string[] {
  const running = new Set(
    Object.entries(packages)
      .filter(([, { hasInstallScript }]) => hasInstallScript)
      .map(([place]) => nameOf(place)),
  );
  return [
    ...[...running]
      .filter((name) => allowScripts[name] === undefined)
      .map((name) => `${name} has an install script that allowScripts does not name`),
    ...Object.keys(allowScripts)
      .filter((name) => !running.has(name))
      .map((name) => `allowScripts names ${name}, which has no install script`),
  ];
}

/** Every package and version once; one that is shipped anywhere is shipped. Sorted by name. */
export function packagesOf({ packages }: Lock): Package[] {
  const found = new Map<string, Package>();
  for (const [place, entry] of Object.entries(packages)) {
    if (!isInstalled(place, entry)) continue;
    const { version = '', license = null, dev, devOptional } = entry;
    const name = nameOf(place);
    const key = `${name}@${version}`;
    const isShipped = (!dev && !devOptional) || (found.get(key)?.isShipped ?? false);
    found.set(key, { name, version, licence: license, isShipped });
  }
  const inOrder = (a: Package, b: Package) => (`${a.name}@${a.version}` < `${b.name}@${b.version}` ? -1 : 1);
  return [...found.values()].sort(inOrder);
}
