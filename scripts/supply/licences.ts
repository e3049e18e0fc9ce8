/** Which licences may be in what is shipped and in what it is developed with. */
import type { Package } from './lock.ts';

/** They ask for their own text and names at most. */
const free = [
  ...['MIT', 'MIT-0', 'ISC', '0BSD', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', 'BlueOak-1.0.0', 'Zlib'],
  ...['CC0-1.0', 'Python-2.0'],
];
/** Fonts, sold by nobody by themselves. */
const shipped: ReadonlySet<string> = new Set([...free, 'OFL-1.1']);
/** Tools that are used as they are, and given to nobody. */
const used: ReadonlySet<string> = new Set([
  ...[...shipped, 'MPL-2.0', 'Artistic-2.0', 'CC-BY-3.0', 'CC-BY-4.0', 'WTFPL', 'Unlicense'],
]);

/** Packages whose manifest says nothing; read in their LICENSE file or README. */
const readByHand: Readonly<Record<string, string>> = {
  'busboy@0.3.1': 'MIT',
  'dicer@0.3.0': 'MIT',
  'humanize-number@0.0.2': 'MIT',
  'only@0.0.2': 'MIT',
  'png-js@1.1.0': 'MIT',
  'streamsearch@0.1.2': 'MIT',
};

/** SPDX, or null when nobody knows. */
export const licenceOf = ({ name, version, licence }: Package): string | null =>
  licence ?? readByHand[`${name}@${version}`] ?? null;

/** Of an SPDX expression without brackets in brackets: all of `A AND B`, one of `A OR B`. */
function isAmong(expression: string, allowed: ReadonlySet<string>): boolean {
  const plain = expression.replaceAll(/[()]/g, '');
  return plain.split(' OR ').some((choice) => choice.split(' AND ').every((one) => allowed.has(one)));
}

/** Packages that may not be where they are, in words. */
export const refusedLicences = (packages: readonly Package[]): string[] =>
  packages.flatMap((one) => {
    const licence = licenceOf(one);
    const where = one.isShipped ? 'shipped' : 'used for development';
    if (licence === null) return [`${one.name}@${one.version} is ${where}, and says nothing of a licence`];
    return isAmong(licence, one.isShipped ? shipped : used)
      ? []
      : [`${one.name}@${one.version} is ${where}, and its licence is ${licence}`];
  });

function table(packages: readonly Package[]): string {
  const byLicence = Map.groupBy(packages, (one) => licenceOf(one) ?? 'unknown');
  const rows = [...byLicence]
    .sort(([a, some], [b, others]) => others.length - some.length || (a < b ? -1 : 1))
    .map(
      ([licence, of]) =>
        `| ${licence} | ${of.length} | ${of.map((p) => `${p.name} ${p.version}`).join(', ')} |`,
    );
  return ['| licence | packages | which |', '|---|---|---|', ...rows].join('\n');
}

/** docs/licences.md. */
export function licencesPage(packages: readonly Package[]): string {
  const isShipped = ({ isShipped: is }: Package) => is;
  const inProduct = packages.filter(isShipped);
  const inTools = packages.filter((one) => !isShipped(one));
  return `# Licences

Generated from \`package-lock.json\` by \`npm run licences\`; \`npm run check:supply\` refuses a licence that is not among the allowed ones (\`scripts/supply/licences.ts\`) and a page that is out of date. \`npm run sbom\` writes the same packages as CycloneDX.

## Shipped: ${inProduct.length} packages

${table(inProduct)}

## Used for development only: ${inTools.length} packages

${table(inTools)}
`;
}
