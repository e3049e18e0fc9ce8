/**
 * Refuses an openapi.yaml that breaks what the last release has promised (`api/released.yaml`), unless the version
 * in package.json says so already.
 */
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { compareContracts } from './contract/compare.ts';
import { readReleased } from './contract/released.ts';
import { breakingBump, bumped, isAtLeast } from './contract/versions.ts';

const released = await readReleased();
const contract = parse(await readFile('openapi.yaml', 'utf8'));
const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string };
const { breaking, added } = compareContracts(released, contract);
const needed = bumped(released.info.version, breakingBump(released.info.version));
const isSaid = isAtLeast(version, needed);
for (const one of breaking) console.log(`breaks: ${one}`);
console.log(
  `${breaking.length} changes break what ${released.info.version} has promised, ${added.length} add to it`,
);
if (breaking.length > 0 && !isSaid) {
  console.error(
    `Callers of ${released.info.version} would fail. Keep what they use, or make the version ${needed}.`,
  );
  process.exitCode = 1;
}
