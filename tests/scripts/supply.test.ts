import { describe, expect, it } from 'vitest';
import { licencesPage, refusedLicences } from '../../scripts/supply/licences.ts';
import {
  lock,
  loosePins,
  manifest,
  notAsLocked,
  packagesOf,
  unnamedScripts,
  unsealed,
} from '../../scripts/supply/lock.ts';

const integrity = 'sha512-x';
const lockOf = (packages: Record<string, object>) => lock.parse({ lockfileVersion: 3, packages });
const manifestOf = (parts: object) => manifest.parse({ name: 'product', ...parts });

describe('the supply of packages', () => {
  it('is of exact versions', () => {
    const dependencies = {
      a: '1.2.3',
      b: '^1.2.3',
      c: '1.2',
      d: 'latest',
      e: '1.0.0-beta.1',
      f: 'git+https://x',
    };
    expect(loosePins(manifestOf({ dependencies }))).toEqual(
      ['b is ^1.2.3', 'c is 1.2', 'd is latest', 'f is git+https://x'].map(
        (text) => `product: ${text}, not one version`,
      ),
    );
    expect(loosePins(manifestOf({ devDependencies: { a: '*' } }))).toHaveLength(1);
  });

  it('is what the lock file says, beside the manifest or above it', () => {
    const locked = lockOf({
      'node_modules/a': { version: '1.0.0' },
      'client/node_modules/b': { version: '2.0.0' },
      'node_modules/b': { version: '1.0.0' },
    });
    const one = manifestOf({ dependencies: { a: '1.0.0', b: '2.0.0', c: '1.0.0' } });
    expect(notAsLocked(one, 'client', locked)).toEqual(['product: c is 1.0.0, but missing in the lock file']);
    expect(notAsLocked(one, '', locked)[0]).toBe('product: b is 2.0.0, but 1.0.0 in the lock file');
  });

  it('is sealed, and from the registry', () => {
    const locked = lockOf({
      '': {},
      client: { version: '0.1.0' },
      'node_modules/client': { link: true },
      'node_modules/a': { integrity, resolved: 'https://registry.npmjs.org/a/-/a-1.0.0.tgz' },
      'node_modules/b': { integrity: 'sha1-x' },
      'node_modules/c': { integrity, resolved: 'https://elsewhere.example/c.tgz' },
    });
    expect(unsealed(locked)).toEqual([
      'b has no SHA-512 in the lock file',
      'c comes from https://elsewhere.example/c.tgz',
    ]);
  });

  it('runs no install script that nobody has named, and names none that there is not', () => {
    const locked = lockOf({
      'node_modules/a': { hasInstallScript: true },
      'node_modules/x/node_modules/@b/c': { hasInstallScript: true },
    });
    const allowed = manifestOf({ allowScripts: { a: false, gone: true } });
    expect(unnamedScripts(allowed, locked)).toEqual([
      '@b/c has an install script that allowScripts does not name',
      'allowScripts names gone, which has no install script',
    ]);
  });

  it('has licences that may be where they are', () => {
    const packages = packagesOf(
      lockOf({
        'node_modules/free': { version: '1.0.0', license: 'MIT' },
        'node_modules/both': { version: '1.0.0', license: '(MIT AND Zlib)' },
        'node_modules/choice': { version: '1.0.0', license: '(GPL-3.0 OR MIT)' },
        'node_modules/tool': { version: '1.0.0', license: 'MPL-2.0', dev: true },
        'node_modules/also': { version: '1.0.0', license: 'MPL-2.0', dev: true },
        'node_modules/x/node_modules/also': { version: '1.0.0', license: 'MPL-2.0' },
        'node_modules/copyleft': { version: '1.0.0', license: 'GPL-3.0', dev: true },
        'node_modules/mixed': { version: '1.0.0', license: 'MIT AND GPL-3.0' },
        'node_modules/silent': { version: '1.0.0' },
      }),
    );
    expect(refusedLicences(packages)).toEqual([
      'also@1.0.0 is shipped, and its licence is MPL-2.0',
      'copyleft@1.0.0 is used for development, and its licence is GPL-3.0',
      'mixed@1.0.0 is shipped, and its licence is MIT AND GPL-3.0',
      'silent@1.0.0 is shipped, and says nothing of a licence',
    ]);
    expect(licencesPage(packages)).toContain('## Shipped: 6 packages');
    expect(licencesPage(packages)).toContain('| MPL-2.0 | 1 | tool 1.0.0 |');
  });
});
