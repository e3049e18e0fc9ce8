/**
 * `npm run licences` writes docs/licences.md. `npm run check:supply` (`--check`) refuses a page that is out of date, a
 * version that is not exact, a lock file that says something else or has no digests, an install script that nobody has
 * named, and a licence that is not among the allowed ones.
 */
import { readFile } from 'node:fs/promises';
import { writeOrCheck } from './generated.ts';
import { licencesPage, refusedLicences } from './supply/licences.ts';
import {
  lock,
  loosePins,
  manifest,
  notAsLocked,
  packagesOf,
  unnamedScripts,
  unsealed,
} from './supply/lock.ts';

const read = async (file: string): Promise<unknown> => JSON.parse(await readFile(file, 'utf8'));

/** Folder → the manifest in it and the lock file that says what is installed for it. */
const roots = { '': 'package-lock.json', client: 'package-lock.json', 'tests/supabase-lite': null };

const main = lock.parse(await read('package-lock.json'));
const apart = lock.parse(await read('tests/supabase-lite/package-lock.json'));
const packages = packagesOf(main);
const faults: string[] = [...unsealed(main), ...unsealed(apart), ...refusedLicences(packages)];
for (const [root, file] of Object.entries(roots)) {
  const one = manifest.parse(await read(root === '' ? 'package.json' : `${root}/package.json`));
  faults.push(
    ...loosePins(one),
    ...(file === null ? notAsLocked(one, '', apart) : notAsLocked(one, root, main)),
  );
  if (root === '') faults.push(...unnamedScripts(one, main));
}
for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exitCode = 1;
else console.log(`${packages.length} packages: exact, sealed, with licences that are allowed`);
await writeOrCheck('docs/licences.md', licencesPage(packages), 'npm run licences');
